/* slot_main.c - keeps a pointer out of a library's own table too long. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    void *h = dlopen("libstale.so", RTLD_NOW);
    CLAIM(h != NULL);
    int (**table)(int) = dlsym(h, "stale_table");
    int (*kept)(int) = table[0];
    CLAIM(kept(1) == 2);
    CLAIM(dlclose(h) == 0);
    say("%d broken; now it calls\n", broken_claims());
    return kept(1);
}
