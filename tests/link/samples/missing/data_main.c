/* data_main.c - does not start: data is missing. */
#include "sample.h"

int *dataless(void);

int run(void)
{
    say("it runs\n");
    return *dataless();
}
