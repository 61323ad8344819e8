/* park.h - where threads wait for an address.
 *
 * A waiter lies on its thread's stack, in the bucket of its address; buckets
 * are the engine's. Who came first is woken first. */
#ifndef TN_RT_PARK_H
#define TN_RT_PARK_H

#include <stdatomic.h>

#include "os/sync.h"

#define TN_PARK_BUCKETS 64 /* a power of two */

struct tn_waiter {
    struct tn_waiter *next;
    const void *at;
    _Atomic int state; /* see park.c */
    struct tn_bell bell;
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

/* Ends the waiting: its store has been interrupted. */
void tn_rt_park_stop(struct tn_parking *parking, struct tn_waiter *waiter);

/* Wakes at most `count` that wait for this address; how many it were. */
uint32_t tn_rt_park_wake(struct tn_parking *parking, const void *at,
                         uint32_t count);

#endif
