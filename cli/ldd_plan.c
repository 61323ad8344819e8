/* ldd_plan.c - a plan of the linker's, taken down as facts. */
#include "ldd.h"

#include "files.h"

#include <stdlib.h>
#include <string.h>

static char *copy_bytes(const char *at, size_t size)
{
    char *copy = malloc(size + 1);
    if (copy == NULL)
        return NULL;
    if (size != 0)
        memcpy(copy, at, size);
    copy[size] = '\0';
    return copy;
}

static size_t index_of(const struct ldd_plan *plan, const tn_dso *dso)
{
    for (size_t i = 0; dso != NULL && i < plan->object_count; i++)
        if (plan->objects[i].dso == dso)
            return i;
    return LDD_NONE;
}

/* --- Objects ---------------------------------------------------------------- */

static bool read_needs(struct ldd_plan *plan, struct ldd_object *object)
{
    size_t count = object->info.need_count;
    object->needs = calloc(count + 1, sizeof(object->needs[0]));
    if (object->needs == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t size;
        const char *name = tn_dso_need_name(object->dso, i, &size);
        object->needs[i].name = copy_bytes(name, size);
        object->needs[i].object = index_of(plan, tn_dso_need(object->dso, i));
        if (object->needs[i].name == NULL)
            return false;
        plan->missing_count += object->needs[i].object == LDD_NONE;
    }
    return true;
}

static bool is_preload(const struct preloads *preloads, const char *name)
{
    for (size_t i = 0; i < preloads->count; i++)
        if (strcmp(base_name(preloads->names[i]), name) == 0)
            return true;
    return false;
}

/* --- Imports ---------------------------------------------------------------- */

/* The module of the set that an object is, or set->count: as the object is
 * found, by the module's name in the set or in itself. */
static size_t module_of(const struct ldd_plan *plan, size_t object)
{
    const struct set *set = plan->set;
    const char *name = plan->objects[object].info.name;
    if (object == 0)
        return plan->root;
    for (size_t i = 0; i < set->count; i++)
        if (plan->members[i] != LDD_ISOLATED && i != plan->root &&
            (strcmp(set->modules[i].name, name) == 0 ||
             strcmp(tn_info_name(set->modules[i].info), name) == 0))
            return i;
    return set->count;
}

/* What none of the space defines may be a route to an isolated module. */
static size_t find_route(const struct ldd_plan *plan, size_t module,
                         size_t import)
{
    if (module == plan->set->count)
        return LDD_NONE;
    tn_item_info item = tn_info_import(plan->set->modules[module].info, import);
    if (item.kind != TN_EXTERN_FUNC)
        return LDD_NONE;
    struct resolution found = set_resolve(plan->set, module, &item);
    return found.origin == ORIGIN_MODULE &&
                   plan->members[found.module] == LDD_ISOLATED
               ? found.module
               : LDD_NONE;
}

static void find_source(const struct ldd_plan *plan, const tn_binding *b,
                        struct ldd_import *out)
{
    out->to = LDD_NONE;
    if (b->by != NULL) {
        out->source = LDD_OBJECT;
        out->to = index_of(plan, b->by);
    } else if (b->is_host) {
        out->source = LDD_HOST;
    } else {
        out->source = b->is_defined ? LDD_SPACE : LDD_NOBODY;
    }
}

static bool read_import(struct ldd_plan *plan, struct ldd_object *object,
                        size_t module, size_t i)
{
    tn_binding b = tn_dso_binding(object->dso, i);
    struct ldd_import *import = &object->imports[i];
    *import = (struct ldd_import){
        .kind = b.kind,
        .other_kind = b.other_kind,
        .fault = b.fault,
        .is_weak = b.is_weak,
        .is_fatal = b.is_fatal,
        .other = index_of(plan, b.other),
        .module = copy_bytes(b.module, b.module_size),
        .name = copy_bytes(b.name, b.name_size),
        .type = copy_bytes(b.type, strlen(b.type)),
        .other_type = copy_bytes(b.other_type, strlen(b.other_type)),
    };
    object->import_count = i + 1;
    find_source(plan, &b, import);
    size_t route =
        import->source == LDD_NOBODY ? find_route(plan, module, i) : LDD_NONE;
    if (route != LDD_NONE) {
        import->source = LDD_MODULE;
        import->to = route;
        import->fault = TN_FAULT_NONE;
        import->is_fatal = false;
    }
    plan->fatal_count += import->is_fatal;
    return import->module && import->name && import->type && import->other_type;
}

static bool read_imports(struct ldd_plan *plan, size_t index, size_t module)
{
    struct ldd_object *object = &plan->objects[index];
    size_t count = tn_dso_binding_count(object->dso);
    object->imports = calloc(count + 1, sizeof(object->imports[0]));
    if (object->imports == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_import(plan, object, module, i))
            return false;
    return true;
}

/* --- Pairs ------------------------------------------------------------------ */

bool ldd_is_of_pair(const struct ldd_pair *pair,
                    const struct ldd_import *import)
{
    return pair->source == import->source && pair->to == import->to &&
           (import->source != LDD_HOST ||
            strcmp(pair->module, import->module) == 0);
}

static bool count_import(struct ldd_plan *plan, size_t first, size_t from,
                         const struct ldd_import *import)
{
    size_t i = first;
    while (i < plan->pair_count && !ldd_is_of_pair(&plan->pairs[i], import))
        i++;
    if (i == plan->pair_count) {
        struct ldd_pair *pairs =
            realloc(plan->pairs, (i + 1) * sizeof(pairs[0]));
        if (pairs == NULL)
            return false;
        plan->pairs = pairs;
        plan->pairs[i] = (struct ldd_pair){
            .from = from,
            .source = import->source,
            .to = import->to,
            .module = import->source == LDD_HOST ? import->module : NULL,
        };
        plan->pair_count++;
    }
    plan->pairs[i].counts[import->kind]++;
    return true;
}

static bool count_pairs(struct ldd_plan *plan)
{
    for (size_t k = 0; k < plan->object_count; k++) {
        const struct ldd_object *object = &plan->objects[k];
        size_t first = plan->pair_count;
        for (size_t i = 0; i < object->import_count; i++)
            if (object->imports[i].source != LDD_NOBODY &&
                !count_import(plan, first, k, &object->imports[i]))
                return false;
    }
    return true;
}

/* --- The memory ------------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
    const struct ldd_region *x = a, *y = b;
    return x->at != y->at ? (x->at < y->at ? -1 : 1)
                          : (x->size > y->size) - (x->size < y->size);
}

static bool read_regions(struct ldd_plan *plan)
{
    const tn_space_info *info = &plan->info;
    bool is_pic = plan->objects[0].info.is_position_independent;
    size_t n = 0;
    plan->regions =
        calloc(2 * plan->object_count + 3, sizeof(plan->regions[0]));
    if (plan->regions == NULL)
        return false;
    struct ldd_region *at = plan->regions;
    if (is_pic)
        at[n++] = (struct ldd_region){0, info->stack_low, "guard", LDD_NONE};
    else if (info->heap_base != 0) /* its data, and perhaps its stack */
        at[n++] = (struct ldd_region){0, info->heap_base, "image", 0};
    if (info->stack_high != 0)
        at[n++] = (struct ldd_region){info->stack_low,
                                      info->stack_high - info->stack_low,
                                      "stack", LDD_NONE};
    for (size_t i = 0; i < plan->object_count; i++) {
        const tn_dso_info *o = &plan->objects[i].info;
        if (o->is_position_independent)
            at[n++] = (struct ldd_region){o->memory_base, o->memory_bytes,
                                          "image", i};
        if (o->tls_bytes != 0)
            at[n++] = (struct ldd_region){o->tls_base, o->tls_bytes, "tls", i};
    }
    if (info->heap_base != 0)
        at[n++] = (struct ldd_region){info->heap_base,
                                      info->heap_end - info->heap_base, "heap",
                                      LDD_NONE};
    qsort(at, n, sizeof(at[0]), by_address);
    plan->region_count = n;
    return true;
}

/* --- Names ------------------------------------------------------------------ */

static bool is_any_missing(const struct ldd_plan *plan)
{
    for (size_t k = 0; k < plan->object_count; k++)
        for (size_t i = 0; i < plan->objects[k].import_count; i++)
            if (plan->objects[k].imports[i].fault == TN_FAULT_MISSING)
                return true;
    return false;
}

/* In which near ones are looked for. */
static bool read_definitions(struct ldd_plan *plan)
{
    size_t most = 0;
    if (!is_any_missing(plan))
        return true;
    for (size_t k = 0; k < plan->object_count; k++)
        most += tn_dso_definition_count(plan->objects[k].dso);
    plan->definitions = calloc(most + 1, sizeof(plan->definitions[0]));
    if (plan->definitions == NULL)
        return false;
    for (size_t k = 0; k < plan->object_count; k++) {
        tn_dso *dso = plan->objects[k].dso;
        for (size_t i = 0; i < tn_dso_definition_count(dso); i++) {
            tn_definition found;
            if (tn_dso_definition(dso, i, &found))
                plan->definitions[plan->definition_count++] =
                    (struct ldd_definition){
                        k, i, found.name, found.name_size,
                        ldd_letters(found.name, found.name_size)};
        }
    }
    return true;
}

/* --- All -------------------------------------------------------------------- */

bool ldd_plan_read(struct ldd_plan *plan, const struct preloads *preloads)
{
    size_t count = tn_space_dso_count(plan->space);
    plan->info = tn_space_look(plan->space);
    plan->objects = calloc(count, sizeof(plan->objects[0]));
    if (plan->objects == NULL)
        return false;
    plan->object_count = count;
    for (size_t i = 0; i < count; i++) {
        struct ldd_object *object = &plan->objects[i];
        object->dso = tn_space_dso(plan->space, i);
        object->info = tn_dso_look(object->dso);
        object->is_preloaded = i > 0 && is_preload(preloads, object->info.name);
    }
    for (size_t i = 0; i < count; i++) {
        size_t module = module_of(plan, i);
        if (module != plan->set->count)
            plan->members[module] = LDD_LOADED;
        if (!read_needs(plan, &plan->objects[i]) ||
            !read_imports(plan, i, module))
            return false;
    }
    return count_pairs(plan) && read_regions(plan) && read_definitions(plan);
}

void ldd_plan_free(struct ldd_plan *plan)
{
    for (size_t k = 0; k < plan->object_count; k++) {
        struct ldd_object *object = &plan->objects[k];
        for (size_t i = 0; object->needs && i < object->info.need_count; i++)
            free(object->needs[i].name);
        for (size_t i = 0; i < object->import_count; i++) {
            free(object->imports[i].module);
            free(object->imports[i].name);
            free(object->imports[i].type);
            free(object->imports[i].other_type);
        }
        free(object->needs);
        free(object->imports);
    }
    free(plan->objects);
    free(plan->pairs);
    free(plan->regions);
    free(plan->definitions);
}

/* --- Words ------------------------------------------------------------------ */

const char *ldd_kind_name(tn_binding_kind kind)
{
    static const char *const names[] = {"function", "function", "data",
                                        "tag",      "space",    "import"};
    return names[kind];
}

const char *ldd_use_name(tn_binding_kind kind)
{
    static const char *const names[] = {"call", "pointer", "data",
                                        "tag",  "space",   "other"};
    return names[kind];
}

void ldd_put_target(FILE *out, const struct ldd_plan *plan,
                    const struct ldd_pair *pair)
{
    switch (pair->source) {
    case LDD_OBJECT:
        put_text(out, pair->to == pair->from
                          ? "itself"
                          : plan->objects[pair->to].info.name);
        break;
    case LDD_HOST:
        fputs("the host's ", out);
        put_text(out, pair->module);
        break;
    case LDD_MODULE:
        fputs("isolated module ", out);
        put_text(out, plan->set->modules[pair->to].name);
        break;
    case LDD_SPACE:
        fputs("what all share", out);
        break;
    case LDD_NOBODY:
        break;
    }
}

void ldd_put_counts(FILE *out, const struct ldd_pair *pair)
{
    static const char *const one[] = {"call", "pointer", "address",
                                      "tag",  "item",    "item"};
    static const char *const many[] = {"calls", "pointers", "addresses",
                                       "tags",  "items",    "items"};
    const char *comma = "";
    for (unsigned k = 0; k <= TN_BINDING_OTHER; k++) {
        uint64_t n = pair->counts[k];
        if (n == 0)
            continue;
        fprintf(out, "%s%llu %s", comma, (unsigned long long)n,
                n == 1 ? one[k] : many[k]);
        comma = ", ";
    }
}
