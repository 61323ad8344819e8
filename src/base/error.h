/* error.h - the one way a failure travels. */
#ifndef TN_BASE_ERROR_H
#define TN_BASE_ERROR_H

#include <stdbool.h>
#include <tenon.h>

/* Records a failure and returns its status, so that a caller can write
 * `return tn_fail(err, ...)`. The first failure is kept: what fails later
 * usually fails because of it. `err` may be null. `offset` is a byte in the
 * input at hand, or TN_NO_OFFSET. */
tn_status tn_fail(tn_error *err, tn_status status, uint64_t offset,
                  const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* `return tn_no_memory(err);` */
tn_status tn_no_memory(tn_error *err);

/* Passes a failure up. */
#define TN_TRY(call)                    \
    do {                                \
        tn_status try_status_ = (call); \
        if (try_status_ != TN_OK)       \
            return try_status_;         \
    } while (0)

#endif
