/* open_main.c - dlopen, dlsym and dlerror, with a libc. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int host_value = 1000;
static int bad;

int from_main(void)
{
    return 77;
}

#define CHECK(n, e)                          \
    do {                                     \
        if (!(e)) {                          \
            printf("FAILED %d %s\n", n, #e); \
            bad++;                           \
        }                                    \
    } while (0)

typedef int (*nullary)(void);
typedef int (*unary)(int);

static void check_plug1(void *h)
{
    unary run = (unary)dlsym(h, "plug_run");
    int *value = dlsym(h, "plug_value");
    unary *fp = dlsym(h, "plug_fp");
    int **hp = dlsym(h, "plug_host_ptr");
    CHECK(1, run && value && *value == 11 && *fp == run && *hp == &host_value);
    CHECK(2, run(5) == 11 + 5 + 100 + 1000 + 1);
    CHECK(2, run(5) == 11 + 5 + 100 + 1000 + 2);
    CHECK(3, dlsym(h, "helper") != NULL);
    CHECK(4, dlsym(h, "nope") == NULL && dlerror() != NULL);
    CHECK(4, dlerror() == NULL);
    CHECK(5, dlopen("plug1.so", RTLD_NOW) == h);
    CHECK(6, dlsym(RTLD_DEFAULT, "plug_value") == NULL); /* RTLD_LOCAL */
    (void)dlerror();
}

static void check_plug2(void *h, void *h2)
{
    CHECK(7, h2 && h2 != h);
    nullary sees = (nullary)dlsym(h2, "sees_plug1");
    nullary clash = (nullary)dlsym(h2, "call_clash");
    CHECK(8, sees() == -1 && clash() == 2);
    CHECK(9, ((nullary)dlsym(h, "symbol_clash"))() == 1);
    CHECK(9, ((nullary)dlsym(h2, "symbol_clash"))() == 2);
}

static void check_refusals(void)
{
    CHECK(10, dlopen("nofile.so", RTLD_NOW) == NULL);
    char *e = dlerror();
    CHECK(11, e && strstr(e, "nofile.so"));
    CHECK(12, dlopen("bad.so", RTLD_NOW) == NULL);
    e = dlerror();
    CHECK(13, e && strstr(e, "missing_function"));
    CHECK(14, dlopen("bad.so", RTLD_LAZY) != NULL); /* its call would fail */
}

int main(void)
{
    enum {
        KEPT = 100000
    };
    char *kept = malloc(KEPT);
    memset(kept, 7, KEPT);
    void *h = dlopen("plug1.so", RTLD_NOW | RTLD_LOCAL);
    if (!h) {
        printf("dlopen: %s\n", dlerror());
        return 1;
    }
    check_plug1(h);
    check_plug2(h, dlopen("plug2.so", RTLD_NOW | RTLD_LOCAL));
    check_refusals();
    CHECK(15, dlsym(RTLD_DEFAULT, "from_main") == (void *)from_main);
    CHECK(16, dlopen("plug1.so", RTLD_NOW | RTLD_GLOBAL) == h);
    CHECK(16, dlsym(RTLD_DEFAULT, "plug_value") == dlsym(h, "plug_value"));
    for (int i = 0; i < KEPT; i++)
        CHECK(17, kept[i] == 7);
    printf("checks that failed: %d\n", bad);
    return bad;
}
