/* lazy_main.c - a function is looked for when it is called. */
#include "sample.h"

#include <dlfcn.h>

typedef int (*unary)(int);

int run(void)
{
    CLAIM(dlopen("liblazy.so", RTLD_NOW) == NULL);
    char *error = dlerror();
    CLAIM(has(error, "comes_later") || has(error, "never_comes"));
    void *h = dlopen("liblazy.so", RTLD_LAZY);
    if (h == NULL) {
        say("%s\n", dlerror());
        return 1;
    }
    CLAIM(((int (*)(void))dlsym(h, "lazy_answer"))() == 42);
    CLAIM(dlopen("liblater.so", RTLD_NOW | RTLD_GLOBAL) != NULL);
    for (int i = 0; i < 3; i++) /* the second time it is bound */
        CLAIM(((unary)dlsym(h, "lazy_later"))(i) == i + 1);
    say("%d broken; now it calls what nobody has\n", broken_claims());
    return ((unary)dlsym(h, "lazy_never"))(1);
}
