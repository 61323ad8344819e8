/* p1_proc.c - the process that a guest believes to be. */
#include "os/clock.h"
#include "os/random.h"
#include "rt/interrupt.h"
#include "wasi/p1.h"

enum tn_wasi_errno tn_wasi_p1_proc_exit(struct tn_wasi_p1 *p1,
                                        const uint64_t *args)
{
    p1->status = tn_call_exit(p1->call, (uint32_t)args[0]);
    return TN_WASI_SUCCESS;
}

/* What a signal does to a process that handles none, by WASI's numbers:
 * passes, ends it, or stops it, which a guest cannot be. */
enum tn_wasi_errno tn_wasi_p1_proc_raise(struct tn_wasi_p1 *p1,
                                         const uint64_t *args)
{
    enum {
        CHLD = 16,
        CONT = 17,
        STOP = 18,
        TTOU = 21,
        URG = 22,
        WINCH = 27,
        LAST = 30
    };
    uint64_t signal = args[0];
    if (signal > LAST)
        return TN_WASI_INVAL;
    if (signal >= STOP && signal <= TTOU)
        return TN_WASI_NOTSUP;
    if (signal == 0 || signal == CHLD || signal == CONT || signal == URG ||
        signal == WINCH)
        return TN_WASI_SUCCESS;
    p1->status = tn_call_exit(p1->call, 128 + (uint32_t)signal);
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_sched_yield(struct tn_wasi_p1 *p1,
                                          const uint64_t *args)
{
    (void)p1, (void)args;
    tn_os_yield();
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_random_get(struct tn_wasi_p1 *p1,
                                         const uint64_t *args)
{
    enum {
        RANDOM_SLICE = 1 << 20
    }; /* bytes between looks at the interrupt */
    uint8_t *bytes = tn_wasi_p1_span(p1, args[0], args[1]);
    if (bytes == NULL)
        return TN_WASI_FAULT;
    size_t size = (size_t)args[1];
    for (size_t at = 0; at < size; at += RANDOM_SLICE) {
        if (tn_rt_is_interrupted(tn_call_store(p1->call)))
            return tn_wasi_p1_interrupt(p1);
        size_t left = size - at;
        int failed =
            tn_os_random(bytes + at, left < RANDOM_SLICE ? left : RANDOM_SLICE);
        if (failed != 0)
            return tn_wasi_errno_of(failed);
    }
    return TN_WASI_SUCCESS;
}
