/* libbadend.c - fails when it ends. */
#include "sample.h"

__attribute__((destructor)) static void badend_end(void)
{
    say("badend ends\n");
    __builtin_trap();
}
