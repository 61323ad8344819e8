/* libopened.c - is open when the program ends, and needs libended. */
#include <stdio.h>
#include <stdlib.h>

int ended(void);

static void opened_atexit(void)
{
    printf("opened: atexit of a call\n");
}

void opened_call(void)
{
    atexit(opened_atexit);
}

__attribute__((destructor)) static void opened_end(void)
{
    printf("opened ends with %d\n", ended());
}
