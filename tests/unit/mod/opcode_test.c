#include "mod/opcode.h"
#include "tn_test.h"

/* TN_OP_COUNT if there is none. */
static int row_of(uint8_t prefix, uint32_t code)
{
    struct tn_opcode_key key = tn_mod_opcode_key(prefix, code);
    return key.row == 0 ? TN_OP_COUNT : key.row - 1;
}

TEST(each_row_is_found_by_its_code)
{
    for (int i = 0; i < TN_OP_COUNT; i++) {
        const struct tn_opcode_info *info = &tn_mod_opcodes[i];
        CHECK_EQ(i, row_of(info->prefix, info->code));
        CHECK(info->text[0] != '\0' && info->sig[0] != '\0');
        CHECK(info->imm < TN_IMM_COUNT && info->feature < TN_FEATURE_COUNT);
    }
}

TEST(every_other_code_has_no_row)
{
    static const uint8_t prefixes[] = {0, 0xfb, 0xfc, 0xfd, 0xfe};
    int found = 0;
    for (size_t p = 0; p < sizeof prefixes; p++)
        for (uint32_t code = 0; code < 0x1000; code++)
            found += row_of(prefixes[p], code) != TN_OP_COUNT;
    CHECK_EQ(TN_OP_COUNT, found);
    CHECK_EQ(TN_OP_COUNT, row_of(0xfc, UINT32_MAX));
    CHECK_EQ(TN_OP_COUNT, row_of(0xfa, 0));
}

TEST(codes_are_those_of_the_specification)
{
    CHECK_EQ(TN_OP_i32_add, row_of(0, 0x6a));
    CHECK_EQ(TN_OP_i64_extend32_s, row_of(0, 0xc4));
    CHECK_EQ(TN_OP_ref_cast_null, row_of(0xfb, 23));
    CHECK_EQ(TN_OP_table_fill, row_of(0xfc, 17));
    CHECK_EQ(TN_OP_i64_mul_wide_u, row_of(0xfc, 22));
    CHECK_EQ(TN_OP_f64x2_convert_low_i32x4_u, row_of(0xfd, 255));
    CHECK_EQ(TN_OP_i16x8_avgr_u, row_of(0xfd, 155));
    CHECK_EQ(TN_OP_i32x4_relaxed_dot_i8x16_i7x16_add_s, row_of(0xfd, 0x113));
    CHECK_EQ(TN_OP_i64_atomic_rmw32_cmpxchg_u, row_of(0xfe, 0x4e));
}

TEST(signatures_are_operands_and_results)
{
    for (int i = 0; i < TN_OP_COUNT; i++) {
        const char *sig = tn_mod_opcodes[i].sig;
        if (strcmp(sig, "CTRL") == 0)
            continue;
        size_t letters = strspn(sig, "ilfdvpPm");
        CHECK_EQ('_', sig[letters]);
        CHECK_EQ(strlen(sig),
                 letters + 1 + strspn(sig + letters + 1, "ilfdvp"));
    }
    CHECK_STR("ii_i", tn_mod_opcodes[TN_OP_i32_add].sig);
    CHECK_STR("pl_", tn_mod_opcodes[TN_OP_i64_store8].sig);
}

TEST(alignment_and_lanes_are_in_the_kind)
{
    CHECK(tn_imm_is_memarg(TN_IMM_MEMARG1));
    CHECK(tn_imm_is_memarg(TN_IMM_MEMARG8_LANE));
    CHECK(!tn_imm_is_memarg(TN_IMM_NONE) && !tn_imm_is_memarg(TN_IMM_LANE2));
    CHECK_EQ(0, tn_imm_align_log2(TN_IMM_MEMARG1));
    CHECK_EQ(4, tn_imm_align_log2(TN_IMM_MEMARG16));
    CHECK_EQ(3, tn_imm_align_log2(TN_IMM_MEMARG8_LANE));
    CHECK_EQ(16, tn_imm_lane_count(TN_IMM_MEMARG1_LANE));
    CHECK_EQ(2, tn_imm_lane_count(TN_IMM_MEMARG8_LANE));
    CHECK_EQ(2, tn_imm_lane_count(TN_IMM_LANE2));
    CHECK_EQ(16, tn_imm_lane_count(TN_IMM_LANE16));
    /* a load's name says its width */
    CHECK_EQ(TN_IMM_MEMARG4, tn_mod_opcodes[TN_OP_i64_load32_u].imm);
    CHECK_EQ(TN_IMM_MEMARG2, tn_mod_opcodes[TN_OP_v128_load16_splat].imm);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
