/* libwrap.c - stands before libbase and asks for what it hides. */
#include "sample.h"

#include <dlfcn.h>

int value(void)
{
    int (*real)(void) = (int (*)(void))dlsym(RTLD_NEXT, "value");
    return real == NULL ? -1 : 10 * real();
}

int nothing_behind(void)
{
    void *found = dlsym(RTLD_NEXT, "nothing_behind");
    return found == NULL && has(dlerror(), "nothing_behind");
}
