/* paths_main.c - which names of files a guest may open: those below the
 * directories that were given. */
#include "sample.h"

#include <dlfcn.h>

static int refused(const char *name)
{
    void *h = dlopen(name, RTLD_NOW);
    return h == NULL && has(dlerror(), name);
}

int run(void)
{
    void *h = dlopen("libhere.so", RTLD_NOW);
    CLAIM(h != NULL);
    CLAIM(dlopen("./libhere.so", RTLD_NOW) == h);
    CLAIM(dlopen("below/../libhere.so", RTLD_NOW) == h);
    CLAIM(dlopen("below/libbelow.so", RTLD_NOW) != NULL);
    CLAIM(refused("../libabove.so"));
    CLAIM(refused("below/../../libabove.so"));
    CLAIM(refused("below"));
    CLAIM(refused("not.so"));
    CLAIM(refused("/etc/passwd"));
    return broken_claims();
}
