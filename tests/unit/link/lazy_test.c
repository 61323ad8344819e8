#include "link_test.h"

#define LIB(name, fields)   PIC(name, MEM("20", "04"), fields)
#define MAIN(needs, fields) PIC("main", MEM("20", "04") needs, fields)

TEST(an_undefined_function_is_looked_for_when_it_is_called)
{
    struct scene s;
    begin(&s, MAIN("", ASK("f", "f") CALLS("run", "f")));
    give(&s, "a.so", LIB("a.so", FUNC("f", "1")));
    give(&s, "b.so", LIB("b.so", "(func (export \"f\") (param i32))"));
    CHECK_STR("", load(&s));
    CHECK_STR("undefined function \"f\" called by main", fails(&s, "run"));
    tn_dso *b = open_as(&s, "b.so", TN_RTLD_NOW | TN_RTLD_GLOBAL);
    CHECK_STR("\"f\" is called by main as () -> i32, but b.so defines it "
              "otherwise",
              fails(&s, "run"));
    CHECK_STR("", shut(&s, b));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_GLOBAL) != NULL);
    CHECK_EQ(1, ask(&s, "run"));
    CHECK_EQ(1, ask(&s, "run"));
    end(&s);
}

TEST(an_exception_passes_through_the_first_call)
{
    struct scene s;
    begin(&s, MAIN("", "(import \"env\" \"t\" (tag $t)) (import \"env\" \"f\" "
                       "(func $f)) (func (export \"run\") (result i32) (block "
                       "$h (try_table (catch $t $h) (call $f)) (return "
                       "(i32.const 0))) (i32.const 6))"));
    give(&s, "a.so",
         LIB("a.so", "(import \"env\" \"t\" (tag $t)) (func (export "
                     "\"f\") (throw $t))"));
    CHECK_STR("", load(&s));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_GLOBAL) != NULL);
    CHECK_EQ(6, ask(&s, "run"));
    CHECK_EQ(6, ask(&s, "run"));
    end(&s);
}

TEST(one_element_stands_for_an_undefined_name)
{
    struct scene s;
    begin(&s, MAIN(NEED1("a.so"), GOT("p", "func", "un") SHOWS("mp", "p") GOT(
                                      "q", "func", "deux") SHOWS("mq", "q")));
    give(&s, "a.so", LIB("a.so", GOT("p", "func", "un") SHOWS("ap", "p")));
    CHECK_STR("", load(&s));
    CHECK(ask(&s, "mp") != 0 && ask(&s, "mp") != ask(&s, "mq"));
    CHECK_EQ(ask(&s, "mp"), ask(&s, "ap"));
    end(&s);
}

/* Host functions of a space that is no more are still in the table. */
TEST(functions_of_a_space_that_was_freed_say_so)
{
    struct scene s;
    begin(
        &s,
        MAIN("",
             GOT("p", "func", "un") GOT("q", "func", "dlerror") SHOWS("mp", "p")
                 SHOWS("mq",
                       "q") "(import \"env\" "
                            "\"lazy\" (func $l)) (export \"l\" (func $l))"));
    CHECK_STR("", load(&s));
    tn_table *table = tn_space_table(s.space);
    uint64_t slots[2] = {(uint64_t)ask(&s, "mp"), (uint64_t)ask(&s, "mq")};
    tn_func *lazy = NULL, *run = sym(&s, NULL, "mp").func;
    CHECK_EQ(TN_OK, tn_instance_func(tn_dso_instance(tn_space_main(s.space)),
                                     "l", &lazy, NULL));
    tn_space_free(s.space);
    s.space = NULL;
    tn_linker_free(s.linker);
    s.linker = NULL;
    for (int i = 0; i < 2; i++) {
        tn_val func;
        uint64_t none[1] = {0};
        CHECK_EQ(TN_OK, tn_table_get(table, slots[i], &func, NULL));
        CHECK_EQ(TN_E_TRAP, tn_func_call_raw(func.of.func, none, NULL));
        CHECK_EQ(TN_TRAP_UNLOADED, tn_store_trap_kind(s.store));
    }
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(lazy, slots, NULL));
    s.err = (tn_error){0};
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(run, slots, &s.err));
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
