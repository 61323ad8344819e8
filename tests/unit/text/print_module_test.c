#include "text/print.h"

#include "build_module.h"
#include "tn_test.h"

static void check_printed(const char *want, const char *sections)
{
    struct built_module m = build_module(sections);
    tn_error err = {0};
    tn_text text;
    (void)tn_module_print(m.bytes, m.size, &text, &err);
    CHECK_STR("", err.text);
    static char got[2000]; /* a failing check leaves by a jump */
    (void)snprintf(got, sizeof got, "%s", text.at);
    tn_text_free(&text);
    CHECK_STR(want, got);
}

TEST(fields_come_in_the_order_of_sections)
{
    check_printed("(module\n"
                  "  (type (;0;) (func (param i32) (result i64)))\n"
                  "  (import \"m\" \"f\" (func (;0;) (type 0) (param i32) "
                  "(result i64)))\n"
                  "  (func (;1;) (type 0) (param i32) (result i64)\n"
                  "    (local f32 f32)\n"
                  "    local.get 0\n"
                  "    call 0)\n"
                  "  (table (;0;) 1 2 funcref)\n"
                  "  (memory (;0;) i64 3)\n"
                  "  (global (;0;) (mut i32) i32.const -1)\n"
                  "  (export \"e\" (func 1))\n"
                  "  (elem (;0;) (offset i32.const 0) func 1)\n"
                  "  (data (;0;) (offset i64.const 8) \"a\\00\\22\"))\n",
                  "1:01 60 01 7f 01 7e;2:01 01 6d 01 66 00 00;3:01 00;"
                  "4:01 70 01 01 02;5:01 04 03;6:01 7f 01 41 7f 0b;"
                  "7:01 01 65 00 01;9:01 00 41 00 0b 01 01;"
                  "10:01 (01 02 7d 20 00 10 00 0b);"
                  "11:01 00 42 08 0b 03 61 00 22");
}

TEST(segments_say_how_they_are_used)
{
    check_printed("(module\n"
                  "  (type (;0;) (func))\n"
                  "  (func (;0;) (type 0))\n"
                  "  (table (;0;) 0 funcref)\n"
                  "  (table (;1;) 0 externref)\n"
                  "  (memory (;0;) 1)\n"
                  "  (elem (;0;) func 0)\n"
                  "  (elem (;1;) declare func 0)\n"
                  "  (elem (;2;) (table 1) (offset i32.const 0) externref "
                  "(item ref.null extern))\n"
                  "  (data (;0;) \"x\"))\n",
                  "1:01 60 00 00;3:01 00;4:02 70 00 00 6f 00 00;5:01 00 01;"
                  "9:03 01 00 01 00 03 00 01 00 06 01 41 00 0b 6f 01 d0 6f 0b;"
                  "12:01;10:01 (00 0b);11:01 01 01 78");
}

TEST(recursive_types_are_grouped)
{
    check_printed(
        "(module\n"
        "  (rec\n"
        "    (type (;0;) (sub (func (result (ref null 1)))))\n"
        "    (type (;1;) (struct (field (mut i8)))))\n"
        "  (type (;2;) (sub final 0 (func (result (ref null 1))))))\n",
        "1:02 4e 02 50 00 60 00 01 63 01 5f 01 78 01 "
        "4f 01 00 60 00 01 63 01");
}

/* Two functions are named "f": only the first may be $f. */
TEST(names_are_used_where_they_name_one_function)
{
    check_printed("(module $m\n"
                  "  (type (;0;) (func))\n"
                  "  (func $f (;0;) (type 0)\n"
                  "    call $f\n"
                  "    call 1\n"
                  "    call $\"a b\")\n"
                  "  (func (@name \"f\") (;1;) (type 0))\n"
                  "  (func $\"a b\" (;2;) (type 0))\n"
                  "  (start $f))\n",
                  "1:01 60 00 00;3:03 00 00 00;8:00;"
                  "10:03 (00 10 00 10 01 10 02 0b) (00 0b) (00 0b);"
                  "0:04 6e 61 6d 65 00 02 01 6d 01 0c 03 00 01 66 01 01 66 02 "
                  "03 61 20 62");
}

TEST(all_kinds_of_things_go_by_their_names)
{
    check_printed(
        "(module\n"
        "  (type $s (;0;) (struct (field $x i32) (field (@name \"x\") i32)))\n"
        "  (type $f (;1;) (func (param i32 (ref $s))))\n"
        "  (func (;0;) (type $f) (param $p i32) (param (ref $s))\n"
        "    (local i32)\n"
        "    (local $l i32)\n"
        "    (local i32)\n"
        "    block $b\n"
        "      br 0\n"
        "    end\n"
        "    local.get 1\n"
        "    struct.get $s $x\n"
        "    local.set $l\n"
        "    local.get $p\n"
        "    global.get $g\n"
        "    throw $e)\n"
        "  (tag $e (;0;) (type $f) (param i32 (ref $s)))\n"
        "  (global $g (;0;) (ref null $s) ref.null $s))\n",
        "1:02 5f 02 7f 00 7f 00 60 02 7f 64 00 00;3:01 01;13:01 00 01;"
        "6:01 63 00 00 d0 00 0b;"
        "10:01 (01 03 7f 02 40 0c 00 0b 20 01 fb 02 00 00 21 03 20 00 23 00 "
        "08 00 0b);"
        "0:04 6e 61 6d 65 02 09 01 00 02 00 01 70 03 01 6c "
        "03 06 01 00 01 00 01 62 04 07 02 00 01 73 01 01 66 "
        "07 04 01 00 01 67 0a 09 01 00 02 00 01 78 01 01 78 "
        "0b 04 01 00 01 65");
}

TEST(custom_sections_say_where_they_are)
{
    check_printed("(module $m\n"
                  "  (type (;0;) (func))\n"
                  "  (memory (;0;) 1)\n"
                  "  (@custom \"a\" (before first) \"x\")\n"
                  "  (@custom \"b\" (after type) \"\\00\")\n"
                  "  (@custom \"c\" (after memory) \"\")\n"
                  "  (@custom \"d\" (after last) \"\"))\n",
                  "0:01 61 78;1:01 60 00 00;0:01 62 00;5:01 00 01;0:01 63;"
                  "0:04 6e 61 6d 65 00 02 01 6d;0:01 64");
    /* a name section at another place, and one that is not in shortest form */
    check_printed("(module $m\n"
                  "  (memory (;0;) 1)\n"
                  "  (@custom \"name\" (before first) \"\\00\\02\\01m\"))\n",
                  "0:04 6e 61 6d 65 00 02 01 6d;5:01 00 01");
    check_printed(
        "(module $m\n"
        "  (memory (;0;) 1)\n"
        "  (@custom \"name\" (after memory) \"\\00\\03\\81\\00m\"))\n",
        "5:01 00 01;0:04 6e 61 6d 65 00 03 81 00 6d");
}

#define HINTS                                                              \
    "0:19 6d 65 74 61 64 61 74 61 2e 63 6f 64 65 2e 62 72 61 6e 63 68 5f " \
    "68 69 6e 74 "

TEST(branch_hints_stand_before_their_branches)
{
    check_printed("(module\n"
                  "  (type (;0;) (func))\n"
                  "  (func (;0;) (type 0)\n"
                  "    i32.const 0\n"
                  "    (@metadata.code.branch_hint \"\\01\") if\n"
                  "    end))\n",
                  "1:01 60 00 00;3:01 00;" HINTS "01 00 01 03 01 01;"
                  "10:01 (00 41 00 04 40 0b 0b)");
    /* of no branch */
    check_printed("(module\n"
                  "  (type (;0;) (func))\n"
                  "  (func (;0;) (type 0)\n"
                  "    i32.const 0\n"
                  "    if\n"
                  "    end)\n"
                  "  (@custom \"metadata.code.branch_hint\" (after func) "
                  "\"\\01\\00\\01\\01\\01\\01\"))\n",
                  "1:01 60 00 00;3:01 00;" HINTS "01 00 01 01 01 01;"
                  "10:01 (00 41 00 04 40 0b 0b)");
}

static void check_not_printed(const char *want, const char *sections)
{
    struct built_module m = build_module(sections);
    tn_error err = {0};
    tn_text text;
    CHECK_EQ(TN_E_MALFORMED, tn_module_print(m.bytes, m.size, &text, &err));
    CHECK(text.at == NULL);
    CHECK_STR(want, err.text);
}

TEST(code_that_the_text_would_put_right_is_refused)
{
    check_not_printed("unexpected end of section or function",
                      "1:01 60 00 00;3:01 00;10:01 (00 02 40 0b)");
    check_not_printed("section size mismatch: code behind the last end",
                      "1:01 60 00 00;3:01 00;10:01 (00 0b 0b)");
    check_not_printed("data count section required",
                      "1:01 60 00 00;3:01 00;10:01 (00 fc 09 00 0b);"
                      "11:01 01 00");
}

/* A section of nothing, and a count that no code needs. */
TEST(places_are_behind_what_the_text_can_tell)
{
    check_printed("(module\n"
                  "  (data (;0;) \"\")\n"
                  "  (@custom \"a\" (before first) \"\")\n"
                  "  (@custom \"b\" (before first) \"\")\n"
                  "  (@custom \"c\" (after data) \"\"))\n",
                  "1:00;0:01 61;12:01;0:01 62;11:01 01 00;0:01 63");
}

TEST(code_that_is_no_code_is_refused_with_its_place)
{
    struct built_module m = build_module("1:01 60 00 00;3:01 00;"
                                         "10:01 (00 ff 0b)");
    tn_error err = {0};
    tn_text text;
    CHECK_EQ(TN_E_MALFORMED, tn_module_print(m.bytes, m.size, &text, &err));
    CHECK(text.at == NULL);
    CHECK_EQ(23, err.offset);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
