/* waits.c - one more descriptor, which is readable while there is an
 * interrupt. */
#include "wasi/waits.h"

#include <errno.h>

#include "os/clock.h"
#include "rt/interrupt.h"

/* How long to sleep at a time when no descriptor could be had to wake us. */
#define SLICE_NS UINT64_C(20000000)

static int time_left(uint64_t deadline, uint64_t *ns)
{
    uint64_t now;
    *ns = TN_OS_FOREVER;
    if (deadline == TN_OS_FOREVER)
        return 0;
    int failed = tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &now);
    *ns = failed || now >= deadline ? 0 : deadline - now;
    return failed;
}

enum tn_wasi_errno tn_wasi_wait(tn_store *store, struct tn_os_ready *items,
                                size_t count, uint64_t deadline,
                                enum tn_wasi_outcome *outcome)
{
    int wake = tn_rt_wake_fd(store);
    for (;;) {
        *outcome = TN_WASI_INTERRUPTED;
        if (tn_rt_is_interrupted(store))
            return TN_WASI_SUCCESS;
        uint64_t left;
        int failed = time_left(deadline, &left);
        if (failed != 0)
            return tn_wasi_errno_of(failed);
        uint64_t slice = wake < 0 && left > SLICE_NS ? SLICE_NS : left;
        size_t ready;
        items[count] = (struct tn_os_ready){.fd = wake, .to_read = true};
        failed = tn_os_wait(items, count + 1, slice, &ready);
        if (failed != 0 && failed != EINTR)
            return tn_wasi_errno_of(failed);
        if (failed != 0 || items[count].can_read)
            continue;
        *outcome = ready > 0 ? TN_WASI_READY : TN_WASI_TIME_IS_UP;
        if (ready > 0 || left <= slice)
            return TN_WASI_SUCCESS;
    }
}

#undef SLICE_NS
