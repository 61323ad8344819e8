/* random.c - the system's own generator. */
#include "os/random.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

int tn_os_random(void *bytes, size_t size)
{
    uint8_t *at = bytes;
    /* 256 bytes a call are what every system gives whole. More at a time is
     * quicker on Linux, which may then give less than was asked for. */
    while (size > 0) {
        ssize_t n = getrandom(at, size < 65536 ? size : 65536, 0);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0) {
            at += n;
            size -= (size_t)n;
        }
    }
    return 0;
}
