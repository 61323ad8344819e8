/* libgiver.c - gives what libtaker takes, without being needed by it. */
#include "sample.h"

int given(void)
{
    return 5;
}

__attribute__((destructor)) static void giver_end(void)
{
    say("giver ends\n");
}
