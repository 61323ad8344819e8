/* target_features.c - what the result needs, in the words of toolchains.
 *
 *   target_features ::= vec(prefix:byte name)     prefix: '+' it is used
 *
 * What the inputs said is not joined but counted anew: merging adds proposals
 * (several memories) and can take some away. Specification: the tool
 * conventions' "Target Features Section"; names as LLVM and Binaryen write
 * them. */
#include "rewrite/customs.h"

#define TARGET_FEATURES "target_features"

/* In the order of their names, which is how linkers write them. A name stands
 * for each of a set: Binaryen's "gc" means typed function references too. */
static const struct feature_word {
    const char *name;
    uint64_t any_of;
} feature_words[] = {
    {"atomics", TN_FEATURE_BIT(TN_FEATURE_THREADS)},
    {"bulk-memory", TN_FEATURE_BIT(TN_FEATURE_BULK_MEMORY)},
    {"custom-page-sizes", TN_FEATURE_BIT(TN_FEATURE_CUSTOM_PAGE_SIZES)},
    {"exception-handling", TN_FEATURE_BIT(TN_FEATURE_EXCEPTIONS) |
                               TN_FEATURE_BIT(TN_FEATURE_LEGACY_EXCEPTIONS)},
    {"extended-const", TN_FEATURE_BIT(TN_FEATURE_EXTENDED_CONST)},
    {"gc", TN_FEATURE_BIT(TN_FEATURE_GC) |
               TN_FEATURE_BIT(TN_FEATURE_FUNCTION_REFERENCES)},
    {"memory64", TN_FEATURE_BIT(TN_FEATURE_MEMORY64)},
    {"multimemory", TN_FEATURE_BIT(TN_FEATURE_MULTI_MEMORY)},
    {"multivalue", TN_FEATURE_BIT(TN_FEATURE_MULTI_VALUE)},
    {"mutable-globals", TN_FEATURE_BIT(TN_FEATURE_MUTABLE_GLOBAL)},
    {"nontrapping-fptoint", TN_FEATURE_BIT(TN_FEATURE_SATURATING_FLOAT_TO_INT)},
    {"reference-types", TN_FEATURE_BIT(TN_FEATURE_REFERENCE_TYPES)},
    {"relaxed-simd", TN_FEATURE_BIT(TN_FEATURE_RELAXED_SIMD)},
    {"sign-ext", TN_FEATURE_BIT(TN_FEATURE_SIGN_EXTENSION)},
    {"simd128", TN_FEATURE_BIT(TN_FEATURE_SIMD)},
    {"tail-call", TN_FEATURE_BIT(TN_FEATURE_TAIL_CALL)},
    {"wide-arithmetic", TN_FEATURE_BIT(TN_FEATURE_WIDE_ARITHMETIC)},
};

enum {
    FEATURE_WORDS = sizeof feature_words / sizeof *feature_words
};

static bool any_says_features(const struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (tn_rw_find_custom(rw->inputs[i].mod, TARGET_FEATURES) != NULL)
            return true;
    return false;
}

void tn_rw_put_features(struct tn_rw *rw, uint64_t features)
{
    if (!any_says_features(rw))
        return;
    uint32_t count = 0;
    for (int i = 0; i < FEATURE_WORDS; i++)
        count += (features & feature_words[i].any_of) != 0;
    size_t begin = tn_rw_open_custom(&rw->out, tn_str_of(TARGET_FEATURES));
    tn_buf_uleb(&rw->out, count);
    for (int i = 0; i < FEATURE_WORDS; i++) {
        if ((features & feature_words[i].any_of) == 0)
            continue;
        tn_buf_byte(&rw->out, '+');
        tn_rw_put_name(&rw->out, tn_str_of(feature_words[i].name));
    }
    tn_rw_close(&rw->out, begin);
}
