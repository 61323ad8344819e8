/* imports.c - names to what stands behind them. */
#include "rt/imports.h"

#include "rt/func.h"

tn_status tn_imports_new(tn_store *store, tn_imports **out, tn_error *err)
{
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    struct tn_imports *imports = TN_ALLOC(store->alloc, struct tn_imports);
    if (imports == NULL)
        return tn_no_memory(err);
    imports->store = store;
    imports->alloc = store->alloc;
    tn_arena_init(&imports->keys, store->alloc);
    tn_buf_init(&imports->key, store->alloc);
    imports->next = store->imports;
    imports->link = &store->imports;
    if (imports->next != NULL)
        imports->next->link = &imports->next;
    store->imports = imports;
    *out = imports;
    return TN_OK;
}

void tn_imports_free(tn_imports *imports)
{
    if (imports == NULL)
        return;
    const tn_allocator *alloc = imports->alloc;
    struct tn_store *store = imports->store;
    if (store != NULL) {
        for (size_t i = 0; i < imports->pins.count; i++)
            imports->pins.at[i].host->is_pinned = false;
        store->garbage_count += imports->pins.count;
        *imports->link = imports->next;
        if (imports->next != NULL)
            imports->next->link = imports->link;
    }
    TN_VEC_CLEAR(&imports->items, alloc);
    TN_VEC_CLEAR(&imports->pins, alloc);
    tn_map_clear(&imports->map, alloc);
    tn_buf_clear(&imports->key);
    tn_arena_clear(&imports->keys);
    tn_alloc_free(alloc, imports, sizeof *imports);
    if (store != NULL)
        tn_rt_sweep_some(store);
}

void tn_rt_imports_orphan(struct tn_store *store)
{
    for (struct tn_imports *i = store->imports; i != NULL; i = i->next)
        i->store = NULL;
    store->imports = NULL;
}

/* The module's length first, so that no two pairs of names are one key. */
static bool make_import_key(struct tn_imports *imports, struct tn_str module,
                            struct tn_str name, struct tn_str *out)
{
    struct tn_buf *key = &imports->key;
    key->size = 0;
    key->failed = false;
    tn_buf_u32(key, (uint32_t)module.size);
    tn_buf_str(key, module);
    tn_buf_str(key, name);
    *out = (struct tn_str){(const char *)key->at, key->size};
    return !key->failed;
}

const tn_extern *tn_rt_imports_find(struct tn_imports *imports,
                                    struct tn_str module, struct tn_str name)
{
    struct tn_str key;
    if (imports == NULL || !make_import_key(imports, module, name, &key))
        return NULL;
    uint32_t i = tn_map_get(&imports->map, key);
    return i == TN_MAP_NONE ? NULL : &imports->items.at[i];
}

tn_status tn_rt_imports_define(struct tn_imports *imports, struct tn_str module,
                               struct tn_str name, tn_extern item,
                               tn_error *err)
{
    struct tn_str key;
    if (!make_import_key(imports, module, name, &key))
        return tn_no_memory(err);
    uint32_t i = tn_map_get(&imports->map, key);
    if (i != TN_MAP_NONE) {
        imports->items.at[i] = item;
        return TN_OK;
    }
    char *copy = tn_arena_take(&imports->keys, key.size, 1);
    if (copy == NULL || !TN_VEC_PUSH(&imports->items, imports->alloc, item))
        return tn_no_memory(err);
    memcpy(copy, key.at, key.size);
    key.at = copy;
    if (tn_map_put(&imports->map, imports->alloc, key,
                   (uint32_t)imports->items.count - 1) == TN_MAP_NO_MEMORY) {
        imports->items.count--;
        return tn_no_memory(err);
    }
    return TN_OK;
}

static const struct tn_store *store_of(tn_extern item)
{
    switch (item.kind) {
    case TN_EXTERN_FUNC:
        return item.of.func->instance->store;
    case TN_EXTERN_TABLE:
        return item.of.table->owner->store;
    case TN_EXTERN_MEMORY:
        return item.of.memory->owner->store;
    case TN_EXTERN_GLOBAL:
        return item.of.global->owner->store;
    case TN_EXTERN_TAG:
        return item.of.tag->owner->store;
    }
    return NULL;
}

tn_status tn_imports_define(tn_imports *imports, const char *module,
                            const char *name, tn_extern item, tn_error *err)
{
    if (imports->store == NULL || store_of(item) != imports->store)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "\"%s\" \"%s\" is of another store", module, name);
    return tn_rt_imports_define(imports, tn_str_of(module), tn_str_of(name),
                                item, err);
}

/* NOLINTNEXTLINE(readability-function-size): the public header says so */
tn_status tn_imports_func(tn_imports *imports, const char *module,
                          const char *name, const char *type, tn_host_fn *fn,
                          void *env, tn_error *err)
{
    tn_extern item = {.kind = TN_EXTERN_FUNC};
    if (imports->store == NULL)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET, "the store is gone");
    if (!TN_VEC_PUSH(&imports->pins, imports->alloc, (struct tn_pin){0}))
        return tn_no_memory(err);
    imports->pins.count--;
    TN_TRY(tn_func_new(imports->store, type, fn, env, &item.of.func, err));
    struct tn_host_func *host = item.of.func->host;
    tn_status status = tn_rt_imports_define(imports, tn_str_of(module),
                                            tn_str_of(name), item, err);
    if (status == TN_OK)
        imports->pins.at[imports->pins.count++].host = host;
    else
        host->is_pinned = false; /* for the next sweep */
    return status;
}

tn_status tn_imports_instance(tn_imports *imports, const char *module,
                              tn_instance *instance, tn_error *err)
{
    const struct tn_mod *mod = instance->module->mod;
    if (imports->store != instance->store)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "instance of another store");
    for (uint32_t i = 0; i < mod->export_count; i++) {
        const struct tn_export *e = &mod->exports[i];
        TN_TRY(tn_rt_imports_define(imports, tn_str_of(module), e->name,
                                    tn_rt_item(instance, e->kind, e->index),
                                    err));
    }
    return TN_OK;
}

void tn_imports_trap_unknown(tn_imports *imports)
{
    imports->traps_unknown = true;
}
