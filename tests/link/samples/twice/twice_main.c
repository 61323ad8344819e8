/* twice_main.c - a file under another name is the same object. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    void *h = dlopen("libsame.so", RTLD_NOW);
    CLAIM(h != NULL);
    void *link = dlopen("liblink.so", RTLD_NOW);
    CLAIM(link == h);
    CLAIM(*(int *)dlsym(h, "same_count") == 1);
    say("closing one\n");
    CLAIM(dlclose(h) == 0);
    CLAIM(dlopen("libsame.so", RTLD_NOW | RTLD_NOLOAD) == h);
    CLAIM(dlclose(h) == 0);
    say("closing the other\n");
    CLAIM(dlclose(link) == 0);
    CLAIM(dlopen("liblink.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    return broken_claims();
}
