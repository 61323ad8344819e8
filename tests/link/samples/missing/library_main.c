/* library_main.c - does not start: a library is missing. */
#include "sample.h"

int deep_missing(void);

int run(void)
{
    say("it runs\n");
    return deep_missing();
}
