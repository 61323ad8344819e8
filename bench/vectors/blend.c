/* blend.c - one picture over another, by a mask of 8 bits. */
#include "vectors.h"

enum {
    SIZE = 1 << 16,
    ROUNDS = 1000
};
static uint8_t below[SIZE], above[SIZE], mask[SIZE];

#ifdef VECTORS
static u16x8 mix(u16x8 a, u16x8 b, u16x8 m)
{
    u16x8 sum = a * m + b * (255 - m) + 128;
    return (sum + (sum >> 8)) >> 8;
}

static void blend(void)
{
    const u8x16 zero = {0};
    for (size_t i = 0; i < SIZE; i += 16) {
        u8x16 a = load16(above + i), b = load16(below + i),
              m = load16(mask + i);
        u16x8 low = mix((u16x8)LOW_OF(a, zero), (u16x8)LOW_OF(b, zero),
                        (u16x8)LOW_OF(m, zero));
        u16x8 high = mix((u16x8)HIGH_OF(a, zero), (u16x8)HIGH_OF(b, zero),
                         (u16x8)HIGH_OF(m, zero));
        store16(below + i, (u8x16)EVEN_OF((u8x16)low, (u8x16)high));
    }
}
#else
static void blend(void)
{
    for (size_t i = 0; i < SIZE; i++) {
        uint32_t sum = above[i] * mask[i] + below[i] * (255u - mask[i]) + 128;
        below[i] = (uint8_t)((sum + (sum >> 8)) >> 8);
    }
}
#endif

int main(void)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < SIZE; i++) {
        below[i] = (uint8_t)(i * 7);
        above[i] = (uint8_t)(i * 13 >> 2);
        mask[i] = (uint8_t)(i * 31 >> 4);
    }
    for (int round = 0; round < ROUNDS; round++)
        blend();
    for (size_t i = 0; i < SIZE; i++)
        sum = sum * 31 + below[i];
    printf("%u\n", (unsigned)sum);
    return 0;
}
