#include "link_test.h"

#define LIB(name, fields)   PIC(name, MEM("20", "04"), fields)
#define MAIN(needs, fields) PIC("main", MEM("20", "04") needs, fields)
#define AT                                                                \
    SAY "(import \"env\" \"__cxa_atexit\" (func $at (param i32 i32 i32) " \
        "(result i32)))"                                                  \
        "(func $bye (param i32) (call $say (local.get 0)))"               \
        "(elem (global.get $tb) func $bye)"
#define REGISTER(n) \
    "(drop (call $at (global.get $tb) (i32.const " n ") (global.get $mb)))"

TEST(dlclose_runs_what_was_registered_the_latest_first)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so",
         PIC("a.so", MEM("20", "04") NEED1("b.so"),
             AT CTOR(REGISTER("1") REGISTER("2")) DTOR(SAYS("3"))));
    give(&s, "b.so", LIB("b.so", AT CTOR(REGISTER("4"))));
    CHECK_STR("", load(&s));
    CHECK_STR("", shut(&s, open_as(&s, "a.so", TN_RTLD_NOW)));
    CHECK_STR("2 1 3 4", s.said);
    end(&s);
}

TEST(what_is_open_at_the_end_runs_the_latest_first_of_all)
{
    struct scene s;
    begin(&s, MAIN("", AT "(func (export \"_start\") " REGISTER("1") ")"));
    give(&s, "a.so",
         LIB("a.so", AT CTOR(REGISTER("2")) "(func (export "
                                            "\"more\") (result i32) " REGISTER(
                                                "4") " (i32.const 0))"));
    give(&s, "b.so", LIB("b.so", AT CTOR(REGISTER("3"))));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    (void)open_as(&s, "b.so", TN_RTLD_NOW);
    CHECK_EQ(0, ask_in(&s, a, "more"));
    s.err = (tn_error){0};
    CHECK_EQ(TN_OK, tn_space_start(s.space, &s.err));
    CHECK_STR("1 4 3 2", s.said);
    end(&s);
}

/* A libc: entries as words at 64, run from the last. */
#define LIBC                                                                  \
    PIC("c.so", "\\01\\05\\80\\10\\04\\04\\00",                               \
        "(global $n (mut i32) (i32.const 0))"                                 \
        "(func $at (export \"__cxa_atexit\") (param i32 i32 i32) (result "    \
        "i32) "                                                               \
        "(local $p i32) (local.set $p (i32.add (global.get $mb) (i32.shl "    \
        "(global.get $n) (i32.const 3)))) (i32.store (local.get $p) "         \
        "(local.get 0)) (i32.store offset=4 (local.get $p) (local.get 1)) "   \
        "(global.set $n (i32.add (global.get $n) (i32.const 1))) (i32.const " \
        "0))"                                                                 \
        "(func (export \"quit\") (result i32) (local $p i32) (loop $l (if "   \
        "(global.get $n) (then (global.set $n (i32.sub (global.get $n) "      \
        "(i32.const 1))) (local.set $p (i32.add (global.get $mb) (i32.shl "   \
        "(global.get $n) (i32.const 3)))) (call_indirect (param i32) "        \
        "(i32.load offset=4 (local.get $p)) (i32.load (local.get $p))) (br "  \
        "$l)))) (i32.const 0))")

TEST(a_libcs_exit_runs_those_of_libraries_in_their_place)
{
    struct scene s;
    begin(&s, MAIN(NEED1("c.so"),
                   AT CTOR(REGISTER("1")) "(func (export "
                                          "\"more\") (result i32) " REGISTER(
                                              "4") " (i32.const 0))"));
    give(&s, "c.so", LIBC);
    give(&s, "a.so", LIB("a.so", AT CTOR(REGISTER("2"))));
    give(&s, "b.so", LIB("b.so", AT CTOR(REGISTER("3") REGISTER("5"))));
    CHECK_STR("", load(&s));
    CHECK_STR("", init(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    (void)open_as(&s, "b.so", TN_RTLD_NOW);
    CHECK_EQ(0, ask(&s, "more"));
    CHECK_STR("", shut(&s, a));
    CHECK_STR("2", s.said);
    CHECK_EQ(0, ask(&s, "quit"));
    CHECK_STR("2 4 5 3 1", s.said);
    end(&s);
}

TEST(what_is_no_function_is_told)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so",
         LIB("a.so", AT CTOR("(drop (call $at (i32.const 9999) "
                             "(i32.const 0) (global.get $mb)))")));
    give(&s, "b.so",
         LIB("b.so", AT CTOR("(drop (call $at (i32.const 0) "
                             "(i32.const 0) (global.get $mb)))")));
    CHECK_STR("", load(&s));
    CHECK_STR("a.so: a destructor of a.so is no function",
              shut(&s, open_as(&s, "a.so", TN_RTLD_NOW)));
    CHECK_STR("b.so: a destructor of b.so is no function (i32) -> ()",
              shut(&s, open_as(&s, "b.so", TN_RTLD_NOW)));
    CHECK_STR("main", names_of(&s));
    end(&s);
}

/* Entries of one lie between those of the other. */
TEST(many_entries_of_two_objects)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    const char *more = "(func (export \"more\") (result i32) (drop (call $at "
                       "(i32.add (global.get $tb) (i32.const 1)) (i32.const 0) "
                       "(global.get $mb))) (i32.const 0))";
    char text[2][2048];
    (void)snprintf(text[0], sizeof text[0],
                   LIB("a.so",
                       AT "(func $no (param i32)) (elem (i32.add "
                          "(global.get $tb) (i32.const 1)) func $no) %s"),
                   more);
    (void)snprintf(text[1], sizeof text[1],
                   LIB("b.so",
                       AT "(func $no (param i32)) (elem (i32.add "
                          "(global.get $tb) (i32.const 1)) func $no) %s"),
                   more);
    give(&s, "a.so", text[0]);
    give(&s, "b.so", text[1]);
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    tn_dso *b = open_as(&s, "b.so", TN_RTLD_NOW);
    for (int i = 0; i < 20000; i++)
        CHECK_EQ(0, ask_in(&s, i % 2 == 0 ? a : b, "more"));
    CHECK_STR("", shut(&s, a));
    CHECK_STR("", shut(&s, b));
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
