/* waits.h - waiting that ends when the store is interrupted. */
#ifndef TN_WASI_WAITS_H
#define TN_WASI_WAITS_H

#include "os/ready.h"
#include "wasi/errnos.h"
#include <tenon.h>

enum tn_wasi_outcome {
    TN_WASI_READY,
    TN_WASI_TIME_IS_UP,
    TN_WASI_INTERRUPTED /* the guest's call must end with that trap */
};

/* Waits until one of `items` can do what it is asked about, or until the
 * monotonic clock says `deadline` (ns; TN_OS_FOREVER). There must be room for
 * one more item behind the last. */
enum tn_wasi_errno tn_wasi_wait(tn_store *store, struct tn_os_ready *items,
                                size_t count, uint64_t deadline,
                                enum tn_wasi_outcome *outcome);

#endif
