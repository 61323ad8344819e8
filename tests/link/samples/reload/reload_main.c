/* reload_main.c - a library comes and goes a thousand times: each time it is
 * new, and no room is lost. */
#include "sample.h"

#include <dlfcn.h>

static int once(void)
{
    void *h = dlopen("libload.so", RTLD_NOW);
    if (h == NULL) {
        say("%s\n", dlerror());
        return 1;
    }
    int (*use)(void) = (int (*)(void))dlsym(h, "load_use");
    void *quiet = dlsym(h, "dep_next");
    int left = use == NULL || quiet == NULL || use();
    return left | dlclose(h);
}

int run(void)
{
    enum {
        BEFORE = 100,
        TIMES = 1000
    };
    int failed = 0;
    for (int i = 0; i < BEFORE; i++) /* what is gone may be kept for a while */
        failed |= once();
    size_t pages = memory_pages(), slots = table_slots();
    for (int i = 0; i < TIMES; i++)
        failed |= once();
    CLAIM(!failed);
    CLAIM(pages == memory_pages());
    CLAIM(slots == table_slots());
    CLAIM(dlopen("libload.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    return broken_claims();
}
