/* atstart_main.c - the constructor runs before the program does. */
#include "sample.h"

int ends_are_told = 0;
int outside_value(void);

__attribute__((constructor)) static void program_begin(void)
{
    say("program begins: %d\n", outside_value());
}

int run(void)
{
    CLAIM(outside_value() == 7);
    return broken_claims();
}
