/* numeric.h - the helpers that expressions in op.def may call.
 *
 * Specification 4.3.3. Always inlined: a float that passed through a call
 * could lose the bits of a signalling NaN on 32-bit x86. */
#ifndef TN_IR_NUMERIC_H
#define TN_IR_NUMERIC_H

#include <stdint.h>
#include <string.h>

#define TN_INLINE static inline __attribute__((always_inline, unused))

TN_INLINE uint32_t tn_bits_of_f32(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

TN_INLINE uint64_t tn_bits_of_f64(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

TN_INLINE float tn_f32_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

TN_INLINE double tn_f64_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* min and max: a NaN operand gives a quiet NaN (the sum is one); of two equal
 * operands, which may be zeros of both signs, the bits decide. */
#define TN_CHOOSE(name, c_type, of_bits, bits_of, less, merge) \
    TN_INLINE c_type name(c_type a, c_type b)                  \
    {                                                          \
        if (a != a || b != b)                                  \
            return a + b;                                      \
        if (a == b)                                            \
            return of_bits(bits_of(a) merge bits_of(b));       \
        return a less b ? a : b;                               \
    }
TN_CHOOSE(tn_f32_min, float, tn_f32_of_bits, tn_bits_of_f32, <, |)
TN_CHOOSE(tn_f32_max, float, tn_f32_of_bits, tn_bits_of_f32, >, &)
TN_CHOOSE(tn_f64_min, double, tn_f64_of_bits, tn_bits_of_f64, <, |)
TN_CHOOSE(tn_f64_max, double, tn_f64_of_bits, tn_bits_of_f64, >, &)
#undef TN_CHOOSE

TN_INLINE float tn_f32_copysign(float a, float b)
{
    return tn_f32_of_bits((tn_bits_of_f32(a) & 0x7fffffffu) |
                          (tn_bits_of_f32(b) & 0x80000000u));
}

TN_INLINE double tn_f64_copysign(double a, double b)
{
    const uint64_t sign = (uint64_t)1 << 63;
    return tn_f64_of_bits((tn_bits_of_f64(a) & ~sign) |
                          (tn_bits_of_f64(b) & sign));
}

/* Rounding leaves a NaN as it is, or quiets it, as the compiler likes; wasm
 * wants it quiet. */
#define TN_ROUND(name, c_type, builtin)     \
    TN_INLINE c_type name(c_type x)         \
    {                                       \
        return x != x ? x + x : builtin(x); \
    }
TN_ROUND(tn_f32_ceil, float, __builtin_ceilf)
TN_ROUND(tn_f32_floor, float, __builtin_floorf)
TN_ROUND(tn_f32_trunc, float, __builtin_truncf)
TN_ROUND(tn_f32_nearest, float, __builtin_rintf)
TN_ROUND(tn_f64_ceil, double, __builtin_ceil)
TN_ROUND(tn_f64_floor, double, __builtin_floor)
TN_ROUND(tn_f64_trunc, double, __builtin_trunc)
TN_ROUND(tn_f64_nearest, double, __builtin_rint)
#undef TN_ROUND

#undef TN_INLINE

#endif
