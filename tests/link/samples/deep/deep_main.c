/* deep_main.c - calls between modules end where calls inside one do. */
#include "sample.h"

int down(int n);

int deeper(int n)
{
    return n == 0 ? 0 : 1 + down(n - 1);
}

int run(void)
{
    CLAIM(deeper(1000) == 1000);
    say("%d broken; now without end\n", broken_claims());
    return deeper(-1);
}
