#include "base/arena.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASAN 1
#endif
#endif
#ifdef ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, bytes)   __asan_poison_memory_region(at, bytes)
#define UNPOISON(at, bytes) __asan_unpoison_memory_region(at, bytes)
#define RED_ZONE            16
#else
#define POISON(at, bytes)   ((void)0)
#define UNPOISON(at, bytes) ((void)0)
#define RED_ZONE            0
#endif

#define ALIGN       16
#define FIRST_CHUNK ((size_t)1024)
#define LARGE_CHUNK ((size_t)256 * 1024)

static_assert(sizeof(struct tn_arena_chunk) <= ALIGN, "chunk header");

void tn_arena_init(struct tn_arena *arena, const tn_allocator *alloc)
{
    *arena = (struct tn_arena){.alloc = alloc};
}

static void free_chunks(struct tn_arena *arena, struct tn_arena_chunk *chunk)
{
    while (chunk != NULL) {
        struct tn_arena_chunk *next = chunk->next;
        UNPOISON(chunk, chunk->bytes);
        tn_alloc_free(arena->alloc, chunk, chunk->bytes);
        chunk = next;
    }
}

void tn_arena_clear(struct tn_arena *arena)
{
    free_chunks(arena, arena->chunks);
    tn_arena_init(arena, arena->alloc);
}

void tn_arena_reset(struct tn_arena *arena)
{
    struct tn_arena_chunk *newest = arena->chunks;
    if (newest == NULL)
        return;
    free_chunks(arena, newest->next);
    newest->next = NULL;
    arena->at = (uint8_t *)newest + ALIGN;
    arena->used = 0;
    POISON(arena->at, (size_t)(arena->end - arena->at));
}

/* Chunks double, so that their number stays small, up to a size where the
 * unused rest of one no longer matters. */
static bool add_chunk(struct tn_arena *arena, size_t bytes)
{
    size_t size = arena->chunks ? arena->chunks->bytes * 2 : FIRST_CHUNK;
    if (size > LARGE_CHUNK)
        size = LARGE_CHUNK;
    if (size < bytes + ALIGN)
        size = bytes + ALIGN;
    struct tn_arena_chunk *chunk = tn_alloc_resize(arena->alloc, NULL, 0, size);
    if (chunk == NULL)
        return false;
    chunk->next = arena->chunks;
    chunk->bytes = size;
    arena->chunks = chunk;
    arena->at = (uint8_t *)chunk + ALIGN;
    arena->end = (uint8_t *)chunk + size;
    POISON(arena->at, (size_t)(arena->end - arena->at));
    return true;
}

void *tn_arena_take(struct tn_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX / 2 - RED_ZONE) / size)
        return NULL;
    size_t bytes = (count * size + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;
    if (bytes == 0)
        bytes = ALIGN;
    if (bytes > (size_t)(arena->end - arena->at) && !add_chunk(arena, bytes))
        return NULL;
    void *block = arena->at;
    arena->at += bytes;
    arena->used += bytes;
    UNPOISON(block, count * size);
    memset(block, 0, count * size);
    return block;
}
