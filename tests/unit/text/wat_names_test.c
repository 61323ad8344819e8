#include "wat_test.h"

/* The name section without its name, or the whole line if there is none. */
static const char *names_of(const char *text)
{
    const char *line = parsed(text), *from = strstr(line, "0:04 6e 61 6d 65");
    return from == NULL ? line : from + 17;
}

TEST(identifiers_become_names)
{
    CHECK_STR("00 02 01 6d 01 04 01 00 01 66",
              names_of("(module $m (func $f))"));
    CHECK_STR("02 09 01 00 02 00 01 70 02 01 6c",
              names_of("(func (param $p i32) (param i32) (local $l i32))"));
    /* of imports too, in both forms; there they may be doubled */
    CHECK_STR("02 11 02 00 01 00 01 70 01 03 00 01 61 02 01 62 03 01 61",
              names_of("(import \"\" \"\" (func (param $p i32)))"
                       "(func (import \"\" \"\") (param $a i32) (param i32)"
                       " (param (@name \"b\") i32) (param $a i32))"));
    CHECK_STR("03 06 01 00 01 01 01 6c",
              names_of("(func block end block $l end)"));
    CHECK_STR("04 04 01 00 01 74 0a 06 01 00 01 01 01 66",
              names_of("(type $t (struct (field i32) (field $f i32)))"));
    CHECK_STR("05 04 01 00 01 74 06 04 01 00 01 6d 07 04 01 00 01 67 08 04 01 "
              "00 01 65 09 04 01 00 01 64 0b 04 01 00 01 78",
              names_of("(import \"\" \"\" (table $t 0 funcref))"
                       "(import \"\" \"\" (memory $m 0))"
                       "(import \"\" \"\" (global $g i32))"
                       "(import \"\" \"\" (tag $x (type 0)))"
                       "(elem $e func) (data $d) (type (func))"));
}

TEST(name_annotations_win_over_identifiers)
{
    CHECK_STR("00 02 01 4d", names_of("(module $m (@name \"M\"))"));
    CHECK_STR("01 07 02 00 01 46 01 01 47",
              names_of("(func $f (@name \"F\")) (func (@name \"G\"))"));
    CHECK_STR("@name annotation: multiple module names@20",
              parsed("(module (@name \"A\") (@name \"B\"))"));
}

TEST(a_name_section_of_ones_own_is_the_only_one)
{
    CHECK_STR("0:04 6e 61 6d 65 78", parsed("(module $m"
                                            " (@custom \"name\" \"x\"))"));
}

TEST(identifiers_are_told_apart_by_what_they_name)
{
    CHECK(strstr(parsed("(func $x (local $x i32) block $x local.get $x br $x"
                        " call $x global.get $x end) (global $x i32"
                        " (i32.const 0))"),
                 "20 00 0c 00 10 00 23 00"));
}

TEST(unknown_and_doubled_identifiers_are_named)
{
    CHECK_STR("unknown global $x@17", parsed("(func global.get $x)"));
    CHECK_STR("unknown func $f@11", parsed("(func call $f) (type $f (func))"));
    CHECK_STR("unknown data segment $d@16", parsed("(func data.drop $d)"));
    CHECK_STR("duplicate func $f@16", parsed("(func $f) (func $f)"));
    CHECK_STR("duplicate type $t@28",
              parsed("(rec (type $t (func)) (type $t (func)))"));
    CHECK_STR("duplicate func $a b@20",
              parsed("(func $\"a b\") (func $\"a b\")"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
