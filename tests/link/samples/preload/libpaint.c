/* libpaint.c - is put before libcolour. */
#include "sample.h"

const char *colour(void)
{
    return "red";
}

int hue = 20;

int shade(void)
{
    return 5;
}

__attribute__((constructor)) static void paint_begin(void)
{
    say("paint begins\n");
}
