/* chain.c - through which exports a trap left: one name for each border it
 * crossed, which tells more about a set than the functions inside.
 *
 * A trap's frames are added up by the store as the calls in it end, innermost
 * first; each call that the program made itself takes the frames that have
 * come since. Among those, modules that called one another directly show as
 * a change of instance. */
#include "prog/program.h"

static void push_name(struct tn_prog_chain *chain, struct tn_str module,
                      struct tn_str function)
{
    struct tn_prog_name name = {module, function};
    if (chain->count < TN_PROG_CHAIN_SHOWN)
        chain->names[chain->count] = name;
    chain->last = name;
    chain->count++;
}

static const struct tn_prog_module *module_of(const struct tn_program *p,
                                              const tn_instance *instance)
{
    for (uint32_t i = 0; i < p->set.count; i++)
        if (p->modules[i].instance == instance)
            return &p->modules[i];
    return NULL;
}

/* The name under which others call a function, else its own. */
static struct tn_str outer_name(const struct tn_mod *mod, uint32_t func)
{
    for (uint32_t i = 0; i < mod->export_count; i++)
        if (mod->exports[i].kind == TN_EXTERN_FUNC &&
            mod->exports[i].index == func)
            return mod->exports[i].name;
    return tn_mod_func_name(mod, func);
}

static void push_frame(struct tn_program *p, const struct tn_trap_frame *frame)
{
    const struct tn_prog_module *m = module_of(p, frame->instance);
    if (m != NULL)
        push_name(&p->chain, tn_prog_part(m)->name,
                  outer_name(m->module->mod, frame->index));
}

void tn_prog_chain_add(struct tn_prog_module *m, struct tn_str name)
{
    struct tn_program *p = m->program;
    const struct tn_trap *trap = &p->store->trap;
    if (p->chain.serial != trap->serial)
        p->chain = (struct tn_prog_chain){.serial = trap->serial};
    uint32_t end = trap->frame_count;
    for (uint32_t i = p->chain.seen; i + 1 < end; i++)
        if (trap->frames[i].instance != trap->frames[i + 1].instance)
            push_frame(p, &trap->frames[i]);
    /* The outermost frame is that of the call itself, unless the store has
     * kept no more of them. */
    if (p->chain.seen < end && trap->frames[end - 1].instance != m->instance)
        push_frame(p, &trap->frames[end - 1]);
    push_name(&p->chain, tn_prog_part(m)->name, name);
    p->chain.seen = end;
}

static void print_name(struct tn_buf *out, const struct tn_prog_name *name)
{
    tn_buf_str(out, name->module);
    tn_buf_byte(out, ':');
    tn_buf_str(out, name->function);
}

void tn_prog_chain_print(const struct tn_prog_chain *chain, struct tn_buf *out)
{
    uint64_t shown =
        chain->count < TN_PROG_CHAIN_SHOWN ? chain->count : TN_PROG_CHAIN_SHOWN;
    for (uint64_t i = 0; i < shown; i++) {
        tn_buf_str(out, tn_str_of(i == 0 ? "" : " <- "));
        print_name(out, &chain->names[i]);
    }
    if (chain->count > shown) {
        tn_buf_str(out, tn_str_of(" <- ... "));
        print_name(out, &chain->last);
    }
}
