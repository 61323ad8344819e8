/* libtick.c - needs libtock, which needs it. */
#include "sample.h"

int tock(int n);
extern int tock_data;
int tick_data = 1;
int *tick_sees = &tock_data;

int tick(int n)
{
    return n == 0 ? tick_data : 10 * tock(n - 1);
}

__attribute__((constructor)) static void tick_begin(void)
{
    say("tick or tock begins\n");
}

__attribute__((destructor)) static void tick_end(void)
{
    say("tick or tock ends with %d\n", tock(0) + tick_data);
}
