#include "dwarf_by_hand.h"

/* A line table of version 4: opcodes from 13 on are special, and with 14 lines
 * 13 + 14 * n adds n. `size` bytes of a program follow. */
#define HEAD_4(size)                                                          \
    (uint8_t)(26 + (size)), 0, 0, 0, 4, 0, 20, 0, 0, 0, 1, 1, 1, 251, 14, 13, \
        0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0

#define SET(address)   0, 5, 2, address, 0, 0, 0
#define END_SEQUENCE   0, 1, 1
#define SPECIAL(bytes) (13 + 14 * (bytes))

/* --- programs ------------------------------------------------------------------ */

TEST(addresses_that_are_set_move)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_line", HEAD_4(27), SET(2), SPECIAL(1), 2, 3, END_SEQUENCE,
          SET(7), 1, 9, 3, 0, END_SEQUENCE);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_line", HEAD_4(27), SET(6), SPECIAL(1), 2, 3,
                END_SEQUENCE, SET(11), 1, 9, 3, 0, END_SEQUENCE);
    dwarf_clear(&c);
}

TEST(sequences_of_folded_and_dead_functions_are_no_rows)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_line", HEAD_4(36), SET(2), SPECIAL(1), SPECIAL(1),
          END_SEQUENCE, SET(0), SPECIAL(9), SPECIAL(9), END_SEQUENCE, SET(7),
          SPECIAL(1), SPECIAL(2), END_SEQUENCE);
    hand_fold(dwarf_add(&c), 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_line", HEAD_4(36), 0, 5, 2, 0xff, 0xff, 0xff, 0xff,
                SPECIAL(1), SPECIAL(1), END_SEQUENCE, SET(0), SPECIAL(9),
                SPECIAL(9), END_SEQUENCE, SET(6), SPECIAL(1), SPECIAL(2),
                END_SEQUENCE);
    dwarf_clear(&c);
}

/* Each of them steps from $f to the end of $g, of which one is folded. */
TEST(rows_that_leave_the_function_are_a_reason)
{
    static const uint8_t steps[][4] = {
        {2, 8, 1, 3},                   /* advance_pc, copy */
        {SPECIAL(8), 11, 11, 11},       /* special */
        {9, 8, 0, 1},                   /* fixed_advance_pc, copy */
        {SPECIAL(4), SPECIAL(4), 7, 7}, /* in two steps */
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct dwarf_case c;
        dwarf_begin(&c);
        DWARF(&c, ".debug_line", HEAD_4(11), SET(2), steps[i][0], steps[i][1],
              steps[i][2], steps[i][3]);
        hand_fold(dwarf_add(&c), 1, 0);
        CHECK_STR("addresses 0x2 and 0xa are of functions that moved apart",
                  dwarf_end(&c));
        dwarf_clear(&c);
    }
}

TEST(const_add_pc_is_the_step_of_the_last_opcode)
{
    struct dwarf_case c;
    dwarf_begin(&c); /* (255 - 13) / 14 is 17 */
    DWARF(&c, ".debug_line", HEAD_4(9), SET(2), 8, 1);
    CHECK_STR("address 0x13 is in no function", dwarf_end(&c));
    dwarf_clear(&c);
}

TEST(opcodes_without_addresses_are_passed_over)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_line", HEAD_4(24), 3, 0x7f, 4, 1, 5, 1, 6, 7, 10, 11, 12,
          1, 0, 2, 4, 1, SET(2), 1);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_line", HEAD_4(24), 3, 0x7f, 4, 1, 5, 1, 6, 7, 10,
                11, 12, 1, 0, 2, 4, 1, SET(6), 1);
    dwarf_clear(&c);
}

/* --- headers -------------------------------------------------------------------- */

/* Of version 5: directories by line_strp, files by line_strp and index. */
#define HEAD_5(text, size)                                                  \
    (uint8_t)(50 + (size)), 0, 0, 0, 5, 0, 4, 0, 42, 0, 0, 0, 1, 1, 1, 251, \
        14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, /* */                   \
        1, 1, 0x1f, 1, text, 0, 0, 0,               /* directories */       \
        3, 1, 0x1f, 2, 0x0b, 5, 0x1e, 0,            /* files: none */       \
        0, 0, 0, 0, 0, 0, 0, 0

TEST(names_of_files_move_in_version_5)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_line_str", 'x', 0);
    DWARF(&c, ".debug_line", HEAD_5(1, 8), SET(7), 1);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_line", HEAD_5(17, 8), SET(11), 1);
    dwarf_clear(&c);
}

static void check_lines(const char *why, const uint8_t *bytes, size_t size)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    dwarf_put(&c.second, ".debug_line", bytes, size);
    CHECK_STR(why, dwarf_end(&c));
    dwarf_clear(&c);
}

#define BYTES(...) \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

TEST(line_tables_that_cannot_be_are_a_reason)
{
    const char *cut = ".debug_line is cut, or says a size that cannot be";
    check_lines(cut, BYTES(9, 0, 0, 0, 4, 0));
    check_lines(cut, BYTES(6, 0, 0, 0, 4, 0, 9, 0, 0, 0));
    check_lines(cut, BYTES(9, 0, 0, 0, 4, 0, 3, 0, 0, 0, 1, 1, 1));
    check_lines(cut, BYTES(HEAD_4(2), 0, 9));
    check_lines(cut, BYTES(HEAD_4(2), 0, 0));
    check_lines(cut, BYTES(HEAD_4(2), 9, 1));
    check_lines("a line table is of version 6", BYTES(2, 0, 0, 0, 6, 0));
    check_lines("a line table has addresses of 2 bytes",
                BYTES(HEAD_4(5), 0, 3, 2, 1, 1));
    check_lines("a line table is of a machine with bundles",
                BYTES(12, 0, 0, 0, 4, 0, 6, 0, 0, 0, 1, 2, 1, 1, 1, 1));
    check_lines("a line table counts lines by nothing",
                BYTES(12, 0, 0, 0, 4, 0, 6, 0, 0, 0, 1, 1, 1, 1, 0, 1));
    check_lines("a line table counts lines by nothing",
                BYTES(12, 0, 0, 0, 4, 0, 6, 0, 0, 0, 1, 1, 1, 1, 1, 0));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
