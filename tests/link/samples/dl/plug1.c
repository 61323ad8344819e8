/* plug1.c - a plugin that uses its host, a library of its own, and libc. */
#include <stdio.h>

extern int host_value;
int helper(void); /* of libhelp.so, which this needs */

int plug_value = 11;
static int calls[1000];

int plug_run(int x)
{
    calls[x]++;
    return plug_value + x + helper() + host_value + calls[x];
}

int (*plug_fp)(int) = plug_run;
int *plug_host_ptr = &host_value;

int symbol_clash(void)
{
    return 1;
}

__attribute__((constructor)) static void plug1_begin(void)
{
    printf("plug1 ctor\n");
}

__attribute__((destructor)) static void plug1_end(void)
{
    printf("plug1 dtor\n");
}
