#include "mod_bytes.h"

TEST(a_great_count_without_the_bytes_for_it_takes_no_memory)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 7, 0xc0, 0x84, 0x3d, 1, 'a', 0, 0); /* 1,000,000 exports */
    check_refused(&m, 0, TN_E_MALFORMED,
                  "unexpected end of section or function");
}

TEST(a_count_over_the_limit_is_refused_before_it_is_read)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 5, 0xe9, 7, 0, 0); /* 1001 memories */
    check_refused(&m, ALL_FEATURES, TN_E_LIMIT,
                  "1001 memories, at most 1000 are allowed");
    m = module_begin();
    SECTION_OF(&m, 3, 0xc1, 0x84, 0x3d, 0);
    check_refused(&m, ALL_FEATURES, TN_E_LIMIT,
                  "1000001 functions, at most 1000000 are allowed");
    m = module_begin();
    SECTION_OF(&m, 1, 1, 0x60, 0xe9, 7, 0, 0);
    check_refused(&m, ALL_FEATURES, TN_E_LIMIT,
                  "1001 parameters, at most 1000 are allowed");
}

TEST(an_expression_ends_at_its_own_end)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 6, 1, 0x7f, 0, 0x02, 0x40, 0x0b, 0x41, 7, 0x0b);
    struct outcome o = decode_with(&m, 0);
    CHECK_EQ(TN_OK, o.status);
    CHECK_EQ(6, o.mod->globals[0].init.size);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
    m = module_begin();
    SECTION_OF(&m, 6, 1, 0x7f, 0, 0x41, 7);
    check_refused(&m, 0, TN_E_MALFORMED,
                  "unexpected end of section or function");
}

TEST(types_of_proposals_that_are_off_are_refused)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 6, 1, 0x7b, 0, 0x0b);
    check_refused(&m, 0, TN_E_FEATURE, "simd is not enabled (a v128 type)");
    m = module_begin();
    SECTION_OF(&m, 4, 1, 0x6f, 0, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "reference-types is not enabled (a reference type)");
    m = module_begin();
    SECTION_OF(&m, 4, 1, 0x64, 0x70, 0, 0);
    check_refused(&m, TN_FEATURE_BIT(TN_FEATURE_REFERENCE_TYPES), TN_E_FEATURE,
                  "function-references is not enabled (a reference type)");
}

TEST(a_table_of_funcref_is_older_than_all_proposals)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 4, 1, 0x70, 0, 0);
    struct outcome o = decode_with(&m, 0);
    CHECK_EQ(TN_OK, o.status);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
