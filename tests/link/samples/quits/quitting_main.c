/* quitting_main.c - opens what ends it; what it left to do is done. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void last(void)
{
    printf("and this is the last\n");
}

int main(void)
{
    atexit(last);
    void *h = dlopen("libquits.so", RTLD_NOW);
    printf("not reached: %d %s\n", h != NULL, dlerror());
    return 1;
}
