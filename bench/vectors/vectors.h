/* vectors.h - what the kernels share. Each has two texts of its inner loop:
 * with VECTORS defined, 16 bytes at a time; else one lane at a time. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));

static inline u8x16 load16(const uint8_t *at)
{
    u8x16 v;
    memcpy(&v, at, sizeof v);
    return v;
}

static inline void store16(uint8_t *at, u8x16 v)
{
    memcpy(at, &v, sizeof v);
}

/* Bytes in turn from the low, the high halves of a and b. */
#define LOW_OF(a, b)                                                           \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, \
                            22, 7, 23)
#define HIGH_OF(a, b)                                                       \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, \
                            29, 14, 30, 15, 31)
#define EVEN_OF(a, b)                                                        \
    __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, \
                            24, 26, 28, 30)

#if defined(__wasm_simd128__)
#define LOOK_UP(table, at) ((u8x16)__builtin_wasm_swizzle_i8x16(table, at))
#elif defined(__SSSE3__)
#include <tmmintrin.h>
#define LOOK_UP(table, at) \
    ((u8x16)_mm_shuffle_epi8((__m128i)(table), (__m128i)(at)))
#endif
