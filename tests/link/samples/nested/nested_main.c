/* nested_main.c - who is still used stays: by handles, whoever has them, and
 * by those who are bound to it. */
#include "sample.h"

#include <dlfcn.h>

typedef int (*nullary)(void);
typedef int (*opener)(const char *);

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

static void check_bound(void)
{
    void *giver = dlopen("libgiver.so", RTLD_NOW | RTLD_GLOBAL);
    void *taker = dlopen("libtaker.so", RTLD_NOW);
    CLAIM(giver != NULL && taker != NULL);
    CLAIM(((nullary)dlsym(taker, "taken"))() == 5);
    say("closing giver\n");
    CLAIM(dlclose(giver) == 0);
    CLAIM(is_there("libgiver.so")); /* taker is bound to it */
    CLAIM(((nullary)dlsym(taker, "taken"))() == 5);
    say("closing taker\n");
    CLAIM(dlclose(taker) == 0);
    CLAIM(!is_there("libgiver.so") && !is_there("libtaker.so"));
}

static void check_handles(void)
{
    void *giver = dlopen("libgiver.so", RTLD_NOW);
    void *h = dlopen("libopener.so", RTLD_NOW);
    CLAIM(((opener)dlsym(h, "opener_open"))("libgiver.so"));
    CLAIM(dlclose(giver) == 0);
    CLAIM(is_there("libgiver.so"));
    say("opener closes\n");
    CLAIM(((nullary)dlsym(h, "opener_close"))() == 0);
    CLAIM(!is_there("libgiver.so"));

    /* It opens itself: closing the first handle does not end it. */
    CLAIM(((opener)dlsym(h, "opener_open"))("libopener.so"));
    CLAIM(dlclose(h) == 0);
    CLAIM(is_there("libopener.so"));
    say("opener's last\n");
    CLAIM(dlclose(h) == 0);
    CLAIM(!is_there("libopener.so"));
}

int run(void)
{
    check_bound();
    check_handles();
    return broken_claims();
}
