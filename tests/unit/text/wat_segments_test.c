#include "wat_test.h"

/* Only the element section of a module with two functions and two tables. */
static const char *elem_of(const char *text)
{
    char source[1000];
    (void)snprintf(source, sizeof source,
                   "(func $f)(func $g)(table 1 funcref)(table $t 1 funcref)%s",
                   text);
    const char *line = parsed(source), *from = strstr(line, ";9:");
    if (from == NULL)
        return line;
    char *end = strchr(from + 1, ';');
    if (end != NULL)
        *end = '\0';
    return from + 1;
}

TEST(segments_of_functions_have_flags_0_to_3)
{
    CHECK_STR("9:01 00 41 00 0b 02 00 01",
              elem_of("(elem (i32.const 0) func $f $g)"));
    CHECK_STR("9:01 00 41 00 0b 02 00 01",
              elem_of("(elem (offset i32.const 0) $f $g)"));
    CHECK_STR("9:01 01 00 01 00", elem_of("(elem func $f)"));
    CHECK_STR("9:01 02 01 41 00 0b 00 01 00",
              elem_of("(elem (table $t) (i32.const 0) func $f)"));
    CHECK_STR("9:01 03 00 01 00", elem_of("(elem declare func $f)"));
}

TEST(segments_of_expressions_have_flags_4_to_7)
{
    CHECK_STR("9:01 04 41 00 0b 02 d2 00 0b d0 70 0b",
              elem_of("(elem (i32.const 0) funcref (ref.func $f)"
                      " (item ref.null func))"));
    CHECK_STR("9:01 05 6f 01 d0 6f 0b",
              elem_of("(elem externref (ref.null extern))"));
    CHECK_STR("9:01 06 00 41 00 0b 64 70 01 d2 00 0b",
              elem_of("(elem (i32.const 0) (ref func) (ref.func $f))"));
    CHECK_STR("9:01 07 70 00", elem_of("(elem declare funcref)"));
}

TEST(a_table_that_is_said_is_encoded)
{
    CHECK_STR("9:01 02 00 41 00 0b 00 00",
              elem_of("(elem (table 0) (i32.const 0) func)"));
    CHECK_STR("9:01 00 41 00 0b 01 00", elem_of("(elem 0 (i32.const 0) $f)"));
    CHECK_STR("9:01 02 01 41 00 0b 00 01 00",
              elem_of("(elem 1 (i32.const 0) $f)"));
}

TEST(a_table_with_elements_is_as_large_as_they_are)
{
    CHECK_STR("1:01 60 00 00;3:01 00;4:01 70 01 02 02;9:01 00 41 00 0b 02 00"
              " 00;10:01 02 00 0b",
              parsed("(table funcref (elem 0 0)) (func)"));
    CHECK_STR("4:01 6f 05 01 01;9:01 06 00 42 00 0b 6f 01 d0 6f 0b",
              parsed("(table i64 externref (elem (ref.null extern)))"));
    CHECK_STR("4:01 64 70 01 01 01;9:01 06 00 41 00 0b 64 70 01 d2 00 0b",
              parsed("(table (ref func) (elem 0))"));
}

TEST(segments_need_functions_or_a_type)
{
    CHECK_STR("unexpected token ), func or a reference type expected@5",
              parsed("(elem)"));
    CHECK_STR("unknown elem segment $e@16", parsed("(func elem.drop $e)"));
}

TEST(data_is_active_or_passive)
{
    CHECK_STR("5:01 00 01;11:04 00 41 00 0b 01 61 01 01 62 02 00 41 01 0b 00"
              " 00 41 02 0b 02 63 64",
              parsed("(memory 1) (data (i32.const 0) \"a\") (data \"b\")"
                     "(data (memory 0) (offset i32.const 1))"
                     "(data 0 (i32.const 2) \"c\" \"d\")"));
}

TEST(code_that_names_data_needs_their_count)
{
    CHECK_STR("1:01 60 00 00;3:01 00;12:01;10:01 05 00 fc 09 00 0b;11:01 01 00",
              parsed("(data) (func data.drop 0)"));
    CHECK_STR("11:01 01 00", parsed("(data)"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
