#include "wat_test.h"

TEST(imports_and_exports_may_be_said_inside)
{
    static const char want[] =
        "1:01 60 01 7f 00;2:01 01 61 01 62 00 00;7:02 01 78 00 00 01 79 00 00";
    CHECK_STR(want, parsed("(import \"a\" \"b\" (func (param i32)))"
                           "(export \"x\" (func 0)) (export \"y\" (func 0))"));
    CHECK_STR(want, parsed("(func (export \"x\") (export \"y\")"
                           " (import \"a\" \"b\") (param i32))"));
}

TEST(every_kind_can_be_imported)
{
    CHECK_STR("1:01 60 00 00;2:05 00 01 30 00 00 00 01 31 01 70 00 01 "
              "00 01 32 02 01 01 02 00 01 33 03 7f 01 00 01 34 04 00 00",
              parsed("(import \"\" \"0\" (func)) (import \"\" \"1\""
                     "(table 1 funcref)) (import \"\" \"2\" (memory 1 2))"
                     "(import \"\" \"3\" (global (mut i32)))"
                     "(import \"\" \"4\" (tag))"));
    CHECK_STR("1:01 60 00 00;2:04 00 01 31 01 70 00 01 "
              "00 01 32 02 01 01 02 00 01 33 03 7f 01 00 01 34 04 00 00",
              parsed("(table (import \"\" \"1\") 1 funcref)"
                     "(memory (import \"\" \"2\") 1 2)"
                     "(global (import \"\" \"3\") (mut i32))"
                     "(tag (import \"\" \"4\"))"));
}

TEST(names_of_imports_and_exports_are_utf8)
{
    CHECK_STR("malformed UTF-8 encoding@8",
              parsed("(import \"\\ff\" \"\" (func))"));
    CHECK_STR("malformed UTF-8 encoding@15",
              parsed("(func) (export \"\\ff\" (func 0))"));
}

TEST(locals_of_one_type_are_one_run)
{
    CHECK_STR("1:01 60 00 00;3:01 00;10:01 08 03 03 7f 01 7e 01 7f 0b",
              parsed("(func (local i32 i32) (local i32) (local i64)"
                     " (local i32))"));
}

TEST(locals_are_numbered_behind_parameters)
{
    CHECK(strstr(parsed("(func (param i32) (param $p i64) (local $l f32)"
                        " local.get $p local.get $l)"),
                 "20 01 20 02 0b"));
    CHECK(strstr(parsed("(type (func (param i32 i32)))(func (type 0)"
                        " (local $l f32) local.get $l)"),
                 "20 02 0b"));
    CHECK_STR("duplicate local $x@28",
              parsed("(func (param $x i32) (local $x i32))"));
    CHECK_STR("unknown local $x@38",
              parsed("(func (local $x i32)) (func local.get $x)"));
}

TEST(memories_have_limits_of_all_kinds)
{
    CHECK_STR("5:05 00 01 01 01 02 03 01 02 04 01 08 01 00",
              parsed("(memory 1) (memory 1 2) (memory 1 2 shared)"
                     "(memory i64 1) (memory 1 (pagesize 1))"));
    CHECK_STR("5:01 0c 01 10", parsed("(memory i64 1 (pagesize 65536))"));
    CHECK_STR("invalid custom page size, a power of two expected@20",
              parsed("(memory 1 (pagesize 3))"));
    CHECK_STR("5:01 00 80 80 80 80 10", parsed("(memory 0x1_0000_0000)"));
    CHECK_STR("i64 constant out of range: 0x1_0000_0000_0000_0000@12",
              parsed("(memory i64 0x1_0000_0000_0000_0000)"));
}

TEST(memories_with_data_are_as_large_as_it)
{
    CHECK_STR("5:01 01 01 01;11:01 00 41 00 0b 03 61 62 63",
              parsed("(memory (data \"a\" \"bc\"))"));
    CHECK_STR("5:02 00 00 0d 03 03 00;11:01 02 01 42 00 0b 03 61 62 63",
              parsed("(memory 0) (memory i64 (pagesize 1) (data \"abc\"))"));
    CHECK_STR("unexpected token ), (data expected@20",
              parsed("(memory (pagesize 1))"));
    CHECK_STR("5:01 01 00 00;11:01 00 41 00 0b 00", parsed("(memory (data))"));
}

TEST(tables_have_limits_and_may_have_an_initializer)
{
    CHECK_STR("4:03 70 00 01 6f 01 01 02 70 04 01",
              parsed("(table 1 funcref) (table 1 2 externref)"
                     "(table i64 1 funcref)"));
    CHECK_STR("4:01 40 00 70 00 01 d0 70 0b",
              parsed("(table 1 funcref (ref.null func))"));
}

TEST(a_table_without_limits_has_elements)
{
    CHECK_STR("unexpected token ), (elem expected@14",
              parsed("(table funcref)"));
}

TEST(globals_have_a_type_and_an_initializer)
{
    CHECK_STR("6:02 7f 00 41 01 0b 7e 01 42 02 42 03 7c 0b",
              parsed("(global i32 (i32.const 1)) (global (mut i64)"
                     " (i64.add (i64.const 2) (i64.const 3)))"));
}

TEST(tags_have_a_type)
{
    CHECK_STR("1:01 60 01 7f 00;13:02 00 00 00 00",
              parsed("(tag (param i32)) (tag (type 0))"));
}

TEST(a_module_has_one_start)
{
    CHECK_STR("1:01 60 00 00;3:01 00;8:00;10:01 02 00 0b",
              parsed("(start 0) (func)"));
    CHECK_STR("multiple start sections@23",
              parsed("(func) (start 0)(start 0)"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
