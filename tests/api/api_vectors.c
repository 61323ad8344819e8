/* api_vectors.c - vectors wherever a value can be, and what the deterministic
 * mode promises. What each instruction does, the conformance scripts ask. */
#include "rows.h"

#define LOW(text)  "(i64x2.extract_lane 0 " text ")"
#define HIGH(text) "(i64x2.extract_lane 1 " text ")"

static tn_status swap_halves(tn_call *call, uint64_t *slots, void *env,
                             tn_error *err)
{
    uint64_t half = slots[1];
    (void)call, (void)env, (void)err;
    slots[1] = slots[2] + slots[0];
    slots[0] = half;
    return TN_OK;
}

TEST(a_vector_takes_two_slots_of_a_host_function)
{
    static const struct row rows[] = {
        {"low", {7}, 4, 0},
        {"high", {7}, 3 + 7, 0},
    };
    struct world w;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "f", "(i64, v128) -> v128",
                                    swap_halves, NULL, &w.err));
    tn_instance *instance = world_instance(
        &w, "(module (import \"h\" \"f\" (func $f (param i64 v128)"
            " (result v128)))"
            "  (func (export \"low\") (param i64) (result i64)"
            "    (i64x2.extract_lane 0 (call $f (local.get 0)"
            "      (v128.const i64x2 4 3))))"
            "  (func (export \"high\") (param i64) (result i64)"
            "    (i64x2.extract_lane 1 (call $f (local.get 0)"
            "      (v128.const i64x2 4 3)))))");
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

TEST(a_vector_passes_from_the_embedder_and_back)
{
    struct world w;
    tn_func *func;
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(
        &w, "(module (func (export \"f\") (param v128 v128) (result v128 i32)"
            "  (i8x16.sub (local.get 1) (local.get 0)) (i32.const 9)))");
    CHECK_EQ(TN_OK, tn_instance_func(instance, "f", &func, &w.err));
    tn_val args[2] = {{.kind = TN_V128}, {.kind = TN_V128}}, results[2];
    for (int i = 0; i < 16; i++) {
        args[0].of.v128[i] = (uint8_t)i;
        args[1].of.v128[i] = (uint8_t)(3 * i);
    }
    CHECK_EQ(TN_OK, tn_func_call(func, args, 2, results, 2, &w.err));
    CHECK_EQ(TN_V128, results[0].kind);
    for (int i = 0; i < 16; i++)
        CHECK_EQ(2 * i, results[0].of.v128[i]);
    CHECK_EQ(9, results[1].of.i32);
    world_end(&w);
}

TEST(vectors_go_through_blocks_branches_and_calls)
{
    static const struct row rows[] = {
        {"table", {0}, 11, 0},     {"table", {1}, 22, 0},
        {"table", {5}, 33, 0},     {"loop", {10}, 55 * 2, 0},
        {"tail", {4}, 1 + 4, 0},   {"indirect", {2}, 2 + 5, 0},
        {"many", {3}, 3 * 15, 0},  {"swap", {1}, 2, 0},
        {"select", {0}, 2, 0},     {"select", {1}, 1, 0},
        {"unset", {0}, 0, 0},      {"old", {5}, 5 + 2 * 6, 0},
        {"mixed", {3}, 3 + 13, 0},
    };
    static const char text[] =
        "(module"
        "  (type $t (func (param v128 i32) (result v128)))"
        "  (table funcref (elem $add))"
        "  (func $add (type $t)"
        "    (i64x2.add (local.get 0) (i64x2.splat"
        "      (i64.extend_i32_u (local.get 1)))))"
        "  (func (export \"table\") (param i32) (result i64)"
        "    (i64x2.extract_lane 1 (block $c (result v128)"
        "      (drop (block $b (result v128) (drop (block $a (result v128)"
        "        (br_table $a $b $c (v128.const i64x2 0 33) (local.get 0))))"
        "        (br $c (v128.const i64x2 0 11))))"
        "      (v128.const i64x2 0 22))))"
        "  (func (export \"loop\") (param i64) (result i64) (local v128 v128)"
        "    (local.set 1 (i64x2.splat (local.get 0)))"
        "    (v128.const i64x2 0 0)"
        "    (loop (param v128) (result v128)"
        "      (i64x2.add (local.get 1))"
        "      (local.set 1 (i64x2.sub (local.get 1) (v128.const i64x2 1 1)))"
        "      (br_if 0 (i64x2.all_true (local.get 1))))"
        "    (local.set 2)"
        "    (i64.add (i64x2.extract_lane 0 (local.get 2))"
        "      (i64x2.extract_lane 1 (local.get 2))))"
        "  (func $tail (type $t)"
        "    (return_call $add (local.get 0) (local.get 1)))"
        "  (func (export \"tail\") (param i32) (result i64)"
        "    (i64x2.extract_lane 1 (call $tail (v128.const i64x2 0 1)"
        "      (local.get 0))))"
        "  (func (export \"indirect\") (param i32) (result i64)"
        "    (i64x2.extract_lane 0 (call_indirect (type $t)"
        "      (v128.const i64x2 5 0) (local.get 0) (i32.const 0))))"
        "  (func $sum (param v128 v128 i64 v128 v128 v128) (result i64)"
        "    (i64.add (local.get 2) (i64x2.extract_lane 1"
        "      (i64x2.add (i64x2.add (local.get 0) (local.get 1))"
        "        (i64x2.add (local.get 3)"
        "          (i64x2.add (local.get 4) (local.get 5)))))))"
        "  (func (export \"many\") (param i64) (result i64) (local v128)"
        "    (local.set 1 (i64x2.splat (local.get 0)))"
        "    (call $sum (local.get 1) (i64x2.add (local.get 1) (local.get 1))"
        "      (i64.mul (local.get 0) (i64.const 4))"
        "      (i64x2.shl (local.get 1) (i32.const 2))"
        "      (i64x2.add (local.get 1) (i64x2.shl (local.get 1) (i32.const "
        "1)))"
        "      (local.get 1)))"
        "  (func $swap (param v128 v128) (result v128 v128)"
        "    (local.get 1) (local.get 0))"
        "  (func (export \"swap\") (param i64) (result i64)"
        "    (call $swap (v128.const i64x2 1 0) (v128.const i64x2 2 0))"
        "    drop i64x2.extract_lane 0)"
        "  (func (export \"select\") (param i32) (result i64)"
        "    (i64x2.extract_lane 1 (select (v128.const i64x2 0 1)"
        "      (v128.const i64x2 0 2) (local.get 0))))"
        "  (func (export \"unset\") (param i32) (result i64) (local v128 i64)"
        "    (i64.or (i64x2.extract_lane 0 (local.get 1))"
        "      (i64.or (i64x2.extract_lane 1 (local.get 1)) (local.get 2))))"
        /* both halves of the old value of a local are kept */
        "  (func (export \"old\") (param i64) (result i64) (local v128)"
        "    (local.set 1 (i64x2.splat (local.get 0)))"
        "    (local.get 1) (local.get 1)"
        "    (local.set 1 (i64x2.add (local.get 1) (v128.const i64x2 1 1)))"
        "    i64x2.extract_lane 1 (local.set 0)"
        "    i64x2.extract_lane 0 (i64x2.extract_lane 0 (local.get 1))"
        "    (i64x2.extract_lane 1 (local.get 1)) i64.add i64.add)"
        /* a float in the accumulator is no vector */
        "  (func (export \"mixed\") (param i64) (result i64)"
        "    (local v128 f64 v128)"
        "    (local.set 1 (i64x2.splat (local.get 0)))"
        "    (local.set 2 (f64.add (f64.const 6) (f64.const 7)))"
        "    (local.set 3 (i64x2.add (local.get 1) (f64x2.splat"
        "      (f64.reinterpret_i64 (i64.trunc_f64_s (local.get 2))))))"
        "    (i64x2.extract_lane 1 (local.get 3))))";
    struct world w;
    world_begin(&w, NULL);
    CHECK_ROWS(&w, world_instance(&w, text), rows);
    world_end(&w);
}

TEST(a_vector_global_is_shared_by_all_who_import_it)
{
    static const struct row other_rows[] = {{"get", {0}, 5, 0}};
    struct world w;
    tn_global *global;
    tn_val value = {.kind = TN_V128};
    world_begin(&w, NULL);
    value.of.v128[8] = 4;
    CHECK_EQ(TN_OK, tn_global_new(w.store, value, true, &global, &w.err));
    tn_extern item = {.kind = TN_EXTERN_GLOBAL, .of.global = global};
    CHECK_EQ(TN_OK, tn_imports_define(w.imports, "h", "g", item, &w.err));
    tn_instance *instance = world_instance(
        &w, "(module (import \"h\" \"g\" (global $g (mut v128)))"
            "  (global $own (mut v128) (v128.const i64x2 1 1))"
            "  (func (export \"get\") (param i32) (result i64)"
            "    (global.set $g (i64x2.add (global.get $g) (global.get $own)))"
            "    (global.set $own (global.get $g))"
            "    (i64x2.extract_lane 1 (global.get $own))))");
    CHECK_ROWS(&w, instance, other_rows);
    CHECK_EQ(1, tn_global_get(global).of.v128[0]);
    CHECK_EQ(5, tn_global_get(global).of.v128[8]);
    world_end(&w);
}

TEST(vectors_are_fields_and_elements_of_objects)
{
    static const struct row rows[] = {
        {"field", {0}, 6, 0},
        {"behind", {0}, 5, 0},
        {"element", {3}, UINT64_MAX - 4, 0},
        {"element", {4}, 0, TN_TRAP_ARRAY_BOUNDS},
    };
    static const char text[] =
        "(module"
        "  (type $s (struct (field i32) (field $v (mut v128)) (field i64)))"
        "  (type $a (array (mut v128)))"
        "  (global $g (ref $s) (struct.new $s (i32.const 1)"
        "    (v128.const i64x2 2 3) (i64.const 5)))"
        "  (func (export \"field\") (param i32) (result i64)"
        "    (struct.set $s $v (global.get $g) (i64x2.add"
        "      (struct.get $s $v (global.get $g))"
        "      (struct.get $s $v (global.get $g))))"
        "    (i64x2.extract_lane 1 (struct.get $s $v (global.get $g))))"
        "  (func (export \"behind\") (param i32) (result i64)"
        "    (struct.get $s 2 (global.get $g)))"
        "  (func (export \"element\") (param i32) (result i64)"
        "    (local (ref null $a))"
        "    (local.set 1 (array.new $a (v128.const i64x2 7 4) (i32.const 5)))"
        "    (array.set $a (local.get 1) (local.get 0)"
        "      (v128.not (array.get $a (local.get 1) (i32.const 0))))"
        "    (array.set $a (local.get 1) (i32.add (local.get 0) (i32.const 1))"
        "      (v128.const i64x2 1 2))"
        "    (i64x2.extract_lane 1 (array.get $a (local.get 1)"
        "      (local.get 0)))))";
    struct world w;
    world_begin(&w, NULL);
    CHECK_ROWS(&w, world_instance(&w, text), rows);
    world_end(&w);
}

/* ------------------------------------------------------- deterministic mode */

/* An engine that is (or is not) deterministic, and a store in it. */
static void begin_mode(struct world *w, bool is_deterministic)
{
    tn_config config = TN_CONFIG_INIT;
    *w = (struct world){.heap = fault_never()};
    w->allocator = fault_allocator(&w->heap);
    config.allocator = &w->allocator;
    config.deterministic = is_deterministic;
    CHECK_EQ(TN_OK, tn_engine_new(&config, &w->engine, &w->err));
    CHECK_EQ(TN_OK, tn_store_new(w->engine, NULL, &w->store, &w->err));
    CHECK_EQ(TN_OK, tn_imports_new(w->store, &w->imports, &w->err));
}

/* What the instruction gives of NaNs with these bits, as an i64. */
static uint64_t nan_of(struct world *w, const char *expression, uint64_t bits)
{
    char text[600];
    tn_func *func;
    tn_val arg = row_value(TN_I64, bits), result;
    snprintf(text, sizeof text,
             "(module (func (export \"f\") (param i64) (result i64)"
             " (local f32 f64 v128)"
             " (local.set 1 (f32.reinterpret_i32 (i32.wrap_i64 (local.get 0))))"
             " (local.set 2 (f64.reinterpret_i64 (local.get 0)))"
             " (local.set 3 (i64x2.splat (local.get 0))) %s))",
             expression);
    tn_instance *instance = world_instance(w, text);
    CHECK_EQ(TN_OK, tn_instance_func(instance, "f", &func, &w->err));
    CHECK_EQ(TN_OK, tn_func_call(func, &arg, 1, &result, 1, &w->err));
    tn_instance_close(instance);
    return row_bits(result);
}

#define A32      " (local.get 1)"
#define A64      " (local.get 2)"
#define V        " (local.get 3)"
#define NAN_32   0xffa12345u /* negative, signalling */
#define NAN_64   0xfff4000000012345u
#define CANON_32 0x7fc00000u
#define CANON_64 0x7ff8000000000000u
#define TWICE(x) ((uint64_t)(x) << 32 | (x))

TEST(arithmetic_makes_the_canonical_nan_in_deterministic_mode)
{
    static const char *const of_f32[] = {
        "f32.add" A32 A32, "f32.sub" A32 A32, "f32.mul" A32 A32,
        "f32.div" A32 A32, "f32.min" A32 A32, "f32.max" A32 A32,
        "f32.sqrt" A32,    "f32.ceil" A32,    "f32.floor" A32,
        "f32.trunc" A32,   "f32.nearest" A32,
    };
    static const char *const of_f64[] = {
        "f64.add" A64 A64, "f64.sub" A64 A64, "f64.mul" A64 A64,
        "f64.div" A64 A64, "f64.min" A64 A64, "f64.max" A64 A64,
        "f64.sqrt" A64,    "f64.ceil" A64,    "f64.floor" A64,
        "f64.trunc" A64,   "f64.nearest" A64,
    };
    struct world w;
    char text[200];
    begin_mode(&w, true);
    for (size_t i = 0; i < sizeof of_f32 / sizeof *of_f32; i++) {
        snprintf(text, sizeof text,
                 "(i64.extend_i32_u (i32.reinterpret_f32 (%s)))", of_f32[i]);
        CHECK_EQ(CANON_32, nan_of(&w, text, NAN_32));
    }
    for (size_t i = 0; i < sizeof of_f64 / sizeof *of_f64; i++) {
        snprintf(text, sizeof text, "(i64.reinterpret_f64 (%s))", of_f64[i]);
        CHECK_EQ(CANON_64, nan_of(&w, text, NAN_64));
    }
    CHECK_EQ(CANON_64, nan_of(&w,
                              "(i64.reinterpret_f64 (f64.promote_f32"
                              " (local.get 1)))",
                              NAN_32));
    CHECK_EQ(CANON_32, nan_of(&w,
                              "(i64.extend_i32_u (i32.reinterpret_f32"
                              " (f32.demote_f64 (local.get 2))))",
                              NAN_64));
    world_end(&w);
}

TEST(lanes_of_arithmetic_are_canonical_in_deterministic_mode)
{
    static const char *const binary[] = {
        "add", "sub", "mul", "div", "min", "max", "relaxed_min", "relaxed_max"};
    static const char *const unary[] = {"sqrt", "ceil", "floor", "trunc",
                                        "nearest"};
    static const char *const ternary[] = {"relaxed_madd", "relaxed_nmadd"};
    static const struct {
        const char *lanes;
        uint64_t given, canonical;
    } types[] = {{"f32x4", TWICE((uint64_t)NAN_32), TWICE((uint64_t)CANON_32)},
                 {"f64x2", NAN_64, CANON_64}};
    struct world w;
    char text[200];
    begin_mode(&w, true);
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
            snprintf(text, sizeof text, HIGH("(%s.%s" V V ")"), types[t].lanes,
                     binary[i]);
            CHECK_EQ(types[t].canonical, nan_of(&w, text, types[t].given));
        }
        for (size_t i = 0; i < sizeof unary / sizeof *unary; i++) {
            snprintf(text, sizeof text, LOW("(%s.%s" V ")"), types[t].lanes,
                     unary[i]);
            CHECK_EQ(types[t].canonical, nan_of(&w, text, types[t].given));
        }
        for (size_t i = 0; i < sizeof ternary / sizeof *ternary; i++) {
            snprintf(text, sizeof text, HIGH("(%s.%s" V V V ")"),
                     types[t].lanes, ternary[i]);
            CHECK_EQ(types[t].canonical, nan_of(&w, text, types[t].given));
        }
    }
    CHECK_EQ(CANON_64, nan_of(&w, HIGH("(f64x2.promote_low_f32x4" V ")"),
                              TWICE((uint64_t)NAN_32)));
    CHECK_EQ(TWICE((uint64_t)CANON_32),
             nan_of(&w, LOW("(f32x4.demote_f64x2_zero" V ")"), NAN_64));
    world_end(&w);
}

TEST(what_is_not_arithmetic_keeps_the_bits_of_nans)
{
    struct world w;
    begin_mode(&w, true);
    CHECK_EQ(TWICE((uint64_t)NAN_32),
             nan_of(&w, HIGH("(f32x4.pmin" V V ")"), TWICE((uint64_t)NAN_32)));
    CHECK_EQ(NAN_64 & INT64_MAX, nan_of(&w, LOW("(f64x2.abs" V ")"), NAN_64));
    CHECK_EQ(
        NAN_64 & INT64_MAX,
        nan_of(&w, "(i64.reinterpret_f64 (f64.neg (local.get 2)))", NAN_64));
    world_end(&w);
}

/* The test above could not fail if machines made canonical NaNs anyway. */
TEST(without_it_a_nan_passes_through_arithmetic)
{
    struct world w;
    begin_mode(&w, false);
    CHECK(nan_of(&w, LOW("(f64x2.add" V V ")"), NAN_64) != CANON_64);
    world_end(&w);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
