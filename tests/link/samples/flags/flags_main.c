/* flags_main.c - what each flag of dlopen does. */
#include "sample.h"

#include <dlfcn.h>

int program_value = 4;

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

static int *global(const char *name)
{
    int *found = dlsym(RTLD_DEFAULT, name);
    (void)dlerror();
    return found;
}

static void check_promotion(void)
{
    CLAIM(!is_there("libflag.so"));
    void *h = dlopen("libflag.so", RTLD_NOW);
    CLAIM(is_there("libflag.so"));
    CLAIM(global("flag_value") == NULL); /* RTLD_LOCAL is the default */

    /* NOLOAD gives the same handle, counts, and promotes. */
    CLAIM(dlopen("libflag.so", RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL) == h);
    void *everything = dlopen(NULL, RTLD_NOW);
    CLAIM(dlsym(everything, "flag_value") == dlsym(h, "flag_value"));
    dlclose(everything);
    CLAIM(dlclose(h) == 0);
    CLAIM(is_there("libflag.so"));
    CLAIM(dlclose(h) == 0);
    CLAIM(!is_there("libflag.so"));
    CLAIM(global("flag_value") == NULL);

    /* LOCAL does not take back what GLOBAL gave. */
    h = dlopen("libflag.so", RTLD_NOW | RTLD_GLOBAL);
    CLAIM(dlopen("libflag.so", RTLD_NOW | RTLD_LOCAL) == h);
    everything = dlopen(NULL, RTLD_NOW);
    CLAIM(dlsym(everything, "flag_value") == dlsym(h, "flag_value"));
    dlclose(everything);
    dlclose(h);
    dlclose(h);
    CLAIM(!is_there("libflag.so"));
}

/* NODELETE holds from the first time it is said. */
static void check_nodelete(void)
{
    void *h = dlopen("libstays.so", RTLD_NOW);
    int *value = dlsym(h, "stays_value");
    CLAIM(dlopen("libstays.so", RTLD_NOW | RTLD_NODELETE) == h);
    *value = 2;
    dlclose(h);
    dlclose(h);
    CLAIM(is_there("libstays.so"));
    CLAIM(dlopen("libstays.so", RTLD_NOW) == h);
    CLAIM(*value == 2 && dlsym(h, "stays_value") == value);
}

static void check_program(void)
{
    void *h = dlopen(NULL, RTLD_NOW);
    CLAIM(h != NULL);
    CLAIM(dlsym(h, "program_value") == &program_value);
    CLAIM(global("program_value") == &program_value);
    CLAIM(dlsym(h, "stays_value") == NULL); /* opened, but not for all */
    (void)dlerror();
    CLAIM(dlclose(h) == 0);
    CLAIM(global("program_value") == &program_value);
}

static void check_mistakes(void)
{
    CLAIM(dlopen("libflag.so", RTLD_NOLOAD) == NULL); /* neither NOW nor LAZY */
    CLAIM(dlerror() != NULL);
    CLAIM(dlsym(RTLD_DEFAULT, "there_is_no_such_name") == NULL);
    CLAIM(has(dlerror(), "there_is_no_such_name"));
    CLAIM(dlerror() == NULL);
}

int run(void)
{
    check_promotion();
    check_nodelete();
    check_program();
    check_mistakes();
    return broken_claims();
}
