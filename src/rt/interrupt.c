/* interrupt.c - one word stops all: running code compares its frame with
 * context->limit at calls and branches, and the interrupter sets that to null. */
#include "rt/interrupt.h"

#include "os/wake.h"
#include "rt/store.h"

void tn_rt_set_limit(struct tn_context *context)
{
    struct tn_store *store = context->store;
    uint64_t *limit = tn_rt_is_interrupted(store) ? NULL : store->stack_limit;
    atomic_store_explicit(&context->limit, limit, memory_order_relaxed);
}

static void set_limits(struct tn_store *store)
{
    for (uint32_t i = 0; i < store->ctx_count; i++)
        if (store->ctx[i] != NULL)
            tn_rt_set_limit(store->ctx[i]);
}

bool tn_rt_is_interrupted(const tn_store *store)
{
    return atomic_load_explicit(&store->is_interrupted, memory_order_relaxed);
}

void tn_store_interrupt(tn_store *store)
{
    tn_mutex_lock(&store->lock);
    if (atomic_load(&store->owner) != 0 && !tn_rt_is_interrupted(store)) {
        atomic_store(&store->is_interrupted, true);
        set_limits(store);
        tn_os_wake_raise(store->wake);
        if (store->waiting != NULL)
            tn_rt_park_stop(&store->engine->parking, store->waiting);
    }
    tn_mutex_unlock(&store->lock);
}

void tn_rt_clear_interrupt(struct tn_store *store)
{
    atomic_store(&store->is_interrupted, false);
    set_limits(store);
    tn_os_wake_lower(store->wake);
}

int tn_rt_wake_fd(tn_store *store)
{
    tn_mutex_lock(&store->lock);
    if (store->wake[0] < 0 && tn_os_wake_new(store->wake) &&
        tn_rt_is_interrupted(store))
        tn_os_wake_raise(store->wake);
    int fd = store->wake[0];
    tn_mutex_unlock(&store->lock);
    return fd;
}

/* Branches compare with the frame itself, calls with the callee's: only the
 * latter can pass the limit. A null limit without an interrupt is one that
 * another thread has just withdrawn. */
tn_trap_kind tn_rt_limit(struct tn_context *context, const uint64_t *frame)
{
    struct tn_store *store = context->store;
    tn_mutex_lock(&store->lock);
    bool is_interrupted = tn_rt_is_interrupted(store);
    if (!is_interrupted)
        set_limits(store);
    tn_mutex_unlock(&store->lock);
    if (is_interrupted)
        return TN_TRAP_INTERRUPT;
    return frame > store->stack_limit ? TN_TRAP_STACK : TN_TRAP_NONE;
}
