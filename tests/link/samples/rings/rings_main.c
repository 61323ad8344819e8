/* rings_main.c - opens a ring at either end, and closes it: the destructors
 * of its members still call one another, so none may go before all have ended.
 * Which of them begins first is not told here. */
#include "sample.h"

#include <dlfcn.h>

typedef int (*unary)(int);

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

static void check_ring(const char *name)
{
    void *h = dlopen(name, RTLD_NOW);
    CLAIM(h != NULL);
    if (h == NULL)
        return;
    CLAIM(((unary)dlsym(h, "tick"))(3) == 2000);
    CLAIM(((unary)dlsym(h, "tock"))(3) == 1000);
    CLAIM(*(int **)dlsym(h, "tick_sees") == dlsym(h, "tock_data"));
    CLAIM(*(int **)dlsym(h, "tock_sees") == dlsym(h, "tick_data"));
    CLAIM(is_there("libtick.so") && is_there("libtock.so"));
    CLAIM(dlclose(h) == 0);
    CLAIM(!is_there("libtick.so") && !is_there("libtock.so"));
}

int run(void)
{
    check_ring("libtick.so");
    check_ring("libtock.so");
    return broken_claims();
}
