/* plugin_main.c - opens a library that needs those already there. */
#include "libb.h"
#include "sample.h"

#include <dlfcn.h>

int run(void)
{
    CLAIM(b_nlog == 3);
    void *h = dlopen("plugin.so", RTLD_NOW);
    if (h == NULL) {
        say("%s\n", dlerror());
        return 1;
    }
    CLAIM(b_nlog == 4 && b_log[3] == 'P');
    int **pointer = dlsym(h, "plugin_ptr");
    CLAIM(*pointer == &a_counter);
    int (*entry)(int) = (int (*)(int))dlsym(h, "plugin_entry");
    CLAIM(entry(1) == 1 + 1001 + 12 * 1000000);
    CLAIM(entry(1) == 1 + 1002 + 13 * 1000000);
    CLAIM(dlsym(RTLD_DEFAULT, "a_only_in_plugin") == NULL);
    CLAIM(dlsym(h, "a_add") == (void *)a_add);
    return broken_claims();
}
