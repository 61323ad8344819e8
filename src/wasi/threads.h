/* threads.h - the threads of a guest.
 *
 * "wasi" "thread-spawn" makes an instance of the same module in a store of its
 * own, over the same shared memories, and calls its wasi_thread_start on a new
 * thread. All use one tn_wasi. What ends one thread early, an exit or a trap,
 * ends them all. */
#ifndef TN_WASI_THREADS_H
#define TN_WASI_THREADS_H

#include "os/sync.h"
#include "os/thread.h"
#include "rt/store.h"

struct tn_wasi_thread {
    struct tn_wasi_thread *next;
    struct tn_wasi_threads *group;
    struct tn_os_thread os;
    tn_store *store; /* null when it has ended */
    tn_func *start;
    uint32_t id, arg;
};

struct tn_wasi_threads {
    tn_store *store;   /* of the first thread; the embedder's */
    tn_module *module; /* retained */
    tn_wasi *wasi;

    struct tn_mutex lock;
    struct tn_cond ended; /* a thread has */
    struct tn_wasi_thread *all;
    uint32_t last_id;
    bool is_ending; /* whatever ends now was told to */
    /* What ended one of them first: TN_OK if nothing has. */
    tn_status status;
    uint32_t exit_code;
    tn_trap_kind trap;
    tn_error why;
};

#endif
