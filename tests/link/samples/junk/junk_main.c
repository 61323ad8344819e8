/* junk_main.c - opens what is no library. */
#include "sample.h"

#include <dlfcn.h>

static void check_refused(const char *name)
{
    void *h = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
    char *error = dlerror();
    if (h == NULL && has(error, name))
        return;
    say("%s: %s\n", name, error ? error : "is taken");
    claim("it is refused by name", 0);
}

int run(void)
{
    check_refused("absent.so"); /* this makes room for errors' texts */
    size_t pages = memory_pages(), slots = table_slots();
    for (int i = 0; i < 3; i++) {
        check_refused("empty.so");
        check_refused("text.so");
        check_refused("header.so");
        check_refused("cut.so");
        check_refused("other.so");
        check_refused("fixed.so");
    }
    CLAIM(pages == memory_pages());
    CLAIM(slots == table_slots());
    CLAIM(dlsym(RTLD_DEFAULT, "whole") == NULL);
    (void)dlerror();
    void *h = dlopen("libwhole.so", RTLD_NOW);
    CLAIM(h != NULL && *(int *)dlsym(h, "whole") == 6);

    /* Names of linkers are no symbols. */
    CLAIM(dlsym(h, "__wasm_call_ctors") == NULL);
    CLAIM(dlsym(h, "__wasm_apply_data_relocs") == NULL);
    CLAIM(dlsym(RTLD_DEFAULT, "memory") == NULL);
    return broken_claims();
}
