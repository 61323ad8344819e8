/* place.h - where a linear memory's bytes lie.
 *
 *   slot      declared maximum <= 16 MiB: a slot of a power of two bytes in a
 *             slab that many memories share; nothing is mapped for one memory
 *   reserved  else: address space for the maximum (or a cap), committed as
 *             the memory grows
 *   moving    the system refuses to reserve, or there are very many: a block
 *             of the allocator's, moved when it grows
 *
 * The interpreter checks bounds by itself, so no class has guard pages. A
 * base never moves but in class moving, which a memory enters too that outgrows
 * a slot that the embedder wished for it. Packed 64 KiB memories cost 130 bytes
 * of page tables and no call to the system; a reservation of 8 GiB costs
 * 8 KiB and 10 us, and 16,000 of them fill the address space. One thread. */
#ifndef TN_RT_PLACE_H
#define TN_RT_PLACE_H

#include "base/vec.h"
#include "rt/engine.h"

#define TN_SLOT_MIN_LOG2 8  /* of class 0: tiny pages make tiny memories */
#define TN_SLOT_MAX_LOG2 24 /* 16 MiB */
#define TN_SLOT_CLASSES  (TN_SLOT_MAX_LOG2 - TN_SLOT_MIN_LOG2 + 1)

struct tn_slab;

/* A slot that is free, with the bytes from its start that may not be zero. */
struct tn_free_slot {
    uint8_t *base;
    uint64_t dirty;
};

struct tn_slot_class {
    struct tn_vec(struct tn_free_slot) free;
    struct tn_vec(struct tn_slab) slabs;
    uint8_t *next, *end; /* slots of the newest slab never given out */
};

struct tn_slab {
    uint8_t *base;
    size_t bytes;
};

/* A store's. */
struct tn_places {
    tn_engine *engine;
    struct tn_slot_class classes[TN_SLOT_CLASSES];
};

struct tn_place {
    tn_placement kind; /* never AUTO */
    uint8_t slot_class;
    uint8_t *base;      /* null for none */
    uint64_t capacity;  /* bytes at base; moving: the block's */
    uint64_t committed; /* reserved: bytes that can be touched */
};

void tn_places_init(struct tn_places *places, tn_engine *engine);
/* All places must have been given back. */
void tn_places_clear(struct tn_places *places);

/* A place with `bytes` zeroed bytes for a memory that may grow to `max_bytes`
 * (UINT64_MAX for no limit). False when there is no memory. */
bool tn_place_new(struct tn_places *places, uint64_t bytes, uint64_t max_bytes,
                  struct tn_place *out);
/* A reserved place that is no store's, for a memory that must not move: of
 * `max_bytes` if the system allows so much, else of less, down to `bytes`. */
bool tn_place_reserve(tn_engine *engine, uint64_t bytes, uint64_t max_bytes,
                      struct tn_place *out);
void tn_place_unreserve(tn_engine *engine, struct tn_place *place);

/* Makes bytes `size`..`new_size` usable, and zero. False changes nothing.
 * `places` may be null for a reserved one. */
bool tn_place_grow(struct tn_places *places, struct tn_place *place,
                   uint64_t size, uint64_t new_size);
/* `size`: how much of it was ever used. */
void tn_place_free(struct tn_places *places, struct tn_place *place,
                   uint64_t size);

#endif
