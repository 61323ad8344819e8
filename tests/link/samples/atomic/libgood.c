/* libgood.c - nothing is wrong with it, but with whom it comes. */
#include "sample.h"

int good_value = 3;

__attribute__((constructor)) static void good_begin(void)
{
    say("good begins\n");
}
