#include "link_test.h"

#define LIB(name, fields)   PIC(name, MEM("20", "04"), fields)
#define MAIN(needs, fields) PIC("main", MEM("20", "04") needs, fields)
#define NAME(n)             "(data (global.get $mb) \"" n "\\00\")"
#define OPEN(flags)         "(call $dlopen (global.get $mb) (i32.const " flags "))"
#define OPENS(f, flags)     "(func (export \"" f "\") (result i32) " OPEN(flags) ")"

TEST(the_latest_that_started_ends_first)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so",
         PIC("a.so", MEM("20", "04") NEED2("b.so", "c.so"),
             SAY CTOR(SAYS("1")) DTOR(SAYS("11"))));
    give(&s, "b.so",
         PIC("b.so", MEM("20", "04") NEED1("a.so"),
             SAY CTOR(SAYS("2")) DTOR(SAYS("12"))));
    give(&s, "c.so", LIB("c.so", SAY CTOR(SAYS("3")) DTOR(SAYS("13"))));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    tn_dso *c = open_as(&s, "c.so", TN_RTLD_NOW);
    CHECK_STR("2 3 1", s.said);
    s.said[0] = 0;
    CHECK_STR("", shut(&s, a));
    CHECK_STR("11 12", s.said);
    CHECK_STR("main c.so", names_of(&s));
    CHECK_STR("", shut(&s, c));
    CHECK_STR("11 12 13", s.said);
    end(&s);
}

TEST(whose_symbols_are_used_stays)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so", LIB("a.so", FUNC("f", "1")));
    give(&s, "b.so", LIB("b.so", DATA("d", "4")));
    give(&s, "c.so", LIB("c.so", "(tag (export \"t\"))"));
    give(&s, "d.so", LIB("d.so", FUNC("p", "2")));
    give(&s, "e.so",
         LIB("e.so", ASK("f", "f") GOT("d", "mem", "d")
                         GOT("p", "func", "p") "(import \"env\" \"t\" (tag))"));
    CHECK_STR("", load(&s));
    static const char *const names[] = {"a.so", "b.so", "c.so", "d.so"};
    tn_dso *dso[4];
    for (int i = 0; i < 4; i++)
        dso[i] = open_as(&s, names[i], TN_RTLD_NOW | TN_RTLD_GLOBAL);
    tn_dso *e = open_as(&s, "e.so", TN_RTLD_NOW);
    for (int i = 0; i < 4; i++)
        CHECK_STR("", shut(&s, dso[i]));
    CHECK_STR("main a.so b.so c.so d.so e.so", names_of(&s));
    CHECK_STR("", shut(&s, e));
    CHECK_STR("main", names_of(&s));
    end(&s);
}

TEST(a_binding_at_the_first_call_keeps_it_too)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so", LIB("a.so", FUNC("f", "1")));
    give(&s, "e.so", LIB("e.so", ASK("f", "f") CALLS("run", "f")));
    CHECK_STR("", load(&s));
    tn_dso *e = open_as(&s, "e.so", TN_RTLD_LAZY);
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_LAZY | TN_RTLD_GLOBAL);
    CHECK_EQ(1, ask_in(&s, e, "run"));
    CHECK_STR("", shut(&s, a));
    CHECK_EQ(1, ask_in(&s, e, "run"));
    CHECK_STR("", shut(&s, e));
    CHECK_STR("main", names_of(&s));
    end(&s);
}

TEST(a_stale_pointer_tells_whose_it_was)
{
    struct scene s;
    begin(&s, MAIN("", "(global $p (mut i32) (i32.const 0))"
                       "(func (export \"set\") (param i32) (global.set $p "
                       "(local.get 0)))"
                       "(func (export \"run\") (result i32) (call_indirect "
                       "(result i32) (global.get $p)))"));
    give(&s, "a.so",
         LIB("a.so", "(func $f (export \"f\") (result i32) "
                     "(i32.const 1))"));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    uint64_t slot = sym(&s, a, "f").address;
    tn_symbol found;
    CHECK_EQ(TN_OK, tn_func_call_raw(sym(&s, NULL, "set").func, &slot, NULL));
    slot = sym(&s, a, "f").address;
    CHECK_EQ(1, ask(&s, "run"));
    CHECK_STR("", shut(&s, a));
    CHECK_STR("function of a closed instance: a.so, f", fails(&s, "run"));
    CHECK_EQ(TN_E_NOT_FOUND, tn_dladdr(s.space, slot, true, &found, NULL));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW) != NULL);
    CHECK_EQ(1, ask(&s, "run"));
    end(&s);
}

/* The frame that is left finds itself gone; nothing else does. */
TEST(code_may_close_the_object_that_it_is_in)
{
    struct scene s;
    begin(&s, MAIN("", DL NAME("a.so") OPENS("o", "2") FUNC("fine", "5")));
    give(&s, "a.so",
         LIB("a.so", DL "(func (export \"quit\") (param i32) "
                        "(result i32) (drop (call $dlclose "
                        "(local.get 0))) (i32.const 3))"));
    CHECK_STR("", load(&s));
    for (int i = 0; i < 200; i++) {
        uint64_t handle = (uint64_t)ask(&s, "o");
        tn_symbol quit = sym(&s, dso_named(&s, "a.so"), "quit");
        s.err = (tn_error){0};
        CHECK_EQ(TN_E_TRAP, tn_func_call_raw(quit.func, &handle, &s.err));
        CHECK_STR("main", names_of(&s));
        CHECK_EQ(5, ask(&s, "fine"));
        s.told[0] = 0;
    }
    end(&s);
}

/* r.so was open to a.so alone, which only closes it while it ends itself. */
TEST(what_a_destructor_closes_goes_too)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "r.so", LIB("r.so", SAY FUNC("f", "1") DTOR(SAYS("2"))));
    give(&s, "a.so",
         LIB("a.so",
             SAY DL NAME("r.so") "(global $h (mut i32) (i32.const 0))" CTOR(
                 "(global.set $h " OPEN("258") ")")
                 DTOR(SAYS("1") "(drop (call $dlclose (global.get $h)))")));
    give(&s, "u.so",
         PIC("u.so", MEM("20", "04") NEED1("r.so"),
             ASK("f", "f") DTOR("(drop (call $f))")));
    CHECK_STR("", load(&s));
    CHECK_STR("", shut(&s, open_as(&s, "a.so", TN_RTLD_NOW)));
    CHECK_STR("1 2", s.said);
    CHECK_STR("main", names_of(&s));
    tn_dso *u = open_as(&s, "u.so", TN_RTLD_NOW);
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_STR("", shut(&s, u));
    CHECK_STR("main r.so a.so", names_of(&s));
    CHECK_STR("", shut(&s, a));
    CHECK_STR("main", names_of(&s));
    end(&s);
}

/* It would be found by name, and go when its destructor has run. */
TEST(a_destructor_that_opens_its_own_object_gets_another)
{
    struct scene s;
    begin(&s, MAIN("", "(global $once (export \"once\") (mut i32) (i32.const "
                       "1)) (func (export \"first\") (result i32) (global.get "
                       "$once) (global.set $once (i32.const 0)))"));
    give(&s, "a.so",
         LIB("a.so",
             SAY DL NAME("a.so") ASK("first", "first") FUNC("f", "4")
                 CTOR(SAYS("1")) DTOR(SAYS("2") "(if (call $first) (then "
                                                "(drop " OPEN("258") ")))")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_GLOBAL);
    CHECK_STR("", shut(&s, a));
    CHECK_STR("1 2 1", s.said);
    CHECK_STR("main a.so", names_of(&s));
    CHECK_EQ(4, ask(&s, "f"));
    end(&s);
}

/* b.so starts while a.so ends: it must not be bound to it. */
TEST(what_ends_is_seen_by_what_ends_only)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "b.so", LIB("b.so", ASK("f", "f") CALLS("run", "f")));
    CHECK_STR("", load(&s));
    give(&s, "a.so",
         LIB("a.so",
             SAY DL NAME("b.so") FUNC("f", "4") DTOR("(drop " OPEN("1") ")")));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_GLOBAL);
    CHECK_STR("", shut(&s, a));
    CHECK_STR("main b.so", names_of(&s));
    tn_symbol run = sym(&s, dso_named(&s, "b.so"), "run");
    uint64_t slot = 0;
    s.err = (tn_error){0};
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(run.func, &slot, &s.err));
    CHECK_STR("undefined function \"f\" called by b.so", s.err.text);
    end(&s);
}

TEST(a_destructor_that_traps_is_told_and_the_object_goes)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so",
         PIC("a.so", MEM("20", "04") NEED1("b.so"), DTOR("unreachable")));
    give(&s, "b.so", LIB("b.so", SAY DTOR(SAYS("2"))));
    CHECK_STR("", load(&s));
    CHECK_STR("a.so: unreachable", shut(&s, open_as(&s, "a.so", TN_RTLD_NOW)));
    CHECK_STR("2", s.said);
    CHECK_STR("main", names_of(&s));
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
