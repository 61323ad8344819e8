/* fault_alloc.h - an allocator for tests that counts, and fails on demand.
 *
 *   struct fault fault = fault_never();
 *   tn_allocator alloc = fault_allocator(&fault);
 *   ... fault.live == 0
 *
 * With fault_at(n) the n-th request (from 0) and all after it fail: a test
 * runs its task with n = 0, 1, 2 ... until it succeeds, so that each request
 * failed once. With fault_once(n) those after it succeed, so that what ignores
 * a failure goes on and is found out. Each block remembers its size, so an owner who tells a wrong
 * one when it frees is found at once. */
#ifndef TN_FAULT_ALLOC_H
#define TN_FAULT_ALLOC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

struct fault {
    size_t requests; /* so far, failed ones included */
    size_t fail_from, fail_count;
    size_t live;       /* bytes given out and not given back */
    size_t wrong_size; /* frees and resizes that told another size */
};

static inline struct fault fault_at(size_t request)
{
    return (struct fault){.fail_from = request, .fail_count = SIZE_MAX};
}

static inline struct fault fault_once(size_t request)
{
    return (struct fault){.fail_from = request, .fail_count = 1};
}

static inline struct fault fault_never(void)
{
    return fault_at(SIZE_MAX);
}

#define FAULT_HEAD 16 /* keeps the alignment */

static inline void *fault_realloc(void *ctx, void *block, size_t old_bytes,
                                  size_t new_bytes)
{
    struct fault *fault = ctx;
    char *whole = block == NULL ? NULL : (char *)block - FAULT_HEAD;
    size_t known = 0;
    if (whole != NULL)
        memcpy(&known, whole, sizeof known);
    fault->wrong_size += known != old_bytes;
    if (new_bytes != 0) {
        size_t request = fault->requests++;
        if (request >= fault->fail_from &&
            request - fault->fail_from < fault->fail_count)
            return NULL;
    }
    if (new_bytes == 0) {
        free(whole);
        fault->live -= known;
        return NULL;
    }
    char *moved = realloc(whole, new_bytes + FAULT_HEAD);
    if (moved == NULL)
        return NULL;
    memcpy(moved, &new_bytes, sizeof new_bytes);
    fault->live += new_bytes - known;
    return moved + FAULT_HEAD;
}

static inline tn_allocator fault_allocator(struct fault *fault)
{
    return (tn_allocator){fault_realloc, fault};
}

#endif
