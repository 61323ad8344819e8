/* sync.h - a lock, a condition to wait for under it, and a bell to wait for
 * without one.
 *
 * A lock is not recursive; its owner unlocks it; it is cleared when nobody
 * holds it. */
#ifndef TN_OS_SYNC_H
#define TN_OS_SYNC_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Can semaphores wait for a moment of the monotonic clock? A thread that
 * waits for one is woken once, behind a condition twice: a turn between two
 * threads is 4.4 us against 9. musl, macOS and others cannot. */
#ifndef TN_BELL_IS_SEMAPHORE
#ifdef __GLIBC__
#define TN_BELL_IS_SEMAPHORE __GLIBC_PREREQ(2, 30)
#else
#define TN_BELL_IS_SEMAPHORE 0
#endif
#endif

#if TN_BELL_IS_SEMAPHORE
#include <semaphore.h>
#endif

struct tn_mutex {
    pthread_mutex_t os;
};

void tn_mutex_init(struct tn_mutex *mutex);
void tn_mutex_clear(struct tn_mutex *mutex);
void tn_mutex_lock(struct tn_mutex *mutex);
void tn_mutex_unlock(struct tn_mutex *mutex);

/* Raised and waited for by who holds the lock. */
struct tn_cond {
    pthread_cond_t os;
};

#define TN_SYNC_FOREVER UINT64_MAX

void tn_cond_init(struct tn_cond *cond);
void tn_cond_clear(struct tn_cond *cond);
void tn_cond_raise(struct tn_cond *cond);
/* Gives the lock up while it sleeps, until the condition is raised, or for no
 * reason, or until the monotonic clock (os/clock.h) shows `deadline`
 * nanoseconds: then false. */
bool tn_cond_wait(struct tn_cond *cond, struct tn_mutex *mutex,
                  uint64_t deadline);

/* Rung as often as it is heard. Who has heard it may clear it at once, also
 * when the call that rang it has not returned yet. */
struct tn_bell {
#if TN_BELL_IS_SEMAPHORE
    sem_t os;
#else
    struct tn_mutex mutex;
    struct tn_cond cond;
    uint32_t rung; /* and not heard yet */
#endif
};

void tn_bell_init(struct tn_bell *bell);
void tn_bell_clear(struct tn_bell *bell);
void tn_bell_ring(struct tn_bell *bell);
/* False when it was not rung until `deadline`, as above. */
bool tn_bell_wait(struct tn_bell *bell, uint64_t deadline);

#endif
