#include "ir_test.h"

TEST(operands_are_read_where_they_are)
{
    CHECK_STR("     8  i32_atomic_rmw_add_a acc = memory0 s0 +8 s1\n"
              "    28  ret_a 3 acc\n",
              ir_of_body("20 00 20 01 fe 1e 02 08"));
    CHECK_STR("     8  i32_atomic_rmw_cmpxchg_a acc = memory0 s0 +0 s1 s0\n"
              "    32  ret_a 3 acc\n",
              ir_of_body("20 00 20 01 20 00 fe 48 02 00"));
    CHECK_STR("     8  i32_atomic_store_a memory0 s0 +0 s1\n"
              "    28  ret_u 3 1\n",
              ir_of_body("20 00 20 01 fe 17 02 00 41 01"));
}

TEST(what_is_computed_goes_to_a_slot_at_once)
{
    CHECK_STR("     8  i32_sub_ss_s acc s8 = s0 s1\n"
              "    20  i32_atomic_load_a acc = memory0 s8 +0\n"
              "    40  ret_a 3 acc\n",
              ir_of_body("20 00 20 01 6b fe 10 02 00"));
    CHECK_STR("     8  mov_u s9 = 5\n"
              "    20  i32_atomic_rmw_sub_s acc s6 = memory0 s0 +0 s9\n"
              "    40  ret_a 3 acc\n",
              ir_of_body("20 00 41 05 fe 25 02 00 22 03"));
}

TEST(who_waits_has_its_operands_in_a_row)
{
    CHECK_STR("     8  mov2_s s8 = s0 s9 = s1\n"
              "    20  memory_atomic_notify_h 8 memory0 +4\n"
              "    40  ret_s 3 s8\n",
              ir_of_body("20 00 20 01 fe 00 02 04"));
    CHECK_STR("     8  fence\n"
              "    12  ret_u 3 0\n",
              ir_of_body("fe 03 00 41 00"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
