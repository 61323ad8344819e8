/* order_main.c - what a library needs begins before it, and ends after. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    void *h = dlopen("libtop.so", RTLD_NOW);
    CLAIM(h != NULL);
    CLAIM(((int (*)(void))dlsym(h, "top"))() == 6);
    say("closing\n");
    CLAIM(dlclose(h) == 0);

    say("a need that others have stays\n");
    void *bottom = dlopen("libbottom.so", RTLD_NOW);
    h = dlopen("libleft.so", RTLD_NOW);
    say("closing left\n");
    CLAIM(dlclose(h) == 0);
    say("closing bottom\n");
    CLAIM(dlclose(bottom) == 0);

    say("and one that has an owner\n");
    h = dlopen("libright.so", RTLD_NOW);
    bottom = dlopen("libbottom.so", RTLD_NOW);
    say("closing bottom\n");
    CLAIM(dlclose(bottom) == 0);
    say("closing right\n");
    CLAIM(dlclose(h) == 0);
    return broken_claims();
}
