#include "ir_test.h"

/* Type 0: (externref) -> externref, of an import and of function 1; type 1:
 * () -> (). Function 1 has `body`, which begins with its locals. */
static const char *sections_of(const char *body)
{
    static char sections[512];
    snprintf(sections, sizeof sections,
             "1:02 60 01 6f 01 6f 60 00 00;2:01 01 65 01 66 00 00;"
             "3:02 00 01;10:02 (%s 0b) (00 0b)",
             body);
    return sections;
}

static const char *ir_with(const char *body)
{
    return ir_of(sections_of(body), 1);
}

TEST(an_argument_belongs_to_the_callee)
{
    CHECK_STR("     8  mov_s s5 = s0\n"
              "    16  call_import 5 1 0 4 live s0\n"
              "    32  xrest 4\n"
              "    40  ret_a 1 acc\n",
              ir_with("00 20 00 10 00"));
}

TEST(a_result_that_waits_on_the_stack_is_live)
{
    /* f(x) stays while f(x) is called again. */
    CHECK_STR("     8  mov_s s5 = s0\n"
              "    16  call_import 5 1 0 4 live s0\n"
              "    32  xrest 4\n"
              "    40  mov_s s6 = s0\n"
              "    48  call_import 6 1 0 4 live s0 s5\n"
              "    64  xrest 4\n"
              "    72  ret_s 1 s5\n",
              ir_with("00 20 00 10 00 20 00 10 00 1a"));
}

TEST(a_local_that_is_not_got_yet_is_live_by_itself)
{
    CHECK_STR("     8  call 6 0 2 live s0\n"
              "    24  ret_s 1 s0\n",
              ir_with("00 20 00 10 02"));
}

TEST(a_local_that_was_got_is_live_on_the_stack_once_it_was_replaced)
{
    /* x; x := null; call: the old x is in the stack's slot. */
    CHECK_STR("     8  mov_s s5 = s0\n"
              "    16  mov_u s0 = 0\n"
              "    28  call 6 0 2 live s0 s5\n"
              "    44  ret_s 1 s5\n",
              ir_with("00 20 00 d0 6f 21 00 10 02"));
    /* The same, but that a call came between. */
    CHECK(strstr(ir_with("00 20 00 10 02 d0 6f 21 00 10 02"), "live s0 s5\n") !=
          NULL);
}

TEST(locals_that_are_not_assigned_before_a_safepoint_are_zeroed)
{
    CHECK_STR("     0  zero1 s6\n"
              "     8  mov_s s5 = s0\n"
              "    16  call 7 0 2 live s6 s5 s0\n"
              "    32  ret_s 1 s6\n",
              ir_with("01 02 6f 20 00 21 01 10 02 20 02"));
}

TEST(a_local_that_was_assigned_in_a_block_only_is_zeroed)
{
    /* if (is_null x) { y := x; call }; call */
    const char *text = ir_with("01 01 6f 20 00 d1 04 40 20 00 21 01 10 02 0b "
                               "10 02 20 00");
    CHECK(strstr(text, "     0  zero1 s5\n") == text);
}

TEST(a_pc_inside_of_a_call_finds_its_list)
{
    struct paper p;
    paper_open(&p, sections_of("00 20 00 10 00 20 00 10 00 1a"),
               &tn_alloc_libc);
    const uint8_t *code = tn_code_entry(p.code, 1, NULL);
    uint32_t slot, sum = 0;
    /* The second call is at 48 of the function, 40 of what is entered. */
    const uint8_t *returns_to = code + 40 + 16;
    struct tn_live live = tn_code_live_at(p.code, returns_to - 1);
    for (; tn_live_next(&live, &slot); sum += slot)
        CHECK(slot == 0 || slot == 5);
    CHECK_EQ(5u, sum);
    live = tn_code_live_at(p.code, code + 8);
    CHECK(tn_live_next(&live, &slot));
    CHECK(!tn_live_next(&live, &slot));
    paper_close(&p);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
