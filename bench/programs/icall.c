/* icall.c - calls through a table of small functions. */
#include <stdint.h>
#include <stdio.h>

typedef uint32_t fn(uint32_t, uint32_t);

static uint32_t add(uint32_t a, uint32_t b)
{
    return a + b;
}
static uint32_t mix(uint32_t a, uint32_t b)
{
    return a ^ b * 0x9e3779b1;
}
static uint32_t sub(uint32_t a, uint32_t b)
{
    return a * 3 - b;
}
static uint32_t turn(uint32_t a, uint32_t b)
{
    return (a << 5 | a >> 27) + b;
}

static fn *volatile table[4] = {add, mix, sub, turn};

int main(void)
{
    fn *functions[4];
    for (int i = 0; i < 4; i++)
        functions[i] = table[i];
    uint32_t x = 1;
    for (uint32_t i = 0; i < 24000000; i++)
        x = functions[(x >> 3 ^ i) & 3](x, i);
    printf("icall %08x\n", x);
}
