/* workers.c - threads that take the next thing until there is none. */
#include "rewrite/workers.h"

#include <stdatomic.h>
#include <stddef.h>

#include "os/thread.h"

enum {
    MOST_WORKERS = 16
};

struct shift {
    tn_rw_job *job;
    void *context;
    uint32_t count;
    _Atomic uint32_t next;
};

static void *work_shift(void *arg)
{
    struct shift *shift = arg;
    for (;;) {
        uint32_t i = atomic_fetch_add(&shift->next, 1);
        if (i >= shift->count)
            return NULL;
        shift->job(shift->context, i);
    }
}

unsigned tn_rw_worker_count(unsigned asked)
{
    unsigned count = asked != 0 ? asked : tn_os_processor_count();
    return count < MOST_WORKERS ? count : MOST_WORKERS;
}

void tn_rw_work(unsigned workers, uint32_t count, tn_rw_job *job, void *context)
{
    struct shift shift = {job, context, count, 0};
    struct tn_os_thread threads[MOST_WORKERS];
    unsigned started = 0;
    while (started + 1 < workers && started + 1 < count &&
           tn_os_thread_start(&threads[started], work_shift, &shift))
        started++;
    work_shift(&shift);
    for (unsigned i = 0; i < started; i++)
        tn_os_thread_join(&threads[i]);
}
