/* memory.c - linear memories, and who sees them.
 *
 * Running code reads base and size from views in the contexts; a memory knows
 * the views of all its holders, and growth writes every one of them. */
#include "os/pages.h"
#include "rt/store.h"

static void show_memory(const struct tn_hold *hold,
                        const struct tn_memory *memory)
{
    struct tn_context *context = hold->context;
    struct tn_memory_view view = {0};
    if (memory != NULL)
        view = (struct tn_memory_view){memory->place.base, memory->size};
    context->memories[hold->index] = view;
    if (hold->index == 0) {
        context->mem0 = view.base;
        context->mem0_size = view.size;
    }
}

static bool count_bytes(struct tn_store *store, uint64_t more)
{
    uint64_t most = store->config.max_memory_bytes;
    if (store->memory_bytes > most || more > most - store->memory_bytes)
        return false;
    store->memory_bytes += more;
    return true;
}

/* --- Shared memories, as one store sees them ------------------------------------ */

/* The size as it is now. */
static uint64_t size_now(const struct tn_memory *memory)
{
    return memory->shared != NULL ? tn_rt_shared_size(memory->shared)
                                  : memory->size;
}

/* What other threads added counts for this store as well, once it is seen. */
static bool see_growth(struct tn_memory *memory)
{
    uint64_t size = size_now(memory);
    if (size == memory->size)
        return false;
    memory->owner->store->memory_bytes += size - memory->size;
    memory->size = size;
    for (struct tn_hold *hold = memory->holds; hold != NULL; hold = hold->next)
        show_memory(hold, memory);
    return true;
}

bool tn_rt_sees_growth(struct tn_context *context)
{
    const struct tn_instance *in = context->instance;
    bool grew = false;
    for (uint32_t i = 0; i < in->module->mod->memory_count; i++)
        if (in->all_memories[i]->shared != NULL)
            grew |= see_growth(in->all_memories[i]);
    return grew;
}

static bool is_range_of(uint64_t size, uint64_t at, uint64_t count)
{
    return at <= size && count <= size - at;
}

bool tn_rt_has_range(struct tn_context *context, uint32_t memory, uint64_t at,
                     uint64_t count)
{
    const struct tn_memory_view *view = &context->memories[memory];
    return is_range_of(view->size, at, count) ||
           (tn_rt_sees_growth(context) && is_range_of(view->size, at, count));
}

/* Takes over the reference to `shared` if all is well. */
static tn_status attach(struct tn_memory *memory,
                        struct tn_shared_memory *shared, tn_error *err)
{
    uint64_t size = tn_rt_shared_size(shared);
    if (!count_bytes(memory->owner->store, size))
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "memory limit of the store is reached");
    memory->limits = shared->limits;
    memory->shared = shared;
    memory->place = shared->place;
    memory->size = size;
    return TN_OK;
}

static tn_status init_shared(struct tn_memory *memory, tn_error *err)
{
    struct tn_shared_memory *shared;
    TN_TRY(tn_rt_shared_new(memory->owner->store->engine, &memory->limits,
                            &shared, err));
    tn_status status = attach(memory, shared, err);
    if (status != TN_OK)
        tn_shared_memory_free(shared);
    return status;
}

static uint64_t grow_shared(struct tn_memory *memory, uint64_t pages)
{
    const struct tn_store *store = memory->owner->store;
    uint64_t most = store->config.max_memory_bytes;
    (void)see_growth(memory);
    if (store->memory_bytes > most ||
        pages > (most - store->memory_bytes) >> memory->limits.page_log2)
        return UINT64_MAX;
    uint64_t old_pages = tn_shared_memory_grow(memory->shared, pages);
    (void)see_growth(memory);
    return old_pages;
}

/* --- Storage --------------------------------------------------------------------- */

tn_status tn_rt_memory_init_storage(struct tn_memory *memory, tn_error *err)
{
    struct tn_store *store = memory->owner->store;
    struct tn_limits *limits = &memory->limits;
    TN_TRY(tn_rt_limits_settle(limits, err));
    if (limits->is_shared)
        return init_shared(memory, err);
    uint64_t bytes = limits->min << limits->page_log2;
    if (!count_bytes(store, bytes))
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "memory limit of the store is reached");
    if (!tn_place_new(&store->places, bytes, tn_rt_max_bytes(limits),
                      &memory->place)) {
        store->memory_bytes -= bytes;
        return tn_fail(err, TN_E_NOMEM, TN_NO_OFFSET,
                       "no room for a memory of %llu bytes",
                       (unsigned long long)bytes);
    }
    memory->size = bytes;
    return TN_OK;
}

void tn_rt_memory_free_storage(struct tn_memory *memory)
{
    struct tn_store *store = memory->owner->store;
    if (memory->shared == NULL)
        tn_place_free(&store->places, &memory->place, memory->size);
    tn_shared_memory_free(memory->shared);
    memory->shared = NULL;
    memory->place = (struct tn_place){0};
    store->memory_bytes -= memory->size;
    memory->size = 0;
}

void tn_rt_hold_memory(struct tn_instance *instance, uint32_t index,
                       struct tn_memory *memory)
{
    struct tn_hold *hold = &instance->memory_holds[index];
    *hold = (struct tn_hold){memory->holds, &memory->holds, instance->context,
                             index};
    if (hold->next != NULL)
        hold->next->link = &hold->next;
    memory->holds = hold;
    instance->all_memories[index] = memory;
    show_memory(hold, memory);
}

void tn_rt_release_memory(struct tn_instance *instance, uint32_t index)
{
    struct tn_hold *hold = &instance->memory_holds[index];
    struct tn_memory *memory = instance->all_memories[index];
    if (hold->link == NULL)
        return;
    *hold->link = hold->next;
    if (hold->next != NULL)
        hold->next->link = hold->link;
    hold->link = NULL;
    show_memory(hold, NULL);
    if (memory->holds == NULL && memory->owner->module != NULL)
        tn_rt_memory_free_storage(memory);
}

/* --- Public ------------------------------------------------------------------ */

static struct tn_memory *blank_memory(tn_store *store)
{
    struct tn_memory *memory = TN_ALLOC(store->alloc, struct tn_memory);
    if (memory != NULL)
        memory->owner = store->host;
    return memory;
}

/* It is the store's, if it could be made. */
static tn_status keep_memory(tn_store *store, struct tn_memory *memory,
                             tn_status status, tn_memory **out)
{
    if (status != TN_OK) {
        tn_alloc_free(store->alloc, memory, sizeof *memory);
        return status;
    }
    memory->next = store->memories;
    store->memories = memory;
    *out = memory;
    return TN_OK;
}

tn_status tn_memory_new(tn_store *store, tn_limits_info limits, tn_memory **out,
                        tn_error *err)
{
    struct tn_limits own;
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    TN_TRY(tn_rt_limits_of(limits, &own, err));
    struct tn_memory *memory = blank_memory(store);
    if (memory == NULL)
        return tn_no_memory(err);
    memory->limits = own;
    return keep_memory(store, memory, tn_rt_memory_init_storage(memory, err),
                       out);
}

tn_status tn_memory_of_shared(tn_store *store, tn_shared_memory *shared,
                              tn_memory **out, tn_error *err)
{
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    if (shared->engine != store->engine)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "shared memory of another engine");
    struct tn_memory *memory = blank_memory(store);
    if (memory == NULL)
        return tn_no_memory(err);
    tn_status status = attach(memory, shared, err);
    if (status == TN_OK)
        (void)tn_shared_memory_retain(shared);
    return keep_memory(store, memory, status, out);
}

tn_shared_memory *tn_memory_shared(tn_memory *memory)
{
    return memory->shared;
}

uint64_t tn_memory_size(const tn_memory *memory)
{
    return size_now(memory);
}

uint64_t tn_memory_pages(const tn_memory *memory)
{
    return size_now(memory) >> memory->limits.page_log2;
}

uint64_t tn_memory_grow(tn_memory *memory, uint64_t pages)
{
    struct tn_store *store = memory->owner->store;
    const struct tn_limits *limits = &memory->limits;
    uint64_t old_pages = tn_memory_pages(memory);
    bool is_closed = memory->holds == NULL && memory->owner->module != NULL;
    if (memory->shared != NULL)
        return grow_shared(memory, pages);
    if (is_closed || old_pages > limits->max || pages > limits->max - old_pages)
        return UINT64_MAX;
    uint64_t more = pages << limits->page_log2;
    if (more > UINT64_MAX - memory->size || !count_bytes(store, more))
        return UINT64_MAX;
    if (!tn_place_grow(&store->places, &memory->place, memory->size,
                       memory->size + more)) {
        store->memory_bytes -= more;
        return UINT64_MAX;
    }
    memory->size += more;
    for (struct tn_hold *hold = memory->holds; hold != NULL; hold = hold->next)
        show_memory(hold, memory);
    return old_pages;
}

void *tn_memory_span(tn_memory *memory, uint64_t at, uint64_t size)
{
    if (!is_range_of(size_now(memory), at, size))
        return NULL;
    /* Nothing of no memory is somewhere. */
    return memory->place.base != NULL ? (void *)(memory->place.base + at)
                                      : memory;
}
