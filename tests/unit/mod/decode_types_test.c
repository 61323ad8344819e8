#include "mod_bytes.h"

TEST(shapes_and_supertypes_are_as_written)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    CHECK_EQ(TN_OK, o.status);
    const struct tn_type_def *defs = o.mod->type_defs;
    CHECK(defs[0].comp == TN_COMP_FUNC && defs[0].param_count == 2);
    CHECK_EQ(TN_VT_I64, defs[0].params[1]);
    CHECK_EQ(TN_VT_F32, defs[0].results[0]);
    CHECK(defs[0].is_final && defs[0].super == TN_NONE);
    CHECK(defs[2].comp == TN_COMP_STRUCT && !defs[2].is_final);
    CHECK_EQ(TN_REF(TN_HEAP_DEFINED + 3, true), defs[2].fields[0].type);
    CHECK(defs[3].super == 2 && defs[3].is_final && defs[3].field_count == 2);
    CHECK(defs[3].fields[1].type == TN_VT_I8 && !defs[3].fields[1].is_mutable);
    CHECK(defs[4].comp == TN_COMP_ARRAY && defs[4].field_count == 1);
    CHECK(defs[3].group == 2 && defs[4].group == 3);
    CHECK(o.mod->groups[2].first == 2 && o.mod->groups[2].count == 2);
    CHECK(o.mod->groups[2].is_explicit && !o.mod->groups[3].is_explicit);
    CHECK(o.mod->groups[5].first == 6 && o.mod->groups[5].count == 0);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(what_is_beyond_plain_functions_needs_its_proposal)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 1, 0x5f, 0);
    check_refused(&m, 0, TN_E_FEATURE, "gc is not enabled (a struct type)");
    m = module_begin();
    SECTION_OF(&m, 1, 1, 0x4e, 0);
    check_refused(&m, 0, TN_E_FEATURE, "gc is not enabled (a recursive group)");
    m = module_begin();
    SECTION_OF(&m, 1, 1, 0x50, 0, 0x60, 0, 0);
    check_refused(&m, 0, TN_E_FEATURE, "gc is not enabled (a subtype)");
    m = module_begin();
    SECTION_OF(&m, 1, 1, 0x60, 0, 2, 0x7f, 0x7f);
    check_refused(&m, 0, TN_E_FEATURE,
                  "multi-value is not enabled (several results)");
    m = module_begin();
    SECTION_OF(&m, 1, 2, 0x60, 0, 0, 0x60, 1, 0x63, 1, 0);
    check_refused(&m, ALL_FEATURES & ~TN_FEATURE_BIT(TN_FEATURE_GC),
                  TN_E_FEATURE, "gc is not enabled (a type that names itself)");
    m = module_begin(); /* that before it was known to function references */
    SECTION_OF(&m, 1, 2, 0x60, 0, 0, 0x60, 1, 0x63, 0, 0);
    struct outcome o =
        decode_with(&m, ALL_FEATURES & ~TN_FEATURE_BIT(TN_FEATURE_GC));
    CHECK_EQ(TN_OK, o.err.status);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(malformed_types_are_refused)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 1, 0x61, 0, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed type");
    m = module_begin();
    SECTION_OF(&m, 1, 1, 0xe0, 0x7f, 0, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED,
                  "integer representation too long");
    m = module_begin();
    SECTION_OF(&m, 1, 1, 0x5e, 0x78, 2);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed mutability");
    m = module_begin();
    SECTION_OF(&m, 1, 1, 0x50, 2, 0, 0, 0x60, 0, 0);
    check_refused(&m, ALL_FEATURES, TN_E_INVALID,
                  "a sub type with several supertypes");
}

TEST(a_group_larger_than_the_section_s_count_finds_room)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 3, 0x60, 0, 0, 0x4e, 5, 0x60, 0, 0, 0x60, 0, 0, 0x60, 0,
               0, 0x60, 0, 0, 0x60, 1, 0x7f, 0, 0x60, 1, 0x7e, 0);
    struct outcome o = decode_with(&m, ALL_FEATURES);
    CHECK_EQ(7, o.mod->type_count);
    CHECK_EQ(TN_VT_I32, o.mod->type_defs[5].params[0]);
    CHECK_EQ(TN_VT_I64, o.mod->type_defs[6].params[0]);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
