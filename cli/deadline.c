/* deadline.c - a thread that interrupts a store.
 *
 * An interrupt between two calls is lost, so once the time is over it is
 * repeated until the run ends. */
#include "deadline.h"

#include <time.h>

enum {
    AGAIN_NS = 10000000
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void *watch(void *ctx)
{
    struct deadline *d = ctx;
    pthread_mutex_lock(&d->mutex);
    uint64_t wake_ns = d->at_ns;
    while (!d->is_stopping) {
        uint64_t now = now_ns();
        if (now >= wake_ns) {
            d->is_over = true;
            if (d->store != NULL)
                tn_store_interrupt(d->store);
            wake_ns = now + AGAIN_NS;
        }
        struct timespec until = {(time_t)(wake_ns / 1000000000),
                                 (long)(wake_ns % 1000000000)};
        pthread_cond_timedwait(&d->changed, &d->mutex, &until);
    }
    pthread_mutex_unlock(&d->mutex);
    return NULL;
}

bool deadline_start(struct deadline *out, uint64_t timeout_ns)
{
    pthread_condattr_t monotonic;
    *out = (struct deadline){.at_ns = now_ns() + timeout_ns};
    pthread_mutex_init(&out->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&out->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return pthread_create(&out->thread, NULL, watch, out) == 0;
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
    pthread_mutex_lock(&d->mutex);
    d->is_stopping = true;
    pthread_cond_signal(&d->changed);
    pthread_mutex_unlock(&d->mutex);
    pthread_join(d->thread, NULL);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->mutex);
}
