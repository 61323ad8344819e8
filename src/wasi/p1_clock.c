/* p1_clock.c - clocks. */
#include "os/clock.h"
#include "wasi/p1.h"

static enum tn_wasi_errno put_clock(struct tn_wasi_p1 *p1, uint64_t clock,
                                    uint64_t at,
                                    int (*ask)(enum tn_os_clock, uint64_t *))
{
    if (clock >= TN_OS_CLOCK_COUNT)
        return TN_WASI_INVAL;
    uint64_t ns;
    int failed = ask((enum tn_os_clock)clock, &ns);
    if (failed != 0)
        return tn_wasi_errno_of(failed);
    return tn_wasi_p1_put_u64(p1, at, ns) ? TN_WASI_SUCCESS : TN_WASI_FAULT;
}

enum tn_wasi_errno tn_wasi_p1_clock_res_get(struct tn_wasi_p1 *p1,
                                            const uint64_t *args)
{
    return put_clock(p1, args[0], args[1], tn_os_clock_resolution);
}

/* args[1], a wished precision, makes no difference here. */
enum tn_wasi_errno tn_wasi_p1_clock_time_get(struct tn_wasi_p1 *p1,
                                             const uint64_t *args)
{
    return put_clock(p1, args[0], args[2], tn_os_clock_now);
}
