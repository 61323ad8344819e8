/* feed_v8.c - modules and their journals, for compare_v8.mjs to run and check.
 *
 *   feed_v8 [--pairs] SEED COUNT
 *
 * Writes to stdout, for each seed: "SEED JOURNAL_BYTES MODULE_BYTES...\n", a
 * portable journal, the modules. That is one; with --pairs, two and what they
 * are when they are merged, and the journal of the merged one was the same. */
#include "journal.h"
#include "pair.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_MODULES = 3
};

static struct journal journal, merged;

static size_t make_modules(uint64_t seed, bool is_pair, struct gen_bytes *out)
{
    const uint8_t *choices = (const uint8_t *)&seed;
    struct gen_options options = {
        .with = journal_with(tn_features_default(), true)};
    if (is_pair) {
        gen_pair(choices, sizeof seed, &options, out);
        out[2] = pair_merge(out);
        return 3;
    }
    out[0] = gen_module(choices, sizeof seed, &options);
    return 1;
}

static void feed(tn_engine *engine, uint64_t seed, bool is_pair)
{
    struct gen_bytes modules[MAX_MODULES];
    size_t count = make_modules(seed, is_pair, modules);
    /* Every third collects all the time. */
    journal.gc_mode = seed % 3 == 0 ? TN_GC_STRESS : TN_GC_PRECISE;
    journal_run_set(&journal, engine, true, modules, is_pair ? 2 : 1);
    if (is_pair) {
        merged.gc_mode = journal.gc_mode;
        journal_run(&merged, engine, true, &modules[2]);
        journal_compare("apart", &journal, "merged", &merged);
    }
    printf("%" PRIu64 " %zu", seed, journal.size);
    for (size_t i = 0; i < count; i++)
        printf(" %zu", modules[i].size);
    putchar('\n');
    fwrite(journal.text, 1, journal.size, stdout);
    for (size_t i = 0; i < count; i++) {
        fwrite(modules[i].at, 1, modules[i].size, stdout);
        free(modules[i].at);
    }
}

int main(int argc, char **argv)
{
    bool is_pair = argc > 1 && strcmp(argv[1], "--pairs") == 0;
    if (argc != 3 + is_pair) {
        fputs("usage: feed_v8 [--pairs] SEED COUNT\n", stderr);
        return 2;
    }
    uint64_t first = strtoull(argv[argc - 2], NULL, 0);
    uint64_t count = strtoull(argv[argc - 1], NULL, 0);
    tn_config config = TN_CONFIG_INIT;
    tn_engine *engine;
    tn_error err = {0};
    if (tn_engine_new(&config, &engine, &err) != TN_OK) {
        fprintf(stderr, "feed_v8: %s\n", err.text);
        return 1;
    }
    for (uint64_t seed = first; seed < first + count; seed++) {
        feed(engine, seed, is_pair);
        if (ferror(stdout) != 0)
            return 1; /* the reader found a difference and went away */
    }
    tn_engine_free(engine);
    return 0;
}
