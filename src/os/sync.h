/* sync.h - a lock, a condition to wait for under it, and a bell to wait for
 * without one.
 *
 * A lock is not recursive; its owner unlocks it; it is cleared when nobody
 * holds it. */
#ifndef TN_OS_SYNC_H
#define TN_OS_SYNC_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>

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
    sem_t os;
};

void tn_bell_init(struct tn_bell *bell);
void tn_bell_clear(struct tn_bell *bell);
void tn_bell_ring(struct tn_bell *bell);
/* False when it was not rung until `deadline`, as above. */
bool tn_bell_wait(struct tn_bell *bell, uint64_t deadline);

#endif
