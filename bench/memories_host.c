/* memories_host.c - what memories.mjs does, in tenon.
 *
 *   memories_host MODULE ROUNDS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>
#include <time.h>

enum {
    PASSES = 2000,
    ACCESSES = PASSES * 8192
};

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"load0",  "load1",  "load2",
                                        "store0", "store1", "store2",
                                        "chase0", "chase1", "chase2"};
    enum {
        COUNT = sizeof names / sizeof *names
    };
    static unsigned char bytes[65536];
    tn_engine *engine = NULL;
    tn_module *module = NULL;
    tn_store *store = NULL;
    tn_imports *imports = NULL;
    tn_instance *instance = NULL;
    tn_error err = {0};
    double best[COUNT];
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    size_t size = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    bool ok = tn_engine_new(NULL, &engine, &err) == TN_OK &&
              tn_module_new_copy(engine, bytes, size, &module, &err) == TN_OK &&
              tn_store_new(engine, NULL, &store, &err) == TN_OK &&
              tn_imports_new(store, &imports, &err) == TN_OK &&
              tn_instance_new(store, module, imports, &instance, &err) == TN_OK;
    for (int i = 0; i < COUNT; i++)
        best[i] = 1e9;
    for (int round = 0; ok && round < atoi(argv[2]); round++)
        for (int i = 0; ok && i < COUNT; i++) {
            tn_val passes = {TN_I32, {PASSES}}, result;
            tn_func *func = NULL;
            double began = now_ns();
            ok = tn_instance_func(instance, names[i], &func, &err) == TN_OK &&
                 tn_func_call(func, &passes, 1, &result, 1, &err) == TN_OK;
            double took = (now_ns() - began) / ACCESSES;
            best[i] = took < best[i] ? took : best[i];
        }
    for (int i = 0; ok && i < COUNT; i++)
        printf("%s %.4f\n", names[i], best[i]);
    if (!ok)
        fprintf(stderr, "memories: %s\n", err.text);
    return ok ? 0 : 1;
}
