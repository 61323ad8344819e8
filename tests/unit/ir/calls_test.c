#include "ir_test.h"

/* Type 0: (i32 i64) -> i32, of an import and of functions 1 and 2; type 1: two
 * results. Function 1 has `body`. */
static const char *ir_of_caller(const char *body)
{
    char sections[512];
    snprintf(sections, sizeof sections,
             "1:02 60 02 7f 7e 01 7f 60 00 02 7f 7e;2:01 01 65 01 66 00 00;"
             "3:03 00 00 01;4:01 70 00 01;"
             "10:03 (00 %s 0b) (00 41 00 0b) (00 41 01 42 02 0b)",
             body);
    return ir_of(sections, 1);
}

TEST(arguments_are_put_where_the_callee_has_its_parameters)
{
    CHECK_STR("     8  mov2_s s6 = s0 s7 = s1\n"
              "    20  call 6 2 2\n"
              "    36  i32_add_ai_a acc = acc 1\n"
              "    48  ret_a 2 acc\n",
              ir_of_caller("20 00 20 01 10 02 41 01 6a"));
}

TEST(a_call_that_may_leave_the_instance_takes_its_context_back)
{
    CHECK_STR("     8  mov2_s s6 = s0 s7 = s1\n"
              "    20  call_import 6 2 0 5\n"
              "    36  xrest 5\n"
              "    44  ret_a 2 acc\n",
              ir_of_caller("20 00 20 01 10 00"));
    CHECK(strstr(ir_of_caller("20 00 20 01 20 00 11 00 00"), "  xrest 5\n") !=
          NULL);
}

TEST(many_results_are_in_slots)
{
    CHECK_STR("     8  call 6 2 3\n"
              "    24  i32_wrap_i64_s_a acc = s7\n"
              "    32  i32_add_sa_a acc = s6 acc\n"
              "    44  ret_a 2 acc\n",
              ir_of_caller("10 03 a7 6a"));
}

TEST(a_tail_call_says_where_both_headers_are)
{
    CHECK_STR("     8  mov2_s s6 = s0 s7 = s1\n"
              "    20  tail_call 6 2 2 2 2\n",
              ir_of_caller("20 00 20 01 12 02"));
    CHECK_STR("     8  mov2_s s6 = s0 s7 = s1\n"
              "    20  tail_import 6 2 2 2 0 1\n",
              ir_of_caller("20 00 20 01 12 00"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
