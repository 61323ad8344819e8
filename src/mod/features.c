#include "mod/features.h"

/* In the order of tn_feature. A proposal is CHECKED when validation knows all
 * of its types, and RUN when the engine executes it whole. */
/* clang-format off */
enum { SHUT = 0, CHECKED = 1, RUN = 2 };

static const struct feature_row {
    const char *name;
    int state;
} feature_rows[TN_FEATURE_COUNT] = {
    [TN_FEATURE_MVP]                     = {"mvp", RUN},
    [TN_FEATURE_MUTABLE_GLOBAL]          = {"mutable-global", RUN},
    [TN_FEATURE_SIGN_EXTENSION]          = {"sign-extension", RUN},
    [TN_FEATURE_SATURATING_FLOAT_TO_INT] = {"saturating-float-to-int", RUN},
    [TN_FEATURE_MULTI_VALUE]             = {"multi-value", RUN},
    [TN_FEATURE_BULK_MEMORY]             = {"bulk-memory", RUN},
    [TN_FEATURE_REFERENCE_TYPES]         = {"reference-types", RUN},
    [TN_FEATURE_SIMD]                    = {"simd", SHUT},
    [TN_FEATURE_RELAXED_SIMD]            = {"relaxed-simd", SHUT},
    [TN_FEATURE_MULTI_MEMORY]            = {"multi-memory", RUN},
    [TN_FEATURE_MEMORY64]                = {"memory64", RUN},
    [TN_FEATURE_EXTENDED_CONST]          = {"extended-const", RUN},
    [TN_FEATURE_TAIL_CALL]               = {"tail-call", RUN},
    [TN_FEATURE_FUNCTION_REFERENCES]     = {"function-references", CHECKED},
    [TN_FEATURE_GC]                      = {"gc", CHECKED},
    [TN_FEATURE_EXCEPTIONS]              = {"exceptions", SHUT},
    [TN_FEATURE_LEGACY_EXCEPTIONS]       = {"legacy-exceptions", SHUT},
    [TN_FEATURE_THREADS]                 = {"threads", SHUT},
    [TN_FEATURE_WIDE_ARITHMETIC]         = {"wide-arithmetic", SHUT},
    [TN_FEATURE_CUSTOM_PAGE_SIZES]       = {"custom-page-sizes", SHUT},
};
/* clang-format on */

static uint64_t features_in_state(int state)
{
    uint64_t set = 0;
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        if (feature_rows[i].state >= state)
            set |= TN_FEATURE_BIT(i);
    return set;
}

uint64_t tn_features_default(void)
{
    return features_in_state(RUN);
}

uint64_t tn_mod_features_checked(void)
{
    return features_in_state(CHECKED);
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
