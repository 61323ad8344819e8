/* closes_main.c - has a library close itself while it runs. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    void *h = dlopen("libselfish.so", RTLD_NOW);
    CLAIM(h != NULL);
    int result = ((int (*)(void *))dlsym(h, "selfish_close"))(h);
    say("result: %d\n", result);
    return broken_claims();
}
