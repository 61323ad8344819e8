/* proposals.c - sets of proposals by name. */
#include "proposals.h"

#include <string.h>

/* tn_features_of a word that ends at a comma. */
static uint64_t set_of_word(const char *word, size_t size)
{
    char name[40];
    if (size >= sizeof(name))
        return 0;
    memcpy(name, word, size);
    name[size] = '\0';
    return tn_features_of(name);
}

uint64_t feature_bit(const char *name)
{
    uint64_t set = tn_features_of(name);
    return (set & (set - 1)) == 0 ? set : 0;
}

bool parse_features(const struct report *report, const char *text,
                    uint64_t *out)
{
    *out = tn_features_default();
    for (const char *at = text; *at != '\0';) {
        size_t size = strcspn(at, ",");
        bool is_less = at[0] == '-';
        uint64_t set = set_of_word(at + is_less, size - is_less);
        bool is_group = (set & (set - 1)) != 0;
        if (set == 0) {
            report_usage(report,
                         "no feature %.*s; all, default, wasm1, wasm2, wasm3, "
                         "or those that tenon run -W help names, a minus "
                         "before one takes it out",
                         (int)size, at);
            return false;
        }
        if (is_less && set == TN_FEATURE_BIT(TN_FEATURE_MVP)) {
            report_usage(report, "mvp cannot be taken out");
            return false;
        }
        if (is_less)
            *out &= ~set;
        else
            *out = is_group && at == text ? set : *out | set;
        at += size + (at[size] == ',');
    }
    return true;
}
