/* trap_main.c - nor is anything left when a constructor fails. */
#include "sample.h"

#include <dlfcn.h>

static void check_failure(void)
{
    CLAIM(dlopen("libtrap.so", RTLD_NOW | RTLD_GLOBAL) == NULL);
    CLAIM(has(dlerror(), "libtrap.so"));
    CLAIM(dlsym(RTLD_DEFAULT, "trap_value") == NULL);
    CLAIM(dlsym(RTLD_DEFAULT, "good_value") == NULL);
    (void)dlerror();
    CLAIM(dlopen("libgood.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    (void)dlerror();
}

int run(void)
{
    check_failure();
    size_t pages = memory_pages(), slots = table_slots();
    check_failure();
    CLAIM(pages == memory_pages());
    CLAIM(slots == table_slots());
    return broken_claims();
}
