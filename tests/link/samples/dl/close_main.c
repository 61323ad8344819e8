/* close_main.c - opens and closes a plugin again and again; how often is the
 * first argument. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int host_value = 1000;

int from_main(void)
{
    return 77;
}

/* Data must be as new each time, whatever the last one left there. */
static int use(void *h)
{
    int (*run)(int) = (int (*)(int))dlsym(h, "plug_run");
    int *value = dlsym(h, "plug_value");
    if (*value != 11)
        return printf("stale data %d\n", *value);
    *value = 999;
    if (run(3) != 999 + 3 + 100 + 1000 + 1)
        return printf("a wrong answer\n");
    return 0;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 3;
    int bad = 0;
    for (int i = 0; i < count; i++) {
        void *h = dlopen("plug1.so", RTLD_NOW);
        if (!h) {
            printf("dlopen: %s\n", dlerror());
            return 1;
        }
        bad += use(h) != 0;
        if (dlclose(h) != 0)
            bad += printf("dlclose: %s\n", dlerror()) > 0;
    }
    printf("checks that failed: %d\n", bad);
    return bad;
}
