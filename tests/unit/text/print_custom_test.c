#include "read_back.h"

TEST(custom_sections_keep_their_places)
{
    check_text_back(
        "(module $m (@custom \"1\" (before first) \"\") "
        "(@custom \"2\" (after type) \"\\00\\ff\") (type (func))"
        "(@custom \"3\" (after func) \"x\") (@custom \"4\" (after func) \"y\")"
        "(func (type 0)) (@custom \"5\" (before code) \"\") (memory 1)"
        "(@custom \"6\" (after memory) \"\") (global i32 (i32.const 0))"
        "(@custom \"7\" (after code) \"\") (@custom \"8\" (after last) \"\"))");
    check_text_back("(module (@custom \"a\" \"\") (@custom \"b\" \"\"))");
    check_text_back("(module $m (@custom \"a\" (before first) \"\") "
                    "(@custom \"b\" \"\"))");
}

TEST(branch_hints_read_back)
{
#define HINT(value) "(@metadata.code.branch_hint \"\\0" value "\") "
    check_text_back("(module (func) (func (local i32) local.get 0 " HINT(
        "1") "if else end block local.get 0 " HINT("0") "br_if 0 end)"
                                                        "(func) (func "
                                                        "i32.const 1 " HINT(
                                                            "0") "if end))");
#undef HINT
    /* of nothing, of no branch, at another place */
    check_text_back("(module (func) (@custom \"metadata.code.branch_hint\" "
                    "(before code) \"\\00\"))");
    check_text_back("(module (func) (@custom \"metadata.code.branch_hint\" "
                    "(before code) \"\\01\\00\\01\\01\\01\\00\"))");
    check_text_back("(module (func (if (i32.const 0) (then))) "
                    "(@custom \"metadata.code.branch_hint\" "
                    "(before func) \"\\01\\00\\01\\03\\01\\00\"))");
    check_text_back("(module (func (if (i32.const 0) (then))) "
                    "(@custom \"metadata.code.branch_hint\" "
                    "(before code) \"\\01\\00\\01\\03\\01\\07\"))");
}

TEST(segments_read_back_as_they_were_encoded)
{
    check_text_back(
        "(module (table $t 9 funcref) (table $u 9 externref) (memory 1)"
        "(memory 1) (func $f)"
        "(elem (i32.const 0) func $f) (elem func $f) (elem declare func $f)"
        "(elem (table $t) (i32.const 0) func $f)"
        "(elem (i32.const 0) funcref (ref.func $f) (item ref.null func))"
        "(elem (table $u) (i32.const 0) externref (ref.null extern))"
        "(elem (table $t) (i32.const 0) funcref (ref.func $f))"
        "(elem externref) (elem declare funcref (ref.func $f))"
        "(data (i32.const 0) \"\\00a\\\"\") (data (memory 1) (i32.const 0) "
        "\"\")"
        "(data \"passive\") (start $f))");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
