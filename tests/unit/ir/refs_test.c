#include "ir_test.h"

/* Type 0: a struct of an i8, an i64, an f32; 1: its final subtype; 2: an array
 * of i16; 3: (anyref, i32) -> i32, of the function; 4: (i32) -> i32. Global 0
 * is an anyref, 1 an f32. The parameters are s0 and s1, the stack begins at
 * s5. */
static const char *ir_of_refs(const char *body)
{
    char sections[1024];
    snprintf(sections, sizeof sections,
             "1:05 50 00 5f 03 78 01 7e 01 7d 01 "
             "4f 01 00 5f 03 78 01 7e 01 7d 01 "
             "5e 77 01 60 02 6e 7f 01 7f 60 01 7f 01 7f;"
             "3:01 03;6:02 6e 01 d0 71 0b 7d 01 43 00 00 00 00 0b;"
             "10:01 (00 %s 0b)",
             body);
    return ir_of(sections, 0);
}

TEST(a_field_is_read_at_its_offset_behind_a_test_of_its_type)
{
    CHECK_STR("     8  cast_sub_s_a acc = s0 0 0 0\n"
              "    24  get_s8_a_a acc = acc +8\n"
              "    36  ret_a 2 acc\n",
              ir_of_refs("20 00 fb 16 00 fb 03 00 00"));
}

TEST(a_final_type_is_compared_by_its_number)
{
    CHECK_STR("     8  is_exact_s_a acc = s0 1 1 1\n"
              "    24  ret_a 2 acc\n",
              ir_of_refs("20 00 fb 15 01"));
    CHECK(strstr(ir_of_refs("20 00 fb 14 6d"), "  is_heap_s_a acc = s0 ") !=
          NULL);
}

TEST(a_constant_is_written_by_the_instruction_itself)
{
    CHECK_STR("     8  global_get_a acc = 0\n"
              "    20  cast_sub_a_a acc = acc 0 0 0\n"
              "    36  put_64_a_i acc +16 -1\n"
              "    52  ret_u 2 7\n",
              ir_of_refs("23 00 fb 16 00 42 7f fb 05 00 01 41 07"));
}

TEST(a_float_is_written_from_its_accumulator)
{
    CHECK_STR("     8  cast_sub_s_a acc = s0 0 0 0\n"
              "    24  global_getv_a vacc = 1\n"
              "    36  put_f32_a_v acc +24 vacc\n"
              "    48  ret_u 2 7\n",
              ir_of_refs("20 00 fb 16 00 23 01 fb 05 00 02 41 07"));
}

TEST(an_element_is_read_with_the_index_in_its_slot)
{
    CHECK_STR("     8  cast_exact_s_a acc = s0 2 0 0\n"
              "    24  elem_u16_as_a acc = acc s1\n"
              "    36  ret_a 2 acc\n",
              ir_of_refs("20 00 fb 16 02 20 01 fb 0d 02"));
}

TEST(a_cast_and_the_branch_on_it_are_one)
{
    /* In place: the block's result is where the reference is. */
    CHECK_STR("     8  global_get_s acc s5 = 0\n"
              "    20  br_is_exact_a acc 0 -> 52 1 1\n"
              "    40  ret_u 2 0\n"
              "    52  get_u8_s_a acc = s5 +8\n"
              "    64  ret_a 2 acc\n",
              ir_of_refs("02 64 01 23 00 fb 18 01 00 6e 01 1a 41 00 0f 0b "
                         "fb 04 01 00"));
}

TEST(a_branch_on_null_looks_where_the_reference_is)
{
    CHECK_STR("     8  i64_eq_br_si s0 0 -> 56\n"
              "    24  cast_i31_s_a acc = s0 198 0 0\n"
              "    40  i31_get_s_a_a acc = acc\n"
              "    48  ret_a 2 acc\n"
              "    56  ret_u 2 7\n",
              ir_of_refs("02 40 20 00 d5 00 fb 16 6c fb 1d 0f 0b 41 07"));
}

TEST(an_allocation_has_its_operands_among_the_live)
{
    CHECK_STR("     8  global_getv_s vacc s7 = 1\n"
              "    20  mov_u s5 = 1\n"
              "    32  mov_u s6 = 2\n"
              "    44  struct_new_h 5 8 0 0 live s0\n"
              "    60  struct_new_default_h 6 6 0 0 live s0 s5\n"
              "    76  i64_eq_ss_a acc = s5 s6\n"
              "    88  ret_a 2 acc\n",
              ir_of_refs("41 01 42 02 23 01 fb 00 00 fb 01 00 d3"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
