/* atomic_main.c - of a load that fails nothing is left, and it may be tried
 * again. */
#include "sample.h"

#include <dlfcn.h>

/* Nothing of a group is there: no symbol, no object, no constructor ran. */
static void check_nothing(void)
{
    CLAIM(dlsym(RTLD_DEFAULT, "needy_value") == NULL);
    CLAIM(dlsym(RTLD_DEFAULT, "undef_value") == NULL);
    CLAIM(dlsym(RTLD_DEFAULT, "good_value") == NULL);
    (void)dlerror();
    CLAIM(dlopen("libneedy.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    CLAIM(dlopen("libundef.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    CLAIM(dlopen("libgood.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
    (void)dlerror();
}

static void check_failures(void)
{
    CLAIM(dlopen("libneedy.so", RTLD_NOW | RTLD_GLOBAL) == NULL);
    CLAIM(has(dlerror(), "libgone.so"));
    check_nothing();
    CLAIM(dlopen("libundef.so", RTLD_NOW | RTLD_GLOBAL) == NULL);
    CLAIM(has(dlerror(), "provided"));
    CLAIM(dlerror() == NULL); /* it was told once */
    check_nothing();
}

int run(void)
{
    check_failures();
    size_t pages = memory_pages(), slots = table_slots();
    for (int i = 0; i < 50; i++)
        check_failures();
    CLAIM(pages == memory_pages());
    CLAIM(slots == table_slots());

    say("now with what it lacked\n");
    CLAIM(dlopen("libprovider.so", RTLD_NOW | RTLD_GLOBAL) != NULL);
    void *h = dlopen("libundef.so", RTLD_NOW);
    CLAIM(h != NULL);
    if (h != NULL)
        CLAIM(((int (*)(void))dlsym(h, "undef"))() == 42);
    return broken_claims();
}
