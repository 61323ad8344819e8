#include "dwarf_by_hand.h"

/* A unit with an address, which is enough to see where things went. */
static void put_unit(struct tn_buf *module, uint8_t address)
{
    const uint8_t abbrevs[] = {1, 0x11, 0, 0x11, 1, 0, 0, 0};
    const uint8_t unit[] = {12, 0, 0, 0, 4,       0, 0, 0,
                            0,  0, 4, 1, address, 0, 0, 0};
    dwarf_put(module, ".debug_abbrev", abbrevs, sizeof abbrevs);
    dwarf_put(module, ".debug_info", unit, sizeof unit);
}

/* Three modules with a function of 3 bytes, one of a unit each. */
static void add_three(struct by_hand *h, uint8_t second)
{
    for (int i = 0; i < 3; i++) {
        struct tn_buf bytes = dwarf_module("(func nop)");
        put_unit(&bytes, i == 1 ? second : 2);
        hand_add_bytes(h, i == 0 ? "a" : i == 1 ? "b" : "c", bytes);
    }
}

#define UNIT(abbrevs, address) \
    12, 0, 0, 0, 4, 0, abbrevs, 0, 0, 0, 4, 1, address, 0, 0, 0

TEST(sections_of_all_inputs_lie_behind_each_other)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    add_three(&h, 2);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, ".debug_info", UNIT(0, 2), UNIT(8, 6), UNIT(16, 10));
    CHECK_CUSTOM(&h, ".debug_abbrev", 1, 0x11, 0, 0x11, 1, 0, 0, 0, 1, 0x11, 0,
                 0x11, 1, 0, 0, 0, 1, 0x11, 0, 0x11, 1, 0, 0, 0);
    CHECK_EQ(0, h.rw.notes.count);
    hand_clear(&h);
}

TEST(what_is_not_understood_is_left_out_alone)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    add_three(&h, 99);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, ".debug_info", UNIT(0, 2), UNIT(8, 10));
    CHECK_EQ(1, h.rw.notes.count);
    CHECK_STR("DWARF dropped: address 0x63 is in no function",
              hand_note(&h, 0));
    CHECK_STR("b", h.rw.notes.at[0].module);
    hand_clear(&h);
}

/* Two calls, whose indices become a byte longer. Their function is at 5 to 12:
 * no locals, calls at 6 and 8, nop, end; and becomes 5 to 14. */
static struct tn_rw_input *add_stretched(struct by_hand *h, struct tn_buf bytes)
{
    struct tn_rw_input *a = hand_add_bytes(h, "a", bytes);
    a->map.funcs[0] = 200;
    return a;
}

static struct tn_buf stretched_module(void)
{
    return dwarf_module("(import \"m\" \"f\" (func $i)) (func $g)"
                        "(func $caller call $i call $i nop)");
}

TEST(inside_of_a_stretched_function_each_instruction_is_found)
{
    static const uint8_t pairs[][2] = {
        {2, 2}, {5, 5}, {6, 6}, {8, 9}, {10, 12}, {11, 13}, {12, 14},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct by_hand h;
        hand_begin(&h, &tn_alloc_libc);
        struct tn_buf bytes = stretched_module();
        put_unit(&bytes, pairs[i][0]);
        struct tn_rw_input *a = add_stretched(&h, bytes);
        CHECK_EQ(TN_OK, hand_end(&h, 0));
        CHECK(a->is_stretched[1]);
        CHECK_STR("", hand_note(&h, 0));
        CHECK_CUSTOM(&h, ".debug_info", UNIT(0, pairs[i][1]));
        hand_clear(&h);
    }
}

TEST(lengths_and_ranges_grow_with_the_function)
{
    static const uint8_t abbrevs[] = {1, 0x11, 0,    0x11, 1, 0x12,
                                      6, 0x55, 0x17, 0,    0, 0};
    static const uint8_t unit[] = {20, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1,
                                   5,  0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t ranges[] = {1, 0, 0, 0, 5, 0, 0, 0,
                                     0, 0, 0, 0, 0, 0, 0, 0};
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    struct tn_buf bytes = stretched_module();
    dwarf_put(&bytes, ".debug_abbrev", abbrevs, sizeof abbrevs);
    dwarf_put(&bytes, ".debug_info", unit, sizeof unit);
    dwarf_put(&bytes, ".debug_ranges", ranges, sizeof ranges);
    add_stretched(&h, bytes);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_STR("", hand_note(&h, 0));
    CHECK_CUSTOM(&h, ".debug_info", 20, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1, 5, 0,
                 0, 0, 9, 0, 0, 0, 0, 0, 0, 0);
    CHECK_CUSTOM(&h, ".debug_ranges", 1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                 0, 0);
    hand_clear(&h);
}

TEST(dwarf_that_nobody_wants_goes_in_silence)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    h.options.dwarf = TN_DWARF_DROP;
    add_three(&h, 99);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(0, hand_custom(&h, ".debug_info").offset);
    CHECK_EQ(0, h.rw.notes.count);
    hand_clear(&h);
}

TEST(sections_that_are_unknown_or_there_twice_are_a_reason)
{
    struct dwarf_case c;
    dwarf_begin(&c);
    DWARF(&c, ".debug_frame", 1);
    CHECK_STR("section .debug_frame is not understood", dwarf_end(&c));
    dwarf_clear(&c);
    dwarf_begin(&c);
    DWARF(&c, ".debug_str", 'x', 0);
    DWARF(&c, ".debug_str", 'y', 0);
    CHECK_STR(".debug_str is there twice", dwarf_end(&c));
    dwarf_clear(&c);
}

/* A size of a section that needs two bytes moves what lies in it. */
TEST(long_sections_are_patched_in_their_place)
{
    struct dwarf_case c;
    uint8_t abbrevs[120] = {0};
    abbrevs[119] = 7;
    dwarf_begin(&c);
    dwarf_put(&c.first, ".debug_pubnames", abbrevs, 0);
    dwarf_put(&c.second, ".debug_macinfo", abbrevs, sizeof abbrevs);
    put_unit(&c.second, 2);
    CHECK_STR("", dwarf_end(&c));
    CHECK_DWARF(&c, ".debug_info", UNIT(16, 6));
    struct tn_range now = hand_custom(&c.h, ".debug_macinfo");
    CHECK_EQ(136, now.size);
    CHECK_EQ(7, c.h.rw.out.at[now.offset + 135]);
    dwarf_clear(&c);
}

TEST(dwarf_without_memory_is_missed)
{
    bool ok = false;
    for (size_t n = 0; !ok; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct by_hand h;
        hand_begin(&h, &alloc);
        add_three(&h, 99);
        struct tn_buf bytes = dwarf_module("(func nop)");
        h.rw.input_count = 2;
        tn_mod_free(h.inputs[2].mod);
        tn_buf_clear(&h.bytes[2]);
        const uint8_t abbrevs[] = {1, 0x11, 0, 0x55, 0x17, 0, 0, 0};
        const uint8_t unit[] = {12, 0, 0, 0, 4, 0, 0, 0,
                                0,  0, 4, 1, 0, 0, 0, 0};
        const uint8_t ranges[] = {2, 0, 0, 0, 3, 0, 0, 0,
                                  0, 0, 0, 0, 0, 0, 0, 0};
        dwarf_put(&bytes, ".debug_abbrev", abbrevs, sizeof abbrevs);
        dwarf_put(&bytes, ".debug_info", unit, sizeof unit);
        dwarf_put(&bytes, ".debug_ranges", ranges, sizeof ranges);
        hand_add_bytes(&h, "c", bytes);
        tn_status status = hand_end(&h, 0);
        ok = status == TN_OK;
        CHECK(ok || status == TN_E_NOMEM);
        CHECK(!ok || n > 6);
        hand_clear(&h);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
