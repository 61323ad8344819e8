/* libbase.c - the last that has a value. */
#include <dlfcn.h>
#include <stddef.h>

int value(void)
{
    return 4;
}

int base_is_last(void)
{
    void *found = dlsym(RTLD_NEXT, "value");
    return found == NULL && dlerror() != NULL;
}
