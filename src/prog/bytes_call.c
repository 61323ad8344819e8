/* bytes_call.c - handing bytes to another module, and getting bytes back.
 *
 * Neither side sees the other's memory. The callee's patch_malloc makes room
 * for the input, the caller's for the answer, and what the callee answers
 * with belongs to it and is freed when it has been copied:
 *
 *   check the caller's range          also when it is empty
 *   in = patch_malloc(n)   in callee  not for 0 bytes: then in is 0
 *   out = f(in, n)         in callee  pointer << 32 | size; 0: no value
 *   check out              in callee  a buffer of its own, or all of `in`
 *   patch_malloc(size)     in caller  at least 1 byte: empty is not nothing
 *   patch_free(out), (in)  in callee  once, if they are the same
 *
 * Whoever breaks this is out of service; whoever waited for it traps. An
 * exception ends here: what it left is cleaned up, and who waited traps. Every
 * step may run guest code, which may grow or re-enter anything: no pointer
 * into a memory is kept across one. */
#include "prog/program.h"

struct exchange {
    struct tn_prog_module *to;
    struct tn_str name;
    struct tn_prog_asker *asker;
    uint32_t in, in_size, out, out_size; /* in the callee's memory */
};

static void *window(const struct tn_prog_module *m, uint32_t at, uint32_t size)
{
    if (m->instance == NULL || m->module->mod->memory_count == 0)
        return NULL;
    return tn_memory_span(m->instance->all_memories[0], at, size);
}

static struct tn_str label(const struct tn_prog_module *m)
{
    return tn_prog_part(m)->name;
}

/* TN_E_EXCEPTION says that one left, and has been raised as a trap. */
static tn_status enter_at_border(struct tn_prog_module *m, struct tn_str name,
                                 uint64_t *slots, tn_error *err)
{
    tn_error why = {0};
    tn_status status =
        tn_prog_enter(m, tn_prog_export_func(m, name), name, slots, &why);
    if (status == TN_E_EXCEPTION)
        (void)tn_prog_raise(m->program, err, "trap", "%s", why.text);
    else if (status != TN_OK)
        (void)tn_fail(err, status, why.offset, "%s", why.text);
    return status;
}

/* `m` has broken the convention. */
static tn_status broken(struct tn_prog_module *m, tn_error *err,
                        const char *what, struct tn_str name)
{
    tn_status status =
        tn_prog_raise(m->program, err, "bytes", "result of %.*s:%.*s: %s",
                      TN_STR(label(m)), TN_STR(name), what);
    tn_prog_poison(m, &m->program->fault);
    return status;
}

/* patch_malloc(size) in `m`: a pointer to `size` bytes of its memory. */
static tn_status make_buffer(struct tn_prog_module *m, uint32_t size,
                             uint32_t *out, tn_error *err)
{
    struct tn_program *p = m->program;
    struct tn_str name = tn_str_of("patch_malloc");
    uint64_t slots[1] = {size};
    TN_TRY(enter_at_border(m, name, slots, err));
    *out = (uint32_t)slots[0];
    if (*out == 0)
        return tn_prog_raise(p, err, "bytes", "patch_malloc(%u) of %.*s failed",
                             size, TN_STR(label(m)));
    if (window(m, *out, size) != NULL)
        return TN_OK;
    tn_status status = tn_prog_raise(
        p, err, "bytes",
        "patch_malloc of %.*s: %u+%u is outside the memory of %.*s",
        TN_STR(label(m)), *out, size, TN_STR(label(m)));
    tn_prog_poison(m, &p->fault);
    return status;
}

static tn_status free_buffer(struct tn_prog_module *m, uint32_t at,
                             tn_error *err)
{
    struct tn_str name = tn_str_of("patch_free");
    uint64_t slots[1] = {at};
    bool has_work = at != 0 && tn_prog_export_func(m, name) != NULL;
    return has_work ? enter_at_border(m, name, slots, err) : TN_OK;
}

static const void *input(const struct tn_prog_asker *asker, uint32_t size)
{
    return asker->module != NULL ? window(asker->module, asker->at, size)
                                 : asker->in.at;
}

static tn_status send_input(struct exchange *x, tn_error *err)
{
    const struct tn_prog_asker *asker = x->asker;
    if (asker->module != NULL && input(asker, x->in_size) == NULL)
        return tn_prog_raise(
            x->to->program, err, "bytes",
            "argument of %.*s -> %.*s:%.*s: %u+%u is outside the memory of "
            "%.*s",
            TN_STR(label(asker->module)), TN_STR(label(x->to)), TN_STR(x->name),
            asker->at, x->in_size, TN_STR(label(asker->module)));
    if (x->in_size == 0)
        return TN_OK;
    TN_TRY(make_buffer(x->to, x->in_size, &x->in, err));
    /* Both are there: memories only grow. */
    memcpy(window(x->to, x->in, x->in_size), input(asker, x->in_size),
           x->in_size);
    return TN_OK;
}

static tn_status check_answer(const struct exchange *x, tn_error *err)
{
    if (window(x->to, x->out, x->out_size) == NULL) {
        struct tn_buf text;
        tn_buf_init(&text, x->to->program->set.arena.alloc);
        tn_buf_print(&text, "%u+%u is outside the memory of %.*s", x->out,
                     x->out_size, TN_STR(label(x->to)));
        tn_buf_byte(&text, 0);
        tn_status status = broken(
            x->to, err, text.failed ? "out of range" : (const char *)text.at,
            x->name);
        tn_buf_clear(&text);
        return status;
    }
    if (x->out == 0)
        return broken(x->to, err, "null pointer with a length", x->name);
    if (x->out > x->in && x->out - x->in < x->in_size)
        return broken(x->to, err, "points into the middle of its input",
                      x->name);
    return TN_OK;
}

/* Copies the answer to where the asker wants it. */
static tn_status give_answer(struct exchange *x, tn_error *err)
{
    struct tn_prog_asker *asker = x->asker;
    if (asker->module == NULL) {
        tn_buf_put(asker->out, window(x->to, x->out, x->out_size), x->out_size);
        return asker->out->failed ? tn_no_memory(err) : TN_OK;
    }
    uint32_t at = 0;
    TN_TRY(make_buffer(asker->module, x->out_size != 0 ? x->out_size : 1, &at,
                       err));
    /* Making room ran code that may have called the callee again, but an
     * answer that it has given stays its caller's until it is freed. */
    if (x->out_size != 0)
        memcpy(window(asker->module, at, x->out_size),
               window(x->to, x->out, x->out_size), x->out_size);
    asker->answer = (uint64_t)at << 32 | x->out_size;
    return TN_OK;
}

/* Also when the asker's allocator has failed; not when the callee is out of
 * service, for then it may not be entered. */
static tn_status clean_up(const struct exchange *x, tn_error *err)
{
    if (x->to->state == TN_PROG_DOWN)
        return TN_OK;
    if (x->out != x->in)
        TN_TRY(free_buffer(x->to, x->out, err));
    return free_buffer(x->to, x->in, err);
}

static tn_status exchange_bytes(struct exchange *x, bool *has_value,
                                tn_error *err)
{
    TN_TRY(send_input(x, err));
    uint64_t slots[2] = {x->in, x->in_size};
    tn_status status = enter_at_border(x->to, x->name, slots, err);
    if (status == TN_E_EXCEPTION)
        (void)free_buffer(x->to, x->in, NULL);
    if (status != TN_OK)
        return status;
    x->out = (uint32_t)(slots[0] >> 32);
    x->out_size = (uint32_t)slots[0];
    if (slots[0] == 0)
        return free_buffer(x->to, x->in, err);
    TN_TRY(check_answer(x, err));
    status = give_answer(x, err);
    tn_status cleaned = clean_up(x, err);
    *has_value = status == TN_OK;
    return status != TN_OK ? status : cleaned;
}

tn_status tn_prog_call_bytes(struct tn_prog_module *to, struct tn_str name,
                             struct tn_prog_asker *asker, bool *has_value,
                             tn_error *err)
{
    struct exchange x = {.to = to,
                         .name = name,
                         .asker = asker,
                         .in_size = (uint32_t)asker->in.size};
    *has_value = false;
    asker->answer = 0;
    tn_status status = exchange_bytes(&x, has_value, err);
    return status == TN_E_EXCEPTION ? TN_E_DOWN : status;
}
