/* queens.c - ways to place queens: deep recursion over bit masks in 64 bits. */
#include <stdint.h>
#include <stdio.h>

static uint64_t place(uint64_t columns, uint64_t left, uint64_t right,
                      uint64_t all)
{
    if (columns == all)
        return 1;
    uint64_t ways = 0;
    for (uint64_t free = all & ~(columns | left | right); free != 0;
         free &= free - 1) {
        uint64_t bit = free & -free;
        ways +=
            place(columns | bit, (left | bit) << 1, (right | bit) >> 1, all);
    }
    return ways;
}

int main(void)
{
    printf("queens %llu\n", (unsigned long long)place(0, 0, 0, (1 << 13) - 1));
}
