/* store.c - a store: made, freed. */
#include "rt/store.h"

#include "os/pages.h"
#include "os/wake.h"
#include "rt/imports.h"

static tn_status map_stack(struct tn_store *store, tn_error *err)
{
    uint64_t page = tn_os_page_size();
    uint64_t bytes = store->config.stack_bytes,
             room = (uint64_t)TN_LARGEST_FRAME * 8;
    if (bytes > SIZE_MAX / 4)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "a guest stack of that size is too large");
    bytes = (bytes + page - 1) / page * page;
    store->stack_bytes = (size_t)((bytes + room + page - 1) / page * page);
    store->stack = tn_os_map(store->stack_bytes);
    if (store->stack == NULL)
        return tn_fail(err, TN_E_NOMEM, TN_NO_OFFSET,
                       "no room for a guest stack");
    store->stack_top = store->stack;
    store->stack_limit = store->stack + bytes / 8;
    return TN_OK;
}

tn_status tn_store_new(tn_engine *engine, const tn_store_config *config,
                       tn_store **out, tn_error *err)
{
    static const tn_store_config defaults = TN_STORE_CONFIG_INIT;
    *out = NULL;
    struct tn_store *store = TN_ALLOC(&engine->alloc, struct tn_store);
    if (store == NULL)
        return tn_no_memory(err);
    store->engine = engine;
    store->alloc = &engine->alloc;
    store->config = defaults;
    if (config != NULL)
        memcpy(&store->config, config,
               config->size < sizeof defaults ? config->size : sizeof defaults);
    store->wake[0] = store->wake[1] = -1;
    tn_mutex_init(&store->lock);
    tn_arena_init(&store->names, store->alloc);
    tn_places_init(&store->places, engine);
    tn_status status = map_stack(store, err);
    if (status == TN_OK)
        status = tn_rt_instance_alloc_host(store, err);
    if (status == TN_OK)
        *out = store;
    else
        tn_store_free(store);
    return status;
}

static void free_instances(struct tn_store *store)
{
    for (struct tn_instance *in = store->instances; in != NULL; in = in->next)
        tn_instance_close(in);
    while (store->instances != NULL)
        tn_rt_instance_destroy(store->instances);
}

/* What the host instance owns, which is the embedder's. */
static void free_own_items(struct tn_store *store)
{
    while (store->memories != NULL) {
        struct tn_memory *memory = store->memories;
        store->memories = memory->next;
        tn_rt_memory_free_storage(memory);
        tn_alloc_free(store->alloc, memory, sizeof *memory);
    }
    while (store->tables != NULL) {
        struct tn_table *table = store->tables;
        store->tables = table->next;
        tn_rt_table_free_storage(table);
        tn_alloc_free(store->alloc, table, sizeof *table);
    }
    while (store->globals != NULL) {
        struct tn_global *global = store->globals;
        store->globals = global->next;
        tn_alloc_free(store->alloc, global, sizeof *global);
    }
    while (store->tags != NULL) {
        struct tn_tag *tag = store->tags;
        store->tags = tag->next;
        tn_rt_tag_free(store, tag);
    }
    while (store->host_funcs != NULL) {
        struct tn_host_func *host = store->host_funcs;
        store->host_funcs = host->next;
        tn_rt_host_func_free(store, host);
    }
}

void tn_store_free(tn_store *store)
{
    if (store == NULL)
        return;
    const tn_allocator *alloc = store->alloc;
    tn_rt_imports_orphan(store);
    free_instances(store);
    free_own_items(store);
    tn_gc_heap_clear(store);
    if (store->host != NULL)
        tn_rt_instance_destroy(store->host);
    tn_places_clear(&store->places);
    tn_os_release(store->stack, store->stack_bytes);
    tn_os_wake_free(store->wake);
    tn_arena_clear(&store->names);
    TN_VEC_CLEAR(&store->constants, alloc);
    TN_VEC_CLEAR(&store->free_ids, alloc);
    tn_alloc_free(alloc, store->ctx, store->ctx_cap * sizeof(void *));
    tn_mutex_clear(&store->lock);
    tn_alloc_free(alloc, store, sizeof *store);
}
