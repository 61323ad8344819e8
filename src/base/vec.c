#include "base/vec.h"

#include <string.h>

bool tn_vec_grow(const tn_allocator *alloc, void *vec, size_t size)
{
    /* Copied in and out: the caller's struct has another element type. */
    struct tn_vec(void) v;
    memcpy(&v, vec, sizeof v);
    size_t cap = v.cap + v.cap / 2 + 8;
    if (cap > SIZE_MAX / 2 / size)
        return false;
    void *at = tn_alloc_resize(alloc, v.at, v.cap * size, cap * size);
    if (at == NULL)
        return false;
    v.at = at;
    v.cap = cap;
    memcpy(vec, &v, sizeof v);
    return true;
}
