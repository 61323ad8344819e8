/* shared.h - memories that several stores use at once.
 *
 * A shared memory belongs to the engine and counts its owners. Its base never
 * moves; it grows under its lock, and its size is published behind the pages
 * that it stands for. Each store that uses it has a tn_memory of its own,
 * whose views may be behind: tn_rt_sees_growth brings them up to date, when
 * a check of bounds has failed. So accesses need no atomic. See
 * docs/design/004-threads.md. Any thread. */
#ifndef TN_RT_SHARED_H
#define TN_RT_SHARED_H

#include "rt/place.h"

struct tn_shared_memory {
    tn_engine *engine;
    _Atomic uint32_t refs;
    struct tn_limits limits;
    _Atomic uint64_t size; /* bytes; only grows */
    struct tn_mutex lock;  /* of growth */
    struct tn_place place;
};

/* One page is 2^0 or 2^16 bytes. Clamps the maximum to what the type can
 * address; TN_E_LIMIT when the minimum is more. */
tn_status tn_rt_limits_settle(struct tn_limits *limits, tn_error *err);
/* Limits of the embedder's as a module has them, settled. */
tn_status tn_rt_limits_of(tn_limits_info info, struct tn_limits *out,
                          tn_error *err);
/* What the maximum comes to; UINT64_MAX for more than there is. */
uint64_t tn_rt_max_bytes(const struct tn_limits *limits);

/* `limits` settled. */
tn_status tn_rt_shared_new(tn_engine *engine, const struct tn_limits *limits,
                           struct tn_shared_memory **out, tn_error *err);

static inline uint64_t tn_rt_shared_size(const struct tn_shared_memory *shared)
{
    return atomic_load_explicit(&shared->size, memory_order_acquire);
}

#endif
