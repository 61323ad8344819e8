/* full_main.c - its memory begins with 4 MiB and may not pass 8. */
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    CLAIM(memory_pages() >= 64 && memory_pages() <= 128);
    void *small = dlopen("libsmall.so", RTLD_NOW);
    CLAIM(small != NULL);
    size_t pages = memory_pages(), slots = table_slots();
    for (int i = 0; i < 3; i++) {
        CLAIM(dlopen("libhuge.so", RTLD_NOW) == NULL);
        CLAIM(has(dlerror(), "libhuge.so"));
        CLAIM(dlopen("libneedshuge.so", RTLD_NOW) == NULL);
        CLAIM(has(dlerror(), "libhuge.so"));
        CLAIM(dlopen("libneedshuge.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
        (void)dlerror();
    }
    CLAIM(pages == memory_pages());
    CLAIM(slots == table_slots());

    /* What is kept from use for a while is used when there is no other. */
    for (int i = 0; i < 3; i++) {
        CLAIM(dlclose(dlopen("libhalf.so", RTLD_NOW)) == 0);
        CLAIM(dlclose(dlopen("libotherhalf.so", RTLD_NOW)) == 0);
    }

    CLAIM(*(char *)dlsym(small, "small") == 9);
    CLAIM(dlclose(small) == 0);
    CLAIM(dlopen("libsmall.so", RTLD_NOW) != NULL);
    return broken_claims();
}
