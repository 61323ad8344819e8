/* libended.c - is needed by the program, and ends after it. */
#include <stdio.h>
#include <stdlib.h>

static void ended_atexit(void)
{
    printf("ended: atexit of its constructor\n");
}

int ended(void)
{
    return 1;
}

__attribute__((constructor)) static void ended_begin(void)
{
    printf("ended begins\n");
    atexit(ended_atexit);
}

__attribute__((destructor)) static void ended_end(void)
{
    printf("ended ends\n");
}
