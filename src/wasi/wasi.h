/* wasi.h - what an instance is told of the world: one tn_wasi. */
#ifndef TN_WASI_WASI_H
#define TN_WASI_WASI_H

#include "wasi/fds.h"

/* Texts as a guest wants them: one after another, each with its zero. */
struct tn_wasi_texts {
    char *bytes;
    size_t size, count;
};

struct tn_wasi {
    const tn_allocator *alloc; /* the engine's */
    struct tn_wasi_fds *files; /* perhaps shared with others */
    struct tn_wasi_texts args, env;
    void (*trace)(void *ctx, const char *text); /* null: not traced */
    void *trace_ctx;
    struct tn_wasi_p1_bound *p1; /* the calls of preview 1, bound to this */
};

#endif
