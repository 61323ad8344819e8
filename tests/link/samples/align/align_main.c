/* align_main.c - a library gets the alignments that it asks for, each time. */
#include "sample.h"

#include <dlfcn.h>

typedef int (*nullary)(void);

int run(void)
{
    /* Something of another size is there first. */
    CLAIM(dlopen("libodd.so", RTLD_NOW) != NULL);
    for (int i = 0; i < 3; i++) {
        void *h = dlopen("libwide.so", RTLD_NOW);
        if (h == NULL) {
            say("%s\n", dlerror());
            return 1;
        }
        CLAIM((size_t)dlsym(h, "wide_data") % 4096 == 0);
        nullary first = ((nullary(*)(void))dlsym(h, "wide_first"))();
        CLAIM((size_t)first % 64 == 0 && first() == 0);
        CLAIM(dlclose(h) == 0);
    }
    return broken_claims();
}
