#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void *libc_realloc(void *ctx, void *block, size_t old_bytes,
                          size_t new_bytes)
{
    (void)ctx, (void)old_bytes;
    if (new_bytes != 0)
        return realloc(block, new_bytes);
    free(block);
    return NULL;
}

const tn_allocator tn_alloc_libc = {libc_realloc, NULL};

void *tn_alloc_new(const tn_allocator *alloc, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    size_t bytes = count * size;
    void *block = alloc->realloc(alloc->ctx, NULL, 0, bytes ? bytes : 1);
    if (block != NULL)
        memset(block, 0, bytes);
    return block;
}

void *tn_alloc_resize(const tn_allocator *alloc, void *block, size_t old_bytes,
                      size_t new_bytes)
{
    return alloc->realloc(alloc->ctx, block, old_bytes,
                          new_bytes ? new_bytes : 1);
}

void tn_alloc_free(const tn_allocator *alloc, void *block, size_t bytes)
{
    if (block != NULL)
        alloc->realloc(alloc->ctx, block, bytes ? bytes : 1, 0);
}
