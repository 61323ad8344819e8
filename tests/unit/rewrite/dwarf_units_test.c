#include "dwarf_by_hand.h"

/* A unit of version 4 whose one entry has one attribute. */
#define ABBREV(name, form) \
    DWARF(&c, ".debug_abbrev", 1, 0x11, 0, name, form, 0, 0, 0)
#define UNIT_4(...)                                                          \
    DWARF(&c, ".debug_info",                                                 \
          (uint8_t)(8 + sizeof((const uint8_t[]){__VA_ARGS__})), 0, 0, 0, 4, \
          0, 0, 0, 0, 0, 4, 1, __VA_ARGS__)
#define IS_UNIT_4(...)                                                       \
    CHECK_DWARF(&c, ".debug_info",                                           \
                (uint8_t)(8 + sizeof((const uint8_t[]){__VA_ARGS__})), 0, 0, \
                0, 4, 0, 16, 0, 0, 0, 4, 1, __VA_ARGS__)

/* --- what moves ---------------------------------------------------------------- */

TEST(an_address_moves_with_its_function)
{
    static const uint8_t pairs[][2] = {{2, 6},   {3, 7}, {6, 10}, {7, 11},
                                       {10, 14}, {0, 0}, {1, 1}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct dwarf_case c;
        dwarf_begin(&c);
        ABBREV(0x11, 0x01);
        UNIT_4(pairs[i][0], 0, 0, 0);
        CHECK_STR("", dwarf_end(&c));
        IS_UNIT_4(pairs[i][1], 0, 0, 0);
        dwarf_clear(&c);
    }
}

TEST(tombstones_stay)
{
    for (uint8_t low = 0xfe; low != 0; low++) {
        struct dwarf_case c;
        dwarf_begin(&c);
        ABBREV(0x11, 0x01);
        UNIT_4(low, 0xff, 0xff, 0xff);
        CHECK_STR("", dwarf_end(&c));
        IS_UNIT_4(low, 0xff, 0xff, 0xff);
        dwarf_clear(&c);
    }
}

TEST(an_address_in_a_folded_function_becomes_the_tombstone)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    ABBREV(0x11, 0x01);
    UNIT_4(3, 0, 0, 0);
    hand_fold(dwarf_add(&c), 0, 0);
    CHECK_STR("", dwarf_end(&c));
    IS_UNIT_4(0xff, 0xff, 0xff, 0xff);
    dwarf_clear(&c);
}

TEST(addresses_of_eight_bytes_move)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    ABBREV(0x11, 0x01);
    DWARF(&c, ".debug_info", 16, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8, 1, 7, 0, 0, 0, 0,
          0, 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_info", 16, 0, 0, 0, 4, 0, 16, 0, 0, 0, 8, 1, 11, 0,
                0, 0, 0, 0, 0, 0);
    dwarf_clear(&c);
}

TEST(offsets_into_other_sections_move)
{
    static const struct {
        uint8_t name, form;
    } rows[] = {
        {0x03, 0x0e}, /* name, strp */
        {0x03, 0x1f}, /* name, line_strp */
        {0x31, 0x10}, /* abstract_origin, ref_addr */
        {0x10, 0x17}, /* stmt_list, sec_offset */
        {0x43, 0x17}, /* macro_info, sec_offset */
        {0x55, 0x17}, /* ranges, sec_offset */
        {0x02, 0x17}, /* location, sec_offset */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dwarf_case c;
        dwarf_begin(&c);
        ABBREV(rows[i].name, rows[i].form);
        DWARF(&c, ".debug_str", 'x', 0);
        DWARF(&c, ".debug_line_str", 'x', 0);
        DWARF(&c, ".debug_macinfo", 0, 0);
        DWARF(&c, ".debug_ranges", 0, 0, 0, 0, 0, 0, 0, 0, 0);
        DWARF(&c, ".debug_loc", 0, 0, 0, 0, 0, 0, 0, 0, 0);
        DWARF(&c, ".debug_line", 12, 0, 0, 0, 3, 0, 5, 0, 0, 0, 1, 1, 1, 1, 1,
              1);
        UNIT_4(1, 0, 0, 0);
        CHECK_STR("", dwarf_end(&c));
        IS_UNIT_4(17, 0, 0, 0);
        dwarf_clear(&c);
    }
}

TEST(what_counts_from_the_unit_stays)
{
    static const uint8_t forms[] = {0x06, 0x13};
    for (size_t i = 0; i < sizeof forms; i++) {
        struct dwarf_case c;
        dwarf_begin(&c);
        ABBREV(0x49, forms[i]);
        UNIT_4(0x83, 0, 0, 0);
        CHECK_STR("", dwarf_end(&c));
        IS_UNIT_4(0x83, 0, 0, 0);
        dwarf_clear(&c);
    }
}

TEST(version_5_finds_addresses_and_lists_by_index)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    /* low_pc addrx, high_pc data1, ranges rnglistx, and the bases behind */
    DWARF(&c, ".debug_abbrev", 1, 0x11, 0, 0x11, 0x1b, 0x12, 0x0b, 0x55, 0x23,
          0x03, 0x25, 0x72, 0x17, 0x73, 0x17, 0x74, 0x17, 0, 0, 0);
    DWARF(&c, ".debug_str", 'x', 0);
    DWARF(&c, ".debug_str_offsets", 8, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0);
    DWARF(&c, ".debug_addr", 12, 0, 0, 0, 5, 0, 4, 0, 4, 0, 0, 0, 7, 0, 0, 0);
    DWARF(&c, ".debug_rnglists", 16, 0, 0, 0, 5, 0, 4, 0, 1, 0, 0, 0, 4, 0, 0,
          0, 3, 1, 3, 0);
    DWARF(&c, ".debug_info", 25, 0, 0, 0, 5, 0, 1, 4, 0, 0, 0, 0, 1, /* */
          1, 3, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 12, 0, 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_info", 25, 0, 0, 0, 5, 0, 1, 4, 16, 0, 0, 0, 1, 1,
                3, 0, 0, 24, 0, 0, 0, 24, 0, 0, 0, 28, 0, 0, 0);
    CHECK_DWARF(&c, ".debug_str_offsets", 8, 0, 0, 0, 5, 0, 0, 0, 17, 0, 0, 0);
    /* entry 0 is named by nobody, and stays */
    CHECK_DWARF(&c, ".debug_addr", 12, 0, 0, 0, 5, 0, 4, 0, 4, 0, 0, 0, 11, 0,
                0, 0);
    dwarf_clear(&c);
}

/* --- units, abbreviations -------------------------------------------------------- */

TEST(types_have_units_with_a_signature)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    ABBREV(0x03, 0x0e);
    DWARF(&c, ".debug_types", 24, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4, 5,
          6, 7, 8, 23, 0, 0, 0, 1, 0, 0, 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF_AT(&c, ".debug_types", 0, 24, 0, 0, 0, 4, 0, 16, 0, 0, 0, 4, 1,
                   2, 3, 4, 5, 6, 7, 8, 23, 0, 0, 0, 1, 16, 0, 0, 0);
    dwarf_clear(&c);
}

TEST(codes_of_abbreviations_may_leave_some_out)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 2, 0x11, 0, 0, 0, 5, 0x11, 0, 0x11, 1, 0, 0, 9,
          0x11, 0, 0, 0, 0);
    DWARF(&c, ".debug_info", 15, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 9, 2, 0, 5, 2, 0,
          0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_info", 15, 0, 0, 0, 4, 0, 16, 0, 0, 0, 4, 9, 2, 0,
                5, 6, 0, 0, 0);
    dwarf_clear(&c);
}

TEST(a_value_may_say_its_form_itself)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    ABBREV(0x11, 0x16);
    UNIT_4(1, 2, 0, 0, 0);
    CHECK_STR("", dwarf_end(&c));
    IS_UNIT_4(1, 6, 0, 0, 0);
    dwarf_clear(&c);
}

/* --- what is not understood --------------------------------------------------- */

static void check_unit_4(const char *why, uint8_t name, uint8_t form,
                         uint8_t first, uint8_t second)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    ABBREV(name, form);
    UNIT_4(first, second, 0, 0);
    CHECK_STR(why, dwarf_end(&c));
    dwarf_clear(&c);
}

TEST(attributes_that_nobody_knows_are_a_reason)
{
    check_unit_4("an attribute holds an address of what nobody knows", 0x1c,
                 0x01, 2, 0);
    check_unit_4("an attribute holds an offset into what nobody knows", 0x50,
                 0x17, 0, 0);
    check_unit_4("an attribute names what lies behind the end of a section",
                 0x10, 0x17, 1, 0);
    check_unit_4("form 0x1d is not understood", 0x03, 0x1d, 0, 0);
    check_unit_4("address 0xb is in no function", 0x11, 0x01, 11, 0);
    check_unit_4("address 0 of a table that is not there", 0x11, 0x1b, 0, 0);
    check_unit_4("list 0 of a table that is not there", 0x55, 0x23, 0, 0);
    check_unit_4("a unit does not say where its strings are", 0x03, 0x25, 0, 0);
    check_unit_4(".debug_info names offset 0x1 of .debug_str, which ends "
                 "before",
                 0x03, 0x0e, 1, 0);
}

static void check_unit(const char *why, const uint8_t *bytes, size_t size)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 1, 0x11, 0, 0x11, 1, 0, 0, 0, 2, 0x11, 0, 0, 0,
          1, 0x11, 0, 0, 0);
    dwarf_put(&c.second, ".debug_info", bytes, size);
    CHECK_STR(why, dwarf_end(&c));
    dwarf_clear(&c);
}

#define BYTES(...) \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

TEST(units_that_are_no_units_are_a_reason)
{
    const char *cut = ".debug_info is cut, or says a size that cannot be";
    check_unit(cut, BYTES(7, 0, 0));
    check_unit(cut, BYTES(8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4));
    check_unit(cut, BYTES(6, 0, 0, 0, 4, 0, 0, 0, 0, 0));
    check_unit(cut, BYTES(9, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1, 2));
    check_unit(".debug_info is in the 64-bit format",
               BYTES(255, 255, 255, 255, 0, 0, 0, 0));
    check_unit("it is of version 3", BYTES(7, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4));
    check_unit(
        "it is split over several files",
        BYTES(16, 0, 0, 0, 5, 0, 4, 4, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
    check_unit(".debug_info has addresses of 2 bytes",
               BYTES(7, 0, 0, 0, 4, 0, 0, 0, 0, 0, 2));
    check_unit("an entry has no abbreviation",
               BYTES(8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 7));
    check_unit("codes of abbreviations do not rise",
               BYTES(7, 0, 0, 0, 4, 0, 8, 0, 0, 0, 4));
    check_unit(".debug_abbrev is cut, or says a size that cannot be",
               BYTES(7, 0, 0, 0, 4, 0, 14, 0, 0, 0, 4));
}

TEST(a_length_that_leaves_the_function_is_a_reason)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 1, 0x11, 0, 0x11, 1, 0x12, 0x0b, 0, 0, 0);
    UNIT_4(2, 0, 0, 0, 8); /* all of $f and $g, of which one is folded */
    hand_fold(dwarf_add(&c), 1, 0);
    CHECK_STR("addresses 0x2 and 0xa are of functions that moved apart",
              dwarf_end(&c));
    dwarf_clear(&c);
}

/* As optimizers leave them, of ranges whose end they lost. */
TEST(a_length_longer_than_any_function_stays)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 1, 0x11, 0, 0x11, 1, 0x12, 0x06, 0, 0, 0);
    UNIT_4(2, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff);
    CHECK_STR("", dwarf_end(&c));
    IS_UNIT_4(6, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff);
    dwarf_clear(&c);
}

TEST(a_length_over_functions_that_moved_together_is_fine)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 1, 0x11, 0, 0x11, 1, 0x12, 0x0b, 0, 0, 0);
    UNIT_4(2, 0, 0, 0, 8);
    CHECK_STR("", dwarf_end(&c));
    IS_UNIT_4(6, 0, 0, 0, 8);
    dwarf_clear(&c);
}

/* 300 units that change between two long tables would read 300 tables. */
TEST(a_puzzle_of_shared_abbreviations_is_a_reason)
{
    struct dwarf_case c;
    uint8_t units[300 * 11], tables[200] = {1, 1, 0};
    memset(tables + 3, 0x3e, 90); /* attributes of one form */
    memset(tables + 3 + 90, 0, 4);
    memcpy(tables + 100, tables, 100);
    for (size_t i = 0; i < 300; i++)
        memcpy(units + i * 11,
               (const uint8_t[]){7, 0, 0, 0, 4, 0, i % 2 == 0 ? 0 : 100, 0, 0,
                                 0, 4},
               11);
    dwarf_begin(&c);
    dwarf_put(&c.second, ".debug_abbrev", tables, sizeof tables);
    dwarf_put(&c.second, ".debug_info", units, sizeof units);
    CHECK_STR("units share their abbreviations too often", dwarf_end(&c));
    dwarf_clear(&c);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
