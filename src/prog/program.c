/* program.c - programs as tenon.h has them: made, called, asked, freed. */
#include "prog/program.h"

#include <stdarg.h>
#include <stdio.h>

#include "rt/func.h"

/* --- telling the embedder ----------------------------------------------------- */

enum {
    LINE_BYTES = 1024
};

void tn_prog_report(const struct tn_program *p, const char *kind,
                    const char *format, ...)
{
    char line[LINE_BYTES];
    if (p->config.report == NULL)
        return;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    p->config.report(p->config.ctx, kind, line);
}

void tn_prog_trace(const struct tn_program *p, const char *format, ...)
{
    char line[LINE_BYTES];
    if (p->config.trace == NULL)
        return;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    p->config.trace(p->config.ctx, line);
}

/* --- making and freeing --------------------------------------------------------- */

static tn_status make_store(struct tn_program *p, tn_error *err)
{
    tn_store_config config = p->config.store;
    config.trap_policy = TN_TRAP_POISONS;
    TN_TRY(tn_store_new(p->engine, &config, &p->store, err));
    if (p->config.store_ready != NULL)
        p->config.store_ready(p->config.ctx, p->store);
    return TN_OK;
}

static tn_status build(struct tn_program *p, const tn_package *package,
                       const tn_program_config *config, tn_error *err)
{
    TN_TRY(tn_prog_load(p, package, config, err));
    TN_TRY(make_store(p, err));
    TN_TRY(tn_prog_make_wasi(p, config->wasi, err));
    TN_TRY(tn_prog_link(p, err));
    return tn_prog_start(p, err);
}

tn_status tn_program_new(tn_engine *engine, const tn_package *package,
                         const tn_program_config *given, tn_program **out,
                         tn_error *err)
{
    tn_program_config config = TN_PROGRAM_CONFIG_INIT;
    if (given != NULL)
        memcpy(&config, given,
               given->size < sizeof config ? given->size : sizeof config);
    *out = NULL;
    struct tn_program *p = TN_ALLOC(&engine->alloc, struct tn_program);
    if (p == NULL)
        return tn_no_memory(err);
    p->engine = engine;
    p->config = config;
    p->config.wasi = NULL;
    p->config.preload = NULL;
    p->config.linker = NULL;
    p->fault.kind = "";
    tn_prog_set_init(&p->set, &engine->alloc);
    p->set.trap_unknown = config.trap_unknown_imports;
    p->root = TN_NONE;
    tn_buf_init(&p->chain_text, &engine->alloc);
    tn_status status = build(p, package, &config, err);
    if (status != TN_OK) {
        tn_program_free(p);
        return status;
    }
    *out = p;
    return TN_OK;
}

void tn_program_free(tn_program *p)
{
    if (p == NULL)
        return;
    const tn_allocator *alloc = &p->engine->alloc;
    if (p->store != NULL && p->config.store_ready != NULL)
        p->config.store_ready(p->config.ctx, NULL);
    for (uint32_t i = 0; p->modules != NULL && i < p->set.count; i++) {
        tn_wasi_threads_free(p->modules[i].threads);
        tn_imports_free(p->modules[i].wasi_items);
    }
    if (p->space != NULL)
        tn_prog_end_space(p);
    tn_imports_free(p->link_items);
    if (p->store != NULL)
        tn_store_free(p->store);
    tn_linker_free(p->linker);
    for (uint32_t i = 0; p->modules != NULL && i < p->set.count; i++) {
        tn_wasi_free(p->modules[i].wasi);
        tn_module_free(p->modules[i].module);
    }
    tn_map_clear(&p->warned, alloc);
    tn_buf_clear(&p->chain_text);
    tn_prog_set_clear(&p->set);
    tn_alloc_free(alloc, p, sizeof *p);
}

tn_store *tn_program_store(tn_program *p)
{
    return p->store;
}

/* --- outermost calls -------------------------------------------------------------- */

/* One at a time: a host function of the embedder's that calls the program
 * again is inside the call that runs, and heals nothing. */
static bool is_outermost(const struct tn_program *p)
{
    return p->store->activation == NULL;
}

static tn_status begin_outermost(struct tn_program *p, tn_error *err)
{
    if (!is_outermost(p))
        return TN_OK;
    if (p->has_exited)
        return tn_fail(err, TN_E_EXIT, TN_NO_OFFSET,
                       "proc_exit(%u) in a constructor", p->store->exit_code);
    TN_TRY(tn_prog_heal(p, err));
    p->fault = (struct tn_prog_fault){.kind = ""};
    p->chain = (struct tn_prog_chain){0};
    p->chain_text.size = 0;
    return TN_OK;
}

/* An exception that has left all modules is told as a trap. */
static tn_status end_outermost(struct tn_program *p, tn_status status,
                               const tn_error *why, tn_error *err)
{
    if (status == TN_E_EXCEPTION && is_outermost(p)) {
        tn_prog_fault_set(&p->fault, "trap", "%s", why->text);
        return tn_prog_fault_fail(&p->fault, TN_E_TRAP, err);
    }
    if (status == TN_E_TRAP) {
        tn_prog_chain_print(&p->chain, &p->chain_text);
        tn_buf_byte(&p->chain_text, 0);
    }
    return status == TN_OK ? status
                           : tn_fail(err, status, why->offset, "%s", why->text);
}

static tn_status fail_as(struct tn_program *p, const char *kind,
                         tn_status status, const tn_error *why, tn_error *err)
{
    tn_prog_fault_set(&p->fault, kind, "%s", why->text);
    return tn_fail(err, status, TN_NO_OFFSET, "%s", why->text);
}

/* What a route means, and whether it is in service. */
struct target {
    struct tn_prog_module *module;
    struct tn_str name;
    tn_func *func;
};

static tn_status find_target(struct tn_program *p, const char *route,
                             struct target *out, tn_error *err)
{
    tn_error why = {0};
    TN_TRY(begin_outermost(p, err));
    if (tn_prog_find(p, tn_str_of(route), &out->module, &out->name, &why) !=
        TN_OK)
        return fail_as(p, "route", TN_E_NOT_FOUND, &why, err);
    struct tn_str who = tn_prog_part(out->module)->name;
    if (out->module->state == TN_PROG_DOWN) {
        tn_prog_fault_set(&p->fault, "down",
                          "%.*s:%.*s: %.*s is out of service (%s)", TN_STR(who),
                          TN_STR(out->name), TN_STR(who),
                          out->module->cause.text);
        return tn_prog_fault_fail(&p->fault, TN_E_DOWN, err);
    }
    out->func = tn_prog_export_func(out->module, out->name);
    if (out->func != NULL)
        return TN_OK;
    tn_prog_fault_set(&p->fault, "down",
                      "%.*s:%.*s: %.*s is a library that nothing has opened",
                      TN_STR(who), TN_STR(out->name), TN_STR(who));
    return tn_prog_fault_fail(&p->fault, TN_E_DOWN, err);
}

tn_status tn_program_run(tn_program *p, tn_error *err)
{
    struct tn_prog_module *primary = &p->modules[0];
    struct tn_str name = tn_str_of("_start");
    if (!tn_prog_is_command(tn_prog_part(primary)) || p->is_started)
        return TN_OK;
    TN_TRY(begin_outermost(p, err));
    p->is_started = true;
    if (!tn_prog_exports_i32(tn_prog_part(primary), "_start", 0, 0)) {
        tn_prog_fault_set(&p->fault, "usage",
                          "_start is not a function () -> ()");
        return tn_prog_fault_fail(&p->fault, TN_E_TYPE, err);
    }
    tn_error why = {0};
    tn_status status = tn_prog_enter(
        primary, tn_prog_export_func(primary, name), name, NULL, &why);
    if (status == TN_OK && p->root == 0)
        status = tn_prog_finish_space(p, &why);
    return end_outermost(p, status, &why, err);
}

tn_status tn_program_func(tn_program *p, const char *route, tn_func **out,
                          tn_error *err)
{
    struct target t;
    *out = NULL;
    TN_TRY(find_target(p, route, &t, err));
    *out = t.func;
    return TN_OK;
}

/* --- calls with values ---------------------------------------------------------- */

static tn_status wrong_use(struct tn_program *p, const struct target *t,
                           const char *what, tn_error *err)
{
    char type[160];
    (void)tn_func_type(t->func, type, sizeof type);
    tn_prog_fault_set(&p->fault, "usage", "%.*s:%.*s is %s; %s",
                      TN_STR(tn_prog_part(t->module)->name), TN_STR(t->name),
                      type, what);
    return tn_prog_fault_fail(&p->fault, TN_E_TYPE, err);
}

static tn_status call_with(struct tn_program *p, const struct target *t,
                           const tn_val *args, tn_val *results, uint64_t *slots,
                           tn_error *err)
{
    const struct tn_type *type = t->func->type;
    uint64_t *at = slots;
    for (uint32_t i = 0; i < type->param_count; i++) {
        tn_error wrong = {0};
        tn_status written =
            tn_rt_val_write(p->store, type->params[i], &args[i], at, &wrong);
        if (written != TN_OK)
            return fail_as(p, "usage", written, &wrong, err);
        at += tn_slots_of(type->params[i]);
    }
    tn_error why = {0};
    tn_status status = tn_prog_enter(t->module, t->func, t->name, slots, &why);
    TN_TRY(end_outermost(p, status, &why, err));
    at = slots;
    for (uint32_t i = 0; i < type->result_count; i++) {
        tn_rt_val_read(p->engine, type->results[i], at, &results[i]);
        at += tn_slots_of(type->results[i]);
    }
    return TN_OK;
}

/* NOLINTNEXTLINE(readability-function-size): the public header says so */
tn_status tn_program_call(tn_program *p, const char *route, const tn_val *args,
                          size_t arg_count, tn_val *results,
                          size_t result_count, tn_error *err)
{
    struct target t;
    TN_TRY(find_target(p, route, &t, err));
    char what[64];
    if (arg_count != tn_func_param_count(t.func)) {
        (void)snprintf(what, sizeof what, "%zu arguments given", arg_count);
        return wrong_use(p, &t, what, err);
    }
    if (result_count != tn_func_result_count(t.func)) {
        (void)snprintf(what, sizeof what, "%zu results wanted", result_count);
        return wrong_use(p, &t, what, err);
    }
    const tn_allocator *alloc = &p->engine->alloc;
    size_t count = t.func->header_slot;
    uint64_t *slots = TN_ALLOC_ARRAY(alloc, uint64_t, count);
    if (slots == NULL)
        return tn_no_memory(err);
    tn_status status = call_with(p, &t, args, results, slots, err);
    tn_alloc_free(alloc, slots, count * sizeof *slots);
    return status;
}

/* --- calls with bytes -------------------------------------------------------------- */

static tn_status check_bytes_target(struct tn_program *p,
                                    const struct target *t, tn_error *err)
{
    const struct tn_prog_part *part = tn_prog_part(t->module);
    if (!tn_prog_is_bytes_type(t->func->type) ||
        !tn_prog_exports_i32(part, "patch_malloc", 1, 1) ||
        (tn_prog_find_export(part, tn_str_of("patch_free")) != NULL &&
         !tn_prog_exports_i32(part, "patch_free", 1, 0)))
        return wrong_use(p, t,
                         "a call with bytes needs (i32, i32) -> i64, "
                         "patch_malloc and perhaps patch_free",
                         err);
    return TN_OK;
}

tn_status tn_program_call_bytes(tn_program *p, const char *route, tn_bytes in,
                                tn_text *out, bool *has_value, tn_error *err)
{
    struct target t;
    struct tn_buf answer;
    *out = (tn_text){NULL, 0};
    *has_value = false;
    TN_TRY(find_target(p, route, &t, err));
    TN_TRY(check_bytes_target(p, &t, err));
    if (in.size > UINT32_MAX)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "more bytes than a 32-bit memory has");
    tn_buf_init(&answer, &tn_alloc_libc); /* as every tn_text */
    struct tn_prog_asker asker = {.in = in, .out = &answer};
    tn_error why = {0};
    tn_status status =
        tn_prog_call_bytes(t.module, t.name, &asker, has_value, &why);
    tn_buf_byte(&answer, 0);
    if (status == TN_OK && answer.failed)
        status = tn_no_memory(&why);
    if (status == TN_OK) {
        *out = (tn_text){(char *)answer.at, answer.size - 1};
        return TN_OK;
    }
    tn_buf_clear(&answer);
    *has_value = false;
    /* What the convention's own checks raise is a trap for a guest that
     * calls, and so it is for the embedder. */
    if (status == TN_E_DOWN)
        status = TN_E_TRAP;
    return end_outermost(p, status, &why, err);
}

/* --- asking ------------------------------------------------------------------------- */

const char *tn_program_trap_chain(const tn_program *p)
{
    bool is_there = p->chain_text.size != 0 && !p->chain_text.failed;
    return is_there ? (const char *)p->chain_text.at : "";
}

const char *tn_program_error_kind(const tn_program *p)
{
    return p->fault.kind;
}

size_t tn_program_module_count(const tn_program *p)
{
    return p->set.count;
}

static uint64_t own_memory_bytes(const struct tn_prog_module *m)
{
    const struct tn_mod *mod = m->module->mod;
    uint64_t bytes = 0;
    for (uint32_t i = mod->memory_import_count;
         m->instance != NULL && i < mod->memory_count; i++)
        bytes += tn_memory_size(m->instance->all_memories[i]);
    return bytes;
}

tn_program_module tn_program_module_at(const tn_program *p, size_t i)
{
    const struct tn_prog_module *m = &p->modules[i];
    const struct tn_mod *mod = m->module->mod;
    return (tn_program_module){
        .name = tn_prog_part(m)->name.at,
        .bytes = m->file_bytes,
        .memory_bytes = own_memory_bytes(m),
        .function_count = mod->func_count - mod->func_import_count,
        .in_service = m->state == TN_PROG_LIVE,
        .cause = m->state == TN_PROG_DOWN ? m->cause.text
                 : m->is_linked && m->instance == NULL
                     ? "a library that nothing has opened"
                     : "",
    };
}

size_t tn_program_route_count(const tn_program *p)
{
    return p->row_count;
}

tn_route_stats tn_program_route_at(const tn_program *p, size_t i)
{
    const struct tn_prog_row *row = &p->rows[i];
    const struct tn_prog_route *r = row->route;
    if (r == NULL)
        return (tn_route_stats){row->label, row->module->wasi_calls, 0, 0};
    return (tn_route_stats){row->label, r->calls, r->bytes_in, r->bytes_out};
}
