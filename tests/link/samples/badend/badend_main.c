/* badend_main.c - closing tells that an end failed, and it is the end. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    for (int i = 0; i < 2; i++) {
        void *h = dlopen("libbadend.so", RTLD_NOW);
        CLAIM(h != NULL);
        CLAIM(dlclose(h) != 0);
        CLAIM(has(dlerror(), "libbadend.so"));
        CLAIM(dlopen("libbadend.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
        (void)dlerror();
    }
    return broken_claims();
}
