/* feed_v8.c - modules and their journals, for compare_v8.mjs to run and check.
 *
 *   feed_v8 SEED COUNT
 *
 * Writes to stdout, for each seed: "SEED BYTES JOURNAL_BYTES\n", the module,
 * its portable journal. */
#include "journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct journal journal;

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: feed_v8 SEED COUNT\n", stderr);
        return 2;
    }
    uint64_t first = strtoull(argv[1], NULL, 0);
    uint64_t count = strtoull(argv[2], NULL, 0);
    tn_config config = TN_CONFIG_INIT;
    tn_engine *engine;
    tn_error err = {0};
    if (tn_engine_new(&config, &engine, &err) != TN_OK) {
        fprintf(stderr, "feed_v8: %s\n", err.text);
        return 1;
    }
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct gen_options options = {
            .with = journal_with(tn_features_default(), true)};
        struct gen_bytes bytes =
            gen_module((const uint8_t *)&seed, sizeof seed, &options);
        /* Every third collects all the time. */
        journal.gc_mode = seed % 3 == 0 ? TN_GC_STRESS : TN_GC_PRECISE;
        journal_run(&journal, engine, true, &bytes);
        printf("%" PRIu64 " %zu %zu\n", seed, bytes.size, journal.size);
        fwrite(bytes.at, 1, bytes.size, stdout);
        fwrite(journal.text, 1, journal.size, stdout);
        free(bytes.at);
        if (ferror(stdout) != 0)
            return 1; /* the reader found a difference and went away */
    }
    tn_engine_free(engine);
    return 0;
}
