/* libflag.c - says when it comes and when it goes. */
#include "sample.h"

int flag_value = 1;

__attribute__((constructor)) static void flag_begin(void)
{
    say("flag begins\n");
}

__attribute__((destructor)) static void flag_end(void)
{
    say("flag ends\n");
}
