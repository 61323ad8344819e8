/* bell_posix.c - bells are conditions, where semaphores do not know the
 * monotonic clock. */
#include "os/sync.h"

#if !TN_BELL_IS_SEMAPHORE

void tn_bell_init(struct tn_bell *bell)
{
    tn_mutex_init(&bell->mutex);
    tn_cond_init(&bell->cond);
    bell->rung = 0;
}

void tn_bell_clear(struct tn_bell *bell)
{
    tn_cond_clear(&bell->cond);
    tn_mutex_clear(&bell->mutex);
}

/* Raised under the lock: who hears it has had the lock after, and then nothing
 * here touches the condition any more. */
void tn_bell_ring(struct tn_bell *bell)
{
    tn_mutex_lock(&bell->mutex);
    bell->rung++;
    tn_cond_raise(&bell->cond);
    tn_mutex_unlock(&bell->mutex);
}

bool tn_bell_wait(struct tn_bell *bell, uint64_t deadline)
{
    bool in_time = true;
    tn_mutex_lock(&bell->mutex);
    while (bell->rung == 0 && in_time)
        in_time = tn_cond_wait(&bell->cond, &bell->mutex, deadline);
    bool is_heard = bell->rung > 0;
    bell->rung -= is_heard;
    tn_mutex_unlock(&bell->mutex);
    return is_heard;
}

#endif
