#include "dwarf_by_hand.h"

/* A line table of version 4: opcodes from 13 on are special, and with 14 lines
 * 13 + 14 * n adds n. `size` bytes of a program follow. */
#define HEAD_4(size)                                                          \
    (uint8_t)(26 + (size)), 0, 0, 0, 4, 0, 20, 0, 0, 0, 1, 1, 1, 251, 14, 13, \
        0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0

#define BYTES(...) \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})
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

/* --- written anew ---------------------------------------------------------------- */

/* Two calls, whose indices become a byte longer. Their function is at 2 to 9:
 * no locals, calls at 3 and 5, nop, end; and becomes 2 to 11. Behind the
 * table is an empty one, which moves. */
static tn_status rewrite(struct by_hand *h, const tn_allocator *alloc,
                         const uint8_t *lines, size_t size)
{
    static const uint8_t empty[] = {HEAD_4(0)};
    static const uint8_t abbrevs[] = {1, 0x11, 0, 0x10, 0x17, 0, 0, 0};
    uint8_t unit[] = {12, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1, (uint8_t)size,
                      0,  0, 0};
    struct tn_buf bytes = dwarf_module("(import \"m\" \"f\" (func $i))"
                                       "(func call $i call $i nop)");
    uint8_t all[128];
    memcpy(all, lines, size);
    memcpy(all + size, empty, sizeof empty);
    dwarf_put(&bytes, ".debug_line", all, size + sizeof empty);
    dwarf_put(&bytes, ".debug_abbrev", abbrevs, sizeof abbrevs);
    dwarf_put(&bytes, ".debug_info", unit, sizeof unit);
    hand_begin(h, alloc);
    hand_add_bytes(h, "a", bytes)->map.funcs[0] = 200;
    return hand_end(h, 0);
}

static void check_rewritten(struct by_hand *h, const uint8_t *lines,
                            size_t size)
{
    static const uint8_t empty[] = {HEAD_4(0)};
    CHECK_EQ(TN_OK, rewrite(h, &tn_alloc_libc, lines, size));
    CHECK(h->inputs[0].is_stretched[0]);
    CHECK_STR("", hand_note(h, 0));
    struct tn_range info = hand_custom(h, ".debug_info");
    struct tn_range line = hand_custom(h, ".debug_line");
    CHECK_EQ(line.size - sizeof empty, h->rw.out.at[info.offset + 12]);
}

TEST(steps_grow_with_the_code)
{
    struct by_hand h;
    check_rewritten(&h, BYTES(HEAD_4(19), SET(2), SPECIAL(1), SPECIAL(2) + 3, 2,
                              2, 1, 2, 2, 3, 1, END_SEQUENCE));
    CHECK_CUSTOM(&h, ".debug_line", HEAD_4(19), SET(2), SPECIAL(1),
                 SPECIAL(3) + 3, 2, 3, 1, 3, 1, 2, 2, END_SEQUENCE, HEAD_4(0));
    hand_clear(&h);
}

TEST(lines_that_are_written_anew_miss_memory)
{
    bool ok = false;
    for (size_t n = 0; !ok; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct by_hand h;
        tn_status status = rewrite(
            &h, &alloc, BYTES(HEAD_4(11), SET(3), SPECIAL(4), END_SEQUENCE));
        ok = status == TN_OK;
        CHECK(ok || status == TN_E_NOMEM);
        CHECK(!ok || n > 5);
        hand_clear(&h);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
}

/* With a line range of 100 a special opcode steps by 2 at most. */
#define HEAD_100(size)                                                         \
    (uint8_t)(26 + (size)), 0, 0, 0, 4, 0, 20, 0, 0, 0, 1, 1, 1, 251, 100, 13, \
        0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0

TEST(a_step_too_far_for_one_opcode_becomes_two)
{
    struct by_hand h;
    check_rewritten(&h,
                    BYTES(HEAD_100(11), SET(3), 13 + 200 + 7, END_SEQUENCE));
    CHECK_CUSTOM(&h, ".debug_line", HEAD_100(13), SET(3), 2, 3, 13 + 7,
                 END_SEQUENCE, HEAD_4(0));
    hand_clear(&h);
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
