#include "rt/place.h"

#include "os/pages.h"

#define SLAB_MIN_BYTES   ((size_t)1 << 20)
#define SLAB_MAX_BYTES   ((size_t)64 << 20)
/* A free slot that was used further than this gives its pages back at once;
 * below it, zeroing when it is taken again is cheaper than new pages. */
#define KEEP_BYTES       ((uint64_t)1 << 20)
/* Address space for a memory of 64 bits that declares no smaller maximum. */
#define RESERVE_CAP      ((uint64_t)64 << 30)
/* Each reservation is two mappings to the system, which allows 65,530, and
 * 4 GiB of 128 TiB. */
#define MAX_RESERVATIONS 16000

void tn_places_init(struct tn_places *places, tn_engine *engine)
{
    *places = (struct tn_places){.engine = engine};
}

void tn_places_clear(struct tn_places *places)
{
    const tn_allocator *alloc = &places->engine->alloc;
    for (size_t i = 0; i < TN_SLOT_CLASSES; i++) {
        struct tn_slot_class *class = &places->classes[i];
        for (size_t k = 0; k < class->slabs.count; k++)
            tn_os_release(class->slabs.at[k].base, class->slabs.at[k].bytes);
        TN_VEC_CLEAR(&class->slabs, alloc);
        TN_VEC_CLEAR(&class->free, alloc);
    }
}

/* --- Slots ----------------------------------------------------------------- */

static uint8_t slot_class_of(uint64_t bytes)
{
    uint8_t number = 0;
    while (((uint64_t)1 << (number + TN_SLOT_MIN_LOG2)) < bytes)
        number++;
    return number;
}

/* Room in the list of free slots comes with the slab, so that giving a slot
 * back cannot fail. */
static bool add_slab(struct tn_places *places, struct tn_slot_class *class,
                     size_t slot_bytes)
{
    const tn_allocator *alloc = &places->engine->alloc;
    size_t bytes = slot_bytes * 64;
    bytes = bytes < SLAB_MIN_BYTES ? SLAB_MIN_BYTES : bytes;
    bytes = bytes > SLAB_MAX_BYTES ? SLAB_MAX_BYTES : bytes;
    size_t slots = bytes / slot_bytes;
    for (size_t i = 0; i < class->slabs.count; i++)
        slots += class->slabs.at[i].bytes / slot_bytes;
    while (class->free.cap < slots)
        if (!tn_vec_grow(alloc, &class->free, sizeof *class->free.at))
            return false;
    struct tn_slab slab = {tn_os_map(bytes), bytes};
    if (slab.base == NULL)
        return false;
    if (!TN_VEC_PUSH(&class->slabs, alloc, slab)) {
        tn_os_release(slab.base, bytes);
        return false;
    }
    class->next = slab.base;
    class->end = slab.base + bytes;
    return true;
}

static bool take_slot(struct tn_places *places, uint64_t max_bytes,
                      struct tn_place *out)
{
    uint8_t number = slot_class_of(max_bytes);
    struct tn_slot_class *class = &places->classes[number];
    size_t slot_bytes = (size_t)1 << (number + TN_SLOT_MIN_LOG2);
    *out = (struct tn_place){TN_PLACE_SLOT, number, NULL, slot_bytes, 0};
    if (class->free.count != 0) {
        struct tn_free_slot slot = class->free.at[--class->free.count];
        out->base = slot.base;
        memset(slot.base, 0, (size_t)slot.dirty);
        return true;
    }
    if (class->next == class->end && !add_slab(places, class, slot_bytes))
        return false;
    out->base = class->next;
    class->next += slot_bytes;
    return true;
}

static void give_slot(struct tn_places *places, struct tn_place *place,
                      uint64_t size)
{
    struct tn_slot_class *class = &places->classes[place->slot_class];
    struct tn_free_slot slot = {place->base, size};
    if (size > KEEP_BYTES) {
        tn_os_discard(slot.base, (size_t)place->capacity);
        slot.dirty = 0;
    }
    class->free.at[class->free.count++] = slot;
}

/* --- Reservations ----------------------------------------------------------- */

static uint64_t whole_pages(uint64_t bytes)
{
    uint64_t page = tn_os_page_size();
    return (bytes + page - 1) / page * page;
}

static bool commit(struct tn_place *place, uint64_t size)
{
    uint64_t end = whole_pages(size);
    if (end > place->committed &&
        !tn_os_commit(place->base + place->committed,
                      (size_t)(end - place->committed)))
        return false;
    place->committed = end > place->committed ? end : place->committed;
    return true;
}

void tn_place_unreserve(tn_engine *engine, struct tn_place *place)
{
    tn_os_release(place->base, (size_t)place->capacity);
    atomic_fetch_sub(&engine->reservation_count, 1);
}

static bool take_reservation(tn_engine *engine, uint64_t bytes,
                             uint64_t max_bytes, struct tn_place *out)
{
    uint64_t wanted = max_bytes < RESERVE_CAP ? max_bytes : RESERVE_CAP;
    wanted = whole_pages(wanted > bytes ? wanted : bytes);
    if (wanted == 0 || wanted > SIZE_MAX / 2)
        return false;
    _Atomic uint32_t *live = &engine->reservation_count;
    if (atomic_fetch_add(live, 1) >= MAX_RESERVATIONS) {
        atomic_fetch_sub(live, 1);
        return false;
    }
    void *base = tn_os_reserve((size_t)wanted);
    if (base == NULL) {
        atomic_fetch_sub(live, 1);
        return false;
    }
    *out = (struct tn_place){TN_PLACE_RESERVED, 0, base, wanted, 0};
    if (commit(out, bytes))
        return true;
    tn_place_unreserve(engine, out);
    return false;
}

bool tn_place_reserve(tn_engine *engine, uint64_t bytes, uint64_t max_bytes,
                      struct tn_place *out)
{
    uint64_t least = bytes > 1 ? bytes : 1;
    uint64_t wanted = max_bytes > least ? max_bytes : least;
    while (!take_reservation(engine, bytes, wanted, out)) {
        if (wanted == least)
            return false;
        wanted = wanted / 2 > least ? wanted / 2 : least;
    }
    return true;
}

/* --- Blocks that move -------------------------------------------------------- */

static bool move_block(struct tn_places *places, struct tn_place *place,
                       uint64_t size, uint64_t new_size)
{
    if (new_size > SIZE_MAX / 2)
        return false;
    if (new_size == 0)
        return true;
    uint8_t *base = tn_alloc_resize(&places->engine->alloc, place->base,
                                    (size_t)place->capacity, (size_t)new_size);
    if (base == NULL)
        return false;
    memset(base + size, 0, (size_t)(new_size - size));
    place->base = base;
    place->capacity = new_size;
    return true;
}

static bool take_block(struct tn_places *places, uint64_t bytes,
                       struct tn_place *out)
{
    *out = (struct tn_place){.kind = TN_PLACE_MOVING};
    return move_block(places, out, 0, bytes);
}

/* Only a slot that was asked for can be too small; others hold the maximum. */
static bool outgrow_slot(struct tn_places *places, struct tn_place *place,
                         uint64_t size, uint64_t new_size)
{
    struct tn_place block;
    if (!take_block(places, new_size, &block))
        return false;
    memcpy(block.base, place->base, (size_t)size);
    give_slot(places, place, size);
    *place = block;
    return true;
}

/* --- The choice --------------------------------------------------------------- */

bool tn_place_new(struct tn_places *places, uint64_t bytes, uint64_t max_bytes,
                  struct tn_place *out)
{
    const uint64_t largest = (uint64_t)1 << TN_SLOT_MAX_LOG2;
    tn_placement wanted = places->engine->placement;
    if (wanted == TN_PLACE_SLOT && bytes <= largest)
        return take_slot(places, max_bytes < largest ? max_bytes : largest,
                         out);
    if (wanted == TN_PLACE_MOVING)
        return take_block(places, bytes, out);
    if (wanted == TN_PLACE_AUTO && max_bytes <= largest)
        return take_slot(places, max_bytes, out);
    return take_reservation(places->engine, bytes, max_bytes, out) ||
           take_block(places, bytes, out);
}

bool tn_place_grow(struct tn_places *places, struct tn_place *place,
                   uint64_t size, uint64_t new_size)
{
    switch (place->kind) {
    case TN_PLACE_AUTO:
        break;
    case TN_PLACE_SLOT: /* zero since it was taken */
        return new_size <= place->capacity ||
               outgrow_slot(places, place, size, new_size);
    case TN_PLACE_RESERVED:
        return new_size <= place->capacity && commit(place, new_size);
    case TN_PLACE_MOVING:
        return move_block(places, place, size, new_size);
    }
    return false;
}

void tn_place_free(struct tn_places *places, struct tn_place *place,
                   uint64_t size)
{
    switch (place->kind) {
    case TN_PLACE_AUTO:
        break;
    case TN_PLACE_SLOT:
        give_slot(places, place, size);
        break;
    case TN_PLACE_RESERVED:
        tn_place_unreserve(places->engine, place);
        break;
    case TN_PLACE_MOVING:
        tn_alloc_free(&places->engine->alloc, place->base,
                      (size_t)place->capacity);
        break;
    }
    *place = (struct tn_place){0};
}

#undef SLAB_MIN_BYTES
#undef SLAB_MAX_BYTES
#undef KEEP_BYTES
#undef RESERVE_CAP
#undef MAX_RESERVATIONS
