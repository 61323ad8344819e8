/* libpaint.c - is put before libcolour. */
#include "sample.h"

const char *colour(void)
{
    return "red";
}

int shade(void)
{
    return 5;
}

__attribute__((constructor)) static void paint_begin(void)
{
    say("paint begins\n");
}
