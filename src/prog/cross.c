/* cross.c - calls from one module to another, and all calls into a module. */
#include <stdarg.h>
#include <stdio.h>

#include "prog/program.h"

/* --- failing --------------------------------------------------------------- */

tn_status tn_prog_raise(struct tn_program *p, tn_error *err, const char *kind,
                        const char *format, ...)
{
    char text[sizeof p->fault.text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (p->fault.kind[0] == '\0')
        tn_prog_fault_set(&p->fault, kind, "%s", text);
    return tn_fail(err, TN_E_DOWN, TN_NO_OFFSET, "%s", text);
}

/* The store knows what ended a call; the fault is what people are told. */
static tn_status trapped(struct tn_prog_module *m, struct tn_str name,
                         const tn_error *why, tn_error *err)
{
    struct tn_program *p = m->program;
    bool is_down = p->store->trap.kind == TN_TRAP_DOWN;
    if (p->fault.kind[0] == '\0')
        tn_prog_fault_set(&p->fault, is_down ? "down" : "trap", "%s",
                          why->text);
    tn_prog_chain_add(m, name);
    tn_prog_see_poisoned(p);
    return tn_prog_fault_fail(&p->fault, TN_E_TRAP, err);
}

/* An exit leaves a module in the midst of a call; but to end a command's
 * _start is what it is for. */
static tn_status exited(struct tn_prog_module *m, struct tn_str name,
                        tn_error *err)
{
    struct tn_prog_fault cause;
    tn_prog_fault_set(&cause, "exit", "it called proc_exit(%u)",
                      m->program->store->exit_code);
    if (!tn_str_is(name, "_start"))
        tn_prog_poison(m, &cause);
    return tn_prog_fault_fail(&cause, TN_E_EXIT, err);
}

/* --- entering -------------------------------------------------------------- */

tn_func *tn_prog_export_func(const struct tn_prog_module *m, struct tn_str name)
{
    const struct tn_export *e = tn_prog_find_export(tn_prog_part(m), name);
    if (e == NULL || e->kind != TN_EXTERN_FUNC || m->instance == NULL)
        return NULL;
    return tn_rt_item(m->instance, TN_EXTERN_FUNC, e->index).of.func;
}

tn_status tn_prog_enter(struct tn_prog_module *m, tn_func *func,
                        struct tn_str name, uint64_t *slots, tn_error *err)
{
    struct tn_program *p = m->program;
    struct tn_str who = tn_prog_part(m)->name;
    if (m->state == TN_PROG_DOWN)
        return tn_prog_raise(
            p, err, "down", "call of %.*s:%.*s: %.*s is out of service (%s)",
            TN_STR(who), TN_STR(name), TN_STR(who), m->cause.text);
    if (m->state == TN_PROG_NEW || func == NULL)
        return tn_prog_raise(
            p, err, "uninitialized",
            "call of %.*s:%.*s before %.*s has been initialized", TN_STR(who),
            TN_STR(name), TN_STR(who));
    tn_error why = {0};
    tn_status status = tn_rt_call(func, slots, &why);
    if (m->threads != NULL && tn_str_is(name, "_start"))
        status = tn_wasi_threads_end(m->threads, status, &why);
    if (status == TN_E_TRAP)
        return trapped(m, name, &why, err);
    if (status == TN_E_EXIT)
        return exited(m, name, err);
    if (status == TN_E_EXCEPTION)
        return tn_fail(err, status, TN_NO_OFFSET, "%s left %.*s:%.*s", why.text,
                       TN_STR(who), TN_STR(name));
    if (status != TN_OK)
        return tn_fail(err, status, TN_NO_OFFSET, "%s", why.text);
    return TN_OK;
}

/* --- routes ---------------------------------------------------------------- */

static struct tn_str route_name(const struct tn_prog_route *r)
{
    return r->to->module->mod->exports[r->export_index].name;
}

static void trace_route(const struct tn_prog_route *r, const char *what,
                        const char *after)
{
    if (r->from->program->config.trace != NULL)
        tn_prog_trace(r->from->program, "%s %.*s -> %.*s:%.*s%s", what,
                      TN_STR(tn_prog_part(r->from)->name),
                      TN_STR(tn_prog_part(r->to)->name), TN_STR(route_name(r)),
                      after);
}

static tn_status cross_with_bytes(struct tn_prog_route *r, uint64_t *slots,
                                  tn_error *err)
{
    struct tn_prog_asker asker = {.module = r->from,
                                  .at = (uint32_t)slots[0],
                                  .in = {NULL, (uint32_t)slots[1]}};
    bool has_value;
    r->calls++;
    r->bytes_in += asker.in.size;
    TN_TRY(tn_prog_call_bytes(r->to, route_name(r), &asker, &has_value, err));
    r->bytes_out += (uint32_t)asker.answer;
    slots[0] = asker.answer;
    trace_route(r, "back", has_value ? "" : " = no value");
    return TN_OK;
}

/* What a module gets for a function of another one. */
static tn_status cross(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    struct tn_prog_route *r = env;
    (void)call;
    trace_route(r, "call", "");
    if (r->is_bytes)
        return cross_with_bytes(r, slots, err);
    r->calls++;
    struct tn_str name = route_name(r);
    TN_TRY(tn_prog_enter(r->to, tn_prog_export_func(r->to, name), name, slots,
                         err));
    trace_route(r, "back", "");
    return TN_OK;
}

/* What it gets for a function that nobody has, if it may be unknown. */
static tn_status cross_to_nobody(tn_call *call, uint64_t *slots, void *env,
                                 tn_error *err)
{
    const struct tn_prog_route *r = env;
    const struct tn_import *im =
        &r->from->module->mod->imports[r->import_index];
    (void)call, (void)slots;
    return tn_prog_raise(r->from->program, err, "link.missing",
                         "%.*s called its import \"%.*s\" \"%.*s\", which "
                         "nobody provides",
                         TN_STR(tn_prog_part(r->from)->name),
                         TN_STR(im->module), TN_STR(im->name));
}

static tn_status make_route(struct tn_prog_module *m, uint32_t index,
                            tn_error *err)
{
    const struct tn_mod *mod = m->module->mod;
    const struct tn_import *im = &mod->imports[index];
    const struct tn_prog_need *need = &tn_prog_part(m)->needs[index];
    struct tn_prog_route *r = &m->routes[index];
    bool is_unknown = need->by == TN_PROG_BY_TRAP;
    if (im->kind != TN_EXTERN_FUNC || (need->to == TN_NONE && !is_unknown))
        return TN_OK;
    *r = (struct tn_prog_route){
        .from = m,
        .to = is_unknown ? NULL : &m->program->modules[need->to],
        .import_index = index,
        .export_index = need->export_index,
        .is_bytes = need->is_bytes,
        .is_kept = m->is_linked || tn_mod_is_referenced(mod, im->index),
    };
    const struct tn_type *type = mod->types[mod->funcs[im->index]];
    tn_store *store = m->program->store;
    struct tn_host_func *host =
        is_unknown
            ? tn_rt_host_func_new(store, type, m->module, cross_to_nobody, r)
            : tn_rt_host_func_new(store, type, m->module, cross, r);
    if (host == NULL)
        return tn_no_memory(err);
    r->host = &host->func;
    return TN_OK;
}

/* --- statistics ------------------------------------------------------------- */

/* Direct calls are not counted: a route has a row only if it is. */
static bool is_counted(const struct tn_prog_route *r)
{
    return r->host != NULL && r->to != NULL &&
           (r->is_bytes || r->from->program->config.stats);
}

static tn_status add_row(struct tn_program *p, const struct tn_prog_module *m,
                         const struct tn_prog_route *r, tn_error *err)
{
    struct tn_buf text;
    tn_buf_init(&text, p->set.arena.alloc);
    tn_buf_print(&text, "%.*s -> ", TN_STR(tn_prog_part(m)->name));
    if (r == NULL)
        tn_buf_print(&text, "wasi");
    else
        tn_buf_print(&text, "%.*s:%.*s", TN_STR(tn_prog_part(r->to)->name),
                     TN_STR(route_name(r)));
    char *label =
        text.failed ? NULL : TN_NEW_ARRAY(&p->set.arena, char, text.size + 1);
    if (label != NULL)
        memcpy(label, text.at, text.size);
    tn_buf_clear(&text);
    if (label == NULL)
        return tn_no_memory(err);
    p->rows[p->row_count++] = (struct tn_prog_row){label, r, m};
    return TN_OK;
}

static tn_status make_rows(struct tn_program *p, tn_error *err)
{
    size_t most = p->set.count;
    for (uint32_t i = 0; i < p->set.count; i++)
        most += p->modules[i].module->mod->import_count;
    p->rows = TN_NEW_ARRAY(&p->set.arena, struct tn_prog_row, most);
    if (p->rows == NULL)
        return tn_no_memory(err);
    for (uint32_t i = 0; i < p->set.count; i++) {
        const struct tn_prog_module *m = &p->modules[i];
        if (m->wasi != NULL && p->config.stats)
            TN_TRY(add_row(p, m, NULL, err));
        for (uint32_t k = 0; k < m->module->mod->import_count; k++)
            if (is_counted(&m->routes[k]))
                TN_TRY(add_row(p, m, &m->routes[k], err));
    }
    return TN_OK;
}

tn_status tn_prog_make_routes(struct tn_program *p, tn_error *err)
{
    for (uint32_t i = 0; i < p->set.count; i++) {
        struct tn_prog_module *m = &p->modules[i];
        uint32_t count = m->module->mod->import_count;
        m->routes = TN_NEW_ARRAY(&p->set.arena, struct tn_prog_route, count);
        if (m->routes == NULL)
            return tn_no_memory(err);
        for (uint32_t k = 0; k < count; k++)
            TN_TRY(make_route(m, k, err));
    }
    return make_rows(p, err);
}

/* --- opening and closing ------------------------------------------------------ */

/* May the importer call it with nobody between? What an importer may have put
 * into a table or a global cannot be taken back, so it keeps the host's. */
static bool may_be_direct(const struct tn_prog_route *r)
{
    if (r->host == NULL || r->to == NULL || r->is_bytes || r->is_kept)
        return false;
    const tn_program_config *config = &r->from->program->config;
    return !config->stats && config->trace == NULL;
}

static void bind_route(const struct tn_prog_route *r, tn_func *func)
{
    const struct tn_mod *mod = r->from->module->mod;
    tn_rt_rebind_import(r->from->instance, mod->imports[r->import_index].index,
                        func);
}

static void bind_routes_to(struct tn_prog_module *to, bool is_open)
{
    struct tn_program *p = to->program;
    for (uint32_t i = 0; i < p->set.count; i++) {
        struct tn_prog_module *m = &p->modules[i];
        uint32_t count = m->instance != NULL ? m->module->mod->import_count : 0;
        for (uint32_t k = 0; k < count; k++) {
            const struct tn_prog_route *r = &m->routes[k];
            if (r->to != to || !may_be_direct(r))
                continue;
            tn_func *func = tn_prog_export_func(to, route_name(r));
            bind_route(r, is_open && func != NULL ? func : r->host);
        }
    }
}

void tn_prog_open_routes(struct tn_prog_module *to)
{
    bind_routes_to(to, true);
}

void tn_prog_close_routes(struct tn_prog_module *to)
{
    bind_routes_to(to, false);
}

void tn_prog_open_own_routes(struct tn_prog_module *m)
{
    for (uint32_t k = 0; k < m->module->mod->import_count; k++) {
        const struct tn_prog_route *r = &m->routes[k];
        if (!may_be_direct(r) ||
            (r->to->state != TN_PROG_STARTING && r->to->state != TN_PROG_LIVE))
            continue;
        tn_func *func = tn_prog_export_func(r->to, route_name(r));
        if (func != NULL)
            bind_route(r, func);
    }
}
