#include "dyn/image.h"

#include <stdlib.h>

#include "dyn_test.h"
#include "fault_alloc.h"

static bool finds(const struct tn_dyn_image *image, const char *name,
                  struct tn_dyn_def *out)
{
    struct tn_str text = tn_str_of(name);
    return tn_dyn_find(image, text, tn_dyn_hash(text), out);
}

/* "data 4096 absolute", "function 3", "none". */
static const char *def_text(const struct tn_dyn_image *image, const char *name)
{
    static char line[80];
    struct tn_dyn_def def;
    if (!finds(image, name, &def))
        return "none";
    if (def.kind == TN_DYN_DATA)
        (void)snprintf(
            line, sizeof line, "data %llx%s%s", (unsigned long long)def.value,
            def.is_absolute ? " absolute" : "", def.is_tls ? " tls" : "");
    else
        (void)snprintf(line, sizeof line, "%s %u", tn_dyn_kind_text(def.kind),
                       def.index);
    return line;
}

/* --- imports -------------------------------------------------------------------- */

static const enum tn_dyn_ref_kind import_kinds[] = {
    TN_DYN_REF_MEMORY,     TN_DYN_REF_TABLE,   TN_DYN_REF_MEMORY_BASE,
    TN_DYN_REF_TABLE_BASE, TN_DYN_REF_FUNC,    TN_DYN_REF_STACK_POINTER,
    TN_DYN_REF_GOT_FUNC,   TN_DYN_REF_GOT_MEM, TN_DYN_REF_GOT_MEM,
    TN_DYN_REF_TAG,        TN_DYN_REF_HOST,    TN_DYN_REF_HOST,
    TN_DYN_REF_HOST,       TN_DYN_REF_HOST,    TN_DYN_REF_HOST,
    TN_DYN_REF_HOST,       TN_DYN_REF_HOST,    TN_DYN_REF_HOST,
    TN_DYN_REF_TABLE_BASE, TN_DYN_REF_FUNC,    TN_DYN_REF_HOST,
};

TEST(each_import_is_what_the_convention_says)
{
    struct seen s = see(
        BASES
        "(import \"env\" \"f\" (func))"
        "(import \"env\" \"__stack_pointer\" (global (mut i64)))"
        "(import \"GOT.func\" \"f\" (global (mut i32)))"
        "(import \"GOT.mem\" \"x\" (global (mut i32)))"
        "(import \"GOT.mem\" \"y\" (global (mut i64)))"
        "(import \"env\" \"t\" (tag (param i32)))"
        "(import \"GOT.mem\" \"x\" (func))"                     /* a function */
        "(import \"GOT.func\" \"f\" (global i32))"              /* immutable */
        "(import \"GOT.mem\" \"z\" (global (mut f32)))"         /* no address */
        "(import \"env\" \"__stack_pointer\" (global i32))"     /* immutable */
        "(import \"env\" \"__memory_base\" (global (mut i32)))" /* mutable */
        "(import \"env\" \"g\" (global i32))"
        "(import \"env\" \"memory\" (table 0 funcref))"
        "(import \"wasi_snapshot_preview1\" \"fd_write\" (func))"
        "(import \"env\" \"__table_base32\" (global i32))"
        "(import \"env\" \"memory\" (func))"
        "(import \"GOT.data\" \"x\" (global (mut i32)))");
    CHECK_STR("", s.err.text);
    CHECK_EQ(sizeof import_kinds / sizeof *import_kinds, s.mod->import_count);
    for (uint32_t i = 0; i < s.mod->import_count; i++) {
        CHECK_EQ(import_kinds[i], s.image->refs[i].kind);
        CHECK_EQ(tn_dyn_hash(s.mod->imports[i].name), s.image->refs[i].hash);
        CHECK(!s.image->refs[i].is_weak);
    }
    CHECK(s.image->is_pic && !s.image->is_64);
    unsee(&s);
}

/* env.w and env.x are weak, env.s is not; of another module nothing is. */
TEST(what_is_weak_is_so_in_each_of_its_forms)
{
    struct seen s = see(DYLINK(
        "\\04\\1b\\04\\03env\\01w\\11\\03env\\01s\\10\\03env\\01x\\01"
        "\\01m\\01s\\01") "(import \"env\" \"w\" (func))"
                          "(import \"GOT.func\" \"w\" (global (mut i32)))"
                          "(import \"GOT.mem\" \"x\" (global (mut i32)))"
                          "(import \"env\" \"x\" (tag))"
                          "(import \"env\" \"s\" (func))"
                          "(import \"GOT.func\" \"s\" (global (mut i32)))"
                          "(import \"m\" \"w\" (func))"
                          "(import \"env\" \"w\" (global i32))");
    CHECK_STR("", s.err.text);
    for (uint32_t i = 0; i < s.mod->import_count; i++)
        CHECK_EQ(i < 4, s.image->refs[i].is_weak);
    CHECK(!s.image->is_pic);
    unsee(&s);
}

TEST(dylink_alone_makes_no_module_position_independent)
{
    struct seen s = see(DYLINK(MEM_INFO) "(memory i64 1)");
    CHECK(s.image->dylink.is_present);
    CHECK(!s.image->is_pic && s.image->is_64);
    unsee(&s);
    s = see("(import \"env\" \"__table_base\" (global i64))");
    CHECK(!s.image->dylink.is_present);
    CHECK(s.image->is_pic && !s.image->is_64);
    unsee(&s);
}

/* --- definitions ---------------------------------------------------------------- */

#define SOME_EXPORTS                                                         \
    "(import \"env\" \"if\" (func $if)) (import \"env\" \"it\" (tag $it))"   \
    "(func $f) (tag $t) (memory $m 1)"                                       \
    "(global $i i32 (i32.const 16)) (global $n i32 (i32.const -2))"          \
    "(global $l i64 (i64.const 0x123456789a)) (global $z i32 (i32.const 0))" \
    "(global $mut (mut i32) (i32.const 16)) (global $fl f32 (f32.const 1))"  \
    "(global $ref funcref (ref.null func))"                                  \
    "(export \"f\" (func $f)) (export \"if\" (func $if))"                    \
    "(export \"t\" (tag $t)) (export \"it\" (tag $it))"                      \
    "(export \"m\" (memory $m))"                                             \
    "(export \"i\" (global $i)) (export \"n\" (global $n))"                  \
    "(export \"l\" (global $l)) (export \"z\" (global $z))"                  \
    "(export \"mut\" (global $mut)) (export \"fl\" (global $fl))"            \
    "(export \"ref\" (global $ref)) (export \"_start\" (func $f))"           \
    "(export \"__heap_base\" (global $i))"

TEST(what_a_module_defines_is_found_by_its_name)
{
    struct seen s = see(SOME_EXPORTS);
    CHECK_STR("", s.err.text);
    CHECK_STR("function 1", def_text(s.image, "f"));
    CHECK_STR("tag 1", def_text(s.image, "t"));
    CHECK_STR("data 10 absolute", def_text(s.image, "i"));
    CHECK_STR("data fffffffe absolute", def_text(s.image, "n"));
    CHECK_STR("data 123456789a absolute", def_text(s.image, "l"));
    CHECK_STR("data 0 absolute", def_text(s.image, "z"));
    static const char *const others[] = {
        "if", "it", "m", "mut", "fl", "ref", "_start", "__heap_base", "", "ff"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK_STR("none", def_text(s.image, others[i]));
    CHECK_EQ(8, s.image->def_count); /* and the two internal ones */
    unsee(&s);
}

TEST(internal_names_are_found_by_the_linker_alone)
{
    struct seen s = see(SOME_EXPORTS);
    struct tn_dyn_def def;
    CHECK(tn_dyn_find_any(s.image, "__heap_base", &def));
    CHECK(def.kind == TN_DYN_DATA && def.value == 16 && def.is_absolute);
    CHECK(tn_dyn_find_any(s.image, "_start", &def));
    CHECK(def.kind == TN_DYN_FUNC && def.index == 1);
    CHECK(tn_dyn_find_any(s.image, "f", &def));
    CHECK(!tn_dyn_find_any(s.image, "__heap_end", &def));
    CHECK(!tn_dyn_find_any(s.image, "if", &def));
    unsee(&s);
    s = see("");
    CHECK_EQ(0, s.image->def_count);
    CHECK(!tn_dyn_find_any(s.image, "f", &def));
    CHECK_STR("none", def_text(s.image, "f"));
    unsee(&s);
}

static const char *const internal_names[] = {
    "memory",
    "_start",
    "_initialize",
    "_emscripten_tls_init",
    "__indirect_function_table",
    "__stack_pointer",
    "__memory_base",
    "__memory_base32",
    "__table_base",
    "__table_base32",
    "__wasm_call_ctors",
    "__wasm_call_dtors",
    "__wasm_init_tls",
    "__wasm_init_memory",
    "__wasm_init_memory_flag",
    "__wasm_apply_data_relocs",
    "__wasm_apply_global_relocs",
    "__wasm_apply_tls_relocs",
    "__dso_handle",
    "__tls_size",
    "__tls_align",
    "__tls_base",
    "__heap_base",
    "__heap_end",
    "__stack_low",
    "__stack_high",
    "__data_end",
    "__global_base",
    "__set_stack_limits",
    "__start_em_asm",
    "__stop_em_js",
    "__em_js__f",
    "__wasm_first_page_end",
};
static const char *const ordinary_names[] = {
    "",
    "m",
    "main",
    "memor",
    "memory2",
    "malloc",
    "start",
    "_start2",
    "_",
    "__main_argc_argv",
    "__cpp_exception",
    "__c_longjmp",
    "__cxa_atexit",
    "__wasm_call",
    "__wasm_appl",
    "_Z3foov",
    "__tls",
    "__heap_base2",
};

TEST(names_of_the_linker_never_bind)
{
    for (size_t i = 0; i < sizeof internal_names / sizeof *internal_names; i++)
        if (!tn_dyn_is_internal(tn_str_of(internal_names[i])))
            FAIL("%s is internal", internal_names[i]);
    for (size_t i = 0; i < sizeof ordinary_names / sizeof *ordinary_names; i++)
        if (tn_dyn_is_internal(tn_str_of(ordinary_names[i])))
            FAIL("%s is not internal", ordinary_names[i]);
}

/* EXPORT_INFO: a is of threads, b is absolute, c both, f (a function) and x
 * (nothing) too. */
TEST(data_of_position_independent_modules_is_as_its_flags_say)
{
    struct seen s =
        see(DYLINK("\\03\\15\\05\\01a\\80\\02\\01b\\80\\04\\01c\\80\\06"
                   "\\01f\\80\\06\\01x\\80\\06") BASES
            "(func (export \"f\"))"
            "(global (export \"a\") i32 (i32.const 4))"
            "(global (export \"b\") i32 (i32.const 5))"
            "(global (export \"c\") i32 (i32.const 6))"
            "(global (export \"d\") i32 (i32.const 7))");
    CHECK_STR("", s.err.text);
    CHECK_STR("data 4 tls", def_text(s.image, "a"));
    CHECK_STR("data 5 absolute", def_text(s.image, "b"));
    CHECK_STR("data 6 tls", def_text(s.image, "c"));
    CHECK_STR("data 7", def_text(s.image, "d"));
    CHECK_STR("function 0", def_text(s.image, "f"));
    unsee(&s);
}

#define VALUE(name, type, text) \
    "(global (export \"" name "\") " type " " text ")"

TEST(values_may_be_computed)
{
    struct seen s = see(
        PIC
        "(global $own i32 (i32.const 100)) (global $alias i32 (global.get "
        "$own))" VALUE("alias", "i32", "(global.get $alias)")
            VALUE("add", "i32", "(i32.add (i32.const -1) (i32.const 3))") VALUE(
                "sub", "i32", "(i32.sub (global.get $alias) (i32.const 101))")
                VALUE("mul", "i32",
                      "(i32.mul (i32.const 0x10001) (i32.const 0x10001))")
                    VALUE("add64", "i64",
                          "(i64.add (i64.const -1) (i64.const 3))")
                        VALUE("sub64", "i64",
                              "(i64.sub (i64.const 0) (i64.const 1))")
                            VALUE("mul64", "i64",
                                  "(i64.mul (i64.const 0x10001) (i64.const "
                                  "0x10001))")
                                VALUE(
                                    "based", "i32",
                                    "(i32.add (global.get $mb) (i32.const 3))")
                                    VALUE("base", "i32", "(global.get $tb)")
                                        VALUE("none", "i32",
                                              "(i32.mul (global.get $mb) "
                                              "(i32.const 0))"));
    CHECK_STR("", s.err.text);
    CHECK_STR("data 64", def_text(s.image, "alias"));
    CHECK_STR("data 2", def_text(s.image, "add"));
    CHECK_STR("data ffffffff", def_text(s.image, "sub"));
    CHECK_STR("data 20001", def_text(s.image, "mul"));
    CHECK_STR("data 2", def_text(s.image, "add64"));
    CHECK_STR("data ffffffffffffffff", def_text(s.image, "sub64"));
    CHECK_STR("data 100020001", def_text(s.image, "mul64"));
    CHECK_STR("none", def_text(s.image, "based"));
    CHECK_STR("none", def_text(s.image, "base"));
    CHECK_STR("none", def_text(s.image, "none"));
    unsee(&s);
}

TEST(the_hash_is_djb_s)
{
    CHECK_EQ(0x1505u, tn_dyn_hash(tn_str_of("")));
    CHECK_EQ(0x156b2bb8u, tn_dyn_hash(tn_str_of("printf")));
    CHECK_EQ(0x7c967e3fu, tn_dyn_hash(tn_str_of("exit")));
    CHECK_EQ(0xbac212a0u, tn_dyn_hash(tn_str_of("syscall")));
}

/* --- scopes ------------------------------------------------------------------------ */

TEST(the_first_module_of_a_scope_that_defines_a_name_has_it)
{
    struct seen a = see("(func (export \"f\")) (func (export \"memory\"))");
    struct seen b = see("(global (export \"f\") i32 (i32.const 8))"
                        "(func) (func (export \"g\"))");
    const struct tn_dyn_image *scope[] = {NULL, a.image, NULL, b.image,
                                          a.image};
    struct tn_str f = tn_str_of("f"), g = tn_str_of("g"), h = tn_str_of("h");
    struct tn_str memory = tn_str_of("memory");
    struct tn_dyn_def def;
    CHECK_EQ(1, tn_dyn_lookup(scope, 5, f, tn_dyn_hash(f), &def));
    CHECK_EQ(TN_DYN_FUNC, def.kind);
    CHECK_EQ(1, tn_dyn_lookup(scope + 2, 3, f, tn_dyn_hash(f), &def));
    CHECK_EQ(TN_DYN_DATA, def.kind);
    CHECK_EQ(3, tn_dyn_lookup(scope, 5, g, tn_dyn_hash(g), &def));
    CHECK_EQ(1, def.index);
    CHECK_EQ(TN_NONE, tn_dyn_lookup(scope, 5, h, tn_dyn_hash(h), &def));
    CHECK_EQ(TN_NONE, tn_dyn_lookup(scope, 3, g, tn_dyn_hash(g), &def));
    CHECK_EQ(TN_NONE, tn_dyn_lookup(scope, 0, f, tn_dyn_hash(f), &def));
    CHECK_EQ(TN_NONE,
             tn_dyn_lookup(scope, 5, memory, tn_dyn_hash(memory), &def));
    unsee(&a);
    unsee(&b);
}

/* 33 * 'b' + 'B' is 33 * 'c' + '!'. */
TEST(names_of_one_hash_are_told_apart)
{
    CHECK_EQ(tn_dyn_hash(tn_str_of("bB")), tn_dyn_hash(tn_str_of("c!")));
    struct seen s = see("(func (export \"bB\")) (func) (func (export \"c!\"))"
                        "(func (export \"bBbB\")) (func (export \"c!c!\"))");
    CHECK_STR("function 0", def_text(s.image, "bB"));
    CHECK_STR("function 2", def_text(s.image, "c!"));
    CHECK_STR("function 3", def_text(s.image, "bBbB"));
    CHECK_STR("function 4", def_text(s.image, "c!c!"));
    CHECK_STR("none", def_text(s.image, "bBc!"));
    unsee(&s);
}

static uint64_t next_choice(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

static void print_many(struct tn_buf *text, uint32_t count)
{
    uint64_t state = 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t x = (uint32_t)next_choice(&state) % 1000;
        if (i % 2 == 0)
            tn_buf_print(text, "(func (export \"_ZN%u4name%u\"))", i, x);
        else
            tn_buf_print(text,
                         "(global (export \"_ZN%u4name%u\") i32 "
                         "(i32.const %u))",
                         i, x, i);
    }
    tn_buf_byte(text, '\0');
}

TEST(ten_thousand_symbols_are_found_and_others_not)
{
    enum {
        MANY = 10000
    };
    struct tn_buf text;
    tn_buf_init(&text, &tn_alloc_libc);
    print_many(&text, MANY);
    struct seen s = see((const char *)text.at);
    tn_buf_clear(&text);
    CHECK_STR("", s.err.text);
    CHECK_EQ(MANY, s.image->def_count);
    uint32_t false_alarms = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        const struct tn_export *export = &s.mod->exports[i];
        struct tn_str name = export->name;
        struct tn_dyn_def def;
        CHECK(tn_dyn_find(s.image, name, tn_dyn_hash(name), &def));
        CHECK_EQ(i % 2 == 0 ? TN_DYN_FUNC : TN_DYN_DATA, def.kind);
        CHECK_EQ(export->index, def.index);
        CHECK_EQ(i % 2 == 0 ? 0 : i, def.value);
        name.size--;
        uint32_t hash = tn_dyn_hash(name);
        uint64_t bits = UINT64_C(1) << hash % 64;
        false_alarms +=
            (s.image->bloom[hash / 64 & s.image->bloom_mask] & bits) != 0;
        bool is_there = tn_map_get(&s.mod->export_map, name) != TN_MAP_NONE;
        CHECK_EQ(is_there, tn_dyn_find(s.image, name, hash, &def));
    }
    CHECK(false_alarms < MANY / 2);
    unsee(&s);
}

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

static void check_unlinkable(const char *words, const char *text)
{
    struct seen s = see(text);
    bool has_image = s.image != NULL;
    unsee(&s);
    CHECK_STR(words, s.err.text);
    CHECK_EQ(TN_E_UNLINKABLE, s.err.status);
    CHECK(!has_image);
}

static void check_linkable(const char *text)
{
    struct seen s = see(text);
    unsee(&s);
    CHECK_STR("", s.err.text);
}

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

/* --- functions for the linker, thread-local data ------------------------------------ */

TEST(functions_for_the_linker_are_own_ones_of_their_type)
{
    struct seen s = see("(func (export \"__wasm_apply_data_relocs\"))"
                        "(func (export \"__wasm_call_ctors\"))"
                        "(func (export \"__wasm_call_dtors\"))"
                        "(func (export \"_start\"))"
                        "(func (export \"__wasm_init_tls\") (param i32))");
    CHECK_EQ(0, s.image->apply_data_relocs);
    CHECK_EQ(1, s.image->initialize);
    CHECK_STR("__wasm_call_ctors", s.image->initialize_name);
    CHECK_EQ(2, s.image->call_dtors);
    CHECK_EQ(3, s.image->start);
    CHECK_EQ(4, s.image->init_tls);
    unsee(&s);
    s = see("(func (export \"__wasm_call_ctors\"))"
            "(func (export \"_initialize\"))"
            "(func (export \"__wasm_init_tls\") (param i64))"
            "(func (export \"__wasm_apply_data_relocs\") (param i32))"
            "(func (export \"_start\") (result i32) i32.const 0)"
            "(global (export \"__wasm_call_dtors\") i32 (i32.const 0))");
    CHECK_EQ(TN_NONE, s.image->apply_data_relocs);
    CHECK_EQ(1, s.image->initialize);
    CHECK_STR("_initialize", s.image->initialize_name);
    CHECK_EQ(TN_NONE, s.image->call_dtors);
    CHECK_EQ(TN_NONE, s.image->start);
    CHECK_EQ(2, s.image->init_tls);
    unsee(&s);
    s = see("(import \"env\" \"_initialize\" (func $i))"
            "(export \"_initialize\" (func $i))"
            "(func (export \"__wasm_init_tls\") (param f32))");
    CHECK_EQ(TN_NONE, s.image->initialize);
    CHECK(s.image->initialize_name == NULL);
    CHECK_EQ(TN_NONE, s.image->init_tls);
    unsee(&s);
}

#define TLS(size, align)                                        \
    "(global (export \"__tls_size\") i32 (i32.const " size "))" \
    "(global (export \"__tls_align\") i32 (i32.const " align "))"

TEST(thread_local_data_has_a_size_and_an_alignment)
{
    struct seen s = see(TLS("40", "16"));
    CHECK_EQ(40, s.image->tls_size);
    CHECK_EQ(16, s.image->tls_align);
    unsee(&s);
    s = see("(global (export \"__tls_size\") (mut i32) (i32.const 40))");
    CHECK_EQ(0, s.image->tls_size);
    CHECK_EQ(1, s.image->tls_align);
    unsee(&s);
    check_linkable(TLS("0", "0"));
    check_unlinkable("__tls_align is 0, and must be a power of two",
                     TLS("1", "0"));
    check_unlinkable("__tls_align is 12, and must be a power of two",
                     TLS("1", "12"));
}

/* --- start functions ----------------------------------------------------------------- */

static bool starts_alone(const char *text)
{
    struct seen s = see(text);
    bool is_local = s.image != NULL && s.image->start_is_local;
    unsee(&s);
    CHECK_STR("", s.err.text);
    return is_local;
}

#define WITH_IMPORT "(import \"env\" \"f\" (func $f)) (table 1 funcref)"

TEST(a_start_function_that_calls_nobody_else_is_local)
{
    CHECK(starts_alone(WITH_IMPORT));
    CHECK(starts_alone(WITH_IMPORT "(func $s) (start $s)"));
    CHECK(starts_alone(WITH_IMPORT "(func $s call $t) (func $t call $s call $t)"
                                   "(func $u call $f) (start $s)"));
    CHECK(starts_alone(WITH_IMPORT "(func $s ref.func $f drop) (elem declare "
                                   "func $f) (start $s)"));
    CHECK(!starts_alone(WITH_IMPORT "(start $f)"));
    CHECK(!starts_alone(WITH_IMPORT "(func $s call $f) (start $s)"));
    CHECK(!starts_alone(WITH_IMPORT "(func $s block call $t end) (func $t "
                                    "return_call $f) (start $s)"));
    CHECK(!starts_alone(WITH_IMPORT "(func $s (call_indirect (i32.const 0)))"
                                    "(start $s)"));
    CHECK(!starts_alone(WITH_IMPORT
                        "(func $s (return_call_indirect (i32.const 0)))"
                        "(start $s)"));
    CHECK(!starts_alone("(type $v (func)) (func $s (call_ref $v (ref.func $s)))"
                        "(elem declare func $s) (start $s)"));
    CHECK(!starts_alone("(type $v (func))"
                        "(func $s (return_call_ref $v (ref.func $s)))"
                        "(elem declare func $s) (start $s)"));
}

TEST(long_chains_and_deep_expressions_need_no_stack)
{
    enum {
        MANY = 100000
    };
    struct tn_buf text;
    tn_buf_init(&text, &tn_alloc_libc);
    for (int i = 0; i < MANY; i++)
        tn_buf_print(&text, "(func call %d)", (i + 1) % MANY);
    tn_buf_print(&text, "(start 0) (global (export \"x\") i32 ");
    for (int i = 0; i < 20000; i++)
        tn_buf_print(&text, "i32.const 3 ");
    for (int i = 1; i < 20000; i++)
        tn_buf_print(&text, "i32.add ");
    tn_buf_print(&text, ")");
    tn_buf_byte(&text, '\0');
    struct seen s = see((const char *)text.at);
    tn_buf_clear(&text);
    CHECK_STR("", s.err.text);
    CHECK(s.image->start_is_local);
    CHECK_STR("data ea60 absolute", def_text(s.image, "x"));
    unsee(&s);
}

/* --- memory --------------------------------------------------------------------------- */

TEST(no_memory_for_an_image_is_said_and_nothing_leaks)
{
    struct seen s =
        see(DYLINK(
            "\\01\\05\\80\\20\\04\\08\\00\\02\\03\\01\\01l\\03\\04\\01\\01x\\04"
            "\\04\\08\\01\\03env\\01w\\11\\05\\03\\01\\01.") BASES
            "(import \"env\" \"w\" (func)) (func $f (export \"f\")) (start $f)"
            "(global (export \"x\") i64 (i64.add (i64.const -1) (i64.const 1)))"
            "(global (export \"y\") i64 (i64.const 0x100000000))"
            "(elem (global.get $tb) func $f) (data (global.get $mb) \"a\")");
    CHECK_STR("", s.err.text);
    tn_status status = TN_E_NOMEM;
    size_t n = 0;
    for (; status != TN_OK; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_dyn_image *image;
        tn_error err = {0};
        status = tn_dyn_image_read(s.mod, &alloc, &image, &err);
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        CHECK_EQ(status, err.status);
        CHECK_EQ(status == TN_OK, image != NULL);
        tn_dyn_image_free(image);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        CHECK(n < 1000);
    }
    CHECK(n > 4);
    unsee(&s);
}

/* Arenas take memory in chunks, so that above few requests fail. Here each
 * array is larger than what is left of one. */
TEST(no_memory_for_a_large_image_is_said_and_nothing_leaks)
{
    enum {
        MANY = 30000
    };
    struct tn_buf text;
    tn_buf_init(&text, &tn_alloc_libc);
    tn_buf_print(&text, BASES);
    for (int i = 0; i < MANY; i++)
        tn_buf_print(&text, "(import \"env\" \"i%d\" (func))", i);
    tn_buf_print(&text, "(global (export \"high\") i64 (i64.const -1))");
    for (int i = 0; i < MANY; i++)
        tn_buf_print(&text,
                     "(func $f%d (export \"f%d\"))"
                     "(global (export \"g%d\") i32 (i32.const %d))",
                     i, i, i, i);
    tn_buf_print(&text, "(start $f0) (elem (global.get $tb) func");
    for (int i = 0; i < MANY; i++)
        tn_buf_print(&text, " $f%d", i);
    tn_buf_print(&text, ") (data (global.get $mb) \"a\")");
    tn_buf_byte(&text, '\0');
    struct seen s = see((const char *)text.at);
    tn_buf_clear(&text);
    CHECK_STR("", s.err.text);
    tn_status status = TN_E_NOMEM;
    size_t n = 0;
    for (; status != TN_OK; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_dyn_image *image;
        tn_error err = {0};
        status = tn_dyn_image_read(s.mod, &alloc, &image, &err);
        CHECK_EQ(status, err.status);
        tn_dyn_image_free(image);
        CHECK_EQ(0, fault.live);
        CHECK(n < 1000);
    }
    CHECK(n > 12);
    unsee(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
