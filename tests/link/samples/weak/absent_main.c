/* absent_main.c - calls the weak function that nobody has. */
#include "sample.h"

int first_calls_absent(void);

int run(void)
{
    say("now it calls\n");
    return first_calls_absent();
}
