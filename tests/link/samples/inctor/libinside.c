/* libinside.c - is opened by a constructor. */
#include "sample.h"

extern int ends_are_told; /* the program's */
int inside_value = 0;

__attribute__((constructor)) static void inside_begin(void)
{
    inside_value = 7;
    say("inside begins\n");
}

__attribute__((destructor)) static void inside_end(void)
{
    if (ends_are_told)
        say("inside ends\n");
}
