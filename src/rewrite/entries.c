/* entries.c - one _start and one _initialize for all that have them.
 *
 * A host calls _initialize of a reactor before anything else of it, and _start
 * of a command once (WASI, application ABI). Of the result it calls one of
 * both: so _start begins with the _initialize of every reactor, those first
 * that others need; where there is no command, one _initialize does. All that
 * holds of reactors whose exports were not chosen, too. */
#include "rewrite/steps.h"

struct entries {
    struct tn_rw *rw;
    uint32_t command_count, reactor_count;
    uint32_t initialize; /* a function that does it once; TN_NONE: inline */
};

static bool is_plain_func(const struct tn_rw *rw, const struct tn_rw_chosen *c)
{
    if (c->kind != TN_EXTERN_FUNC || c->input == TN_NONE || c->is_renamed ||
        c->is_dropped)
        return false;
    const struct tn_type_def *type =
        &rw->joined.type_defs[rw->joined.funcs[c->index]];
    return type->param_count == 0 && type->result_count == 0;
}

static bool is_command(const struct tn_rw *rw, const struct tn_rw_chosen *c)
{
    return tn_str_is(c->name, "_start") && is_plain_func(rw, c);
}

static bool is_reactor(const struct tn_rw *rw, const struct tn_rw_chosen *c)
{
    return tn_str_is(c->name, "_initialize") && is_plain_func(rw, c);
}

static void put_reactors(const struct entries *e, struct tn_buf *code)
{
    const struct tn_rw *rw = e->rw;
    for (uint32_t n = 0; n < rw->input_count; n++)
        for (size_t i = 0; i < rw->chosen.count; i++)
            if (rw->chosen.at[i].input == rw->order[n] &&
                is_reactor(rw, &rw->chosen.at[i]))
                tn_rw_put_call(code, rw->chosen.at[i].index);
}

static void put_initialize(const struct entries *e, struct tn_buf *code)
{
    if (e->initialize != TN_NONE)
        tn_rw_put_call(code, e->initialize);
    else
        put_reactors(e, code);
}

static tn_status export_func(struct tn_rw *rw, const char *name, uint32_t func)
{
    const struct tn_rw_chosen chosen = {.input = TN_NONE,
                                        .name = tn_str_of(name),
                                        .kind = TN_EXTERN_FUNC,
                                        .index = func};
    return TN_VEC_PUSH(&rw->chosen, rw->alloc, chosen) ? TN_OK
                                                       : tn_no_memory(rw->err);
}

/* A function of `code`, which is cleared. */
static tn_status make_func(struct tn_rw *rw, const char *name,
                           struct tn_buf *code, uint32_t *out)
{
    tn_status status = tn_rw_add_func(rw, name, code, out);
    tn_buf_clear(code);
    return status;
}

/* Several _start may be called, or one of them, in any order: the first that
 * is does it. A global remembers. */
static tn_status make_once(struct entries *e)
{
    struct tn_rw *rw = e->rw;
    struct tn_mod *joined = &rw->joined;
    uint32_t global = joined->global_count++;
    struct tn_buf code;
    joined->globals[global] =
        (struct tn_global_def){.type = TN_VT_I32,
                               .is_mutable = true,
                               .init = {(uint32_t)rw->exprs.size, 3}};
    tn_buf_put(&rw->exprs, "\x41\x00\x0b", 3); /* i32.const 0, end */
    tn_buf_init(&code, rw->alloc);
    tn_buf_byte(&code, 0x23); /* global.get */
    tn_buf_uleb(&code, global);
    tn_buf_put(&code, "\x04\x40\x0f\x0b\x41\x01\x24", 7);
    tn_buf_uleb(&code, global); /* if return end, i32.const 1, global.set */
    put_reactors(e, &code);
    return make_func(rw, "initialize", &code, &e->initialize);
}

/* The _start of one command, with what comes before it. */
static tn_status wrap_command(struct entries *e, size_t which)
{
    struct tn_rw *rw = e->rw;
    struct tn_buf code;
    uint32_t func;
    struct tn_str name =
        tn_rw_join_name(rw, rw->inputs[rw->chosen.at[which].input].name,
                        rw->chosen.at[which].name);
    if (name.at == NULL)
        return tn_no_memory(rw->err);
    tn_buf_init(&code, rw->alloc);
    put_initialize(e, &code);
    tn_rw_put_call(&code, rw->chosen.at[which].index);
    TN_TRY(make_func(rw, name.at, &code, &func));
    rw->chosen.at[which].index = func;
    return TN_OK;
}

/* Each _start by the name of its module, and one that calls them in order. */
static tn_status start_all(struct entries *e)
{
    struct tn_rw *rw = e->rw;
    struct tn_buf code;
    uint32_t func;
    tn_buf_init(&code, rw->alloc);
    for (size_t i = 0; i < rw->chosen.count; i++) {
        struct tn_rw_chosen *c = &rw->chosen.at[i];
        if (!is_command(rw, c))
            continue;
        tn_rw_put_call(&code, c->index);
        c->name = tn_rw_join_name(rw, rw->inputs[c->input].name, c->name);
    }
    TN_TRY(make_func(rw, "_start", &code, &func));
    tn_rw_note(rw, TN_NOTE_WASI, true, TN_NONE,
               "_start runs the commands in order, and a proc_exit of one "
               "ends all; arguments, environment and files are the same for "
               "all");
    return export_func(rw, "_start", func);
}

static tn_status join_commands(struct entries *e)
{
    struct tn_rw *rw = e->rw;
    if (e->reactor_count > 0 && e->command_count > 1)
        TN_TRY(make_once(e));
    for (size_t i = 0; i < rw->chosen.count && e->reactor_count > 0; i++)
        if (is_command(rw, &rw->chosen.at[i]))
            TN_TRY(wrap_command(e, i));
    if (rw->options->with_wasi && e->command_count > 1)
        return start_all(e);
    return TN_OK;
}

static tn_status join_reactors(struct entries *e)
{
    struct tn_buf code;
    uint32_t func;
    tn_buf_init(&code, e->rw->alloc);
    put_reactors(e, &code);
    TN_TRY(make_func(e->rw, "_initialize", &code, &func));
    return export_func(e->rw, "_initialize", func);
}

static void drop_reactors(struct entries *e)
{
    struct tn_rw *rw = e->rw;
    for (size_t i = 0; i < rw->chosen.count; i++)
        if (is_reactor(rw, &rw->chosen.at[i])) {
            rw->chosen.at[i].is_dropped = true;
            tn_rw_note(rw, TN_NOTE_EXPORT, true, rw->chosen.at[i].input,
                       "its _initialize is called by the result's %s",
                       e->command_count > 0 ? "_start" : "_initialize");
        }
}

/* Has a pattern chosen it, under whatever name? */
static bool is_chosen(const struct tn_rw *rw, uint32_t input, uint32_t func)
{
    for (size_t i = 0; i < rw->chosen.count; i++) {
        const struct tn_rw_chosen *c = &rw->chosen.at[i];
        if (c->input == input && c->kind == TN_EXTERN_FUNC && c->index == func)
            return true;
    }
    return false;
}

/* Patterns say what a host may use of an input. That it must be initialized
 * first is so whether its exports are chosen or not. */
static tn_status choose_reactors(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[i];
        const struct tn_export *export =
            tn_rw_find_export(input, tn_str_of("_initialize"));
        if (input->is_own || export == NULL || export->kind != TN_EXTERN_FUNC)
            continue;
        const struct tn_rw_chosen chosen = {
            .input = i,
            .name = export->name,
            .kind = TN_EXTERN_FUNC,
            .index = input->map.funcs[export->index]};
        if (is_reactor(rw, &chosen) && !is_chosen(rw, i, chosen.index) &&
            !TN_VEC_PUSH(&rw->chosen, rw->alloc, chosen))
            return tn_no_memory(rw->err);
    }
    return TN_OK;
}

/* Patterns may choose one twice. */
static void drop_twins(struct tn_rw *rw)
{
    for (size_t i = 0; i < rw->chosen.count; i++) {
        struct tn_rw_chosen *c = &rw->chosen.at[i];
        if (!is_command(rw, c) && !is_reactor(rw, c))
            continue;
        for (size_t k = 0; k < i; k++)
            if (rw->chosen.at[k].input == c->input &&
                tn_str_equal(rw->chosen.at[k].name, c->name))
                c->is_dropped = true;
    }
}

tn_status tn_rw_join_entries(struct tn_rw *rw)
{
    struct entries e = {.rw = rw, .initialize = TN_NONE};
    drop_twins(rw);
    TN_TRY(choose_reactors(rw));
    for (size_t i = 0; i < rw->chosen.count; i++) {
        e.command_count += is_command(rw, &rw->chosen.at[i]);
        e.reactor_count += is_reactor(rw, &rw->chosen.at[i]);
    }
    if (e.command_count > 0)
        TN_TRY(join_commands(&e));
    else if (e.reactor_count > 1)
        TN_TRY(join_reactors(&e));
    if (e.reactor_count > (e.command_count > 0 ? 0 : 1))
        drop_reactors(&e);
    return TN_OK;
}
