/* features.c - the proposals: their names, how far this build has come with
 * each, and the sets that people name. */
#include "mod/features.h"

#include <string.h>

/* In the order of tn_feature. A proposal is CHECKED when validation knows all
 * of it, and RUN when the engine executes it whole. `since` is the first
 * version of WebAssembly that has it; IN_DEFAULT are those that no version has
 * and that are allowed anyway, ASKED_FOR those that only a set can allow. */
/* clang-format off */
enum { CHECKED = 1, RUN = 2 };
enum { WASM1 = 1, WASM2 = 2, WASM3 = 3, IN_DEFAULT = 4, ASKED_FOR = 5 };

static const struct feature_row {
    const char *name;
    int state, since;
} feature_rows[TN_FEATURE_COUNT] = {
    [TN_FEATURE_MVP]                     = {"mvp", RUN, WASM1},
    [TN_FEATURE_MUTABLE_GLOBAL]          = {"mutable-global", RUN, WASM1},
    [TN_FEATURE_SIGN_EXTENSION]          = {"sign-extension", RUN, WASM2},
    [TN_FEATURE_SATURATING_FLOAT_TO_INT] = {"saturating-float-to-int", RUN, WASM2},
    [TN_FEATURE_MULTI_VALUE]             = {"multi-value", RUN, WASM2},
    [TN_FEATURE_BULK_MEMORY]             = {"bulk-memory", RUN, WASM2},
    [TN_FEATURE_REFERENCE_TYPES]         = {"reference-types", RUN, WASM2},
    [TN_FEATURE_SIMD]                    = {"simd", RUN, WASM2},
    [TN_FEATURE_RELAXED_SIMD]            = {"relaxed-simd", RUN, WASM3},
    [TN_FEATURE_MULTI_MEMORY]            = {"multi-memory", RUN, WASM3},
    [TN_FEATURE_MEMORY64]                = {"memory64", RUN, WASM3},
    [TN_FEATURE_EXTENDED_CONST]          = {"extended-const", RUN, WASM3},
    [TN_FEATURE_TAIL_CALL]               = {"tail-call", RUN, WASM3},
    [TN_FEATURE_FUNCTION_REFERENCES]     = {"function-references", RUN, WASM3},
    [TN_FEATURE_GC]                      = {"gc", RUN, WASM3},
    [TN_FEATURE_EXCEPTIONS]              = {"exceptions", RUN, WASM3},
    [TN_FEATURE_LEGACY_EXCEPTIONS]       = {"legacy-exceptions", RUN, IN_DEFAULT},
    [TN_FEATURE_THREADS]                 = {"threads", RUN, IN_DEFAULT},
    [TN_FEATURE_WIDE_ARITHMETIC]         = {"wide-arithmetic", RUN, ASKED_FOR},
    [TN_FEATURE_CUSTOM_PAGE_SIZES]       = {"custom-page-sizes", RUN, ASKED_FOR},
};
/* clang-format on */

/* Those that are at least in this state, and as old as this. */
static uint64_t features_in(int state, int since)
{
    uint64_t set = 0;
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        if (feature_rows[i].state >= state && feature_rows[i].since <= since)
            set |= TN_FEATURE_BIT(i);
    return set;
}

uint64_t tn_features_default(void)
{
    return features_in(RUN, IN_DEFAULT);
}

uint64_t tn_features_all(void)
{
    return features_in(CHECKED, ASKED_FOR);
}

uint64_t tn_mod_features_run(void)
{
    return features_in(RUN, ASKED_FOR);
}

uint64_t tn_mod_features_chosen(uint64_t set)
{
    return set == TN_FEATURES_DEFAULT ? tn_features_default() : set;
}

uint64_t tn_features_of(const char *name)
{
    const struct {
        const char *name;
        uint64_t set;
    } sets[] = {
        {"wasm1", features_in(CHECKED, WASM1)},
        {"wasm2", features_in(CHECKED, WASM2)},
        {"wasm3", features_in(CHECKED, WASM3)},
        {"default", tn_features_default()},
        {"all", tn_features_all()},
    };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (strcmp(sets[i].name, name) == 0)
            return sets[i].set;
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        if (strcmp(feature_rows[i].name, name) == 0)
            return TN_FEATURE_BIT(i);
    return 0;
}

const char *tn_feature_name(tn_feature feature)
{
    return (unsigned)feature < TN_FEATURE_COUNT ? feature_rows[feature].name
                                                : NULL;
}

tn_feature tn_mod_feature_missing(uint64_t needed, uint64_t allowed)
{
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        if ((needed & ~allowed) >> i & 1)
            return (tn_feature)i;
    return TN_FEATURE_COUNT;
}
