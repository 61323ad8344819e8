/* libsame.c - has several names, but is one. */
#include "sample.h"

int same_count;

__attribute__((constructor)) static void same_begin(void)
{
    same_count++;
    say("same begins\n");
}

__attribute__((destructor)) static void same_end(void)
{
    say("same ends\n");
}
