/* workers.h - the same work on many things, on several threads. */
#ifndef TN_REWRITE_WORKERS_H
#define TN_REWRITE_WORKERS_H

#include <stdint.h>

typedef void tn_rw_job(void *context, uint32_t i);

/* How many threads to use when `asked` for that many; 0: as many as there are
 * processors. At most 16. */
unsigned tn_rw_worker_count(unsigned asked);

/* Does job(context, i) for each i below `count`, on up to `workers` threads of
 * which the caller's is one, and returns when all are done. Without threads to
 * be had, the caller does it alone. */
void tn_rw_work(unsigned workers, uint32_t count, tn_rw_job *job,
                void *context);

#endif
