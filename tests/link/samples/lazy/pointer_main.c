/* pointer_main.c - the address of a function that nobody has is no null, and
 * calling it says whose it is. */
#include "sample.h"

#include <dlfcn.h>

typedef void (*nullary)(void);

int run(void)
{
    void *h = dlopen("libpointer.so", RTLD_LAZY);
    if (h == NULL) {
        say("%s\n", dlerror());
        return 1;
    }
    nullary never = *(nullary *)dlsym(h, "pointer_never");
    nullary nor = ((nullary(*)(void))dlsym(h, "pointer_nor"))();
    CLAIM(never != NULL && nor != NULL && never != nor);
    say("%d broken; now it calls what nobody has\n", broken_claims());
    never();
    return 0;
}
