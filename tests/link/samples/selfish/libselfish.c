/* libselfish.c - opens itself while it begins, and closes itself while it
 * runs. */
#include "sample.h"

#include <dlfcn.h>

static void *self;
static int value;

__attribute__((constructor)) static void selfish_begin(void)
{
    self = dlopen("libselfish.so", RTLD_NOW);
    CLAIM(self != NULL);
    CLAIM(dlclose(self) == 0);
    value = 12;
    say("selfish begins\n");
}

__attribute__((destructor)) static void selfish_end(void)
{
    say("selfish ends\n");
}

int selfish_value(void)
{
    return value;
}

/* Comes back to code that may be no more. */
int selfish_close(void *h)
{
    int before = value;
    int closed = dlclose(h);
    say("closed: %d\n", closed);
    return before + closed;
}
