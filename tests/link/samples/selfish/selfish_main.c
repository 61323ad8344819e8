/* selfish_main.c - a constructor may open its own library. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    void *h = dlopen("libselfish.so", RTLD_NOW);
    CLAIM(h != NULL);
    CLAIM(((int (*)(void))dlsym(h, "selfish_value"))() == 12);
    CLAIM(dlclose(h) == 0);
    CLAIM(dlopen("libselfish.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    return broken_claims();
}
