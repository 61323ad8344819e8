/* Where merged modules and instances of their own could differ: the rows of
 * docs/MERGING.md, each by its number. What is said there of both ways is
 * tried here with both. */
#include "merging.h"

#define SEE "(import \"host\" \"see\" (func $see (param i32)))"

/* --------------------------------------------------- start and segments */

static const struct part start_reads[] = {
    {"a", "(module " SEE "(memory (export \"m\") 1)"
          "(func $s (call $see (i32.load8_u (i32.const 0)))) (start $s))"},
    {"b", "(module (import \"a\" \"m\" (memory 1))"
          "(data (i32.const 0) \"\\07\")"
          "(func (export \"get\") (result i32) (i32.load8_u (i32.const 0))))"},
};

TEST(row_1_a_start_function_does_not_see_later_data)
{
    struct side one;
    check_same(start_reads, 2, "get");
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, start_reads, 2, NULL));
    CHECK_EQ(1, one.seen_count);
    CHECK_EQ(0, one.seen[0]);
    CHECK_EQ(7, side_get(&one, "get"));
    side_end(&one);
}

/* The same where the memory is the host's. */
TEST(row_1_nor_through_a_memory_of_the_host)
{
    static const struct part parts[] = {
        {"a", "(module " SEE "(import \"env\" \"m\" (memory 1))"
              "(func $s (call $see (i32.load8_u (i32.const 0)))) (start $s))"},
        {"b", "(module (import \"env\" \"m\" (memory 1))"
              "(data (i32.const 0) \"\\07\"))"},
    };
    for (int is_merged = 0; is_merged < 2; is_merged++) {
        struct side side;
        tn_extern memory = {.kind = TN_EXTERN_MEMORY};
        tn_limits_info limits = {
            .min = 1, .max = UINT64_MAX, .page_size_log2 = 16};
        side_begin(&side);
        CHECK_EQ(TN_OK, tn_memory_new(side.world.store, limits,
                                      &memory.of.memory, &side.world.err));
        CHECK_EQ(TN_OK, tn_imports_define(side.world.imports, "env", "m",
                                          memory, &side.world.err));
        CHECK_EQ(TN_OK, is_merged ? make_merged(&side, parts, 2, NULL)
                                  : make_apart(&side, parts, 2));
        CHECK_EQ(1, side.seen_count);
        CHECK_EQ(0, side.seen[0]);
        CHECK_EQ(7, *(uint8_t *)tn_memory_span(memory.of.memory, 0, 1));
        side_end(&side);
    }
}

TEST(row_2_later_data_wins_over_what_a_start_function_wrote)
{
    static const struct part parts[] = {
        {"a", "(module (memory (export \"m\") 1)"
              "(func $s (i32.store8 (i32.const 0) (i32.const 99))"
              "         (i32.store8 (i32.const 1) (i32.const 98)))"
              "(start $s))"},
        {"b", "(module (import \"a\" \"m\" (memory 1))"
              "(data (i32.const 0) \"\\07\")"
              "(func (export \"get\") (result i32)"
              "  (i32.load16_u (i32.const 0))))"},
    };
    struct side one;
    check_same(parts, 2, "get");
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ(98 << 8 | 7, side_get(&one, "get"));
    side_end(&one);
}

TEST(row_3_a_start_function_does_not_see_later_elements)
{
    static const struct part parts[] = {
        {"a", "(module " SEE "(table (export \"t\") 1 funcref)"
              "(func $s (call $see (ref.is_null (table.get (i32.const 0)))))"
              "(start $s))"},
        {"b", "(module (import \"a\" \"t\" (table 1 funcref))"
              "(func $f) (elem (i32.const 0) func $f)"
              "(func (export \"get\") (result i32)"
              "  (ref.is_null (table.get (i32.const 0)))))"},
    };
    struct side one;
    check_same(parts, 2, "get");
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ(1, one.seen[0]);
    CHECK_EQ(0, side_get(&one, "get"));
    side_end(&one);
}

TEST(row_3_a_call_through_an_element_that_comes_later_traps)
{
    static const struct part parts[] = {
        {"a", "(module (table (export \"t\") 1 funcref)"
              "(func $s (call_indirect (i32.const 0))) (start $s))"},
        {"b", "(module (import \"a\" \"t\" (table 1 funcref))"
              "(func $f) (elem (i32.const 0) func $f))"},
    };
    struct both both;
    both_begin(&both, parts, 2, NULL);
    CHECK_EQ(TN_E_TRAP, both.apart_status);
    CHECK_EQ(TN_E_TRAP, both.one_status);
    CHECK_EQ(TN_TRAP_UNINITIALIZED_ELEMENT,
             tn_store_trap_kind(both.one.world.store));
    both_end(&both);
}

static const char with_start[] =
    "(module " SEE "(memory (export \"m\") 1)"
    "(func $s (call $see (i32.const 1))) (start $s)"
    "(func (export \"answer\") (result i32) (i32.const 5)))";

TEST(row_4_a_segment_that_does_not_fit_ends_all)
{
    const struct part parts[] = {
        {"a", with_start},
        {"b", "(module (memory 1) (data (i32.const 65536) \"x\"))"}};
    struct both both;
    both_begin(&both, parts, 2, NULL);
    CHECK_EQ(TN_E_TRAP, both.apart_status);
    CHECK_EQ(5, side_get(&both.apart, "answer"));
    CHECK_EQ(TN_E_TRAP, both.one_status);
    CHECK_EQ(0, both.one.count);
    /* What the first start function did is done, though. */
    CHECK_EQ(1, both.apart.seen_count);
    CHECK_EQ(1, both.one.seen_count);
    CHECK(tells(&both.one, TN_NOTE_TRAP, "b"));
    both_end(&both);
}

TEST(row_5_a_start_function_that_traps_ends_all)
{
    const struct part parts[] = {
        {"a", with_start},
        {"b", "(module (func $s (unreachable)) (start $s))"}};
    struct both both;
    both_begin(&both, parts, 2, NULL);
    CHECK_EQ(TN_E_TRAP, both.apart_status);
    CHECK_EQ(5, side_get(&both.apart, "answer"));
    CHECK_EQ(TN_E_TRAP, both.one_status);
    CHECK_EQ(0, both.one.count);
    CHECK(tells(&both.one, TN_NOTE_TRAP, "b"));
    both_end(&both);
}

TEST(row_6_the_host_finds_no_exports_while_start_functions_run)
{
    const struct part parts[] = {
        {"a", with_start},
        {"b", "(module " SEE "(import \"host\" \"ask\" (func $ask (result "
              "i32)))"
              "(func $s (call $see (call $ask))) (start $s))"}};
    struct both both;
    both_begin(&both, parts, 2, NULL);
    CHECK_EQ(TN_OK, both.apart_status);
    CHECK_EQ(TN_OK, both.one_status);
    CHECK_EQ(5, both.apart.seen[1]);
    CHECK_EQ(-1, both.one.seen[1]);
    CHECK(tells(&both.one, TN_NOTE_ORDER, "b"));
    both_end(&both);
}

/* ------------------------------------------------------- what links to what */

TEST(row_7_a_memory_is_as_large_as_it_is_declared)
{
    static const struct part parts[] = {
        {"a", "(module (memory (export \"m\") 1)"
              "(func $s (drop (memory.grow (i32.const 1)))) (start $s))"},
        {"b", "(module (import \"a\" \"m\" (memory 2)))"}};
    check_apart(TN_OK, parts, 2);
    check_refused(TN_E_TYPE, "what a start function grows it to is not known",
                  parts, 2);
    check_refused(TN_E_TYPE, "b imports memory \"a\" \"m\" as 2, but a has it",
                  parts, 2);
}

TEST(row_8_an_import_that_nothing_uses_stays)
{
    static const struct part parts[] = {
        {"a", "(module (import \"env\" \"gone\" (func)))"}, {"b", "(module)"}};
    struct both both;
    both_begin(&both, parts, 2, NULL);
    CHECK_EQ(TN_E_MISSING, both.apart_status);
    CHECK_EQ(TN_E_MISSING, both.one_status);
    check_says(&both.one, "gone");
    both_end(&both);
}

TEST(row_9_an_import_of_an_input_is_found_there_or_refused)
{
    static const struct part parts[] = {
        {"a", "(module)"}, {"b", "(module (import \"a\" \"nope\" (func)))"}};
    check_apart(TN_E_MISSING, parts, 2);
    check_refused(TN_E_MISSING,
                  "b imports function \"a\" \"nope\", but a exports no such "
                  "name",
                  parts, 2);
}

TEST(row_9_a_binding_leaves_it_to_the_host)
{
    static const struct part parts[] = {
        {"a", "(module)"}, {"b", "(module (import \"a\" \"nope\" (func)))"}};
    static const tn_merge_bind bind = {"b", "a", NULL};
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    struct side one;
    options.binds = &bind;
    options.bind_count = 1;
    side_begin(&one);
    CHECK_EQ(TN_E_MISSING, make_merged(&one, parts, 2, &options));
    check_says(&one, "nope");
    side_end(&one);
}

TEST(row_10_an_export_of_another_kind_is_refused)
{
    static const struct part parts[] = {
        {"a", "(module (memory (export \"m\") 1))"},
        {"b", "(module (import \"a\" \"m\" (func)))"}};
    check_apart(TN_E_TYPE, parts, 2);
    check_refused(TN_E_TYPE,
                  "b imports function \"a\" \"m\", but a exports a memory",
                  parts, 2);
}

TEST(row_11_functions_may_need_each_other)
{
    static const struct part parts[] = {
        {"even",
         "(module (import \"odd\" \"is\" (func $odd (param i32) (result i32)))"
         "(func (export \"is\") (param i32) (result i32)"
         "  (if (result i32) (local.get 0)"
         "    (then (call $odd (i32.sub (local.get 0) (i32.const 1))))"
         "    (else (i32.const 1)))))"},
        {"odd",
         "(module (import \"even\" \"is\" (func $e (param i32) (result i32)))"
         "(func $is (export \"is\") (param i32) (result i32)"
         "  (if (result i32) (local.get 0)"
         "    (then (call $e (i32.sub (local.get 0) (i32.const 1))))"
         "    (else (i32.const 0))))"
         "(func (export \"seven\") (result i32) (call $is (i32.const 7)))"
         "(func (export \"eight\") (result i32) (call $is (i32.const 8))))"}};
    struct side one;
    check_apart(TN_E_MISSING, parts, 2);
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ(1, side_get(&one, "seven"));
    CHECK_EQ(0, side_get(&one, "eight"));
    side_end(&one);
}

TEST(row_12_globals_that_need_each_other_are_named)
{
    static const struct part parts[] = {
        {"a", "(module (import \"b\" \"y\" (global i32))"
              "(global (export \"x\") i32 (global.get 0)))"},
        {"b", "(module (import \"a\" \"x\" (global i32))"
              "(global (export \"y\") i32 (global.get 0)))"}};
    check_apart(TN_E_MISSING, parts, 2);
    check_refused(TN_E_CYCLE, "a.x needs b.y needs a.x", parts, 2);
}

/* A global that needs a later one is no ring. */
TEST(row_12_globals_come_in_an_order_that_works)
{
    static const struct part parts[] = {
        {"a", "(module (import \"b\" \"y\" (global i32))"
              "(global $x i32 (global.get 0))"
              "(func (export \"get\") (result i32) (global.get $x)))"},
        {"b", "(module (global (export \"y\") i32 (i32.const 6)))"}};
    struct side one;
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ(6, side_get(&one, "get"));
    side_end(&one);
}

TEST(row_13_what_only_imports_give_is_named)
{
    static const struct part parts[] = {
        {"a", "(module (import \"b\" \"y\" (func)) (export \"x\" (func 0)))"},
        {"b", "(module (import \"a\" \"x\" (func)) (export \"y\" (func 0)))"}};
    check_apart(TN_E_MISSING, parts, 2);
    check_refused(TN_E_CYCLE, "a -> \"b\" \"y\"", parts, 2);
    check_refused(TN_E_CYCLE, "b -> \"a\" \"x\"", parts, 2);
}

TEST(row_14_an_export_that_is_left_out_links_still)
{
    static const struct part parts[] = {
        {"a", "(module (func (export \"f\") (result i32) (i32.const 1)))"},
        {"b", "(module (func (export \"f\") (result i32) (i32.const 2)))"},
        {"c", "(module (import \"b\" \"f\" (func $f (result i32)))"
              "(func (export \"g\") (result i32) (call $f)))"}};
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    struct both both;
    options.conflict = TN_CONFLICT_SKIP;
    both_begin(&both, parts, 3, &options);
    CHECK_EQ(2, side_get(&both.apart, "g"));
    CHECK_EQ(2, side_get(&both.one, "g"));
    CHECK_EQ(1, side_get(&both.one, "f"));
    CHECK(!side_has(&both.one, "b.f"));
    CHECK(tells(&both.one, TN_NOTE_EXPORT, "b"));
    both_end(&both);
}

TEST(row_15_two_inputs_of_one_name_are_refused)
{
    static const struct part parts[] = {{"a", "(module)"}, {"a", "(module)"}};
    check_refused(TN_E_AMBIGUOUS, "two inputs are named \"a\"", parts, 2);
}

TEST(row_16_a_memory_that_is_not_shared_is_no_shared_one)
{
    static const struct part parts[] = {
        {"a", "(module (memory (export \"m\") 1 1))"},
        {"b", "(module (import \"a\" \"m\" (memory 1 1 shared)))"}};
    check_apart(TN_E_TYPE, parts, 2);
    check_refused(TN_E_TYPE, "shared", parts, 2);
}

TEST(row_16_nor_one_of_64_bits_one_of_32)
{
    static const struct part memories[] = {
        {"a", "(module (memory (export \"m\") i64 1))"},
        {"b", "(module (import \"a\" \"m\" (memory 1)))"}};
    static const struct part tables[] = {
        {"a", "(module (table (export \"t\") 1 funcref))"},
        {"b", "(module (import \"a\" \"t\" (table i64 1 funcref)))"}};
    check_apart(TN_E_TYPE, memories, 2);
    check_refused(TN_E_TYPE, "i64", memories, 2);
    check_apart(TN_E_TYPE, tables, 2);
    check_refused(TN_E_TYPE, "i64", tables, 2);
}

/* Custom page sizes must be asked for. */
TEST(row_16_nor_one_with_other_pages)
{
    static const struct part parts[] = {
        {"a", "(module (memory (export \"m\") 1 (pagesize 1)))"},
        {"b", "(module (import \"a\" \"m\" (memory 1)))"}};
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    struct side one;
    options.features = tn_features_all();
    side_begin(&one);
    CHECK_EQ(TN_E_TYPE, merge(&one, parts, 2, &options));
    check_says(&one, "pages of 1 bytes");
    side_end(&one);
}

/* Everything else that is compared when instances are linked. */
TEST(row_16_whatever_an_engine_compares_is_compared)
{
    static const char *const pairs[][2] = {
        {"(func (export \"x\"))", "(import \"a\" \"x\" (func (param i32)))"},
        {"(global (export \"x\") i32 (i32.const 0))",
         "(import \"a\" \"x\" (global (mut i32)))"},
        {"(global (export \"x\") (mut i32) (i32.const 0))",
         "(import \"a\" \"x\" (global i32))"},
        {"(global (export \"x\") i64 (i64.const 0))",
         "(import \"a\" \"x\" (global i32))"},
        {"(table (export \"x\") 1 externref)",
         "(import \"a\" \"x\" (table 1 funcref))"},
        {"(table (export \"x\") 1 funcref)",
         "(import \"a\" \"x\" (table 1 4 funcref))"},
        {"(table (export \"x\") 1 5 funcref)",
         "(import \"a\" \"x\" (table 1 4 funcref))"},
        {"(memory (export \"x\") 1)", "(import \"a\" \"x\" (memory 1 4))"},
        {"(tag (export \"x\") (param i32))",
         "(import \"a\" \"x\" (tag (param i64)))"},
        {"(type $t (sub (func))) (func (export \"x\") (type $t))",
         "(import \"a\" \"x\" (func))"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct part parts[] = {{"a", pairs[i][0]}, {"b", pairs[i][1]}};
        check_apart(TN_E_TYPE, parts, 2);
        check_refused(TN_E_TYPE, "b imports ", parts, 2);
    }
}

/* An item is what its definition says, not what an import on the way asks. */
TEST(row_16_what_is_exported_again_is_still_what_it_was)
{
    static const struct part memories[] = {
        {"a", "(module (memory (export \"m\") 2 5))"},
        {"b", "(module (import \"a\" \"m\" (memory 1)) (export \"n\" (memory "
              "0)))"},
        {"c", "(module (import \"b\" \"n\" (memory 2 5))"
              "(func (export \"get\") (result i32) (memory.size)))"}};
    static const struct part functions[] = {
        {"a", "(module (type $t (sub (func (result i32))))"
              "(type $u (sub $t (func (result i32))))"
              "(func (export \"f\") (type $u) (i32.const 3)))"},
        {"b", "(module (type $t (sub (func (result i32))))"
              "(import \"a\" \"f\" (func (type $t)))"
              "(export \"g\" (func 0)))"},
        {"c", "(module (type $t (sub (func (result i32))))"
              "(type $u (sub $t (func (result i32))))"
              "(import \"b\" \"g\" (func $g (type $u)))"
              "(func (export \"get\") (result i32) (call $g)))"}};
    check_same(memories, 3, "get");
    check_same(functions, 3, "get");
}

/* ---------------------------------------------------------- what comes out */

TEST(row_17_constants_are_folded)
{
    static const struct part parts[] = {
        {"a", "(module (global (export \"k\") i32 (i32.const 16)))"},
        {"b", "(module (import \"a\" \"k\" (global $k i32))"
              "(global $l i32 (global.get $k))"
              "(memory 1) (data (global.get $k) \"x\")"
              "(table 20 funcref) (elem (global.get $k) $f) (func $f)"
              "(func (export \"get\") (result i32)"
              "  (i32.add (i32.load8_u (global.get $l))"
              "    (ref.is_null (table.get (i32.const 16))))))"}};
    struct side one;
    check_same(parts, 2, "get");
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ('x', side_get(&one, "get"));
    /* Constant expressions of WebAssembly 2.0 know imported globals only. */
    tn_bytes bytes = tn_merged_module(one.merged);
    CHECK_EQ(TN_OK,
             tn_validate(bytes.at, bytes.size, tn_features_of("wasm2"), NULL));
    side_end(&one);
}

static tn_status give_77(tn_call *call, uint64_t *slots, void *env,
                         tn_error *err)
{
    (void)call, (void)env, (void)err;
    slots[0] = 77;
    return TN_OK;
}

TEST(row_18_a_module_that_imports_from_its_own_name_gets_its_own)
{
    static const struct part parts[] = {
        {"a", "(module (import \"a\" \"f\" (func $f (result i32)))"
              "(func (export \"f\") (result i32) (i32.const 3))"
              "(func (export \"get\") (result i32) (call $f)))"}};
    struct side apart, one;
    side_begin(&apart), side_begin(&one);
    CHECK_EQ(TN_OK, tn_imports_func(apart.world.imports, "a", "f",
                                    "() -> (i32)", give_77, NULL, NULL));
    CHECK_EQ(TN_OK, make_apart(&apart, parts, 1));
    CHECK_EQ(TN_OK, make_merged(&one, parts, 1, NULL));
    CHECK_EQ(77, side_get(&apart, "get"));
    CHECK_EQ(3, side_get(&one, "get"));
    CHECK(tells(&one, TN_NOTE_IMPORT, "a"));
    side_end(&apart), side_end(&one);
}

TEST(row_19_names_that_conflict_have_their_modules_before_them)
{
    static const char text[] =
        "(module (memory (export \"memory\") 1) (func (export \"go\")))";
    static const struct part parts[] = {
        {"a", text}, {"b", text}, {"c", text}, {"d", text}};
    static const char *const names[] = {"memory",   "go",   "b.memory", "b.go",
                                        "c.memory", "c.go", "d.memory", "d.go"};
    struct side one;
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 4, NULL));
    CHECK_EQ(8, tn_instance_export_count(one.instances[0]));
    for (size_t i = 0; i < 8; i++)
        CHECK(side_has(&one, names[i]));
    CHECK(tells(&one, TN_NOTE_EXPORT, "b"));
    CHECK(tells(&one, TN_NOTE_EXPORT, "d"));
    CHECK(!tells(&one, TN_NOTE_EXPORT, "a"));
    side_end(&one);
}

TEST(row_19_or_are_an_error)
{
    static const char text[] = "(module (memory (export \"memory\") 1))";
    static const struct part parts[] = {{"a", text}, {"b", text}};
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    struct side one;
    options.conflict = TN_CONFLICT_FAIL;
    side_begin(&one);
    CHECK_EQ(TN_E_AMBIGUOUS, merge(&one, parts, 2, &options));
    check_says(&one, "\"memory\"");
    side_end(&one);
}

TEST(row_20_only_what_is_asked_for_is_exported)
{
    static const struct part parts[] = {
        {"lib", "(module (func (export \"f\") (result i32) (i32.const 4))"
                "(func (export \"g\")) (memory (export \"memory\") 1))"},
        {"main", "(module (import \"lib\" \"f\" (func $f (result i32)))"
                 "(func (export \"get\") (result i32) (call $f)))"}};
    static const char *const patterns[] = {"main:*", "lib:g=other"};
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    struct side one;
    options.exports = patterns;
    options.export_count = 2;
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, &options));
    CHECK_EQ(2, tn_instance_export_count(one.instances[0]));
    CHECK_EQ(4, side_get(&one, "get"));
    CHECK(side_has(&one, "other"));
    side_end(&one);
}

/* ------------------------------------------------------------------- WASI */

#define PRINTS(text)                                             \
    "(module (import \"wasi_snapshot_preview1\" \"fd_write\""    \
    "  (func $w (param i32 i32 i32 i32) (result i32)))"          \
    "(memory (export \"memory\") 1)"                             \
    "(data (i32.const 0) \"\\10\\00\\00\\00\\02\\00\\00\\00\")"  \
    "(data (i32.const 16) \"" text "\")"                         \
    "(func (export \"_start\")"                                  \
    "  (drop (call $w (i32.const 1) (i32.const 0) (i32.const 1)" \
    "    (i32.const 8)))))"

struct printed {
    char text[64];
    size_t size;
};

static int64_t take_text(void *ctx, const void *bytes, size_t size)
{
    struct printed *printed = ctx;
    if (size > sizeof printed->text - 1 - printed->size)
        return -1;
    memcpy(printed->text + printed->size, bytes, size);
    printed->size += size;
    return (int64_t)size;
}

static void call_start(struct side *side, tn_instance *instance)
{
    tn_func *func;
    CHECK_EQ(TN_OK, tn_instance_func(instance, "_start", &func, NULL));
    CHECK_EQ(TN_OK, tn_func_call(func, NULL, 0, NULL, 0, &side->world.err));
}

/* What both print, apart or in one. */
static void print_both(bool is_merged, struct printed *out)
{
    static const struct part parts[] = {{"a", PRINTS("A\\n")},
                                        {"b", PRINTS("B\\n")}};
    struct side side;
    tn_wasi *wasi;
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    *out = (struct printed){.size = 0};
    config.stdio[1] = (tn_stream){.write = take_text, .ctx = out};
    options.with_wasi = true;
    side_begin(&side);
    CHECK_EQ(TN_OK, tn_wasi_new(side.world.engine, &config, &wasi, NULL));
    CHECK_EQ(TN_OK, tn_imports_wasi(side.world.imports, wasi, NULL));
    CHECK_EQ(TN_OK, is_merged ? make_merged(&side, parts, 2, &options)
                              : make_apart(&side, parts, 2));
    for (size_t i = 0; i < side.count; i++)
        call_start(&side, side.instances[i]);
    if (is_merged)
        CHECK(tells(&side, TN_NOTE_WASI, ""));
    tn_imports_free(side.world.imports);
    tn_store_free(side.world.store);
    tn_wasi_free(wasi);
    tn_engine_free(side.world.engine);
    if (side.merged != NULL)
        tn_merged_free(side.merged);
}

TEST(row_21_two_programs_print_what_they_print)
{
    struct printed apart, one;
    print_both(false, &apart);
    print_both(true, &one);
    CHECK_STR("A\nB\n", apart.text);
    CHECK_STR("A\nB\n", one.text);
}

/* Nobody would see the second one's output: that is not left to be found. */
TEST(row_21_without_shims_they_are_refused)
{
    static const struct part parts[] = {{"a", PRINTS("A\\n")},
                                        {"b", PRINTS("B\\n")}};
    struct side one;
    side_begin(&one);
    tn_status status = merge(&one, parts, 2, NULL);
    CHECK(status != TN_OK || tells(&one, TN_NOTE_WASI, "b"));
    side_end(&one);
}

TEST(row_22_what_is_needed_is_initialized_before_it_starts)
{
    static const struct part parts[] = {
        {"main", "(module " SEE "(import \"lib\" \"f\" (func $f (result i32)))"
                 "(func (export \"_start\") (call $see (call $f))))"},
        {"lib", "(module " SEE "(import \"base\" \"g\" (func $g (result i32)))"
                "(global $x (mut i32) (i32.const 0))"
                "(func (export \"_initialize\") (call $see (i32.const 2))"
                "  (global.set $x (call $g)))"
                "(func (export \"f\") (result i32) (global.get $x)))"},
        {"base", "(module " SEE "(global $y (mut i32) (i32.const 0))"
                 "(func (export \"_initialize\") (call $see (i32.const 1))"
                 "  (global.set $y (i32.const 40)))"
                 "(func (export \"g\") (result i32) (global.get $y)))"}};
    struct side one;
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 3, NULL));
    CHECK_EQ(0, one.seen_count);
    call_start(&one, one.instances[0]);
    CHECK_EQ(3, one.seen_count);
    CHECK_EQ(1, one.seen[0]);
    CHECK_EQ(2, one.seen[1]);
    CHECK_EQ(40, one.seen[2]);
    /* A host that would call it too, or refuse both, does not find it. */
    CHECK(!side_has(&one, "_initialize"));
    CHECK(!side_has(&one, "base._initialize"));
    CHECK(tells(&one, TN_NOTE_EXPORT, "lib"));
    side_end(&one);
}

/* Each command may be called by itself, or one after the other. */
TEST(row_22_several_commands_initialize_once)
{
    static const char command[] =
        "(module " SEE "(import \"lib\" \"f\" (func $f (result i32)))"
        "(func (export \"_start\") (call $see (call $f))))";
    static const struct part parts[] = {
        {"lib", "(module " SEE "(global $x (mut i32) (i32.const 0))"
                "(func (export \"_initialize\") (call $see (i32.const 1))"
                "  (global.set $x (i32.const 40)))"
                "(func (export \"f\") (result i32) (global.get $x)))"},
        {"a", command},
        {"b", command}};
    static const char *const names[] = {"b._start", "_start"};
    struct side one;
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 3, NULL));
    for (size_t i = 0; i < 2; i++) {
        tn_func *func;
        CHECK_EQ(TN_OK,
                 tn_instance_func(one.instances[0], names[i], &func, NULL));
        CHECK_EQ(TN_OK, tn_func_call(func, NULL, 0, NULL, 0, NULL));
    }
    CHECK_EQ(3, one.seen_count);
    CHECK_EQ(1, one.seen[0]);
    CHECK_EQ(40, one.seen[1]);
    CHECK_EQ(40, one.seen[2]);
    side_end(&one);
}

TEST(row_22_reactors_alone_have_one_initialize)
{
    static const char text[] =
        "(module " SEE
        "(func (export \"_initialize\") (call $see (i32.const 1))))";
    static const struct part parts[] = {{"a", text}, {"b", text}};
    struct side one;
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ(TN_OK, tn_instance_initialize(one.instances[0], &one.world.err));
    CHECK_EQ(2, one.seen_count);
    CHECK(!side_has(&one, "b._initialize"));
    side_end(&one);
}

/* ----------------------------------------------------------------- encoding */

static bool has_section(tn_bytes bytes, const char *name)
{
    tn_info *info;
    bool found = false;
    CHECK_EQ(TN_OK, tn_info_read(bytes.at, bytes.size, &info, NULL));
    for (size_t i = 0; i < tn_info_section_count(info); i++)
        found |= strcmp(tn_info_section(info, i).name, name) == 0;
    tn_info_free(info);
    return found;
}

TEST(row_23_dwarf_is_never_stale)
{
    static const struct part parts[] = {
        {"a", "(module (func) (@custom \".debug_info\" \"not read\")"
              "(@custom \".debug_line\" \"nor this\"))"},
        {"b", "(module (func (drop (i32.const 1)))"
              "(@custom \".debug_line\" \"nor this\"))"}};
    struct side one;
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK(!has_section(tn_merged_module(one.merged), ".debug_info"));
    CHECK(!has_section(tn_merged_module(one.merged), ".debug_line"));
    CHECK(has_note(&one, TN_NOTE_CUSTOM, "a"));
    CHECK(has_note(&one, TN_NOTE_CUSTOM, "b"));
    side_end(&one);
}

TEST(row_23_names_go_with_what_they_name)
{
    static const struct part parts[] = {
        {"a", "(module (func $one (export \"one\") (unreachable)))"},
        {"b", "(module (import \"host\" \"see\" (func $see (param i32)))"
              "(func $two (export \"two\") (call $see (i32.const 0))"
              "  (unreachable)))"}};
    static const char *const names[] = {"one", "two"};
    struct side one;
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    for (size_t i = 0; i < 2; i++) {
        tn_func *func;
        CHECK_EQ(TN_OK,
                 tn_instance_func(one.instances[0], names[i], &func, NULL));
        CHECK_EQ(TN_E_TRAP,
                 tn_func_call(func, NULL, 0, NULL, 0, &one.world.err));
        tn_frame frame = tn_store_trap_frame(one.world.store, 0);
        if (strstr(frame.function, names[i]) == NULL)
            FAIL("\"%s\" is not named %s", frame.function, names[i]);
    }
    side_end(&one);
}

/* Imports of one module could be written shorter, which few engines read. */
TEST(row_24_imports_are_written_as_every_engine_reads_them)
{
    static const struct part parts[] = {
        {"a", "(module (import \"env\" \"f\" (func))"
              "(import \"env\" \"g\" (func)) (import \"env\" \"h\" (func)))"},
        {"b", "(module (import \"env\" \"i\" (func)))"}};
    static const uint8_t want[] = {2, 0x21, 4,   3,   'e', 'n', 'v', 1,   'f',
                                   0, 0,    3,   'e', 'n', 'v', 1,   'g', 0,
                                   0, 3,    'e', 'n', 'v', 1,   'h', 0,   0,
                                   3, 'e',  'n', 'v', 1,   'i', 0,   0};
    struct side one;
    side_begin(&one);
    CHECK_EQ(TN_OK, merge(&one, parts, 2, NULL));
    tn_bytes bytes = tn_merged_module(one.merged);
    CHECK(memmem(bytes.at, bytes.size, want, sizeof want) != NULL);
    CHECK_EQ(TN_OK,
             tn_validate(bytes.at, bytes.size, tn_features_of("wasm1"), NULL));
    side_end(&one);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
