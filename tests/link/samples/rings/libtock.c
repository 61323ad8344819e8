/* libtock.c - needs libtick, which needs it. */
#include "sample.h"

int tick(int n);
extern int tick_data;
int tock_data = 2;
int *tock_sees = &tick_data;

int tock(int n)
{
    return n == 0 ? tock_data : 10 * tick(n - 1);
}

__attribute__((constructor)) static void tock_begin(void)
{
    say("tick or tock begins\n");
}

__attribute__((destructor)) static void tock_end(void)
{
    say("tick or tock ends with %d\n", tick(0) + tock_data);
}
