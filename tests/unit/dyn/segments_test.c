#include "dyn_test.h"

/* --- elements --------------------------------------------------------------------- */

/* The elements of own functions: "3 0 -". */
static const char *elems_of(const char *text)
{
    static char line[400];
    struct seen s = see(text);
    size_t n = 0;
    line[0] = '\0';
    if (s.image == NULL) {
        (void)snprintf(line, sizeof line, "%s@%d", s.err.text,
                       (int)s.err.offset);
    } else if (s.image->elem_of != NULL) {
        for (uint32_t i = s.mod->func_import_count; i < s.mod->func_count;
             i++) {
            uint32_t elem = s.image->elem_of[i - s.mod->func_import_count];
            n += (size_t)(elem == TN_NONE
                              ? snprintf(line + n, sizeof line - n, "- ")
                              : snprintf(line + n, sizeof line - n, "%u ",
                                         elem));
        }
        line[n - 1] = '\0';
    }
    unsee(&s);
    return line;
}

#define FUNCS  "(func $a) (func $b) (func $c)"
#define PLACED PIC FUNCS

TEST(an_own_function_has_the_element_that_a_segment_gives_it)
{
    CHECK_STR("", elems_of(PLACED));
    CHECK_STR("0 1 -", elems_of(PLACED "(elem (global.get $tb) func $a $b)"));
    CHECK_STR("- 5 4",
              elems_of(PLACED "(elem (offset (i32.add "
                              "(global.get $tb) (i32.const 4))) func $c $b)"));
    CHECK_STR("5 - -", elems_of(PLACED "(elem (offset (i32.add (i32.const 5) "
                                       "(global.get $tb))) func $a)"));
    CHECK_STR("2 - -",
              elems_of(PLACED "(elem (offset (i32.sub (i32.add (i32.const 5) "
                              "(global.get $tb)) (i32.const 3))) func $a)"));
    CHECK_STR("0 - 2",
              elems_of(PLACED "(elem (global.get $tb) funcref"
                              " (ref.func $a) (ref.null func) (ref.func $c))"));
    /* the first one, and passive ones are none */
    CHECK_STR("1 0 -",
              elems_of(PLACED "(elem (global.get $tb) func $b $a $b $a)"));
    CHECK_STR("", elems_of(PLACED "(elem func $a) (elem declare func $b)"));
    /* through a global of its own */
    CHECK_STR("0 - -", elems_of(PLACED "(global $here i32 (global.get $tb))"
                                       "(elem (global.get $here) func $a)"));
}

TEST(imported_functions_have_no_element_of_the_module)
{
    CHECK_STR("", elems_of(PIC "(import \"env\" \"f\" (func $f)) (func)"
                               "(elem (global.get $tb) func $f $f)"));
    CHECK_STR("1", elems_of(PIC "(import \"env\" \"f\" (func $f)) (func $a)"
                                "(elem (global.get $tb) func $f $a)"));
}

#define FIXED "(table 20 funcref) (table $other 20 funcref)" FUNCS

TEST(other_modules_have_elements_at_constants)
{
    CHECK_STR("3 - 4", elems_of(FIXED "(elem (i32.const 3) func $a $c)"));
    CHECK_STR("",
              elems_of(FIXED "(elem (table $other) (i32.const 3) func $a)"));
    CHECK_STR("7 - -", elems_of(FIXED "(elem (offset (i32.add (i32.const 3) "
                                      "(i32.const 4))) func $a)"));
    CHECK_STR("- 3 -", elems_of(FIXED "(elem (i32.const -1) func $a)"
                                      "(elem (i32.const 3) func $b)"));
    CHECK_STR("", elems_of("(table i64 1 funcref)" FUNCS
                           "(elem (i64.const -1) func $a $b)"));
}

/* What a later segment may overwrite says nothing. */
TEST(segments_over_one_another_are_not_believed)
{
    CHECK_STR("1 4 2", elems_of(FIXED "(elem (i32.const 1) func $a $c)"
                                      "(elem (i32.const 4) func $b)"));
    CHECK_STR("4 - 1", elems_of(FIXED "(elem (i32.const 4) func $a)"
                                      "(elem (i32.const 1) func $c)"));
    CHECK_STR("- 2 -", elems_of(FIXED "(elem (i32.const 1) func $a $c)"
                                      "(elem (i32.const 2) func $b)"));
    CHECK_STR("- 2 -", elems_of(FIXED "(elem (i32.const 2) func $a)"
                                      "(elem (i32.const 2) func $b)"));
    CHECK_STR("1 5 -", elems_of(FIXED "(elem (i32.const 1) func $a)"
                                      "(elem (i32.const 1) func)"
                                      "(elem (i32.const 5) func $b)"));
}

TEST(a_segment_that_may_lie_anywhere_may_be_over_others)
{
    CHECK_STR("", elems_of("(import \"m\" \"g\" (global $g i32))" FIXED
                           "(elem (i32.const 1) func $a)"
                           "(elem (global.get $g) func $b)"));
    CHECK_STR("1 - -", elems_of("(import \"m\" \"g\" (global $g i32))" FIXED
                                "(elem (global.get $g) func $b)"
                                "(elem (i32.const 1) func $a)"));
}

/* --- places ----------------------------------------------------------------------- */

#define IS_NOT " is not at env."
#define AS_ALL \
    " plus a constant, as all of a position-independent module must be"

TEST(all_segments_of_a_position_independent_module_move_with_it)
{
    check_linkable(PIC "(data (global.get $mb) \"abc\") (data \"passive\")");
    check_linkable(PIC "(data (offset (i32.add (global.get $mb) "
                       "(i32.const 4095))) \"a\")");
    check_unlinkable("data segment 1" IS_NOT "__memory_base" AS_ALL,
                     PIC "(data \"\") (data (i32.const 1024) \"a\")");
    check_unlinkable("data segment 0" IS_NOT "__memory_base" AS_ALL,
                     PIC "(data (global.get $tb) \"a\")");
    check_unlinkable("data segment 0" IS_NOT "__memory_base" AS_ALL,
                     PIC "(data (offset (i32.mul (i32.const 1) "
                         "(global.get $mb))) \"a\")");
    check_unlinkable("data segment 0" IS_NOT "__memory_base" AS_ALL,
                     PIC "(data (offset (i32.sub (i32.const 1) "
                         "(global.get $mb))) \"a\")");
    check_unlinkable("data segment 0" IS_NOT "__memory_base" AS_ALL,
                     PIC "(data (offset (i32.add (global.get $mb) "
                         "(global.get $mb))) \"a\")");
    check_unlinkable("element segment 0" IS_NOT "__table_base" AS_ALL,
                     PLACED "(elem (i32.const 1) func $a)");
    check_unlinkable("element segment 1" IS_NOT "__table_base" AS_ALL,
                     PLACED "(elem func $a) (elem (global.get $mb) func $a)");
    /* in a memory and a table of its own it may do as it likes */
    check_linkable(PLACED "(memory $own 1) (table $t 1 funcref)"
                          "(data (memory $own) (i32.const 7) \"a\")"
                          "(elem (table $t) (i32.const 0) func $a)");
    check_linkable("(memory 1) (data (i32.const 7) \"a\")");
}

TEST(a_segment_stays_in_what_dylink_asks_for)
{
    check_unlinkable("data segment 0 reaches to 4097 of the 4096 bytes that "
                     "dylink.0 asks for",
                     PIC "(data (offset (i32.add (global.get $mb) "
                         "(i32.const 4094))) \"abc\")");
    check_unlinkable("data segment 0 reaches to 4294967296 of the 4096 bytes "
                     "that dylink.0 asks for",
                     PIC "(data (offset (i32.sub (global.get $mb) "
                         "(i32.const 1))) \"a\")");
    check_unlinkable("element segment 0 reaches to 9 of the 8 elements that "
                     "dylink.0 asks for",
                     PLACED "(elem (offset (i32.add (i32.const 8) "
                            "(global.get $tb))) func $a)");
    /* who asks for nothing by it may have it otherwise */
    check_linkable(BASES "(data (offset (i32.add (global.get $mb) "
                         "(i32.const 9000))) \"abc\")");
}

/* 2^39 bytes, 8 elements. */
#define WIDE                                                           \
    DYLINK("\\01\\09\\80\\80\\80\\80\\80\\10\\00\\08\\00")             \
    "(import \"env\" \"memory\" (memory i64 1))"                       \
    "(import \"env\" \"__indirect_function_table\" (table 8 funcref))" \
    "(import \"env\" \"__memory_base\" (global $mb i64))"              \
    "(import \"env\" \"__table_base\" (global i64))"                   \
    "(import \"env\" \"__table_base32\" (global $tb i32))"             \
    "(import \"GOT.func\" \"f\" (global (mut i64)))"

TEST(modules_of_64_bits_move_too)
{
    struct seen s =
        see(WIDE "(func $f) (elem (global.get $tb) func $f)"
                 "(global (export \"x\") i64 (i64.const 0x7fffffffff))"
                 "(data (offset (i64.add (i64.const 0x7fffffffff) "
                 "(global.get $mb))) \"a\")");
    CHECK_STR("", s.err.text);
    CHECK(s.image->is_pic && s.image->is_64);
    CHECK_EQ(TN_DYN_REF_GOT_FUNC, s.image->refs[5].kind);
    CHECK_EQ(0, s.image->elem_of[0]);
    CHECK_STR("data 7fffffffff", def_text(s.image, "x"));
    unsee(&s);
}

TEST(what_is_shared_comes_first)
{
    check_unlinkable(
        "env.memory is memory 1 of a position-independent module, and must be "
        "its first",
        "(import \"m\" \"m\" (memory 1)) " BASES);
    check_unlinkable(
        "env.__indirect_function_table is table 1 of a position-independent "
        "module, and must be its first",
        "(import \"m\" \"m\" (table 1 funcref)) " BASES);
    check_linkable("(import \"m\" \"m\" (memory 1))"
                   "(import \"env\" \"memory\" (memory 1))");
}

TEST(a_malformed_section_is_told_with_its_place)
{
    struct seen s = see(DYLINK("\\02\\02\\00\\00") "(func)");
    CHECK_STR("NEEDED of dylink.0 goes on behind its last entry", s.err.text);
    CHECK_EQ(22, s.err.offset);
    unsee(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
