/* libopener.c - opens a library in a call, and closes it in another. */
#include "sample.h"

#include <dlfcn.h>

static void *opened;

int opener_open(const char *name)
{
    opened = dlopen(name, RTLD_NOW);
    return opened != NULL;
}

int opener_close(void)
{
    return dlclose(opened);
}

__attribute__((destructor)) static void opener_end(void)
{
    say("opener ends\n");
}
