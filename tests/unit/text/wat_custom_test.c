#include "wat_test.h"

TEST(custom_sections_stand_where_they_are_placed)
{
    CHECK_STR(
        "0:01 62;1:01 60 00 00;0:01 74;0:01 75;3:01 00;0:01 63;"
        "10:01 02 00 0b;0:01 61;0:01 6c",
        parsed("(@custom \"a\") (@custom \"b\" (before first))"
               "(@custom \"t\" (after type)) (@custom \"c\" (before code))"
               "(@custom \"u\" (after type)) (@custom \"l\" (after last))"
               "(func)"));
    CHECK_STR("0:01 61 78 79 7a", parsed("(@custom \"a\" \"x\" \"\" \"yz\")"));
}

TEST(a_place_is_said_rightly_or_refused)
{
    CHECK_STR("@custom annotation: missing section name@8",
              parsed("(@custom)"));
    CHECK_STR("@custom annotation: malformed UTF-8 encoding@9",
              parsed("(@custom \"\\ff\")"));
    CHECK_STR("@custom annotation: malformed placement, before or after"
              " expected@13",
              parsed("(@custom \"a\" (aft type))"));
    CHECK_STR("@custom annotation: malformed section kind@21",
              parsed("(@custom \"a\" (before types))"));
    CHECK_STR("@custom annotation: unexpected token@13",
              parsed("(@custom \"a\" here)"));
}

TEST(annotations_out_of_place_are_misplaced)
{
    CHECK_STR("misplaced @custom annotation@6",
              parsed("(func (@custom \"a\"))"));
    CHECK_STR("misplaced @name annotation@9",
              parsed("(start 0 (@name \"a\"))"));
    CHECK_STR("misplaced @name annotation@7", parsed("(func) (@name \"a\")"));
}

/* Hints stand before the code; offsets count from the locals. */
TEST(branch_hints_stand_before_the_code)
{
    CHECK_STR("1:01 60 00 00;3:02 00 00;0:19 6d 65 74 61 64 61 74 61 2e 63 6f "
              "64 65 2e 62 72 61 6e 63 68 5f 68 69 6e 74 01 01 02 03 01 01 08 "
              "01 00;10:02 02 00 0b 0c 00 41 01 04 40 0b 02 40 0d 00 0b 0b",
              parsed("(func) (func (@metadata.code.branch_hint \"\\01\")"
                     "(if (i32.const 1) (then)) block"
                     " (@metadata.code.branch_hint \"\\00\") br_if 0 end)"));
}

TEST(branch_hints_are_for_branches)
{
#define HINT "@metadata.code.branch_hint"
    CHECK_STR(HINT " annotation: invalid target@41",
              parsed("(func (" HINT " \"\\00\") nop)"));
    CHECK_STR(HINT " annotation: duplicate annotation@41",
              parsed("(func (" HINT " \"\\00\") (" HINT " \"\\00\") if end)"));
    CHECK_STR(HINT " annotation: not in a function@0",
              parsed("(" HINT " \"\\00\")"));
    CHECK_STR(HINT " annotation: not in a function@12",
              parsed("(global i32 (" HINT " \"\\00\"))"));
    CHECK(
        strstr(parsed("(func (" HINT " \"\\02\") if end)"), "malformed value"));
    CHECK(strstr(parsed("(func (" HINT " \"\\00\"))"), "invalid target"));
#undef HINT
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
