/* shared.c - shared memories: made, counted, grown. */
#include "rt/shared.h"

#include "base/error.h"

uint64_t tn_rt_max_bytes(const struct tn_limits *limits)
{
    return limits->max > UINT64_MAX >> limits->page_log2
               ? UINT64_MAX
               : limits->max << limits->page_log2;
}

/* 2^32 bytes, or 2^64; and no more pages than a number of that type counts. */
static uint64_t most_pages_of(const struct tn_limits *limits)
{
    if (limits->is_64)
        return UINT64_MAX >> limits->page_log2;
    return limits->page_log2 == 0 ? UINT32_MAX
                                  : ((uint64_t)1 << 32) >> limits->page_log2;
}

tn_status tn_rt_limits_settle(struct tn_limits *limits, tn_error *err)
{
    uint64_t most = most_pages_of(limits);
    if (limits->max > most)
        limits->max = most;
    if (limits->min > most)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET, "memory is too large");
    return TN_OK;
}

tn_status tn_rt_limits_of(tn_limits_info info, struct tn_limits *out,
                          tn_error *err)
{
    *out = (struct tn_limits){.min = info.min,
                              .max = info.max,
                              .has_max = info.max != UINT64_MAX,
                              .is_64 = info.is_64,
                              .is_shared = info.is_shared,
                              .has_page_size = info.page_size_log2 != 16,
                              .page_log2 = info.page_size_log2};
    if (info.max < info.min)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "a memory's maximum is below its minimum");
    if (info.page_size_log2 != 16 && info.page_size_log2 != 0)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "a page of a memory is 1 or 65,536 bytes");
    if (info.is_shared && !out->has_max)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "a shared memory must have a maximum");
    return tn_rt_limits_settle(out, err);
}

tn_status tn_rt_shared_new(tn_engine *engine, const struct tn_limits *limits,
                           struct tn_shared_memory **out, tn_error *err)
{
    uint64_t bytes = limits->min << limits->page_log2;
    *out = NULL;
    struct tn_shared_memory *shared =
        TN_ALLOC(&engine->alloc, struct tn_shared_memory);
    if (shared == NULL)
        return tn_no_memory(err);
    if (!tn_place_reserve(engine, bytes, tn_rt_max_bytes(limits),
                          &shared->place)) {
        tn_alloc_free(&engine->alloc, shared, sizeof *shared);
        return tn_fail(err, TN_E_NOMEM, TN_NO_OFFSET,
                       "no room for a shared memory of %llu bytes",
                       (unsigned long long)bytes);
    }
    shared->engine = engine;
    shared->limits = *limits;
    atomic_init(&shared->refs, 1);
    atomic_init(&shared->size, bytes);
    tn_mutex_init(&shared->lock);
    *out = shared;
    return TN_OK;
}

/* --- Public ---------------------------------------------------------------- */

tn_status tn_shared_memory_new(tn_engine *engine, tn_limits_info limits,
                               tn_shared_memory **out, tn_error *err)
{
    struct tn_limits own;
    *out = NULL;
    limits.is_shared = true;
    TN_TRY(tn_rt_limits_of(limits, &own, err));
    return tn_rt_shared_new(engine, &own, out, err);
}

tn_shared_memory *tn_shared_memory_retain(tn_shared_memory *shared)
{
    atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
    return shared;
}

void tn_shared_memory_free(tn_shared_memory *shared)
{
    if (shared == NULL ||
        atomic_fetch_sub_explicit(&shared->refs, 1, memory_order_acq_rel) != 1)
        return;
    tn_engine *engine = shared->engine;
    tn_place_unreserve(engine, &shared->place);
    tn_mutex_clear(&shared->lock);
    tn_alloc_free(&engine->alloc, shared, sizeof *shared);
}

uint64_t tn_shared_memory_size(const tn_shared_memory *shared)
{
    return tn_rt_shared_size(shared);
}

uint64_t tn_shared_memory_grow(tn_shared_memory *shared, uint64_t pages)
{
    const struct tn_limits *limits = &shared->limits;
    tn_mutex_lock(&shared->lock);
    uint64_t size = tn_rt_shared_size(shared);
    uint64_t old_pages = size >> limits->page_log2;
    bool fits = old_pages <= limits->max && pages <= limits->max - old_pages;
    uint64_t new_size = fits ? size + (pages << limits->page_log2) : 0;
    if (fits)
        fits = tn_place_grow(NULL, &shared->place, size, new_size);
    if (fits)
        atomic_store_explicit(&shared->size, new_size, memory_order_release);
    tn_mutex_unlock(&shared->lock);
    return fits ? old_pages : UINT64_MAX;
}

void *tn_shared_memory_span(tn_shared_memory *shared, uint64_t at,
                            uint64_t size)
{
    uint64_t end = tn_rt_shared_size(shared);
    return at <= end && size <= end - at ? (void *)(shared->place.base + at)
                                         : NULL;
}
