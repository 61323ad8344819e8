/* hex.c - bytes as hexadecimal digits, which are looked up 16 at a time. */
#include "vectors.h"

enum {
    SIZE = 1 << 16,
    ROUNDS = 800
};
static uint8_t bytes[SIZE], text[2 * SIZE];
static const char digits[] = "0123456789abcdef";

#ifdef VECTORS
static void write_hex(void)
{
    const u8x16 table = load16((const uint8_t *)digits);
    for (size_t i = 0; i < SIZE; i += 16) {
        u8x16 v = load16(bytes + i);
        u8x16 high = LOOK_UP(table, v >> 4), low = LOOK_UP(table, v & 15);
        store16(text + 2 * i, LOW_OF(high, low));
        store16(text + 2 * i + 16, HIGH_OF(high, low));
    }
}
#else
static void write_hex(void)
{
    for (size_t i = 0; i < SIZE; i++) {
        text[2 * i] = (uint8_t)digits[bytes[i] >> 4];
        text[2 * i + 1] = (uint8_t)digits[bytes[i] & 15];
    }
}
#endif

int main(void)
{
    uint32_t sum = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        bytes[round] = (uint8_t)(round * 5);
        write_hex();
        sum = sum * 31 + text[2 * round + 1];
    }
    for (size_t i = 0; i < 2 * SIZE; i += 97)
        sum = sum * 31 + text[i];
    printf("%u\n", (unsigned)sum);
    return 0;
}
