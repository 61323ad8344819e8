/* body_types.h - the vector accumulator as its types, for body.h.
 *
 * Apart from body.h because loop.c includes that inside a function. */
#ifndef TN_INTERP_BODY_TYPES_H
#define TN_INTERP_BODY_TYPES_H

#include <string.h>

#include "base/lane.h"
#include "base/racy.h"
#include "base/wide.h"
#include "ir/lanes.h"
#include "rt/gc.h"
#include "rt/tier.h"

#define TN_BODY static inline __attribute__((always_inline, unused))

TN_BODY uint64_t u64_at(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* A float goes to the first lane and leaves the others as they are found:
 * said to the compiler by an empty instruction, it costs nothing. Through a
 * union it would go through memory, with other lanes of zero it would cost an
 * instruction. */
TN_BODY tn_f64x2 lane_of_f32(float x)
{
    tn_f32x4 v;
    TN_LANE(v, x);
    return (tn_f64x2)v;
}

TN_BODY tn_f64x2 lane_of_f64(double x)
{
    tn_f64x2 v;
    TN_LANE(v, x);
    return v;
}

/* A reference that is not null: i31, or an object. */
TN_BODY const struct tn_type *type_of_object(uint64_t ref)
{
    const struct tn_object *object = tn_slot_pointer(ref);
    return tn_ref_is_i31(ref) ? NULL : object->type;
}

TN_BODY bool object_is_exact(uint64_t ref, uint32_t id)
{
    const struct tn_type *type = type_of_object(ref);
    return type != NULL && type->id == id;
}

TN_BODY bool object_is_below(uint64_t ref, uint32_t depth, uint32_t id)
{
    const struct tn_type *type = type_of_object(ref);
    return type != NULL && type->depth >= depth && type->display[depth] == id;
}

/* A vector lies where slots, code and memory have it: anywhere. */
TN_BODY tn_v128 v128_at(const void *at)
{
    tn_v128 v;
    memcpy(&v, at, sizeof v);
    return v;
}

TN_BODY void put_v128(void *at, tn_f64x2 v)
{
    memcpy(at, &v, sizeof v);
}

#undef TN_BODY

#endif
