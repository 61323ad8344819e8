/* absolute_main.c - the number is the same wherever the library lies. */
#include "sample.h"

#include <dlfcn.h>

extern char constant[];
extern char before_constant[];
char *from_data = constant;
int constant_here(void);

int run(void)
{
    CLAIM(constant == (char *)64);
    CLAIM(from_data == (char *)64);
    CLAIM(constant_here() == 64);
    CLAIM(dlsym(RTLD_DEFAULT, "constant") == (void *)64);
    CLAIM(before_constant >= (char *)1024); /* this one is an address */
    return broken_claims();
}
