/* vector.h - vectors of 16 bytes, and what machines do with them.
 *
 * gcc and clang add, compare and shift whole vectors by the operators of C.
 * What C has no operator for (saturation, averages, packing, masks) stands
 * here: a row names the operation, the instruction of x86 that does it, and
 * what each lane of the result is, for all other machines. */
#ifndef TN_BASE_VECTOR_H
#define TN_BASE_VECTOR_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

typedef int8_t tn_i8x16 __attribute__((vector_size(16)));
typedef uint8_t tn_u8x16 __attribute__((vector_size(16)));
typedef int16_t tn_i16x8 __attribute__((vector_size(16)));
typedef uint16_t tn_u16x8 __attribute__((vector_size(16)));
typedef int32_t tn_i32x4 __attribute__((vector_size(16)));
typedef uint32_t tn_u32x4 __attribute__((vector_size(16)));
typedef int64_t tn_i64x2 __attribute__((vector_size(16)));
typedef uint64_t tn_u64x2 __attribute__((vector_size(16)));
typedef float tn_f32x4 __attribute__((vector_size(16)));
typedef double tn_f64x2 __attribute__((vector_size(16)));

#define TN_INLINE static inline __attribute__((always_inline, unused))

/* ROW(name, result, operands, lanes, instruction, lane i of the result)
 * SHIFT(name, type, lanes, instruction, lane i)   count below the lane's bits */
#if defined(__SSE2__)
#define ROW(name, R, T, lanes, instruction, e)             \
    TN_INLINE R name(T a, T b)                             \
    {                                                      \
        return (R)instruction((__m128i)(a), (__m128i)(b)); \
    }
#define SHIFT(name, T, lanes, instruction, e)                               \
    TN_INLINE T name(T a, uint32_t count)                                   \
    {                                                                       \
        return (T)instruction((__m128i)(a), _mm_cvtsi32_si128((int)count)); \
    }
#else
#define ROW(name, R, T, lanes, instruction, e) \
    TN_INLINE R name(T a, T b)                 \
    {                                          \
        R r;                                   \
        for (int i = 0; i < (lanes); i++)      \
            r[i] = (__typeof__(r[0]))(e);      \
        return r;                              \
    }
#define SHIFT(name, T, lanes, instruction, e) \
    TN_INLINE T name(T a, uint32_t count)     \
    {                                         \
        T r;                                  \
        for (int i = 0; i < (lanes); i++)     \
            r[i] = (__typeof__(r[0]))(e);     \
        return r;                             \
    }
#endif

#define CLAMP(x, low, high) ((x) < (low) ? (low) : (x) > (high) ? (high) : (x))
#define BOTH(half)          (i < (half) ? a[i] : b[i - (half)])
#define PRODUCT(k)          ((uint32_t)(a[k] * b[k]))

/* clang-format off */
ROW(tn_add_sat_i8,  tn_i8x16, tn_i8x16, 16, _mm_adds_epi8,  CLAMP(a[i] + b[i], -128, 127))
ROW(tn_add_sat_u8,  tn_u8x16, tn_u8x16, 16, _mm_adds_epu8,  CLAMP(a[i] + b[i], 0, 255))
ROW(tn_sub_sat_i8,  tn_i8x16, tn_i8x16, 16, _mm_subs_epi8,  CLAMP(a[i] - b[i], -128, 127))
ROW(tn_sub_sat_u8,  tn_u8x16, tn_u8x16, 16, _mm_subs_epu8,  CLAMP(a[i] - b[i], 0, 255))
ROW(tn_add_sat_i16, tn_i16x8, tn_i16x8, 8,  _mm_adds_epi16, CLAMP(a[i] + b[i], -32768, 32767))
ROW(tn_add_sat_u16, tn_u16x8, tn_u16x8, 8,  _mm_adds_epu16, CLAMP(a[i] + b[i], 0, 65535))
ROW(tn_sub_sat_i16, tn_i16x8, tn_i16x8, 8,  _mm_subs_epi16, CLAMP(a[i] - b[i], -32768, 32767))
ROW(tn_sub_sat_u16, tn_u16x8, tn_u16x8, 8,  _mm_subs_epu16, CLAMP(a[i] - b[i], 0, 65535))
ROW(tn_avgr_u8,     tn_u8x16, tn_u8x16, 16, _mm_avg_epu8,   (a[i] + b[i] + 1) >> 1)
ROW(tn_avgr_u16,    tn_u16x8, tn_u16x8, 8,  _mm_avg_epu16,  (a[i] + b[i] + 1) >> 1)
ROW(tn_min_u8,      tn_u8x16, tn_u8x16, 16, _mm_min_epu8,   a[i] < b[i] ? a[i] : b[i])
ROW(tn_max_u8,      tn_u8x16, tn_u8x16, 16, _mm_max_epu8,   a[i] > b[i] ? a[i] : b[i])
ROW(tn_min_i16,     tn_i16x8, tn_i16x8, 8,  _mm_min_epi16,  a[i] < b[i] ? a[i] : b[i])
ROW(tn_max_i16,     tn_i16x8, tn_i16x8, 8,  _mm_max_epi16,  a[i] > b[i] ? a[i] : b[i])
ROW(tn_mul_top_i16, tn_i16x8, tn_i16x8, 8, _mm_mulhi_epi16, (a[i] * b[i]) >> 16)
ROW(tn_mul_top_u16, tn_u16x8, tn_u16x8, 8, _mm_mulhi_epu16, ((uint32_t)a[i] * b[i]) >> 16)
ROW(tn_mul_even_u32, tn_u64x2, tn_u32x4, 2, _mm_mul_epu32,  (uint64_t)a[2 * i] * b[2 * i])
ROW(tn_dot_i16,     tn_i32x4, tn_i16x8, 4,  _mm_madd_epi16, PRODUCT(2 * i) + PRODUCT(2 * i + 1))
ROW(tn_narrow_i8,   tn_i8x16, tn_i16x8, 16, _mm_packs_epi16,  CLAMP(BOTH(8), -128, 127))
ROW(tn_narrow_u8,   tn_u8x16, tn_i16x8, 16, _mm_packus_epi16, CLAMP(BOTH(8), 0, 255))
ROW(tn_narrow_i16,  tn_i16x8, tn_i32x4, 8,  _mm_packs_epi32,  CLAMP(BOTH(4), -32768, 32767))
SHIFT(tn_shl_16,   tn_u16x8, 8, _mm_sll_epi16, a[i] << count)
SHIFT(tn_shl_32,   tn_u32x4, 4, _mm_sll_epi32, a[i] << count)
SHIFT(tn_shl_64,   tn_u64x2, 2, _mm_sll_epi64, a[i] << count)
SHIFT(tn_shr_u16,  tn_u16x8, 8, _mm_srl_epi16, a[i] >> count)
SHIFT(tn_shr_u32,  tn_u32x4, 4, _mm_srl_epi32, a[i] >> count)
SHIFT(tn_shr_u64,  tn_u64x2, 2, _mm_srl_epi64, a[i] >> count)
SHIFT(tn_shr_i16,  tn_i16x8, 8, _mm_sra_epi16, a[i] >> count)
SHIFT(tn_shr_i32,  tn_i32x4, 4, _mm_sra_epi32, a[i] >> count)
/* clang-format on */
#undef ROW
#undef SHIFT
#undef CLAMP
#undef BOTH
#undef PRODUCT

/* The top bit of each lane, lane 0's lowest. */
#if defined(__SSE2__)
TN_INLINE uint32_t tn_mask_8(tn_i8x16 a)
{
    return (uint32_t)_mm_movemask_epi8((__m128i)a);
}
TN_INLINE uint32_t tn_mask_16(tn_i16x8 a)
{
    return tn_mask_8(tn_narrow_i8(a, (tn_i16x8){0}));
}
TN_INLINE uint32_t tn_mask_32(tn_i32x4 a)
{
    return (uint32_t)_mm_movemask_ps((__m128)a);
}
TN_INLINE uint32_t tn_mask_64(tn_i64x2 a)
{
    return (uint32_t)_mm_movemask_pd((__m128d)a);
}
TN_INLINE tn_f32x4 tn_sqrt_f32x4(tn_f32x4 a)
{
    return (tn_f32x4)_mm_sqrt_ps((__m128)a);
}
TN_INLINE tn_f64x2 tn_sqrt_f64x2(tn_f64x2 a)
{
    return (tn_f64x2)_mm_sqrt_pd((__m128d)a);
}
#else
#define MASK(name, T, lanes)                   \
    TN_INLINE uint32_t name(T a)               \
    {                                          \
        uint32_t bits = 0;                     \
        for (int i = 0; i < (lanes); i++)      \
            bits |= (uint32_t)(a[i] < 0) << i; \
        return bits;                           \
    }
MASK(tn_mask_8, tn_i8x16, 16)
MASK(tn_mask_16, tn_i16x8, 8)
MASK(tn_mask_32, tn_i32x4, 4)
MASK(tn_mask_64, tn_i64x2, 2)
#undef MASK
TN_INLINE tn_f32x4 tn_sqrt_f32x4(tn_f32x4 a)
{
    for (int i = 0; i < 4; i++)
        a[i] = __builtin_sqrtf(a[i]);
    return a;
}
TN_INLINE tn_f64x2 tn_sqrt_f64x2(tn_f64x2 a)
{
    for (int i = 0; i < 2; i++)
        a[i] = __builtin_sqrt(a[i]);
    return a;
}
#endif

__attribute__((noinline, cold, unused)) static tn_u8x16
tn_pick_bytes(tn_u8x16 a, tn_u8x16 at)
{
    tn_u8x16 r;
    for (int i = 0; i < 16; i++)
        r[i] = at[i] < 16 ? a[at[i] & 15] : 0;
    return r;
}

/* Byte at[i] of `a`, or 0 where at[i] is 16 or more. Nearly every x86 that
 * runs this can do it at once, but a plain build may not assume so: it asks,
 * which costs a load and a branch that is always predicted. */
#if defined(__SSE2__)
TN_INLINE tn_u8x16 tn_swizzle(tn_u8x16 a, tn_u8x16 at)
{
    if (__builtin_expect(__builtin_cpu_supports("ssse3") == 0, 0))
        return tn_pick_bytes(a, at);
    const tn_u8x16 high = (tn_u8x16)_mm_set1_epi8(0x70);
    const tn_u8x16 index = tn_add_sat_u8(at, high); /* top bit: gives 0 */
    __asm__("pshufb %1, %0" : "+x"(a) : "x"(index));
    return a;
}
#elif defined(__aarch64__)
TN_INLINE tn_u8x16 tn_swizzle(tn_u8x16 a, tn_u8x16 at)
{
    tn_u8x16 r;
    __asm__("tbl %0.16b, {%1.16b}, %2.16b" : "=w"(r) : "w"(a), "w"(at));
    return r;
}
#else
TN_INLINE tn_u8x16 tn_swizzle(tn_u8x16 a, tn_u8x16 at)
{
    return tn_pick_bytes(a, at);
}
#endif

#undef TN_INLINE

#endif
