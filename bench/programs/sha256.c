/* sha256.c - the compression function over a megabyte, many times: rotates,
 * additions, many locals. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t k[64];
static uint8_t data[1 << 16];

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

/* The constants are the first 32 bits of the cube roots' fractions of the
 * first 64 primes: found by bisection rather than written down. */
static uint32_t cube_root_fraction(uint32_t p)
{
    double low = 1, high = 8;
    for (int i = 0; i < 80; i++) {
        double middle = (low + high) / 2;
        if (middle * middle * middle <= p)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)((low - (uint32_t)low) * 4294967296.0);
}

static void make_constants(void)
{
    for (uint32_t p = 2, count = 0; count < 64; p++) {
        uint32_t d = 2;
        while (d * d <= p && p % d != 0)
            d++;
        if (d * d > p)
            k[count++] = cube_root_fraction(p);
    }
}

static void block(uint32_t h[8], const uint8_t *p)
{
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
               (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
               (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    memcpy(s, h, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t e = s[4], a = s[0];
        uint32_t t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                      ((e & s[5]) ^ (~e & s[6])) + k[i] + w[i];
        uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                      ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        s[7] = s[6], s[6] = s[5], s[5] = e;
        s[4] = s[3] + t1;
        s[3] = s[2], s[2] = s[1], s[1] = a;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        h[i] += s[i];
}

int main(void)
{
    uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    make_constants();
    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7 + (i >> 8));
    for (int round = 0; round < 120; round++)
        for (unsigned i = 0; i < sizeof data; i += 64)
            block(h, data + i);
    printf("sha256 %08x%08x\n", h[0], h[7]);
}
