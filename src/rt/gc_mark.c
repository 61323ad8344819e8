/* gc_mark.c - what is reachable.
 *
 * Marked objects wait on a stack to have their references looked at, arrays a
 * slice at a time so that the stack stays small. If it cannot grow, there
 * still are a few entries; what does not fit is noted by one flag, and then
 * all marked objects are looked at once more, as often as it takes.
 *
 * Which fields hold references is known by type (tn_gc_type). A function in a
 * field keeps its instance: only the instance sweep asks, see sweep.c. */
#include "rt/store.h"

enum {
    ARRAY_SLICE = 256 /* elements of an array */
};

static void push_mark_entry(struct tn_store *store, struct tn_gc_entry entry)
{
    struct tn_gc_heap *heap = &store->gc;
    if (TN_VEC_PUSH(&heap->stack, store->alloc, entry))
        return;
    if (heap->few_count < TN_GC_FEW)
        heap->few[heap->few_count++] = entry;
    else
        heap->has_overflowed = true;
}

static bool pop_entry(struct tn_gc_heap *heap, struct tn_gc_entry *out)
{
    if (heap->few_count > 0)
        *out = heap->few[--heap->few_count];
    else if (heap->stack.count > 0)
        *out = heap->stack.at[--heap->stack.count];
    else
        return false;
    return true;
}

static void mark_object(struct tn_store *store, struct tn_object *object)
{
    struct tn_gc_block *block = tn_gc_block_of(object);
    uint32_t cell = tn_gc_cell_of(block, object);
    uint64_t bit = (uint64_t)1 << cell % 64;
    if ((block->marks[cell / 64] & bit) != 0)
        return;
    block->marks[cell / 64] |= bit;
    push_mark_entry(store, (struct tn_gc_entry){object, 0});
}

static void mark_any(struct tn_store *store, uint64_t ref)
{
    if (ref != 0 && !tn_ref_is_i31(ref))
        mark_object(store, tn_slot_pointer(ref));
}

static void mark_extern(struct tn_store *store, uint64_t ref)
{
    if (tn_extern_is_any(ref))
        mark_any(store, ref & ~TN_ANY_TAG_MASK);
}

static void mark_field(struct tn_store *store, enum tn_gc_field kind,
                       const uint8_t *at)
{
    uint64_t ref;
    memcpy(&ref, at, sizeof ref);
    switch (kind) {
    case TN_GC_PLAIN:
        break;
    case TN_GC_OBJECT:
        mark_any(store, ref);
        break;
    case TN_GC_EXTERN:
        mark_extern(store, ref);
        break;
    case TN_GC_FUNC:
        if (store->gc.todo != NULL)
            tn_rt_mark_func(tn_slot_pointer(ref), store->gc.todo);
        break;
    }
}

static void mark_elements(struct tn_store *store, const struct tn_gc_type *type,
                          struct tn_gc_entry entry)
{
    const uint8_t *base = (const uint8_t *)entry.object;
    uint32_t length = tn_array_length(tn_pointer_slot(base));
    uint32_t end =
        length - entry.from > ARRAY_SLICE ? entry.from + ARRAY_SLICE : length;
    if (type->element == TN_GC_PLAIN)
        return;
    if (end < length)
        push_mark_entry(store, (struct tn_gc_entry){entry.object, end});
    for (uint32_t i = entry.from; i < end; i++)
        mark_field(store, (enum tn_gc_field)type->element,
                   base + TN_ARRAY_DATA + (size_t)i * 8);
}

static void mark_fields(struct tn_store *store, const struct tn_gc_type *type,
                        const struct tn_object *object)
{
    const uint8_t *base = (const uint8_t *)object;
    const uint32_t *offset = type->offsets;
    for (uint32_t i = 0; i < type->object_count; i++)
        mark_field(store, TN_GC_OBJECT, base + *offset++);
    for (uint32_t i = 0; i < type->extern_count; i++)
        mark_field(store, TN_GC_EXTERN, base + *offset++);
    for (uint32_t i = 0; i < type->func_count; i++)
        mark_field(store, TN_GC_FUNC, base + *offset++);
}

static void look_at(struct tn_store *store, struct tn_gc_entry entry)
{
    const struct tn_type *named = entry.object->type;
    if (named == NULL) /* a host object */
        return;
    struct tn_gc_type *type = store->gc.types.at[named->id];
    type->is_live = true;
    if (named->comp == TN_COMP_ARRAY)
        mark_elements(store, type, entry);
    else
        mark_fields(store, type, entry.object);
    if (named->comp == TN_COMP_FUNC && store->gc.todo != NULL)
        tn_rt_mark_tag(
            tn_slot_pointer(((const struct tn_exn *)entry.object)->tag),
            store->gc.todo);
}

static void empty_stack(struct tn_store *store)
{
    struct tn_gc_entry entry;
    while (pop_entry(&store->gc, &entry))
        look_at(store, entry);
}

static void look_again(struct tn_store *store, struct tn_gc_block *block)
{
    for (uint32_t w = 0; w * 64 < block->cell_count; w++)
        for (uint64_t rest = block->marks[w]; rest != 0; rest &= rest - 1) {
            uint32_t cell = w * 64 + (uint32_t)__builtin_ctzll(rest);
            look_at(store, (struct tn_gc_entry){tn_gc_cell_at(block, cell), 0});
            empty_stack(store);
        }
}

void tn_gc_mark_rest(struct tn_store *store)
{
    struct tn_gc_heap *heap = &store->gc;
    empty_stack(store);
    while (heap->has_overflowed) {
        heap->has_overflowed = false;
        for (struct tn_gc_block *b = heap->blocks; b != NULL; b = b->next)
            look_again(store, b);
        for (struct tn_gc_block *b = heap->large; b != NULL; b = b->next)
            look_again(store, b);
    }
}

void tn_gc_mark_word(struct tn_store *store, uint64_t word)
{
    store->gc.root_bytes += sizeof word;
    if (tn_extern_is_any(word))
        word &= ~TN_ANY_TAG_MASK;
    struct tn_object *object = tn_gc_object_at(&store->gc, word);
    if (object != NULL)
        mark_object(store, object);
}
