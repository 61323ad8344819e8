/* vec.h - arrays that grow.
 *
 *   struct tn_vec(struct frame) frames = {0};
 *   if (!TN_VEC_PUSH(&frames, alloc, frame)) return tn_no_memory(err);
 *   frames.at[i]; frames.count; TN_VEC_CLEAR(&frames, alloc);
 *
 * Growth is by half; nothing shrinks. */
#ifndef TN_BASE_VEC_H
#define TN_BASE_VEC_H

#include <stdbool.h>

#include "base/alloc.h"

#define tn_vec(type)       \
    {                      \
        type *at;          \
        size_t count, cap; \
    }

/* Makes room for one more element of `size` bytes; true if there is. */
bool tn_vec_grow(const tn_allocator *alloc, void *vec, size_t size);

#define TN_VEC_PUSH(vec, alloc, value)                         \
    (((vec)->count < (vec)->cap ||                             \
      tn_vec_grow(alloc, (void *)(vec), sizeof *(vec)->at)) && \
     ((vec)->at[(vec)->count++] = (value), true))

#define TN_VEC_CLEAR(vec, alloc)                                      \
    (tn_alloc_free(alloc, (vec)->at, (vec)->cap * sizeof *(vec)->at), \
     (vec)->at = NULL, (vec)->count = (vec)->cap = 0)

#endif
