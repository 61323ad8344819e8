/* kinds_main.c - a name is of one kind, and a function of one type: the
 * linker says who thinks otherwise. */
#include "sample.h"

#include <dlfcn.h>

static void check_refused(const char *user, const char *name, const char *owner)
{
    CLAIM(dlopen(user, RTLD_NOW) == NULL);
    char *error = dlerror();
    if (has(error, name) && has(error, owner) && has(error, user))
        return;
    say("%s of %s and %s: %s\n", name, owner, user, error ? error : "");
    claim("an error names the symbol and both sides", 0);
}

int run(void)
{
    CLAIM(dlopen("libdata.so", RTLD_NOW | RTLD_GLOBAL) != NULL);
    CLAIM(dlopen("libcode.so", RTLD_NOW | RTLD_GLOBAL) != NULL);
    check_refused("libcalls.so", "thing", "libdata.so");
    check_refused("libpoints.so", "other", "libcode.so");
    check_refused("libtypes.so", "other", "libcode.so");
    return broken_claims();
}
