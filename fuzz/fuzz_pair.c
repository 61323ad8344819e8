/* fuzz_pair.c - two random modules must do the same apart and merged.
 *
 * The input makes a pair (gen.h). Two instances write a journal, and one of
 * the merged module another: they must be equal. */
#include "journal.h"
#include "pair.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

static struct journal apart, merged;
static tn_engine *engine;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_config config = TN_CONFIG_INIT;
    struct gen_options options = {
        .with = journal_with(tn_features_default(), false)};
    struct gen_bytes pair[2], both;
    if (engine == NULL && tn_engine_new(&config, &engine, NULL) != TN_OK)
        abort();
    gen_pair(data, size, &options, pair);
    both = pair_merge(pair);
    /* Places of traps are no part of it: functions have other indices. */
    journal_run_set(&apart, engine, true, pair, 2);
    journal_run(&merged, engine, true, &both);
    journal_compare("apart", &apart, "merged", &merged);
    for (size_t i = 0; i < 2; i++)
        free(pair[i].at);
    free(both.at);
    return 0;
}

size_t target_make_input(uint64_t seed, uint8_t **out)
{
    *out = malloc(sizeof seed);
    if (*out == NULL)
        abort();
    memcpy(*out, &seed, sizeof seed);
    return sizeof seed;
}
