/* park.c - memory.atomic.wait and notify.
 *
 * A waiter compares the value and enters its bucket under the bucket's lock,
 * which who notifies takes as well: no wake-up can fall in between. Whoever
 * takes a waiter out of its bucket, other than the waiter itself when its time
 * is up, rings its bell, once, and behind the lock: so who is woken finds no
 * lock taken. The waiter does not leave before it has heard that bell. Locks
 * are taken in the order store, bucket. */
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

/* How a waiter is, told by who took it out. */
enum {
    IN_BUCKET,
    WOKEN,
    STOPPED
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

/* Behind the bell, the waiter may be gone. */
static void let_go(struct tn_waiter *waiter, int state)
{
    atomic_store_explicit(&waiter->state, state, memory_order_release);
    tn_bell_ring(&waiter->bell);
}

/* Under the bucket's lock. Takes this waiter out; false: it is not there. */
static bool take_waiter(struct tn_park_bucket *bucket,
                        const struct tn_waiter *waiter)
{
    struct tn_waiter **link = &bucket->first;
    while (*link != NULL && *link != waiter)
        link = &(*link)->next;
    if (*link == NULL)
        return false;
    unlink_waiter(bucket, link);
    return true;
}

void tn_rt_park_stop(struct tn_parking *parking, struct tn_waiter *waiter)
{
    struct tn_park_bucket *bucket = bucket_of(parking, waiter->at);
    tn_mutex_lock(&bucket->lock);
    bool is_ours = take_waiter(bucket, waiter);
    tn_mutex_unlock(&bucket->lock);
    if (is_ours)
        let_go(waiter, STOPPED);
}

uint32_t tn_rt_park_wake(struct tn_parking *parking, const void *at,
                         uint32_t count)
{
    struct tn_park_bucket *bucket = bucket_of(parking, at);
    struct tn_waiter *woken = NULL, **end = &woken;
    uint32_t number = 0;
    tn_mutex_lock(&bucket->lock);
    struct tn_waiter **link = &bucket->first;
    while (*link != NULL && number < count) {
        struct tn_waiter *waiter = *link;
        if (waiter->at != at) {
            link = &waiter->next;
            continue;
        }
        unlink_waiter(bucket, link);
        waiter->next = NULL;
        *end = waiter;
        end = &waiter->next;
        number++;
    }
    tn_mutex_unlock(&bucket->lock);
    while (woken != NULL) {
        struct tn_waiter *waiter = woken;
        woken = waiter->next;
        let_go(waiter, WOKEN);
    }
    return number;
}

/* Under the bucket's lock: the last in the queue. */
static void enter_bucket(struct tn_park_bucket *bucket,
                         struct tn_waiter *waiter)
{
    *bucket->end = waiter;
    bucket->end = &waiter->next;
}

/* False when the time was up before anybody took it out. */
static bool hear(struct tn_park_bucket *bucket, struct tn_waiter *waiter,
                 uint64_t deadline)
{
    if (tn_bell_wait(&waiter->bell, deadline))
        return true;
    tn_mutex_lock(&bucket->lock);
    bool was_there = take_waiter(bucket, waiter);
    tn_mutex_unlock(&bucket->lock);
    return !was_there && tn_bell_wait(&waiter->bell, TN_SYNC_FOREVER);
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
        return TN_SYNC_FOREVER;
    (void)tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &now);
    return now + (uint64_t)timeout;
}

/* What is awaited: a word of 4 or 8 bytes. */
struct spot {
    struct tn_store *store; /* whose code waits */
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

/* Waits if the value is as expected: the result of the instruction. An
 * interrupt that comes earlier is seen by the flag, later by the bell. */
static uint64_t wait_in(struct tn_park_bucket *bucket, struct tn_waiter *waiter,
                        const struct spot *spot, uint64_t deadline)
{
    tn_mutex_lock(&bucket->lock);
    bool is_expected = is_as_expected(spot);
    bool sleeps = is_expected && !tn_rt_is_interrupted(spot->store);
    if (sleeps)
        enter_bucket(bucket, waiter);
    tn_mutex_unlock(&bucket->lock);
    if (!is_expected)
        return WAIT_NOT_EQUAL;
    if (!sleeps || !hear(bucket, waiter, deadline))
        return WAIT_TIMED_OUT;
    return atomic_load_explicit(&waiter->state, memory_order_acquire) == WOKEN
               ? WAIT_OK
               : WAIT_TIMED_OUT;
}

static tn_trap_kind park(const struct spot *spot, int64_t timeout,
                         uint64_t *result)
{
    struct tn_store *store = spot->store;
    struct tn_waiter waiter = {.at = spot->at};
    tn_bell_init(&waiter.bell);
    set_waiting(store, &waiter);
    *result = wait_in(bucket_of(&store->engine->parking, spot->at), &waiter,
                      spot, wait_deadline(timeout));
    set_waiting(store, NULL);
    tn_bell_clear(&waiter.bell);
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
    struct spot spot = {context->store, at, s[1], is_64};
    return park(&spot, (int64_t)s[2], &s[0]);
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
