/* liboutside.c - opens another library when it begins, and uses it there. */
#include "sample.h"

#include <dlfcn.h>

extern int ends_are_told; /* the program's */
static void *inside;

int outside_value(void)
{
    int *value = inside == NULL ? NULL : dlsym(inside, "inside_value");
    return value == NULL ? -1 : *value;
}

__attribute__((constructor)) static void outside_begin(void)
{
    inside = dlopen("libinside.so", RTLD_NOW);
    say("outside begins: %d\n", outside_value());
}

__attribute__((destructor)) static void outside_end(void)
{
    if (ends_are_told)
        say("outside ends: %d\n", outside_value());
    dlclose(inside);
}
