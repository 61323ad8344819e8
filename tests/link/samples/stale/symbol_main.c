/* symbol_main.c - keeps what dlsym gave too long. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    void *h = dlopen("libstale.so", RTLD_NOW);
    CLAIM(h != NULL);
    int (*kept)(int) = (int (*)(int))dlsym(h, "stale_function");
    CLAIM(kept(1) == 3);
    CLAIM(dlclose(h) == 0);
    CLAIM(dlsym(h, "stale_function") == NULL); /* the handle is none now */
    CLAIM(dlerror() != NULL);
    CLAIM(dlclose(h) != 0);
    say("%d broken; now it calls\n", broken_claims());
    return kept(1);
}
