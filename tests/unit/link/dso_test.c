#include "link_test.h"

#define LIB(name, fields)   PIC(name, MEM("20", "04"), fields)
#define MAIN(needs, fields) PIC("main", MEM("20", "04") needs, fields)

TEST(what_is_opened_for_its_opener_is_seen_by_its_own_load)
{
    struct scene s;
    begin(&s, MAIN("", FUNC("f", "9")));
    give(&s, "a.so",
         PIC("a.so", MEM("20", "04") NEED1("b.so"),
             ASK("g", "g") CALLS("ag", "g") FUNC("h", "1")));
    give(&s, "b.so",
         LIB("b.so", FUNC("g", "2") ASK("h", "h") CALLS("bh", "h") ASK("f", "f")
                         CALLS("bf", "f")));
    give(&s, "c.so", LIB("c.so", ASK("g", "g") CALLS("cg", "g")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_EQ(2, ask_in(&s, a, "ag"));
    CHECK_EQ(1, ask_in(&s, a, "bh"));
    CHECK_EQ(9, ask_in(&s, a, "bf"));
    CHECK(sym(&s, NULL, "g").func == NULL);
    CHECK(open_as(&s, "c.so", TN_RTLD_NOW) == NULL);
    CHECK_STR("c.so: undefined function \"g\"", s.err.text);
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_GLOBAL) == a);
    CHECK_EQ(2, ask(&s, "g"));
    CHECK(open_as(&s, "c.so", TN_RTLD_NOW) != NULL);
    end(&s);
}

TEST(dlsym_looks_in_an_object_and_what_it_needs)
{
    struct scene s;
    begin(&s, MAIN(NEED1("m.so"), FUNC("f", "9")));
    give(&s, "m.so", LIB("m.so", FUNC("m", "8")));
    give(&s, "a.so", PIC("a.so", MEM("20", "04") NEED2("b.so", "c.so"), ""));
    give(&s, "b.so", PIC("b.so", MEM("20", "04") NEED1("d.so"), ""));
    give(&s, "c.so", LIB("c.so", FUNC("f", "1")));
    give(&s, "d.so", LIB("d.so", FUNC("f", "2") FUNC("d", "3")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_EQ(1, ask_in(&s, a, "f"));
    CHECK_EQ(3, ask_in(&s, a, "d"));
    CHECK_EQ(9, ask_in(&s, tn_space_main(s.space), "f"));
    CHECK_EQ(8, ask_in(&s, tn_space_main(s.space), "m"));
    CHECK(sym(&s, a, "m").func == NULL);
    CHECK_STR("undefined symbol \"m\"", s.err.text);
    CHECK_EQ(2, tn_dso_look(a).need_count);
    CHECK(tn_dso_need(a, 1) == dso_named(&s, "c.so"));
    end(&s);
}

/* "f" of whoever comes behind the caller. */
#define NEXT_F(own)                                                    \
    FUNC("f", own)                                                     \
    DL "(data (global.get $mb) \"f\\00\")"                             \
       "(func (export \"next" own "\") (result i32) (local $p i32) "   \
       "(local.set $p (call $dlsym (i32.const -1) (global.get $mb))) " \
       "(if (i32.eqz (local.get $p)) (then (return (i32.const 0)))) "  \
       "(call_indirect (result i32) (local.get $p)))"

TEST(next_is_behind_the_caller_in_its_scope)
{
    struct scene s;
    begin(&s, MAIN(NEED2("a.so", "b.so"), NEXT_F("9")));
    give(&s, "a.so", LIB("a.so", NEXT_F("1")));
    give(&s, "b.so", LIB("b.so", NEXT_F("2")));
    give(&s, "c.so", PIC("c.so", MEM("20", "04") NEED1("d.so"), NEXT_F("3")));
    give(&s, "d.so", LIB("d.so", NEXT_F("4")));
    CHECK_STR("", load(&s));
    CHECK_EQ(1, ask(&s, "next9"));
    CHECK_EQ(2, ask(&s, "next1"));
    CHECK_EQ(0, ask(&s, "next2"));
    tn_dso *c = open_as(&s, "c.so", TN_RTLD_NOW);
    CHECK_EQ(4, ask_in(&s, c, "next3"));
    CHECK_EQ(0, ask_in(&s, c, "next4"));
    end(&s);
}

TEST(names_are_asked_for_or_the_modules_own)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so", LIB("soname.so", ""));
    give(&s, "x/c.so", LIB("c.so", FUNC("f", "1")));
    give(&s, "y/c.so", LIB("d.so", FUNC("f", "2")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK(open_as(&s, "soname.so", TN_RTLD_NOW) == a);
    tn_dso *x = open_as(&s, "x/c.so", TN_RTLD_NOW);
    tn_dso *y = open_as(&s, "y/c.so", TN_RTLD_NOW);
    CHECK(x != y && y != NULL);
    CHECK_EQ(1, ask_in(&s, x, "f"));
    CHECK_EQ(2, ask_in(&s, y, "f"));
    CHECK(open_as(&s, "c.so", TN_RTLD_NOW) == x);
    CHECK(open_as(&s, "y/c.so", TN_RTLD_NOW | TN_RTLD_NOLOAD) == y);
    CHECK(dso_named(&s, "") == NULL);
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
