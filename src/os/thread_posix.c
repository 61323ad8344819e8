/* thread_posix.c - threads by pthreads. */
#include "os/thread.h"

#include <stddef.h>
#include <unistd.h>

bool tn_os_thread_start(struct tn_os_thread *thread, void *(*run)(void *arg),
                        void *arg)
{
    return pthread_create(&thread->os, NULL, run, arg) == 0;
}

void tn_os_thread_join(const struct tn_os_thread *thread)
{
    (void)pthread_join(thread->os, NULL);
}

unsigned tn_os_processor_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}
