/* advising.c - how fast advice reads modules, phase by phase.
 *
 *   advising ROUNDS FILE...
 *
 * For each file: decoding and validating; the facts of its sections and of its
 * code (tn_rw_facts_read: the one pass); what its exports do with their
 * parameters; and what its calls hand to imports. Times are the processor's,
 * medians of the rounds; speeds are by the bytes of code, validation's too. */
#include "mod/features.h"
#include "rewrite/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum phase {
    DECODE,
    VALIDATE,
    FACTS,
    POINTERS,
    CALLS,
    PHASE_COUNT
};

static const char *const phase_names[] = {"decode", "validate", "facts",
                                          "pointers", "calls"};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static _Noreturn void end(const char *what)
{
    fprintf(stderr, "advising: %s\n", what);
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

static void check(tn_status status, const tn_error *err)
{
    if (status != TN_OK)
        end(err->text);
}

/* One round; the bytes of code. */
static size_t advise_once(const void *bytes, size_t size, double *took)
{
    struct tn_mod *mod;
    struct tn_types *types = tn_types_new(&tn_alloc_libc);
    struct tn_arena arena;
    struct tn_rw_handed handed;
    tn_error err = {0};
    double at[PHASE_COUNT + 1];
    tn_arena_init(&arena, &tn_alloc_libc);
    at[DECODE] = now();
    check(tn_mod_decode(bytes, size, tn_features_all(), &tn_alloc_libc, &mod,
                        &err),
          &err);
    check(tn_types_intern(types, mod, &err), &err);
    at[VALIDATE] = now();
    check(tn_mod_validate(mod, &err), &err);
    struct tn_rw_facts facts = {.mod = mod,
                                .alloc = &tn_alloc_libc,
                                .arena = &arena,
                                .with_hashes = true};
    at[FACTS] = now();
    check(tn_rw_facts_read(&facts, &err), &err);
    at[POINTERS] = now();
    check(tn_rw_facts_pointers(&facts, &err), &err);
    at[CALLS] = now();
    check(tn_rw_facts_calls(&facts, &handed, &err), &err);
    at[PHASE_COUNT] = now();
    for (int i = 0; i < PHASE_COUNT; i++)
        took[i] = at[i + 1] - at[i];
    size_t code_size = facts.pub.code_size;
    TN_VEC_CLEAR(&facts.code.sites, &tn_alloc_libc);
    tn_mod_free(mod);
    tn_types_free(types);
    tn_arena_clear(&arena);
    return code_size;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void advise_file(const char *path, int rounds)
{
    size_t size, code = 0;
    void *bytes = read_file(path, &size);
    double(*times)[99] = calloc(PHASE_COUNT, sizeof *times);
    if (times == NULL)
        end("out of memory");
    for (int i = 0; i < rounds; i++) {
        double took[PHASE_COUNT];
        code = advise_once(bytes, size, took);
        for (int k = 0; k < PHASE_COUNT; k++)
            times[k][i] = took[k];
    }
    const char *name = path;
    for (const char *c = path; *c != '\0'; c++)
        name = *c == '/' ? c + 1 : name;
    printf("%-28s %6.2f MB of code", name, (double)code / 1e6);
    for (int k = 0; k < PHASE_COUNT; k++) {
        qsort(times[k], (size_t)rounds, sizeof(double), compare);
        double median = times[k][rounds / 2];
        printf("  %s %.1f ms (%.0f MB/s)", phase_names[k], median * 1e3,
               (double)code / 1e6 / median);
    }
    printf("\n");
    free(times);
    free(bytes);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 0;
    if (rounds < 1 || rounds > 99 || argc < 3)
        end("usage: advising ROUNDS FILE...");
    for (int i = 2; i < argc; i++)
        advise_file(argv[i], rounds);
    return 0;
}
