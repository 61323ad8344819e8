/* sync_posix.c - locks and conditions by pthreads.
 *
 * A default mutex cannot fail to start, lock or unlock when it is used as
 * sync.h says, so nothing here reports. */
#include "os/sync.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

void tn_mutex_init(struct tn_mutex *mutex)
{
    (void)pthread_mutex_init(&mutex->os, NULL);
}

void tn_mutex_clear(struct tn_mutex *mutex)
{
    (void)pthread_mutex_destroy(&mutex->os);
}

void tn_mutex_lock(struct tn_mutex *mutex)
{
    (void)pthread_mutex_lock(&mutex->os);
}

void tn_mutex_unlock(struct tn_mutex *mutex)
{
    (void)pthread_mutex_unlock(&mutex->os);
}

void tn_cond_init(struct tn_cond *cond)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&cond->os, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

void tn_cond_clear(struct tn_cond *cond)
{
    (void)pthread_cond_destroy(&cond->os);
}

void tn_cond_raise(struct tn_cond *cond)
{
    (void)pthread_cond_signal(&cond->os);
}

bool tn_cond_wait(struct tn_cond *cond, struct tn_mutex *mutex,
                  uint64_t deadline)
{
    if (deadline == TN_COND_FOREVER) {
        (void)pthread_cond_wait(&cond->os, &mutex->os);
        return true;
    }
    struct timespec until = {.tv_sec = (time_t)(deadline / 1000000000u),
                             .tv_nsec = (long)(deadline % 1000000000u)};
    return pthread_cond_timedwait(&cond->os, &mutex->os, &until) != ETIMEDOUT;
}
