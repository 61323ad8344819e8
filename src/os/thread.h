/* thread.h - one more thread. */
#ifndef TN_OS_THREAD_H
#define TN_OS_THREAD_H

#include <pthread.h>
#include <stdbool.h>

struct tn_os_thread {
    pthread_t os;
};

/* Runs `run` with `arg`; must be joined, once. False when the system has no
 * more threads. */
bool tn_os_thread_start(struct tn_os_thread *thread, void *(*run)(void *arg),
                        void *arg);
void tn_os_thread_join(const struct tn_os_thread *thread);

/* How many processors this process may use; 1 when that is not known. */
unsigned tn_os_processor_count(void);

#endif
