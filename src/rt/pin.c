/* pin.c - references that the embedder holds, each counted.
 *
 * A table by reference, with linear probing: an embedder may well pin as many
 * objects as it has itself. */
#include "rt/func.h"

static size_t pin_home(const struct tn_gc_heap *heap, uint64_t ref)
{
    uint64_t mixed = ref * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(mixed >> 32) & (heap->pins_size - 1);
}

/* The pin of `ref`, or the empty place where it belongs. */
static struct tn_gc_pin *find_pin(const struct tn_gc_heap *heap, uint64_t ref)
{
    size_t i = pin_home(heap, ref);
    while (heap->pins[i].count > 0 && heap->pins[i].ref != ref)
        i = (i + 1) & (heap->pins_size - 1);
    return &heap->pins[i];
}

static bool widen_pins(struct tn_store *store)
{
    struct tn_gc_heap *heap = &store->gc;
    struct tn_gc_heap wide = {
        .pins_size = heap->pins_size > 0 ? heap->pins_size * 2 : 16};
    if (heap->pins_count < heap->pins_size / 2)
        return true;
    wide.pins = TN_ALLOC_ARRAY(store->alloc, struct tn_gc_pin, wide.pins_size);
    if (wide.pins == NULL)
        return false;
    for (size_t i = 0; i < heap->pins_size; i++)
        if (heap->pins[i].count > 0)
            *find_pin(&wide, heap->pins[i].ref) = heap->pins[i];
    tn_alloc_free(store->alloc, heap->pins,
                  heap->pins_size * sizeof *heap->pins);
    heap->pins = wide.pins;
    heap->pins_size = wide.pins_size;
    return true;
}

/* Those behind it that were displaced move up. */
static void remove_pin(struct tn_gc_heap *heap, struct tn_gc_pin *pin)
{
    size_t mask = heap->pins_size - 1, hole = (size_t)(pin - heap->pins);
    for (size_t i = (hole + 1) & mask; heap->pins[i].count > 0;
         i = (i + 1) & mask)
        if (((i - pin_home(heap, heap->pins[i].ref)) & mask) >=
            ((i - hole) & mask)) {
            heap->pins[hole] = heap->pins[i];
            hole = i;
        }
    heap->pins[hole] = (struct tn_gc_pin){0};
    heap->pins_count--;
}

tn_status tn_ref_pin(tn_store *store, tn_val value, tn_error *err)
{
    uint64_t ref;
    if (!tn_is_ref(tn_rt_type_of_kind(value.kind)))
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET, "not a reference");
    TN_TRY(tn_rt_check_owner(store, err));
    TN_TRY(tn_rt_ref_of(store, &value, &ref, err));
    if (ref == 0)
        return TN_OK;
    if (!widen_pins(store))
        return tn_no_memory(err);
    struct tn_gc_pin *pin = find_pin(&store->gc, ref);
    if (pin->count++ == 0) {
        pin->ref = ref;
        pin->is_func = value.kind == TN_FUNCREF;
        store->gc.pins_count++;
    }
    return TN_OK;
}

void tn_ref_unpin(tn_store *store, tn_val value)
{
    uint64_t ref;
    if (store->gc.pins_count == 0 ||
        !tn_is_ref(tn_rt_type_of_kind(value.kind)) ||
        tn_rt_ref_of(store, &value, &ref, NULL) != TN_OK)
        return;
    struct tn_gc_pin *pin = find_pin(&store->gc, ref);
    if (pin->count > 0 && --pin->count == 0) {
        pin->count = 1; /* as one that is there */
        remove_pin(&store->gc, pin);
    }
}
