#include "ir_test.h"

TEST(a_sum_becomes_part_of_the_address)
{
    CHECK_STR("     8  i32_load_si_a acc = s0 4 +8\n"
              "    24  ret_a 3 acc\n",
              ir_of_body("20 00 41 04 6a 28 02 08"));
    CHECK_STR("     8  i32_load_ss_a acc = s0 s1 +0\n"
              "    24  ret_a 3 acc\n",
              ir_of_body("20 00 20 01 6a 28 02 00"));
}

TEST(a_constant_address_and_its_offset_are_one_number_below_4_gib)
{
    CHECK_STR("     8  i32_load_k_a acc = +12\n"
              "    20  ret_a 3 acc\n",
              ir_of_body("41 04 28 02 08"));
    CHECK_STR("     8  i32_load_k_a acc = +4294967295\n"
              "    20  ret_a 3 acc\n",
              ir_of_body("41 7f 28 02 00"));
    CHECK_STR("     8  mov_u s8 = -1\n"
              "    20  i32_load_s_a acc = s8 +1\n"
              "    32  ret_a 3 acc\n",
              ir_of_body("41 7f 28 02 01"));
}

TEST(a_store_may_write_its_own_address)
{
    CHECK_STR("     8  i32_store_s_s s0 +0 s0\n"
              "    20  ret_u 3 0\n",
              ir_of_body("20 00 20 00 36 02 00 41 00"));
    /* value and address equal the accumulator: one is read from the slot */
    CHECK_STR("     8  i32_mul_ss_s acc s0 = s0 s1\n"
              "    20  i32_store_a_s acc +0 s0\n"
              "    32  ret_a 3 acc\n",
              ir_of_body("20 00 20 01 6c 22 00 20 00 36 02 00 20 00"));
}

TEST(a_float_that_is_in_no_accumulator_is_stored_as_its_bits)
{
    CHECK_STR("     8  mov_I s9 = 0x3ff0000000000000\n"
              "    24  i64_store_k_s +0 s9\n"
              "    36  ret_u 3 1\n",
              ir_of_body("41 00 44 00 00 00 00 00 00 f0 3f 39 03 00 41 01"));
    CHECK_STR("     8  f64_sqrt_s_a vacc = s2\n"
              "    16  f64_store_s_v s0 +0 vacc\n"
              "    28  ret_u 3 1\n",
              ir_of_body("20 00 20 02 9f 39 03 00 41 01"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
