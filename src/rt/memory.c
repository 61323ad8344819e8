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

static uint64_t max_bytes_of(const struct tn_limits *limits)
{
    return limits->max > UINT64_MAX >> limits->page_log2
               ? UINT64_MAX
               : limits->max << limits->page_log2;
}

/* What the type allows at most: 2^32 bytes, or 2^64. */
static uint64_t most_pages(const struct tn_limits *limits)
{
    return limits->is_64 ? UINT64_MAX >> limits->page_log2
                         : ((uint64_t)1 << 32) >> limits->page_log2;
}

static bool count_bytes(struct tn_store *store, uint64_t more)
{
    uint64_t most = store->config.max_memory_bytes;
    if (store->memory_bytes > most || more > most - store->memory_bytes)
        return false;
    store->memory_bytes += more;
    return true;
}

tn_status tn_rt_memory_init_storage(struct tn_memory *memory, tn_error *err)
{
    struct tn_store *store = memory->owner->store;
    struct tn_limits *limits = &memory->limits;
    if (limits->max > most_pages(limits))
        limits->max = most_pages(limits);
    if (limits->min > most_pages(limits))
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET, "memory is too large");
    uint64_t bytes = limits->min << limits->page_log2;
    if (!count_bytes(store, bytes))
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "memory limit of the store is reached");
    if (!tn_place_new(&store->places, bytes, max_bytes_of(limits),
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
    tn_place_free(&store->places, &memory->place, memory->size);
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

tn_status tn_memory_new(tn_store *store, tn_limits_info limits, tn_memory **out,
                        tn_error *err)
{
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    if (limits.page_size_log2 != 16 || limits.is_shared ||
        limits.max < limits.min)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "limits of no memory that this build has");
    struct tn_memory *memory = TN_ALLOC(store->alloc, struct tn_memory);
    if (memory == NULL)
        return tn_no_memory(err);
    *memory =
        (struct tn_memory){.owner = store->host,
                           .limits = {.min = limits.min,
                                      .max = limits.max,
                                      .has_max = limits.max != UINT64_MAX,
                                      .is_64 = limits.is_64,
                                      .page_log2 = limits.page_size_log2}};
    tn_status status = tn_rt_memory_init_storage(memory, err);
    if (status != TN_OK) {
        tn_alloc_free(store->alloc, memory, sizeof *memory);
        return status;
    }
    memory->next = store->memories;
    store->memories = memory;
    *out = memory;
    return TN_OK;
}

uint64_t tn_memory_size(const tn_memory *memory)
{
    return memory->size;
}

uint64_t tn_memory_pages(const tn_memory *memory)
{
    return memory->size >> memory->limits.page_log2;
}

uint64_t tn_memory_grow(tn_memory *memory, uint64_t pages)
{
    struct tn_store *store = memory->owner->store;
    const struct tn_limits *limits = &memory->limits;
    uint64_t old_pages = tn_memory_pages(memory);
    bool is_closed = memory->holds == NULL && memory->owner->module != NULL;
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
    if (at > memory->size || size > memory->size - at)
        return NULL;
    /* Nothing of no memory is somewhere. */
    return memory->place.base != NULL ? (void *)(memory->place.base + at)
                                      : memory;
}
