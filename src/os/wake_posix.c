/* wake_posix.c - a pipe with a byte in it, or none. */
#include "os/wake.h"

#include <fcntl.h>
#include <unistd.h>

bool tn_os_wake_new(int wake[2])
{
    if (pipe(wake) != 0) {
        wake[0] = wake[1] = -1;
        return false;
    }
    for (int i = 0; i < 2; i++) {
        (void)fcntl(wake[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(wake[i], F_SETFL, O_NONBLOCK);
    }
    return true;
}

void tn_os_wake_free(int wake[2])
{
    for (int i = 0; i < 2; i++)
        if (wake[i] >= 0)
            (void)close(wake[i]);
    wake[0] = wake[1] = -1;
}

void tn_os_wake_raise(const int wake[2])
{
    /* A full pipe is readable too. */
    if (wake[1] >= 0 && write(wake[1], "", 1) < 0)
        return;
}

void tn_os_wake_lower(const int wake[2])
{
    char bytes[16];
    while (wake[0] >= 0 && read(wake[0], bytes, sizeof bytes) > 0)
        continue;
}
