#include "ir_test.h"

TEST(a_comparison_and_its_branch_are_one_instruction)
{
    static const char both[] = "20 00 20 01 %s 45 04 7f 41 01 05 41 02 0b";
    char body[64];
    snprintf(body, sizeof body, both, "48");
    CHECK_STR("     8  i32_lt_s_br_ss s0 s1 -> 40\n"
              "    20  mov_u s8 = 1\n"
              "    32  br -> 52\n"
              "    40  mov_u s8 = 2\n"
              "    52  ret_s 3 s8\n",
              ir_of_body(body));
    snprintf(body, sizeof body, both, "71");
    CHECK(strstr(ir_of_body(body), " i32_any_br_ss s0 s1 -> 40\n") != NULL);
}

TEST(a_float_comparison_is_turned_by_its_branch_because_of_nan)
{
    CHECK(strstr(ir_of_body("20 02 20 02 63 45 04 7f 41 01 05 41 02 0b"),
                 " f64_lt_bt_ss s2 s2 -> 40\n") != NULL);
    CHECK(strstr(ir_of_body("20 02 20 02 63 04 7f 41 01 05 41 02 0b"),
                 " f64_lt_bf_ss s2 s2 -> 40\n") != NULL);
}

TEST(a_branch_with_values_goes_around_its_moves)
{
    CHECK_STR("     8  br_false_s s0 -> 36\n"
              "    20  mov_s s8 = s1\n"
              "    28  br -> 48\n"
              "    36  mov_u s8 = 1\n"
              "    48  ret_s 3 s8\n",
              ir_of_body("02 7f 41 01 20 01 20 00 0d 00 1a 0b"));
}

TEST(labels_of_a_table_share_their_moves)
{
    CHECK_STR("     8  mov_s s8 = s1\n"
              "    16  br_table_s s0 2 -> 48 -> 40 -> 48\n"
              "    40  ret_s 3 s8\n"
              "    48  ret_s 3 s8\n",
              ir_of_body("02 7f 20 01 20 00 0e 02 00 01 00 0b"));
}

TEST(a_mirror_lasts_where_a_branch_is_not_taken)
{
    /* s0 is read from the accumulator behind br_if, and not behind end */
    CHECK_STR("     8  i32_mul_ss_s acc s0 = s0 s1\n"
              "    20  br_true_s s1 -> 52\n"
              "    32  i32_add_as_s acc s1 = acc s1\n"
              "    44  mov_s s6 = s0\n"
              "    52  ret_s 3 s0\n",
              ir_of_body("20 00 20 01 6c 21 00 02 40 20 01 0d 00 "
                         "20 00 20 01 6a 21 01 20 00 21 03 0b 20 00"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
