/* adler.c - the checksum of RFC 1950, 16 bytes a step. */
#include "vectors.h"

enum {
    SIZE = 1 << 16,
    ROUNDS = 1000,
    CHUNK = 4096 /* sums of so many bytes fit 32 bits */
};
static uint8_t bytes[SIZE];

#ifdef VECTORS
static void add_chunk(const uint8_t *at, uint32_t *a, uint32_t *b)
{
    const u8x16 zero = {0};
    const u16x8 weights_low = {16, 15, 14, 13, 12, 11, 10, 9};
    const u16x8 weights_high = {8, 7, 6, 5, 4, 3, 2, 1};
    u32x4 sum = {0}, before = {0}, weighted = {0};
    for (size_t i = 0; i < CHUNK; i += 16) {
        u8x16 v = load16(at + i);
        u16x8 low = (u16x8)LOW_OF(v, zero), high = (u16x8)HIGH_OF(v, zero);
        u16x8 plain = low + high,
              parts = low * weights_low + high * weights_high;
        before += sum;
        sum += ((u32x4)plain & 65535) + ((u32x4)plain >> 16);
        weighted += ((u32x4)parts & 65535) + ((u32x4)parts >> 16);
    }
    *b += CHUNK * *a;
    for (int i = 0; i < 4; i++) {
        *a += sum[i];
        *b += (16 * before[i]) % 65521 + weighted[i] % 65521;
    }
}
#else
static void add_chunk(const uint8_t *at, uint32_t *a, uint32_t *b)
{
    for (size_t i = 0; i < CHUNK; i++) {
        *a += at[i];
        *b += *a;
    }
}
#endif

int main(void)
{
    uint32_t a = 1, b = 0;
    for (uint32_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i * i >> 3);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < SIZE; i += CHUNK) {
            add_chunk(bytes + i, &a, &b);
            a %= 65521;
            b %= 65521;
        }
    printf("%u\n", (unsigned)(b << 16 | a));
    return 0;
}
