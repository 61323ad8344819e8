/* wasi_each.c - a WASI for each module of a set: same environment and
 * directories, a table of open files each, standard streams shared.
 *
 * Only the primary's standard output looks like what it is. To the others it
 * looks like a terminal: their libc then flushes each line, and the lines of
 * all modules come in the order of the calls. What a reactor has not flushed
 * when the program ends would be lost. */
#include "prog/program.h"
#include "rt/imports.h"

static bool wants_threads(const struct tn_mod *mod)
{
    return tn_mod_imports(mod, "wasi", "thread-spawn");
}

static bool wants_wasi(const struct tn_mod *mod)
{
    return tn_mod_imports(mod, "wasi_snapshot_preview1", NULL) ||
           wants_threads(mod);
}

/* The embedder's listener, behind our counting one. */
static void count_call(void *ctx, const char *text)
{
    struct tn_prog_module *m = ctx;
    const struct tn_program *p = m->program;
    m->wasi_calls++;
    if (p->wasi_trace != NULL)
        p->wasi_trace(p->wasi_trace_ctx, text);
}

static tn_status make_one(struct tn_prog_module *m, tn_wasi_config config,
                          tn_error *err)
{
    struct tn_program *p = m->program;
    const char *name = tn_prog_part(m)->name.at;
    if (m->id != 0 || config.arg_count == 0) {
        config.args = &name;
        config.arg_count = 1;
    }
    if (m->id != 0) {
        config.stdout_is_terminal = true;
        config.stdio[1].is_terminal = config.stdio[2].is_terminal = true;
    }
    if (p->config.stats) {
        config.trace = count_call;
        config.trace_ctx = m;
    }
    TN_TRY(tn_wasi_new(p->engine, &config, &m->wasi, err));
    TN_TRY(tn_imports_new(p->store, &m->wasi_items, err));
    TN_TRY(tn_imports_wasi(m->wasi_items, m->wasi, err));
    if (!wants_threads(m->module->mod))
        return TN_OK;
    TN_TRY(tn_wasi_threads_new(p->store, m->module, m->wasi, &m->threads, err));
    return tn_imports_wasi_threads(m->wasi_items, m->threads, err);
}

/* Those that have a function have it with the same type. */
static const struct tn_type *wasi_type(void *ctx, struct tn_str module,
                                       struct tn_str name)
{
    const struct tn_program *p = ctx;
    for (uint32_t i = 0; i < p->set.count; i++) {
        if (p->modules[i].wasi_items == NULL)
            continue;
        const tn_func *func = tn_prog_wasi_func(&p->modules[i], module, name);
        if (func != NULL)
            return func->type;
    }
    return NULL;
}

tn_func *tn_prog_wasi_func(const struct tn_prog_module *m, struct tn_str module,
                           struct tn_str name)
{
    const tn_extern *item = tn_rt_imports_find(m->wasi_items, module, name);
    return item == NULL ? NULL : item->of.func;
}

tn_status tn_prog_thread_memory(const struct tn_prog_module *m, uint32_t i,
                                tn_memory **out, tn_error *err)
{
    const struct tn_mod *mod = m->module->mod;
    const struct tn_limits *limits =
        &mod->memories[mod->imports[i].index].limits;
    tn_limits_info info = {limits->min, limits->max, limits->is_64, true,
                           limits->page_log2};
    return tn_memory_new(m->program->store, info, out, err);
}

tn_status tn_prog_make_wasi(struct tn_program *p, const tn_wasi_config *given,
                            tn_error *err)
{
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    if (given == NULL)
        return TN_OK;
    memcpy(&config, given,
           given->size < sizeof config ? given->size : sizeof config);
    p->wasi_trace = config.trace;
    p->wasi_trace_ctx = config.trace_ctx;
    p->set.wasi = wasi_type;
    p->set.wasi_ctx = p;
    for (uint32_t i = 0; i < p->set.count; i++)
        if (wants_wasi(p->modules[i].module->mod) || i == p->root)
            TN_TRY(make_one(&p->modules[i], config, err));
    return TN_OK;
}
