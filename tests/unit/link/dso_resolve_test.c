#include "link_test.h"

/* --- Rules, one a row ---------------------------------------------------------------- */

#define MAIN_OF(needs, fields) PIC("main", MEM("20", "04") needs, fields)
#define LIB(name, fields)      PIC(name, MEM("20", "04"), fields)
#define RUN_F                  ASK("f", "f") CALLS("run", "f")
#define EXPORT_WEAK(a)         "\\03\\04\\01\\01" a "\\01"
#define NEED_AB                NEED2("a.so", "b.so")

struct rule {
    const char *claim, *main, *a, *b;
    bool bind_now;
    const char *load_error, *call_error; /* "" for none */
    long long value;                     /* of run, if it gives one */
};

static const struct rule rules[] = {
    {"the first that defines it", MAIN_OF(NEED_AB, RUN_F),
     LIB("a.so", FUNC("f", "1")), LIB("b.so", FUNC("f", "2")), true, "", "", 1},
    {"weak or not", MAIN_OF(NEED_AB, RUN_F),
     PIC("a.so", MEM("20", "04") EXPORT_WEAK("f"), FUNC("f", "1")),
     LIB("b.so", FUNC("f", "2")), true, "", "", 1},
    {"breadth first", MAIN_OF(NEED_AB, RUN_F),
     PIC("a.so", MEM("00", "00") NEED1("c.so"), ""),
     LIB("b.so", FUNC("f", "2")), true, "", "", 2},
    {"main comes before the definer itself",
     MAIN_OF(NEED1("a.so"), FUNC("f", "9") ASK("r", "r") CALLS("run", "r")),
     LIB("a.so", ASK("f", "f") FUNC("f", "1") CALLS("r", "f")), NULL, true, "",
     "", 9},
    {"an import of its own is a call of its own",
     MAIN_OF(NEED1("a.so"), ASK("r", "r") CALLS("run", "r")),
     LIB("a.so", ASK("f", "f") FUNC("f", "1") CALLS("r", "f")), NULL, true, "",
     "", 1},
    {"functions and data are one namespace",
     MAIN_OF(NEED_AB, GOT("x", "mem", "f") SHOWS("run", "x")),
     LIB("a.so", FUNC("f", "1")), LIB("b.so", DATA("f", "8")), true,
     "main: \"f\" is wanted as a data, but a.so defines it as a function", "",
     0},
    {"a data is no function", MAIN_OF(NEED_AB, RUN_F),
     LIB("a.so", DATA("f", "8")), LIB("b.so", FUNC("f", "2")), false,
     "main: \"f\" is wanted as a function, but a.so defines it as a data", "",
     0},
    {"nor has it an element",
     MAIN_OF(NEED_AB, GOT("x", "func", "f") SHOWS("run", "x")),
     LIB("a.so", DATA("f", "8")), LIB("b.so", FUNC("f", "2")), false,
     "main: \"f\" is wanted as a function, but a.so defines it as a data", "",
     0},
    {"a tag is no function", MAIN_OF(NEED1("a.so"), RUN_F),
     LIB("a.so", "(tag (export \"f\"))"), NULL, false,
     "main: \"f\" is wanted as a function, but a.so defines it as a tag", "",
     0},
    {"a function is no tag",
     MAIN_OF(NEED1("a.so"), "(import \"env\" \"f\" (tag))"),
     LIB("a.so", FUNC("f", "1")), NULL, false,
     "main: \"f\" is wanted as a tag, but a.so defines it as a function", "",
     0},
    {"a tag of another type",
     MAIN_OF(NEED1("a.so"), "(import \"env\" \"f\" (tag))"),
     LIB("a.so", "(tag (export \"f\") (param i32))"), NULL, false,
     "main: tag \"f\" is of another type in a.so", "", 0},
    {"another type, bound now", MAIN_OF(NEED1("a.so"), RUN_F),
     LIB("a.so", "(func (export \"f\") (param i64))"), NULL, true,
     "main: \"f\" is called as () -> i32, but a.so defines it as (i64) -> ()",
     "", 0},
    {"another type, bound when it is called", MAIN_OF(NEED1("a.so"), RUN_F),
     LIB("a.so", "(func (export \"f\") (param i64))"), NULL, false, "",
     "\"f\" is called by main as () -> i32, but a.so defines it otherwise", 0},
    {"nobody, bound now",
     MAIN_OF("", RUN_F ASK("g", "g") GOT("x", "func", "h")), NULL, NULL, true,
     "main: undefined function \"f\"; and 2 more: g, h", "", 0},
    {"nobody, bound when it is called", MAIN_OF("", RUN_F), NULL, NULL, false,
     "", "undefined function \"f\" called by main", 0},
    {"weak, and nobody", MAIN_OF(WEAK1("f"), RUN_F), NULL, NULL, true, "",
     "undefined function \"f\" called by main", 0},
    {"the address of a weak nobody is 0",
     MAIN_OF(WEAK1("f"), GOT("x", "func", "f") SHOWS("run", "x")), NULL, NULL,
     true, "", "", 0},
    {"of weak data too",
     MAIN_OF(WEAK1("f"), GOT("x", "mem", "f") SHOWS("run", "x")), NULL, NULL,
     true, "", "", 0},
    {"data that nobody has", MAIN_OF("", GOT("x", "mem", "f")), NULL, NULL,
     false, "main: undefined data \"f\"", "", 0},
    {"names for the linker bind nobody",
     MAIN_OF(NEED1("a.so"), ASK("f", "_start") CALLS("run", "f")),
     LIB("a.so", FUNC("_start", "3")), NULL, true,
     "main: undefined function \"_start\"", "", 0},
    {"what is exported again is no definition", MAIN_OF(NEED_AB, RUN_F),
     LIB("a.so", ASK("g", "g") "(export \"f\" (func $g))"),
     LIB("b.so", FUNC("f", "2") FUNC("g", "3")), true, "", "", 2},
    {"an unknown module's function",
     MAIN_OF("",
             "(import \"m\" \"f\" (func $f (result i32)))" CALLS("run", "f")),
     NULL, NULL, true, "main: undefined function \"f\" of \"m\"", "", 0},
    {"an unknown global", MAIN_OF("", "(import \"m\" \"f\" (global f32))"),
     NULL, NULL, false, "main: undefined import \"f\" of \"m\"", "", 0},
    {"host functions come last",
     MAIN_OF(
         NEED1("a.so"),
         "(import \"env\" "
         "\"say\" (func $s (param i32))) (func (export \"run\") (result i32) "
         "(call $s (i32.const 5)) (i32.const 1))"),
     LIB("a.so", "(func (export \"say\") (param i32) unreachable)"), NULL, true,
     "", "unreachable", 0},
    {"main by its other name",
     MAIN_OF(NEED1("a.so"),
             "(func (export \"__main_argc_argv\") (param i32 i32) (result i32) "
             "(i32.const 6))" ASK("r", "r") CALLS("run", "r")),
     LIB("a.so",
         "(import \"env\" \"main\" (func $m (param i32 i32) (result "
         "i32))) (func (export \"r\") (result i32) (call $m (i32.const 0) "
         "(i32.const 0)))"),
     NULL, true, "", "", 6},
    {"main of another type is not it",
     MAIN_OF(NEED1("a.so"),
             "(func (export \"main\") (result i32) (i32.const 6))" ASK("r", "r")
                 CALLS("run", "r")),
     LIB("a.so", "(import \"env\" \"__main_argc_argv\" (func $m (param i32 i32)"
                 " (result i32))) (func (export \"r\") (result i32) (call $m "
                 "(i32.const 0) (i32.const 0)))"),
     NULL, false, "", "undefined function \"__main_argc_argv\" called by a.so",
     0},
    {"dlopen before anybody's",
     MAIN_OF(NEED1("a.so"), DL
             "(func (export \"run\") (result i32) (call $dlopen (i32.const 0) "
             "(i32.const 2)))"),
     LIB("a.so", "(func (export \"dlopen\") (param i32 i32) (result i32) "
                 "(i32.const 777))"),
     NULL, true, "", "", 1},
    {"of the linker's type",
     MAIN_OF("", "(import \"env\" \"dlopen\" "
                 "(func (param i32) (result i32)))"),
     NULL, NULL, false,
     "main: \"dlopen\" is called as (i32) -> i32, but the linker has it as "
     "(i32, i32) -> i32",
     "", 0},
    {"dlopen by its address",
     MAIN_OF(NEED1("a.so"),
             GOT("p", "func", "dlopen") "(func (export \"run\") (result i32) "
                                        "(call_indirect (param i32 i32) "
                                        "(result i32) (i32.const 0) (i32.const "
                                        "2) (global.get $p)))"),
     LIB("a.so", "(func (export \"dlopen\") (param i32 i32) (result i32) "
                 "(i32.const 777))"),
     NULL, true, "", "", 1},
    {"a host function by its address",
     MAIN_OF("", GOT("p", "func",
                     "say") "(func (export \"run\") (result i32) "
                            "(call_indirect (param i32) "
                            "(i32.const 3) (global.get $p)) (i32.const 4))"),
     NULL, NULL, true, "", "", 4},
    {"nobody, by its address",
     MAIN_OF("", GOT("p", "func", "f") "(func (export \"run\") (result i32) "
                                       "(call_indirect (global.get $p)) "
                                       "(i32.const 4))"),
     NULL, NULL, false, "", "undefined function \"f\" called through a pointer",
     0},
    {"a host function of another type",
     MAIN_OF("", "(import \"env\" \"say\" "
                 "(func (param i64)))"),
     NULL, NULL, true,
     "main: \"say\" is called as (i64) -> (), but the host defines it as (i32) "
     "-> ()",
     "", 0},
};

static void run_rule(const struct rule *rule)
{
    struct scene s;
    begin(&s, rule->main);
    if (rule->a != NULL)
        give(&s, "a.so", rule->a);
    if (rule->b != NULL)
        give(&s, "b.so", rule->b);
    give(&s, "c.so", LIB("c.so", FUNC("f", "3")));
    s.config.bind_now = rule->bind_now;
    CHECK_STR(rule->load_error, load(&s));
    CHECK((s.space != NULL) == (rule->load_error[0] == 0));
    if (s.space != NULL && rule->call_error[0] != 0)
        CHECK_STR(rule->call_error, fails(&s, "run"));
    else if (s.space != NULL)
        CHECK_EQ(rule->value, ask(&s, "run"));
    end(&s);
}

TEST(each_rule_of_resolution)
{
    static size_t i;
    for (i = 0; i < sizeof rules / sizeof *rules; i++) {
        printf("%s\n", rules[i].claim);
        run_rule(&rules[i]);
    }
}

TEST(a_plan_tells_who_binds_what)
{
    struct scene s;
    begin(&s, MAIN_OF(NEED1("a.so"),
                      RUN_F GOT("x", "mem", "d") GOT("h", "mem", "__heap_base")
                          GOT("p", "func",
                              "g") "(import \"env\" \"t\" (tag))" SAY DL));
    give(&s, "a.so", LIB("a.so", FUNC("f", "1") DATA("d", "8")));
    s.config.plan_only = true;
    CHECK_STR("", load(&s));
    tn_dso *main = tn_space_main(s.space), *a = dso_named(&s, "a.so");
    static const struct {
        const char *name;
        tn_binding_kind kind;
        bool by_a, is_host, is_defined;
    } want[] = {
        {"memory", TN_BINDING_SPACE, false, false, true},
        {"__indirect_function_table", TN_BINDING_SPACE, false, false, true},
        {"__stack_pointer", TN_BINDING_SPACE, false, false, true},
        {"__memory_base", TN_BINDING_SPACE, false, false, true},
        {"__table_base", TN_BINDING_SPACE, false, false, true},
        {"f", TN_BINDING_FUNC, true, false, true},
        {"d", TN_BINDING_DATA, true, false, true},
        {"__heap_base", TN_BINDING_SPACE, false, false, true},
        {"g", TN_BINDING_POINTER, false, false, false},
        {"t", TN_BINDING_TAG, false, false, true},
        {"say", TN_BINDING_FUNC, false, true, true},
        {"dlopen", TN_BINDING_FUNC, false, true, true},
    };
    CHECK_EQ(15, tn_dso_binding_count(main));
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        tn_binding b = tn_dso_binding(main, i);
        CHECK_EQ(strlen(want[i].name), b.name_size);
        CHECK(memcmp(want[i].name, b.name, b.name_size) == 0);
        CHECK_EQ(want[i].kind, b.kind);
        CHECK((b.by == a) == want[i].by_a);
        CHECK_EQ(want[i].is_host, b.is_host);
        CHECK_EQ(want[i].is_defined, b.is_defined);
    }
    CHECK_STR("() -> i32", tn_dso_binding(main, 5).type);
    CHECK(tn_dso_instance(a) == NULL && tn_space_memory(s.space) == NULL);
    CHECK_STR("the space is only a plan", init(&s));
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
