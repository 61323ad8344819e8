/* ready.c - poll, to the nanosecond where the system can. */
#include "os/ready.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>

#if defined(__linux__) || defined(__FreeBSD__)

static int poll_for(struct pollfd *fds, size_t count, uint64_t ns)
{
    if (ns == TN_OS_FOREVER)
        return ppoll(fds, (nfds_t)count, NULL, NULL);
    /* A few centuries are enough, and fit any time_t of 64 bits; those of 32
     * bits wait 68 years. */
    uint64_t seconds = ns / 1000000000u;
    uint64_t most = sizeof(time_t) > 4 ? UINT64_C(10000000000) : INT32_MAX;
    struct timespec time = {
        .tv_sec = (time_t)(seconds < most ? seconds : most),
        .tv_nsec = (long)(ns % 1000000000u),
    };
    return ppoll(fds, (nfds_t)count, &time, NULL);
}

#else

static int poll_for(struct pollfd *fds, size_t count, uint64_t ns)
{
    if (ns == TN_OS_FOREVER)
        return poll(fds, (nfds_t)count, -1);
    uint64_t ms = ns / 1000000u + (ns % 1000000u != 0);
    return poll(fds, (nfds_t)count, ms < INT32_MAX ? (int)ms : INT32_MAX);
}

#endif

static void read_answer(struct tn_os_ready *item, short revents)
{
    bool failed = revents & (POLLERR | POLLHUP | POLLNVAL);
    item->can_read = item->to_read && (failed || (revents & POLLIN));
    item->can_write = item->to_write && (failed || (revents & POLLOUT));
    item->has_hung_up = revents & POLLHUP;
}

int tn_os_wait(struct tn_os_ready *items, size_t item_count, uint64_t ns,
               size_t *count)
{
    struct pollfd fds[TN_OS_READY_MAX];
    if (item_count > TN_OS_READY_MAX)
        return EINVAL;
    for (size_t i = 0; i < item_count; i++) {
        int events =
            (items[i].to_read ? POLLIN : 0) | (items[i].to_write ? POLLOUT : 0);
        fds[i] = (struct pollfd){items[i].fd, (short)events, 0};
    }
    *count = 0;
    int result = poll_for(fds, item_count, ns);
    if (result < 0)
        return errno;
    for (size_t i = 0; i < item_count; i++) {
        read_answer(&items[i], fds[i].revents);
        *count += items[i].can_read || items[i].can_write;
    }
    return 0;
}

uint64_t tn_os_readable_bytes(int fd)
{
    int n = 0;
    if (ioctl(fd, FIONREAD, &n) < 0 || n < 0)
        return 0;
    return (uint64_t)n;
}
