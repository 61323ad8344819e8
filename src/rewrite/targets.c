/* targets.c - the engines and versions of the standard that a module can be
 * meant for. They are data (targets.def), and only looked up here. */
#include <stddef.h>
#include <string.h>
#include <tenon.h>

/* clang-format off */
#define HAS(feature) TN_FEATURE_BIT(TN_FEATURE_##feature)
#define WASM1 (HAS(MVP) | HAS(MUTABLE_GLOBAL))
#define WASM2                                                                \
    (WASM1 | HAS(SIGN_EXTENSION) | HAS(SATURATING_FLOAT_TO_INT) |            \
     HAS(MULTI_VALUE) | HAS(BULK_MEMORY) | HAS(REFERENCE_TYPES) | HAS(SIMD))
#define WASM3                                                                \
    (WASM2 | HAS(RELAXED_SIMD) | HAS(MULTI_MEMORY) | HAS(MEMORY64) |         \
     HAS(EXTENDED_CONST) | HAS(TAIL_CALL) | HAS(FUNCTION_REFERENCES) |       \
     HAS(GC) | HAS(EXCEPTIONS))
#define TABLE "webassembly.org/features"
/* clang-format on */

static const tn_target target_rows[] = {
#define TN_TARGET(name, title, features, since, source, is_tested) \
    {name, title, since, source, features, is_tested},
#include "rewrite/targets.def"
#undef TN_TARGET
};

#undef HAS
#undef WASM1
#undef WASM2
#undef WASM3
#undef TABLE

enum {
    TARGET_COUNT = sizeof(target_rows) / sizeof(target_rows[0])
};

const tn_target *tn_target_at(size_t i)
{
    return i < TARGET_COUNT ? &target_rows[i] : NULL;
}

const tn_target *tn_target_find(const char *name)
{
    for (size_t i = 0; i < TARGET_COUNT; i++)
        if (strcmp(target_rows[i].name, name) == 0)
            return &target_rows[i];
    return NULL;
}
