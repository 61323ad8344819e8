/* ldd_json.c - a plan for programs.
 *
 *   {"version": 1, "file": .., "linked": true, "is64": ..,
 *    "loads": ..,                      // nothing is missing that must be there
 *    "objects": [{"index", "name", "path", "pic", "preloaded",
 *      "memory": {"base", "size", "align"}, "table": {"base", "size", "align"},
 *      "tls": {"base", "size"},        // if it has some
 *      "needs": [{"name", "found", "object"}],
 *      "imports": [..]}],              // with -v: all, each as in unresolved
 *    "bindings": [{"from", "to": "object"|"host"|"isolated"|"space",
 *      "object"|"module",
 *      "calls", "pointers", "data", "tags", "shared", "others"}],
 *    "unresolved": [{"object", "kind": "call"|"pointer"|"data"|"tag"|"other",
 *      "module", "name", "type", "weak", "fatal",
 *      "fault": "missing"|"kind"|"type",          // none of what is weak
 *      "other": {"object", "kind", "type"},       // no object: the host
 *      "near": [{"object", "kind": "function"|"data"|"tag", "name", "type"}]}],
 *    "memory": [{"base", "size", "what", "object"}],
 *    "openable": [".."], "isolated": [".."]}
 *
 * Of a file that needs no linker, "linked" is false and there is no more. New
 * fields may come; the version grows only when one changes its meaning. */
#include "json_out.h"
#include "ldd.h"

static void put_span(struct json *json, const char *key, uint64_t base,
                     uint64_t size, uint64_t align)
{
    json_open(json, key, '{');
    json_number(json, "base", base);
    json_number(json, "size", size);
    if (align != 0)
        json_number(json, "align", align);
    json_close(json, '}');
}

static void put_near(struct json *json, const struct ldd_plan *plan,
                     const struct ldd_import *import)
{
    struct ldd_miss misses[LDD_MISSES];
    size_t count = ldd_misses(plan, import, misses);
    json_open(json, "near", '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, NULL, '{');
        json_number(json, "object", misses[i].object);
        json_string(json, "kind", ldd_kind_name(misses[i].kind));
        json_string(json, "name", misses[i].name);
        json_string(json, "type", misses[i].type);
        json_close(json, '}');
        ldd_miss_drop(&misses[i]);
    }
    json_close(json, ']');
}

static void put_fault(struct json *json, const struct ldd_plan *plan,
                      const struct ldd_import *import)
{
    static const char *const names[] = {"", "missing", "kind", "type"};
    json_bool(json, "fatal", import->is_fatal);
    if (import->fault == TN_FAULT_NONE)
        return;
    json_string(json, "fault", names[import->fault]);
    if (import->fault == TN_FAULT_MISSING) {
        put_near(json, plan, import);
        return;
    }
    json_open(json, "other", '{');
    if (import->other != LDD_NONE)
        json_number(json, "object", import->other);
    json_string(json, "kind", ldd_kind_name(import->other_kind));
    json_string(json, "type", import->other_type);
    json_close(json, '}');
}

/* Who it is bound to, as the members of an object that is open. */
static void put_target(struct json *json, const struct ldd_plan *plan,
                       enum ldd_source source, size_t to, const char *module)
{
    static const char *const names[] = {"object", "host", "isolated", "space",
                                        "nobody"};
    json_string(json, "to", names[source]);
    if (source == LDD_OBJECT)
        json_number(json, "object", to);
    else if (source == LDD_HOST)
        json_string(json, "module", module);
    else if (source == LDD_MODULE)
        json_string(json, "module", plan->set->modules[to].name);
}

static void put_import_facts(struct json *json, const struct ldd_import *import)
{
    json_string(json, "kind", ldd_use_name(import->kind));
    json_string(json, "module", import->module);
    json_string(json, "name", import->name);
    json_string(json, "type", import->type);
    json_bool(json, "weak", import->is_weak);
}

static void put_all_imports(struct json *json, const struct ldd_plan *plan,
                            const struct ldd_object *object)
{
    json_open(json, "imports", '[');
    for (size_t i = 0; i < object->import_count; i++) {
        const struct ldd_import *import = &object->imports[i];
        json_open(json, NULL, '{');
        put_import_facts(json, import);
        put_target(json, plan, import->source, import->to, import->module);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_needs(struct json *json, const struct ldd_object *object)
{
    json_open(json, "needs", '[');
    for (size_t i = 0; i < object->info.need_count; i++) {
        const struct ldd_need *need = &object->needs[i];
        json_open(json, NULL, '{');
        json_string(json, "name", need->name);
        json_bool(json, "found", need->object != LDD_NONE);
        if (need->object != LDD_NONE)
            json_number(json, "object", need->object);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_objects(struct json *json, const struct ldd_plan *plan)
{
    json_open(json, "objects", '[');
    for (size_t i = 0; i < plan->object_count; i++) {
        const struct ldd_object *object = &plan->objects[i];
        const tn_dso_info *info = &object->info;
        json_open(json, NULL, '{');
        json_number(json, "index", i);
        json_string(json, "name", info->name);
        json_string(json, "path", info->path);
        json_bool(json, "pic", info->is_position_independent);
        json_bool(json, "preloaded", object->is_preloaded);
        put_span(json, "memory", info->memory_base, info->memory_bytes,
                 info->memory_align);
        put_span(json, "table", info->table_base, info->table_elements,
                 info->table_align);
        if (info->tls_bytes != 0)
            put_span(json, "tls", info->tls_base, info->tls_bytes, 0);
        put_needs(json, object);
        if (plan->is_verbose)
            put_all_imports(json, plan, object);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_bindings(struct json *json, const struct ldd_plan *plan)
{
    static const char *const names[] = {"calls", "pointers", "data",
                                        "tags",  "shared",   "others"};
    json_open(json, "bindings", '[');
    for (size_t i = 0; i < plan->pair_count; i++) {
        const struct ldd_pair *pair = &plan->pairs[i];
        json_open(json, NULL, '{');
        json_number(json, "from", pair->from);
        put_target(json, plan, pair->source, pair->to, pair->module);
        for (unsigned k = 0; k <= TN_BINDING_OTHER; k++)
            json_number(json, names[k], pair->counts[k]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_unresolved(struct json *json, const struct ldd_plan *plan)
{
    json_open(json, "unresolved", '[');
    for (size_t k = 0; k < plan->object_count; k++) {
        const struct ldd_object *object = &plan->objects[k];
        for (size_t i = 0; i < object->import_count; i++) {
            if (object->imports[i].source != LDD_NOBODY)
                continue;
            json_open(json, NULL, '{');
            json_number(json, "object", k);
            put_import_facts(json, &object->imports[i]);
            put_fault(json, plan, &object->imports[i]);
            json_close(json, '}');
        }
    }
    json_close(json, ']');
}

static void put_regions(struct json *json, const struct ldd_plan *plan)
{
    json_open(json, "memory", '[');
    for (size_t i = 0; i < plan->region_count; i++) {
        const struct ldd_region *region = &plan->regions[i];
        json_open(json, NULL, '{');
        json_number(json, "base", region->at);
        json_number(json, "size", region->size);
        json_string(json, "what", region->what);
        if (region->object != LDD_NONE)
            json_number(json, "object", region->object);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_members(struct json *json, const struct ldd_plan *plan,
                        enum ldd_member which, const char *key)
{
    json_open(json, key, '[');
    for (size_t i = 0; i < plan->set->count; i++)
        if (plan->members[i] == which)
            json_string(json, NULL, plan->set->modules[i].name);
    json_close(json, ']');
}

void ldd_as_json(const struct ldd_plan *plan)
{
    struct json json = {stdout, 0, false};
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_string(&json, "file", plan->file);
    json_bool(&json, "linked", plan->is_linked);
    if (plan->is_linked) {
        json_bool(&json, "is64", plan->info.is_64);
        json_bool(&json, "loads",
                  plan->fatal_count == 0 && plan->missing_count == 0);
        put_objects(&json, plan);
        put_bindings(&json, plan);
        put_unresolved(&json, plan);
        put_regions(&json, plan);
        put_members(&json, plan, LDD_OPENABLE, "openable");
        put_members(&json, plan, LDD_ISOLATED, "isolated");
    }
    json_close(&json, '}');
}
