/* sync_posix.c - locks and conditions by POSIX.
 *
 * A default mutex cannot fail to start, lock or unlock when it is used as
 * sync.h says, so nothing here reports. */
#include "os/clock.h"
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

static struct timespec time_of(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u),
                             .tv_nsec = (long)(ns % 1000000000u)};
}

#ifdef __APPLE__

/* Conditions wait for moments of the wall clock there, or for a span. */
static int init_monotonic(pthread_cond_t *cond)
{
    return pthread_cond_init(cond, NULL);
}

static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex,
                      uint64_t deadline)
{
    uint64_t now = 0;
    (void)tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &now);
    struct timespec span = time_of(deadline > now ? deadline - now : 0);
    return pthread_cond_timedwait_relative_np(cond, mutex, &span);
}

#else

static int init_monotonic(pthread_cond_t *cond)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(cond, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    return failed;
}

static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex,
                      uint64_t deadline)
{
    struct timespec until = time_of(deadline);
    return pthread_cond_timedwait(cond, mutex, &until);
}

#endif

void tn_cond_init(struct tn_cond *cond)
{
    (void)init_monotonic(&cond->os);
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
    if (deadline == TN_SYNC_FOREVER) {
        (void)pthread_cond_wait(&cond->os, &mutex->os);
        return true;
    }
    return wait_until(&cond->os, &mutex->os, deadline) != ETIMEDOUT;
}
