/* park.c - memory.atomic.wait and notify.
 *
 * A waiter compares the value and enters its bucket under the bucket's lock,
 * which who notifies takes as well: no wake-up can fall in between. Locks are
 * taken in the order store, bucket. */
#include "rt/park.h"

#include "os/clock.h"
#include "rt/func.h"
#include "rt/interrupt.h"

/* Results of wait. */
enum {
    WAIT_OK = 0,
    WAIT_NOT_EQUAL = 1,
    WAIT_TIMED_OUT = 2
};

void tn_rt_parking_init(struct tn_parking *parking)
{
    for (size_t i = 0; i < TN_PARK_BUCKETS; i++) {
        struct tn_park_bucket *bucket = &parking->buckets[i];
        tn_mutex_init(&bucket->lock);
        bucket->first = NULL;
        bucket->end = &bucket->first;
    }
}

void tn_rt_parking_clear(struct tn_parking *parking)
{
    for (size_t i = 0; i < TN_PARK_BUCKETS; i++)
        tn_mutex_clear(&parking->buckets[i].lock);
}

static struct tn_park_bucket *bucket_of(struct tn_parking *parking,
                                        const void *at)
{
    uint32_t hash = (uint32_t)((uintptr_t)at >> 2) * 2654435761u;
    return &parking->buckets[hash >> 16 & (TN_PARK_BUCKETS - 1)];
}

/* Takes the waiter that `link` points to out of the bucket. */
static void unlink_waiter(struct tn_park_bucket *bucket,
                          struct tn_waiter **link)
{
    struct tn_waiter *waiter = *link;
    *link = waiter->next;
    if (bucket->end == &waiter->next)
        bucket->end = link;
}

void tn_rt_park_stir(struct tn_parking *parking, struct tn_waiter *waiter)
{
    struct tn_park_bucket *bucket = bucket_of(parking, waiter->at);
    tn_mutex_lock(&bucket->lock);
    tn_cond_raise(&waiter->cond);
    tn_mutex_unlock(&bucket->lock);
}

uint32_t tn_rt_park_wake(struct tn_parking *parking, const void *at,
                         uint32_t count)
{
    struct tn_park_bucket *bucket = bucket_of(parking, at);
    uint32_t woken = 0;
    tn_mutex_lock(&bucket->lock);
    struct tn_waiter **link = &bucket->first;
    while (*link != NULL && woken < count) {
        struct tn_waiter *waiter = *link;
        if (waiter->at != at) {
            link = &waiter->next;
            continue;
        }
        unlink_waiter(bucket, link);
        waiter->is_woken = true;
        tn_cond_raise(&waiter->cond);
        woken++;
    }
    tn_mutex_unlock(&bucket->lock);
    return woken;
}

/* Under the bucket's lock. Enters it, and sleeps until woken, interrupted, or
 * late. */
static void sleep_in(struct tn_park_bucket *bucket, struct tn_waiter *waiter,
                     const struct tn_store *store, uint64_t deadline)
{
    bool is_late = false;
    *bucket->end = waiter;
    bucket->end = &waiter->next;
    while (!waiter->is_woken && !is_late && !tn_rt_is_interrupted(store))
        is_late = !tn_cond_wait(&waiter->cond, &bucket->lock, deadline);
    if (waiter->is_woken)
        return;
    struct tn_waiter **link = &bucket->first;
    while (*link != waiter)
        link = &(*link)->next;
    unlink_waiter(bucket, link);
}

/* tn_store_interrupt finds the waiter by the store while it is there. */
static void set_waiting(struct tn_store *store, struct tn_waiter *waiter)
{
    tn_mutex_lock(&store->lock);
    store->waiting = waiter;
    tn_mutex_unlock(&store->lock);
}

static uint64_t wait_deadline(int64_t timeout)
{
    uint64_t now = 0;
    if (timeout < 0)
        return TN_COND_FOREVER;
    (void)tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &now);
    return now + (uint64_t)timeout;
}

/* What is awaited: a word of 4 or 8 bytes. */
struct spot {
    void *at;
    uint64_t expected;
    bool is_64;
};

static bool is_as_expected(const struct spot *spot)
{
    return spot->is_64
               ? atomic_load((_Atomic uint64_t *)spot->at) == spot->expected
               : atomic_load((_Atomic uint32_t *)spot->at) ==
                     (uint32_t)spot->expected;
}

static tn_trap_kind park(struct tn_store *store, const struct spot *spot,
                         int64_t timeout, uint64_t *result)
{
    struct tn_park_bucket *bucket =
        bucket_of(&store->engine->parking, spot->at);
    struct tn_waiter waiter = {.at = spot->at};
    uint64_t deadline = wait_deadline(timeout);
    tn_cond_init(&waiter.cond);
    set_waiting(store, &waiter);
    tn_mutex_lock(&bucket->lock);
    bool sleeps = is_as_expected(spot);
    if (sleeps)
        sleep_in(bucket, &waiter, store, deadline);
    tn_mutex_unlock(&bucket->lock);
    set_waiting(store, NULL);
    tn_cond_clear(&waiter.cond);
    *result = !sleeps           ? WAIT_NOT_EQUAL
              : waiter.is_woken ? WAIT_OK
                                : WAIT_TIMED_OUT;
    return *result == WAIT_TIMED_OUT && tn_rt_is_interrupted(store)
               ? TN_TRAP_INTERRUPT
               : TN_TRAP_NONE;
}

uint32_t tn_shared_memory_notify(tn_shared_memory *shared, uint64_t at,
                                 uint32_t count)
{
    const void *spot = tn_shared_memory_span(shared, at, 4);
    return spot == NULL
               ? 0
               : tn_rt_park_wake(&shared->engine->parking, spot, count);
}

/* --- Instructions ----------------------------------------------------------- */

/* Finds `size` bytes at s[0] + offset of a memory, as an atomic access does. */
static tn_trap_kind find_word(struct tn_context *context, uint32_t memory,
                              uint64_t at, uint64_t size, uint8_t **out)
{
    if (!tn_rt_has_range(context, memory, at, size))
        return TN_TRAP_MEMORY_BOUNDS;
    if (at % size != 0)
        return TN_TRAP_UNALIGNED_ATOMIC;
    *out = context->memories[memory].base + at;
    return TN_TRAP_NONE;
}

static uint64_t sum_of(uint64_t address, uint64_t offset)
{
    return address > UINT64_MAX - offset ? UINT64_MAX : address + offset;
}

/* Nobody can wait for an address of a memory that is not shared. */
tn_trap_kind tn_rt_atomic_notify(struct tn_context *context, uint64_t *s,
                                 uint32_t memory, uint64_t offset)
{
    uint8_t *at;
    tn_trap_kind trap =
        find_word(context, memory, sum_of(s[0], offset), 4, &at);
    if (trap != TN_TRAP_NONE)
        return trap;
    bool is_shared = context->instance->all_memories[memory]->shared != NULL;
    s[0] = is_shared ? tn_rt_park_wake(&context->store->engine->parking, at,
                                       (uint32_t)s[1])
                     : 0;
    return TN_TRAP_NONE;
}

static tn_trap_kind wait_for(struct tn_context *context, uint64_t *s,
                             uint32_t memory, uint64_t offset, bool is_64)
{
    uint8_t *at;
    tn_trap_kind trap =
        find_word(context, memory, sum_of(s[0], offset), is_64 ? 8 : 4, &at);
    if (trap != TN_TRAP_NONE)
        return trap;
    if (context->instance->all_memories[memory]->shared == NULL)
        return TN_TRAP_EXPECTED_SHARED;
    struct spot spot = {at, s[1], is_64};
    return park(context->store, &spot, (int64_t)s[2], &s[0]);
}

tn_trap_kind tn_rt_atomic_wait32(struct tn_context *context, uint64_t *s,
                                 uint32_t memory, uint64_t offset)
{
    return wait_for(context, s, memory, offset, false);
}

tn_trap_kind tn_rt_atomic_wait64(struct tn_context *context, uint64_t *s,
                                 uint32_t memory, uint64_t offset)
{
    return wait_for(context, s, memory, offset, true);
}
