#include "wat_test.h"

TEST(value_types_have_long_and_short_names)
{
    CHECK_STR("1:01 60 0a 7f 7e 7d 7c 7b 70 6f 63 00 64 6e 64 00 00",
              parsed("(type (func (param i32 i64 f32 f64 v128 funcref"
                     " externref (ref null 0) (ref any) (ref 0))))"));
    CHECK_STR("1:01 60 00 05 6e 6d 71 73 69",
              parsed("(type (func (result anyref eqref nullref nullfuncref"
                     " exnref)))"));
    CHECK_STR("unknown operator anyfunc, a type expected@19",
              parsed("(type (func (param anyfunc)))"));
    CHECK_STR("unexpected token i8, a value type expected@19",
              parsed("(type (func (param i8)))"));
}

TEST(uses_share_the_first_equal_type)
{
    CHECK_STR("1:02 60 00 00 60 01 7f 00;3:03 01 01 00;10:03 02 00 0b 02 00 0b"
              " 02 00 0b",
              parsed("(func (param i32)) (func (param i32)) (func)"
                     "(type (func)) (type (func (param i32)))"));
}

TEST(new_types_come_after_those_written_out)
{
    CHECK_STR("1:03 60 01 7e 00 60 01 7f 00 60 00 01 7d;3:02 01 02;"
              "10:02 02 00 0b 02 00 0b",
              parsed("(func (param i32)) (func (result f32))"
                     "(type (func (param i64)))"));
}

TEST(types_in_groups_or_with_supertypes_are_not_for_sharing)
{
    CHECK_STR("1:02 50 00 60 00 00 60 00 00;3:01 01;10:01 02 00 0b",
              parsed("(type (sub (func))) (func)"));
    CHECK_STR("1:02 4e 02 60 00 00 60 00 00 60 00 00;3:01 02;10:01 02 00 0b",
              parsed("(rec (type (func)) (type (func))) (func)"));
    CHECK_STR("1:01 4e 01 60 00 00;3:01 00;10:01 02 00 0b",
              parsed("(rec (type (func))) (func)"));
}

/* (type $t ...) within itself is another type than one that names it. */
TEST(types_that_name_themselves_are_not_for_sharing)
{
    CHECK_STR("1:02 60 01 64 00 00 60 01 64 00 00;3:01 01;10:01 02 00 0b",
              parsed("(type (func (param (ref 0)))) (func (param (ref 0)))"));
}

TEST(what_is_inline_must_be_what_the_type_says)
{
    CHECK_STR("inline function type is not that of type 0@28",
              parsed("(type $t (func))(func (type $t) (param i32))"));
    CHECK_STR("unknown type 7@12", parsed("(func (type 7) (param i32))"));
    CHECK(
        strstr(parsed("(type (func))(func (type 0) (result i32) (param i32))"),
               "unexpected token"));
    CHECK_STR("unknown type $t@12", parsed("(func (type $t))"));
}

TEST(sub_types_say_if_they_are_final)
{
    CHECK_STR("1:03 50 00 5f 00 50 01 00 5f 00 4f 01 01 5f 00",
              parsed("(type (sub (struct))) (type (sub 0 (struct)))"
                     "(type (sub final 1 (struct)))"));
    CHECK_STR("1:01 5f 00", parsed("(type (sub final (struct)))"));
}

TEST(a_definition_is_of_a_function_a_struct_or_an_array)
{
    CHECK_STR("unexpected token (, (func, (struct or (array expected@6",
              parsed("(type (table))"));
    CHECK_STR("unexpected token i32, a reference type expected@9",
              parsed("(table 1 i32)"));
}

TEST(fields_are_packed_and_mutable)
{
    CHECK_STR("1:02 5f 03 7f 00 78 01 77 00 5e 7e 01",
              parsed("(type (struct (field i32 (mut i8)) (field i16)))"
                     "(type (array (mut i64)))"));
}

TEST(two_fields_of_a_type_have_two_names)
{
    CHECK_STR("duplicate field $x@36",
              parsed("(type (struct (field $x i32) (field $x i32)))"));
}

TEST(fields_are_known_by_the_names_of_their_type)
{
    const char *line = parsed("(type $s (struct (field i32) (field $x i32)))"
                              "(type $r (struct (field $x i32)))"
                              "(func (drop (struct.get $s $x (ref.null $s)))"
                              " (drop (struct.get $r $x (ref.null $r))))");
    CHECK(strstr(line, "d0 00 fb 02 00 01 1a d0 01 fb 02 01 00 1a 0b"));
    CHECK(strstr(parsed("(type $s (struct))(func struct.get $s $x)"),
                 "unknown field $x"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
