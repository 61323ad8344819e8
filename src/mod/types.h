/* types.h - value types, and the registry that makes equal types one.
 *
 * A value type is 32 bits, compared as a number. Where it names a defined
 * type, the number in it is either an index of one module's type section
 * (everything in struct tn_mod) or, after tn_type_canon, an id of a registry,
 * the same for equal types of all its modules (everything in struct tn_type).
 *
 *   bits 0..3   kind   (enum tn_vt)
 *   bit  4      a reference that may be null
 *   bits 5..31  heap type of a reference: an abstract one (enum tn_heap), or
 *               TN_HEAP_DEFINED + index or id
 *
 * Specification: 2.3 Types, 3.2 (matching), 7.4 (rolling of recursive types).
 */
#ifndef TN_MOD_TYPES_H
#define TN_MOD_TYPES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum tn_vt {
    TN_VT_NONE, /* no value, or not known (bottom) */
    TN_VT_I32,
    TN_VT_I64,
    TN_VT_F32,
    TN_VT_F64,
    TN_VT_V128,
    TN_VT_REF,
    TN_VT_I8, /* packed fields only */
    TN_VT_I16,
};

enum tn_heap {
    TN_HEAP_FUNC,
    TN_HEAP_NOFUNC,
    TN_HEAP_EXTERN,
    TN_HEAP_NOEXTERN,
    TN_HEAP_ANY,
    TN_HEAP_EQ,
    TN_HEAP_I31,
    TN_HEAP_STRUCT,
    TN_HEAP_ARRAY,
    TN_HEAP_NONE,
    TN_HEAP_EXN,
    TN_HEAP_NOEXN,
    TN_HEAP_BOTTOM, /* below all of them; of unreachable code only */
    TN_HEAP_DEFINED = 16,
};

typedef uint32_t tn_valtype;

#define TN_VALTYPE_NULL 0x10u
#define TN_REF(heap, null)                                    \
    ((tn_valtype)TN_VT_REF | ((null) ? TN_VALTYPE_NULL : 0) | \
     (tn_valtype)(heap) << 5)
#define TN_FUNCREF_TYPE   TN_REF(TN_HEAP_FUNC, 1)
#define TN_EXTERNREF_TYPE TN_REF(TN_HEAP_EXTERN, 1)

static inline enum tn_vt tn_vt_of(tn_valtype t)
{
    return (enum tn_vt)(t & 15);
}
static inline bool tn_is_ref(tn_valtype t)
{
    return (t & 15) == TN_VT_REF;
}
static inline uint32_t tn_heap_of(tn_valtype t)
{
    return t >> 5;
}
static inline bool tn_is_nullable(tn_valtype t)
{
    return (t & TN_VALTYPE_NULL) != 0;
}
/* Slots of 8 bytes that a value takes on the guest stack. */
static inline uint32_t tn_slots_of(tn_valtype t)
{
    return tn_vt_of(t) == TN_VT_V128 ? 2 : 1;
}

/* The proposal that a value type needs; TN_FEATURE_MVP for numbers. */
enum tn_feature tn_valtype_feature(tn_valtype type);

enum tn_comp {
    TN_COMP_FUNC,
    TN_COMP_STRUCT,
    TN_COMP_ARRAY
};

struct tn_field {
    tn_valtype type; /* may be packed */
    bool is_mutable;
    uint32_t offset; /* of a registered struct type: bytes from its start */
};

/* Bytes that a field or element takes in an object: references have 8. */
static inline uint32_t tn_storage_bytes(tn_valtype t)
{
    static const uint8_t bytes[] = {0, 4, 8, 4, 8, 16, 8, 1, 2};
    return bytes[tn_vt_of(t)];
}

/* A sub type as it is written: subtype ::= final? typeidx* comptype. */
struct tn_type_def {
    enum tn_comp comp;
    bool is_final;
    uint32_t super;                     /* type index, or TN_NONE */
    uint32_t param_count, result_count; /* of a function */
    const tn_valtype *params, *results;
    uint32_t field_count; /* of a struct; 1 for an array */
    const struct tn_field *fields;
    uint32_t group; /* which recursive group */
};

struct tn_rec_group {
    uint32_t first, count; /* in the type index space */
    bool is_explicit;      /* written as (rec ...), not as a single type */
};

#define TN_NONE UINT32_MAX

/* A registered type: immutable, at a fixed address until its group's last
 * user releases it. All references in it are by id. */
struct tn_type {
    uint32_t id; /* equal for equal types of one registry; reused after free */
    enum tn_comp comp;
    bool is_final;
    uint32_t param_count, result_count;
    const tn_valtype *params, *results;
    uint32_t param_slots, result_slots; /* v128 counts as two */
    uint32_t field_count;
    const struct tn_field *fields;
    uint64_t object_bytes; /* of a struct with its header */
    /* Supertypes by depth, this type last: a is below b exactly if
     * a->depth >= b->depth and a->display[b->depth] == b->id. */
    uint32_t depth;
    const uint32_t *display;
    struct tn_type_group *group;
};

/* The registry. It does not lock; whoever shares one among threads does, but
 * for tn_types_at and the matching of types that are held. */
struct tn_types;

struct tn_types *tn_types_new(const tn_allocator *alloc);
void tn_types_free(struct tn_types *types);

struct tn_mod;

/* Registers every type of `mod` (decoded, its type section checked for
 * indices that exist), and sets mod->types[i] for each. Supertypes are checked
 * here: TN_E_INVALID. On failure nothing stays registered. */
tn_status tn_types_intern(struct tn_types *types, struct tn_mod *mod,
                          tn_error *err);
/* The module's share of its types ends. */
void tn_types_release(struct tn_types *types, struct tn_mod *mod);

/* One function type of simple values (for host functions): retained. */
const struct tn_type *tn_types_func(struct tn_types *types,
                                    const tn_valtype *params,
                                    size_t param_count,
                                    const tn_valtype *results,
                                    size_t result_count);
/* One more user of a registered type, and one less. Who holds a type holds
 * all that it names. */
void tn_types_retain_one(struct tn_types *types, const struct tn_type *type);
void tn_types_release_one(struct tn_types *types, const struct tn_type *type);

/* The type with an id that is in use. Needs no lock. */
const struct tn_type *tn_types_at(const struct tn_types *types, uint32_t id);

/* A module's value type with ids for its indices. */
tn_valtype tn_type_canon(const struct tn_mod *mod, tn_valtype type);

/* Is `a` the same as, or below, `b`? Both in terms of ids (heap types, or
 * whole value types). */
bool tn_heap_matches(const struct tn_types *types, uint32_t a, uint32_t b);
bool tn_type_matches(const struct tn_types *types, tn_valtype a, tn_valtype b);
/* Is the registered type `a` the same as, or below, `b`? */
bool tn_type_is_below(const struct tn_type *a, const struct tn_type *b);

/* What a word names in the text format: "i8", "i32", "funcref", but TN_VT_NONE
 * for others; a heap type, "func", but TN_NONE. */
tn_valtype tn_valtype_named(struct tn_str word);
uint32_t tn_heap_named(struct tn_str word);

/* "i32", "funcref", "(ref null 3)"; "func", "3"; "(i32, i64) -> f64",
 * "() -> ()"; "(i32, i64)". */
void tn_valtype_print(struct tn_buf *out, tn_valtype type);
void tn_valtypes_print(struct tn_buf *out, const tn_valtype *types,
                       size_t count);
void tn_heaptype_print(struct tn_buf *out, uint32_t heap);
void tn_functype_print(struct tn_buf *out, const tn_valtype *params,
                       size_t param_count, const tn_valtype *results,
                       size_t result_count);

#endif
