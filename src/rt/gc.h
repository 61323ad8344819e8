/* gc.h - objects, and the heap of a store that they live in.
 *
 * Non-moving mark and sweep, in size classes. Design, and what a reference
 * looks like in a slot: docs/design/002-references.md. All of this belongs to
 * the store's thread. */
#ifndef TN_RT_GC_H
#define TN_RT_GC_H

#include "rt/context.h"

struct tn_tag;

/* What every object begins with. */
struct tn_object {
    /* Of a struct or array; of an exception, its tag's function type; null of
     * a host object. Retained by the heap. */
    const struct tn_type *type;
};

enum {
    TN_OBJECT_DATA = 8,  /* byte at which a struct's fields may begin */
    TN_ARRAY_LENGTH = 8, /* uint32_t */
    TN_ARRAY_DATA = 16,  /* first element */
};

/* An exception: values in slots, as the tag's parameters. */
struct tn_exn {
    struct tn_object object;
    uint64_t tag;      /* struct tn_tag *: which one it is */
    uint64_t values[]; /* type->param_slots */
};

/* An embedder's pointer that became an anyref. */
struct tn_host_object {
    struct tn_object object;
    uint64_t pointer;
};

static inline uint8_t *tn_object_at(uint64_t ref, uint32_t byte)
{
    return (uint8_t *)tn_slot_pointer(ref) + byte;
}
static inline uint32_t tn_array_length(uint64_t ref)
{
    uint32_t length;
    memcpy(&length, tn_object_at(ref, TN_ARRAY_LENGTH), sizeof length);
    return length;
}

/* Writes a field or element of `bytes` from its slots. */
static inline void tn_gc_put_value(uint8_t *at, uint32_t bytes,
                                   const uint64_t *slots)
{
    uint8_t low8 = (uint8_t)*slots;
    uint16_t low16 = (uint16_t)*slots;
    uint32_t low32 = (uint32_t)*slots;
    switch (bytes) {
    case 1:
        *at = low8;
        break;
    case 2:
        memcpy(at, &low16, sizeof low16);
        break;
    case 4:
        memcpy(at, &low32, sizeof low32);
        break;
    case 8:
        memcpy(at, slots, 8);
        break;
    default:
        memcpy(at, slots, 16);
        break;
    }
}

/* --- i31 and extern ------------------------------------------------------ */

static inline bool tn_ref_is_i31(uint64_t ref)
{
    return (ref & 1) != 0;
}
static inline uint64_t tn_ref_of_i31(uint32_t value)
{
    return (uint32_t)(value << 1 | 1);
}
static inline uint32_t tn_i31_u(uint64_t ref)
{
    return (uint32_t)ref >> 1;
}
static inline uint32_t tn_i31_s(uint64_t ref)
{
    return (uint32_t)((int32_t)(uint32_t)ref >> 1);
}

/* An externref that holds an `any`, not an embedder's pointer. */
#define TN_ANY_TAG \
    (sizeof(void *) > 4 ? (uint64_t)0xfff8 << 48 : (uint64_t)1 << 32)
#define TN_ANY_TAG_MASK \
    (sizeof(void *) > 4 ? (uint64_t)0xffff << 48 : (uint64_t)1 << 32)
static inline bool tn_extern_is_any(uint64_t ref)
{
    return (ref & TN_ANY_TAG_MASK) == TN_ANY_TAG;
}

/* extern.convert_any: never fails. */
uint64_t tn_gc_extern_of_any(uint64_t any);
/* any.convert_extern: may allocate, as below; false: no memory. */
bool tn_gc_any_of_extern(struct tn_context *context, uint64_t ext,
                         uint64_t *out);

/* --- Allocation: safepoints ---------------------------------------------- */

/* A collection looks for roots from context->safe, which the handler has set;
 * the operands of its instruction are live there. The embedder allocates with
 * the context of the store's host instance, whose safe.pc is null: then frames
 * begin at the innermost host function. */

/* Zeroed. `type` is the registered struct or array type. Null when the
 * allocator has no memory, or the store's limit is reached even after a
 * collection: the caller raises TN_TRAP_NO_MEMORY. The object is nobody's
 * until it is in a slot that a collection sees. */
struct tn_object *tn_gc_new_struct(struct tn_context *context,
                                   const struct tn_type *type);
struct tn_object *tn_gc_new_array(struct tn_context *context,
                                  const struct tn_type *type, uint32_t length);
struct tn_exn *tn_gc_new_exn(struct tn_context *context, struct tn_tag *tag);

/* --- Asking --------------------------------------------------------------- */

/* Is the non-null word `ref` (of the any, extern, exn or func hierarchy that
 * `type` belongs to) of the reference type `type` (with ids of the registry)?
 * The null word: is `type` nullable? */
bool tn_gc_is(const struct tn_store *store, uint64_t ref, tn_valtype type);

/* --- The collector --------------------------------------------------------- */

/* A collection now. `context` as for an allocation. */
void tn_gc_collect(struct tn_context *context);

#endif
