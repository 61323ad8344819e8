/* libtaker.c - is bound to whoever gives. */
#include "sample.h"

int given(void);

int taken(void)
{
    return given();
}

__attribute__((destructor)) static void taker_end(void)
{
    say("taker ends with %d\n", taken());
}
