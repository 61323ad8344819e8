/* room.c - free spans, in one array by place.
 *
 * There are about as many as modules were unloaded, so looking through all of
 * them is nothing beside loading one. */
#include "dyn/room.h"

#include <assert.h>
#include <string.h>

void tn_room_init(struct tn_room *room, const tn_allocator *alloc)
{
    *room = (struct tn_room){.alloc = alloc};
}

void tn_room_clear(struct tn_room *room)
{
    TN_VEC_CLEAR(&room->free, room->alloc);
    tn_room_init(room, room->alloc);
}

/* Memory for `more` free spans, besides one for each that is taken. */
static bool reserve_spans(struct tn_room *room, size_t more)
{
    while (room->free.cap < room->free.count + room->taken + more)
        if (!tn_vec_grow(room->alloc, &room->free, sizeof *room->free.at))
            return false;
    return true;
}

static void insert_span(struct tn_room *room, size_t i, struct tn_span span)
{
    struct tn_span *at = &room->free.at[i];
    assert(room->free.count < room->free.cap);
    memmove(at + 1, at, (room->free.count - i) * sizeof *at);
    *at = span;
    room->free.count++;
}

static void remove_span(struct tn_room *room, size_t i)
{
    struct tn_span *at = &room->free.at[i];
    room->free.count--;
    memmove(at, at + 1, (room->free.count - i) * sizeof *at);
}

/* Units before the first aligned one in the span; its size if there is none. */
static uint64_t gap_before(const struct tn_span *span, uint32_t align_log2)
{
    uint64_t mask = (UINT64_C(1) << align_log2) - 1;
    uint64_t gap = (~span->at + 1) & mask;
    return gap < span->size ? gap : span->size;
}

bool tn_room_take(struct tn_room *room, uint64_t size, uint32_t align_log2,
                  uint64_t *at)
{
    *at = 0;
    if (size == 0)
        return true;
    /* One that is split becomes two, and what is taken may come back. */
    if (align_log2 > 63 || !reserve_spans(room, 2))
        return false;
    for (size_t i = 0; i < room->free.count; i++) {
        struct tn_span *span = &room->free.at[i];
        uint64_t before = gap_before(span, align_log2);
        if (span->size - before < size)
            continue;
        uint64_t after = span->size - before - size;
        *at = span->at + before;
        span->size = before;
        if (after > 0)
            insert_span(room, i + 1, (struct tn_span){*at + size, after});
        if (before == 0)
            remove_span(room, i);
        room->taken++;
        room->free_size -= size;
        return true;
    }
    return false;
}

/* There is memory for one more. */
static void add_span(struct tn_room *room, uint64_t at, uint64_t size)
{
    size_t i = 0;
    while (i < room->free.count && room->free.at[i].at < at)
        i++;
    struct tn_span *next = &room->free.at[i];
    bool joins_last = i > 0 && next[-1].at + next[-1].size == at;
    bool joins_next = i < room->free.count && at + size == next->at;
    assert(i == 0 || at - next[-1].at >= next[-1].size);
    assert(i == room->free.count || next->at - at >= size);
    room->free_size += size;
    if (joins_last && joins_next) {
        next[-1].size += size + next->size;
        remove_span(room, i);
    } else if (joins_last) {
        next[-1].size += size;
    } else if (joins_next) {
        *next = (struct tn_span){at, size + next->size};
    } else {
        insert_span(room, i, (struct tn_span){at, size});
    }
}

void tn_room_give(struct tn_room *room, uint64_t at, uint64_t size)
{
    if (size == 0)
        return;
    assert(room->taken > 0);
    room->taken--;
    add_span(room, at, size);
}

bool tn_room_extend(struct tn_room *room, uint64_t at, uint64_t size)
{
    if (size == 0)
        return true;
    if (!reserve_spans(room, 1))
        return false;
    add_span(room, at, size);
    return true;
}
