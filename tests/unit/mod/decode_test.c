#include "fault_alloc.h"
#include "mod_bytes.h"

TEST(the_smallest_module_is_empty)
{
    struct tn_buf m = module_begin();
    struct outcome o = decode_with(&m, 0);
    CHECK_EQ(TN_OK, o.status);
    CHECK_EQ(0, o.mod->section_count);
    CHECK_EQ(TN_NONE, o.mod->start);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(every_field_is_filled)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    CHECK_STR("", o.err.text);
    const struct tn_mod *mod = o.mod;
    CHECK_EQ(6, mod->type_count);
    CHECK_EQ(6, mod->group_count);
    CHECK_EQ(5, mod->import_count);
    CHECK(mod->func_count == 3 && mod->func_import_count == 1);
    CHECK(mod->table_count == 3 && mod->table_import_count == 1);
    CHECK(mod->memory_count == 4 && mod->memory_import_count == 1);
    CHECK(mod->global_count == 3 && mod->global_import_count == 1);
    CHECK(mod->tag_count == 2 && mod->tag_import_count == 1);
    CHECK_EQ(3, mod->export_count);
    CHECK_EQ(1, mod->start);
    CHECK_EQ(8, mod->elem_count);
    CHECK(mod->has_data_count && mod->data_count == 3);
    CHECK_EQ(3, mod->custom_count);
    CHECK_EQ(16, mod->section_count);
    CHECK_EQ(m.size, mod->size);
    CHECK_EQ(2, tn_mod_find_export(mod, tn_str_of("")));
    CHECK_EQ(1, tn_mod_find_export(mod, tn_str_of("b")));
    CHECK(tn_str_is(mod->name, "zoo"));
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(sections_say_where_and_what_they_are)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    const struct tn_section *types = &o.mod->sections[1];
    CHECK_EQ(TN_SECTION_TYPE, types->id);
    CHECK_EQ(6, types->count);
    CHECK_EQ(8 + 9 + 2, types->contents.offset);
    CHECK_EQ(6, o.mod->bytes[types->contents.offset]);
    CHECK_EQ(2, o.mod->sections[13].count);
    CHECK_STR("code", tn_mod_section_text(o.mod->sections[13].id));
    CHECK_STR("", tn_mod_section_text(99));
    const struct tn_custom *two = &o.mod->customs[1];
    CHECK(tn_str_is(two->name, "two"));
    CHECK(two->after == TN_SECTION_TAG && two->order == 7);
    CHECK_EQ(3, o.mod->customs[0].bytes.size);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

/* Named in exports, segments, and initializers; not by `start`, nor in code. */
TEST(functions_named_outside_of_bodies_are_referenced)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 1, 0x60, 0, 0);
    SECTION_OF(&m, 3, 6, 0, 0, 0, 0, 0, 0);
    SECTION_OF(&m, 6, 1, 0x70, 0, 0xd2, 2, 0x0b);
    SECTION_OF(&m, 7, 1, 1, 'x', 0, 0);
    SECTION_OF(&m, 8, 3);
    SECTION_OF(&m, 9, 2, 1, 0, 1, 4, 5, 0x70, 2, 0xd2, 5, 0x0b, 0xd2, 99, 0x0b);
    SECTION_OF(&m, 10, 6, 5, 0, 0xd2, 1, 0x1a, 0x0b, 2, 0, 0x0b, 2, 0, 0x0b, 2,
               0, 0x0b, 2, 0, 0x0b, 2, 0, 0x0b);
    struct outcome o = decode_with(&m, ALL_FEATURES);
    CHECK_STR("", o.err.text);
    static const bool want[6] = {true, false, true, false, true, true};
    for (uint32_t i = 0; i < 6; i++)
        CHECK_EQ(want[i], tn_mod_is_referenced(o.mod, i));
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(every_shorter_module_is_refused_or_whole)
{
    struct tn_buf m = module_of_everything();
    for (size_t n = 0; n < m.size; n++) {
        /* A copy of that size, so that a sanitizer sees a read past it. */
        struct tn_buf part;
        tn_buf_init(&part, &tn_alloc_libc);
        tn_buf_put(&part, m.at, n);
        struct outcome o = decode_with(&part, ALL_FEATURES);
        CHECK((o.status == TN_OK) == (o.mod != NULL));
        CHECK((o.status == TN_OK) == (o.err.text[0] == '\0'));
        CHECK(o.status == TN_OK || o.err.offset <= n);
        tn_mod_free(o.mod);
        tn_buf_clear(&part);
    }
    tn_buf_clear(&m);
}

TEST(every_flipped_bit_is_refused_or_understood)
{
    struct tn_buf m = module_of_everything();
    for (size_t bit = 0; bit < m.size * 8; bit++) {
        m.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        struct outcome o = decode_with(&m, ALL_FEATURES);
        CHECK((o.status == TN_OK) == (o.mod != NULL));
        CHECK((o.status == TN_OK) == (o.err.status == TN_OK));
        tn_mod_free(o.mod);
        m.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    tn_buf_clear(&m);
}

TEST(an_allocation_that_fails_leaves_nothing)
{
    struct tn_buf m = module_of_everything();
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status != TN_OK; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_mod *mod;
        tn_error err = {0};
        status = tn_mod_decode(m.at, m.size, ALL_FEATURES, &alloc, &mod, &err);
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        CHECK_EQ(status, err.status);
        CHECK((status == TN_OK) == (mod != NULL));
        tn_mod_free(mod);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        CHECK(n < 1000);
    }
    tn_buf_clear(&m);
}

static void check_header_refused(const char *why, const char *bytes,
                                 size_t size)
{
    struct tn_buf m;
    tn_buf_init(&m, &tn_alloc_libc);
    tn_buf_put(&m, bytes, size);
    check_refused(&m, 0, TN_E_MALFORMED, why);
}

TEST(a_header_must_be_whole_and_right)
{
    check_header_refused("unexpected end of section or function", "", 0);
    check_header_refused("unexpected end of section or function", "\0as", 3);
    check_header_refused("unexpected end of section or function", "\0asm\1", 5);
    check_header_refused("magic header not detected", "asm\0", 4);
    check_header_refused("unknown binary version", "\0asm\2\0\0", 8);
}

TEST(sections_have_known_ids_in_order_and_are_used_up)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 14, 0);
    check_refused(&m, 0, TN_E_MALFORMED, "malformed section id");
    m = module_begin();
    SECTION_OF(&m, 3, 0);
    SECTION_OF(&m, 1, 0);
    check_refused(&m, 0, TN_E_MALFORMED,
                  "unexpected content after last section");
    m = module_begin();
    SECTION_OF(&m, 1, 0);
    SECTION_OF(&m, 1, 0);
    check_refused(&m, 0, TN_E_MALFORMED,
                  "unexpected content after last section");
    m = module_begin();
    SECTION_OF(&m, 1, 0, 0);
    check_refused(&m, 0, TN_E_MALFORMED, "section size mismatch");
    m = module_begin();
    tn_buf_put(&m, "\1\5\0", 3);
    check_refused(&m, 0, TN_E_MALFORMED, "length out of bounds");
}

TEST(sections_that_belong_together_have_equal_lengths)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 1, 0x60, 0, 0);
    SECTION_OF(&m, 3, 1, 0);
    check_refused(&m, 0, TN_E_MALFORMED,
                  "function and code section have inconsistent lengths");
    m = module_begin();
    SECTION_OF(&m, 12, 1);
    check_refused(&m, ALL_FEATURES, TN_E_MALFORMED,
                  "data count and data section have inconsistent lengths");
}

TEST(custom_sections_may_be_many)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 0);
    for (int i = 0; i < 200000; i++)
        SECTION_OF(&m, 0, 0);
    SECTION_OF(&m, 2, 0);
    struct outcome o = decode_with(&m, 0);
    CHECK_EQ(200000, o.mod->custom_count);
    CHECK_EQ(TN_SECTION_TYPE, o.mod->customs[199999].after);
    CHECK_EQ(TN_SECTION_IMPORT, o.mod->sections[200001].id);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(the_proposals_in_use_are_noted)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 5, 1, 4, 0);
    struct outcome o = decode_with(&m, ALL_FEATURES);
    CHECK_EQ(TN_FEATURE_BIT(TN_FEATURE_MVP) |
                 TN_FEATURE_BIT(TN_FEATURE_MEMORY64),
             o.mod->features_used);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
