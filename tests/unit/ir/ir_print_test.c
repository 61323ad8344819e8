#include "ir_test.h"

TEST(what_is_written_stands_before_the_equals_sign)
{
    CHECK_STR("     8  mov2_s s8 = s1 s9 = s0\n"
              "    20  mov_u s10 = 0\n"
              "    32  memory_fill_h 8 0 0\n"
              "    48  i64_extend_i32_u_s_a acc = s0\n"
              "    56  i64_store_s_a s0 +16 acc\n"
              "    68  ret_u 3 7\n",
              ir_of_body("20 01 20 00 41 00 fc 0b 00 "
                         "20 00 20 00 ad 37 03 10 41 07"));
}

TEST(a_table_is_shown_with_its_targets)
{
    CHECK(strstr(ir_of_body("02 40 02 40 20 00 0e 02 00 01 00 0b 0b 41 00"),
                 "  br_table_s s0 2 -> 32 -> 32 -> 32\n") != NULL);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
