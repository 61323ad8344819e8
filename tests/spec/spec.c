/* spec.c - runs conformance scripts and counts.
 *
 *   spec [options] SCRIPT.json...
 *
 * Failures are printed as they come, then what passed by kind; the last line
 * is `N passed, N failed`. With --totals, fewer passed than that file says is
 * a failure, and more is too: raise it, so that it cannot fall again. */
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run {
    struct spec_options options;
    tn_config config;
    const char *totals_path;
};

static const char help[] =
    "usage: spec [options] SCRIPT.json...\n"
    "  --tier NAME       tail or loop\n"
    "  --placement NAME  of memories: auto, slot, reserved or moving\n"
    "  --check-ir        look at the register code of every body\n"
    "  --roundtrip       decode and encode each binary first\n"
    "  --words           tell where a refusal has other words\n"
    "  --strict-words    and fail there\n"
    "  --totals FILE     what must pass, by kind\n";

static bool read_placement(const char *name, tn_placement *out)
{
    static const char *const names[] = {"auto", "slot", "reserved", "moving"};
    for (size_t i = 0; i < 4; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (tn_placement)i;
            return true;
        }
    return false;
}

/* Returns where the scripts begin, 0 for wrong usage. */
static int read_options(int argc, char **argv, struct run *run)
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        const char *name = argv[i] + 2;
        if (strcmp(name, "check-ir") == 0)
            run->options.check_ir = true;
        else if (strcmp(name, "roundtrip") == 0)
            run->options.roundtrip = true;
        else if (strcmp(name, "words") == 0)
            run->options.show_words = true;
        else if (strcmp(name, "strict-words") == 0)
            run->options.show_words = run->options.strict_words = true;
        else if (++i == argc)
            return 0;
        else if (strcmp(name, "tier") == 0)
            run->config.tier = argv[i];
        else if (strcmp(name, "totals") == 0)
            run->totals_path = argv[i];
        else if (strcmp(name, "placement") != 0 ||
                 !read_placement(argv[i], &run->config.placement))
            return 0;
    }
    return i < argc ? i : 0;
}

static const char *const kind_names[] = {
#define TN_SPEC_NAME(name) #name,
    TN_SPEC_KINDS(TN_SPEC_NAME)
#undef TN_SPEC_NAME
};

/* Each line: a kind (or "scripts") and how many pass. Returns how many lines
 * are not so. */
static size_t compare_totals(FILE *file, const struct spec_tally *tally)
{
    char kind[64];
    size_t want, wrong = 0;
    while (fscanf(file, "%63s %zu", kind, &want) == 2) {
        size_t got = tally->scripts;
        for (size_t i = 0; i < SPEC_KIND_COUNT; i++)
            if (strcmp(kind_names[i], kind) == 0)
                got = tally->passed[i];
        if (got == want)
            continue;
        printf("totals: %s: %zu pass, the totals say %zu%s\n", kind, got, want,
               got > want ? ": raise it" : "");
        wrong++;
    }
    return wrong;
}

static size_t check_totals(const char *path, const struct spec_tally *tally)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        printf("totals: cannot read %s\n", path);
        return 1;
    }
    size_t wrong = compare_totals(file, tally);
    fclose(file);
    return wrong;
}

/* Returns the exit status. */
static int print_tally(const struct spec_tally *tally, size_t wrong_totals)
{
    size_t passed = 0, failed = wrong_totals;
    printf("%-22s %6zu\n", "scripts", tally->scripts);
    for (size_t i = 0; i < SPEC_KIND_COUNT; i++) {
        printf("%-22s %6zu passed, %zu failed\n", kind_names[i],
               tally->passed[i], tally->failed[i]);
        passed += tally->passed[i];
        failed += tally->failed[i];
    }
    printf("%-22s %6zu (not converted to binary)\n", "text modules",
           tally->text_skipped);
    printf("%-22s %6zu\n", "other words", tally->words_differed);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed != 0 || passed == 0;
}

int main(int argc, char **argv)
{
    struct run run = {.config = TN_CONFIG_INIT};
    struct spec_tally tally = {0};
    tn_engine *engine;
    tn_error err = {0};
    int first = read_options(argc, argv, &run);
    if (first == 0) {
        fputs(help, stderr);
        return 2;
    }
    if (tn_engine_new(&run.config, &engine, &err) != TN_OK) {
        fprintf(stderr, "spec: %s\n", err.text);
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = first; i < argc; i++)
        if (!spec_script(engine, &run.options, argv[i], &tally)) {
            printf("%s: not a script\n", argv[i]);
            tally.failed[SPEC_module]++;
        }
    tn_engine_free(engine);
    return print_tally(&tally, run.totals_path != NULL
                                   ? check_totals(run.totals_path, &tally)
                                   : 0);
}
