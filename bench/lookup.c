/* lookup.c - what a dynamic linker's view of a module costs.
 *
 *   lookup [EXPORTS [IMPORTS]]        10,000 and 20,000
 *
 * A module is made with as many exports and imports, named as C++ does. Told
 * are the time of making its image, of finding each export by its name and
 * hash, and of not finding each import (the best of 50 rounds, as time of the
 * processor), and the bytes that stay for each. */
#include "dyn/image.h"
#include "mod/features.h"
#include "text/wat.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    ROUNDS = 50
};

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void print_module(struct tn_buf *text, int exports, int imports)
{
    tn_buf_print(text, "(import \"env\" \"__memory_base\" (global i32))");
    for (int i = 0; i < imports; i++)
        tn_buf_print(text,
                     i % 2 == 0 ? "(import \"env\" \"_ZN5other4name%dEv\" "
                                  "(func))"
                                : "(import \"GOT.mem\" \"_ZN5other4data%dE\" "
                                  "(global (mut i32)))",
                     i);
    for (int i = 0; i < exports; i++)
        tn_buf_print(text,
                     i % 2 == 0 ? "(func (export \"_ZN4some4name%dEv\"))"
                                : "(global (export \"_ZN4some4data%dE\") i32 "
                                  "(i32.const 64))",
                     i);
}

static struct tn_mod *make_module(int exports, int imports)
{
    struct tn_buf text, bytes; /* the module borrows these, to the end */
    struct tn_mod *mod;
    tn_error err = {0};
    tn_buf_init(&text, &tn_alloc_libc);
    tn_buf_init(&bytes, &tn_alloc_libc);
    print_module(&text, exports, imports);
    if (tn_text_parse((const char *)text.at, text.size, &tn_alloc_libc, &bytes,
                      &err) != TN_OK ||
        tn_mod_decode(bytes.at, bytes.size, tn_features_all(), &tn_alloc_libc,
                      &mod, &err) != TN_OK) {
        fprintf(stderr, "lookup: %s\n", err.text);
        exit(1);
    }
    return mod;
}

static double make_images(const struct tn_mod *mod, struct tn_dyn_image **out)
{
    double best = 1e18;
    *out = NULL;
    for (int i = 0; i < ROUNDS; i++) {
        tn_dyn_image_free(*out);
        double begin = now_ns();
        if (tn_dyn_image_read(mod, &tn_alloc_libc, out, NULL) != TN_OK)
            exit(1);
        double ns = now_ns() - begin;
        best = ns < best ? ns : best;
    }
    return best;
}

/* Looks for exports or for imports, all of which are found or none. */
static double find_all(const struct tn_dyn_image *image, bool is_there)
{
    const struct tn_mod *mod = image->mod;
    uint32_t count = is_there ? mod->export_count : mod->import_count;
    double best = 1e18;
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t found = 0;
        struct tn_dyn_def def;
        double begin = now_ns();
        for (uint32_t k = 0; k < count; k++)
            found += is_there
                         ? tn_dyn_find(image, mod->exports[k].name,
                                       tn_dyn_hash(mod->exports[k].name), &def)
                         : tn_dyn_find(image, mod->imports[k].name,
                                       image->refs[k].hash, &def);
        double ns = now_ns() - begin;
        if (found != (is_there ? count : 0))
            exit(1);
        best = ns < best ? ns : best;
    }
    return best / count;
}

static double table_bytes(const struct tn_dyn_image *image)
{
    size_t words = 1 + (size_t)image->bloom_mask;
    size_t each =
        sizeof *image->hashes + sizeof *image->export_of + sizeof *image->flags;
    each += image->values != NULL ? sizeof *image->values : 0;
    each += image->high_values != NULL ? sizeof *image->high_values : 0;
    return (double)(words * sizeof *image->bloom +
                    (image->bucket_count + 1) * sizeof *image->buckets +
                    image->def_count * each);
}

int main(int argc, char **argv)
{
    int exports = argc > 1 ? atoi(argv[1]) : 10000;
    int imports = argc > 2 ? atoi(argv[2]) : 20000;
    if (exports < 1 || imports < 0)
        return 2;
    struct tn_mod *mod = make_module(exports, imports);
    struct tn_dyn_image *image;
    double ns = make_images(mod, &image);
    printf("image of %d exports and %d imports: %.3f ms\n", exports, imports,
           ns / 1e6);
    printf(
        "an export hashed and found: %.1f ns; an import not found: %.1f ns\n",
        find_all(image, true), find_all(image, false));
    printf("bytes an export: %.1f; an import: %zu\n",
           table_bytes(image) / image->def_count, sizeof *image->refs);
    return 0;
}
