#include "ir_test.h"

TEST(code_that_is_not_reached_is_left_out)
{
    CHECK_STR(
        "     8  ret_u 3 1\n",
        ir_of_body("41 01 0f 02 7f 20 00 0c 00 0b 04 7f 41 01 05 41 02 0b"));
    CHECK_STR("     8  br_false_s s0 -> 32\n"
              "    20  ret_u 3 1\n"
              "    32  ret_u 3 2\n",
              ir_of_body("20 00 04 40 41 01 0f 20 00 1a 0b 41 02"));
}

TEST(zeroing_is_one_run_from_the_first_to_the_last)
{
    /* of s6..s9 the first and the last may be read unwritten */
    CHECK_STR("     0  zero s6 = 4\n"
              "     8  mov_u s7 = 1\n"
              "    20  i32_add_ss_a acc = s6 s9\n"
              "    32  i32_add_as_a acc = acc s7\n"
              "    44  ret_a 3 acc\n",
              ir_of("1:01 60 03 7f 7f 7c 01 7f;3:01 00;"
                    "10:01 (01 04 7f 41 01 21 04 20 03 20 06 6a 20 04 6a 0b)",
                    0));
}

TEST(what_one_arm_wrote_is_unwritten_behind_it)
{
    CHECK_STR("     0  zero1 s6\n"
              "     8  br_false_s s0 -> 32\n"
              "    20  mov_u s6 = 5\n"
              "    32  ret_s 3 s6\n",
              ir_of_body("20 00 04 40 41 05 21 03 0b 20 03"));
}

TEST(traced_functions_announce_themselves)
{
    struct paper p;
    struct tn_buf out;
    paper_open(&p, "1:01 60 01 7f 01 7f;3:01 00;10:01 (00 20 00 0b)",
               &tn_alloc_libc);
    tn_code_free(p.code);
    p.code =
        tn_code_new(p.mod, paper_target(),
                    (struct tn_flavour){.is_traced = true}, &tn_alloc_libc);
    tn_buf_init(&out, &tn_alloc_libc);
    CHECK_EQ(TN_OK, tn_code_show(p.code, 0, &out, NULL));
    tn_buf_byte(&out, 0);
    CHECK_STR("function 0 \"\": 5 slots, 1 of them parameters\n"
              "     8  trace_enter 0\n"
              "    16  mov_s s4 = s0\n"
              "    24  trace_leave 0\n"
              "    32  ret_s 1 s4\n",
              (const char *)out.at);
    tn_buf_clear(&out);
    paper_close(&p);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
