/* merge_test.c - modules in, one module out: each step of a merge, seen in the
 * text of what it makes. */
#include "rewrite/steps.h"

#include <stdlib.h>

#include "fault_alloc.h"
#include "tn_test.h"

enum {
    MOST_INPUTS = 4
};

/* Inputs are "name", "text", and so on, to a null. */
struct merge_try {
    tn_merge_input inputs[MOST_INPUTS];
    tn_text binaries[MOST_INPUTS];
    size_t count;
    tn_merge_options options;
    tn_merged *merged;
    tn_text text; /* of the result */
    tn_status status;
    tn_error err;
};

static void try_inputs(struct merge_try *t, const char *const *texts)
{
    const tn_merge_options none = TN_MERGE_OPTIONS_INIT;
    *t = (struct merge_try){.options = none};
    t->options.thread_count = 1;
    for (; texts[2 * t->count] != NULL; t->count++) {
        const char *text = texts[2 * t->count + 1];
        tn_text *binary = &t->binaries[t->count];
        CHECK_EQ(TN_OK, tn_module_parse(text, strlen(text), binary, &t->err));
        t->inputs[t->count] =
            (tn_merge_input){texts[2 * t->count], {binary->at, binary->size}};
    }
}

static void try_merge(struct merge_try *t)
{
    t->status = tn_merge(t->inputs, t->count, &t->options, &t->merged, &t->err);
    if (t->status != TN_OK)
        return;
    tn_bytes module = tn_merged_module(t->merged);
    CHECK_EQ(TN_OK,
             tn_validate(module.at, module.size, tn_features_all(), &t->err));
    CHECK_EQ(TN_OK, tn_module_print(module.at, module.size, &t->text, &t->err));
}

static void end_try(struct merge_try *t)
{
    for (size_t i = 0; i < t->count; i++)
        tn_text_free(&t->binaries[i]);
    tn_text_free(&t->text);
    tn_merged_free(t->merged);
}

#define INPUTS(...) ((const char *const[]){__VA_ARGS__, NULL})

#define MERGED(t, ...)                      \
    do {                                    \
        try_inputs(t, INPUTS(__VA_ARGS__)); \
        try_merge(t);                       \
        CHECK_STR("", (t)->err.text);       \
        CHECK_EQ(TN_OK, (t)->status);       \
    } while (0)

#define HAS(t, part)   CHECK(strstr((t)->text.at, part) != NULL)
#define LACKS(t, part) CHECK(strstr((t)->text.at, part) == NULL)

#define REFUSED(want_status, want, ...)       \
    do {                                      \
        struct merge_try t_;                  \
        try_inputs(&t_, INPUTS(__VA_ARGS__)); \
        try_merge(&t_);                       \
        CHECK_STR(want, t_.err.text);         \
        CHECK_EQ(want_status, t_.status);     \
        end_try(&t_);                         \
    } while (0)

static bool has_note(const struct merge_try *t, tn_merge_note_kind kind)
{
    for (size_t i = 0; i < tn_merged_note_count(t->merged); i++)
        if (tn_merged_note(t->merged, i)->kind == kind)
            return true;
    return false;
}

TEST(an_import_that_names_an_input_is_its_export)
{
    struct merge_try t;
    MERGED(&t, "a",
           "(import \"b\" \"f\" (func $f)) (import \"env\" \"log\" (func))"
           "(func (export \"run\") call $f)",
           "b",
           "(import \"env\" \"log\" (func $l)) (func (export \"f\") call $l)");
    HAS(&t, "(import \"env\" \"log\" (func");
    LACKS(&t, "(import \"b\"");
    CHECK_EQ(3, tn_merged_link_count(t.merged));
    CHECK_STR("b", tn_merged_link(t.merged, 0)->target);
    CHECK(tn_merged_link(t.merged, 1)->target == NULL);
    /* one import of the host's for both */
    CHECK(strstr(strstr(t.text.at, "\"log\"") + 1, "\"log\"") == NULL);
    end_try(&t);
}

TEST(what_an_input_lacks_is_an_error_that_names_it)
{
    REFUSED(TN_E_MISSING,
            "a imports function \"b\" \"f\", but b exports no such name "
            "(--bind a:b= leaves it to the host)",
            "a", "(import \"b\" \"f\" (func))", "b", "(module)");
    REFUSED(TN_E_TYPE,
            "a imports function \"b\" \"f\", but b exports a global under "
            "that name",
            "a", "(import \"b\" \"f\" (func))", "b",
            "(global (export \"f\") i32 (i32.const 1))");
    REFUSED(TN_E_TYPE,
            "a imports function \"b\" \"f\" as (i32) -> (), but b has it as "
            "() -> ()",
            "a", "(import \"b\" \"f\" (func (param i32)))", "b",
            "(func (export \"f\"))");
    REFUSED(TN_E_TYPE,
            "a imports memory \"b\" \"m\" as 2, but b has it as 1..3", "a",
            "(import \"b\" \"m\" (memory 2))", "b",
            "(memory (export \"m\") 1 3)");
    REFUSED(TN_E_TYPE,
            "a imports memory \"b\" \"m\" as 1..1 shared, but b has it as 1..1",
            "a", "(import \"b\" \"m\" (memory 1 1 shared))", "b",
            "(memory (export \"m\") 1 1)");
}

TEST(rings_without_an_end_are_named)
{
    REFUSED(TN_E_CYCLE,
            "a function that only imports give: b -> \"a\" \"f\", a -> \"b\" "
            "\"g\", and so on",
            "a", "(import \"b\" \"g\" (func)) (export \"f\" (func 0))", "b",
            "(import \"a\" \"f\" (func)) (export \"g\" (func 0))");
    REFUSED(TN_E_CYCLE,
            "globals whose values need one another: a.x needs b.y needs a.x",
            "a",
            "(import \"b\" \"y\" (global i32))"
            "(global (export \"x\") i32 (global.get 0))",
            "b",
            "(import \"a\" \"x\" (global i32))"
            "(global (export \"y\") i32 (global.get 0))");
    REFUSED(TN_E_AMBIGUOUS, "two inputs are named \"a\"", "a", "(module)", "a",
            "(module)");
}

TEST(functions_may_need_one_another)
{
    struct merge_try t;
    MERGED(&t, "a",
           "(import \"b\" \"odd\" (func $odd (param i32) (result i32)))"
           "(func (export \"even\") (param i32) (result i32)"
           " (call $odd (local.get 0)))",
           "b",
           "(import \"a\" \"even\" (func $even (param i32) (result i32)))"
           "(func (export \"odd\") (param i32) (result i32)"
           " (call $even (i32.const 1)))");
    LACKS(&t, "(import");
    end_try(&t);
}

TEST(values_of_imported_globals_stand_where_they_are_named)
{
    struct merge_try t;
    MERGED(&t, "a",
           "(import \"b\" \"at\" (global i32)) (memory 1)"
           "(global (export \"copy\") i32 (global.get 0))"
           "(data (global.get 0) \"x\")",
           "b", "(global (export \"at\") i32 (i32.const 7))");
    HAS(&t, "(data (;0;) (offset i32.const 7) \"x\")");
    LACKS(&t, "global.get");
    end_try(&t);
    /* an object is one object */
    MERGED(&t, "a",
           "(type (struct)) (import \"b\" \"o\" (global (ref 0)))"
           "(global (export \"copy\") (ref 0) (global.get 0))",
           "b",
           "(type (struct))"
           "(global (export \"o\") (ref 0) (struct.new 0))");
    HAS(&t, "global.get 0");
    end_try(&t);
}

TEST(segments_wait_for_start_functions_that_could_see_them)
{
    struct merge_try t;
    MERGED(&t, "a",
           "(memory (export \"m\") 1)"
           "(func $s (i32.store (i32.const 0) (i32.const 9))) (start $s)",
           "b", "(import \"a\" \"m\" (memory 1)) (data (i32.const 0) \"b\")");
    HAS(&t, "memory.init 0");
    HAS(&t, "data.drop 0");
    HAS(&t, "(data (;0;) \"b\")");
    end_try(&t);
    /* nobody could see */
    MERGED(&t, "a", "(func $s) (start $s)", "b",
           "(memory 1) (data (i32.const 0) \"b\")");
    LACKS(&t, "memory.init");
    HAS(&t, "(start $s)");
    end_try(&t);
    /* it may trap, after what the start function did */
    MERGED(&t, "a", "(func $s) (start $s)", "b",
           "(memory 1) (data (i32.const 65536) \"b\")");
    HAS(&t, "memory.init");
    CHECK(has_note(&t, TN_NOTE_TRAP));
    end_try(&t);
}

/* As an engine must make them: main cannot be there before lib. */
TEST(who_is_imported_comes_first)
{
    struct merge_try t;
    MERGED(&t, "main",
           "(import \"lib\" \"f\" (func $f)) (func $m call $f) (start $m)",
           "lib",
           "(memory 1) (data (i32.const 0) \"x\")"
           "(func (export \"f\")) (func $l nop) (start $l)");
    HAS(&t, "call $l\n    call $m)");
    LACKS(&t, "memory.init");
    end_try(&t);
    /* the later of two that write to one place has the last word */
    MERGED(&t, "main",
           "(import \"lib\" \"m\" (memory 1)) (data (i32.const 0) \"main\")",
           "lib", "(memory (export \"m\") 1) (data (i32.const 0) \"lib\")");
    HAS(&t, "\"lib\")\n  (data (;1;) (offset i32.const 0) \"main\")");
    end_try(&t);
    /* of a ring, the first that was given */
    MERGED(&t, "main", "(import \"b\" \"f\" (func)) (func $m) (start $m)", "a",
           "(import \"b\" \"f\" (func)) (func (export \"g\")) (func $a nop)"
           "(start $a)",
           "b",
           "(import \"a\" \"g\" (func)) (func (export \"f\")) (func $b nop nop)"
           "(start $b)");
    HAS(&t, "call $a\n    call $b\n    call $m)");
    end_try(&t);
}

TEST(start_functions_run_in_order)
{
    struct merge_try t;
    MERGED(&t, "a",
           "(import \"e\" \"p\" (func $p)) (func $s call $p) (start $s)", "b",
           "(import \"e\" \"p\" (func $p)) (func $t call $p call $p)"
           "(start $t)");
    HAS(&t, "call $s\n    call $t)");
    CHECK(has_note(&t, TN_NOTE_ORDER));
    end_try(&t);
}

TEST(later_exports_of_a_name_have_their_module_before_it)
{
    struct merge_try t;
    try_inputs(&t, INPUTS("a", "(memory (export \"m\") 1)", "b",
                          "(memory (export \"m\") 2)"));
    try_merge(&t);
    HAS(&t, "(export \"m\" (memory 0))");
    HAS(&t, "(export \"b.m\" (memory 1))");
    CHECK(has_note(&t, TN_NOTE_EXPORT));
    end_try(&t);
    try_inputs(&t, INPUTS("a", "(memory (export \"m\") 1)", "b",
                          "(memory (export \"m\") 2)"));
    t.options.conflict = TN_CONFLICT_FAIL;
    try_merge(&t);
    CHECK_EQ(TN_E_AMBIGUOUS, t.status);
    end_try(&t);
}

TEST(patterns_choose_what_is_exported)
{
    const char *patterns[] = {"b:g=h", "a:*"};
    struct merge_try t;
    try_inputs(&t, INPUTS("a", "(func (export \"f\") nop)", "b",
                          "(func (export \"g\")) (func (export \"x\"))"));
    t.options.exports = patterns;
    t.options.export_count = 2;
    try_merge(&t);
    HAS(&t, "(export \"h\" (func 1))\n  (export \"f\" (func 0))");
    LACKS(&t, "\"x\"");
    end_try(&t);
    try_inputs(&t, INPUTS("a", "(module)"));
    patterns[0] = "a:f";
    t.options.exports = patterns;
    t.options.export_count = 1;
    try_merge(&t);
    CHECK_STR("a exports no \"f\" that could be exported", t.err.text);
    end_try(&t);
}

TEST(a_pattern_for_all_inputs_skips_those_that_lack_it)
{
    const char *patterns[] = {"*:f"};
    struct merge_try t;
    try_inputs(
        &t, INPUTS("a", "(func (export \"g\"))", "b", "(func (export \"f\"))"));
    t.options.exports = patterns;
    t.options.export_count = 1;
    try_merge(&t);
    HAS(&t, "(export \"f\" (func 1))");
    LACKS(&t, "\"g\"");
    end_try(&t);
    try_inputs(&t, INPUTS("a", "(module)", "b", "(module)"));
    t.options.exports = patterns;
    t.options.export_count = 1;
    try_merge(&t);
    CHECK_EQ(TN_E_NOT_FOUND, t.status);
    CHECK_STR("no input exports a \"f\" that could be exported", t.err.text);
    end_try(&t);
}

/* Indices of definitions are followed, so they are looked at even then. */
TEST(what_is_trusted_is_code_only)
{
    static const char *const texts[] = {
        "(export \"f\" (func 0))", "(func) (start 1)",
        "(table 1 funcref) (elem (i32.const 0) func 7)",
        "(memory 1) (data (global.get 3) \"x\")",
        "(func (result i32) (i64.const 0))"};
    struct merge_try t;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        try_inputs(&t, INPUTS("a", texts[i]));
        t.options.is_trusted = true;
        try_merge(&t);
        CHECK_EQ(TN_E_INVALID, t.status);
        CHECK(strstr(t.err.text,
                     i == 4 ? "the result would not be valid" : "a: ") != NULL);
        end_try(&t);
    }
}

TEST(names_may_have_colons)
{
    const char *patterns[] = {"a:b:f", "a:b:c"};
    struct merge_try t;
    try_inputs(&t, INPUTS("a", "(func (export \"b:c\"))", "a:b",
                          "(func (export \"f\")) (func (export \"c\") nop)"));
    t.options.exports = patterns;
    t.options.export_count = 2;
    try_merge(&t);
    HAS(&t, "(export \"f\" (func 1))\n  (export \"c\" (func 2))");
    end_try(&t);
    try_inputs(&t, INPUTS("a", "(func (export \"b:c\"))"));
    t.options.exports = patterns + 1;
    t.options.export_count = 1;
    try_merge(&t);
    HAS(&t, "(export \"b:c\" (func 0))");
    end_try(&t);
}

TEST(names_that_are_not_utf_8_are_refused_before_the_merge)
{
    const char *patterns[] = {"a:f=\xff"};
    const tn_merge_memory memory = {"\xc0\x80", 1, 1};
    struct merge_try t;
    for (int i = 0; i < 4; i++) {
        try_inputs(&t, INPUTS(i == 0 ? "\xff" : "a",
                              "(func (export \"f\")) (memory 1)"));
        t.options.exports = patterns;
        t.options.export_count = i == 1;
        t.options.memories = &memory;
        t.options.memory_count = i == 2;
        t.options.name = i == 3 ? "\xed\xa0\x80" : NULL;
        try_merge(&t);
        CHECK_EQ(TN_E_MISUSE, t.status);
        end_try(&t);
    }
}

/* The export that declared it is not there any more. */
TEST(a_function_that_code_refers_to_stays_declared)
{
    struct merge_try t;
    static const char *const patterns[] = {"*:g"};
    try_inputs(&t, INPUTS("a", "(func $f (export \"f\") nop)"
                               "(func (export \"g\") (result funcref)"
                               "  (ref.func $f))"));
    t.options.exports = patterns;
    t.options.export_count = 1;
    try_merge(&t);
    CHECK_EQ(TN_OK, t.status);
    CHECK(strstr(t.text.at, "(elem (;0;) declare func $f)") != NULL);
    end_try(&t);
}

TEST(skipped_exports_still_answer_imports)
{
    struct merge_try t;
    try_inputs(&t, INPUTS("a", "(func (export \"f\") nop)", "b",
                          "(func (export \"f\") nop nop)", "c",
                          "(import \"b\" \"f\" (func $f)) (func call $f)"));
    t.options.conflict = TN_CONFLICT_SKIP;
    try_merge(&t);
    HAS(&t, "(func $f (;1;)");
    end_try(&t);
}

TEST(one_start_initializes_all_that_it_needs_first)
{
    struct merge_try t;
    MERGED(&t, "main",
           "(import \"lib\" \"f\" (func $f)) (func $m (export \"_start\") "
           "call $f)",
           "lib",
           "(import \"base\" \"g\" (func $g)) (func (export \"f\") call $g)"
           "(func $li (export \"_initialize\") nop)",
           "base",
           "(func (export \"g\")) (func $bi (export \"_initialize\") nop nop)");
    HAS(&t, "call $bi\n    call $li\n    call $m)");
    LACKS(&t, "(export \"_initialize\"");
    HAS(&t, "(export \"_start\" (func $main._start))");
    end_try(&t);
}

#define REACTOR "(func (export \"_initialize\") nop) (func (export \"f\"))"

TEST(reactors_are_initialized_whatever_is_exported)
{
    const char *patterns[] = {"main:*"};
    struct merge_try t;
    try_inputs(&t, INPUTS("main",
                          "(import \"lib\" \"f\" (func))"
                          "(func (export \"_start\") call 0)",
                          "lib", REACTOR));
    t.options.exports = patterns;
    t.options.export_count = 1;
    try_merge(&t);
    HAS(&t, "(func $main._start (;3;) (type 0)\n    call 1\n    call 0)");
    HAS(&t, "(export \"_start\" (func $main._start))");
    LACKS(&t, "(export \"_initialize\"");
    end_try(&t);
}

/* Without a command it is the host that must, and finds one that does. */
TEST(reactors_that_are_not_chosen_are_there_for_the_host)
{
    const char *patterns[] = {"main:*", "lib:_initialize=later"};
    struct merge_try t;
    for (size_t count = 1; count <= 2; count++) {
        try_inputs(&t, INPUTS("main",
                              "(import \"lib\" \"f\" (func))"
                              "(func (export \"run\") call 0)",
                              "lib", REACTOR));
        t.options.exports = patterns;
        t.options.export_count = count;
        try_merge(&t);
        if (count == 1)
            HAS(&t, "(export \"_initialize\" (func 1))");
        else
            LACKS(&t, "(export \"_initialize\"");
        LACKS(&t, "(export \"f\"");
        end_try(&t);
    }
}

TEST(equal_functions_types_and_imports_are_stored_once)
{
    struct merge_try t;
    MERGED(&t, "a",
           "(func $x (param i32) (result i32) (i32.add (local.get 0) "
           "(i32.const 5))) (func (export \"f\") (param i32) (result i32) "
           "(call $x (local.get 0)))",
           "b",
           "(func $y (param i32) (result i32) (i32.add (local.get 0) "
           "(i32.const 5))) (func (export \"g\") (param i32) (result i32) "
           "(call $y (local.get 0)))");
    CHECK(has_note(&t, TN_NOTE_SAME));
    LACKS(&t, "func $y");
    LACKS(&t, "(type (;1;)");
    end_try(&t);
}

TEST(bindings_say_what_a_name_means)
{
    struct merge_try t;
    const tn_merge_bind bind = {"a", "env", "b"};
    try_inputs(&t,
               INPUTS("a", "(import \"env\" \"f\" (func $f)) (func call $f)",
                      "b", "(func (export \"f\"))"));
    t.options.binds = &bind;
    t.options.bind_count = 1;
    try_merge(&t);
    LACKS(&t, "(import");
    end_try(&t);
    const tn_merge_bind host = {NULL, "b", NULL};
    try_inputs(&t, INPUTS("a", "(import \"b\" \"f\" (func $f)) (func call $f)",
                          "b", "(func (export \"f\"))"));
    t.options.binds = &host;
    t.options.bind_count = 1;
    try_merge(&t);
    HAS(&t, "(import \"b\" \"f\"");
    end_try(&t);
}

TEST(a_program_whose_memory_the_host_would_not_see_is_refused)
{
#define PRINTS                                                          \
    "(import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 " \
    "i32 i32 i32) (result i32))) (memory (export \"memory\") 1)"        \
    "(func (export \"_start\"))"
    REFUSED(TN_E_UNLINKABLE,
            "b uses WASI, whose host looks at the memory that is exported as "
            "\"memory\", and that is not its own (--wasi gives each program a "
            "shim)",
            "a", PRINTS, "b", PRINTS);
    struct merge_try t;
    try_inputs(&t, INPUTS("a", PRINTS, "b", PRINTS));
    t.options.with_wasi = true;
    try_merge(&t);
    CHECK_STR("", t.err.text);
    HAS(&t, "(export \"a._start\"");
    HAS(&t, "(export \"b._start\"");
    HAS(&t, "(export \"_start\"");
    HAS(&t, "(export \"b.memory\"");
    end_try(&t);
}

#define CALLS                                                             \
    "(import \"wasi_snapshot_preview1\" \"random_get\" (func (param i32 " \
    "i32) (result i32)))"

/* A library has its program's memory: what it calls WASI with is in that. */
TEST(who_shares_a_memory_shares_what_the_host_sees)
{
    struct merge_try t;
    try_inputs(&t, INPUTS("a", PRINTS, "lib",
                          CALLS "(import \"a\" \"memory\" (memory 1))"));
    t.options.with_wasi = true;
    try_merge(&t);
    CHECK_STR("", t.err.text);
    LACKS(&t, "memory.copy"); /* no shims */
    end_try(&t);
    try_inputs(&t, INPUTS("a", PRINTS, "lib",
                          CALLS "(import \"a\" \"memory\" (memory 1))", "b",
                          PRINTS));
    t.options.with_wasi = true;
    try_merge(&t);
    CHECK_STR("", t.err.text);
    HAS(&t, "(memory (;2;)"); /* a's, b's and the host's */
    LACKS(&t, "(memory (;3;)");
    /* The library's call is a copy to the program's memory, too. */
    LACKS(&t, "(export \"lib");
    end_try(&t);
}

TEST(a_program_that_shims_cannot_serve_is_named)
{
    struct merge_try t;
    try_inputs(&t, INPUTS("a", PRINTS, "b", CALLS "(memory 1)"));
    t.options.with_wasi = true;
    try_merge(&t);
    CHECK_EQ(TN_E_MISSING, t.status);
    CHECK_STR("b: it exports no memory \"memory\" for WASI to read",
              t.err.text);
    end_try(&t);
    REFUSED(TN_E_UNLINKABLE,
            "b uses WASI, whose host looks at the memory that is exported as "
            "\"memory\", and that is not its own (--wasi gives each program a "
            "shim)",
            "a", PRINTS, "b", CALLS "(memory 1)");
    REFUSED(TN_E_UNLINKABLE,
            "b uses WASI, whose host looks at the memory that is exported as "
            "\"memory\", and that is not its own (--wasi gives each program a "
            "shim)",
            "a", PRINTS, "b", CALLS);
}

/* It is the host's, which knows where to look. */
TEST(a_memory_that_the_host_made_is_no_matter)
{
    struct merge_try t;
    try_inputs(&t, INPUTS("a", CALLS "(import \"env\" \"m\" (memory 1))", "b",
                          "(memory 1)"));
    try_merge(&t);
    CHECK_STR("", t.err.text);
    end_try(&t);
}

TEST(a_target_that_lacks_what_is_needed_is_refused)
{
    struct merge_try t;
    try_inputs(&t, INPUTS("a", "(memory 1)", "b", "(memory 1)"));
    t.options.target = "wasm2";
    try_merge(&t);
    CHECK_EQ(TN_E_FEATURE, t.status);
    CHECK(strstr(t.err.text, "multi-memory") != NULL);
    end_try(&t);
}

/* Every kind of thing, with all steps of a merge. */
static const char *const rich[] = {
    "a",
    "(import \"b\" \"g\" (global i32)) (import \"e\" \"p\" (func $p))"
    "(memory (export \"m\") 1) (table 2 funcref) (tag (export \"t\"))"
    "(global (export \"x\") i32 (global.get 0)) (data (global.get 0) \"hi\")"
    "(elem (i32.const 0) $s $q) (func $s call $p) (func $q nop nop) (start $s)"
    "(func (export \"_initialize\")) (func $q2 nop nop)",
    "b",
    "(import \"a\" \"m\" (memory 1)) (import \"a\" \"t\" (tag $t))"
    "(global (export \"g\") i32 (i32.const 8)) (data (i32.const 1) \"yo\")"
    "(func (export \"_start\") (throw $t)) (memory (export \"memory\") 1)",
    NULL};

/* Segments that wait, types of GC, tags, sums of constants, twins, one _start
 * for two programs. */
static const char *const late[] = {
    "a",
    "(import \"env\" \"m\" (memory 1)) (import \"env\" \"g\" (global i32))"
    "(rec (type $s (sub (struct (field (mut (ref null $s))))))"
    "  (type $f (func (param (ref null $s)))))"
    "(global (export \"o\") (ref null $s) (struct.new_default $s))"
    "(global (export \"k\") i32 (i32.const 3))"
    "(table (export \"t\") 9 funcref) (tag (export \"e\") (type $f))"
    "(func $begin (drop (i32.load (i32.const 0)))) (start $begin)"
    "(func (export \"_start\") nop)",
    "b",
    "(rec (type $s (sub (struct (field (mut (ref null $s))))))"
    "  (type $f (func (param (ref null $s)))))"
    "(import \"env\" \"m\" (memory 1)) (import \"a\" \"t\" (table 9 funcref))"
    "(import \"a\" \"o\" (global (ref null $s)))"
    "(import \"a\" \"k\" (global $k i32)) (import \"a\" \"e\" (tag (type $f)))"
    "(data (i32.add (global.get $k) (i32.const 1)) \"late\")"
    "(elem (offset (global.get $k)) funcref (ref.func $twin) (ref.null func))"
    "(global (ref null $s) (global.get 0))"
    "(func $twin nop nop) (func $other nop nop) (start $other)"
    "(func (export \"_start\") nop nop nop)",
    NULL};

static const char *const programs[] = {
    "a",
    "(import \"wasi_snapshot_preview1\" \"fd_write\""
    " (func (param i32 i32 i32 i32) (result i32)))"
    "(memory (export \"memory\") 1) (func (export \"_start\"))",
    "b",
    "(import \"wasi_snapshot_preview1\" \"args_get\""
    " (func (param i32 i32) (result i32)))"
    "(memory (export \"memory\") 1) (func (export \"_start\") nop)",
    NULL};

/* Sets that are refused, each for a reason of its own. */
static const char *const missing[] = {"a", "(module)", "b",
                                      "(import \"a\" \"x\" (func))", NULL};
static const char *const mistyped[] = {
    "a", "(memory (export \"x\") 1) (func $s) (start $s)", "b",
    "(import \"a\" \"x\" (memory i64 2 3))", NULL};
static const char *const ring[] = {
    "a", "(import \"b\" \"y\" (func)) (export \"x\" (func 0))", "b",
    "(import \"a\" \"x\" (func)) (export \"y\" (func 0))", NULL};
static const char *const global_ring[] = {
    "a",
    "(import \"b\" \"y\" (global i32))"
    "(global (export \"x\") i32 (global.get 0))",
    "b",
    "(import \"a\" \"x\" (global i32))"
    "(global (export \"y\") i32 (global.get 0))",
    NULL};
static const char *const namesakes[] = {"a", "(module)", "a", "(module)", NULL};
static const char *const object[] = {
    "a", "(type $s (struct)) (global (export \"o\") (ref $s) (struct.new $s))",
    "b",
    "(type $s (struct)) (import \"a\" \"o\" (global (ref $s)))"
    "(table 1 (ref $s) (global.get 0))",
    NULL};

static const struct {
    const char *const *texts;
    tn_status status;
    bool with_wasi;
} without_memory[] = {
    {rich, TN_OK, false},
    {late, TN_OK, false},
    {programs, TN_OK, true},
    {programs, TN_E_UNLINKABLE, false},
    {missing, TN_E_MISSING, false},
    {mistyped, TN_E_TYPE, false},
    {ring, TN_E_CYCLE, false},
    {global_ring, TN_E_CYCLE, false},
    {namesakes, TN_E_AMBIGUOUS, false},
    {object, TN_E_UNLINKABLE, false},
};

/* Merges with an allocator that fails; nothing may be left of it. */
static tn_status merge_by(const struct merge_try *t, struct fault *fault)
{
    tn_allocator alloc = fault_allocator(fault);
    tn_merged *merged;
    tn_error err = {0};
    tn_status status =
        tn_rw_merge(t->inputs, t->count, &t->options, &alloc, &merged, &err);
    CHECK_EQ(status, err.status);
    CHECK_EQ(status == TN_OK, merged != NULL);
    tn_merged_free(merged);
    CHECK_EQ(0, fault->live);
    CHECK_EQ(0, fault->wrong_size);
    return status;
}

TEST(a_request_that_fails_leaves_nothing)
{
    for (size_t i = 0; i < sizeof without_memory / sizeof *without_memory;
         i++) {
        struct merge_try t;
        tn_status status = TN_E_NOMEM;
        try_inputs(&t, without_memory[i].texts);
        t.options.with_wasi = without_memory[i].with_wasi;
        for (size_t n = 0; status == TN_E_NOMEM; n++) {
            struct fault fault = fault_at(n);
            status = merge_by(&t, &fault);
        }
        CHECK_EQ(without_memory[i].status, status);
        end_try(&t);
    }
}

TEST(one_request_that_fails_is_not_ignored)
{
    for (size_t i = 0; i < sizeof without_memory / sizeof *without_memory;
         i++) {
        struct merge_try t;
        struct fault fault = {.requests = SIZE_MAX};
        try_inputs(&t, without_memory[i].texts);
        t.options.with_wasi = without_memory[i].with_wasi;
        for (size_t n = 0; fault.requests > n; n++) {
            fault = fault_once(n);
            tn_status status = merge_by(&t, &fault);
            CHECK_EQ(fault.requests > n ? TN_E_NOMEM : without_memory[i].status,
                     status);
        }
        end_try(&t);
    }
}

/* What stands outside of code is looked at always, and code is not trusted to
 * name what is there. */
TEST(inputs_that_are_trusted_wrongly_are_refused)
{
    static const char *const wrong[] = {
        "(export \"f\" (func 9))",
        "(start 9)",
        "(table 1 funcref) (elem (i32.const 0) func 9)",
        "(data (memory 5) (i32.const 0) \"x\")",
        "(global i32 (global.get 7))",
        "(global (ref null 9) (ref.null 9))",
        "(func (local (ref null 9)))",
        "(func call 9)",
        "(func drop)",
        "(func (call_indirect (type 9) (i32.const 0)))",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct merge_try t;
        try_inputs(&t, INPUTS("a", wrong[i], "b", "(func)"));
        t.options.is_trusted = true;
        try_merge(&t);
        CHECK_EQ(TN_E_INVALID, t.status);
        end_try(&t);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
