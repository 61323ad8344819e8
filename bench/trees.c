/* trees.c - what objects cost: binary trees and arrays made and dropped by a
 * guest, beside malloc and free of the same by native code.
 *
 *   trees gc.wat [DEPTH [NODES]] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- Native ------------------------------------------------------------------ */

struct node {
    void *type;
    struct node *left, *right;
};

static struct node *make(int depth)
{
    struct node *node = calloc(1, sizeof *node);
    if (node == NULL)
        abort();
    if (depth > 0) {
        node->left = make(depth - 1);
        node->right = make(depth - 1);
    }
    return node;
}

static int count_and_free(struct node *node)
{
    if (node == NULL)
        return 0;
    int count = 1 + count_and_free(node->left) + count_and_free(node->right);
    free(node);
    return count;
}

static double native_trees(int depth, int times)
{
    double start = now();
    long count = 0;
    for (int i = 0; i < times; i++)
        count += count_and_free(make(depth));
    return (now() - start) * 1e9 / (double)count;
}

/* --- Guest ------------------------------------------------------------------- */

struct guest {
    tn_engine *engine;
    tn_store *store;
    tn_instance *instance;
};

static void check(tn_status status, const tn_error *err)
{
    if (status == TN_OK)
        return;
    fprintf(stderr, "trees: %s\n", err->text);
    exit(1);
}

static tn_text read_wat(const char *path)
{
    static char source[1 << 16];
    tn_error err = {0};
    tn_text bytes;
    FILE *file = fopen(path, "rb");
    size_t size = file != NULL ? fread(source, 1, sizeof source, file) : 0;
    if (file != NULL)
        fclose(file);
    check(tn_wat_parse(source, size, &bytes, &err), &err);
    return bytes;
}

static struct guest begin(tn_text bytes)
{
    struct guest g = {0};
    tn_error err = {0};
    tn_module *module;
    tn_imports *imports;
    check(tn_engine_new(NULL, &g.engine, &err), &err);
    check(tn_store_new(g.engine, NULL, &g.store, &err), &err);
    check(tn_imports_new(g.store, &imports, &err), &err);
    check(tn_module_new_copy(g.engine, bytes.at, bytes.size, &module, &err),
          &err);
    check(tn_instance_new(g.store, module, imports, &g.instance, &err), &err);
    tn_module_free(module);
    tn_imports_free(imports);
    return g;
}

static void end(struct guest *g)
{
    tn_store_free(g->store);
    tn_engine_free(g->engine);
}

/* Nanoseconds for each of what it returns as a count. */
static double run(struct guest *g, const char *name, int a, int b)
{
    tn_func *func;
    tn_error err = {0};
    tn_val args[2] = {{.kind = TN_I32, .of.i32 = a},
                      {.kind = TN_I32, .of.i32 = b}};
    tn_val out;
    check(tn_instance_func(g->instance, name, &func, &err), &err);
    double start = now();
    check(tn_func_call(func, args, 2, &out, 1, &err), &err);
    return (now() - start) * 1e9 / out.of.i32;
}

static double collect(struct guest *g)
{
    tn_error err = {0};
    double start = now();
    check(tn_store_collect(g->store, &err), &err);
    return (now() - start) * 1e9;
}

int main(int argc, char **argv)
{
    int depth = argc > 2 ? atoi(argv[2]) : 14;
    int nodes = argc > 3 ? atoi(argv[3]) : 10000000;
    int times = nodes / ((2 << depth) - 1) + 1;
    if (argc < 2)
        return 2;
    tn_text bytes = read_wat(argv[1]);
    struct guest g = begin(bytes);
    printf("ns a node, made, counted, dropped   %6.1f\n",
           run(&g, "trees", depth, times));
    printf("the same, calloc and free, native   %6.1f\n",
           native_trees(depth, times));
    printf("heap for it, KiB                    %6llu\n",
           (unsigned long long)tn_store_gc_info(g.store).heap_bytes >> 10);
    printf("ns an array of 8 words              %6.1f\n",
           run(&g, "arrays", 8, nodes / 8) * 8);
    printf("ns an array of 10,000 words         %6.0f\n",
           run(&g, "arrays", 10000, 2000) * 10000);
    printf("ns a node that is kept, made        %6.1f\n",
           run(&g, "keep", 20, 0));
    collect(&g);
    printf("ns a live node, collecting          %6.1f\n",
           collect(&g) / ((2 << 20) - 1));
    printf("ns a node, with 2,097,151 kept      %6.1f\n",
           run(&g, "trees", depth, times));
    end(&g);
    tn_text_free(&bytes);
    return 0;
}
