/* clock.c - clocks by POSIX. */
#include "os/clock.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

static const clockid_t clock_ids[TN_OS_CLOCK_COUNT] = {
    [TN_OS_CLOCK_REALTIME] = CLOCK_REALTIME,
    [TN_OS_CLOCK_MONOTONIC] = CLOCK_MONOTONIC,
    [TN_OS_CLOCK_PROCESS_CPU] = CLOCK_PROCESS_CPUTIME_ID,
    [TN_OS_CLOCK_THREAD_CPU] = CLOCK_THREAD_CPUTIME_ID,
};

static int clock_result(int result, const struct timespec *time, uint64_t *ns)
{
    if (result < 0)
        return errno;
    *ns = (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_nsec;
    return 0;
}

int tn_os_clock_now(enum tn_os_clock clock, uint64_t *ns)
{
    struct timespec time;
    return clock_result(clock_gettime(clock_ids[clock], &time), &time, ns);
}

int tn_os_clock_resolution(enum tn_os_clock clock, uint64_t *ns)
{
    struct timespec time;
    return clock_result(clock_getres(clock_ids[clock], &time), &time, ns);
}

void tn_os_yield(void)
{
    sched_yield();
}
