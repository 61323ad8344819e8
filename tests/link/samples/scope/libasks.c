/* libasks.c - needs libalpha, and asks for the name in each way. */
#include "sample.h"

#include <dlfcn.h>

int who(void);

int asks_call(void)
{
    return who();
}

int asks_pointer(void)
{
    int (*volatile pointer)(void) = who;
    return pointer();
}

int asks_next(void)
{
    int (*next)(void) = (int (*)(void))dlsym(RTLD_NEXT, "who");
    return next == NULL ? 0 : next();
}
