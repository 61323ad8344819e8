/* link.c - the imports of an instance: found, compared, bound.
 *
 * Specification 4.5.4: what is provided must match the type that is asked
 * for. All imports are looked at, so that one attempt tells all that is
 * wrong: each to the log, the first in the error. */
#include "rt/link.h"

#include "rt/func.h"
#include "rt/imports.h"

struct binding {
    struct tn_instance *instance;
    struct tn_rt_given given;
    const struct tn_import *import; /* the one at hand */
    tn_status status;               /* of the first that failed */
    tn_error *err;
};

static void refuse(struct binding *b, tn_status status, const char *why)
{
    struct tn_str module = b->import->module, name = b->import->name;
    tn_rt_log(b->instance->store->engine, TN_LOG_ERROR, "link",
              "%s: \"%.*s\" \"%.*s\"", why, TN_STR(module), TN_STR(name));
    if (b->status == TN_OK)
        b->status =
            tn_fail(b->err, status, TN_NO_OFFSET, "%s: \"%.*s\" \"%.*s\"", why,
                    TN_STR(module), TN_STR(name));
}

static bool limits_match(uint64_t size, const struct tn_limits *given,
                         const struct tn_limits *asked)
{
    return size >= asked->min && given->is_64 == asked->is_64 &&
           given->is_shared == asked->is_shared &&
           (!asked->has_max || (given->has_max && given->max <= asked->max));
}

/* --- One kind after the other ---------------------------------------------------------- */

static bool bind_func(struct binding *b, struct tn_func *func)
{
    const struct tn_mod *mod = b->instance->module->mod;
    uint32_t index = b->import->index;
    b->instance->context->imports[index].func = func;
    return tn_type_is_below(func->type, mod->types[mod->funcs[index]]);
}

static bool bind_table(struct binding *b, struct tn_table *table)
{
    const struct tn_mod *mod = b->instance->module->mod;
    uint32_t index = b->import->index;
    const struct tn_table_def *asked = &mod->tables[index];
    if (!limits_match(table->size, &table->limits, &asked->limits) ||
        table->type != tn_type_canon(mod, asked->type))
        return false;
    tn_rt_hold_table(b->instance, index, table);
    return true;
}

static bool bind_memory(struct binding *b, struct tn_memory *memory)
{
    uint32_t index = b->import->index;
    const struct tn_limits *asked =
        &b->instance->module->mod->memories[index].limits;
    if (!limits_match(tn_memory_pages(memory), &memory->limits, asked) ||
        memory->limits.page_log2 != asked->page_log2)
        return false;
    tn_rt_hold_memory(b->instance, index, memory);
    return true;
}

static bool bind_global(struct binding *b, struct tn_global *global)
{
    const struct tn_mod *mod = b->instance->module->mod;
    tn_engine *engine = b->instance->store->engine;
    uint32_t index = b->import->index;
    const struct tn_global_def *asked = &mod->globals[index];
    tn_valtype type = tn_type_canon(mod, asked->type);
    bool fits = global->type == type;
    if (!fits && !asked->is_mutable) {
        tn_mutex_lock(&engine->lock);
        fits = tn_type_matches(engine->types, global->type, type);
        tn_mutex_unlock(&engine->lock);
    }
    uint64_t *near = tn_rt_near_global(b->instance, index);
    if (near != NULL) {
        *near = *global->at;
    } else {
        b->instance->all_globals[index] = global;
        b->instance->context->globals_far[index] = global->at;
    }
    return fits && global->is_mutable == asked->is_mutable;
}

static bool bind_tag(struct binding *b, struct tn_tag *tag)
{
    const struct tn_mod *mod = b->instance->module->mod;
    uint32_t index = b->import->index;
    b->instance->all_tags[index] = tag;
    return tag->type->id == mod->types[mod->tags[index].type_index]->id;
}

static bool is_gone(const tn_extern *item)
{
    if (item->kind == TN_EXTERN_MEMORY)
        return item->of.memory->holds == NULL &&
               item->of.memory->owner->state == TN_INSTANCE_CLOSED;
    if (item->kind == TN_EXTERN_TABLE)
        return item->of.table->holds == NULL &&
               item->of.table->owner->state == TN_INSTANCE_CLOSED;
    return false;
}

static bool is_set_already(const struct binding *b, const tn_extern *item)
{
    return item->kind == TN_EXTERN_GLOBAL && item->of.global == NULL &&
           b->import->kind == TN_EXTERN_GLOBAL &&
           tn_rt_near_global(b->instance, b->import->index) != NULL;
}

static bool bind_item(struct binding *b, const tn_extern *item)
{
    if (is_set_already(b, item))
        return true;
    if (item->kind != b->import->kind || is_gone(item))
        return false;
    switch (item->kind) {
    case TN_EXTERN_FUNC:
        return bind_func(b, item->of.func);
    case TN_EXTERN_TABLE:
        return bind_table(b, item->of.table);
    case TN_EXTERN_MEMORY:
        return bind_memory(b, item->of.memory);
    case TN_EXTERN_GLOBAL:
        return bind_global(b, item->of.global);
    case TN_EXTERN_TAG:
        return bind_tag(b, item->of.tag);
    }
    return false;
}

/* --- Functions that nobody defined ------------------------------------------------------- */

static tn_status call_unknown(tn_call *call, uint64_t *slots, void *env,
                              tn_error *err)
{
    const struct tn_import *import = env;
    (void)call, (void)slots;
    return tn_fail(err, TN_E_MISSING, TN_NO_OFFSET,
                   "unknown import \"%.*s\" \"%.*s\" was called",
                   TN_STR(import->module), TN_STR(import->name));
}

/* Kept by the instance that imports it, and by the module, whose type and
 * names it has. */
static bool bind_trap(struct binding *b)
{
    struct tn_instance *in = b->instance;
    const struct tn_mod *mod = in->module->mod;
    uint32_t index = b->import->index;
    struct tn_host_func *host =
        tn_rt_host_func_new(in->store, mod->types[mod->funcs[index]],
                            in->module, call_unknown, (void *)b->import);
    if (host == NULL)
        return false;
    host->is_pinned = false;
    in->context->imports[index].func = &host->func;
    return true;
}

static void bind_one(struct binding *b)
{
    struct tn_imports *imports = b->given.imports;
    const tn_extern *item =
        b->given.items != NULL
            ? &b->given.items[b->import - b->instance->module->mod->imports]
            : tn_rt_imports_find(imports, b->import->module, b->import->name);
    bool traps = imports != NULL && imports->traps_unknown &&
                 b->import->kind == TN_EXTERN_FUNC;
    if (item != NULL) {
        if (!bind_item(b, item))
            refuse(b, TN_E_TYPE, "incompatible import type");
    } else if (!traps) {
        refuse(b, TN_E_MISSING, "unknown import");
    } else if (!bind_trap(b)) {
        b->status = tn_no_memory(b->err);
    }
}

tn_status tn_rt_link(struct tn_instance *instance, struct tn_rt_given given,
                     tn_error *err)
{
    const struct tn_mod *mod = instance->module->mod;
    struct binding b = {instance, given, NULL, TN_OK, err};
    if (given.imports != NULL && given.imports->store != instance->store)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "imports of another store");
    for (uint32_t i = 0; i < mod->import_count; i++) {
        b.import = &mod->imports[i];
        bind_one(&b);
    }
    return b.status;
}
