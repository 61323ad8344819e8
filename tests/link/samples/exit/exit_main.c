/* exit_main.c - how a program with libraries ends: what was left to do last
 * is done first, what libraries print is not lost. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int ended(void);

static void first(void)
{
    printf("program: the first atexit\n");
}

static void second(void)
{
    printf("program: the second atexit\n");
}

int main(void)
{
    void *h = dlopen("libopened.so", RTLD_NOW);
    if (h == NULL) {
        printf("%s\n", dlerror());
        return 1;
    }
    atexit(first);
    ((void (*)(void))dlsym(h, "opened_call"))();
    atexit(second);
    printf("main ends with %d\n", ended() + 2);
    return 3;
}
