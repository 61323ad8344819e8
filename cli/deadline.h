/* deadline.h - ends what runs in a store when its time is over. */
#ifndef TN_CLI_DEADLINE_H
#define TN_CLI_DEADLINE_H

#include <pthread.h>
#include <tenon.h>

struct deadline {
    pthread_t thread;
    pthread_mutex_t mutex;
    uint64_t at_ns;  /* on the monotonic clock */
    tn_store *store; /* null: nothing runs now */
    bool is_over;    /* the time was up */
    int stop[2];     /* a pipe; the thread ends when it is closed */
};

/* `*out` must stay where it is until deadline_stop. False when there is no
 * thread or no pipe to be had. */
bool deadline_start(struct deadline *out, uint64_t timeout_ns);
/* Which store is meant; null before it goes. */
void deadline_watch(struct deadline *deadline, tn_store *store);
bool deadline_is_over(struct deadline *deadline);
void deadline_stop(struct deadline *deadline);

#endif
