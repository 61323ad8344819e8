/* alloc.h - every byte of heap comes through one function of the embedder's.
 *
 * Nothing else in tenon calls malloc. Freed sizes are told, so that an
 * allocator need not remember them. Any thread, if the embedder's function
 * allows it (the default does). */
#ifndef TN_BASE_ALLOC_H
#define TN_BASE_ALLOC_H

#include <tenon.h>

/* The default: the C library's. */
extern const tn_allocator tn_alloc_libc;

/* `count` objects of `size` bytes, zeroed; null when there is no memory or
 * the product does not fit. Give back with tn_alloc_free(.., count * size). */
void *tn_alloc_new(const tn_allocator *alloc, size_t count, size_t size);

/* As realloc; the new part is not zeroed. Null leaves the old block whole. */
void *tn_alloc_resize(const tn_allocator *alloc, void *block, size_t old_bytes,
                      size_t new_bytes);

/* `block` may be null. */
void tn_alloc_free(const tn_allocator *alloc, void *block, size_t bytes);

#define TN_ALLOC(alloc, type) ((type *)tn_alloc_new(alloc, 1, sizeof(type)))
#define TN_ALLOC_ARRAY(alloc, type, n) \
    ((type *)tn_alloc_new(alloc, n, sizeof(type)))

#endif
