/* p1_poll.c - poll_oneoff: waiting for clocks and files.
 *
 * Subscriptions are read into a list of our own before anything is written:
 * the guest may give the same memory for both. Those that cannot be waited
 * for are events at once, with their error. Clocks become one deadline; files
 * of the system become items of os/ready.h; all else is always ready. */
#include "os/clock.h"
#include "wasi/p1.h"
#include "wasi/waits.h"

enum {
    SUBSCRIPTION_SIZE = 48,
    EVENT_SIZE = 32,
    SUBSCRIPTIONS_MAX = TN_OS_READY_MAX - 1,
    NO_ITEM = -1
};

enum event_type {
    EVENT_CLOCK = 0,
    EVENT_FD_READ = 1,
    EVENT_FD_WRITE = 2
};

struct subscription {
    uint64_t userdata;
    uint8_t type; /* enum event_type */
    bool is_due;  /* is an event whatever happens */
    enum tn_wasi_errno wrong;
    uint32_t fd;
    int item;          /* of the poll, or NO_ITEM */
    uint64_t deadline; /* of clocks, by the monotonic one */
};

struct poll {
    struct tn_wasi_p1 *p1;
    struct subscription *subscriptions;
    size_t count;
    struct tn_os_ready *items; /* count + 1 */
    size_t item_count;
    uint64_t deadline; /* the earliest */
};

/* ------------------------------------------------------ what is asked for */

/* args: clock, timeout, flags. When it is time, by the monotonic clock. */
static enum tn_wasi_errno deadline_of(uint64_t clock, uint64_t timeout,
                                      bool is_absolute, uint64_t *out)
{
    if (clock > TN_OS_CLOCK_MONOTONIC)
        return clock < TN_OS_CLOCK_COUNT ? TN_WASI_NOTSUP : TN_WASI_INVAL;
    uint64_t now, monotonic;
    int failed = tn_os_clock_now((enum tn_os_clock)clock, &now);
    if (failed == 0)
        failed = tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &monotonic);
    if (failed != 0)
        return tn_wasi_errno_of(failed);
    uint64_t left = timeout;
    if (is_absolute)
        left = timeout > now ? timeout - now : 0;
    /* The end of time is not waited for, but forever is. */
    *out = left < TN_OS_FOREVER - monotonic ? monotonic + left : TN_OS_FOREVER;
    return TN_WASI_SUCCESS;
}

static void add_clock(struct poll *poll, struct subscription *sub,
                      const uint8_t *at)
{
    sub->wrong = deadline_of(tn_wasi_get_u32(at + 16), tn_wasi_get_u64(at + 24),
                             tn_wasi_get_u16(at + 40) & 1, &sub->deadline);
    sub->is_due = sub->wrong != TN_WASI_SUCCESS;
    if (!sub->is_due && sub->deadline < poll->deadline)
        poll->deadline = sub->deadline;
}

static void add_file(struct poll *poll, struct subscription *sub)
{
    uint64_t right =
        sub->type == EVENT_FD_READ ? TN_WASI_FD_READ : TN_WASI_FD_WRITE;
    struct tn_wasi_file *file;
    sub->wrong = tn_wasi_p1_file(poll->p1, sub->fd,
                                 TN_WASI_POLL_FD_READWRITE | right, &file);
    sub->is_due = sub->wrong != TN_WASI_SUCCESS || !file->can_wait;
    if (sub->is_due)
        return;
    sub->item = (int)poll->item_count;
    poll->items[poll->item_count++] = (struct tn_os_ready){
        .fd = file->fd,
        .to_read = sub->type == EVENT_FD_READ,
        .to_write = sub->type == EVENT_FD_WRITE,
    };
}

static void add_subscription(struct poll *poll, const uint8_t *at,
                             struct subscription *sub)
{
    *sub = (struct subscription){.userdata = tn_wasi_get_u64(at),
                                 .type = at[8],
                                 .fd = tn_wasi_get_u32(at + 16),
                                 .item = NO_ITEM};
    if (sub->type == EVENT_CLOCK)
        add_clock(poll, sub, at);
    else if (sub->type <= EVENT_FD_WRITE)
        add_file(poll, sub);
    else
        sub->wrong = TN_WASI_INVAL, sub->is_due = true;
    if (sub->is_due)
        poll->deadline = 0;
}

/* -------------------------------------------------------- what has come */

/* How much a file of the system's still holds behind its position. */
static uint64_t bytes_left(const struct tn_wasi_file *file)
{
    struct tn_os_stat stat;
    uint64_t at;
    if (file->fd < 0)
        return 1;
    if (file->can_wait)
        return tn_os_readable_bytes(file->fd);
    if (tn_os_stat(file->fd, &stat) != 0 ||
        tn_os_seek(file->fd, 0, TN_OS_CUR, &at) != 0)
        return 0;
    return stat.size > at ? stat.size - at : 0;
}

static bool has_come(const struct poll *poll, const struct subscription *sub,
                     uint64_t now)
{
    if (sub->is_due)
        return true;
    if (sub->type == EVENT_CLOCK)
        return sub->deadline <= now;
    const struct tn_os_ready *item = &poll->items[sub->item];
    return item->can_read || item->can_write;
}

static void put_event(const struct poll *poll, const struct subscription *sub,
                      uint8_t *out)
{
    memset(out, 0, EVENT_SIZE);
    tn_wasi_set_u64(out, sub->userdata);
    tn_wasi_set_u16(out + 8, (uint16_t)sub->wrong);
    out[10] = sub->type;
    if (sub->wrong != TN_WASI_SUCCESS || sub->type == EVENT_CLOCK)
        return;
    const struct tn_wasi_file *file =
        tn_wasi_fds_get(poll->p1->wasi->files, sub->fd);
    if (file == NULL) { /* another thread has closed it meanwhile */
        tn_wasi_set_u16(out + 8, TN_WASI_BADF);
        return;
    }
    tn_wasi_set_u64(out + 16,
                    sub->type == EVENT_FD_READ ? bytes_left(file) : 1);
    if (sub->item != NO_ITEM && poll->items[sub->item].has_hung_up)
        tn_wasi_set_u16(out + 24, 1);
}

/* Writes the events to `at`, and returns how many there are. */
static uint32_t put_events(const struct poll *poll, uint8_t *at)
{
    uint64_t now = 0;
    uint32_t count = 0;
    tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &now);
    for (size_t i = 0; i < poll->count; i++) {
        const struct subscription *sub = &poll->subscriptions[i];
        if (has_come(poll, sub, now))
            put_event(poll, sub, at + (size_t)EVENT_SIZE * count++);
    }
    return count;
}

/* ----------------------------------------------------------------- the call */

/* args: subscriptions, events, how many, where the number of events goes. */
static enum tn_wasi_errno run_poll(struct poll *poll, const uint64_t *args)
{
    struct tn_wasi_p1 *p1 = poll->p1;
    const uint8_t *in =
        tn_wasi_p1_span(p1, args[0], args[2] * SUBSCRIPTION_SIZE);
    uint8_t *out = tn_wasi_p1_span(p1, args[1], args[2] * EVENT_SIZE);
    if (in == NULL || out == NULL || tn_wasi_p1_span(p1, args[3], 4) == NULL)
        return TN_WASI_FAULT;
    for (size_t i = 0; i < poll->count; i++)
        add_subscription(poll, in + SUBSCRIPTION_SIZE * i,
                         &poll->subscriptions[i]);
    enum tn_wasi_outcome outcome;
    tn_wasi_fds_pause(p1->wasi->files);
    enum tn_wasi_errno wrong =
        tn_wasi_wait(tn_call_store(p1->call), poll->items, poll->item_count,
                     poll->deadline, &outcome);
    tn_wasi_fds_resume(p1->wasi->files);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (outcome == TN_WASI_INTERRUPTED)
        return tn_wasi_p1_interrupt(p1);
    tn_wasi_p1_put_u32(p1, args[3], put_events(poll, out));
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_poll_oneoff(struct tn_wasi_p1 *p1,
                                          const uint64_t *args)
{
    if (args[2] == 0 || args[2] > SUBSCRIPTIONS_MAX)
        return TN_WASI_INVAL;
    const tn_allocator *alloc = p1->wasi->alloc;
    size_t count = (size_t)args[2];
    struct poll poll = {
        .p1 = p1,
        .subscriptions = TN_ALLOC_ARRAY(alloc, struct subscription, count),
        .count = count,
        .items = TN_ALLOC_ARRAY(alloc, struct tn_os_ready, count + 1),
        .deadline = TN_OS_FOREVER,
    };
    enum tn_wasi_errno wrong = TN_WASI_NOMEM;
    if (poll.subscriptions != NULL && poll.items != NULL)
        wrong = run_poll(&poll, args);
    tn_alloc_free(alloc, poll.subscriptions,
                  count * sizeof *poll.subscriptions);
    tn_alloc_free(alloc, poll.items, (count + 1) * sizeof *poll.items);
    return wrong;
}
