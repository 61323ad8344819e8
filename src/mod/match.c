/* match.c - which types are below which, and what may answer an import.
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

/* --- Imports ------------------------------------------------------------- */

static bool limits_fit(const struct tn_limits *have,
                       const struct tn_limits *want)
{
    return have->is_64 == want->is_64 && have->is_shared == want->is_shared &&
           have->page_log2 == want->page_log2 && have->min >= want->min &&
           (!want->has_max || (have->has_max && have->max <= want->max));
}

static bool globals_fit(const struct tn_mod *a,
                        const struct tn_global_def *have,
                        const struct tn_mod *b,
                        const struct tn_global_def *want)
{
    tn_valtype from = tn_type_canon(a, have->type);
    tn_valtype to = tn_type_canon(b, want->type);
    if (have->is_mutable != want->is_mutable)
        return false;
    return have->is_mutable ? from == to
                            : tn_type_matches(b->registry, from, to);
}

bool tn_mod_fits(const struct tn_mod *a, uint32_t i, const struct tn_mod *b,
                 uint32_t j, tn_externkind kind)
{
    switch (kind) {
    case TN_EXTERN_FUNC:
        return tn_type_is_below(a->types[a->funcs[i]], b->types[b->funcs[j]]);
    case TN_EXTERN_TABLE:
        return tn_type_canon(a, a->tables[i].type) ==
                   tn_type_canon(b, b->tables[j].type) &&
               limits_fit(&a->tables[i].limits, &b->tables[j].limits);
    case TN_EXTERN_MEMORY:
        return limits_fit(&a->memories[i].limits, &b->memories[j].limits);
    case TN_EXTERN_GLOBAL:
        return globals_fit(a, &a->globals[i], b, &b->globals[j]);
    case TN_EXTERN_TAG:
        return a->types[a->tags[i].type_index] ==
               b->types[b->tags[j].type_index];
    }
    return false;
}

bool tn_mod_is_own_name(struct tn_str name)
{
    static const char *const own[] = {
        "memory",         "_start",     "_initialize",
        "patch_malloc",   "patch_free", "__indirect_function_table",
        "__stack_pointer"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (tn_str_is(name, own[i]))
            return true;
    return false;
}
