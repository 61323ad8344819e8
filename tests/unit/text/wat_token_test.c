#include "wat_test.h"

TEST(known_words_are_unexpected_and_others_unknown)
{
    CHECK_STR("unexpected token offset=8, an instruction expected@6",
              parsed("(func offset=8)"));
    CHECK_STR("unknown operator offset=x, an instruction expected@6",
              parsed("(func offset=x)"));
    CHECK_STR("unexpected token i32, an instruction expected@6",
              parsed("(func i32)"));
    CHECK_STR("unexpected token nofunc, an instruction expected@6",
              parsed("(func nofunc)"));
    CHECK_STR("unexpected token i32.add, a heap type expected@15",
              parsed("(func ref.null i32.add)"));
    CHECK_STR("unknown operator 0$x, a number expected@9",
              parsed("(func br 0$x)"));
}

TEST(numbers_say_what_they_do_not_fit)
{
    CHECK_STR("i32 constant out of range: 4294967296@9",
              parsed("(func br 4294967296)"));
    CHECK_STR("unexpected token -1, a number expected@9",
              parsed("(func br -1)"));
    CHECK_STR("unexpected token \"a\", a number expected@9",
              parsed("(func br \"a\")"));
}

TEST(white_space_and_annotations_may_stand_in_forms)
{
    CHECK_STR("1:01 60 01 7f 01 7e;3:01 00;10:01 02 00 0b",
              parsed("( func ( (;c;) param (@a b) i32)\n(;;)( ;;\n"
                     "result i64) )"));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
