/* scope_main.c - who is found by a name: first those that all see, in the
 * order in which they came to be seen; then the group of the asker. */
#include "sample.h"

#include <dlfcn.h>

typedef int (*nullary)(void);

static int ask(void *h, const char *name)
{
    nullary f = (nullary)dlsym(h, name);
    return f == NULL ? 0 : f();
}

/* Its own group, as long as nobody else is seen. */
static void check_group(void)
{
    void *beta = dlopen("libbeta.so", RTLD_NOW | RTLD_LOCAL);
    void *h = dlopen("libasks.so", RTLD_NOW | RTLD_LOCAL);
    CLAIM(ask(h, "asks_call") == 'a' && ask(h, "asks_pointer") == 'a');
    CLAIM(ask(h, "asks_next") == 'a');
    CLAIM(ask(h, "who") == 'a' && ask(beta, "who") == 'b');
    dlclose(h);
    dlclose(beta);
}

/* All see beta first: so does who needs alpha. */
static void check_global_first(void)
{
    void *beta = dlopen("libbeta.so", RTLD_NOW | RTLD_GLOBAL);
    void *h = dlopen("libasks.so", RTLD_NOW | RTLD_LOCAL);
    CLAIM(ask(h, "asks_call") == 'b' && ask(h, "asks_pointer") == 'b');
    CLAIM(ask(h, "asks_next") == 'a'); /* behind itself, in its group */
    CLAIM(ask(h, "who") == 'a');       /* by handle: its own tree only */
    dlclose(h);
    dlclose(beta);
}

/* Who was there first but was seen later is second. */
static void check_promotion(void)
{
    void *alpha = dlopen("libalpha.so", RTLD_NOW | RTLD_LOCAL);
    void *beta = dlopen("libbeta.so", RTLD_NOW | RTLD_GLOBAL);
    CLAIM(dlopen("libalpha.so", RTLD_NOW | RTLD_GLOBAL) == alpha);
    void *all = dlopen(NULL, RTLD_NOW);
    CLAIM(ask(all, "who") == 'b');
    dlclose(all);
    dlclose(beta);
    all = dlopen(NULL, RTLD_NOW);
    CLAIM(ask(all, "who") == 'a');
    dlclose(all);
    dlclose(alpha);
    dlclose(alpha);
    all = dlopen(NULL, RTLD_NOW);
    CLAIM(ask(all, "who") == 0);
    (void)dlerror();
}

/* Step by step, not branch by branch. */
static void check_breadth(void)
{
    void *h = dlopen("libwideone.so", RTLD_NOW);
    CLAIM(ask(h, "depth") == 1 && ask(h, "wide_depth") == 1);
    void *first = dlopen("libfirststep.so", RTLD_NOW);
    CLAIM(ask(first, "depth") == 2);
    dlclose(first);
    dlclose(h);
}

int run(void)
{
    check_group();
    check_global_first();
    check_promotion();
    check_breadth();
    return broken_claims();
}
