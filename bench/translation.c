/* translation.c - how fast functions become register code.
 *
 *   translation FILE [ROUNDS]
 *
 * Each round makes a module of the file and asks for the entry of each of its
 * functions, as first calls would. Counted are the bytes of code, timed,
 * as the time of the processor, the translation alone; the median of the rounds
 * is told. */
#include "ir/code.h"
#include "rt/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <tenon.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static _Noreturn void end(const char *what)
{
    fprintf(stderr, "translation: %s\n", what);
    exit(1);
}

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        end("cannot read the file");
    *size = (size_t)ftell(file);
    rewind(file);
    void *bytes = malloc(*size);
    if (bytes == NULL || fread(bytes, 1, *size, file) != *size)
        end("cannot read the file");
    fclose(file);
    return bytes;
}

/* Seconds for all functions of a fresh module; the size of their code. */
static double translate(tn_engine *engine, const void *bytes, size_t size,
                        size_t *code_size)
{
    tn_module *module;
    tn_error err = {0};
    if (tn_module_new_borrow(engine, bytes, size, &module, &err) != TN_OK)
        end(err.text);
    const struct tn_mod *mod = module->mod;
    *code_size = 0;
    double began = now();
    for (uint32_t i = mod->func_import_count; i < mod->func_count; i++) {
        *code_size += mod->bodies[i - mod->func_import_count].code.size;
        if (tn_code_entry(module->code, i, &err) == NULL)
            end(err.text);
    }
    double took = now() - began;
    tn_module_free(module);
    return took;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    enum {
        MOST = 101
    };
    double took[MOST];
    size_t size, code_size = 0;
    int rounds = argc > 2 ? atoi(argv[2]) : 15;
    tn_engine *engine;
    if (argc < 2 || rounds < 1 || rounds > MOST)
        end("usage: translation FILE [ROUNDS]");
    if (tn_engine_new(NULL, &engine, NULL) != TN_OK)
        end("no engine");
    void *bytes = read_file(argv[1], &size);
    for (int i = 0; i < rounds; i++)
        took[i] = translate(engine, bytes, size, &code_size);
    qsort(took, (size_t)rounds, sizeof *took, by_size);
    printf("%s: %zu bytes of code in %.2f ms: %.1f MB/s\n", argv[1], code_size,
           took[rounds / 2] * 1e3, (double)code_size / took[rounds / 2] * 1e-6);
    free(bytes);
    tn_engine_free(engine);
    return 0;
}
