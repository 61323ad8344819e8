/* pair.c - modules of gen_pair, merged. */
#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <tenon.h>

struct gen_bytes pair_merge(const struct gen_bytes modules[2])
{
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    tn_merge_input inputs[2];
    tn_merged *merged;
    tn_error err = {0};
    struct gen_bytes out = {0};
    for (size_t i = 0; i < 2; i++) {
        inputs[i].name = i == 0 ? "a" : "b";
        inputs[i].module = (tn_bytes){modules[i].at, modules[i].size};
    }
    options.features = tn_features_all();
    options.thread_count = 1;
    if (tn_merge(inputs, 2, &options, &merged, &err) != TN_OK) {
        fprintf(stderr, "pair: not merged: %s\n", err.text);
        abort();
    }
    tn_bytes bytes = tn_merged_module(merged);
    gen_raw(&out, bytes.at, bytes.size);
    tn_merged_free(merged);
    return out;
}
