/* arena.h - memory that is freed together.
 *
 * What belongs to one decoded module, or to one function being compiled, is
 * taken from its arena and never freed singly. All of it is zeroed. */
#ifndef TN_BASE_ARENA_H
#define TN_BASE_ARENA_H

#include "base/alloc.h"

struct tn_arena_chunk {
    struct tn_arena_chunk *next;
    size_t bytes; /* of the whole chunk, this header included */
};

struct tn_arena {
    const tn_allocator *alloc;
    struct tn_arena_chunk *chunks; /* newest first; it holds at..end */
    uint8_t *at, *end;
    size_t used; /* bytes given out, for statistics */
};

void tn_arena_init(struct tn_arena *arena, const tn_allocator *alloc);

/* Frees everything; the arena may be used again. */
void tn_arena_clear(struct tn_arena *arena);

/* Makes everything taken invalid, but keeps the newest chunk for reuse. */
void tn_arena_reset(struct tn_arena *arena);

/* `count` objects of `size` bytes at an alignment of 16; null when there is
 * no memory or the product does not fit. Never null for zero bytes. */
void *tn_arena_take(struct tn_arena *arena, size_t count, size_t size);

#define TN_NEW_ARRAY(arena, type, n) \
    ((type *)tn_arena_take(arena, n, sizeof(type)))

#endif
