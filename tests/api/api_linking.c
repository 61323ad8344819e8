/* api_linking.c - what the conformance scripts elem and linking ask: every
 * form of element segment, and instances that share functions, globals,
 * tables and memories, also with one that failed to come up. */
#include "build_module.h"
#include "rows.h"

#define I32(n) ((uint32_t)(n))
#define NONE   TN_TRAP_UNINITIALIZED_ELEMENT
#define PAST   TN_TRAP_UNDEFINED_ELEMENT

/* An instance of `text`, which others import from as `name`. */
static tn_instance *world_named(struct world *world, const char *name,
                                const char *text)
{
    tn_instance *instance = world_instance(world, text);
    CHECK_EQ(TN_OK,
             tn_imports_instance(world->imports, name, instance, &world->err));
    return instance;
}

/* `text` cannot become an instance, because of a trap of this kind. */
static void world_traps(struct world *world, const char *text,
                        tn_trap_kind kind)
{
    tn_instance *instance;
    CHECK_EQ(TN_E_TRAP, world_try(world, text, &instance));
    CHECK(instance == NULL);
    CHECK_EQ(kind, tn_store_trap_kind(world->store));
}

/* Two functions in a table of 10 by each of the eight forms. */
TEST(element_segments_have_eight_forms)
{
#define WITH(elem) \
    "1:01 60 00 00;3:01 00;4:02 70 00 01 70 00 01;9:" elem ";10:01 (00 0b)"
    static const struct {
        const char *module;
        bool valid;
    } rows[] = {
        {WITH("01 00 41 00 0b 01 00"), true},
        {WITH("01 01 00 01 00"), true},
        {WITH("01 02 01 41 00 0b 00 01 00"), true},
        {WITH("01 03 00 01 00"), true},
        {WITH("01 04 41 00 0b 01 d2 00 0b"), true},
        {WITH("01 05 70 01 d2 00 0b"), true},
        {WITH("01 05 6f 01 d0 6f 0b"), true},
        {WITH("01 06 01 41 00 0b 70 01 d2 00 0b"), true},
        {WITH("01 07 70 02 d2 00 0b d0 70 0b"), true},
        {WITH("01 08 00 01 00"), false},
        {WITH("01 01 01 01 00"), false},             /* elemkind 1 */
        {WITH("01 00 41 00 0b 01 01"), false},       /* function 1 */
        {WITH("01 02 02 41 00 0b 00 01 00"), false}, /* table 2 */
        {WITH("01 04 41 00 0b 01 d0 6f 0b"), false}, /* externref */
        {WITH("01 06 00 41 00 0b 6f 01 d0 6f 0b"), false},
        {WITH("01 04 41 00 0b 01 41 00 0b"), false}, /* i32 */
        {WITH("01 04 41 00 0b 01 d2 00 d2 00 0b"), false},
        {WITH("01 04 41 00 0b 01 10 00 0b"), false}, /* call */
        {WITH("01 05 70 01 0b"), false},
    };
#undef WITH
    struct world w;
    world_begin(&w, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct built_module m = build_module(rows[i].module);
        tn_instance *instance;
        tn_status status =
            bytes_try(&w, (tn_bytes){m.bytes, m.size}, &instance);
        if ((status == TN_OK) != rows[i].valid)
            FAIL("%s: %s", rows[i].module, w.err.text);
    }
    world_end(&w);
}

#define NOT(text)                         \
    {                                     \
        "(module " text ")", TN_E_INVALID \
    }

TEST(element_segments_need_a_table_and_a_constant_offset)
{
    static const struct verdict rows[] = {
        NOT("(func $f) (elem (i32.const 0) $f)"),
        NOT("(table 1 funcref) (elem (offset (i64.const 0)))"),
        NOT("(table 1 funcref) (elem (offset (ref.null func)))"),
        NOT("(table 1 funcref) (elem (offset))"),
        NOT("(table 1 funcref) (elem (offset (i32.const 0) (i32.const 0)))"),
        NOT("(table 1 funcref) (elem (offset (i32.ctz (i32.const 0))))"),
        NOT("(table 1 funcref) (elem (offset (nop)))"),
        NOT("(table 1 funcref) (elem (offset (i32.const 0) (nop)))"),
        NOT("(global (import \"m\" \"g\") (mut i32))"
            " (table 1 funcref) (elem (offset (global.get 0)))"),
        NOT("(table 1 funcref) (elem (offset (global.get 0)))"),
        NOT("(table 1 externref) (func $f) (elem (i32.const 0) $f)"),
        NOT("(table 1 funcref) (elem (i32.const 0) externref"
            " (ref.null extern))"),
        NOT("(table $t 1 externref) (elem $e funcref (ref.null func))"
            " (func (table.init $t $e (i32.const 0) (i32.const 0)"
            " (i32.const 1)))"),
        NOT("(table $t 1 funcref) (elem $e externref (ref.null extern))"
            " (func (table.init $t $e (i32.const 0) (i32.const 0)"
            " (i32.const 1)))"),
    };
    CHECK_VERDICTS(rows);
}

TEST(element_segments_must_fit)
{
    static const char *const fit[] = {
        "(module (table 10 funcref) (func $f) (elem (i32.const 9) $f))",
        "(module (table 0 funcref) (elem (i32.const 0)))",
        "(module (table 0 0 funcref) (elem (i32.const 0)))",
        "(module (table 20 funcref) (elem (i32.const 20)))",
        ("(module (import \"m\" \"t\" (table 0 funcref)) (func $f)"
         " (elem (i32.const 9) $f))"),
    };
    static const char *const past[] = {
        "(module (table 0 funcref) (func $f) (elem (i32.const 0) $f))",
        "(module (table 0 1 funcref) (func $f) (elem (i32.const 0) $f))",
        "(module (table 0 funcref) (elem (i32.const 1)))",
        "(module (table 10 funcref) (func $f) (elem (i32.const 10) $f))",
        "(module (table 10 20 funcref) (func $f) (elem (i32.const 10) $f))",
        "(module (table 10 funcref) (func $f) (elem (i32.const -1) $f))",
        "(module (table 10 funcref) (func $f) (elem (i32.const -10) $f))",
        ("(module (import \"m\" \"t\" (table 0 funcref)) (func $f)"
         " (elem (i32.const 10) $f))"),
    };
    struct world w;
    world_begin(&w, NULL);
    world_named(&w, "m", "(module (table (export \"t\") 10 funcref))");
    for (size_t i = 0; i < sizeof fit / sizeof *fit; i++)
        world_instance(&w, fit[i]);
    for (size_t i = 0; i < sizeof past / sizeof *past; i++)
        world_traps(&w, past[i], TN_TRAP_TABLE_BOUNDS);
    world_end(&w);
}

TEST(active_and_declared_segments_are_dropped_at_once)
{
    static const struct row rows[] = {
        {"active", {0}, 0, TN_TRAP_TABLE_BOUNDS},
        {"active", {1}, 0, 0},
        {"declared", {0}, 0, TN_TRAP_TABLE_BOUNDS},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(
        &w, "(module (table 10 funcref) (func $f)"
            "  (elem $a (i32.const 0) func $f) (elem $d declare func $f)"
            "  (func (export \"active\") (param i32) (table.init $a"
            "    (i32.const 0) (i32.const 0) (i32.eqz (local.get 0))))"
            "  (func (export \"declared\") (param i32) (table.init $d"
            "    (i32.const 0) (i32.const 0) (i32.const 1))))");
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

TEST(elements_come_from_functions_globals_and_sums)
{
    static const struct row rows[] = {
        {"call", {9}, 66, 0}, /* the later of two */
        {"call", {7}, 65, 0},         {"call", {6}, 0, NONE},
        {"call", {3}, 42, 0}, /* an imported global holds it */
        {"call", {4}, 67, 0}, /* 2 * (666 - 665 + 1) */
        {"call", {0}, 0, NONE},       {"call", {10}, 0, PAST},
        {"call", {I32(-1)}, 0, PAST},
    };
    struct world w;
    world_begin(&w, NULL);
    world_named(&w, "m",
                "(module (func $f (result i32) (i32.const 42))"
                "  (global (export \"f\") funcref (ref.func $f))"
                "  (global (export \"n\") i32 (i32.const 666)))");
    tn_instance *instance = world_instance(
        &w, "(module (global $g (import \"m\" \"f\") funcref)"
            "  (global $n (import \"m\" \"n\") i32)"
            "  (type $i (func (result i32))) (table 10 funcref)"
            "  (elem (i32.const 9) $a)"
            "  (elem (i32.const 6) funcref (ref.null func) (ref.func $a))"
            "  (elem (i32.const 9) funcref (ref.func $b))"
            "  (elem (offset (i32.add (i32.const 1) (i32.const 2))) funcref"
            "    (global.get $g))"
            "  (elem (offset (i32.mul (i32.const 2) (i32.add (i32.sub"
            "    (global.get $n) (i32.const 665)) (i32.const 1)))) funcref"
            "    (ref.func $c))"
            "  (func $a (result i32) (i32.const 65))"
            "  (func $b (result i32) (i32.const 66))"
            "  (func $c (result i32) (i32.const 67))"
            "  (func (export \"call\") (param i32) (result i32)"
            "    (call_indirect (type $i) (local.get 0))))");
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

TEST(functions_and_globals_can_be_exported_again)
{
    static const struct row through[] = {
        {"own", {0}, 43, 0},      {"get", {0}, 42, 0},
        {"get-mut", {0}, 142, 0}, {"set-mut", {241}, 0, 0},
        {"get-mut", {0}, 241, 0}, {"call-get", {0}, 42, 0},
    };
    static const struct row origin[] = {{"get-mut", {0}, 241, 0}};
    static const struct {
        const char *text;
        tn_status status;
    } imports[] = {
        {"(module (import \"n\" \"mut\" (global (mut i32))))", TN_OK},
        {"(module (import \"m\" \"mut\" (global i32)))", TN_E_TYPE},
        {"(module (import \"m\" \"glob\" (global (mut i32))))", TN_E_TYPE},
        {"(module (import \"m\" \"glob\" (global i64)))", TN_E_TYPE},
        {"(module (import \"n\" \"get\" (func (result i32))))", TN_OK},
        {"(module (import \"n\" \"get\" (func (result i64))))", TN_E_TYPE},
        {"(module (import \"n\" \"get\" (func)))", TN_E_TYPE},
        {"(module (import \"n\" \"set-mut\" (func (param i64))))", TN_E_TYPE},
        {"(module (import \"n\" \"get\" (global i32)))", TN_E_TYPE},
        {"(module (import \"n\" \"none\" (func)))", TN_E_MISSING},
    };
    struct world w;
    tn_extern item;
    world_begin(&w, NULL);
    tn_instance *m =
        world_named(&w, "m",
                    "(module (global $g (export \"glob\") i32 (i32.const 42))"
                    "  (global $m (export \"mut\") (mut i32) (i32.const 142))"
                    "  (func (export \"get\") (result i32) (global.get $g))"
                    "  (func (export \"get-mut\") (result i32) (global.get $m))"
                    "  (func (export \"set-mut\") (param i32)"
                    "    (global.set $m (local.get 0))))");
    tn_instance *n = world_named(
        &w, "n",
        "(module (global $g (import \"m\" \"glob\") i32)"
        "  (global $m (import \"m\" \"mut\") (mut i32))"
        "  (func $get (import \"m\" \"get\") (result i32))"
        "  (func $get-mut (import \"m\" \"get-mut\") (result i32))"
        "  (func $set-mut (import \"m\" \"set-mut\") (param i32))"
        "  (global $own i32 (i32.const 43))"
        "  (export \"glob\" (global $g)) (export \"mut\" (global $m))"
        "  (export \"get\" (func $get)) (export \"get-mut\" (func $get-mut))"
        "  (export \"set-mut\" (func $set-mut))"
        "  (func (export \"own\") (result i32) (global.get $own))"
        "  (func (export \"call-get\") (result i32) (call $get)))");
    CHECK_ROWS(&w, n, through);
    CHECK_ROWS(&w, m, origin);
    CHECK_EQ(TN_OK, tn_instance_export(n, "mut", &item, &w.err));
    CHECK_EQ(241, tn_global_get(item.of.global).of.i32);
    for (size_t i = 0; i < sizeof imports / sizeof *imports; i++) {
        tn_instance *instance;
        CHECK_EQ(imports[i].status, world_try(&w, imports[i].text, &instance));
    }
    world_end(&w);
}

static const char table_owner[] =
    "(module (type $i (func (result i32)))"
    "  (table (export \"tab\") 10 funcref) (elem (i32.const 2) $g $g $g $g)"
    "  (func $g (result i32) (i32.const 4))"
    "  (func (export \"h\") (result i32) (i32.const -4))"
    "  (func (export \"call\") (param i32) (result i32)"
    "    (call_indirect (type $i) (local.get 0))))";

TEST(a_shared_table_calls_into_whoever_filled_it)
{
    static const struct row own[] = {
        {"call", {2}, 5, 0},       {"call", {1}, 5, 0},
        {"call", {3}, I32(-4), 0}, {"call", {4}, 0, TN_TRAP_INDIRECT_TYPE},
        {"call", {7}, 0, PAST},    {"through", {2}, 4, 0},
        {"through", {1}, 0, NONE}, {"through", {20}, 0, PAST},
    };
    static const struct row shared[] = {
        {"call", {3}, 4, 0},    {"call", {2}, I32(-4), 0}, {"call", {1}, 6, 0},
        {"call", {0}, 0, NONE}, {"call", {20}, 0, PAST},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *owner = world_named(&w, "m", table_owner);
    tn_instance *n = world_instance(
        &w, "(module (type $i (func (result i32)))"
            "  (func $f (import \"m\" \"call\") (param i32) (result i32))"
            "  (func $h (import \"m\" \"h\") (result i32))"
            "  (table 5 5 funcref) (elem (i32.const 0) $g $g $g $h $f)"
            "  (func $g (result i32) (i32.const 5))"
            "  (func (export \"through\") (param i32) (result i32)"
            "    (call $f (local.get 0)))"
            "  (func (export \"call\") (param i32) (result i32)"
            "    (call_indirect (type $i) (local.get 0))))");
    CHECK_ROWS(&w, n, own);
    tn_instance *o =
        world_instance(&w, "(module (type $i (func (result i32)))"
                           "  (func $h (import \"m\" \"h\") (result i32))"
                           "  (table (import \"m\" \"tab\") 5 funcref)"
                           "  (elem (i32.const 1) $i $h)"
                           "  (func $i (result i32) (i32.const 6))"
                           "  (func (export \"call\") (param i32) (result i32)"
                           "    (call_indirect (type $i) (local.get 0))))");
    CHECK_ROWS(&w, o, shared);
    CHECK_ROWS(&w, owner, shared);
    world_end(&w);
}

TEST(segments_before_the_one_that_fails_stay)
{
    static const struct row before[] = {{"call", {7}, 0, NONE}};
    static const struct row after[] = {
        {"call", {7}, 9, 0},
        {"call", {8}, 0, NONE},
        {"call", {9}, 0, NONE},
    };
    static const struct row later[] = {{"call", {7}, 10, 0}};
    struct world w;
    tn_instance *instance;
    world_begin(&w, NULL);
    tn_instance *owner = world_named(&w, "m", table_owner);
    CHECK_EQ(TN_E_MISSING,
             world_try(&w,
                       "(module (table (import \"m\" \"tab\") 10 funcref)"
                       "  (memory (import \"m\" \"mem\") 1)"
                       "  (func $f) (elem (i32.const 7) $f))",
                       &instance));
    CHECK_ROWS(&w, owner, before);
    world_traps(&w,
                "(module (table (import \"m\" \"tab\") 10 funcref)"
                "  (func $f (result i32) (i32.const 9))"
                "  (elem (i32.const 7) $f) (elem (i32.const 8) $f $f $f))",
                TN_TRAP_TABLE_BOUNDS);
    CHECK_ROWS(&w, owner, after);
    world_traps(&w,
                "(module (table (import \"m\" \"tab\") 10 funcref)"
                "  (func $f (result i32) (i32.const 10))"
                "  (elem (i32.const 7) $f)"
                "  (memory 1) (data (i32.const 0x10000) \"d\"))",
                TN_TRAP_MEMORY_BOUNDS);
    CHECK_ROWS(&w, owner, later);
    world_end(&w);
}

TEST(a_table_of_externref_is_filled_from_outside)
{
    static const struct row set[] = {
        {"get", {0}, 0, 0},  {"set", {0, 42}, 0, 0}, {"set", {1, 137}, 0, 0},
        {"get", {0}, 42, 0}, {"get", {1}, 137, 0},
    };
    static const struct row nulled[] = {
        {"get", {0}, 0, 0},
        {"get", {1}, 137, 0},
    };
    struct world w;
    tn_instance *instance;
    world_begin(&w, NULL);
    tn_instance *owner =
        world_named(&w, "m",
                    "(module (table $t (export \"t\") 2 externref)"
                    "  (func (export \"get\") (param i32) (result externref)"
                    "    (table.get $t (local.get 0)))"
                    "  (func (export \"set\") (param i32 externref)"
                    "    (table.set $t (local.get 0) (local.get 1))))");
    CHECK_ROWS(&w, owner, set);
    world_instance(&w, "(module (import \"m\" \"t\" (table 2 externref))"
                       "  (elem (i32.const 0) externref (ref.null extern)))");
    CHECK_ROWS(&w, owner, nulled);
    CHECK_EQ(TN_E_TYPE,
             world_try(&w, "(module (import \"m\" \"t\" (table 2 funcref)))",
                       &instance));
    world_end(&w);
}

static const char memory_owner[] =
    "(module (memory (export \"mem\") 1 5)"
    "  (data (i32.const 10) \"\\00\\01\\02\\03\\04\\05\\06\\07\\08\\09\")"
    "  (func (export \"load\") (param i32) (result i32)"
    "    (i32.load8_u (local.get 0))))";

TEST(a_shared_memory_grows_for_all)
{
    static const struct row first[] = {{"load", {12}, 2, 0}};
    static const struct row shared[] = {
        {"load", {12}, 0xa7, 0},
        {"load", {0xffff}, 0x61, 0},
        {"load", {0x10000}, 0, TN_TRAP_MEMORY_BOUNDS},
    };
    static const struct row own[] = {
        {"load", {12}, 0xf2, 0},
        {"through", {12}, 0xa7, 0},
    };
    static const struct row grown[] = {
        {"grow", {0}, 1, 0},       {"grow", {2}, 1, 0}, {"grow", {0}, 3, 0},
        {"grow", {1}, 3, 0},       {"grow", {1}, 4, 0}, {"grow", {0}, 5, 0},
        {"grow", {1}, I32(-1), 0}, {"grow", {0}, 5, 0},
    };
    static const struct row after[] = {
        {"load", {5 * 65536 - 1}, 0, 0},
        {"load", {5 * 65536}, 0, TN_TRAP_MEMORY_BOUNDS},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *owner = world_named(&w, "m", memory_owner);
    CHECK_ROWS(&w, owner, first);
    tn_instance *n = world_instance(
        &w, "(module (func $m (import \"m\" \"load\") (param i32) (result i32))"
            "  (memory 1) (data (i32.const 10) \"\\f0\\f1\\f2\\f3\\f4\\f5\")"
            "  (func (export \"load\") (param i32) (result i32)"
            "    (i32.load8_u (local.get 0)))"
            "  (func (export \"through\") (param i32) (result i32)"
            "    (call $m (local.get 0))))");
    world_instance(&w, "(module (memory (import \"m\" \"mem\") 1)"
                       "  (data (i32.const 12) \"\\a7\"))");
    world_instance(&w, "(module (memory (import \"m\" \"mem\") 0)"
                       "  (data (i32.const 0xffff) \"a\"))");
    world_traps(&w,
                "(module (memory (import \"m\" \"mem\") 0)"
                "  (data (i32.const 0x10000) \"a\"))",
                TN_TRAP_MEMORY_BOUNDS);
    CHECK_ROWS(&w, owner, shared);
    CHECK_ROWS(&w, n, own);
    tn_instance *p =
        world_instance(&w, "(module (memory (import \"m\" \"mem\") 1 8)"
                           "  (func (export \"grow\") (param i32) (result i32)"
                           "    (memory.grow (local.get 0))))");
    CHECK_ROWS(&w, p, grown);
    CHECK_ROWS(&w, owner, after);
    world_end(&w);
}

TEST(data_before_what_fails_stays)
{
    static const struct row before[] = {{"load", {0}, 0, 0}};
    static const struct row after[] = {
        {"load", {0}, 97, 0},
        {"load", {65530}, 0, 0}, /* of a segment that half fits, nothing */
    };
    static const struct row later[] = {{"load", {0}, 100, 0}};
    struct world w;
    tn_instance *instance;
    world_begin(&w, NULL);
    tn_instance *owner = world_named(&w, "m", memory_owner);
    CHECK_EQ(TN_E_MISSING,
             world_try(&w,
                       "(module (memory (import \"m\" \"mem\") 1)"
                       "  (table (import \"m\" \"tab\") 0 funcref)"
                       "  (data (i32.const 0) \"abc\"))",
                       &instance));
    CHECK_ROWS(&w, owner, before);
    world_traps(&w,
                "(module (memory (import \"m\" \"mem\") 1)"
                "  (data (i32.const 0) \"abc\")"
                "  (data (i32.const 65530) \"zzzzzzzzzz\"))",
                TN_TRAP_MEMORY_BOUNDS);
    CHECK_ROWS(&w, owner, after);
    world_traps(&w,
                "(module (memory (import \"m\" \"mem\") 1)"
                "  (data (i32.const 0) \"def\")"
                "  (table 0 funcref) (func $f) (elem (i32.const 0) $f))",
                TN_TRAP_TABLE_BOUNDS);
    CHECK_ROWS(&w, owner, after); /* elements come before data */
    world_traps(&w,
                "(module (memory (import \"m\" \"mem\") 1)"
                "  (data (i32.const 0) \"def\") (func $s unreachable)"
                "  (start $s))",
                TN_TRAP_UNREACHABLE);
    CHECK_ROWS(&w, owner, later);
    world_end(&w);
}

/* A function of an instance that never came up can still be called. */
TEST(what_was_written_before_a_start_function_traps_stays)
{
    static const struct row rows[] = {
        {"memory", {0}, 104, 0},
        {"table", {0}, 0xdead, 0},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *owner = world_named(
        &w, "m",
        "(module (type $i (func (result i32))) (memory (export \"mem\") 1)"
        "  (table (export \"tab\") 1 funcref)"
        "  (func (export \"memory\") (result i32)"
        "    (i32.load8_u (i32.const 0)))"
        "  (func (export \"table\") (result i32)"
        "    (call_indirect (type $i) (i32.const 0))))");
    world_traps(&w,
                "(module (import \"m\" \"mem\" (memory 1))"
                "  (import \"m\" \"tab\" (table 1 funcref))"
                "  (data (i32.const 0) \"hello\") (elem (i32.const 0) $f)"
                "  (func $f (result i32) (i32.const 0xdead))"
                "  (func $s unreachable) (start $s))",
                TN_TRAP_UNREACHABLE);
    CHECK_ROWS(&w, owner, rows);
    world_end(&w);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
