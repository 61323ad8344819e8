/* match.c - which types are below which.
 *
 *            any                 func     extern     exn
 *             eq                  ..        |         |
 *    i31   struct   array       nofunc   noextern   noexn
 *           ..       ..
 *            none
 *
 * where `..` are the defined types. All in terms of registered ids. */
#include "mod/module.h"

#define UP(heap) (1u << TN_HEAP_##heap)
/* clang-format off */
static const uint16_t heaps_above[] = { /* each heap type itself included */
    [TN_HEAP_FUNC]     = UP(FUNC),
    [TN_HEAP_NOFUNC]   = UP(NOFUNC) | UP(FUNC),
    [TN_HEAP_EXTERN]   = UP(EXTERN),
    [TN_HEAP_NOEXTERN] = UP(NOEXTERN) | UP(EXTERN),
    [TN_HEAP_ANY]      = UP(ANY),
    [TN_HEAP_EQ]       = UP(EQ) | UP(ANY),
    [TN_HEAP_I31]      = UP(I31) | UP(EQ) | UP(ANY),
    [TN_HEAP_STRUCT]   = UP(STRUCT) | UP(EQ) | UP(ANY),
    [TN_HEAP_ARRAY]    = UP(ARRAY) | UP(EQ) | UP(ANY),
    [TN_HEAP_NONE]     = UP(NONE) | UP(I31) | UP(STRUCT) | UP(ARRAY) |
                         UP(EQ) | UP(ANY),
    [TN_HEAP_EXN]      = UP(EXN),
    [TN_HEAP_NOEXN]    = UP(NOEXN) | UP(EXN),
    [TN_HEAP_BOTTOM]   = 0xffff,
};
/* clang-format on */
#undef UP

tn_valtype tn_type_canon(const struct tn_mod *mod, tn_valtype type)
{
    uint32_t heap = tn_heap_of(type);
    if (!tn_is_ref(type) || heap < TN_HEAP_DEFINED)
        return type;
    return TN_REF(TN_HEAP_DEFINED + mod->types[heap - TN_HEAP_DEFINED]->id,
                  tn_is_nullable(type));
}

/* The abstract heap type just above a defined one, and the one below. */
static enum tn_heap heap_above(enum tn_comp comp)
{
    return comp == TN_COMP_FUNC     ? TN_HEAP_FUNC
           : comp == TN_COMP_STRUCT ? TN_HEAP_STRUCT
                                    : TN_HEAP_ARRAY;
}

static enum tn_heap heap_below(enum tn_comp comp)
{
    return comp == TN_COMP_FUNC ? TN_HEAP_NOFUNC : TN_HEAP_NONE;
}

static bool abstract_matches(uint32_t a, uint32_t b)
{
    return (heaps_above[a] >> b & 1) != 0;
}

bool tn_type_is_below(const struct tn_type *a, const struct tn_type *b)
{
    return a->depth >= b->depth && a->display[b->depth] == b->id;
}

bool tn_heap_matches(const struct tn_types *types, uint32_t a, uint32_t b)
{
    if (a == b)
        return true;
    if (a < TN_HEAP_DEFINED && b < TN_HEAP_DEFINED)
        return abstract_matches(a, b);
    if (b < TN_HEAP_DEFINED)
        return abstract_matches(
            heap_above(tn_types_at(types, a - TN_HEAP_DEFINED)->comp), b);
    const struct tn_type *above = tn_types_at(types, b - TN_HEAP_DEFINED);
    if (a < TN_HEAP_DEFINED)
        return a == TN_HEAP_BOTTOM || a == (uint32_t)heap_below(above->comp);
    return tn_type_is_below(tn_types_at(types, a - TN_HEAP_DEFINED), above);
}

bool tn_type_matches(const struct tn_types *types, tn_valtype a, tn_valtype b)
{
    if (a == b || a == TN_VT_NONE)
        return true;
    return tn_is_ref(a) && tn_is_ref(b) &&
           (!tn_is_nullable(a) || tn_is_nullable(b)) &&
           tn_heap_matches(types, tn_heap_of(a), tn_heap_of(b));
}
