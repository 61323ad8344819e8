#include "wat_test.h"

#include <stdlib.h>

TEST(folded_operands_come_before_their_operator)
{
    CHECK_STR(
        "41 01 41 02 6a 45 1a 0b",
        code_of("(drop (i32.eqz (i32.add (i32.const 1) (i32.const 2))))"));
    CHECK_STR("41 01 41 02 6a 1a 0b",
              code_of("i32.const 1 i32.const 2 i32.add drop"));
    CHECK_STR("41 01 41 02 6a 1a 0b",
              code_of("i32.const 1 (i32.add (i32.const 2)) drop"));
}

TEST(folded_blocks_end_with_their_parenthesis)
{
    CHECK_STR("02 40 03 40 01 0b 0b 0b", code_of("(block (loop nop))"));
    CHECK_STR("02 40 03 40 01 0b 0b 0b", code_of("block loop nop end end"));
    CHECK_STR("1f 40 01 02 00 01 0b 0b",
              code_of("(try_table (catch_all 0) nop)"));
}

TEST(the_condition_of_a_folded_if_comes_before_it)
{
    CHECK_STR("41 01 04 7f 41 02 05 41 03 0b 1a 0b",
              code_of("(if (result i32) (i32.const 1) (then i32.const 2)"
                      " (else (i32.const 3))) drop"));
    CHECK_STR("01 41 01 04 40 0b 0b",
              code_of("(if (nop) (i32.const 1) (then))"));
    CHECK_STR("unexpected token ), (then expected@23",
              code_of("(if (i32.const 1))"));
}

TEST(arms_come_in_their_order_and_once)
{
    CHECK(strstr(code_of("(if (then) (else) (else))"), "unexpected token"));
    CHECK(strstr(code_of("(if (else) (then))"), "unexpected token"));
    CHECK(strstr(code_of("(if (then) (nop))"), "unexpected token"));
    CHECK(strstr(code_of("(then)"), "unexpected token"));
    CHECK(strstr(code_of("if else else end"), "unexpected token"));
    CHECK(strstr(code_of("block else end"), "unexpected token"));
    CHECK(strstr(code_of("(try (catch_all))"), "unexpected token"));
    CHECK(strstr(code_of("(try (do) (catch_all) (catch_all))"),
                 "unexpected token"));
    CHECK(strstr(code_of("(try (do) (catch_all) (delegate 0))"),
                 "unexpected token"));
    CHECK(strstr(code_of("(try (do) (delegate 0) (catch_all))"),
                 "unexpected token"));
    CHECK(strstr(code_of("try catch_all catch 0 end"), "unexpected token"));
    CHECK(strstr(code_of("(catch_all)"), "unexpected token"));
}

TEST(legacy_try_is_written_both_ways)
{
    CHECK_STR("06 40 01 19 01 0b 0b",
              code_of("(try (do nop) (catch_all nop))"));
    CHECK_STR("06 40 01 19 01 0b 0b", code_of("try nop catch_all nop end"));
    CHECK_STR("06 40 0b 0b", code_of("(try (do))"));
    CHECK_STR("06 40 07 05 07 06 19 0b 0b",
              code_of("(try (do) (catch 5) (catch 6) (catch_all))"));
}

TEST(delegate_counts_from_outside_of_its_try)
{
    CHECK_STR("02 40 06 40 18 00 0b 0b",
              strtok((char *)code_of("block $b try delegate $b end"), ";"));
    CHECK_STR(
        "02 40 06 40 18 00 0b 0b",
        strtok((char *)code_of("(block $b (try (do) (delegate $b)))"), ";"));
}

TEST(operands_of_folded_instructions_are_folded)
{
    CHECK_STR("unexpected token i32.const, \"(\" or \")\" expected@12",
              parsed("(func (drop i32.const 1))"));
    CHECK_STR("unexpected token i32.const, \"(\" or \")\" expected@10",
              parsed("(func (if i32.const 0 (then)))"));
}

TEST(blocks_must_be_closed_by_what_opened_them)
{
    CHECK_STR("unexpected token ), end expected@11", parsed("(func block)"));
    CHECK_STR("unexpected token end, an instruction expected@6",
              parsed("(func end)"));
    CHECK_STR("unexpected token end, an instruction expected@13",
              parsed("(func (block end))"));
}

TEST(labels_at_the_end_must_be_those_at_the_beginning)
{
    CHECK_STR("mismatching label $l@16", parsed("(func block end $l)"));
    CHECK_STR("mismatching label $l@19", parsed("(func block $a end $l)"));
    CHECK_STR("mismatching label $l@14", parsed("(func if else $l end)"));
    CHECK(strncmp("04 40 05 0b 0b", code_of("if $a else $a end $a"), 14) == 0);
}

TEST(inner_labels_hide_outer_ones_until_they_end)
{
    const char *code = code_of("block $a block $b block $a br $a end br $a end"
                               " br $a br 1 end");
    CHECK(strncmp("02 40 02 40 02 40 0c 00 0b 0c 01 0b 0c 00 0c 01 0b 0b", code,
                  53) == 0);
    CHECK_STR("unknown label $a@23", parsed("(func block $a end (br $a))"));
}

TEST(labels_of_a_folded_if_are_not_those_of_its_condition)
{
    CHECK_STR("unknown label $a@17", parsed("(func (if $a (br $a) (then)))"));
    CHECK(strncmp("01 04 40 0c 00 0b 0b",
                  code_of("(if $a (nop) (then (br $a)))"), 20) == 0);
}

TEST(unknown_words_are_unknown_operators)
{
    CHECK_STR("unknown operator get_local, an instruction expected@6",
              parsed("(func get_local 0)"));
}

/* Nesting takes memory, not stack. */
TEST(deep_nesting_is_no_recursion)
{
    const size_t depth = 200000;
    struct tn_buf text, out;
    tn_error err = {0};
    tn_buf_init(&text, &tn_alloc_libc);
    tn_buf_init(&out, &tn_alloc_libc);
    tn_buf_str(&text, tn_str_of("(func "));
    for (size_t i = 0; i < depth; i++)
        tn_buf_str(&text, tn_str_of("(block $l (drop (if (i32.const 1) (then"));
    for (size_t i = 0; i < depth; i++)
        tn_buf_str(&text, tn_str_of("))))"));
    tn_buf_byte(&text, ')');
    CHECK_EQ(TN_OK, tn_text_parse((const char *)text.at, text.size,
                                  &tn_alloc_libc, &out, &err));
    tn_buf_clear(&text);
    tn_buf_clear(&out);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
