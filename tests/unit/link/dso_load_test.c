#include "link_test.h"

#define LIB(name, fields)   PIC(name, MEM("20", "04"), fields)
#define MAIN(needs, fields) PIC("main", MEM("20", "04") needs, fields)
/* Opens the library whose name lies at the base, with these flags. */
#define NAME(n)             "(data (global.get $mb) \"" n "\\00\")"
#define OPEN(flags)         "(call $dlopen (global.get $mb) (i32.const " flags "))"
#define OPENS(f, flags)     "(func (export \"" f "\") (result i32) " OPEN(flags) ")"
#define RELOCS(body)        "(func (export \"__wasm_apply_data_relocs\") " body ")"

/* --- Order --------------------------------------------------------------------------- */

TEST(what_is_needed_starts_first_and_main_last)
{
    struct scene s;
    begin(&s, MAIN(NEED2("a.so", "b.so"), SAY CTOR(SAYS("0"))));
    give(&s, "a.so",
         PIC("a.so", MEM("00", "00") NEED1("c.so"), SAY CTOR(SAYS("1"))));
    give(&s, "b.so", LIB("b.so", SAY CTOR(SAYS("2"))));
    give(&s, "c.so", LIB("c.so", SAY CTOR(SAYS("3"))));
    CHECK_STR("", load(&s));
    CHECK_STR("main a.so b.so c.so", names_of(&s));
    CHECK_STR("", init(&s));
    CHECK_STR("3 1 2 0", s.said);
    CHECK_STR("", init(&s));
    CHECK_STR("3 1 2 0", s.said);
    end(&s);
}

TEST(a_ring_starts_with_the_one_that_was_met_last)
{
    struct scene s;
    begin(&s, MAIN(NEED1("a.so"), ""));
    give(&s, "a.so",
         PIC("a.so", MEM("00", "00") NEED1("b.so"),
             SAY CTOR(SAYS("1")) FUNC("f", "1") ASK("g", "g")
                 CALLS("run", "g")));
    give(&s, "b.so",
         PIC("b.so", MEM("00", "00") NEED2("a.so", "b.so"),
             SAY CTOR(SAYS("2")) ASK("f", "f") CALLS("g", "f")));
    CHECK_STR("", load(&s));
    CHECK_STR("", init(&s));
    CHECK_STR("2 1", s.said);
    CHECK_EQ(1, ask(&s, "run"));
    end(&s);
}

TEST(preloaded_ones_stand_behind_main_and_start_before_it)
{
    struct scene s;
    begin(&s, MAIN(NEED1("a.so"),
                   SAY CTOR(SAYS("0")) ASK("f", "f") CALLS("run", "f")));
    give(&s, "a.so", LIB("a.so", SAY CTOR(SAYS("1")) FUNC("f", "1")));
    give(&s, "p.so", LIB("p.so", SAY CTOR(SAYS("2")) FUNC("f", "2")));
    tn_named_module preload = {"p.so", {NULL, 0}};
    s.config.preload = &preload;
    s.config.preload_count = 1;
    CHECK_STR("", load(&s));
    CHECK_STR("main p.so a.so", names_of(&s));
    CHECK_STR("", init(&s));
    CHECK_STR("2 1 0", s.said);
    CHECK_EQ(2, ask(&s, "run"));
    end(&s);
}

/* b.so would otherwise come later, and p.so, which needs it, before it. */
TEST(what_waits_is_started_before_what_is_opened_and_needs_it)
{
    struct scene s;
    begin(&s, MAIN(NEED2("a.so", "b.so"), SAY CTOR(SAYS("0"))));
    give(&s, "a.so",
         LIB("a.so",
             SAY DL NAME("p.so") CTOR(SAYS("1") "(drop " OPEN("2") ")")));
    give(&s, "b.so", LIB("b.so", SAY CTOR(SAYS("2"))));
    give(&s, "p.so",
         PIC("p.so", MEM("20", "04") NEED1("b.so"), SAY CTOR(SAYS("3"))));
    CHECK_STR("", load(&s));
    CHECK_STR("", init(&s));
    CHECK_STR("1 2 3 0", s.said);
    end(&s);
}

TEST(what_is_opened_while_it_waits_is_started)
{
    struct scene s;
    begin(&s, MAIN(NEED2("a.so", "b.so"), ""));
    give(&s, "a.so", LIB("a.so", SAY CTOR(SAYS("1"))));
    give(&s, "b.so", LIB("b.so", SAY CTOR(SAYS("2"))));
    CHECK_STR("", load(&s));
    CHECK(open_as(&s, "b.so", TN_RTLD_NOW) != NULL);
    CHECK_STR("2", s.said);
    CHECK_STR("", init(&s));
    CHECK_STR("2 1", s.said);
    end(&s);
}

TEST(a_constructor_may_open_its_own_object)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so",
         LIB("a.so",
             SAY DL NAME("a.so") CTOR(SAYS("1") "(drop " OPEN("2") ")")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_STR("1", s.said);
    CHECK_EQ(2, tn_dso_look(a).open_count);
    end(&s);
}

/* --- Guests and the embedder --------------------------------------------------------------- */

/* The embedder's pointer would dangle. */
TEST(a_guest_cannot_close_what_the_embedder_opened)
{
    struct scene s;
    begin(
        &s,
        MAIN("",
             DL NAME("a.so") OPENS(
                 "o",
                 "2") "(func (export \"run\") (result i32) (local $h i32) "
                      "(local.set $h " OPEN("2") ") (i32.add (call $dlclose "
                                                 "(local.get $h)) (call "
                                                 "$dlclose (local.get $h))))"));
    give(&s, "a.so", LIB("a.so", FUNC("f", "4")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_EQ(4294967295, ask(&s, "run"));
    CHECK_EQ(1, tn_dso_look(a).open_count);
    CHECK_EQ(4, ask_in(&s, a, "f"));
    CHECK(ask(&s, "o") != 0);
    CHECK_STR("", shut(&s, a));
    CHECK_STR("main a.so", names_of(&s));
    CHECK_STR("a.so is not open", shut(&s, dso_named(&s, "a.so")));
    end(&s);
}

TEST(a_constructor_that_closes_its_object_too_often)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so",
         LIB("a.so", DL NAME("a.so") FUNC("f", "4")
                         CTOR("(local $h i32) (local.set $h " OPEN(
                             "2") ")"
                                  "(drop (call $dlclose (local.get $h)))"
                                  "(drop (call $dlclose (local.get $h)))")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_STR("", s.err.text);
    CHECK_EQ(1, tn_dso_look(a).open_count);
    CHECK_EQ(4, ask_in(&s, a, "f"));
    CHECK_STR("", shut(&s, a));
    CHECK_STR("main", names_of(&s));
    end(&s);
}

/* --- In the middle of a load ------------------------------------------------------------------ */

TEST(relocations_cannot_open_or_close)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "b.so", LIB("b.so", FUNC("g", "1")));
    give(&s, "a.so",
         LIB("a.so", SAY DL NAME("b.so") RELOCS("(call $say " OPEN(
                         "2") ") (call $say (call $dlclose (i32.const 2)))"
                              "(call $say (i32.load8_u (call $dlerror)))")));
    CHECK_STR("", load(&s));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW) != NULL);
    CHECK_STR("0 4294967295 48", s.said); /* "0x2 is no handle ..." */
    CHECK_STR("main a.so", names_of(&s));
    end(&s);
}

/* a.so is found by its handle's number before it has an instance. */
TEST(a_malloc_that_opens_others_while_one_is_placed)
{
    struct scene s;
    begin(&s,
          MAIN("",
               "(import \"env\" \"emscripten_resize_heap\" (func (param "
               "i32) (result i32)))" DL SAY
               "(data (global.get $mb) \"b.so\\00f\\00\")"
               "(global $next (mut i32) (i32.const 50000))"
               "(func (export \"malloc\") (param i32) (result i32)"
               " (call $say " OPEN("2") ")"
                                        " (call $say (call $dlsym (i32.const "
                                        "2) (i32.add (global.get "
                                        "$mb) (i32.const 5))))"
                                        " (call $say (call $dlsym (i32.const "
                                        "0) (i32.add (global.get "
                                        "$mb) (i32.const 5))))"
                                        " (global.get $next) (global.set $next "
                                        "(i32.add (local.get "
                                        "0) (global.get $next))))"));
    give(&s, "a.so", LIB("a.so", FUNC("f", "1")));
    give(&s, "b.so", LIB("b.so", FUNC("f", "2")));
    CHECK_STR("", load(&s));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_GLOBAL) != NULL);
    CHECK_STR("0 0 0", s.said);
    CHECK_STR("main a.so", names_of(&s));
    CHECK_EQ(1, ask(&s, "f"));
    end(&s);
}

/* --- Failures leave nothing ---------------------------------------------------------------------- */

struct failing {
    const char *a, *b, *words;
};

static const struct failing failing[] = {
    {LIB("a.so", ASK("f", "nobody") ASK("g", "nothing")), NULL,
     "a.so: undefined function \"nobody\"; and 1 more: nothing"},
    {LIB("a.so", GOT("x", "mem", "nobody")), NULL,
     "a.so: undefined data \"nobody\""},
    {LIB("a.so", GOT("x", "mem", "run")), NULL,
     "a.so: \"run\" is wanted as a data, but main defines it as a function"},
    {PIC("a.so", MEM("20", "04") NEED1("c.so"), ""), NULL,
     "c.so: library not found, needed by a.so"},
    {PIC("a.so", MEM("20", "04") NEED1("b.so"), ""),
     "(module $b.so " DYLINK("\\01\\03\\00\\00\\00") ")",
     "b.so: unexpected end of section or function"},
    {PIC("a.so", MEM("20", "04") NEED1("b.so"), ""),
     LIB("b.so", ASK("f", "nobody")), "b.so: undefined function \"nobody\""},
    {LIB("a.so", "(start $s) (func $s unreachable)"), NULL,
     "a.so: unreachable"},
    {LIB("a.so", RELOCS("unreachable")), NULL, "a.so: unreachable"},
    {PIC("a.so", MEM("20", "04") NEED1("b.so"), RELOCS("unreachable")),
     LIB("b.so", ""), "a.so: unreachable"},
    {LIB("a.so", "(import \"env\" \"memory\" (memory 0))"), NULL,
     "a.so: env.memory is memory 1 of a position-independent module, and must "
     "be its first"},
    {LIB("a.so", CTOR("unreachable")), NULL, "a.so: unreachable"},
    {LIB("a.so", SAY "(start $s) (func $s " SAYS("1") " unreachable)"), NULL,
     "a.so: unreachable"},
    {PIC("a.so", MEM("20", "04") NEED1("b.so"), CTOR("unreachable")),
     LIB("b.so", SAY CTOR(SAYS("5")) DTOR(SAYS("6"))), "a.so: unreachable"},
    {PIC("a.so", MEM("20", "04") NEED1("b.so"), ""),
     LIB("b.so", CTOR("unreachable")), "b.so: unreachable"},
};

TEST(a_load_that_fails_leaves_all_as_it_was)
{
    static size_t i;
    for (i = 0; i < sizeof failing / sizeof *failing; i++) {
        const struct failing *f = &failing[i];
        struct scene s;
        begin(&s, MAIN("", FUNC("run", "3")));
        give(&s, "a.so", f->a);
        if (f->b != NULL)
            give(&s, "b.so", f->b);
        give(&s, "d.so", LIB("d.so", ""));
        CHECK_STR("", load(&s));
        /* So that there is room, which the second failure finds again. */
        CHECK_STR("", shut(&s, open_as(&s, "d.so", TN_RTLD_NOW)));
        CHECK(open_as(&s, "a.so", TN_RTLD_NOW) == NULL);
        printf("%zu: %s\n", i, s.err.text);
        struct scene_mark before = mark_of(&s);
        CHECK(open_as(&s, "a.so",
                      TN_RTLD_NOW | TN_RTLD_GLOBAL | TN_RTLD_NODELETE) == NULL);
        CHECK(strncmp(f->words, s.err.text, strlen(f->words)) == 0);
        CHECK(same_mark(before, mark_of(&s)));
        CHECK_STR("main", names_of(&s));
        CHECK_EQ(3, ask(&s, "run"));
        end(&s);
    }
}

/* b.so, seen by its opener only, was promoted by what then failed. */
TEST(what_a_failed_load_showed_to_all_is_hidden_again)
{
    struct scene s;
    begin(&s, MAIN("", ASK("f", "f") CALLS("run", "f")));
    give(&s, "b.so", LIB("b.so", FUNC("f", "1")));
    give(&s, "a.so",
         PIC("a.so", MEM("20", "04") NEED1("b.so"), CTOR("unreachable")));
    CHECK_STR("", load(&s));
    tn_dso *b = open_as(&s, "b.so", TN_RTLD_NOW);
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_GLOBAL) == NULL);
    CHECK(!tn_dso_look(b).is_global);
    CHECK_STR("undefined function \"f\" called by main", fails(&s, "run"));
    CHECK(open_as(&s, "b.so", TN_RTLD_NOW | TN_RTLD_GLOBAL) == b);
    CHECK_EQ(1, ask(&s, "run"));
    end(&s);
}

TEST(a_first_load_that_fails_leaves_nothing)
{
    struct scene s;
    begin(&s, MAIN(NEED1("a.so"), ""));
    give(&s, "a.so", LIB("a.so", RELOCS("unreachable")));
    CHECK_STR("a.so: unreachable", load(&s));
    uint64_t bytes = s.store->memory_bytes;
    for (int i = 0; i < 20; i++)
        CHECK_STR("a.so: unreachable", load(&s));
    CHECK_EQ(bytes, s.store->memory_bytes);
    CHECK_EQ(0, bytes);
    end(&s);
}

/* Its memory and table go with it, as soon as instances are swept. */
TEST(a_main_with_its_own_memory_fails_many_times)
{
    struct scene s;
    begin(&s, "(module $main " DYLINK(NEED1(
                  "a.so")) "(memory (export \"memory\") 1) (table (export "
                           "\"__indirect_function_table\") 2 funcref))");
    give(&s, "a.so",
         "(module $a.so " DYLINK(MEM(
             "20",
             "04")) "(import \"env\" \"__stack_pointer\" (global (mut i64)))"
                    "(import \"env\" \"__memory_base\" (global i32)))");
    for (int i = 0; i < 200; i++)
        CHECK_STR("a.so: incompatible import type: \"env\" "
                  "\"__stack_pointer\"",
                  load(&s));
    CHECK_EQ(0, s.store->memory_bytes);
    end(&s);
}

TEST(a_space_whose_constructors_failed_does_not_start)
{
    struct scene s;
    begin(&s, MAIN(NEED2("a.so", "b.so"),
                   SAY "(func (export \"_start\") " SAYS("9") ")"));
    give(&s, "a.so", LIB("a.so", CTOR("unreachable")));
    give(&s, "b.so", LIB("b.so", SAY CTOR(SAYS("2"))));
    CHECK_STR("", load(&s));
    CHECK_STR("a.so: unreachable", init(&s));
    CHECK_STR("a constructor of the space failed", init(&s));
    s.err = (tn_error){0};
    CHECK_EQ(TN_E_DOWN, tn_space_start(s.space, &s.err));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW) == NULL);
    CHECK_STR("a.so: its constructors failed", s.err.text);
    CHECK_STR("", s.said);
    end(&s);
}

/* The guest takes its failure for the end of the matter; its opener does not. */
TEST(what_waits_and_fails_fails_all_who_wait_for_it)
{
    struct scene s;
    begin(&s, MAIN(NEED2("a.so", "b.so"), SAY CTOR(SAYS("0"))));
    give(&s, "a.so",
         LIB("a.so", SAY DL NAME("b.so") CTOR("(call $say " OPEN("2") ")")));
    give(&s, "b.so", LIB("b.so", CTOR("unreachable")));
    CHECK_STR("", load(&s));
    CHECK_STR("b.so: its constructors failed", init(&s));
    CHECK_STR("0", s.said);
    end(&s);
}

static tn_status leave(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)slots, (void)env, (void)err;
    return tn_call_exit(call, 3);
}

TEST(who_exits_in_a_constructor_is_not_called_again)
{
    struct scene s;
    tn_func *exit_func;
    begin(&s, MAIN("", DL NAME("a.so") OPENS("run", "2")));
    CHECK_EQ(TN_OK,
             tn_func_new(s.store, "() -> ()", leave, NULL, &exit_func, NULL));
    CHECK_EQ(TN_OK,
             tn_imports_define(s.imports, "env", "exit",
                               (tn_extern){TN_EXTERN_FUNC, {.func = exit_func}},
                               NULL));
    give(&s, "a.so",
         LIB("a.so", SAY "(import \"env\" \"exit\" (func $exit))" CTOR(
                         SAYS("1") "(call $exit)") DTOR(SAYS("2"))));
    CHECK_STR("", load(&s));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW) == NULL);
    CHECK_EQ(TN_E_EXIT, s.err.status);
    CHECK_STR("exit with code 3", fails(&s, "run"));
    CHECK_STR("1 1", s.said);
    CHECK_STR("main", names_of(&s));
    end(&s);
}

/* --- Flags ------------------------------------------------------------------------------------------ */

TEST(flags_of_opening)
{
    struct scene s;
    begin(&s, MAIN("", ASK("f", "f") CALLS("run", "f")));
    give(&s, "a.so", LIB("a.so", FUNC("f", "1")));
    CHECK_STR("", load(&s));
    CHECK(open_as(&s, "a.so", 0) == NULL);
    CHECK_STR("a.so: bad flags 0x0: RTLD_LAZY or RTLD_NOW, and perhaps others",
              s.err.text);
    CHECK(open_as(&s, "a.so", 16 | TN_RTLD_NOW) == NULL);
    CHECK_EQ(TN_E_MISUSE, s.err.status);
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_NOLOAD) == NULL);
    CHECK_STR("a.so: not loaded", s.err.text);
    CHECK(open_as(&s, "", TN_RTLD_NOW) == NULL);
    CHECK_STR(": library not found, needed by main", s.err.text);
    CHECK(open_as(&s, "no/such/", TN_RTLD_NOW) == NULL);
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_LAZY);
    CHECK_STR("undefined function \"f\" called by main", fails(&s, "run"));
    CHECK(open_as(&s, "a.so", TN_RTLD_LAZY | TN_RTLD_NOLOAD | TN_RTLD_GLOBAL) ==
          a);
    CHECK_EQ(1, ask(&s, "run"));
    CHECK_STR("", shut(&s, a));
    CHECK_STR("", shut(&s, a));
    CHECK_STR("main a.so", names_of(&s)); /* main's import is bound to it */
    end(&s);
}

TEST(nodelete_stays)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so", LIB("a.so", SAY DTOR(SAYS("1"))));
    CHECK_STR("", load(&s));
    CHECK_STR("",
              shut(&s, open_as(&s, "a.so", TN_RTLD_NOW | TN_RTLD_NODELETE)));
    CHECK_STR("main a.so", names_of(&s));
    CHECK_STR("", s.said);
    tn_dso *main = NULL;
    CHECK_EQ(TN_OK, tn_dlopen(s.space, NULL, NULL, TN_RTLD_NOW, &main, NULL));
    CHECK(main == tn_space_main(s.space));
    CHECK_STR("", shut(&s, main));
    CHECK_STR("main is not open", shut(&s, main));
    end(&s);
}

TEST(bytes_tell_whether_it_is_the_same_library)
{
    struct scene s;
    begin(&s, MAIN("", ""));
    give(&s, "a.so", LIB("a.so", FUNC("f", "1")));
    give(&s, "b.so", LIB("other", FUNC("f", "2")));
    CHECK_STR("", load(&s));
    tn_bytes a = {s.modules[1].bytes.at, s.modules[1].bytes.size},
             b = {s.modules[2].bytes.at, s.modules[2].bytes.size};
    tn_dso *first = NULL, *again = NULL, *second = NULL;
    CHECK_EQ(TN_OK, tn_dlopen(s.space, "", &a, TN_RTLD_NOW, &first, NULL));
    CHECK_EQ(TN_OK, tn_dlopen(s.space, "x", &a, TN_RTLD_NOW, &again, NULL));
    CHECK_EQ(TN_OK, tn_dlopen(s.space, "", &b, TN_RTLD_NOW, &second, NULL));
    CHECK(first == again && second != first);
    CHECK_EQ(1, ask_in(&s, first, "f"));
    CHECK_EQ(2, ask_in(&s, second, "f"));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW) == first);
    end(&s);
}

TEST(hundreds_of_objects_in_a_chain)
{
    static char text[300][512];
    static struct tn_buf bytes[300];
    struct scene s;
    enum {
        COUNT = 300
    };
    tn_bytes all[COUNT];
    begin(&s, MAIN("", ""));
    CHECK_STR("", load(&s));
    s.config.trace = NULL;
    s.space->config.trace = NULL;
    for (int i = 0; i < COUNT; i++) {
        tn_error err = {0};
        (void)snprintf(text[i], sizeof text[i],
                       "(module $m%04d " DYLINK(MEM("04", "00") "\\02\\07\\01"
                                                                "\\05m%04d")
                           BASES ")",
                       i, i == 0 ? 0 : i - 1);
        tn_buf_init(&bytes[i], &tn_alloc_libc);
        CHECK_EQ(TN_OK, tn_text_parse(text[i], strlen(text[i]), &tn_alloc_libc,
                                      &bytes[i], &err));
        all[i] = (tn_bytes){bytes[i].at, bytes[i].size};
    }
    for (int round = 0; round < 3; round++) {
        tn_dso *last = NULL;
        for (int i = 0; i < COUNT; i++) {
            char name[8];
            tn_dso *dso = NULL;
            (void)snprintf(name, sizeof name, "m%04d", i);
            CHECK_EQ(TN_OK, tn_dlopen(s.space, name, &all[i], TN_RTLD_NOW, &dso,
                                      NULL));
            if (last != NULL)
                CHECK_STR("", shut(&s, last));
            last = dso;
        }
        CHECK_EQ(COUNT + 1, tn_space_dso_count(s.space));
        CHECK_STR("", shut(&s, last));
        CHECK_EQ(1, tn_space_dso_count(s.space));
    }
    for (int i = 0; i < COUNT; i++)
        tn_buf_clear(&bytes[i]);
    end(&s);
}

/* --- Without memory ------------------------------------------------------------------------------------- */

#define RING_MAIN                                                              \
    MAIN(NEED1("a.so"),                                                        \
         SAY DL NAME("p.so") GOT("p", "func", "g") GOT("u", "func", "un") GOT( \
             "w", "func",                                                      \
             "say") "(import \"env\" \"t\" (tag (param i32)))" ASK("f", "f")   \
             CALLS("run", "f") CTOR(SAYS("0")))
#define RING_A                                      \
    PIC("a.so", MEM("20", "04") NEED1("b.so"),      \
        ASK("h", "h") FUNC("f", "1") FUNC("g", "2") \
            SAY CTOR(SAYS("1")) "(import \"env\" \"t\" (tag (param i32)))")
#define RING_B                                                           \
    PIC("b.so", MEM("20", "04") NEED1("a.so"),                           \
        ASK("f", "f") FUNC("h", "3") SAY CTOR(SAYS("2"))                 \
            GOT("x", "func", "f") "(import \"env\" \"lazy\" (func $l)) " \
                                  "(export \"cell\" (global $x))")
#define PLUG                                                                   \
    PIC("p.so", MEM("20", "04") NEED2("q.so", "a.so"),                         \
        SAY GOT("x", "func", "k") GOT("y", "mem", "d")                         \
            ASK("k", "k") "(import \"env\" \"__cxa_atexit\" (func $at (param " \
                          "i32 i32 i32) "                                      \
                          "(result i32))) (func $bye (param i32) (call $say "  \
                          "(i32.const 7)))"                                    \
                          "(elem (global.get $tb) func $bye)" FUNC("m", "5")   \
                              ASK("m", "m")                                    \
                                  CTOR("(drop (call $at (global.get $tb) "     \
                                       "(i32.const 0) (global.get "            \
                                       "$mb)))") DTOR(SAYS("8")))
#define PLUG_NEEDED LIB("q.so", FUNC("k", "6") DATA("d", "4"))

static void begin_ring(struct scene *s)
{
    begin(s, RING_MAIN);
    give(s, "a.so", RING_A);
    give(s, "b.so", RING_B);
    give(s, "p.so", PLUG);
    give(s, "q.so", PLUG_NEEDED);
}

TEST(a_space_is_made_whole_or_not_at_all_when_memory_fails)
{
    struct scene s;
    begin_ring(&s);
    close_scene(&s);
    for (size_t kind = 0; kind < 2; kind++)
        for (size_t at = 0;; at++) {
            s.told[0] = s.said[0] = 0;
            s.err = (tn_error){0};
            s.fault.requests = 0;
            s.fault.fail_from = at;
            s.fault.fail_count = kind == 0 ? SIZE_MAX : 1;
            tn_status status = open_scene(&s);
            s.config.imports = s.imports;
            if (status == TN_OK)
                status = make_space(&s);
            if (status == TN_OK)
                status = tn_space_init(s.space, &s.err);
            bool is_over = s.fault.requests <= at;
            if (status == TN_OK)
                CHECK_STR("2 1 0", s.said);
            else if (status != TN_E_TRAP && status != TN_E_LIMIT)
                CHECK_EQ(TN_E_NOMEM, status); /* but for code, and a table */
            s.fault.fail_count = 0;
            close_scene(&s);
            CHECK_EQ(0, s.fault.live);
            CHECK_EQ(0, s.fault.wrong_size);
            if (is_over)
                break;
        }
    end(&s);
}

/* A round of opening, asking and closing; the space goes on. */
TEST(a_space_is_of_use_after_memory_failed)
{
    struct scene s;
    begin_ring(&s);
    s.config.quarantine_bytes = 90;
    CHECK_STR("", load(&s));
    CHECK_STR("", init(&s));
    for (size_t kind = 0; kind < 2; kind++)
        for (size_t at = 0;; at++) {
            tn_symbol symbol;
            tn_dso *p = NULL;
            s.told[0] = s.said[0] = 0;
            s.err = (tn_error){0};
            s.fault.requests = 0;
            s.fault.fail_from = at;
            s.fault.fail_count = kind == 0 ? SIZE_MAX : 1;
            tn_status status =
                tn_dlopen(s.space, "p.so", NULL, TN_RTLD_NOW | TN_RTLD_GLOBAL,
                          &p, &s.err);
            if (status == TN_OK)
                (void)tn_dlsym(s.space, p, "m", &symbol, NULL);
            if (status == TN_OK)
                (void)tn_dlsym(s.space, p, "k", &symbol, NULL);
            if (status == TN_OK)
                (void)tn_dlclose(p, NULL);
            bool is_over = s.fault.requests <= at;
            s.fault.fail_count = 0;
            CHECK_STR("main a.so b.so", names_of(&s));
            CHECK_EQ(1, ask(&s, "run"));
            p = open_as(&s, "p.so", TN_RTLD_NOW);
            CHECK_STR("", s.err.text);
            CHECK_EQ(5, ask_in(&s, p, "m"));
            CHECK_EQ(6, ask_in(&s, p, "k"));
            s.said[0] = 0;
            CHECK_STR("", shut(&s, p));
            CHECK_STR("7 8", s.said);
            CHECK_STR("main a.so b.so", names_of(&s));
            if (is_over)
                break;
        }
    s.fault.requests = 0;
    s.fault.fail_from = 0;
    s.fault.fail_count = SIZE_MAX; /* ending needs none */
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
