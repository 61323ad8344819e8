/* park.h - where threads wait for an address.
 *
 * A waiter lies on its thread's stack, in the bucket of its address; buckets
 * are the engine's. It is woken in the order in which it came. */
#ifndef TN_RT_PARK_H
#define TN_RT_PARK_H

#include "os/sync.h"

#define TN_PARK_BUCKETS 64 /* a power of two */

struct tn_waiter {
    struct tn_waiter *next;
    const void *at;
    bool is_woken;
    struct tn_cond cond;
};

struct tn_park_bucket {
    struct tn_mutex lock;
    struct tn_waiter *first, **end;
};

struct tn_parking {
    struct tn_park_bucket buckets[TN_PARK_BUCKETS];
};

void tn_rt_parking_init(struct tn_parking *parking);
void tn_rt_parking_clear(struct tn_parking *parking);

/* Makes the waiter look why: its store has been interrupted. */
void tn_rt_park_stir(struct tn_parking *parking, struct tn_waiter *waiter);

/* Wakes at most `count` that wait for this address; how many it were. */
uint32_t tn_rt_park_wake(struct tn_parking *parking, const void *at,
                         uint32_t count);

#endif
