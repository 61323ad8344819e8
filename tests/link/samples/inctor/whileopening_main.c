/* whileopening_main.c - the constructor runs while another dlopen does, and
 * the destructor closes what it opened. */
#include "sample.h"

#include <dlfcn.h>

int ends_are_told = 1;

int run(void)
{
    for (int i = 0; i < 2; i++) {
        void *h = dlopen("liboutside.so", RTLD_NOW);
        CLAIM(h != NULL);
        CLAIM(dlsym(RTLD_DEFAULT, "inside_value") == NULL);
        CLAIM(dlclose(h) == 0);
        CLAIM(dlopen("libinside.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
        (void)dlerror();
    }
    return broken_claims();
}
