/* ready.h - waiting until one of several descriptors can be read or written,
 * or until it is time. */
#ifndef TN_OS_READY_H
#define TN_OS_READY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tn_os_ready {
    int fd; /* negative: left out */
    bool to_read, to_write;
    /* Answers. A descriptor that failed can be read and written: whoever
     * tries learns why. */
    bool can_read, can_write, has_hung_up;
};

#define TN_OS_READY_MAX 4100 /* in one call */
#define TN_OS_FOREVER   UINT64_MAX

/* Waits at most `ns`; `*count` is how many of `items` can do what they were
 * asked about, 0 when time ran out. Returns 0 or the system's errno; EINTR
 * when a signal came: wait again for what is left. Any thread. */
int tn_os_wait(struct tn_os_ready *items, size_t item_count, uint64_t ns,
               size_t *count);

/* How many bytes a read would give at once, as far as the system knows. */
uint64_t tn_os_readable_bytes(int fd);

#endif
