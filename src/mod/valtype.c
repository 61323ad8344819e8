/* valtype.c - value types by themselves: their proposals, their text. */
#include "mod/types.h"

/* Names of nullable abstract references, and of heap types. */
/* clang-format off */
static const struct heap_row {
    const char *ref, *heap;
    enum tn_feature feature;
} heap_rows[] = {
    [TN_HEAP_FUNC]     = {"funcref",       "func",     TN_FEATURE_REFERENCE_TYPES},
    [TN_HEAP_NOFUNC]   = {"nullfuncref",   "nofunc",   TN_FEATURE_GC},
    [TN_HEAP_EXTERN]   = {"externref",     "extern",   TN_FEATURE_REFERENCE_TYPES},
    [TN_HEAP_NOEXTERN] = {"nullexternref", "noextern", TN_FEATURE_GC},
    [TN_HEAP_ANY]      = {"anyref",        "any",      TN_FEATURE_GC},
    [TN_HEAP_EQ]       = {"eqref",         "eq",       TN_FEATURE_GC},
    [TN_HEAP_I31]      = {"i31ref",        "i31",      TN_FEATURE_GC},
    [TN_HEAP_STRUCT]   = {"structref",     "struct",   TN_FEATURE_GC},
    [TN_HEAP_ARRAY]    = {"arrayref",      "array",    TN_FEATURE_GC},
    [TN_HEAP_NONE]     = {"nullref",       "none",     TN_FEATURE_GC},
    [TN_HEAP_EXN]      = {"exnref",        "exn",      TN_FEATURE_EXCEPTIONS},
    [TN_HEAP_NOEXN]    = {"nullexnref",    "noexn",    TN_FEATURE_EXCEPTIONS},
    [TN_HEAP_BOTTOM]   = {"(ref null bottom)", "bottom", TN_FEATURE_MVP},
};

static const char *const vt_names[] = {
    [TN_VT_NONE] = "unknown", [TN_VT_I32] = "i32", [TN_VT_I64]  = "i64",
    [TN_VT_F32]  = "f32",     [TN_VT_F64] = "f64", [TN_VT_V128] = "v128",
    [TN_VT_REF]  = "",        [TN_VT_I8]  = "i8",  [TN_VT_I16]  = "i16",
};
/* clang-format on */

enum tn_feature tn_valtype_feature(tn_valtype type)
{
    if (tn_vt_of(type) == TN_VT_V128)
        return TN_FEATURE_SIMD;
    if (!tn_is_ref(type))
        return TN_FEATURE_MVP;
    uint32_t heap = tn_heap_of(type);
    if (heap >= TN_HEAP_DEFINED)
        return TN_FEATURE_FUNCTION_REFERENCES;
    enum tn_feature feature = heap_rows[heap].feature;
    bool is_plain = feature == TN_FEATURE_REFERENCE_TYPES;
    return is_plain && !tn_is_nullable(type) ? TN_FEATURE_FUNCTION_REFERENCES
                                             : feature;
}

uint32_t tn_heap_named(struct tn_str word)
{
    for (uint32_t i = 0; i < TN_HEAP_BOTTOM; i++)
        if (tn_str_is(word, heap_rows[i].heap))
            return i;
    return TN_NONE;
}

tn_valtype tn_valtype_named(struct tn_str word)
{
    for (uint32_t i = TN_VT_I32; i <= TN_VT_I16; i++)
        if (i != TN_VT_REF && tn_str_is(word, vt_names[i]))
            return i;
    for (uint32_t i = 0; i < TN_HEAP_BOTTOM; i++)
        if (tn_str_is(word, heap_rows[i].ref))
            return TN_REF(i, true);
    return TN_VT_NONE;
}

void tn_valtype_print(struct tn_buf *out, tn_valtype type)
{
    uint32_t heap = tn_heap_of(type);
    const char *null = tn_is_nullable(type) ? "null " : "";
    if (!tn_is_ref(type))
        tn_buf_str(out, tn_str_of(vt_names[tn_vt_of(type)]));
    else if (heap >= TN_HEAP_DEFINED)
        tn_buf_print(out, "(ref %s%u)", null,
                     (unsigned)(heap - TN_HEAP_DEFINED));
    else if (tn_is_nullable(type))
        tn_buf_str(out, tn_str_of(heap_rows[heap].ref));
    else
        tn_buf_print(out, "(ref %s)", heap_rows[heap].heap);
}

void tn_heaptype_print(struct tn_buf *out, uint32_t heap)
{
    if (heap >= TN_HEAP_DEFINED)
        tn_buf_print(out, "%u", (unsigned)(heap - TN_HEAP_DEFINED));
    else
        tn_buf_str(out, tn_str_of(heap_rows[heap].heap));
}

void tn_valtypes_print(struct tn_buf *out, const tn_valtype *types,
                       size_t count)
{
    tn_buf_byte(out, '(');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            tn_buf_str(out, tn_str_of(", "));
        tn_valtype_print(out, types[i]);
    }
    tn_buf_byte(out, ')');
}

void tn_functype_print(struct tn_buf *out, const tn_valtype *params,
                       size_t param_count, const tn_valtype *results,
                       size_t result_count)
{
    tn_valtypes_print(out, params, param_count);
    tn_buf_str(out, tn_str_of(" -> "));
    if (result_count == 1)
        tn_valtype_print(out, results[0]);
    else
        tn_valtypes_print(out, results, result_count);
}
