#include "link_test.h"

#define LIB(name, fields)       PIC(name, MEM("20", "04"), fields)
#define NEEDS_A(fields)         PIC("main", MEM("20", "04") NEED1("a.so"), fields)
#define FIXED(sections, fields) "(module $main " DYLINK(sections) fields ")"
#define POINTER_CALL(name, id)                  \
    "(func (export \"" name "\") (result i32) " \
    "(call_indirect (result i32) (global.get $" id ")))"

/* --- Places ---------------------------------------------------------------------------- */

TEST(places_are_aligned_and_lie_apart)
{
    struct scene s;
    begin(&s, PIC("main", MEM("21", "03") NEED2("a.so", "b.so"), ""));
    give(&s, "a.so", PIC("a.so", "\\01\\04\\20\\0c\\05\\03", ""));
    give(&s, "b.so", PIC("b.so", "\\01\\04\\01\\05\\02\\04", ""));
    CHECK_STR("", load(&s));
    tn_dso_info m = tn_dso_look(tn_space_main(s.space)),
                a = tn_dso_look(dso_named(&s, "a.so")),
                b = tn_dso_look(dso_named(&s, "b.so"));
    CHECK(m.memory_base >= 1024 + 4096 && m.table_base >= 1);
    CHECK_EQ(0, a.memory_base % 4096 + a.table_base % 8);
    CHECK_EQ(0, b.memory_base % 32 + b.table_base % 16);
    CHECK(a.memory_base >= m.memory_base + 0x21);
    CHECK(b.memory_base >= a.memory_base + 0x20);
    CHECK(b.table_base >= a.table_base + 5);
    CHECK_EQ(0, s.space->heap_base % 16);
    CHECK(s.space->heap_base > b.memory_base);
    CHECK_EQ(tn_memory_size(s.space->memory), s.space->heap_end);
    end(&s);
}

TEST(an_alignment_that_no_memory_has)
{
    struct scene s;
    begin(&s, NEEDS_A(""));
    give(&s, "a.so", PIC("a.so", "\\01\\04\\20\\20\\00\\00", ""));
    CHECK_STR("the objects do not fit into the memory that they allow",
              load(&s));
    end(&s);
}

TEST(a_library_opened_later_is_aligned_too_or_refused)
{
    struct scene s;
    begin(&s, PIC("main", MEM("20", "00"), ""));
    give(&s, "a.so", PIC("a.so", "\\01\\04\\20\\0d\\05\\05", ""));
    give(&s, "b.so", PIC("b.so", "\\01\\04\\20\\20\\00\\00", ""));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_EQ(0, tn_dso_look(a).memory_base % 8192);
    CHECK_EQ(0, tn_dso_look(a).table_base % 32);
    struct scene_mark before = mark_of(&s);
    CHECK(open_as(&s, "b.so", TN_RTLD_NOW) == NULL);
    CHECK_EQ(TN_E_NOMEM, s.err.status);
    CHECK(same_mark(before, mark_of(&s)));
    end(&s);
}

TEST(sizes_that_would_wrap_are_refused)
{
    struct scene s;
    begin(&s, NEEDS_A(""));
    give(&s, "a.so",
         PIC("a.so", "\\01\\0a\\ff\\ff\\ff\\ff\\ff\\ff\\7f\\00\\00\\00", ""));
    CHECK_STR("the objects do not fit into the memory that they allow",
              load(&s));
    give(&s, "a.so",
         PIC("a.so", "\\01\\09\\00\\00\\ff\\ff\\ff\\ff\\ff\\7f\\00", ""));
    CHECK_STR("the objects do not fit into the table that they allow",
              load(&s));
    end(&s);
}

TEST(memory_is_as_large_as_each_library_asks)
{
    struct scene s;
    begin(&s, NEEDS_A(""));
    give(&s, "a.so",
         "(module $a.so " DYLINK(
             MEM("20", "00")) "(import \"env\" "
                              "\"memory\" (memory 3)) (import \"env\" "
                              "\"__memory_base\" (global i32))"
                              "(import \"env\" \"__indirect_function_table\" "
                              "(table 40 funcref)))");
    give(&s, "b.so",
         "(module $b.so " DYLINK(
             MEM("20", "00")) "(import \"env\" "
                              "\"memory\" (memory 9)) (import \"env\" "
                              "\"__memory_base\" (global i32))"
                              "(import \"env\" \"__indirect_function_table\" "
                              "(table 99 funcref)))");
    CHECK_STR("", load(&s));
    CHECK_EQ(3, tn_memory_pages(s.space->memory));
    CHECK_EQ(40, tn_table_size(s.space->table));
    CHECK(open_as(&s, "b.so", TN_RTLD_NOW) != NULL);
    CHECK_STR("", s.err.text);
    CHECK(tn_memory_pages(s.space->memory) >= 9);
    CHECK(tn_table_size(s.space->table) >= 99);
    end(&s);
}

/* --- Kinds of memory --------------------------------------------------------------------- */

TEST(objects_want_one_kind_of_memory)
{
    static const struct {
        const char *memory, *table, *words;
    } odd[] = {
        {"(memory i64 1)", "(table 0 funcref)",
         "main and a.so want different kinds of memory (32 or 64 bits, shared "
         "or not)"},
        {"(memory 1 1 shared)", "(table 0 funcref)",
         "main and a.so want different kinds of memory (32 or 64 bits, shared "
         "or not)"},
        {"(memory 1 (pagesize 1))", "(table 0 funcref)",
         "main and a.so want different kinds of memory (32 or 64 bits, shared "
         "or not)"},
        {"(memory 0)", "(table i64 0 funcref)",
         "main and a.so want different kinds of table (32 or 64 bits, shared "
         "or not)"},
        {"(memory 0)", "(table 0 externref)",
         "a.so: incompatible import type: \"env\" "
         "\"__indirect_function_table\""},
        {"(memory 0 0)", "(table 0 funcref)",
         "the objects do not fit into the memory that they allow"},
        {"(memory 0)", "(table 0 1 funcref)",
         "the objects do not fit into the table that they allow"},
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct scene s;
        char text[512];
        (void)snprintf(
            text, sizeof text,
            "(module $a.so " DYLINK(
                MEM("20",
                    "04")) "(import "
                           "\"env\" \"memory\" %s) (import \"env\" "
                           "\"__indirect_function_table\" %s) (import \"env\" "
                           "\"__memory_base\" (global i32)))",
            odd[i].memory, odd[i].table);
        begin(&s, NEEDS_A(""));
        give(&s, "a.so", text);
        CHECK_STR(odd[i].words, load(&s));
        end(&s);
        begin(&s, LIB("main", ""));
        give(&s, "a.so", text);
        CHECK_STR("", load(&s));
        struct scene_mark before = mark_of(&s);
        CHECK(open_as(&s, "a.so", TN_RTLD_NOW) == NULL);
        CHECK_EQ(before.objects, mark_of(&s).objects);
        end(&s);
    }
}

#define KIND_OF_MAIN(memory, p)                                               \
    "(module $main " DYLINK(MEM(                                              \
        "20",                                                                 \
        "04")) "(import \"env\" \"memory\" " memory                           \
               ") (import \"env\" \"__stack_pointer\" (global $sp (mut " p    \
               "))) "                                                         \
               "(import \"env\" \"__memory_base\" (global $mb " p "))"        \
               "(import \"GOT.mem\" \"__heap_base\" (global $h (mut " p ")))" \
               "(func (export \"base\") (result " p ") (global.get $mb))"     \
               "(func (export \"heap\") (result " p ") (global.get $h))"      \
               "(func (export \"top\") (result " p ") (global.get $sp)))"

TEST(memories_of_each_kind)
{
    static const char *const mains[] = {
        KIND_OF_MAIN("(memory i64 1)", "i64"),
        KIND_OF_MAIN("(memory 1 9 shared)", "i32"),
        KIND_OF_MAIN("(memory 1 (pagesize 1))", "i32"),
        KIND_OF_MAIN("(memory 1)", "i32"),
    };
    for (size_t i = 0; i < sizeof mains / sizeof *mains; i++) {
        struct scene s;
        begin(&s, mains[i]);
        CHECK_STR("", load(&s));
        CHECK_EQ(tn_dso_look(tn_space_main(s.space)).memory_base,
                 ask(&s, "base"));
        CHECK_EQ(s.space->heap_base, ask(&s, "heap"));
        CHECK_EQ(s.space->stack_high, ask(&s, "top"));
        CHECK(tn_memory_size(s.space->memory) >= s.space->heap_base);
        end(&s);
    }
}

/* --- Mains that lie where they were linked to ------------------------------------------------- */

#define OWN_MEMORY "(memory (export \"memory\") 1)"
#define OWN_TABLE  "(table (export \"__indirect_function_table\") 2 funcref)"
#define OWN_SP \
    "(global $sp (export \"__stack_pointer\") (mut i32) (i32.const 512))"
#define LIB_F                                                                  \
    LIB("a.so", FUNC("f", "5")                                                 \
                    SHOWS("top", "sp") "(data (global.get $mb) \"abc\")"       \
                                       "(func (export \"byte\") (result i32) " \
                                       "(i32.load8_u (global.get $mb)))")

/* The slot is promised before there is a table. */
TEST(a_main_that_defines_the_table_takes_an_address_of_a_librarys)
{
    struct scene s;
    begin(&s, FIXED(NEED1("a.so"),
                    GOT("p", "func", "f")
                        OWN_MEMORY OWN_TABLE OWN_SP POINTER_CALL("run", "p")));
    give(&s, "a.so", LIB_F);
    CHECK_STR("", load(&s));
    CHECK_EQ(5, ask(&s, "run"));
    CHECK_EQ(512, ask(&s, "top"));
    CHECK_EQ('a', ask(&s, "byte"));
    CHECK(tn_dso_look(dso_named(&s, "a.so")).memory_base >= 65536);
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW) != NULL);
    end(&s);
}

TEST(a_main_at_a_place_that_imports_the_stack_pointer)
{
    struct scene s;
    begin(&s, FIXED(NEED1("a.so"),
                    "(import \"env\" \"__stack_pointer\" (global $sp (mut "
                    "i32)))" OWN_MEMORY OWN_TABLE SHOWS("mine", "sp")));
    give(&s, "a.so", LIB_F);
    CHECK_STR("", load(&s));
    CHECK_EQ(s.space->stack_high, ask(&s, "mine"));
    CHECK_EQ(s.space->stack_high, ask(&s, "top"));
    CHECK(s.space->stack_low >= 65536);
    end(&s);
}

/* Libraries then have a stack of their own. */
TEST(a_main_at_a_place_that_keeps_its_stack_pointer)
{
    static const char *const pointers[] = {
        "", "(global (export \"__stack_pointer\") i32 (i32.const 8))",
        "(func (export \"__stack_pointer\"))"};
    for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) {
        struct scene s;
        char text[512];
        (void)snprintf(text, sizeof text, FIXED(NEED1("a.so"), OWN_MEMORY "%s"),
                       pointers[i]);
        begin(&s, text);
        give(&s, "a.so", LIB_F);
        CHECK_STR("", load(&s));
        CHECK_EQ(s.space->stack_high, ask(&s, "top"));
        CHECK(s.space->stack_high >= 65536 + 4096);
        end(&s);
    }
}

TEST(a_stack_pointer_of_another_type_fits_no_library)
{
    struct scene s;
    begin(&s, FIXED(NEED1("a.so"), OWN_MEMORY
                    "(global (export \"__stack_pointer\") (mut f64) (f64.const "
                    "8))"));
    give(&s, "a.so", LIB_F);
    CHECK_STR("a.so: incompatible import type: \"env\" \"__stack_pointer\"",
              load(&s));
    end(&s);
}

TEST(a_first_table_of_other_things_is_mains_own)
{
    struct scene s;
    begin(&s, FIXED(NEED1("a.so"), GOT("p", "func", "f") OWN_MEMORY OWN_SP
                    "(table 64 externref)"
                    "(func (export \"run\") (result i32) (ref.is_null "
                    "(table.get (global.get $p))))"));
    give(&s, "a.so", LIB_F);
    CHECK_STR("", load(&s));
    CHECK_EQ(1, ask(&s, "run"));
    CHECK_EQ(5, ask(&s, "f"));
    end(&s);
}

TEST(a_main_at_a_place_that_imports_memory_and_table)
{
    struct scene s;
    begin(
        &s,
        FIXED(NEED1("a.so"),
              "(import \"env\" \"memory\" (memory 2))"
              "(import \"env\" \"__indirect_function_table\" (table 3 "
              "funcref))" GOT("p", "func", "f") GOT(
                  "h", "mem",
                  "__heap_base") "(func $own (result i32) (i32.const 1))"
                                 "(elem (i32.const 1) func $own)" POINTER_CALL(
                                     "run", "p") SHOWS("heap", "h")));
    give(&s, "a.so", LIB_F);
    CHECK_STR("", load(&s));
    CHECK_EQ(5, ask(&s, "run"));
    CHECK(tn_dso_look(dso_named(&s, "a.so")).memory_base >= 2 * 65536);
    CHECK(tn_dso_look(dso_named(&s, "a.so")).table_base >= 3);
    CHECK(ask(&s, "heap") >
          (long long)tn_dso_look(dso_named(&s, "a.so")).memory_base);
    end(&s);
}

/* -pie without --import-memory. */
TEST(a_relocatable_main_with_a_memory_of_its_own)
{
    struct scene s;
    begin(&s,
          "(module $main " DYLINK(MEM("20", "04") NEED1(
              "a.so")) "(import \"env\" \"__memory_base\" (global $mb i32))"
                       "(import \"env\" \"__stack_pointer\" (global $sp (mut "
                       "i32)))" OWN_MEMORY "(data (global.get $mb) \"xyz\")"
                       "(func (export \"run\") (result i32) (i32.load8_u "
                       "(global.get "
                       "$mb))))");
    give(&s, "a.so", LIB_F);
    CHECK_STR("", load(&s));
    CHECK_EQ('x', ask(&s, "run"));
    CHECK_EQ('a', ask(&s, "byte"));
    CHECK_EQ(s.space->stack_high, ask(&s, "top"));
    end(&s);
}

TEST(a_librarys_minimum_counts_where_main_defines_the_memory)
{
    struct scene s;
    begin(&s, FIXED(NEED1("a.so"), OWN_MEMORY OWN_TABLE OWN_SP));
    give(&s, "a.so",
         "(module $a.so " DYLINK(
             MEM("20", "00")) "(import \"env\" "
                              "\"memory\" (memory 5)) (import \"env\" "
                              "\"__memory_base\" (global i32))"
                              "(import \"env\" \"__indirect_function_table\" "
                              "(table 50 funcref)))");
    CHECK_STR("", load(&s));
    CHECK(tn_memory_pages(s.space->memory) >= 5);
    CHECK(tn_table_size(s.space->table) >= 50);
    end(&s);
}

TEST(mains_own_memory_may_not_be_large_enough)
{
    struct scene s;
    begin(&s, FIXED(NEED1("a.so"), "(memory 1 1)"));
    give(&s, "a.so", LIB_F);
    CHECK_STR("the objects do not fit into the memory that they allow",
              load(&s));
    end(&s);
}

TEST(a_library_that_is_not_relocatable_is_refused)
{
    struct scene s;
    begin(&s, NEEDS_A(""));
    give(&s, "a.so",
         "(module $a.so (import \"env\" \"memory\" (memory 1)) (data "
         "(i32.const 0) \"over the guard\"))");
    CHECK_STR("a.so is not position independent: link it with -shared",
              load(&s));
    end(&s);
    begin(&s, LIB("main", ""));
    give(&s, "a.so", "(module $a.so)");
    CHECK_STR("", load(&s));
    CHECK(open_as(&s, "a.so", TN_RTLD_NOW) == NULL);
    CHECK_STR("a.so is not position independent: link it with -shared",
              s.err.text);
    end(&s);
}

/* --- Graves -------------------------------------------------------------------------------------- */

TEST(a_library_comes_back_to_where_it_was)
{
    struct scene s;
    begin(&s, LIB("main", ""));
    give(&s, "a.so", LIB_F);
    give(&s, "b.so", LIB("b.so", ""));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    tn_dso_info first = tn_dso_look(a);
    uint64_t slot = sym(&s, a, "f").address;
    CHECK_STR("", shut(&s, a));
    tn_dso *b = open_as(&s, "b.so", TN_RTLD_NOW);
    CHECK(tn_dso_look(b).memory_base != first.memory_base);
    a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_EQ(first.memory_base, tn_dso_look(a).memory_base);
    CHECK_EQ(first.table_base, tn_dso_look(a).table_base);
    CHECK_EQ(slot, sym(&s, a, "f").address);
    CHECK_EQ('a', ask_in(&s, a, "byte"));
    end(&s);
}

TEST(no_quarantine_means_places_are_used_at_once)
{
    struct scene s;
    begin(&s, LIB("main", ""));
    give(&s, "a.so", LIB_F);
    give(&s, "b.so", LIB("b.so", ""));
    s.config.quarantine_bytes = 0;
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    tn_dso_info first = tn_dso_look(a);
    CHECK_STR("", shut(&s, a));
    CHECK_EQ(0, s.space->graves.count);
    tn_dso *b = open_as(&s, "b.so", TN_RTLD_NOW);
    CHECK_EQ(first.memory_base, tn_dso_look(b).memory_base);
    CHECK_EQ(first.table_base, tn_dso_look(b).table_base);
    end(&s);
}

TEST(a_quarantine_has_a_bound)
{
    struct scene s;
    static char names[12][8], text[512];
    begin(&s, LIB("main", ""));
    s.config.quarantine_bytes = 200; /* three of 32 bytes and 4 elements */
    CHECK_STR("", load(&s));
    for (int i = 0; i < 12; i++) {
        (void)snprintf(names[i], sizeof names[i], "l%d.so", i);
        (void)snprintf(text, sizeof text, LIB("%s", ""), names[i]);
        give(&s, names[i], text);
        CHECK_STR("", shut(&s, open_as(&s, names[i], TN_RTLD_NOW)));
        CHECK(s.space->grave_bytes <= 200);
    }
    CHECK_EQ(3, s.space->graves.count);
    end(&s);
}

/* The memory may not grow, and all that is free is in a grave. */
TEST(a_grave_ends_where_there_is_no_other_place)
{
    struct scene s;
    begin(&s,
          "(module $main " DYLINK(MEM(
              "20", "04")) "(import \"env\" \"memory\" (memory 1 2))"
                           "(import \"env\" \"__memory_base\" (global i32)))");
    give(&s, "a.so", PIC("a.so", "\\01\\06\\80\\80\\03\\04\\04\\00", ""));
    give(&s, "b.so", PIC("b.so", "\\01\\06\\80\\80\\03\\04\\04\\00", ""));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK(a != NULL && tn_memory_pages(s.space->memory) == 2);
    CHECK(open_as(&s, "b.so", TN_RTLD_NOW) == NULL);
    CHECK_STR("b.so: the memory cannot grow by 65536 bytes", s.err.text);
    CHECK_STR("", shut(&s, a));
    CHECK_EQ(1, s.space->graves.count);
    CHECK(open_as(&s, "b.so", TN_RTLD_NOW) != NULL);
    CHECK_EQ(0, s.space->graves.count);
    end(&s);
}

/* Where pages are bytes, a memory grows by what is needed if not by more. */
TEST(a_memory_of_single_bytes_grows_by_what_it_may)
{
    struct scene s;
    begin(&s,
          "(module $main " DYLINK(MEM(
              "20",
              "04")) "(import \"env\" \"memory\" (memory 1 6000 (pagesize 1)))"
                     "(import \"env\" \"__memory_base\" (global i32)))");
    give(&s, "a.so",
         "(module $a.so " DYLINK(MEM(
             "20", "04")) "(import \"env\" \"memory\" (memory 1 (pagesize 1)))"
                          "(import \"env\" \"__memory_base\" (global i32)))");
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    CHECK_STR("", s.err.text);
    CHECK(a != NULL && tn_memory_size(s.space->memory) <= 6000);
    end(&s);
}

TEST(a_thousand_times_loaded_takes_no_more_room)
{
    struct scene s;
    begin(&s, LIB("main", ""));
    give(&s, "a.so",
         LIB("a.so",
             "(func $f (export \"f\") (result i32) "
             "(i32.const 5)) (elem (global.get $tb) func $f)" GOT(
                 "p", "func", "f") FUNC("g", "1") SAY GOT("q", "func", "g")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    struct scene_mark opened = mark_of(&s);
    CHECK_STR("", shut(&s, a));
    struct scene_mark closed = mark_of(&s);
    size_t live = 0;
    for (int i = 0; i < 1000; i++) {
        a = open_as(&s, "a.so", TN_RTLD_NOW);
        CHECK(same_mark(opened, mark_of(&s)));
        CHECK_EQ(5, ask_in(&s, a, "f"));
        CHECK_STR("", shut(&s, a));
        CHECK(same_mark(closed, mark_of(&s)));
        s.told[0] = 0;
        if (i == 499)
            live = s.fault.live;
    }
    CHECK(s.fault.live <= live + 65536);
    end(&s);
}

/* --- A heap that takes all ---------------------------------------------------------------------- */

#define GREEDY(fields)                                                  \
    PIC("main", MEM("20", "04"),                                        \
        "(import \"env\" \"emscripten_resize_heap\" (func (param i32) " \
        "(result i32)))" fields)
#define MALLOC(body) \
    "(func (export \"malloc\") (param i32) (result i32) " body ")"
#define BUMP                                                                \
    "(global $next (mut i32) (i32.const 60000))" MALLOC(                    \
        "(global.get $next) (global.set $next (i32.add (global.get $next) " \
        "(local.get 0)))")

static void open_greedily(const char *main, const char *words)
{
    struct scene s;
    begin(&s, main);
    give(&s, "a.so", LIB_F);
    give(&s, "b.so", LIB("b.so", ""));
    CHECK_STR("", load(&s));
    uint64_t size = tn_memory_size(s.space->memory);
    if (open_as(&s, "a.so", TN_RTLD_NOW) != NULL) {
        CHECK_EQ('a', ask_in(&s, dso_named(&s, "a.so"), "byte"));
        (void)open_as(&s, "b.so", TN_RTLD_NOW);
    }
    CHECK_STR(words, s.err.text);
    CHECK_EQ(size, tn_memory_size(s.space->memory));
    end(&s);
}

TEST(where_the_heap_takes_all_objects_lie_in_it)
{
    open_greedily(GREEDY(BUMP), "");
    open_greedily(GREEDY(""),
                  "a.so: main's heap takes all memory, and nobody exports "
                  "malloc to place an object with");
    open_greedily(GREEDY(MALLOC("(i32.const 0)")),
                  "a.so: the guest's malloc has no 48 bytes");
    open_greedily(GREEDY(MALLOC("unreachable")), "a.so: unreachable");
}

/* Two objects would lie in one place, or one in nobody's. */
TEST(a_malloc_that_lies_is_not_believed)
{
    open_greedily(
        GREEDY(MALLOC("(i32.const 60000)")),
        "b.so: the guest's malloc gave 48 bytes at 0xea60, which are not free");
    open_greedily(
        GREEDY(MALLOC("(i32.const 16)")),
        "a.so: the guest's malloc gave 48 bytes at 0x10, which are not free");
    open_greedily(GREEDY(MALLOC("(i32.const -16)")),
                  "a.so: the guest's malloc gave 48 bytes at 0xfffffff0, which "
                  "are not free");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
