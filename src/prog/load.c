/* load.c - from the bytes of modules to a set in which all imports are met,
 * or are known not to be. One malformed or invalid module ends it: nothing of
 * a package runs that is not right as a whole. */
#include "prog/program.h"

static tn_status load_module(struct tn_program *p, uint32_t i, tn_bytes bytes,
                             tn_error *err)
{
    struct tn_prog_module *m = &p->modules[i];
    tn_error why = {0};
    tn_status status =
        tn_module_new_copy(p->engine, bytes.at, bytes.size, &m->module, &why);
    if (status != TN_OK)
        return tn_fail(err, status, why.offset, "module %u: %s", i, why.text);
    m->program = p;
    m->id = i;
    m->file_bytes = bytes.size;
    m->cause.kind = "";
    p->set.parts[i].mod = m->module->mod;
    return TN_OK;
}

static tn_status load_preload(struct tn_program *p, uint32_t i,
                              const tn_named_module *given, tn_error *err)
{
    TN_TRY(load_module(p, i, given->bytes, err));
    struct tn_str name = tn_str_of(given->name);
    char *copy = TN_NEW_ARRAY(&p->set.arena, char, name.size + 1);
    if (copy == NULL)
        return tn_no_memory(err);
    if (name.size != 0)
        memcpy(copy, name.at, name.size);
    p->set.parts[i].given = (struct tn_str){copy, name.size};
    return TN_OK;
}

tn_status tn_prog_load(struct tn_program *p, const tn_package *package,
                       const tn_program_config *config, tn_error *err)
{
    uint32_t packed = (uint32_t)tn_package_module_count(package);
    if (config->preload_count > UINT16_MAX)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "more than %d modules besides the package's",
                       UINT16_MAX);
    uint32_t count = packed + (uint32_t)config->preload_count;
    TN_TRY(tn_prog_set_alloc(&p->set, count, err));
    p->modules = TN_NEW_ARRAY(&p->set.arena, struct tn_prog_module, count);
    p->queue = TN_NEW_ARRAY(&p->set.arena, uint32_t, count);
    if (p->modules == NULL || p->queue == NULL)
        return tn_no_memory(err);
    for (uint32_t i = 0; i < packed; i++) {
        tn_bytes bytes;
        bytes.at = tn_package_module(package, i, &bytes.size);
        TN_TRY(load_module(p, i, bytes, err));
    }
    for (uint32_t i = packed; i < count; i++)
        TN_TRY(load_preload(p, i, &config->preload[i - packed], err));
    p->packed = packed;
    TN_TRY(tn_prog_find_linked(p, config, err));
    TN_TRY(tn_prog_set_names(&p->set, err));
    for (uint32_t i = 0; i < count; i++)
        tn_prog_trace(p, "module #%u %.*s, %llu bytes", i,
                      TN_STR(p->set.parts[i].name),
                      (unsigned long long)p->modules[i].file_bytes);
    return TN_OK;
}

/* --- linking ----------------------------------------------------------------- */

static void trace_need(const struct tn_program *p,
                       const struct tn_prog_part *part, uint32_t i)
{
    const struct tn_prog_need *need = &part->needs[i];
    if (p->config.trace == NULL || need->to == TN_NONE)
        return;
    const struct tn_prog_part *to = &p->set.parts[need->to];
    const struct tn_import *im = &part->mod->imports[i];
    tn_prog_trace(p, "resolve %.*s \"%.*s\" \"%.*s\" -> %.*s:%.*s (%s%s)",
                  TN_STR(part->name), TN_STR(im->module), TN_STR(im->name),
                  TN_STR(to->name),
                  TN_STR(to->mod->exports[need->export_index].name),
                  need->by == TN_PROG_BY_MODULE_NAME ? "by module name"
                                                     : "by export name",
                  need->is_bytes ? ", bytes" : "");
}

/* Resolves all imports of a module; each that fails is told, the last one as
 * the module's cause. True if there was any. */
/* What a part of the space can have of others are functions: what the others
 * do not have either is the linker's to tell. */
static void link_to_others(struct tn_prog_module *m)
{
    struct tn_program *p = m->program;
    const struct tn_prog_part *part = tn_prog_part(m);
    for (uint32_t i = 0; i < part->mod->import_count; i++) {
        struct tn_prog_fault ignored = {.kind = ""};
        struct tn_prog_need *need = &part->needs[i];
        if (part->mod->imports[i].kind == TN_EXTERN_FUNC)
            (void)tn_prog_resolve(&p->set, m->id, i, &ignored);
        if (need->by == TN_PROG_BY_NONE || need->by == TN_PROG_BY_TRAP ||
            (need->to != TN_NONE && p->modules[need->to].is_linked))
            *need = (struct tn_prog_need){TN_PROG_BY_NONE, false, TN_NONE, 0};
        else
            trace_need(p, part, i);
    }
}

static bool link_module(struct tn_prog_module *m, struct tn_prog_fault *cause)
{
    struct tn_program *p = m->program;
    const struct tn_prog_part *part = tn_prog_part(m);
    bool has_failed = false;
    if (m->is_linked) {
        link_to_others(m);
        return false;
    }
    if (tn_prog_is_command(part) &&
        tn_prog_find_export(part, tn_str_of("_initialize")) != NULL) {
        tn_prog_fault_set(cause, "link.command",
                          "%.*s exports both _start and _initialize",
                          TN_STR(part->name));
        has_failed = true;
    }
    for (uint32_t i = 0; i < part->mod->import_count; i++) {
        struct tn_prog_fault fault = {.kind = ""};
        if (tn_prog_resolve(&p->set, m->id, i, &fault)) {
            trace_need(p, part, i);
            continue;
        }
        if (has_failed)
            tn_prog_report(p, cause->kind, "%s", cause->text);
        *cause = fault;
        has_failed = true;
    }
    return has_failed;
}

static void refuse_circles(struct tn_program *p)
{
    for (uint32_t i = 0; i < p->set.count; i++) {
        struct tn_prog_fault cause;
        if (!tn_prog_reaches(&p->set, i, i))
            continue;
        tn_prog_fault_set(&cause, "link.cycle",
                          "%.*s: its memory, table, global or tag imports "
                          "lead back to itself",
                          TN_STR(p->set.parts[i].name));
        tn_prog_take_down(&p->modules[i], &cause);
    }
}

static void trace_order(const struct tn_program *p)
{
    struct tn_buf text;
    if (p->config.trace == NULL)
        return;
    tn_buf_init(&text, p->set.arena.alloc);
    for (uint32_t i = 0; i < p->set.count; i++) {
        tn_buf_str(&text, tn_str_of(i == 0 ? "" : ", "));
        tn_buf_str(&text, p->set.parts[p->set.order[i]].name);
    }
    tn_prog_trace(p, "order %.*s", (int)text.size, (const char *)text.at);
    tn_buf_clear(&text);
}

tn_status tn_prog_link(struct tn_program *p, tn_error *err)
{
    size_t n = p->set.count;
    struct tn_prog_fault *causes =
        TN_ALLOC_ARRAY(p->set.arena.alloc, struct tn_prog_fault, n);
    if (causes == NULL)
        return tn_no_memory(err);
    /* All are linked before any goes down, so that each error is told. */
    for (uint32_t i = 0; i < n; i++)
        if (!link_module(&p->modules[i], &causes[i]))
            causes[i].kind = NULL;
    for (uint32_t i = 0; i < n; i++)
        if (causes[i].kind != NULL)
            tn_prog_take_down(&p->modules[i], &causes[i]);
    tn_alloc_free(p->set.arena.alloc, causes, n * sizeof *causes);
    TN_TRY(tn_prog_set_order(&p->set, err));
    refuse_circles(p);
    trace_order(p);
    return tn_prog_make_routes(p, err);
}
