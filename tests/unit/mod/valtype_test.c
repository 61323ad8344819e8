#include "mod/types.h"
#include "tn_test.h"

static void check_text(const char *want, tn_valtype type)
{
    struct tn_buf out;
    tn_buf_init(&out, &tn_alloc_libc);
    tn_valtype_print(&out, type);
    tn_buf_byte(&out, 0);
    CHECK_STR(want, (const char *)out.at);
    tn_buf_clear(&out);
}

TEST(value_types_print_as_the_text_format_has_them)
{
    check_text("i32", TN_VT_I32);
    check_text("v128", TN_VT_V128);
    check_text("i8", TN_VT_I8);
    check_text("funcref", TN_FUNCREF_TYPE);
    check_text("(ref func)", TN_REF(TN_HEAP_FUNC, false));
    check_text("nullexternref", TN_REF(TN_HEAP_NOEXTERN, true));
    check_text("(ref none)", TN_REF(TN_HEAP_NONE, false));
    check_text("(ref null 3)", TN_REF(TN_HEAP_DEFINED + 3, true));
    check_text("(ref 0)", TN_REF(TN_HEAP_DEFINED, false));
}

TEST(function_types_print_as_an_arrow)
{
    static const tn_valtype types[] = {TN_VT_I32, TN_VT_I64, TN_VT_F64};
    struct tn_buf out;
    tn_buf_init(&out, &tn_alloc_libc);
    tn_functype_print(&out, types, 2, types + 2, 1);
    tn_buf_byte(&out, ' ');
    tn_functype_print(&out, types, 0, types, 2);
    tn_buf_byte(&out, 0);
    CHECK_STR("(i32, i64) -> f64 () -> (i32, i64)", (const char *)out.at);
    tn_buf_clear(&out);
}

TEST(each_type_names_its_proposal)
{
    CHECK_EQ(TN_FEATURE_MVP, tn_valtype_feature(TN_VT_F64));
    CHECK_EQ(TN_FEATURE_SIMD, tn_valtype_feature(TN_VT_V128));
    CHECK_EQ(TN_FEATURE_REFERENCE_TYPES, tn_valtype_feature(TN_FUNCREF_TYPE));
    CHECK_EQ(TN_FEATURE_FUNCTION_REFERENCES,
             tn_valtype_feature(TN_REF(TN_HEAP_FUNC, false)));
    CHECK_EQ(TN_FEATURE_FUNCTION_REFERENCES,
             tn_valtype_feature(TN_REF(TN_HEAP_DEFINED + 9, true)));
    CHECK_EQ(TN_FEATURE_GC, tn_valtype_feature(TN_REF(TN_HEAP_EQ, true)));
    CHECK_EQ(TN_FEATURE_EXCEPTIONS,
             tn_valtype_feature(TN_REF(TN_HEAP_EXN, true)));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
