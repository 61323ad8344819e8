/* thread_posix.c - threads by pthreads. */
#include "os/thread.h"

#include <stddef.h>

bool tn_os_thread_start(struct tn_os_thread *thread, void *(*run)(void *arg),
                        void *arg)
{
    return pthread_create(&thread->os, NULL, run, arg) == 0;
}

void tn_os_thread_join(const struct tn_os_thread *thread)
{
    (void)pthread_join(thread->os, NULL);
}
