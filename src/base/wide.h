/* wide.h - products of 128 bits, as two words.
 *
 * Compilers for machines of 64 bits have a type for them; for others the
 * product is made of four of half the width. */
#ifndef TN_BASE_WIDE_H
#define TN_BASE_WIDE_H

#include <stdint.h>

#if defined(__SIZEOF_INT128__)

__extension__ typedef unsigned __int128 tn_u128;

static inline uint64_t tn_mul_high(uint64_t a, uint64_t b)
{
    return (uint64_t)((tn_u128)a * b >> 64);
}

#else

static inline uint64_t tn_mul_high(uint64_t a, uint64_t b)
{
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b1 + (a0 * b0 >> 32); /* cannot overflow */
    uint64_t mid = a1 * b0 + (uint32_t)low;
    return a1 * b1 + (low >> 32) + (mid >> 32);
}

#endif

/* The upper half of the signed product: a negative factor is 2^64 too large
 * when it is taken as unsigned. */
static inline uint64_t tn_mul_high_s(uint64_t a, uint64_t b)
{
    return tn_mul_high(a, b) - (a >> 63 ? b : 0) - (b >> 63 ? a : 0);
}

#endif
