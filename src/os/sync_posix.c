/* sync_posix.c - locks, conditions and bells by POSIX.
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

static struct timespec time_of(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u),
                             .tv_nsec = (long)(ns % 1000000000u)};
}

bool tn_cond_wait(struct tn_cond *cond, struct tn_mutex *mutex,
                  uint64_t deadline)
{
    if (deadline == TN_SYNC_FOREVER) {
        (void)pthread_cond_wait(&cond->os, &mutex->os);
        return true;
    }
    struct timespec until = time_of(deadline);
    return pthread_cond_timedwait(&cond->os, &mutex->os, &until) != ETIMEDOUT;
}

void tn_bell_init(struct tn_bell *bell)
{
    (void)sem_init(&bell->os, 0, 0);
}

void tn_bell_clear(struct tn_bell *bell)
{
    (void)sem_destroy(&bell->os);
}

void tn_bell_ring(struct tn_bell *bell)
{
    (void)sem_post(&bell->os);
}

bool tn_bell_wait(struct tn_bell *bell, uint64_t deadline)
{
    struct timespec until = time_of(deadline);
    int failed;
    do
        failed = deadline == TN_SYNC_FOREVER
                     ? sem_wait(&bell->os)
                     : sem_clockwait(&bell->os, CLOCK_MONOTONIC, &until);
    while (failed != 0 && errno == EINTR);
    return failed == 0;
}
