/* types_main.c - bound lazily, the type matters when the call comes. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    CLAIM(dlopen("libcode.so", RTLD_NOW | RTLD_GLOBAL) != NULL);
    void *h = dlopen("libtypes.so", RTLD_LAZY);
    if (h == NULL) {
        say("%s\n", dlerror());
        return 1;
    }
    CLAIM(((int (*)(void))dlsym(h, "types_answer"))() == 42);
    say("now it calls\n");
    return ((int (*)(void))dlsym(h, "types_call"))();
}
