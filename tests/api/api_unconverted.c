/* api_unconverted.c - what the conformance scripts if, br_if, select, global
 * and memory64 ask of instructions, in modules of our own. */
#include "build_module.h"
#include "rows.h"

#define I32(n) ((uint32_t)(n))
#define I64(n) ((uint64_t)(n))

TEST(if_takes_either_arm)
{
    static const struct row rows[] = {
        {"empty", {0}, 0, 0},
        {"empty", {I32(-2)}, 0, 0},
        {"value", {0}, 8, 0},
        {"value", {1}, 7, 0},
        {"value", {I32(-10)}, 7, 0},
        {"value", {0x80000000}, 7, 0},
        {"one-arm", {0}, 1, 0},
        {"one-arm", {5}, 2, 0},
        {"nested", {0, 0}, 11, 0},
        {"nested", {1, 0}, 10, 0},
        {"nested", {0, I32(-100)}, 10, 0},
        {"nested", {3, 2}, 9, 0},
        {"multi", {0}, I64(-6), 0},
        {"multi", {13}, 6, 0},
        {"params", {0}, I32(-1), 0},
        {"params", {1}, 3, 0},
        {"params-id", {0}, 3, 0},
        {"params-id", {1}, 3, 0},
        {"params-break", {0}, I32(-1), 0},
        {"params-break", {1}, 3, 0},
        {"break", {0}, 21, 0},
        {"break", {1}, 18, 0},
        {"effects", {1}, I32(-14), 0},
        {"effects", {0}, I32(-6), 0},
        {"condition", {0}, 3, 0},
        {"condition", {1}, 2, 0},
        {"returns", {0}, 5, 0},
        {"returns", {1}, 4, 0},
        {"traps", {0}, 9, 0},
        {"traps", {1}, 0, TN_TRAP_UNREACHABLE},
        {"folded", {0}, 0, 0},
    };
    static const char text[] =
        "(module"
        "  (func (export \"empty\") (param i32)"
        "    (if (local.get 0) (then)) (if (local.get 0) (then) (else)))"
        "  (func (export \"value\") (param i32) (result i32)"
        "    (if (result i32) (local.get 0) (then (i32.const 7))"
        "      (else (i32.const 8))))"
        "  (func (export \"one-arm\") (param i32) (result i32) (local i32)"
        "    (local.set 1 (i32.const 1))"
        "    (if (local.get 0) (then (local.set 1 (i32.const 2))))"
        "    (local.get 1))"
        "  (func (export \"nested\") (param i32 i32) (result i32)"
        "    (if (result i32) (local.get 0)"
        "      (then (if (result i32) (local.get 1) (then (i32.const 9))"
        "        (else (i32.const 10))))"
        "      (else (if (result i32) (local.get 1) (then (i32.const 10))"
        "        (else (i32.const 11))))))"
        "  (func (export \"multi\") (param i32) (result i64) (local i64)"
        "    (if (result i32 i64 i32) (local.get 0)"
        "      (then (i32.const 1) (i64.const 2) (i32.const 3))"
        "      (else (i32.const -1) (i64.const -2) (i32.const -3)))"
        "    (local.set 1 (i64.extend_i32_s)) (local.set 1 (i64.add (local.get "
        "1)))"
        "    (i64.extend_i32_s) (i64.add (local.get 1)))"
        "  (func (export \"params\") (param i32) (result i32)"
        "    (i32.const 1) (i32.const 2)"
        "    (if (param i32 i32) (result i32) (local.get 0) (then (i32.add))"
        "      (else (i32.sub))))"
        "  (func (export \"params-id\") (param i32) (result i32)"
        "    (i32.const 1) (i32.const 2)"
        "    (if (param i32 i32) (result i32 i32) (local.get 0) (then))"
        "    (i32.add))"
        "  (func (export \"params-break\") (param i32) (result i32)"
        "    (i32.const 1) (i32.const 2)"
        "    (if (param i32 i32) (result i32) (local.get 0)"
        "      (then (i32.add) (br 0)) (else (i32.sub) (br 0))))"
        "  (func (export \"break\") (param i32) (result i32)"
        "    (if (result i32) (local.get 0)"
        "      (then (br 0 (i32.const 18)) (br 0 (i32.const 19)))"
        "      (else (br 0 (i32.const 21)) (i32.const 20))))"
        "  (func (export \"effects\") (param i32) (result i32) (local i32)"
        "    (if (block (result i32) (local.set 1 (i32.const 1)) (local.get 0))"
        "      (then (local.set 1 (i32.mul (local.get 1) (i32.const 2)))"
        "        (local.set 1 (i32.mul (local.get 1) (i32.const -7))))"
        "      (else (local.set 1 (i32.mul (local.get 1) (i32.const -6)))))"
        "    (local.get 1))"
        "  (func (export \"condition\") (param i32) (result i32)"
        "    (if (result i32) (if (result i32) (local.get 0)"
        "        (then (i32.const 1)) (else (i32.const 0)))"
        "      (then (i32.const 2)) (else (i32.const 3))))"
        "  (func (export \"returns\") (param i32) (result i32)"
        "    (if (local.get 0) (then (return (i32.const 4)))) (i32.const 5))"
        "  (func (export \"traps\") (param i32) (result i32)"
        "    (if (result i32) (local.get 0) (then (unreachable))"
        "      (else (i32.const 9))))"
        "  (func (export \"folded\") (param i32)"
        "    (i32.const 1) (i32.eqz) (if (then unreachable) (else))))";
    struct world w;
    world_begin(&w, NULL);
    CHECK_ROWS(&w, world_instance(&w, text), rows);
    world_end(&w);
}

#define BODY(params, text)                                  \
    {                                                       \
        "(module (func " params " " text "))", TN_E_INVALID \
    }

TEST(arms_must_leave_what_is_declared)
{
    static const struct verdict rows[] = {
        BODY("", "(if (then))"),
        BODY("", "(if (i64.const 1) (then))"),
        BODY("", "(if (i32.const 1) (then (i32.const 1)))"),
        BODY("", "(if (i32.const 1) (then) (else (i32.const 1)))"),
        BODY("", "(i32.const 1) (if (i32.const 1) (then (drop)))"),
        BODY("(result i32)", "(if (result i32) (i32.const 1) (then))"),
        BODY("(result i32)",
             "(if (result i32) (i32.const 1) (then (i32.const 1)))"),
        BODY("(result i32)", "(if (result i32) (i32.const 1)"
                             " (then (i32.const 1)) (else))"),
        BODY("(result i32)", "(if (result i32) (i32.const 1)"
                             " (then (i64.const 1)) (else (i32.const 1)))"),
        BODY("(result i32)", "(if (result i32) (i32.const 1)"
                             " (then (br 0)) (else (i32.const 1)))"),
        BODY("(result i32)", "(if (result i32 i32) (i32.const 1)"
                             " (then (i32.const 1)) (else (i32.const 1)))"),
        BODY("(result i32)", "(if (param i32) (result i32) (i32.const 1)"
                             " (then) (else))"),
        BODY("(result i64)", "(i32.const 0) (if (param i32) (result i64)"
                             " (i32.const 1) (then (drop) (i64.const 1)))"),
        BODY("", "(if (i32.const 1) (then (br 2)))"),
        {"(module (func (result i32) (if (result i32) (i32.const 1)"
         " (then (unreachable)) (else (br 0 (i32.const 1))))))",
         TN_OK},
        {"(module (func (i32.const 1) (if (param i32) (result i32)"
         " (i32.const 1) (then)) (drop)))",
         TN_OK},
    };
    CHECK_VERDICTS(rows);
}

TEST(br_if_branches_with_its_values)
{
    static const struct row rows[] = {
        {"i32", {1}, 10, 0},
        {"i32", {0}, 11, 0},
        {"i64", {I32(-1)}, 10, 0},
        {"i64", {0}, 11, 0},
        {"f32", {1}, 0x41200000, 0},
        {"f32", {0}, 0x41300000, 0},
        {"f64", {1}, 0x4024000000000000, 0},
        {"f64", {0}, 0x4026000000000000, 0},
        {"pair", {0}, 3, 0},
        {"pair", {1}, 12, 0},
        {"keeps", {0}, 1, 0},
        {"keeps", {1}, 1, 0},
        {"outer", {0}, 25, 0},
        {"outer", {1}, 17, 0},
        {"sum", {0}, 0, 0},
        {"sum", {10}, 55, 0},
        {"function", {0}, 6, 0},
        {"function", {3}, 5, 0},
        {"compared", {4, 5}, 1, 0},
        {"compared", {5, 5}, 0, 0},
        {"compared", {I32(-1), 5}, 1, 0},
    };
    static const char text[] =
        "(module"
        "  (func (export \"i32\") (param i32) (result i32) (block (result i32)"
        "    (drop (br_if 0 (i32.const 10) (local.get 0))) (i32.const 11)))"
        "  (func (export \"i64\") (param i32) (result i64) (block (result i64)"
        "    (drop (br_if 0 (i64.const 10) (local.get 0))) (i64.const 11)))"
        "  (func (export \"f32\") (param i32) (result f32) (block (result f32)"
        "    (drop (br_if 0 (f32.const 10) (local.get 0))) (f32.const 11)))"
        "  (func (export \"f64\") (param i32) (result f64) (block (result f64)"
        "    (drop (br_if 0 (f64.const 10) (local.get 0))) (f64.const 11)))"
        "  (func (export \"pair\") (param i32) (result i32)"
        "    (block (result i32 i32)"
        "      (i32.const 5) (i32.const 7) (br_if 0 (local.get 0))"
        "      (drop) (drop) (i32.const 1) (i32.const 2)) (i32.add))"
        "  (func (export \"keeps\") (param i32) (result i32)"
        "    (block (result i32) (br_if 0 (i32.const 1) (local.get 0))))"
        "  (func (export \"outer\") (param i32) (result i32)"
        "    (i32.add (i32.const 1) (block (result i32)"
        "      (i32.add (i32.const 8) (block (result i32)"
        "        (drop (i32.const 99))"
        "        (drop (br_if 1 (i32.const 16) (local.get 0)))"
        "        (i32.const 16))))))"
        "  (func (export \"sum\") (param i32) (result i32) (local i32)"
        "    (block $out (loop $again"
        "      (br_if $out (i32.eqz (local.get 0)))"
        "      (local.set 1 (i32.add (local.get 1) (local.get 0)))"
        "      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)"
        "        )))))"
        "    (local.get 1))"
        "  (func (export \"function\") (param i32) (result i32)"
        "    (drop (br_if 0 (i32.const 5) (local.get 0))) (i32.const 6))"
        "  (func (export \"compared\") (param i32 i32) (result i32)"
        "    (block (br_if 0 (i32.lt_s (local.get 0) (local.get 1)))"
        "      (return (i32.const 0))) (i32.const 1)))";
    struct world w;
    world_begin(&w, NULL);
    CHECK_ROWS(&w, world_instance(&w, text), rows);
    world_end(&w);
}

TEST(br_if_needs_its_condition_its_values_and_its_label)
{
    static const struct verdict rows[] = {
        BODY("", "(block (br_if 0))"),
        BODY("", "(block (br_if 0 (i64.const 0)))"),
        BODY("", "(block (br_if 0 (f32.const 0)))"),
        BODY("", "(i32.const 0) (block (br_if 0))"),
        BODY("", "(br_if 1 (i32.const 1))"),
        BODY("", "(block (block (br_if 5 (i32.const 1))))"),
        BODY("", "(br_if 0x10000001 (i32.const 1))"),
        BODY("(result i32)", "(block (result i32) (br_if 0 (i32.const 1)))"),
        BODY("(result i32)", "(block (result i32)"
                             " (br_if 0 (i64.const 1) (i32.const 1))"
                             " (i32.const 1))"),
        BODY("(result i64)", "(block (result i64)"
                             " (br_if 0 (i32.const 1) (i32.const 1))"
                             " (drop) (i64.const 1))"),
        BODY("", "(block (result i32) (br_if 0 (i32.const 1) (i32.const 1)))"),
        BODY("(param externref)", "(block (br_if 0 (local.get 0)))"),
        {"(module (func (unreachable) (br_if 0)))", TN_OK},
        {"(module (func (result i32) (unreachable) (br_if 0)))", TN_OK},
    };
    CHECK_VERDICTS(rows);
}

TEST(select_gives_the_bits_of_one_operand)
{
    enum {
        NAN_ODD = 0x7f820304,
        NAN_PLAIN = 0x7fc00000
    };
    static const struct row rows[] = {
        {"i32", {1, 2, 1}, 1, 0},
        {"i32", {1, 2, 0}, 2, 0},
        {"i64", {2, 1, I32(-1)}, 2, 0},
        {"i64", {2, 1, 0xf0f0f0f0}, 2, 0},
        {"i64", {2, I64(-1), 0}, I64(-1), 0},
        {"f32", {NAN_PLAIN, 1, 1}, NAN_PLAIN, 0},
        {"f32", {NAN_ODD, 1, 1}, NAN_ODD, 0},
        {"f32", {NAN_ODD, 1, 0}, 1, 0},
        {"f32", {2, NAN_ODD, 0}, NAN_ODD, 0},
        {"f64", {0x7ff0000000020304, 1, 1}, 0x7ff0000000020304, 0},
        {"f64", {1, 0x7ff0000000020304, 0}, 0x7ff0000000020304, 0},
        {"f64", {1, 0x7ff0000000020304, 5}, 1, 0},
        {"i32-t", {1, 2, 1}, 1, 0},
        {"i32-t", {1, 2, 0}, 2, 0},
        {"i64-t", {2, 1, 0xf0f0f0f0}, 2, 0},
        {"f32-t", {2, NAN_ODD, 0}, NAN_ODD, 0},
        {"f64-t", {1, 0x7ff0000000020304, 0}, 0x7ff0000000020304, 0},
        {"externref", {1, 2, 1}, 1, 0},
        {"externref", {1, 2, 0}, 2, 0},
        {"funcref", {1}, 1, 0},
        {"funcref", {0}, 0, 0},
        {"trap-left", {1}, 0, TN_TRAP_UNREACHABLE},
        {"trap-left", {0}, 0, TN_TRAP_UNREACHABLE},
        {"trap-right", {1}, 0, TN_TRAP_UNREACHABLE},
        {"trap-right", {0}, 0, TN_TRAP_UNREACHABLE},
        {"unreached", {0}, 0, TN_TRAP_UNREACHABLE},
        {"nested", {0}, 3, 0},
        {"nested", {1}, 2, 0},
        {"address", {0}, 42, 0},
        {"address", {1}, 0, 0},
        {"index", {0}, 0, TN_TRAP_UNDEFINED_ELEMENT},
        {"compared", {0}, 20, 0},
        {"compared", {9}, 10, 0},
    };
    static const char text[] =
        "(module (memory 1) (data (i32.const 4) \"\\2a\")"
        "  (type $v (func)) (table 1 funcref)"
        "  (func $f) (elem declare func $f)"
        "  (func (export \"i32\") (param i32 i32 i32) (result i32)"
        "    (select (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"i64\") (param i64 i64 i32) (result i64)"
        "    (select (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"f32\") (param f32 f32 i32) (result f32)"
        "    (select (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"f64\") (param f64 f64 i32) (result f64)"
        "    (select (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"i32-t\") (param i32 i32 i32) (result i32)"
        "    (select (result i32) (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"i64-t\") (param i64 i64 i32) (result i64)"
        "    (select (result i64) (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"f32-t\") (param f32 f32 i32) (result f32)"
        "    (select (result f32) (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"f64-t\") (param f64 f64 i32) (result f64)"
        "    (select (result f64) (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"externref\") (param externref externref i32)"
        "    (result externref) (select (result externref)"
        "      (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"funcref\") (param i32) (result funcref)"
        "    (select (result funcref)"
        "      (ref.func $f) (ref.null func) (local.get 0)))"
        "  (func (export \"trap-left\") (param i32) (result i32)"
        "    (select (unreachable) (i32.const 0) (local.get 0)))"
        "  (func (export \"trap-right\") (param i32) (result i32)"
        "    (select (i32.const 0) (unreachable) (local.get 0)))"
        "  (func (export \"unreached\") (result i64)"
        "    (unreachable) (select) (drop) (i64.const 0) (i32.const 0)"
        "    (select) (i64.add))"
        "  (func (export \"nested\") (param i32) (result i32)"
        "    (select (i32.const 2) (i32.const 3)"
        "      (select (i32.const 1) (i32.const 0) (local.get 0))))"
        "  (func (export \"address\") (param i32) (result i32)"
        "    (i32.load (select (i32.const 0) (i32.const 4) (local.get 0))))"
        "  (func (export \"index\") (param i32)"
        "    (call_indirect (type $v)"
        "      (select (i32.const 2) (i32.const 3) (local.get 0))))"
        "  (func (export \"compared\") (param i32) (result i32)"
        "    (select (i32.const 10) (i32.const 20)"
        "      (i32.gt_u (local.get 0) (i32.const 4)))))";
    struct world w;
    world_begin(&w, NULL);
    CHECK_ROWS(&w, world_instance(&w, text), rows);
    world_end(&w);
}

TEST(select_needs_two_alike_and_an_i32)
{
    static const struct verdict rows[] = {
        BODY("", "(drop (select (i32.const 1) (i64.const 1) (i32.const 1)))"),
        BODY("", "(drop (select (i32.const 1) (f32.const 1) (i32.const 1)))"),
        BODY("", "(drop (select (f32.const 1) (f64.const 1) (i32.const 1)))"),
        BODY("", "(drop (select (i32.const 1) (i32.const 1) (i64.const 1)))"),
        BODY("", "(drop (select (i32.const 1) (i32.const 1) (f64.const 1)))"),
        BODY("", "(select) (drop)"),
        BODY("", "(i32.const 0) (i32.const 0) (select) (drop)"),
        BODY("", "(i32.const 0) (i32.const 0) (block (i32.const 0) (select)"
                 " (drop))"),
        BODY("(result i32)",
             "(select (i64.const 1) (i64.const 1) (i32.const 1))"),
        BODY("(param externref)",
             "(drop (select (local.get 0) (local.get 0) (i32.const 1)))"),
        BODY("(param funcref)", "(drop (unreachable) (select (local.get 0)"
                                " (i32.const 1)))"),
        BODY("(param externref funcref)",
             "(drop (select (result funcref) (local.get 0) (local.get 1)"
             " (i32.const 1)))"),
        BODY("", "(drop (select (result i64) (i32.const 1) (i32.const 1)"
                 " (i32.const 1)))"),
        {"(module (func (result i32) unreachable select))", TN_OK},
        {"(module (func (result i32) unreachable select select select))",
         TN_OK},
        {"(module (func (drop (ref.is_null (select (unreachable)"
         " (i32.const 1))))))",
         TN_OK},
    };
    CHECK_VERDICTS(rows);
}

/* `select t*` in bytes, which says how many types follow: none, or two. */
TEST(select_has_exactly_one_type)
{
    static const char *const bodies[] = {
        "1:01 60 00 00;3:01 00;10:01 (00 41 00 41 00 41 00 1c 00 1a 0b)",
        "1:01 60 00 00;3:01 00;"
        "10:01 (00 41 00 41 00 41 00 41 00 41 00 1c 02 7f 7f 1a 1a 0b)",
    };
    for (size_t i = 0; i < 2; i++) {
        struct built_module m = build_module(bodies[i]);
        CHECK(tn_validate(m.bytes, m.size, tn_features_default(), NULL) !=
              TN_OK);
    }
}

TEST(globals_begin_as_their_expressions_say)
{
    static const struct row rows[] = {
        {"a", {0}, I32(-2), 0},
        {"b", {0}, I64(-5), 0},
        {"c", {0}, 0xc0400000, 0},         /* -3 */
        {"d", {0}, 0xc010000000000000, 0}, /* -4 */
        {"imported", {0}, 666, 0},
        {"sum", {0}, 42, 0},
        {"sum64", {0}, 43, 0},
        {"imported-sum", {0}, 708, 0},
        {"earlier", {0}, I32(-1), 0},
        {"extern", {0}, 0, 0},
        {"func", {0}, 1, 0},
        {"x", {0}, I32(-12), 0},
        {"set-x", {6}, 0, 0},
        {"x", {0}, 6, 0},
        {"y", {0}, I64(-15), 0},
        {"set-y", {UINT64_C(1) << 40}, 0, 0},
        {"y", {0}, UINT64_C(1) << 40, 0},
        {"set-f", {0x7f820304}, 0, 0},
        {"f", {0}, 0x7f820304, 0},
        {"set-extern", {10}, 0, 0},
        {"mut-extern", {0}, 10, 0},
        {"x", {0}, 6, 0},
        {"square", {0}, 36, 0},
        {"index", {0}, 0, TN_TRAP_UNDEFINED_ELEMENT},
        {"elem", {0}, 0, 0},
        {"elem", {4}, 1, 0},
        {"elem", {8}, 1, 0},
        {"data", {4}, 0x44444444, 0},
        {"data", {8}, 0x88888888, 0},
    };
    static const char text[] =
        "(module (global $i (import \"m\" \"i\") i32)"
        "  (global $a i32 (i32.const -2)) (global $c f32 (f32.const -3))"
        "  (global $d f64 (f64.const -4)) (global $b i64 (i64.const -5))"
        "  (global $x (mut i32) (i32.const -12))"
        "  (global $f (mut f32) (f32.const -13))"
        "  (global $y (mut i64) (i64.const -15))"
        "  (global $z i32 (global.get $i))"
        "  (global $s i32 (i32.add (i32.sub (i32.mul (i32.const 20)"
        "    (i32.const 2)) (i32.const 2)) (i32.const 4)))"
        "  (global $t i64 (i64.add (i64.sub (i64.mul (i64.const 20)"
        "    (i64.const 2)) (i64.const 2)) (i64.const 5)))"
        "  (global $u i32 (i32.add (global.get $i) (i32.const 42)))"
        "  (global $e i32 (i32.add (global.get $a) (i32.const 1)))"
        "  (global $r externref (ref.null extern))"
        "  (global $m (mut externref) (ref.null extern))"
        "  (global $fn funcref (ref.func $fun))"
        "  (global $four i32 (i32.const 4)) (global $eight i32 (i32.const 8))"
        "  (func $fun) (table $tab 10 funcref) (memory 1) (type $v (func))"
        "  (elem (global.get $four) funcref (ref.func $fun))"
        "  (elem (global.get $eight) funcref (global.get $fn))"
        "  (data (global.get $four) \"\\44\\44\\44\\44\")"
        "  (data (global.get $eight) \"\\88\\88\\88\\88\")"
        "  (func (export \"a\") (result i32) (global.get $a))"
        "  (func (export \"b\") (result i64) (global.get $b))"
        "  (func (export \"c\") (result f32) (global.get $c))"
        "  (func (export \"d\") (result f64) (global.get $d))"
        "  (func (export \"imported\") (result i32) (global.get $z))"
        "  (func (export \"sum\") (result i32) (global.get $s))"
        "  (func (export \"sum64\") (result i64) (global.get $t))"
        "  (func (export \"imported-sum\") (result i32) (global.get $u))"
        "  (func (export \"earlier\") (result i32) (global.get $e))"
        "  (func (export \"extern\") (result externref) (global.get $r))"
        "  (func (export \"func\") (result funcref) (global.get $fn))"
        "  (func (export \"x\") (result i32) (global.get $x))"
        "  (func (export \"set-x\") (param i32) (global.set $x (local.get 0)))"
        "  (func (export \"y\") (result i64) (global.get $y))"
        "  (func (export \"set-y\") (param i64) (global.set $y (local.get 0)))"
        "  (func (export \"f\") (result f32) (global.get $f))"
        "  (func (export \"set-f\") (param f32) (global.set $f (local.get 0)))"
        "  (func (export \"mut-extern\") (result externref) (global.get $m))"
        "  (func (export \"set-extern\") (param externref)"
        "    (global.set $m (local.get 0)))"
        "  (func (export \"square\") (result i32)"
        "    (i32.mul (global.get $x) (global.get $x)))"
        "  (func (export \"index\")"
        "    (call_indirect (type $v) (i32.add (global.get $x) (i32.const 4))))"
        "  (func (export \"elem\") (param i32) (result funcref)"
        "    (table.get $tab (local.get 0)))"
        "  (func (export \"data\") (param i32) (result i32)"
        "    (i32.load (local.get 0))))";
    struct world w;
    tn_val value = {.kind = TN_I32, .of.i32 = 666};
    tn_extern item = {.kind = TN_EXTERN_GLOBAL};
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK,
             tn_global_new(w.store, value, false, &item.of.global, &w.err));
    CHECK_EQ(TN_OK, tn_imports_define(w.imports, "m", "i", item, &w.err));
    CHECK_ROWS(&w, world_instance(&w, text), rows);
    world_end(&w);
}

#define NOT(text)                         \
    {                                     \
        "(module " text ")", TN_E_INVALID \
    }

TEST(globals_need_constant_expressions_of_their_type)
{
    static const struct verdict rows[] = {
        NOT("(global f32 (f32.const 0)) (func (global.set 0 (f32.const 1)))"),
        NOT("(import \"m\" \"i\" (global i32))"
            " (func (global.set 0 (i32.const 1)))"),
        NOT("(global f32 (f32.neg (f32.const 0)))"),
        NOT("(global f32 (local.get 0))"),
        NOT("(global i32 (i32.ctz (i32.const 0)))"),
        NOT("(global i32 (i32.const 0) (nop))"),
        NOT("(global i32 (nop))"),
        NOT("(global i32 (f32.const 0))"),
        NOT("(global i32 (i32.const 0) (i32.const 0))"),
        NOT("(global i32)"),
        NOT("(global externref (ref.null func))"),
        NOT("(import \"\" \"\" (global externref)) (global funcref"
            " (global.get 0))"),
        NOT("(global i32 (global.get 0))"),
        NOT("(global i32 (global.get 1)) (global i32 (i32.const 0))"),
        NOT("(import \"m\" \"i\" (global (mut i32)))"
            " (global i32 (global.get 0))"),
        NOT("(global (mut i32) (i32.const 0)) (global i32 (global.get 0))"),
        NOT("(func (result i32) (global.get 0))"),
        NOT("(global i32 (i32.const 0)) (func (drop (global.get 1)))"),
        NOT("(func (global.set 0 (i32.const 0)))"),
        NOT("(global (mut i32) (i32.const 0)) (func (global.set 0))"),
        NOT("(global (mut i32) (i32.const 0))"
            " (func (i32.const 0) (block (global.set 0)))"),
        NOT("(global (mut i32) (i32.const 0))"
            " (func (global.set 0 (i64.const 0)))"),
        {"(module (global (export \"a\") (mut f32) (f32.const 0)))", TN_OK},
        {"(module (global i32 (i32.const 0)) (global i32 (global.get 0)))",
         TN_OK},
    };
    /* Mutability is 0 or 1; first defined, then imported ("m" "i"). */
    static const char *const malformed[] = {
        "6:01 7f 02 41 00 0b",
        "6:01 7f ff 41 00 0b",
        "2:01 01 6d 01 69 03 7f 02",
    };
    CHECK_VERDICTS(rows);
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        struct built_module m = build_module(malformed[i]);
        CHECK_EQ(TN_E_MALFORMED,
                 tn_validate(m.bytes, m.size, tn_features_default(), NULL));
    }
}

TEST(wide_memories_load_and_store)
{
    static const struct row rows[] = {
        {"byte", {0}, 0x41, 0},
        {"byte", {3}, 0xa7, 0},
        {"byte", {6}, 0, 0},
        {"byte", {20}, 0x57, 0},
        {"byte", {23}, 0x4d, 0},
        {"byte", {65535}, 0, 0},
        {"byte", {65536}, 0, TN_TRAP_MEMORY_BOUNDS},
        {"byte", {UINT64_C(1) << 32}, 0, TN_TRAP_MEMORY_BOUNDS},
        {"byte", {UINT64_MAX}, 0, TN_TRAP_MEMORY_BOUNDS},
        {"i32_8s", {0x3456cdef}, 0xffffffef, 0},
        {"i32_8u", {0x3456cdef}, 0xef, 0},
        {"i32_16s", {0x3456cdef}, 0xffffcdef, 0},
        {"i32_16u", {0x3456cdef}, 0xcdef, 0},
        {"i64_8s", {0x3456436598bacdef}, 0xffffffffffffffef, 0},
        {"i64_8u", {0x3456436598bacdef}, 0xef, 0},
        {"i64_16s", {0x3456436598bacdef}, 0xffffffffffffcdef, 0},
        {"i64_16u", {0x3456436598bacdef}, 0xcdef, 0},
        {"i64_32s", {0x3456436598bacdef}, 0xffffffff98bacdef, 0},
        {"i64_32u", {0x3456436598bacdef}, 0x98bacdef, 0},
        {"i64_32s", {0xfedcba9856346543}, 0x56346543, 0},
        {"cast", {I64(-12345)}, I64(-12345), 0},
        {"size", {0}, 1, 0},
        {"grow", {UINT64_C(1) << 48}, UINT64_MAX, 0},
        {"grow", {UINT64_MAX}, UINT64_MAX, 0},
        {"grow", {1}, 1, 0},
        {"grow", {0}, 2, 0},
        {"grow", {2}, UINT64_MAX, 0},
        {"byte", {65536}, 0, 0},
    };
#define PAIR(name, type, store, load)                                \
    "(func (export \"" name "\") (param " type ") (result " type ")" \
    " (" type "." store " (i64.const 8) (local.get 0))"              \
    " (" type "." load " (i64.const 8)))"
    static const char text[] =
        "(module (memory i64 1 3) (data (i64.const 0) \"ABC\\a7D\")"
        "  (data (i64.const 20) \"WASM\")"
        "  (func (export \"byte\") (param i64) (result i32)"
        "    (i32.load8_u (local.get 0)))"
        "  (func (export \"size\") (result i64) (memory.size))"
        "  (func (export \"grow\") (param i64) (result i64)"
        "    (memory.grow (local.get 0)))"
        "  (func (export \"cast\") (param i64) (result f64)"
        "    (i64.store (i64.const 8) (local.get 0)) (f64.load (i64.const "
        "8)))" PAIR("i32_8s", "i32", "store8",
                    "load8_s") PAIR("i32_8u", "i32", "store8", "load8_u")
            PAIR("i32_16s", "i32", "store16",
                 "load16_s") PAIR("i32_16u", "i32", "store16", "load16_u")
                PAIR("i64_8s", "i64", "store8", "load8_s")
                    PAIR("i64_8u", "i64", "store8", "load8_u")
                        PAIR("i64_16s", "i64", "store16", "load16_s")
                            PAIR("i64_16u", "i64", "store16", "load16_u")
                                PAIR("i64_32s", "i64", "store32", "load32_s")
                                    PAIR("i64_32u", "i64", "store32",
                                         "load32_u") ")";
#undef PAIR
    struct world w;
    world_begin(&w, NULL);
    CHECK_ROWS(&w, world_instance(&w, text), rows);
    world_end(&w);
}

TEST(wide_memories_have_at_most_2_to_the_48_pages)
{
    static const struct {
        const char *module;
        bool valid;
    } limits[] = {
        {"5:01 04 80 80 80 80 80 80 40", true},
        {"5:01 05 00 80 80 80 80 80 80 40", true},
        {"5:01 05 00 80 80 04", true}, /* 65536 */
        {"5:01 04 81 80 80 80 80 80 40", false},
        {"5:01 05 00 81 80 80 80 80 80 40", false},
        {"5:01 05 01 00", false},
        {"2:01 01 4d 01 6d 02 04 81 80 80 80 80 80 40", false},
        {"2:01 01 4d 01 6d 02 05 00 81 80 80 80 80 80 40", false},
    };
    static const struct verdict rows[] = {
        NOT("(data (i64.const 0) \"x\")"),
        NOT("(func (drop (f32.load (i64.const 0))))"),
        NOT("(func (i32.store8 (i64.const 0) (i32.const 0)))"),
        NOT("(func (drop (memory.size)))"),
        NOT("(func (drop (memory.grow (i64.const 0))))"),
        NOT("(memory i64 1) (data (i32.const 0) \"x\")"),
        NOT("(memory i64 1) (func (drop (f32.load (i32.const 0))))"),
        NOT("(memory 1) (func (drop (f32.load (i64.const 0))))"),
        NOT("(memory i64 1) (func (drop (memory.grow (i32.const 0))))"),
    };
    CHECK_VERDICTS(rows);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct built_module m = build_module(limits[i].module);
        bool valid =
            tn_validate(m.bytes, m.size, tn_features_default(), NULL) == TN_OK;
        if (valid != limits[i].valid)
            FAIL("%s", limits[i].module);
    }
}

/* Not run yet, but validated: the rows of br_if and elem about them. */
TEST(typed_references_narrow_what_they_pass)
{
#define BR_IF(after)                                          \
    "1:03 60 00 00 60 01 63 00 01 70 60 00 01 70;3:02 01 02;" \
    "10:02 (00 20 00 0b) (00 d0 00 41 00 0d 00 " after " 0b)"
#define TABLE(elem)                                                 \
    "1:01 60 00 00;3:01 00;4:01 40 00 64 70 00 01 d2 00 0b;9:" elem \
    ";10:01 (00 0b)"
    static const struct {
        const char *module;
        tn_status status;
    } rows[] = {
        {BR_IF(""), TN_OK},
        {BR_IF("10 00"), TN_E_INVALID}, /* br_if left only a funcref */
        {TABLE("01 03 00 01 00"), TN_OK},
        {TABLE("01 05 64 70 01 d2 00 0b"), TN_OK},
        {TABLE("01 06 00 41 00 0b 64 70 01 d2 00 0b"), TN_OK},
        {TABLE("01 07 64 70 01 d2 00 0b"), TN_OK},
        {TABLE("01 04 41 00 0b 01 d2 00 0b"), TN_E_INVALID}, /* nullable */
    };
#undef BR_IF
#undef TABLE
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct built_module m = build_module(rows[i].module);
        tn_error err = {0};
        uint64_t features = tn_features_all();
        if (rows[i].status != tn_validate(m.bytes, m.size, features, &err))
            FAIL("%s: %s", rows[i].module, err.text);
        features &= ~TN_FEATURE_BIT(TN_FEATURE_FUNCTION_REFERENCES);
        if (rows[i].status == TN_OK)
            CHECK_EQ(TN_E_FEATURE,
                     tn_validate(m.bytes, m.size, features, NULL));
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
