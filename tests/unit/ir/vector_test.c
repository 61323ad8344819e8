#include "ir_test.h"

/* A function of type (v128 v128 i32) -> v128 with a v128 and an i64 local, in
 * a module with a memory, a v128 global of its own and an imported one. Slots:
 * parameters 0:1 2:3 4, header 5, locals 8:9 and 10, stack from 11. */
static const char *ir_of_vectors(const char *body)
{
    char sections[1024];
    snprintf(sections, sizeof sections,
             "1:01 60 03 7b 7b 7f 01 7b;2:01 01 6d 01 67 03 7b 01;3:01 00;"
             "5:01 00 01;"
             "6:01 7b 01 fd 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
             "0b;"
             "10:01 (02 01 7b 01 7e %s 0b)",
             body);
    return ir_of(sections, 0);
}

TEST(one_vector_operand_may_be_in_the_accumulator)
{
    CHECK_STR("     8  i8x16_sub_ss_a vacc = s0:1 s2:3\n"
              "    20  i8x16_sub_as_a vacc = vacc s2:3\n"
              "    32  ret_q 5 vacc\n",
              ir_of_vectors("20 00 20 01 fd 71 20 01 fd 71"));
    CHECK_STR("     8  v128_not_s_a vacc = s2:3\n"
              "    16  i8x16_sub_sa_a vacc = s0:1 vacc\n"
              "    28  ret_q 5 vacc\n",
              ir_of_vectors("20 00 20 01 fd 4d fd 71"));
}

TEST(operands_that_are_alike_change_places)
{
    CHECK_STR("     8  v128_not_s_a vacc = s2:3\n"
              "    16  i8x16_add_as_a vacc = vacc s0:1\n"
              "    28  ret_q 5 vacc\n",
              ir_of_vectors("20 00 20 01 fd 4d fd 6e"));
}

TEST(greater_is_less_with_its_operands_exchanged)
{
    CHECK_STR("     8  i8x16_lt_s_ss_a vacc = s2:3 s0:1\n"
              "    20  ret_q 5 vacc\n",
              ir_of_vectors("20 00 20 01 fd 27"));
    CHECK_STR("     8  v128_not_s_a vacc = s2:3\n"
              "    16  i8x16_lt_s_as_a vacc = vacc s0:1\n"
              "    28  ret_q 5 vacc\n",
              ir_of_vectors("20 00 20 01 fd 4d fd 27"));
}

TEST(a_vector_that_must_survive_is_stored_by_what_made_it)
{
    CHECK_STR("     8  v128_not_s_s vacc s11:12 = s0:1\n"
              "    16  v128_not_s_a vacc = s2:3\n"
              "    24  i8x16_sub_sa_a vacc = s11:12 vacc\n"
              "    36  ret_q 5 vacc\n",
              ir_of_vectors("20 00 fd 4d 20 01 fd 4d fd 71"));
}

TEST(a_local_is_set_by_what_made_its_value)
{
    CHECK_STR("     8  v128_not_s_s vacc s8:9 = s0:1\n"
              "    16  i8x16_add_as_a vacc = vacc s8:9\n"
              "    28  ret_q 5 vacc\n",
              ir_of_vectors("20 00 fd 4d 22 03 20 03 fd 6e"));
}

/* The old value of the local is kept for who got it before. */
TEST(the_old_value_of_a_local_moves_as_two_slots)
{
    CHECK_STR("     8  mov_w s11:12 = s0:1\n"
              "    16  v128_not_s_s vacc s0:1 = s2:3\n"
              "    24  ret_w 5 s11:12\n",
              ir_of_vectors("20 00 20 01 fd 4d 21 00"));
}

TEST(both_slots_of_a_vector_are_forgotten_by_a_write_of_either)
{
    /* local 3 mirrors the accumulator until one of its slots is written by
     * a wider value: here it is itself written whole. */
    CHECK_STR("     8  v128_not_s_s vacc s8:9 = s0:1\n"
              "    16  mov_w s8:9 = s2:3\n"
              "    24  ret_w 5 s8:9\n",
              ir_of_vectors("20 00 fd 4d 21 03 20 01 21 03 20 03"));
}

TEST(a_count_of_a_shift_is_an_immediate_or_a_slot)
{
    CHECK_STR("     8  i8x16_shl_si_a vacc = s0:1 3\n"
              "    20  i8x16_shl_as_a vacc = vacc s4\n"
              "    32  ret_q 5 vacc\n",
              ir_of_vectors("20 00 41 03 fd 6b 20 02 fd 6b"));
}

TEST(lanes_are_read_from_slots_and_replaced_by_slots)
{
    CHECK_STR("     8  i8x16_extract_lane_u_s_s acc s13 = s2:3 5\n"
              "    20  i8x16_replace_lane_ss_a vacc = s0:1 s13 2\n"
              "    32  ret_q 5 vacc\n",
              ir_of_vectors("20 00 20 01 fd 16 05 fd 17 02"));
}

TEST(an_address_of_a_whole_vector_is_folded)
{
    CHECK_STR("     8  v128_load_si_a vacc = s4 16 +0\n"
              "    24  ret_q 5 vacc\n",
              ir_of_vectors("20 02 41 10 6a fd 00 04 00"));
    CHECK_STR("     8  v128_load_s_a vacc = s4 +0\n"
              "    20  v128_store_s_q s4 +16 vacc\n"
              "    32  ret_w 5 s0:1\n",
              ir_of_vectors("20 02 20 02 fd 00 04 00 fd 0b 04 10 20 00"));
    CHECK_STR("     8  v128_load32_lane_s_a vacc = s4 +4 s0:1 3\n"
              "    24  ret_q 5 vacc\n",
              ir_of_vectors("20 02 20 00 fd 56 02 04 03"));
}

TEST(globals_of_vectors_take_two_words)
{
    CHECK_STR("     8  far_getq_a vacc = 0\n"
              "    20  global_set_q 0 vacc\n"
              "    32  global_getq_a vacc = 0\n"
              "    44  ret_q 5 vacc\n",
              ir_of_vectors("23 00 24 01 23 01"));
}

TEST(a_vector_is_selected_whole)
{
    CHECK_STR("     8  selectq_s_a vacc = s0:1 s2:3 s4\n"
              "    20  ret_q 5 vacc\n",
              ir_of_vectors("20 00 20 01 20 02 1b"));
}

TEST(locals_are_zeroed_by_the_slot)
{
    CHECK_STR("     0  zero s8 = 2\n"
              "     8  ret_w 5 s8:9\n",
              ir_of_vectors("20 03"));
}

/* As ir_of_vectors, of a code that is deterministic. */
TEST(arithmetic_is_followed_by_canonical_nans_where_it_must_be)
{
    static const char sections[] =
        "1:01 60 02 7b 7b 01 7b;3:01 00;"
        "10:01 (00 20 00 20 01 fd e4 01 20 01 fd ea 01 0b)";
    struct paper p;
    struct tn_buf out;
    tn_error err = {0};
    paper_open(&p, sections, &tn_alloc_libc);
    tn_code_free(p.code);
    p.code = tn_code_new(p.mod, paper_target(),
                         (struct tn_flavour){.is_deterministic = true},
                         &tn_alloc_libc);
    tn_buf_init(&out, &tn_alloc_libc);
    CHECK_EQ(TN_OK, tn_code_show(p.code, 0, &out, &err));
    tn_buf_byte(&out, 0);
    CHECK(strstr((const char *)out.at,
                 "     8  f32x4_add_ss_a vacc = s0:1 s2:3\n"
                 "    20  f32x4_canon_a_a vacc = vacc\n"
                 "    28  f32x4_pmin_as_a vacc = vacc s2:3\n"
                 "    40  ret_q 4 vacc\n") != NULL);
    tn_buf_clear(&out);
    paper_close(&p);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
