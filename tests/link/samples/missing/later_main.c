/* later_main.c - starts although functions are missing. */
#include "sample.h"

int missing_calls(int which);

int run(void)
{
    CLAIM(missing_calls(0) == 42);
    return broken_claims();
}
