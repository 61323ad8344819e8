/* fuzz_run.c - a random module must do the same in every engine.
 *
 * The input makes a module (gen.h). Each way to run it - tiers, placements of
 * memories, modes of the collector - writes its journal, and the journals must
 * be equal. Each body's register code is checked as well, whether it runs or
 * not. */
#include "journal.h"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct way {
    const char *tier;
    tn_placement placement;
    tn_gc_mode gc_mode;
    tn_engine *engine; /* made at first use; null if this build has it not */
};

static struct way ways[] = {
    {NULL, TN_PLACE_AUTO, TN_GC_PRECISE, NULL},
    {"tail", TN_PLACE_SLOT, TN_GC_STRESS, NULL},
    {"loop", TN_PLACE_AUTO, TN_GC_STRESS, NULL},
    {NULL, TN_PLACE_RESERVED, TN_GC_CONSERVATIVE, NULL},
    {NULL, TN_PLACE_MOVING, TN_GC_PRECISE, NULL},
    {"loop", TN_PLACE_MOVING, TN_GC_PRECISE, NULL},
};
enum {
    WAYS = sizeof ways / sizeof *ways
};

static struct journal journals[WAYS];

static bool make_engine(struct way *way)
{
    tn_config config = TN_CONFIG_INIT;
    config.tier = way->tier;
    config.placement = way->placement;
    if (way->engine == NULL)
        tn_engine_new(&config, &way->engine, NULL);
    return way->engine != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gen_options options = {
        .with = journal_with(tn_features_default(), false)};
    struct gen_bytes bytes = gen_module(data, size, &options);
    for (size_t i = 0; i < WAYS; i++) {
        if (!make_engine(&ways[i]))
            continue;
        journal_check_code(ways[i].engine, &bytes);
        journals[i].gc_mode = ways[i].gc_mode;
        journal_run(&journals[i], ways[i].engine, false, &bytes);
        char name[64];
        snprintf(name, sizeof name, "%s, placement %d",
                 ways[i].tier != NULL ? ways[i].tier : "default",
                 (int)ways[i].placement);
        journal_compare("the first way", &journals[0], name, &journals[i]);
    }
    free(bytes.at);
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
