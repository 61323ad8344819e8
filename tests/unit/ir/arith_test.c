#include "ir_test.h"

TEST(a_result_goes_to_the_local_that_it_is_set_to)
{
    CHECK_STR("     8  i32_add_ss_a acc = s0 s1\n"
              "    20  i32_add_as_s acc s6 = acc s0\n"
              "    32  ret_a 3 acc\n",
              ir_of_body("20 00 20 01 6a 20 00 6a 21 03 20 03"));
}

TEST(so_do_selections_and_results_with_float_constants)
{
    CHECK_STR("     8  select_sss_s acc s6 = s0 s1 s0\n"
              "    20  f64_mul_si_s vacc s2 = s2 0x3ff0000000000000\n"
              "    40  ret_a 3 acc\n",
              ir_of_body("20 00 20 01 20 00 1b 21 03 "
                         "20 02 44 00 00 00 00 00 00 f0 3f a2 21 02 20 03"));
}

TEST(the_old_value_of_a_local_is_saved_before_the_new_one_comes)
{
    CHECK_STR("     8  mov_s s8 = s0\n"
              "    16  mov_u s0 = 5\n"
              "    28  i32_add_ss_a acc = s8 s0\n"
              "    40  ret_a 3 acc\n",
              ir_of_body("20 00 41 05 21 00 20 00 6a"));
}

TEST(saving_goes_in_front_of_the_instruction_that_makes_the_new_value)
{
    CHECK_STR("     8  mov_s s8 = s0\n"
              "    16  i32_mul_ss_s acc s0 = s0 s1\n"
              "    28  i32_add_sa_a acc = s8 acc\n"
              "    40  ret_a 3 acc\n",
              ir_of_body("20 00 20 00 20 01 6c 21 00 20 00 6a"));
}

TEST(a_local_set_to_itself_costs_nothing)
{
    CHECK_STR("     8  ret_s 3 s0\n", ir_of_body("20 00 21 00 20 00"));
}

TEST(constants_go_to_the_right)
{
    CHECK_STR("     8  i32_gt_s_si_a acc = s0 7\n"
              "    20  ret_a 3 acc\n",
              ir_of_body("41 07 20 00 48"));
    CHECK_STR("     8  i32_add_si_a acc = s0 -7\n"
              "    20  ret_a 3 acc\n",
              ir_of_body("20 00 41 07 6b"));
    CHECK_STR("     8  i32_sub_si_a acc = s0 -2147483648\n"
              "    20  ret_a 3 acc\n",
              ir_of_body("20 00 41 80 80 80 80 78 6b"));
}

TEST(select_holds_constants_of_16_bits_that_stay_positive)
{
    CHECK_STR("     8  select_iss_a acc = 7 s1 s0\n"
              "    20  ret_a 3 acc\n",
              ir_of_body("41 07 20 01 20 00 1b"));
    CHECK_STR("     8  mov_u s8 = -1\n"
              "    20  select_sss_a acc = s8 s1 s0\n"
              "    32  ret_a 3 acc\n",
              ir_of_body("41 7f 20 01 20 00 1b"));
}

TEST(a_local_that_a_path_may_read_first_is_zeroed)
{
    CHECK_STR("     0  zero1 s6\n"
              "     8  ret_s 3 s6\n",
              ir_of_body("20 03"));
    CHECK_STR("     8  mov_u s6 = 1\n"
              "    20  ret_s 3 s6\n",
              ir_of_body("41 01 21 03 20 03"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
