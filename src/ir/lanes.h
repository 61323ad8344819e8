/* lanes.h - the helpers that the vector rows of op_v128.def may call.
 *
 * Specification 4.3.2 and 4.3.3 lane by lane, each in a few instructions of a
 * machine with 16-byte vectors. Masks of comparisons are all ones or zeros.
 * Lane 0 is at the lowest address: machines here are little-endian. */
#ifndef TN_IR_LANES_H
#define TN_IR_LANES_H

#include "base/vector.h"

#define TN_INLINE static inline __attribute__((always_inline, unused))

/* A value of type v128 where its lanes do not matter. */
typedef tn_u64x2 tn_v128;

TN_INLINE tn_v128 tn_bitselect(tn_v128 a, tn_v128 b, tn_v128 mask)
{
    return (a & mask) | (b & ~mask);
}

/* ---------------------------------------------------------------- splats */

TN_INLINE tn_u8x16 tn_splat_8(uint32_t x)
{
    uint8_t b = (uint8_t)x;
    return (tn_u8x16){b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b};
}

TN_INLINE tn_u16x8 tn_splat_16(uint32_t x)
{
    uint16_t h = (uint16_t)x;
    return (tn_u16x8){h, h, h, h, h, h, h, h};
}

TN_INLINE tn_u32x4 tn_splat_32(uint32_t x)
{
    return (tn_u32x4){x, x, x, x};
}

TN_INLINE tn_u64x2 tn_splat_64(uint64_t x)
{
    return (tn_u64x2){x, x};
}

TN_INLINE tn_u64x2 tn_low_64(uint64_t x)
{
    return (tn_u64x2){x, 0};
}

/* ----------------------------------------------------------------- lanes */

/* By a mask: a lane that is written and a vector that is read at once would
 * wait for the write to reach memory. */
TN_INLINE tn_u8x16 tn_replace_8(tn_u8x16 a, uint32_t x, uint32_t lane)
{
    const tn_u8x16 lanes = {0, 1, 2,  3,  4,  5,  6,  7,
                            8, 9, 10, 11, 12, 13, 14, 15};
    tn_u8x16 mask = (tn_u8x16)(lanes == tn_splat_8(lane));
    return (tn_splat_8(x) & mask) | (a & ~mask);
}

TN_INLINE tn_u16x8 tn_replace_16(tn_u16x8 a, uint32_t x, uint32_t lane)
{
    const tn_u16x8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    tn_u16x8 mask = (tn_u16x8)(lanes == tn_splat_16(lane));
    return (tn_splat_16(x) & mask) | (a & ~mask);
}

TN_INLINE tn_u32x4 tn_replace_32(tn_u32x4 a, uint32_t x, uint32_t lane)
{
    const tn_u32x4 lanes = {0, 1, 2, 3};
    tn_u32x4 mask = (tn_u32x4)(lanes == tn_splat_32(lane));
    return (tn_splat_32(x) & mask) | (a & ~mask);
}

TN_INLINE tn_u64x2 tn_replace_64(tn_u64x2 a, uint64_t x, uint32_t lane)
{
    const tn_u32x4 lanes = {0, 0, 1, 1};
    tn_u64x2 mask = (tn_u64x2)(lanes == tn_splat_32(lane));
    return (tn_splat_64(x) & mask) | (a & ~mask);
}

/* The 16 bytes at `at` of the 32 of a and b. */
TN_INLINE tn_u8x16 tn_shuffle(tn_u8x16 a, tn_u8x16 b, tn_u8x16 at)
{
    return tn_swizzle(a, at) | tn_swizzle(b, at - 16);
}

/* ---------------------------------------------------------------- halves */

#define LOW_8(a, b)                                                            \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, \
                            22, 7, 23)
#define HIGH_8(a, b)                                                        \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, \
                            29, 14, 30, 15, 31)
#define LOW_16(a, b)  __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_16(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define LOW_32(a, b)  __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH_32(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)

/* Each lane beside itself or zero, read as one lane of twice the width: the
 * sign comes down by a shift. */
#define EXTEND(half, n, m, HALF)                              \
    TN_INLINE tn_i##m tn_extend_##half##_i##n(tn_u##n a)      \
    {                                                         \
        return (tn_i##m)HALF(a, a) >> (8 * (int)sizeof a[0]); \
    }                                                         \
    TN_INLINE tn_u##m tn_extend_##half##_u##n(tn_u##n a)      \
    {                                                         \
        return (tn_u##m)HALF(a, (tn_u##n){0});                \
    }
EXTEND(low, 8x16, 16x8, LOW_8)
EXTEND(high, 8x16, 16x8, HIGH_8)
EXTEND(low, 16x8, 32x4, LOW_16)
EXTEND(high, 16x8, 32x4, HIGH_16)
#undef EXTEND

/* A machine may have no shift of 64-bit lanes that keeps the sign. */
TN_INLINE tn_u64x2 tn_extend_low_i32x4(tn_u32x4 a)
{
    return (tn_u64x2)LOW_32(a, (tn_u32x4)((tn_i32x4)a < 0));
}
TN_INLINE tn_u64x2 tn_extend_high_i32x4(tn_u32x4 a)
{
    return (tn_u64x2)HIGH_32(a, (tn_u32x4)((tn_i32x4)a < 0));
}
TN_INLINE tn_u64x2 tn_extend_low_u32x4(tn_u32x4 a)
{
    return (tn_u64x2)LOW_32(a, (tn_u32x4){0});
}
TN_INLINE tn_u64x2 tn_extend_high_u32x4(tn_u32x4 a)
{
    return (tn_u64x2)HIGH_32(a, (tn_u32x4){0});
}

/* Products of twice the width: of 16-bit lanes from both halves of each. */
TN_INLINE tn_u16x8 tn_low_halves(tn_i16x8 a, tn_i16x8 b)
{
    return (tn_u16x8)a * (tn_u16x8)b;
}
#define PRODUCTS(half, HALF)                                            \
    TN_INLINE tn_v128 tn_mul_##half##_i16(tn_i16x8 a, tn_i16x8 b)       \
    {                                                                   \
        return (tn_v128)HALF(tn_low_halves(a, b),                       \
                             (tn_u16x8)tn_mul_top_i16(a, b));           \
    }                                                                   \
    TN_INLINE tn_v128 tn_mul_##half##_u16(tn_i16x8 a, tn_i16x8 b)       \
    {                                                                   \
        return (tn_v128)HALF(tn_low_halves(a, b),                       \
                             tn_mul_top_u16((tn_u16x8)a, (tn_u16x8)b)); \
    }
PRODUCTS(low, LOW_16)
PRODUCTS(high, HIGH_16)
#undef PRODUCTS

TN_INLINE tn_v128 tn_mul_low_u32(tn_u32x4 a, tn_u32x4 b)
{
    return tn_mul_even_u32(LOW_32(a, a), LOW_32(b, b));
}
TN_INLINE tn_v128 tn_mul_high_u32(tn_u32x4 a, tn_u32x4 b)
{
    return tn_mul_even_u32(HIGH_32(a, a), HIGH_32(b, b));
}
TN_INLINE tn_v128 tn_mul_low_i32(tn_i32x4 a, tn_i32x4 b)
{
    return (tn_v128)(tn_i64x2){(int64_t)a[0] * b[0], (int64_t)a[1] * b[1]};
}
TN_INLINE tn_v128 tn_mul_high_i32(tn_i32x4 a, tn_i32x4 b)
{
    return (tn_v128)(tn_i64x2){(int64_t)a[2] * b[2], (int64_t)a[3] * b[3]};
}

/* Sums of neighbours: the left one of each pair is the low half of a lane. */
TN_INLINE tn_i16x8 tn_odd_i8(tn_v128 a)
{
    return (tn_i16x8)a >> 8;
}
TN_INLINE tn_i16x8 tn_even_i8(tn_v128 a)
{
    return (tn_i16x8)((tn_u16x8)a << 8) >> 8;
}
TN_INLINE tn_u16x8 tn_pair_sum_u8(tn_v128 a)
{
    return ((tn_u16x8)a & 255) + ((tn_u16x8)a >> 8);
}
TN_INLINE tn_i32x4 tn_pair_sum_i16(tn_i16x8 a)
{
    return tn_dot_i16(a, (tn_i16x8){1, 1, 1, 1, 1, 1, 1, 1});
}
TN_INLINE tn_u32x4 tn_pair_sum_u16(tn_v128 a)
{
    return ((tn_u32x4)a & 65535) + ((tn_u32x4)a >> 16);
}

#undef LOW_8
#undef HIGH_8
#undef LOW_16
#undef HIGH_16
#undef LOW_32
#undef HIGH_32

/* Relaxed: signed bytes, and a sum that saturates. */
TN_INLINE tn_i16x8 tn_dot_i8(tn_v128 a, tn_v128 b)
{
    return tn_add_sat_i16(tn_even_i8(a) * tn_even_i8(b),
                          tn_odd_i8(a) * tn_odd_i8(b));
}

/* --------------------------------------------------------------- integers */

#define ABSOLUTE(name, I, U)                       \
    TN_INLINE U name(I a)                          \
    {                                              \
        U is_negative = (U)(a < 0);                \
        return ((U)a ^ is_negative) - is_negative; \
    }
ABSOLUTE(tn_abs_8, tn_i8x16, tn_u8x16)
ABSOLUTE(tn_abs_16, tn_i16x8, tn_u16x8)
ABSOLUTE(tn_abs_32, tn_i32x4, tn_u32x4)
ABSOLUTE(tn_abs_64, tn_i64x2, tn_u64x2)
#undef ABSOLUTE

/* Of what the machine may have no instruction for. */
#define CHOOSE(name, T, less)                                             \
    TN_INLINE tn_v128 name(T a, T b)                                      \
    {                                                                     \
        return tn_bitselect((tn_v128)a, (tn_v128)b, (tn_v128)(a less b)); \
    }
CHOOSE(tn_min_i8, tn_i8x16, <)
CHOOSE(tn_max_i8, tn_i8x16, >)
CHOOSE(tn_min_u16, tn_u16x8, <)
CHOOSE(tn_max_u16, tn_u16x8, >)
CHOOSE(tn_min_i32, tn_i32x4, <)
CHOOSE(tn_max_i32, tn_i32x4, >)
CHOOSE(tn_min_u32, tn_u32x4, <)
CHOOSE(tn_max_u32, tn_u32x4, >)
#undef CHOOSE

TN_INLINE tn_u8x16 tn_popcnt_8(tn_u8x16 a)
{
    a -= (a >> 1) & 0x55;
    a = (a & 0x33) + ((a >> 2) & 0x33);
    return (a + (a >> 4)) & 0x0f;
}

/* (a * b + 2^14) >> 15. Only -1 times -1 does not fit. */
TN_INLINE tn_u16x8 tn_q15_mul(tn_i16x8 a, tn_i16x8 b)
{
    tn_u16x8 low = (tn_u16x8)a * (tn_u16x8)b;
    tn_u16x8 high = (tn_u16x8)tn_mul_top_i16(a, b);
    tn_u16x8 r = (high << 1) + (low >> 15) + ((low >> 14) & 1);
    return r ^ (tn_u16x8)(r == 0x8000);
}

/* Negative lanes are 0 first, so that moving the range by half of it cannot
 * wrap; then the signed instruction serves. */
TN_INLINE tn_u32x4 tn_down_32768(tn_i32x4 a)
{
    return ((tn_u32x4)a & ~(tn_u32x4)(a < 0)) - 32768;
}
TN_INLINE tn_u16x8 tn_narrow_u16(tn_i32x4 a, tn_i32x4 b)
{
    return (tn_u16x8)tn_narrow_i16((tn_i32x4)tn_down_32768(a),
                                   (tn_i32x4)tn_down_32768(b)) +
           32768;
}

/* Counts are taken modulo the lane's bits. */
TN_INLINE tn_v128 tn_shl_8(tn_v128 a, uint32_t count)
{
    count &= 7;
    return (tn_v128)((tn_u8x16)tn_shl_16((tn_u16x8)a, count) &
                     tn_splat_8(0xffu << count));
}
TN_INLINE tn_v128 tn_shr_u8(tn_v128 a, uint32_t count)
{
    count &= 7;
    return (tn_v128)((tn_u8x16)tn_shr_u16((tn_u16x8)a, count) &
                     tn_splat_8(0xffu >> count));
}
/* The sign bit, shifted, tells what is to be subtracted. */
TN_INLINE tn_v128 tn_shr_i8(tn_v128 a, uint32_t count)
{
    tn_u8x16 sign = tn_splat_8(0x80u >> (count & 7));
    return (tn_v128)(((tn_u8x16)tn_shr_u8(a, count) ^ sign) - sign);
}
TN_INLINE tn_u64x2 tn_shr_i64(tn_u64x2 a, uint32_t count)
{
    tn_u64x2 sign = tn_splat_64((uint64_t)1 << 63 >> (count & 63));
    return (tn_shr_u64(a, count & 63) ^ sign) - sign;
}

/* ----------------------------------------------------------------- floats */

/* min and max as for one float: a NaN operand gives a quiet NaN (the sum is
 * one); of equal operands, which may be zeros of both signs, the bits decide.
 *
 * Rounding: to add and take away the least float that has no fraction rounds
 * to nearest, ties to even; the other directions correct that by one. Zeros
 * keep the sign of what was rounded; what has no fraction, and infinities,
 * are left alone, and a NaN becomes quiet in the sum. */
#define FLOATS(F, U, sign, no_fraction)                                      \
    TN_INLINE U tn_##F##_wrong(tn_##F a, tn_##F b)                           \
    {                                                                        \
        return (U)(a != a) | (U)(b != b);                                    \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_pick(U mask, tn_##F a, tn_##F b)               \
    {                                                                        \
        return (tn_##F)(((U)a & mask) | ((U)b & ~mask));                     \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_min(tn_##F a, tn_##F b)                        \
    {                                                                        \
        tn_##F r = tn_##F##_pick((U)(a < b), a, b);                          \
        r = (tn_##F)((U)r | ((U)a & (U)(a == b)));                           \
        return tn_##F##_pick(tn_##F##_wrong(a, b), a + b, r);                \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_max(tn_##F a, tn_##F b)                        \
    {                                                                        \
        tn_##F r = tn_##F##_pick((U)(a > b), a, b);                          \
        r = (tn_##F)((U)r & ((U)a | ~(U)(a == b)));                          \
        return tn_##F##_pick(tn_##F##_wrong(a, b), a + b, r);                \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_signed_as(tn_##F a, tn_##F x)                  \
    {                                                                        \
        return (tn_##F)(((U)a & ~(sign)) | ((U)x & (sign)));                 \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_abs(tn_##F a)                                  \
    {                                                                        \
        return (tn_##F)((U)a & ~(sign));                                     \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_neg(tn_##F a)                                  \
    {                                                                        \
        return (tn_##F)((U)a ^ (sign));                                      \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_rounded(tn_##F a)                              \
    {                                                                        \
        const tn_##F big = tn_##F##_signed_as((tn_##F){0} + no_fraction, a); \
        return (a + big) - big;                                              \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_keep_whole(tn_##F a, tn_##F r)                 \
    {                                                                        \
        U is_whole = (U)(tn_##F##_abs(a) >= no_fraction);                    \
        return tn_##F##_pick(is_whole, a, tn_##F##_signed_as(r, a));         \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_one_if(U mask)                                 \
    {                                                                        \
        return (tn_##F)((U)((tn_##F){0} + 1) & mask);                        \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_nearest(tn_##F a)                              \
    {                                                                        \
        return tn_##F##_keep_whole(a, tn_##F##_rounded(a));                  \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_ceil(tn_##F a)                                 \
    {                                                                        \
        tn_##F r = tn_##F##_rounded(a);                                      \
        return tn_##F##_keep_whole(a, r + tn_##F##_one_if((U)(r < a)));      \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_floor(tn_##F a)                                \
    {                                                                        \
        tn_##F r = tn_##F##_rounded(a);                                      \
        return tn_##F##_keep_whole(a, r - tn_##F##_one_if((U)(r > a)));      \
    }                                                                        \
    TN_INLINE tn_##F tn_##F##_trunc(tn_##F a)                                \
    {                                                                        \
        tn_##F size = tn_##F##_abs(a), r = tn_##F##_rounded(size);           \
        return tn_##F##_keep_whole(a, r - tn_##F##_one_if((U)(r > size)));   \
    }
FLOATS(f32x4, tn_u32x4, 0x80000000u, 8388608.0f)
FLOATS(f64x2, tn_u64x2, (uint64_t)1 << 63, 4503599627370496.0)
#undef FLOATS

/* Conversions saturate; NaN gives 0. What does not fit is set aside before
 * the conversion, which C leaves undefined for it. */
TN_INLINE tn_u32x4 tn_trunc_i32x4(tn_f32x4 a)
{
    const tn_f32x4 low = {-2147483648.0f, -2147483648.0f, -2147483648.0f,
                          -2147483648.0f};
    tn_u32x4 over = (tn_u32x4)(a >= -low);
    const tn_f32x4 same = a;
    a = (tn_f32x4)((tn_u32x4)a & (tn_u32x4)(a == same) & ~over);
    a = tn_f32x4_pick((tn_u32x4)(a < low), low, a);
    return (tn_u32x4) __builtin_convertvector(a, tn_i32x4) |
           (over & 0x7fffffffu);
}
TN_INLINE tn_u32x4 tn_trunc_u32x4(tn_f32x4 a)
{
    tn_u32x4 over = (tn_u32x4)(a >= 4294967296.0f);
    a = (tn_f32x4)((tn_u32x4)a & (tn_u32x4)(a > 0.0f) & ~over);
    return __builtin_convertvector(a, tn_u32x4) | over;
}
TN_INLINE uint32_t tn_trunc_i32(double x)
{
    if (x != x)
        return 0;
    return (uint32_t)(x <= -2147483648.0  ? INT32_MIN
                      : x >= 2147483647.0 ? INT32_MAX
                                          : (int32_t)x);
}
TN_INLINE uint32_t tn_trunc_u32(double x)
{
    return !(x > 0.0) ? 0 : x >= 4294967295.0 ? UINT32_MAX : (uint32_t)x;
}
TN_INLINE tn_u32x4 tn_trunc_zero_i32(tn_f64x2 a)
{
    return (tn_u32x4){tn_trunc_i32(a[0]), tn_trunc_i32(a[1]), 0, 0};
}
TN_INLINE tn_u32x4 tn_trunc_zero_u32(tn_f64x2 a)
{
    return (tn_u32x4){tn_trunc_u32(a[0]), tn_trunc_u32(a[1]), 0, 0};
}

TN_INLINE tn_f32x4 tn_convert_i32x4(tn_i32x4 a)
{
    return __builtin_convertvector(a, tn_f32x4);
}
/* The high half is exact, and so is the low one: their sum rounds once. */
TN_INLINE tn_f32x4 tn_convert_u32x4(tn_u32x4 a)
{
    tn_f32x4 high = __builtin_convertvector((tn_i32x4)(a >> 16), tn_f32x4);
    tn_f32x4 low = __builtin_convertvector((tn_i32x4)(a & 65535), tn_f32x4);
    return high * 65536.0f + low;
}
TN_INLINE tn_f64x2 tn_convert_low_i32(tn_i32x4 a)
{
    return (tn_f64x2){a[0], a[1]};
}
TN_INLINE tn_f64x2 tn_convert_low_u32(tn_u32x4 a)
{
    return (tn_f64x2){a[0], a[1]};
}
TN_INLINE tn_f64x2 tn_promote_low(tn_f32x4 a)
{
    return (tn_f64x2){(double)a[0], (double)a[1]};
}
TN_INLINE tn_f32x4 tn_demote_zero(tn_f64x2 a)
{
    return (tn_f32x4){(float)a[0], (float)a[1], 0, 0};
}

#undef TN_INLINE

#endif
