/* find.c - which function an outer name means. The answer is static: whether a
 * module is in service does not change whose function a name is. */
#include "prog/program.h"

static bool has_func(const struct tn_prog_module *m, struct tn_str name)
{
    const struct tn_export *e = tn_prog_find_export(tn_prog_part(m), name);
    return e != NULL && e->kind == TN_EXTERN_FUNC;
}

/* Told once for each name. */
static void warn_of_several(struct tn_program *p, struct tn_str name,
                            const struct tn_prog_module *first)
{
    struct tn_buf who;
    tn_buf_init(&who, p->set.arena.alloc);
    for (uint32_t i = first->id; i < p->set.count; i++) {
        if (!has_func(&p->modules[i], name))
            continue;
        tn_buf_str(&who, tn_str_of(i == first->id ? "" : ", "));
        tn_buf_str(&who, p->set.parts[i].name);
    }
    struct tn_str text = {(const char *)who.at, who.size};
    tn_prog_report(p, "warning", "%.*s is exported by %.*s; %.*s answers",
                   TN_STR(name), TN_STR(text),
                   TN_STR(tn_prog_part(first)->name));
    tn_buf_clear(&who);
}

/* The whole text as a name: the first module that has it, and how many do. */
static uint32_t count_answers(struct tn_program *p, struct tn_str name,
                              struct tn_prog_module **first)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->set.count && !tn_mod_is_own_name(name); i++)
        if (has_func(&p->modules[i], name) && count++ == 0)
            *first = &p->modules[i];
    return count;
}

static bool is_called(const struct tn_prog_module *m, struct tn_str name)
{
    struct tn_buf number;
    tn_buf_init(&number, m->program->set.arena.alloc);
    tn_buf_print(&number, "#%u", m->id);
    struct tn_str text = {(const char *)number.at, number.size};
    bool is =
        tn_str_equal(tn_prog_part(m)->name, name) || tn_str_equal(text, name);
    tn_buf_clear(&number);
    return is;
}

/* How many modules are called that; `found` is the last of them. */
static uint32_t count_called(struct tn_program *p, struct tn_str name,
                             struct tn_prog_module **found)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->set.count; i++) {
        if (!is_called(&p->modules[i], name))
            continue;
        *found = &p->modules[i];
        count++;
    }
    return count;
}

tn_status tn_prog_find(struct tn_program *p, struct tn_str route,
                       struct tn_prog_module **module, struct tn_str *name,
                       tn_error *err)
{
    uint32_t answers = count_answers(p, route, module);
    if (answers != 0) {
        const struct tn_export *e =
            tn_prog_find_export(tn_prog_part(*module), route);
        *name = e->name; /* lives as long as the module */
        if (answers > 1 && tn_map_put(&p->warned, p->set.arena.alloc, *name,
                                      0) == TN_MAP_ADDED)
            warn_of_several(p, *name, *module);
        return TN_OK;
    }
    const char *colon =
        route.size != 0 ? memchr(route.at, ':', route.size) : NULL;
    if (colon != NULL) {
        size_t n = (size_t)(colon - route.at);
        struct tn_str called = {route.at, n};
        struct tn_str rest = {colon + 1, route.size - n - 1};
        uint32_t count = count_called(p, called, module);
        if (count > 1)
            return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                           "%u modules are named %.*s; the last is #%u:%.*s",
                           count, TN_STR(called), (*module)->id, TN_STR(rest));
        if (count == 1 && has_func(*module, rest)) {
            *name = tn_prog_find_export(tn_prog_part(*module), rest)->name;
            return TN_OK;
        }
    }
    return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                   "no module exports a function %.*s", TN_STR(route));
}
