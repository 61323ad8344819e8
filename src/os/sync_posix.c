/* sync_posix.c - locks by pthreads.
 *
 * A default mutex cannot fail to start, lock or unlock when it is used as
 * sync.h says, so nothing here reports. */
#include "os/sync.h"

#include <stddef.h>

void tn_mutex_init(struct tn_mutex *mutex)
{
    (void)pthread_mutex_init(&mutex->os, NULL);
}

void tn_mutex_clear(struct tn_mutex *mutex)
{
    (void)pthread_mutex_destroy(&mutex->os);
}

void tn_mutex_lock(struct tn_mutex *mutex)
{
    (void)pthread_mutex_lock(&mutex->os);
}

void tn_mutex_unlock(struct tn_mutex *mutex)
{
    (void)pthread_mutex_unlock(&mutex->os);
}
