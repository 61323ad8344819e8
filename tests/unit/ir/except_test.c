#include "ir_test.h"

/* Function 0 is (i32) -> i32 and has `body`; function 1 throws its argument
 * with tag 0, tag 1 has an i64 and a v128. */
static const char *sections_of(const char *body)
{
    static char sections[512];
    snprintf(sections, sizeof sections,
             "1:03 60 01 7f 01 7f 60 01 7f 00 60 02 7e 7b 00;3:02 00 01;"
             "13:02 00 01 00 02;10:02 (00 %s 0b) (00 20 00 08 00 0b)",
             body);
    return sections;
}

static const char *ir_of_catcher(const char *body)
{
    return ir_of(sections_of(body), 0);
}

TEST(a_try_table_writes_no_instruction)
{
    static const char call[] = "     8  mov_s s4 = s0\n"
                               "    16  call 4 1 1\n"
                               "    32  mov_u s4 = 0\n"
                               "    44  ret_s 1 s4\n";
    char guarded[256];
    snprintf(guarded, sizeof guarded, "%sguards 8..44: tag0 s4 -> 44\n", call);
    CHECK_STR(call, ir_of_catcher("02 7f 02 7f 20 00 10 01 41 00 0b 0b"));
    CHECK_STR(guarded, ir_of_catcher("02 7f 1f 7f 01 00 00 00"
                                     "  20 00 10 01 41 00 0b 0b"));
}

TEST(a_clause_of_the_functions_label_returns)
{
    CHECK_STR("     8  mov_s s4 = s0\n"
              "    16  call 4 1 1\n"
              "    32  ret_u 1 7\n"
              "    44  ret_s 1 s0\n"
              "guards 8..32: tag0 s0 -> 44\n",
              ir_of_catcher("1f 40 01 00 00 00 20 00 10 01 0b 41 07"));
}

TEST(a_clause_of_a_loop_begins_it_again)
{
    CHECK_STR("     8  mov_s s4 = s0\n"
              "    16  call 4 1 1\n"
              "    32  ret_u 1 7\n"
              "guards 8..32: all -> 8\n",
              ir_of_catcher("03 40 1f 40 01 02 00 20 00 10 01 0b 0b 41 07"));
}

TEST(a_legacy_handler_keeps_its_exception_below_its_values)
{
    CHECK_STR("     8  mov_s s4 = s0\n"
              "    16  call 4 1 1\n"
              "    32  mov_u s4 = 0\n"
              "    44  br -> 84\n"
              "    52  br_false_s s5 -> 72\n"
              "    64  throw_ref s4\n"
              "    72  mov_u s4 = 1\n"
              "    84  ret_s 1 s4\n"
              "guards 8..52: tag0 s5 ref s4 -> 52\n",
              ir_of_catcher("06 7f 20 00 10 01 41 00"
                            " 07 00 04 40 09 01 0b 41 01 0b"));
}

TEST(delegate_hides_the_handlers_between)
{
    CHECK_STR("     8  mov_s s4 = s0\n"
              "    16  call 4 1 1\n"
              "    32  mov_u s4 = 0\n"
              "    44  br -> 64\n"
              "    52  mov_u s4 = 1\n"
              "    64  br -> 84\n"
              "    72  mov_u s4 = 2\n"
              "    84  ret_s 1 s4\n"
              "guards 8..44: as if at depth 1\n"
              "guards 8..52: all ref s4 -> 52\n"
              "guards 8..72: all ref s4 -> 72\n",
              ir_of_catcher("06 7f"
                            "  06 7f"
                            "    06 7f 20 00 10 01 41 00 18 01"
                            "  19 41 01 0b"
                            " 19 41 02 0b"));
}

TEST(where_there_is_no_code_there_are_no_handlers)
{
    CHECK_STR("     8  ret_s 1 s0\n",
              ir_of_catcher("02 40 1f 40 01 02 00 0b 0b 20 00"));
}

/* The values of an exception may need more room than all else. */
TEST(frames_have_room_for_what_is_caught)
{
    CHECK_STR("     8  mov_s s4 = s0\n"
              "    16  call 4 1 1\n"
              "    32  br -> 48\n"
              "    40  throw_ref s4\n"
              "    48  ret_u 1 0\n"
              "guards 8..40: tag1 s5 ref s4 -> 40\n",
              ir_of_catcher("06 40 20 00 10 01 07 01 1a 1a 09 00 0b"
                            " 41 00"));
}

TEST(without_memory_for_the_table_nothing_is_half_done)
{
    const uint8_t *entry = NULL;
    for (size_t n = 0; entry == NULL; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct paper p;
        tn_error err = {0};
        paper_open(&p,
                   sections_of("02 7f 1f 7f 01 00 00 00"
                               "  20 00 10 01 41 00 0b 0b"),
                   &alloc);
        if (p.code != NULL)
            entry = tn_code_entry(p.code, 0, &err);
        if (p.code != NULL && entry == NULL)
            CHECK_EQ(TN_E_NOMEM, err.status);
        struct tn_code_place place = {0};
        if (entry != NULL) {
            CHECK(tn_code_place_at(p.code, entry + 8, &place));
            CHECK_EQ(1, place.unwind.count);
            CHECK_EQ(44, place.unwind.clauses[0].handler);
        }
        paper_close(&p);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
}

TEST(an_exception_is_searched_from_inside_out)
{
    static const struct tn_clause clauses[] = {
        {.begin = 8, .end = 16, .depth = 3, .handler = 100},
        {.begin = 8, .end = 20, .depth = 3, .handler = TN_NONE, .target = 1},
        {.begin = 8, .end = 24, .depth = 2, .handler = 104},
        {.begin = 4, .end = 28, .depth = 1, .handler = 108},
    };
    struct tn_unwind unwind = {clauses, 4};
    struct tn_unwind_search search = tn_unwind_at(unwind, 8);
    CHECK_EQ(100, tn_unwind_next(&search)->handler);
    CHECK_EQ(108, tn_unwind_next(&search)->handler);
    CHECK(tn_unwind_next(&search) == NULL);
    search = tn_unwind_at(unwind, 20);
    CHECK_EQ(104, tn_unwind_next(&search)->handler);
    search = tn_unwind_at(unwind, 28);
    CHECK(tn_unwind_next(&search) == NULL);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
