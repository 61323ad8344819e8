#include "wat_test.h"

#include "mod/opcode.h"

TEST(memory_accesses_have_offset_and_alignment)
{
    CHECK_STR("28 02 00 0b", code_of("i32.load"));
    CHECK_STR("28 00 08 0b", code_of("i32.load offset=8 align=1"));
    CHECK_STR("28 42 03 00 0b", code_of("i32.load 3"));
    CHECK_STR("29 03 80 80 80 80 10 0b",
              code_of("i64.load offset=0x1_0000_0000"));
    CHECK_STR("alignment must be a power of two@15",
              parsed("(func i32.load align=3)"));
    CHECK_STR("alignment must be a power of two@15",
              parsed("(func i32.load align=0)"));
    CHECK_STR("unknown operator offset=-1, a number expected@15",
              parsed("(func i32.load offset=-1)"));
    CHECK_STR("i64 constant out of range: offset=18446744073709551616@15",
              parsed("(func i32.load offset=18446744073709551616)"));
}

TEST(a_number_before_a_lane_is_a_memory_if_another_follows)
{
    CHECK_STR("fd 54 00 00 05 0b", code_of("v128.load8_lane 5"));
    CHECK_STR("fd 54 40 01 00 05 0b", code_of("v128.load8_lane 1 5"));
    CHECK_STR("fd 54 40 01 02 05 0b", code_of("v128.load8_lane 1 offset=2 5"));
    CHECK_STR("fd 54 00 02 05 0b", code_of("v128.load8_lane offset=2 5"));
    CHECK_STR("i8 constant out of range: 256@22",
              parsed("(func v128.load8_lane 256)"));
}

TEST(numbers_fit_their_types)
{
    CHECK_STR("41 7f 41 7f 42 7f 0b",
              code_of("i32.const -1 i32.const 0xffff_ffff i64.const -1"));
    CHECK_STR("i32 constant out of range: 4294967296@16",
              parsed("(func i32.const 4294967296)"));
    CHECK_STR("43 00 00 80 7f 44 00 00 00 00 00 00 f8 7f 0b",
              code_of("f32.const inf f64.const nan"));
    CHECK_STR("f32 constant out of range: 1e39@16",
              parsed("(func f32.const 1e39)"));
    CHECK_STR("unknown operator 1x, a number expected@16",
              parsed("(func i32.const 1x)"));
    CHECK_STR("unexpected token 1.5, a number expected@16",
              parsed("(func i32.const 1.5)"));
    CHECK_STR("unexpected token ), a number expected@15",
              parsed("(func i32.const)"));
}

TEST(vectors_have_six_shapes)
{
    CHECK_STR(
        "fd 0c 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f ff 0b",
        code_of("v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 -1"));
    CHECK_STR("fd 0c 01 00 02 00 03 00 04 00 05 00 06 00 07 00 ff ff 0b",
              code_of("v128.const i16x8 1 2 3 4 5 6 7 0xffff"));
    CHECK_STR("fd 0c 01 00 00 00 02 00 00 00 03 00 00 00 ff ff ff ff 0b",
              code_of("v128.const i32x4 1 2 3 -1"));
    CHECK_STR("fd 0c 01 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff 0b",
              code_of("v128.const i64x2 1 -1"));
    CHECK_STR("fd 0c 00 00 80 3f 00 00 00 40 00 00 c0 7f 00 00 00 80 0b",
              code_of("v128.const f32x4 1 2 nan -0"));
    CHECK_STR("fd 0c 00 00 00 00 00 00 f0 3f 00 00 00 00 00 00 f0 ff 0b",
              code_of("v128.const f64x2 1 -inf"));
    CHECK_STR("wrong number of lane literals, 4 expected@27",
              parsed("(func v128.const i32x4 1 2 )"));
    CHECK_STR("wrong number of lane literals, 2 expected@28",
              parsed("(func v128.const i64x2 1 2 3)"));
}

TEST(lanes_are_picked_by_number)
{
    CHECK_STR("fd 15 0f fd 1a 07 fd 21 01 0b",
              code_of("i8x16.extract_lane_s 15 i16x8.replace_lane 7"
                      " f64x2.extract_lane 1"));
    CHECK(strstr(code_of("v128.const i8x15 0"), "unknown operator i8x15"));
    CHECK(strstr(code_of("v128.const i8x16 1 ]"), "unknown operator ]"));
}

TEST(shuffles_have_sixteen_lanes)
{
    CHECK_STR("fd 0d 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 1f 0b",
              code_of("i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31"));
    CHECK_STR("invalid lane length, 16 expected@24",
              parsed("(func i8x16.shuffle 0 1 )"));
    CHECK_STR("i8 constant out of range: -1@20",
              parsed("(func i8x16.shuffle -1 1 2 3 4 5 6 7 8 9 10 11 12 13 14"
                     " 15)"));
}

TEST(the_last_label_of_br_table_is_the_default)
{
    CHECK_STR("0e 00 00 0b", code_of("br_table 0"));
    CHECK_STR("0e 02 02 01 00 0b", code_of("br_table 2 1 0"));
    CHECK_STR("unexpected token ), a number expected@14",
              parsed("(func br_table)"));
}

TEST(select_with_results_is_another_instruction)
{
    CHECK_STR("1b 0b", code_of("select"));
    CHECK_STR("1c 01 7f 0b", code_of("select (result i32)"));
    CHECK_STR("1c 02 7f 7e 0b", code_of("select (result i32) (result i64)"));
    CHECK_STR("1c 00 0b", code_of("select (result)"));
}

TEST(indices_that_may_be_missing_are_zero)
{
    CHECK_STR("3f 00 40 02 25 00 26 03 0b",
              code_of("memory.size memory.grow 2 table.get table.set 3"));
    CHECK_STR("fc 0a 00 00 fc 0a 01 02 fc 0b 00 0b",
              code_of("memory.copy memory.copy 1 2 memory.fill"));
    CHECK_STR("fc 0e 00 00 fc 0e 01 02 0b",
              code_of("table.copy table.copy 1 2"));
}

TEST(segments_come_second_in_text_and_first_in_binary)
{
    CHECK_STR("fc 0c 05 00 fc 0c 05 04 fc 0d 03 0b",
              code_of("table.init 5 table.init 4 5 elem.drop 3"));
    CHECK_STR(
        "1:01 60 00 00;3:01 00;12:00;10:01 0a 00 fc 08 05 00 fc 08 05 04 0b",
        parsed("(func memory.init 5 memory.init 4 5)"));
}

TEST(calls_by_table_have_a_table_and_a_type)
{
    CHECK_STR("11 00 00 13 00 02 0b",
              code_of("call_indirect return_call_indirect 2 (type 0)"));
    CHECK_STR("1:02 60 00 00 60 01 7f 01 7e;3:01 00;10:01 05 00 11 01 00 0b",
              parsed("(func call_indirect (param i32) (result i64))"));
}

TEST(block_types_are_as_short_as_they_can_be)
{
    CHECK_STR("02 40 0b 02 7f 0b 02 00 0b 0b",
              code_of("block end block (result i32) end block (type 0) end"));
    CHECK_STR("1:02 60 00 00 60 01 7f 00;3:01 00;10:01 05 00 02 01 0b 0b",
              parsed("(func block (param i32) end)"));
    CHECK(strstr(parsed("(func block (param $x i32) end)"),
                 "unexpected token $x"));
}

TEST(references_have_heap_types)
{
    CHECK_STR("d0 70 d0 6f d0 00 d2 00 0b",
              code_of("ref.null func ref.null extern ref.null 0 ref.func 0"));
    CHECK_STR("fb 14 6c fb 15 6c fb 16 00 fb 17 6e 0b",
              code_of("ref.test (ref i31) ref.test i31ref ref.cast (ref 0)"
                      " ref.cast (ref null any)"));
    CHECK_STR("fb 18 03 00 6e 6d fb 19 01 00 6e 00 0b",
              code_of("br_on_cast 0 anyref eqref"
                      " br_on_cast_fail 0 anyref (ref 0)"));
}

TEST(catches_keep_their_order)
{
    CHECK_STR("1f 40 04 02 00 01 00 00 03 00 00 01 00 0b 0b",
              code_of("try_table (catch_all 0) (catch_ref 0 0)"
                      " (catch_all_ref 0) (catch 1 0) end"));
}

TEST(objects_are_of_types_with_fields_and_segments)
{
    CHECK_STR("fb 02 00 01 fb 08 00 03 fb 11 00 01 fb 0a 00 02 0b",
              code_of("struct.get 0 1 array.new_fixed 0 3 array.copy 0 1"
                      " array.new_elem 0 2"));
    CHECK(strstr(parsed("(func array.new_data 0 1)"), "fb 09 00 01 0b"));
}

TEST(a_fence_has_a_byte_nobody_writes)
{
    CHECK_STR("fe 03 00 fe 10 02 00 0b",
              code_of("atomic.fence i32.atomic.load"));
}

/* Whatever is in opcode.def can be said: without its immediates it is at
 * least no unknown operator. */
TEST(every_row_is_known_by_its_name)
{
    for (int i = 0; i < TN_OP_COUNT; i++) {
        char text[80];
        (void)snprintf(text, sizeof text, "(func (%s", tn_mod_opcodes[i].text);
        CHECK(strstr(parsed(text), "unknown operator") == NULL);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
