/* tags_main.c - a tag is one for all modules: what one throws, another
 * catches, whether a library defines the tag or nobody does. */
#include "sample.h"

#include <dlfcn.h>

typedef void (*thrower)(int);

void throw_defined(int);
void throw_undefined(int);
int catch_it(thrower f, int x);

static void throws_nothing(int x)
{
    (void)x;
}

int run(void)
{
    CLAIM(catch_it(throw_defined, 5) == 105);
    CLAIM(catch_it(throw_undefined, 6) == 206);
    CLAIM(catch_it(throws_nothing, 7) == -1);
    void *h = dlopen("libthrows.so", RTLD_NOW);
    CLAIM(h != NULL);
    if (h != NULL)
        CLAIM(catch_it((thrower)dlsym(h, "throw_through"), 8) == 109);
    return broken_claims();
}
