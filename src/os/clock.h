/* clock.h - what time it is. Each call returns 0 or the system's errno. Any
 * thread. */
#ifndef TN_OS_CLOCK_H
#define TN_OS_CLOCK_H

#include <stdint.h>

/* Numbered as WASI numbers them. */
enum tn_os_clock {
    TN_OS_CLOCK_REALTIME = 0, /* since 1970 */
    TN_OS_CLOCK_MONOTONIC = 1,
    TN_OS_CLOCK_PROCESS_CPU = 2,
    TN_OS_CLOCK_THREAD_CPU = 3,
    TN_OS_CLOCK_COUNT
};

int tn_os_clock_now(enum tn_os_clock clock, uint64_t *ns);
int tn_os_clock_resolution(enum tn_os_clock clock, uint64_t *ns);

/* Lets another thread run. */
void tn_os_yield(void);

#endif
