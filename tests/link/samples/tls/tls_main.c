/* tls_main.c - what is thread-local is found over libraries, by its one
 * thread. Answers 0, or the number of the first check that fails. */
#include "sample.h"

#include <dlfcn.h>

extern _Thread_local int tls_shared;
extern _Thread_local int *tls_pointer;
int *tls_address(void);
int tls_bump(void);

_Thread_local int program_tls = 3;

#define CHECK(n, e)   \
    do {              \
        if (!(e))     \
            return n; \
    } while (0)

int run(void)
{
    CHECK(1, tls_shared == 7 && program_tls == 3);
    CHECK(2, tls_address() == &tls_shared);
    CHECK(3, *tls_pointer == 5);
    CHECK(4, tls_bump() == 8 + 101 + 5);
    tls_shared = 50;
    CHECK(5, tls_bump() == 51 + 102 + 5);
    void *h = dlopen("liblatetls.so", RTLD_NOW);
    CHECK(6, h != NULL);
    int (*late)(void) = (int (*)(void))dlsym(h, "late_bump");
    CHECK(7, late() == 31 + 51 && late() == 32 + 51);
    CHECK(8, dlsym(h, "tls_shared") == &tls_shared);
    CHECK(9, dlclose(h) == 0);
    h = dlopen("liblatetls.so", RTLD_NOW);
    late = (int (*)(void))dlsym(h, "late_bump");
    CHECK(10, late() == 31 + 51);
    return 0;
}
