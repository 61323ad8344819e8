#include "wat_test.h"

TEST(fields_may_name_what_comes_later)
{
    CHECK_STR("1:01 60 00 00;3:02 00 00;7:01 01 78 00 01;8:01;10:02 04 00 10 "
              "01 0b 02 00 0b",
              parsed("(start 1) (export \"x\" (func 1))"
                     "(func (call 1)) (func (type 0)) (type (func))"));
}

TEST(imports_come_before_definitions)
{
    CHECK_STR("import after function@15",
              parsed("(func) (import \"\" \"\" (func))"));
    CHECK_STR("import after memory@17",
              parsed("(memory 1) (func (import \"\" \"\"))"));
    CHECK_STR("import after tag@14", parsed("(tag) (import \"\" \"\" (tag))"));
}

/* Both of the table's elements and the memory's data take an index. */
TEST(segments_inside_of_definitions_count)
{
    const char *line = parsed("(table funcref (elem)) (elem $e func)"
                              "(memory (data)) (data $d)"
                              "(func elem.drop $e data.drop $d)");
    CHECK(strstr(line, "fc 0d 01 fc 09 01 0b"));
}

TEST(only_fields_are_fields)
{
    CHECK_STR("unknown operator a, a module field expected@2", parsed("( a)"));
    CHECK_STR("unexpected token param, a module field expected@1",
              parsed("(param)"));
    CHECK_STR("unexpected token func, a module field expected@0",
              parsed("func"));
    CHECK_STR("unexpected token the end, \")\" expected@5", parsed("(func"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
