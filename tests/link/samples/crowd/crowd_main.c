/* crowd_main.c - opens 200 libraries at once, each needing the next, and
 * closes them. */
#include "sample.h"

#include <dlfcn.h>

static int is_there(const char *name)
{
    void *h = dlopen(name, RTLD_NOW | RTLD_NOLOAD);
    if (h == NULL) {
        (void)dlerror();
        return 0;
    }
    dlclose(h);
    return 1;
}

int run(void)
{
    for (int i = 0; i < 3; i++) {
        void *h = dlopen("libcrowd199.so", RTLD_NOW);
        if (h == NULL) {
            say("%s\n", dlerror());
            return 1;
        }
        int (*last)(int) = (int (*)(int))dlsym(h, "crowd199");
        CLAIM(last(5) == 5 + 199 * 200 / 2);
        CLAIM(*(int *)dlsym(h, "data17") == 17);
        void *middle = dlopen("libcrowd100.so", RTLD_NOW);
        CLAIM(dlclose(h) == 0);
        CLAIM(!is_there("libcrowd101.so") && is_there("libcrowd99.so"));
        CLAIM(dlclose(middle) == 0);
        CLAIM(!is_there("libcrowd100.so") && !is_there("libcrowd0.so"));
    }
    return broken_claims();
}
