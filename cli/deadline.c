/* deadline.c - a thread that interrupts a store.
 *
 * An interrupt between two calls is lost, so once the time is over it is
 * repeated until the run ends. */
#include "deadline.h"

#include <limits.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

enum {
    AGAIN_NS = 10000000
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* A pipe that is closed ends the sleep: every system can wait for that and for
 * a time at once. True when the thread must end. */
static bool sleep_until(const struct deadline *d, uint64_t wake_ns)
{
    struct pollfd stop = {d->stop[0], POLLIN, 0};
    uint64_t now = now_ns();
    uint64_t ms = wake_ns > now ? (wake_ns - now - 1) / 1000000 + 1 : 0;
    return poll(&stop, 1, ms < INT_MAX ? (int)ms : INT_MAX) > 0;
}

static void *watch(void *ctx)
{
    struct deadline *d = ctx;
    uint64_t wake_ns = d->at_ns;
    while (!sleep_until(d, wake_ns)) {
        uint64_t now = now_ns();
        if (now < wake_ns)
            continue;
        pthread_mutex_lock(&d->mutex);
        d->is_over = true;
        if (d->store != NULL)
            tn_store_interrupt(d->store);
        pthread_mutex_unlock(&d->mutex);
        wake_ns = now + AGAIN_NS;
    }
    return NULL;
}

static void close_all(struct deadline *d)
{
    close(d->stop[0]);
    pthread_mutex_destroy(&d->mutex);
}

bool deadline_start(struct deadline *out, uint64_t timeout_ns)
{
    *out = (struct deadline){.at_ns = now_ns() + timeout_ns};
    if (pipe(out->stop) != 0)
        return false;
    pthread_mutex_init(&out->mutex, NULL);
    if (pthread_create(&out->thread, NULL, watch, out) == 0)
        return true;
    close(out->stop[1]);
    close_all(out);
    return false;
}

void deadline_watch(struct deadline *d, tn_store *store)
{
    pthread_mutex_lock(&d->mutex);
    d->store = store;
    pthread_mutex_unlock(&d->mutex);
}

bool deadline_is_over(struct deadline *d)
{
    pthread_mutex_lock(&d->mutex);
    bool is_over = d->is_over;
    pthread_mutex_unlock(&d->mutex);
    return is_over;
}

void deadline_stop(struct deadline *d)
{
    close(d->stop[1]);
    pthread_join(d->thread, NULL);
    close_all(d);
}
