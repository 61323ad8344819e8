#include "dwarf_by_hand.h"

#define ZEROS 0, 0, 0, 0, 0, 0, 0, 0

/* A unit of version 4 whose low_pc is `low`, and whose second attribute is an
 * offset, 0, of a list. */
static void begin_list_4(struct dwarf_case *c, uint8_t low, uint8_t attribute)
{
    dwarf_begin(c);
    DWARF(c, ".debug_abbrev", 1, 0x11, 0, 0x11, 1, attribute, 0x17, 0, 0, 0);
    DWARF(c, ".debug_info", 16, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1, low, 0, 0, 0,
          0, 0, 0, 0);
}

/* --- version 4 -------------------------------------------------------------------- */

TEST(ranges_without_a_base_are_addresses)
{
    struct dwarf_case c;
    begin_list_4(&c, 0, 0x55);
    DWARF(&c, ".debug_ranges", 2, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 10, 0, 0, 0,
          0xfe, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, ZEROS);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_ranges", 6, 0, 0, 0, 10, 0, 0, 0, 11, 0, 0, 0, 14,
                0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, ZEROS);
    dwarf_clear(&c);
}

TEST(ranges_of_folded_functions_are_gone)
{
    struct dwarf_case c;
    begin_list_4(&c, 0, 0x55);
    DWARF(&c, ".debug_ranges", 2, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 10, 0, 0, 0,
          ZEROS);
    hand_fold(dwarf_add(&c), 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_ranges", 0xfe, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff,
                0xff, 6, 0, 0, 0, 9, 0, 0, 0, ZEROS);
    dwarf_clear(&c);
}

/* As optimizers leave them, wherever. */
TEST(empty_ranges_mean_nothing)
{
    struct dwarf_case c;
    begin_list_4(&c, 0, 0x55);
    DWARF(&c, ".debug_ranges", 99, 0, 0, 0, 99, 0, 0, 0, 7, 0, 0, 0, 10, 0, 0,
          0, ZEROS);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_ranges", 99, 0, 0, 0, 99, 0, 0, 0, 11, 0, 0, 0, 14,
                0, 0, 0, ZEROS);
    dwarf_clear(&c);
}

TEST(distances_to_a_base_stay)
{
    struct dwarf_case c;
    begin_list_4(&c, 2, 0x55);
    DWARF(&c, ".debug_ranges", 1, 0, 0, 0, 4, 0, 0, 0, /* then a new base */
          0xff, 0xff, 0xff, 0xff, 7, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, ZEROS);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_ranges", 1, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff, 0xff,
                0xff, 11, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, ZEROS);
    dwarf_clear(&c);
}

TEST(a_base_in_a_folded_function_is_the_tombstone)
{
    struct dwarf_case c;
    begin_list_4(&c, 0, 0x55);
    DWARF(&c, ".debug_ranges", 0xff, 0xff, 0xff, 0xff, 3, 0, 0, 0, 1, 0, 0, 0,
          3, 0, 0, 0, ZEROS);
    hand_fold(dwarf_add(&c), 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_ranges", 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                0xff, 1, 0, 0, 0, 3, 0, 0, 0, ZEROS);
    dwarf_clear(&c);
}

TEST(distances_to_other_functions_are_a_reason_when_they_change)
{
    struct dwarf_case c;
    begin_list_4(&c, 2, 0x55);
    DWARF(&c, ".debug_ranges", 0, 0, 0, 0, 7, 0, 0, 0, ZEROS);
    hand_fold(dwarf_add(&c), 1, 0);
    CHECK_STR("addresses 0x2 and 0x9 are of functions that moved apart",
              dwarf_end(&c));
    dwarf_clear(&c);
}

TEST(locations_have_expressions)
{
    struct dwarf_case c;
    begin_list_4(&c, 0, 0x02);
    DWARF(&c, ".debug_loc", 2, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0xed, 1, 0, ZEROS);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_loc", 6, 0, 0, 0, 10, 0, 0, 0, 3, 0, 0xed, 1, 3,
                ZEROS);
    dwarf_clear(&c);
}

TEST(lists_that_do_not_end_are_a_reason)
{
    struct dwarf_case c;
    begin_list_4(&c, 0, 0x55);
    DWARF(&c, ".debug_ranges", 2, 0, 0, 0, 6, 0, 0, 0, 0);
    CHECK_STR(".debug_ranges is cut, or says a size that cannot be",
              dwarf_end(&c));
    dwarf_clear(&c);
    begin_list_4(&c, 0, 0x02);
    DWARF(&c, ".debug_loc", 2, 0, 0, 0, 6, 0, 0, 0, 99, 0, 0xed, 1, 0, ZEROS);
    CHECK_STR(".debug_loc is cut, or says a size that cannot be",
              dwarf_end(&c));
    dwarf_clear(&c);
}

/* --- version 5 -------------------------------------------------------------------- */

/* A unit of version 5 whose low_pc is `low`, of which the attribute is an
 * offset, 0; .debug_addr has the begins of both functions. */
static void begin_list_5(struct dwarf_case *c, uint8_t low, uint8_t attribute)
{
    dwarf_begin(c);
    DWARF(c, ".debug_abbrev", 1, 0x11, 0, 0x11, 1, 0x73, 0x17, attribute, 0x17,
          0, 0, 0);
    DWARF(c, ".debug_addr", 2, 0, 0, 0, 7, 0, 0, 0);
    DWARF(c, ".debug_info", 21, 0, 0, 0, 5, 0, 1, 4, 0, 0, 0, 0, 1, low, 0, 0,
          0, 0, 0, 0, 0, 0, 0, 0, 0);
}

TEST(ranges_of_version_5_are_of_many_kinds)
{
    struct dwarf_case c;
    begin_list_5(&c, 2, 0x55);
    DWARF(&c, ".debug_rnglists", 4, 1, 4, /* offset_pair */
          1, 1, 4, 0, 3,                  /* base_addressx */
          5, 2, 0, 0, 0, 4, 0, 4,         /* base_address */
          6, 7, 0, 0, 0, 10, 0, 0, 0,     /* start_end */
          7, 7, 0, 0, 0, 3, 3, 0, 4,      /* lengths */
          0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_rnglists", 4, 1, 4, 1, 1, 4, 0, 3, 5, 6, 0, 0, 0, 4,
                0, 4, 6, 11, 0, 0, 0, 14, 0, 0, 0, 7, 11, 0, 0, 0, 3, 3, 0, 4,
                0);
    CHECK_DWARF(&c, ".debug_addr", 6, 0, 0, 0, 11, 0, 0, 0);
    dwarf_clear(&c);
}

TEST(locations_of_version_5_have_expressions)
{
    struct dwarf_case c;
    begin_list_5(&c, 2, 0x02);
    DWARF(&c, ".debug_loclists", 4, 1, 4, 3, 0xed, 1, 0, /* offset_pair */
          5, 3, 0xed, 1, 0,                              /* default */
          1, 1, 6, 2, 0, 0, 0,                           /* bases: no */
          8, 7, 0, 0, 0, 3, 3, 0xed, 1, 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_loclists", 4, 1, 4, 3, 0xed, 1, 3, 5, 3, 0xed, 1, 3,
                1, 1, 6, 6, 0, 0, 0, 8, 11, 0, 0, 0, 3, 3, 0xed, 1, 3, 0);
    dwarf_clear(&c);
}

TEST(lists_of_version_5_that_cannot_be_are_a_reason)
{
    static const struct {
        uint8_t low, bytes[4];
        const char *why;
    } rows[] = {
        {2, {8, 0, 0, 0}, "a list has entries of kind 8"},
        {0, {4, 2, 6, 0}, "a list has addresses of no fixed width"},
        {2, {2, 0, 2, 0}, ".debug_addr is cut, or says a size that cannot be"},
        {2, {3, 0, 9, 0}, "address 0xb is in no function"},
        {2,
         {4, 1, 2, 4},
         ".debug_rnglists is cut, or says a size that cannot be"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dwarf_case c;
        begin_list_5(&c, rows[i].low, 0x55);
        dwarf_put(&c.second, ".debug_rnglists", rows[i].bytes, 4);
        CHECK_STR(rows[i].why, dwarf_end(&c));
        dwarf_clear(&c);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
