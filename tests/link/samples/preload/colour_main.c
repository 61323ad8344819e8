/* colour_main.c - asks libcolour for its colour, and dlopen's for it. */
#include "sample.h"

#include <dlfcn.h>

const char *colour(void);
int colour_hue(void);
extern int hue;
typedef const char *(*namer)(void);

int run(void)
{
    say("%s %d %d\n", colour(), colour_hue(), hue);
    CLAIM((namer)dlsym(RTLD_DEFAULT, "colour") == colour);
    void *h = dlopen("libcolour.so", RTLD_NOW | RTLD_NOLOAD);
    CLAIM(h != NULL);
    say("libcolour's own: %s\n", ((namer)dlsym(h, "colour"))());
    return broken_claims();
}
