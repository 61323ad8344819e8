/* body_types.h - the vector accumulator as its types, for body.h.
 *
 * Apart from body.h because loop.c includes that inside a function. */
#ifndef TN_INTERP_BODY_TYPES_H
#define TN_INTERP_BODY_TYPES_H

#include <string.h>

#include "base/lane.h"
#include "base/racy.h"
#include "base/wide.h"
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
typedef float tn_f32x4 __attribute__((vector_size(16)));
typedef double tn_f64x2 __attribute__((vector_size(16)));
typedef uint64_t tn_u64x2 __attribute__((vector_size(16)));

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

#undef TN_BODY

#endif
