/* libtrap.c - its constructor fails, when those of its needs have run. */
#include "sample.h"

extern int good_value;
int trap_value = 6;

__attribute__((constructor)) static void trap_begin(void)
{
    say("trap begins with %d\n", good_value);
    __builtin_trap();
}
