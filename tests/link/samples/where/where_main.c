/* where_main.c - dladdr says whose an address is. */
#include "sample.h"

#include <dlfcn.h>

extern int place_data[4];
int place_function(int x);

int program_data = 1;

int program_function(void)
{
    return program_data;
}

static int is(const char *a, const char *b)
{
    return has(a, b) && has(b, a);
}

static void check(const void *address, const char *file, const char *name,
                  const void *start)
{
    Dl_info info = {0};
    int found = dladdr(address, &info);
    if (found && has(info.dli_fname, file) && is(info.dli_sname, name) &&
        info.dli_saddr == start)
        return;
    say("of %s in %s: %d %s %s\n", name, file, found,
        info.dli_fname ? info.dli_fname : "",
        info.dli_sname ? info.dli_sname : "");
    claim("dladdr names the object and the symbol", 0);
}

int run(void)
{
    check(place_data, "libplace.so", "place_data", place_data);
    check(&place_data[3], "libplace.so", "place_data", place_data);
    check((void *)place_function, "libplace.so", "place_function",
          (void *)place_function);
    check(&program_data, "where.wasm", "program_data", &program_data);
    check((void *)program_function, "where.wasm", "program_function",
          (void *)program_function);
    Dl_info info;
    int on_the_stack;
    CLAIM(dladdr(&on_the_stack, &info) == 0);
    CLAIM(dladdr((void *)8, &info) == 0);
    return broken_claims();
}
