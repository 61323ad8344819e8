/* sync.h - a lock. Not recursive; its owner unlocks it; it is cleared when
 * nobody holds it. */
#ifndef TN_OS_SYNC_H
#define TN_OS_SYNC_H

#include <pthread.h>

struct tn_mutex {
    pthread_mutex_t os;
};

void tn_mutex_init(struct tn_mutex *mutex);
void tn_mutex_clear(struct tn_mutex *mutex);
void tn_mutex_lock(struct tn_mutex *mutex);
void tn_mutex_unlock(struct tn_mutex *mutex);

#endif
