#include "mod_bytes.h"

TEST(imports_come_first_in_their_index_spaces)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    const struct tn_mod *mod = o.mod;
    CHECK(tn_str_is(mod->imports[0].module, "m"));
    CHECK(tn_str_is(mod->imports[4].name, ""));
    CHECK_EQ(TN_EXTERN_TAG, mod->imports[4].kind);
    for (uint32_t i = 0; i < mod->import_count; i++)
        CHECK_EQ(0, mod->imports[i].index);
    CHECK(mod->funcs[0] == 1 && mod->funcs[1] == 1 && mod->funcs[2] == 0);
    CHECK_EQ(TN_EXTERNREF_TYPE, mod->tables[0].type);
    CHECK(mod->tables[0].limits.min == 2 && mod->tables[0].limits.max == 9);
    CHECK(mod->globals[0].is_mutable && mod->globals[0].init.size == 0);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(limits_say_all_that_their_flags_say)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    const struct tn_limits *imported = &o.mod->memories[0].limits;
    CHECK(imported->is_64 && imported->has_max && !imported->is_shared);
    const struct tn_limits *shared = &o.mod->memories[2].limits;
    CHECK(shared->is_shared && shared->min == 1 && shared->max == 2);
    const struct tn_limits *paged = &o.mod->memories[3].limits;
    CHECK(paged->has_page_size && paged->page_log2 == 0 && paged->min == 1);
    CHECK(paged->has_max && paged->max == 2);
    const struct tn_limits *open = &o.mod->memories[1].limits;
    CHECK(!open->has_max && open->max == UINT64_MAX);
    CHECK_EQ(16, o.mod->memories[1].limits.page_log2);
    CHECK(o.mod->tables[2].limits.is_64 && o.mod->tables[2].init.size == 3);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(each_proposal_is_refused_by_name)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 5, 1, 4, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "memory64 is not enabled (a 64-bit memory)");
    m = module_begin();
    SECTION_OF(&m, 4, 1, 0x70, 4, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "memory64 is not enabled (a 64-bit table)");
    m = module_begin();
    SECTION_OF(&m, 5, 2, 0, 0, 0, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "multi-memory is not enabled (multiple memories)");
    m = module_begin();
    SECTION_OF(&m, 2, 2, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "multi-memory is not enabled (multiple memories)");
    m = module_begin();
    SECTION_OF(&m, 5, 1, 3, 1, 1);
    check_refused(&m, 0, TN_E_FEATURE,
                  "threads is not enabled (a shared memory)");
    m = module_begin();
    SECTION_OF(&m, 5, 1, 8, 1, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "custom-page-sizes is not enabled (a page size)");
    m = module_begin();
    SECTION_OF(&m, 2, 1, 0, 0, 3, 0x7f, 1);
    check_refused(&m, 0, TN_E_FEATURE,
                  "mutable-global is not enabled (an imported mutable global)");
    m = module_begin();
    SECTION_OF(&m, 4, 2, 0x70, 0, 0, 0x70, 0, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "reference-types is not enabled (multiple tables)");
    m = module_begin();
    SECTION_OF(&m, 2, 2, 0, 0, 1, 0x70, 0, 0, 0, 0, 1, 0x70, 0, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "reference-types is not enabled (multiple tables)");
    m = module_begin();
    SECTION_OF(&m, 13, 1, 0, 0);
    check_refused(&m, 0, TN_E_FEATURE, "exceptions is not enabled (a tag)");
    m = module_begin(); /* both kinds have tags */
    SECTION_OF(&m, 13, 1, 0, 0);
    check_refused(&m, TN_FEATURE_BIT(TN_FEATURE_LEGACY_EXCEPTIONS),
                  TN_E_INVALID, "unknown type 0");
}

TEST(malformed_definitions_are_refused_in_the_suite_s_words)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 2, 1, 0, 0, 5);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed import kind");
    m = module_begin();
    SECTION_OF(&m, 5, 1, 16, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed limits flags");
    m = module_begin();
    SECTION_OF(&m, 4, 1, 0x70, 2, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed limits flags");
    m = module_begin();
    SECTION_OF(&m, 4, 1, 0x7f, 0, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed reference type");
    m = module_begin();
    SECTION_OF(&m, 6, 1, 0x7f, 2, 0x41, 0, 0x0b);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed mutability");
    m = module_begin();
    SECTION_OF(&m, 7, 1, 0, 5, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed export kind");
    m = module_begin();
    SECTION_OF(&m, 7, 1, 9, 'x', 0, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "length out of bounds");
}

TEST(function_types_must_exist_and_be_of_functions)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 3, 1, 0);
    check_refused(&m, ALL_FEATURES, TN_E_INVALID, "unknown type 0");
    m = module_begin();
    SECTION_OF(&m, 1, 1, 0x5f, 0);
    SECTION_OF(&m, 3, 1, 0);
    check_refused(&m, ALL_FEATURES, TN_E_INVALID,
                  "type 0 is not a function type");
}

TEST(of_two_exports_of_one_name_the_first_is_found)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 7, 2, 1, 'x', 0, 7, 1, 'x', 2, 8);
    struct outcome o = decode_with(&m, ALL_FEATURES);
    CHECK_EQ(TN_OK, o.status);
    CHECK_EQ(0, tn_mod_find_export(o.mod, tn_str_of("x")));
    CHECK_EQ(8, o.mod->exports[1].index);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
