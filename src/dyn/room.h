/* room.h - which parts of a range are free: addresses, or table elements.
 *
 * First fit, from the lowest. What is given back joins its neighbours. */
#ifndef TN_DYN_ROOM_H
#define TN_DYN_ROOM_H

#include "base/vec.h"

struct tn_span {
    uint64_t at, size;
};

struct tn_room {
    const tn_allocator *alloc;
    /* By place; none touch. Memory is kept for as many more as are taken, so
     * that what comes back always finds its entry. */
    struct tn_vec(struct tn_span) free;
    size_t taken; /* spans that may come back */
    uint64_t free_size;
};

void tn_room_init(struct tn_room *room, const tn_allocator *alloc);
void tn_room_clear(struct tn_room *room);

/* `size` units at a multiple of 2^align_log2; false when there is no such
 * span, or no memory to keep account: giving it back cannot fail. Zero units
 * take nothing, and are at 0. */
bool tn_room_take(struct tn_room *room, uint64_t size, uint32_t align_log2,
                  uint64_t *at);
/* What one tn_room_take gave, or a part of it if the rest never comes: once. */
void tn_room_give(struct tn_room *room, uint64_t at, uint64_t size);
/* What was never in the room, wherever it is. False: no memory, and the room
 * is as it was. */
bool tn_room_extend(struct tn_room *room, uint64_t at, uint64_t size);

#endif
