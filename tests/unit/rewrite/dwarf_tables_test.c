#include "dwarf_by_hand.h"

/* A unit that has no entries, for tables to name. */
#define UNIT 7, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4

TEST(address_ranges_name_a_unit_and_functions)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 0);
    DWARF(&c, ".debug_info", UNIT);
    DWARF(&c, ".debug_aranges", 36, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0,
          2, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF_AT(&c, ".debug_aranges", 0, 36, 0, 0, 0, 2, 0, 16, 0, 0, 0, 4,
                   0, 0, 0, 0, 0, 6, 0, 0, 0, 4, 0, 0, 0, 11, 0, 0, 0, 3, 0, 0,
                   0, 0, 0, 0, 0, 0, 0, 0, 0);
    dwarf_clear(&c);
}

TEST(public_names_name_a_unit)
{
    static const char *const names[] = {
        ".debug_pubnames",
        ".debug_pubtypes",
        ".debug_gnu_pubnames",
        ".debug_gnu_pubtypes",
    };
    static const uint8_t table[] = {20, 0, 0, 0, 2, 0, 0,   0, 0, 0, 11, 0,
                                    0,  0, 5, 0, 0, 0, 'x', 0, 0, 0, 0,  0};
    for (size_t i = 0; i < 4; i++) {
        struct dwarf_case c;
        dwarf_begin(&c);
        DWARF(&c, ".debug_abbrev", 0);
        DWARF(&c, ".debug_info", UNIT);
        dwarf_put(&c.second, names[i], table, sizeof table);
        CHECK_STR("", dwarf_end(&c));
        struct tn_range now = hand_custom(&c.h, names[i]);
        CHECK_EQ(sizeof table, now.size);
        CHECK_EQ(16, c.h.rw.out.at[now.offset + 6]);
        CHECK_EQ(11, c.h.rw.out.at[now.offset + 10]);
        dwarf_clear(&c);
    }
}

/* One unit, a foreign type, a bucket, one name; a text of two bytes. */
#define NAME_INDEX(unit, text)                                                \
    64, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,  \
        1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 'h', 'i', 0, 0, unit, 0, 0, 0, 1, \
        2, 3, 4, 5, 6, 7, 8, /* foreign */                                    \
        1, 0, 0, 0, 9, 9, 9, 9, text, 0, 0, 0, 0, 0, 0, 0

TEST(an_index_of_names_names_units_and_texts)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 0);
    DWARF(&c, ".debug_info", UNIT);
    DWARF(&c, ".debug_str", 'x', 0);
    DWARF(&c, ".debug_names", NAME_INDEX(0, 1));
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF_AT(&c, ".debug_names", 0, NAME_INDEX(16, 17));
    dwarf_clear(&c);
}

TEST(macros_name_lines_texts_and_each_other)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_line", 12, 0, 0, 0, 3, 0, 5, 0, 0, 0, 1, 1, 1, 1, 1, 1);
    DWARF(&c, ".debug_str", 'x', 0);
    DWARF(&c, ".debug_macro", 5, 0, 2, 0, 0, 0, 0, 3, 0, 1, 1, 1, 'x', 0, 5, 1,
          1, 0, 0, 0, 7, 0, 0, 0, 0, 4, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF_AT(&c, ".debug_macro", 0, 5, 0, 2, 16, 0, 0, 0, 3, 0, 1, 1, 1,
                   'x', 0, 5, 1, 17, 0, 0, 0, 7, 0, 0, 0, 0, 4, 0);
    dwarf_clear(&c);
}

static void check_table(const char *why, const char *name, const uint8_t *bytes,
                        size_t size)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 0);
    DWARF(&c, ".debug_info", UNIT);
    dwarf_put(&c.second, name, bytes, size);
    CHECK_STR(why, dwarf_end(&c));
    dwarf_clear(&c);
}

#define BYTES(...) \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

TEST(tables_that_cannot_be_are_a_reason)
{
    check_table(".debug_aranges has segments", ".debug_aranges",
                BYTES(8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4, 1));
    check_table(".debug_aranges names offset 0x63 of .debug_info, which ends "
                "before",
                ".debug_aranges", BYTES(8, 0, 0, 0, 2, 0, 99, 0, 0, 0, 4, 0));
    check_table(".debug_aranges has addresses of 3 bytes", ".debug_aranges",
                BYTES(8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0));
    check_table(".debug_pubnames is cut, or says a size that cannot be",
                ".debug_pubnames", BYTES(8, 0, 0, 0, 2, 0, 0, 0, 0, 0));
    check_table(".debug_str_offsets is cut, or says a size that cannot be",
                ".debug_str_offsets", BYTES(6, 0, 0, 0, 5, 0, 0, 0, 0, 0));
    check_table(".debug_names is cut, or says a size that cannot be",
                ".debug_names", BYTES(8, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0));
    check_table("macros are of a form that is not understood", ".debug_macro",
                BYTES(5, 0, 1, 0));
    check_table("macro opcode 0x8 is not understood", ".debug_macro",
                BYTES(5, 0, 0, 8, 0));
    check_table(".debug_macro is cut, or says a size that cannot be",
                ".debug_macro", BYTES(5, 0, 0, 1, 1, 'x'));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
