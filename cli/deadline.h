/* deadline.h - ends what runs in a store when its time is over. */
#ifndef TN_CLI_DEADLINE_H
#define TN_CLI_DEADLINE_H

#include <pthread.h>
#include <tenon.h>

struct deadline {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint64_t at_ns;   /* on the monotonic clock */
    tn_store *store;  /* null: nothing runs now */
    bool is_stopping; /* the thread must end */
    bool is_over;     /* the time was up */
};

/* `*out` must stay where it is until deadline_stop. False when there is no
 * thread to be had. */
bool deadline_start(struct deadline *out, uint64_t timeout_ns);
/* Which store is meant; null before it goes. */
void deadline_watch(struct deadline *deadline, tn_store *store);
bool deadline_is_over(struct deadline *deadline);
void deadline_stop(struct deadline *deadline);

#endif
