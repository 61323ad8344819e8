/* proposals.c - sets of proposals by name. */
#include "proposals.h"

#include <string.h>

#define WASM1 \
    (TN_FEATURE_BIT(TN_FEATURE_MVP) | TN_FEATURE_BIT(TN_FEATURE_MUTABLE_GLOBAL))
#define WASM2                                             \
    (WASM1 | TN_FEATURE_BIT(TN_FEATURE_SIGN_EXTENSION) |  \
     TN_FEATURE_BIT(TN_FEATURE_SATURATING_FLOAT_TO_INT) | \
     TN_FEATURE_BIT(TN_FEATURE_MULTI_VALUE) |             \
     TN_FEATURE_BIT(TN_FEATURE_BULK_MEMORY) |             \
     TN_FEATURE_BIT(TN_FEATURE_REFERENCE_TYPES) |         \
     TN_FEATURE_BIT(TN_FEATURE_SIMD))
#define WASM3                                          \
    (WASM2 | TN_FEATURE_BIT(TN_FEATURE_RELAXED_SIMD) | \
     TN_FEATURE_BIT(TN_FEATURE_MULTI_MEMORY) |         \
     TN_FEATURE_BIT(TN_FEATURE_MEMORY64) |             \
     TN_FEATURE_BIT(TN_FEATURE_EXTENDED_CONST) |       \
     TN_FEATURE_BIT(TN_FEATURE_TAIL_CALL) |            \
     TN_FEATURE_BIT(TN_FEATURE_FUNCTION_REFERENCES) |  \
     TN_FEATURE_BIT(TN_FEATURE_GC) | TN_FEATURE_BIT(TN_FEATURE_EXCEPTIONS))

/* A word that begins a list stands for a whole set. */
static bool find_group(const char *word, size_t size, uint64_t *out)
{
    const struct {
        const char *name;
        uint64_t set;
    } groups[] = {
        {"all", TN_FEATURE_BIT(TN_FEATURE_COUNT) - 1},
        {"default", tn_features_default()},
        {"wasm1", WASM1},
        {"mvp", WASM1},
        {"wasm2", WASM2},
        {"wasm3", WASM3},
    };
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        if (strlen(groups[i].name) == size &&
            memcmp(groups[i].name, word, size) == 0) {
            *out = groups[i].set;
            return true;
        }
    }
    return false;
}

uint64_t feature_bit(const char *name, size_t size)
{
    for (unsigned i = 0; i < TN_FEATURE_COUNT; i++) {
        const char *known = tn_feature_name((tn_feature)i);
        if (known && strlen(known) == size && memcmp(known, name, size) == 0)
            return TN_FEATURE_BIT(i);
    }
    return 0;
}

bool parse_features(const struct report *report, const char *text,
                    uint64_t *out)
{
    *out = tn_features_default();
    for (const char *at = text; *at != '\0';) {
        size_t size = strcspn(at, ",");
        bool is_less = at[0] == '-';
        uint64_t bit = feature_bit(at + is_less, size - is_less), set;
        if (bit != 0) {
            *out = is_less ? *out & ~bit : *out | bit;
        } else if (!is_less && find_group(at, size, &set)) {
            *out = at == text ? set : *out | set;
        } else {
            report_usage(report,
                         "no feature %.*s; all, default, wasm1, "
                         "wasm2, wasm3, or those that tenon run -W "
                         "help names, a minus before one takes it out",
                         (int)size, at);
            return false;
        }
        at += size + (at[size] == ',');
    }
    return true;
}
