/* bell_glibc.c - bells are semaphores, where these know the monotonic clock. */
#include "os/sync.h"

#if TN_BELL_IS_SEMAPHORE

#include <errno.h>
#include <time.h>

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
    struct timespec until = {.tv_sec = (time_t)(deadline / 1000000000u),
                             .tv_nsec = (long)(deadline % 1000000000u)};
    int failed;
    do
        failed = deadline == TN_SYNC_FOREVER
                     ? sem_wait(&bell->os)
                     : sem_clockwait(&bell->os, CLOCK_MONOTONIC, &until);
    while (failed != 0 && errno == EINTR);
    return failed == 0;
}

#endif
