#include "mod_bytes.h"

TEST(element_segments_of_all_eight_kinds)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    CHECK_EQ(TN_OK, o.status);
    static const enum tn_segment_mode modes[8] = {
        TN_SEGMENT_ACTIVE,      TN_SEGMENT_PASSIVE,    TN_SEGMENT_ACTIVE,
        TN_SEGMENT_DECLARATIVE, TN_SEGMENT_ACTIVE,     TN_SEGMENT_PASSIVE,
        TN_SEGMENT_ACTIVE,      TN_SEGMENT_DECLARATIVE};
    static const uint32_t tables[8] = {0, 0, 1, 0, 0, 0, 2, 0};
    for (uint8_t i = 0; i < 8; i++) {
        const struct tn_elem_def *elem = &o.mod->elems[i];
        CHECK_EQ(i, elem->flags);
        CHECK_EQ(modes[i], elem->mode);
        CHECK_EQ(tables[i], elem->table_index);
        CHECK((elem->funcs != NULL) == (i < 4));
        CHECK((elem->exprs != NULL) == (i >= 4));
        CHECK((elem->offset.size > 0) == (modes[i] == TN_SEGMENT_ACTIVE));
    }
    CHECK_EQ(TN_REF(TN_HEAP_FUNC, false), o.mod->elems[1].type);
    CHECK_EQ(TN_FUNCREF_TYPE, o.mod->elems[4].type);
    CHECK_EQ(TN_EXTERNREF_TYPE, o.mod->elems[5].type);
    CHECK_EQ(1, o.mod->elems[0].funcs[1]);
    CHECK_EQ(3, o.mod->elems[4].exprs[0].size);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(data_segments_of_all_three_kinds)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    const struct tn_data_def *datas = o.mod->datas;
    CHECK(datas[0].mode == TN_SEGMENT_ACTIVE && datas[0].bytes.size == 2);
    CHECK_EQ('h', o.mod->bytes[datas[0].bytes.offset]);
    CHECK(datas[1].mode == TN_SEGMENT_PASSIVE && datas[1].offset.size == 0);
    CHECK(datas[2].memory_index == 1 && datas[2].bytes.size == 0);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(malformed_segments_are_refused)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 9, 1, 8, 0, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED,
                  "malformed elements segment kind");
    m = module_begin();
    SECTION_OF(&m, 9, 1, 1, 1, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED, "malformed element kind");
    m = module_begin();
    SECTION_OF(&m, 11, 1, 3, 0);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED,
                  "malformed data segment kind");
    m = module_begin();
    SECTION_OF(&m, 11, 1, 1, 9, 'x');
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED,
                  "unexpected end of section or function");
    m = module_begin();
    SECTION_OF(&m, 11, 1, 1, 0);
    check_refused(&m, 0, TN_E_FEATURE,
                  "bulk-memory is not enabled (a segment with flags)");
    m = module_begin();
    SECTION_OF(&m, 9, 1, 3, 0, 0);
    check_refused(
        &m, ALL_FEATURES & ~TN_FEATURE_BIT(TN_FEATURE_REFERENCE_TYPES),
        TN_E_FEATURE, "reference-types is not enabled (a declarative segment)");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
