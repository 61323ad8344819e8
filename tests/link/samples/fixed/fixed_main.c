/* fixed_main.c - a program with a place of its own; its libraries go around
 * it. */
#include "sample.h"

#include <dlfcn.h>

extern int fixed_value;
int fixed_function(int x);
extern int *uses_pointer;
extern int (*uses_function)(int);
int uses(int x);

int run(void)
{
    int on_the_stack = 5;
    CLAIM(uses(1) == 77 + 1 + 77);
    CLAIM(uses_pointer == &fixed_value);
    CLAIM(uses_function == fixed_function && uses_function(2) == 79);
    CLAIM(dlsym(RTLD_DEFAULT, "fixed_value") == &fixed_value);
    CLAIM(dlsym(RTLD_DEFAULT, "fixed_function") == (void *)fixed_function);
    void *h = dlopen("libuseslater.so", RTLD_NOW);
    CLAIM(h != NULL);
    if (h != NULL) {
        CLAIM(((int (*)(int))dlsym(h, "uses_later"))(on_the_stack) == 5 * 77);
        CLAIM(dlclose(h) == 0); /* its places are still kept when all ends */
    }
    return broken_claims();
}
