#include "link_test.h"

#define LIB(name, fields) PIC(name, MEM("20", "04"), fields)

/* f has an element by its module's segment, g has none. */
#define DEFINER                                           \
    "(func $f (export \"f\") (result i32) (i32.const 1))" \
    "(func (export \"g\") (result i32) (i32.const 2))"    \
    "(elem (global.get $tb) func $f)"
#define TAKES GOT("p", "func", "f") GOT("q", "func", "g")
#define CALL_POINTER(name, id)                  \
    "(func (export \"" name "\") (result i32) " \
    "(call_indirect (result i32) (global.get $" id ")))"

TEST(a_function_has_one_element_whoever_asks)
{
    struct scene s;
    begin(&s, PIC("main", MEM("20", "04") NEED2("a.so", "b.so"),
                  TAKES SHOWS("mp", "p") SHOWS("mq", "q")
                      CALL_POINTER("cp", "p") CALL_POINTER("cq", "q")));
    give(&s, "a.so", LIB("a.so", DEFINER));
    give(&s, "b.so", LIB("b.so", TAKES SHOWS("bp", "p") SHOWS("bq", "q")));
    CHECK_STR("", load(&s));
    tn_dso_info a = tn_dso_look(dso_named(&s, "a.so"));
    CHECK_EQ(a.table_base, ask(&s, "mp"));
    CHECK_EQ(a.table_base, ask(&s, "bp"));
    CHECK_EQ(a.table_base, sym(&s, NULL, "f").address);
    long long q = ask(&s, "mq");
    CHECK(q < (long long)a.table_base || q >= (long long)a.table_base + 4);
    CHECK_EQ(q, ask(&s, "bq"));
    CHECK_EQ(q, sym(&s, NULL, "g").address);
    CHECK_EQ(1, ask(&s, "cp"));
    CHECK_EQ(2, ask(&s, "cq"));
    end(&s);
}

TEST(a_function_that_nobody_took_gets_an_element_by_dlsym)
{
    struct scene s;
    begin(&s, PIC("main", MEM("20", "04"), FUNC("f", "1") FUNC("g", "2")));
    CHECK_STR("", load(&s));
    tn_symbol f = sym(&s, NULL, "f"), g = sym(&s, NULL, "g"), found;
    CHECK(f.address != g.address && f.address != 0);
    CHECK_EQ(f.address, sym(&s, NULL, "f").address);
    CHECK_EQ(TN_OK, tn_dladdr(s.space, g.address, true, &found, NULL));
    CHECK(found.func == g.func && found.dso == tn_space_main(s.space));
    end(&s);
}

/* Its segments write another table: what they say is no element of all. */
TEST(elements_of_a_table_of_its_own_are_nobodys)
{
    struct scene s;
    begin(&s,
          "(module $main " DYLINK(NEED1(
              "a.so")) "(import \"m\" \"t\" (table 9 funcref)) (memory (export "
                       "\"memory\") 1) (func $f (export \"f\") (result i32) "
                       "(i32.const "
                       "1)) (elem (i32.const 3) func $f))");
    give(&s, "a.so",
         LIB("a.so", GOT("p", "func", "f") CALL_POINTER("run", "p")
                         SHOWS("slot", "p")));
    give(&s, "b.so",
         "(module $b.so " DYLINK(MEM(
             "20",
             "04")) "(import \"env\" \"__table_base\" (global $tb i32))"
                    "(table 99 funcref) (func $g (export \"g\") (result i32) "
                    "(i32.const 2)) (elem (global.get $tb) func $g))");
    tn_table *table = NULL;
    tn_limits_info limits = {9, 9, false, false, 0};
    CHECK_EQ(TN_OK, tn_table_new(s.store, TN_FUNCREF, limits, &table, NULL));
    CHECK_EQ(TN_OK, tn_imports_define(
                        s.imports, "m", "t",
                        (tn_extern){TN_EXTERN_TABLE, {.table = table}}, NULL));
    CHECK_STR("", load(&s));
    CHECK_EQ(1, ask(&s, "run"));
    tn_dso *b = open_as(&s, "b.so", TN_RTLD_NOW);
    CHECK_STR("", s.err.text);
    tn_symbol g = sym(&s, b, "g");
    CHECK(s.space->table->slots[g.address] == (void *)g.func);
    end(&s);
}

/* A copy of it that is made once would not move. */
TEST(who_only_reads_the_stack_pointer_sees_it_move)
{
    struct scene s;
    begin(&s,
          PIC("main", MEM("20", "04") NEED1("a.so"),
              ASK("top",
                  "top") "(func (export \"run\") (result i32) (global.set $sp "
                         "(i32.sub (global.get $sp) (i32.const 64))) (i32.sub "
                         "(global.get $sp) (call $top)))"));
    give(&s, "a.so", LIB("a.so", SHOWS("top", "sp")));
    CHECK_STR("", load(&s));
    CHECK_EQ(0, ask(&s, "run"));
    end(&s);
}

TEST(a_cell_that_is_set_or_shown_is_the_modules_own)
{
    struct scene s;
    begin(
        &s,
        PIC("main", MEM("20", "04") NEED1("a.so"),
            GOT("x", "mem", "d") GOT(
                "y", "mem",
                "e") "(export \"cell\" (global $x)) (export \"base\" (global "
                     "$mb))"
                     "(func (export \"set\") (result i32) (global.set $x "
                     "(i32.const 7)) (global.set $y (i32.const 8)) (global.get "
                     "$x))" ASK("ax", "ax") CALLS("run", "ax")
                         SHOWS("y", "y")));
    give(&s, "a.so",
         LIB("a.so", DATA("d", "8") DATA("e", "12") GOT("x", "mem", "d")
                         SHOWS("ax", "x")));
    CHECK_STR("", load(&s));
    long long d = (long long)tn_dso_look(dso_named(&s, "a.so")).memory_base + 8;
    tn_extern cell;
    CHECK_EQ(TN_OK, tn_instance_export(tn_dso_instance(tn_space_main(s.space)),
                                       "cell", &cell, NULL));
    CHECK_EQ(d, tn_global_get(cell.of.global).of.i32);
    CHECK_EQ(7, ask(&s, "set"));
    CHECK_EQ(7, tn_global_get(cell.of.global).of.i32);
    CHECK_EQ(8, ask(&s, "y"));
    CHECK_EQ(d, ask(&s, "run"));
    end(&s);
}

static tn_space *another_space(struct scene *s, const char *name)
{
    tn_space *space = NULL;
    tn_named_module main = {name, {NULL, 0}};
    s->err = (tn_error){0};
    CHECK_EQ(TN_OK, tn_space_new(s->linker, s->store, &main, &s->config, &space,
                                 &s->err));
    return space;
}

static long long ask_space(tn_space *space, const char *name)
{
    tn_symbol symbol;
    uint64_t slot = 0;
    CHECK_EQ(TN_OK, tn_dlsym(space, NULL, name, &symbol, NULL));
    CHECK_EQ(TN_OK, tn_func_call_raw(symbol.func, &slot, NULL));
    return (long long)slot;
}

TEST(code_of_a_library_is_not_shared_where_its_calls_go_elsewhere)
{
    struct scene s;
    const char *plain = PIC("plain", MEM("20", "04") NEED1("a.so"),
                            ASK("r", "r") CALLS("run", "r"));
    begin(&s, plain);
    give(&s, "plain", plain);
    give(&s, "above",
         PIC("above", MEM("20", "04") NEED1("a.so"),
             FUNC("f", "9") ASK("r", "r") CALLS("run", "r")));
    give(&s, "a.so", LIB("a.so", ASK("f", "f") FUNC("f", "1") CALLS("r", "f")));
    CHECK_STR("", load(&s));
    CHECK_EQ(1, ask(&s, "run"));
    tn_space *above = another_space(&s, "above");
    tn_space *again = another_space(&s, "plain");
    CHECK_EQ(9, ask_space(above, "run"));
    CHECK_EQ(1, ask_space(again, "run"));
    CHECK_EQ(1, ask(&s, "run"));
    tn_space_free(above);
    tn_space_free(again);
    end(&s);
}

#define OWN(f)    ASK(f, f) FUNC(f, "0")
#define BIT(f, n) "(i32.mul (call $" f ") (i32.const " n "))"

/* More ways to bind it than are kept as code of their own. */
TEST(any_part_of_a_librarys_calls_may_go_elsewhere)
{
    struct scene s;
    static char text[16][2048], names[16][8];
    begin(&s, PIC("main", MEM("20", "04"), ""));
    give(&s, "a.so",
         LIB("a.so", OWN("fa") OWN("fb") OWN("fc")
                         OWN("fd") "(func (export \"r\") (result i32) (i32.add "
                                   "(i32.add " BIT("fa", "1") BIT(
                                       "fb", "2") ") (i32.add " BIT("fc", "4")
                                       BIT("fd", "8") ")))"));
    for (int i = 0; i < 16; i++) {
        (void)snprintf(names[i], sizeof names[i], "m%d", i);
        (void)snprintf(
            text[i], sizeof text[i],
            "(module $m%d " DYLINK(MEM("20", "04") NEED1("a.so")) BASES
            "%s%s%s%s)",
            i, i & 1 ? FUNC("fa", "1") : "", i & 2 ? FUNC("fb", "1") : "",
            i & 4 ? FUNC("fc", "1") : "", i & 8 ? FUNC("fd", "1") : "");
        give(&s, names[i], text[i]);
    }
    CHECK_STR("", load(&s));
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 16; i++) {
            tn_space *space = another_space(&s, names[i]);
            CHECK_EQ(i, ask_space(space, "r"));
            tn_space_free(space);
        }
    end(&s);
}

/* --- Tags ---------------------------------------------------------------------------- */

#define THROWER(tag_type, value)                           \
    "(import \"env\" \"t\" (tag $t (param " tag_type ")))" \
    "(func (export \"throw\") (throw $t " value "))"
#define CATCHER(tag_type)                                                 \
    "(import \"env\" \"throw\" (func $throw))"                            \
    "(func (export \"run\") (result i32) (block $h (result " tag_type ")" \
    "(try_table (catch $t $h) (call $throw)) (return (i32.const 1))) "

TEST(a_tag_that_nobody_defines_is_one_for_all)
{
    struct scene s;
    begin(&s, PIC("main", MEM("20", "04") NEED1("a.so"),
                  "(import \"env\" \"t\" (tag $t (param i32)))" CATCHER(
                      "i32") ")"));
    give(&s, "a.so", LIB("a.so", THROWER("i32", "(i32.const 42)")));
    CHECK_STR("", load(&s));
    CHECK_EQ(42, ask(&s, "run"));
    end(&s);
}

/* Its type has no name that text could have. */
TEST(a_tag_of_a_struct_that_nobody_defines)
{
    struct scene s;
    begin(&s,
          PIC("main", MEM("20", "04") NEED1("a.so"),
              "(type $s (struct (field i32)))"
              "(import \"env\" \"t\" (tag $t (param (ref null $s))))" CATCHER(
                  "(ref null $s)") "(struct.get $s 0))"));
    give(&s, "a.so",
         LIB("a.so", "(type $s (struct (field i32)))" THROWER(
                         "(ref null $s)", "(struct.new $s (i32.const 43))")));
    CHECK_STR("", load(&s));
    CHECK_EQ(43, ask(&s, "run"));
    end(&s);
}

TEST(a_tag_of_a_library_is_the_one_that_others_catch)
{
    struct scene s;
    begin(&s, PIC("main", MEM("20", "04") NEED2("a.so", "b.so"),
                  "(import \"env\" \"t\" (tag $t (param i32)))" CATCHER(
                      "i32") ")"));
    give(&s, "a.so", LIB("a.so", THROWER("i32", "(i32.const 42)")));
    give(&s, "b.so", LIB("b.so", "(tag (export \"t\") (param i32))"));
    CHECK_STR("", load(&s));
    CHECK_EQ(42, ask(&s, "run"));
    tn_symbol t = sym(&s, NULL, "t");
    CHECK(t.tag != NULL && t.func == NULL && t.dso == dso_named(&s, "b.so"));
    end(&s);
}

TEST(tags_and_globals_of_the_host)
{
    struct scene s;
    tn_tag *tag = NULL;
    tn_global *global = NULL;
    tn_val seven = {.kind = TN_I32, .of.i32 = 7};
    begin(&s, PIC("main", MEM("20", "04"),
                  "(import \"env\" \"t\" (tag $t (param i32)))"
                  "(import \"m\" \"g\" (global $g (mut i32)))"
                  "(func (export \"throw\") (throw $t (global.get $g)))"));
    CHECK_EQ(TN_OK, tn_tag_new(s.store, "(i32) -> ()", &tag, NULL));
    CHECK_EQ(TN_OK, tn_global_new(s.store, seven, true, &global, NULL));
    CHECK_EQ(TN_OK,
             tn_imports_define(s.imports, "env", "t",
                               (tn_extern){TN_EXTERN_TAG, {.tag = tag}}, NULL));
    CHECK_EQ(TN_OK,
             tn_imports_define(
                 s.imports, "m", "g",
                 (tn_extern){TN_EXTERN_GLOBAL, {.global = global}}, NULL));
    CHECK_STR("", load(&s));
    tn_dso *main = tn_space_main(s.space);
    CHECK(main->instance->all_tags[0] == tag);
    CHECK(main->instance->all_globals[4] == global ||
          main->instance->all_globals[3] == global);
    end(&s);
}

/* --- Thread-local data ------------------------------------------------------------------ */

/* "v" lies at 4 of the thread's block. */
#define WITH_TLS                                                              \
    PIC("a.so", MEM("20", "04") "\\03\\05\\01\\01v\\80\\02",                  \
        "(global $t (mut i32) (i32.const 0))"                                 \
        "(func (export \"__wasm_init_tls\") (param i32) (global.set $t "      \
        "(local.get 0)))" SHOWS(                                              \
            "block",                                                          \
            "t") "(global (export \"__tls_size\") i32 (i32.const 8))"         \
                 "(global (export \"__tls_align\") i32 (i32.const 64))" DATA( \
                     "v", "4"))

TEST(thread_local_data_has_a_block_of_its_own)
{
    struct scene s;
    const char *user = PIC("main", MEM("20", "04") NEED1("a.so"),
                           GOT("v", "mem", "v") SHOWS("run", "v"));
    begin(&s, user);
    give(&s, "a.so", WITH_TLS);
    CHECK_STR("", load(&s));
    long long block = ask(&s, "block");
    CHECK(block != 0 && block % 64 == 0);
    CHECK_EQ(block + 4, ask(&s, "run"));
    end(&s);
    begin(&s, PIC("main", MEM("20", "04"), ""));
    give(&s, "a.so", WITH_TLS);
    give(&s, "u.so",
         PIC("u.so", MEM("20", "04") NEED1("a.so"),
             GOT("v", "mem", "v") SHOWS("run", "v")));
    CHECK_STR("", load(&s));
    for (int i = 0; i < 3; i++) {
        tn_dso *u = open_as(&s, "u.so", TN_RTLD_NOW);
        block = ask_in(&s, u, "block");
        CHECK(block != 0 && block % 64 == 0);
        CHECK_EQ(block + 4, ask_in(&s, u, "run"));
        struct scene_mark before = mark_of(&s);
        CHECK_STR("", shut(&s, u));
        CHECK_EQ(before.memory_free + 8, mark_of(&s).memory_free);
    }
    end(&s);
}

TEST(cells_of_a_library_that_is_gone_serve_the_next)
{
    struct scene s;
    begin(&s, PIC("main", MEM("20", "04"), ""));
    give(&s, "a.so",
         LIB("a.so", DATA("d", "8")
                         GOT("x", "mem", "d") "(export \"cell\" (global $x))"));
    CHECK_STR("", load(&s));
    tn_extern cell[2];
    for (int i = 0; i < 2; i++) {
        tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
        CHECK_EQ(TN_OK, tn_instance_export(tn_dso_instance(a), "cell", &cell[i],
                                           NULL));
        CHECK_EQ(tn_dso_look(a).memory_base + 8,
                 tn_global_get(cell[i].of.global).of.i32);
        CHECK_STR("", shut(&s, a));
    }
    CHECK(cell[0].of.global == cell[1].of.global);
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
