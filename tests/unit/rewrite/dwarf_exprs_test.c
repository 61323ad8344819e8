#include "dwarf_by_hand.h"

/* A unit whose entry has a location: an expression of these bytes. */
#define BEGIN_EXPR(c, ...)                                                \
    do {                                                                  \
        const uint8_t expr_[] = {__VA_ARGS__};                            \
        uint8_t unit_[80] = {                                             \
            (uint8_t)(9 + sizeof expr_), 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1, \
            (uint8_t)sizeof expr_};                                       \
        memcpy(unit_ + 13, expr_, sizeof expr_);                          \
        dwarf_begin(c);                                                   \
        DWARF(c, ".debug_abbrev", 1, 0x11, 0, 0x02, 0x18, 0, 0, 0);       \
        dwarf_put(&(c)->second, ".debug_info", unit_, 13 + sizeof expr_); \
    } while (0)

/* What is behind the header is these bytes now. */
#define CHECK_EXPR(c, ...)                                                    \
    do {                                                                      \
        const uint8_t want_expr_[] = {__VA_ARGS__};                           \
        struct tn_range now_expr_ = hand_custom(&(c)->h, ".debug_info");      \
        CHECK_EQ(FIRST_BYTES + 13 + sizeof want_expr_, now_expr_.size);       \
        CHECK_EQ(                                                             \
            0, memcmp(want_expr_,                                             \
                      (c)->h.rw.out.at + now_expr_.offset + FIRST_BYTES + 13, \
                      sizeof want_expr_));                                    \
    } while (0)

TEST(globals_have_their_new_index)
{
    struct dwarf_case c;
    BEGIN_EXPR(&c, 0xed, 3, 0, 0, 0, 0, 0x9f, 0xed, 1, 0, 0xed, 1, 0x80, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_EXPR(&c, 0xed, 3, 3, 0, 0, 0, 0x9f, 0xed, 1, 3, 0xed, 1, 0x83, 0);
    dwarf_clear(&c);
}

TEST(locals_and_places_on_the_stack_stay)
{
    struct dwarf_case c;
    BEGIN_EXPR(&c, 0xed, 0, 5, 0xed, 2, 0, 0x9f);
    CHECK_STR("", dwarf_end(&c));
    CHECK_EXPR(&c, 0xed, 0, 5, 0xed, 2, 0, 0x9f);
    dwarf_clear(&c);
}

TEST(data_stays_where_it_was)
{
    struct dwarf_case c;
    BEGIN_EXPR(&c, 0x03, 2, 0, 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_EXPR(&c, 0x03, 2, 0, 0, 0);
    dwarf_clear(&c);
}

TEST(entries_that_are_referred_to_move)
{
    struct dwarf_case c;
    BEGIN_EXPR(&c, 0x9a, 1, 0, 0, 0, 0xa0, 2, 0, 0, 0, 0x7f, 0xfd, 3, 0, 0, 0);
    CHECK_STR("", dwarf_end(&c));
    CHECK_EXPR(&c, 0x9a, 17, 0, 0, 0, 0xa0, 18, 0, 0, 0, 0x7f, 0xfd, 19, 0, 0,
               0);
    dwarf_clear(&c);
}

/* Behind each operation, whose operands are passed over, stands a location
 * that is found only if they were. */
TEST(operands_of_all_kinds_are_passed_over)
{
    struct dwarf_case c;
    BEGIN_EXPR(&c, 0x08, 1, 0x0a, 1, 2, 0x0c, 1, 2, 3, 4, /* const */
               0x0e, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x80, 1, 0x11, 0x7f, /* */
               0x30, 0x4f, 0x50, 0x6f, 0x70, 0x7f, 0x92, 1, 2, /* regs */
               0x9e, 2, 0xed, 9, 0xa4, 1, 2, 0xed, 9,          /* blocks */
               0xa3, 3, 0xed, 1, 0, /* an expression inside */
               0xed, 1, 0);
    CHECK_STR("", dwarf_end(&c));
    struct tn_range now = hand_custom(&c.h, ".debug_info");
    const uint8_t *end = c.h.rw.out.at + now.offset + now.size;
    CHECK_EQ(3, end[-1]);
    CHECK_EQ(3, end[-4]);
    CHECK_EQ(9, end[-9]);
    dwarf_clear(&c);
}

static void check_expr(const char *why, const uint8_t *expr, size_t size)
{
    struct dwarf_case c;
    uint8_t bytes[8] = {0};
    memcpy(bytes, expr, size);
    uint8_t unit[32] = {(uint8_t)(9 + size), 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1,
                        (uint8_t)size};
    memcpy(unit + 13, bytes, size);
    dwarf_begin(&c);
    DWARF(&c, ".debug_abbrev", 1, 0x11, 0, 0x02, 0x18, 0, 0, 0);
    dwarf_put(&c.second, ".debug_info", unit, 13 + size);
    CHECK_STR(why, dwarf_end(&c));
    dwarf_clear(&c);
}

#define BYTES(...) \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

TEST(expressions_that_cannot_be_are_a_reason)
{
    const char *cut = ".debug_info is cut, or says a size that cannot be";
    check_expr("operation 0xff is not understood", BYTES(0xff));
    check_expr("operation 0x1 is not understood", BYTES(0x01));
    check_expr("a kind of location is not understood", BYTES(0xed, 4, 0));
    check_expr("an expression names global 1, which is not there",
               BYTES(0xed, 1, 1));
    check_expr("an expression names global 256, which is not there",
               BYTES(0xed, 3, 0, 1, 0, 0));
    check_expr("address 0 of a table that is not there", BYTES(0xa1, 0));
    check_expr(cut, BYTES(0xed));
    check_expr(cut, BYTES(0x03, 1, 2, 3));
    check_expr(cut, BYTES(0x9e, 9, 1));
    check_expr(cut, BYTES(0xa4, 1, 9, 1));
}

TEST(an_index_that_became_longer_is_a_reason)
{
    struct dwarf_case c;
    uint32_t globals[] = {128};
    BEGIN_EXPR(&c, 0xed, 1, 0);
    dwarf_add(&c)->map.globals = globals;
    CHECK_STR(".debug_info has no room for what became longer", dwarf_end(&c));
    dwarf_clear(&c);
}

/* low_pc is of code, the location of data: one entry cannot be both, for it
 * could not move and stay. */
TEST(an_address_of_both_code_and_data_is_a_reason)
{
    for (int second = 0; second < 2; second++) {
        struct dwarf_case c;
        dwarf_begin(&c);
        DWARF(&c, ".debug_abbrev", 1, 0x11, 0, 0x11, 0x1b, 0x73, 0x17, 0x02,
              0x18, 0, 0, 0);
        DWARF(&c, ".debug_addr", 12, 0, 0, 0, 5, 0, 4, 0, 2, 0, 0, 0, 7, 0, 0,
              0);
        DWARF(&c, ".debug_info", 17, 0, 0, 0, 5, 0, 1, 4, 0, 0, 0, 0, 1, 0, 8,
              0, 0, 0, 2, 0xa1, (uint8_t)second);
        CHECK_STR(second ? "" : "address 0x2 is of code and of data",
                  dwarf_end(&c));
        if (second)
            CHECK_DWARF(&c, ".debug_addr", 12, 0, 0, 0, 5, 0, 4, 0, 6, 0, 0, 0,
                        7, 0, 0, 0);
        dwarf_clear(&c);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
