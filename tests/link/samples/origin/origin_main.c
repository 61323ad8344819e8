/* origin_main.c - libraries are found beside who needs them. */
#include "sample.h"

#include <dlfcn.h>

int near(void);

int run(void)
{
    CLAIM(near() == 40);
    CLAIM(dlopen("libdeep.so", RTLD_NOW | RTLD_NOLOAD) != NULL);
    return broken_claims();
}
