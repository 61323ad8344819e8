/* next_main.c - RTLD_NEXT is behind whoever asks, not behind the program. */
#include "sample.h"

#include <dlfcn.h>

int value(void);
int nothing_behind(void);
int base_is_last(void);

int run(void)
{
    CLAIM(value() == 40);
    CLAIM((int (*)(void))dlsym(RTLD_NEXT, "value") == value);
    CLAIM((int (*)(void))dlsym(RTLD_DEFAULT, "value") == value);
    CLAIM(nothing_behind());
    CLAIM(base_is_last());
    CLAIM(dlsym(RTLD_NEXT, "run") == NULL); /* only the program has it */
    (void)dlerror();
    return broken_claims();
}
