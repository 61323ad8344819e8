#include "dyn_test.h"

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
        bool is_there = tn_mod_find_export(s.mod, name) != TN_NONE;
        CHECK_EQ(is_there, tn_dyn_find(s.image, name, hash, &def));
    }
    CHECK(false_alarms < MANY / 2);
    unsee(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
