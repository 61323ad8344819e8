/* api_trap.c - traps: kinds, words, frames with places, and what is left. */
#include "api.h"

static const char traps[] =
    "(module $trappy"
    "  (memory 1) (table 4 funcref) (elem (i32.const 0) $two)"
    "  (type $one (func (result i32)))"
    "  (func $two (result i32 i32) (i32.const 1) (i32.const 2))"
    "  (func (export \"unreachable\") (result i32) unreachable)"
    "  (func (export \"divide\") (result i32)"
    "    (i32.div_s (i32.const 1) (i32.const 0)))"
    "  (func (export \"overflow\") (result i32)"
    "    (i32.div_s (i32.const 0x80000000) (i32.const -1)))"
    "  (func (export \"convert\") (result i32) (i32.trunc_f32_s (f32.const "
    "nan)))"
    "  (func (export \"memory\") (result i32) (i32.load (i32.const 65533)))"
    "  (func (export \"table\") (result i32)"
    "    (table.set 0 (i32.const 4) (ref.null func)) (i32.const 0))"
    "  (func (export \"undefined\") (result i32)"
    "    (call_indirect (type $one) (i32.const 4)))"
    "  (func (export \"uninitialized\") (result i32)"
    "    (call_indirect (type $one) (i32.const 1)))"
    "  (func (export \"type\") (result i32)"
    "    (call_indirect (type $one) (i32.const 0)))"
    "  (func $stack (export \"stack\") (result i32)"
    "    (i32.add (call $stack) (i32.const 1)))"
    "  (func (export \"fine\") (result i32) (i32.const 7)))";

TEST(each_kind_of_trap_is_told)
{
    static const struct {
        const char *name;
        tn_trap_kind kind;
        const char *words;
    } rows[] = {
        {"unreachable", TN_TRAP_UNREACHABLE, "unreachable"},
        {"divide", TN_TRAP_DIVIDE_BY_ZERO, "integer divide by zero"},
        {"overflow", TN_TRAP_INTEGER_OVERFLOW, "integer overflow"},
        {"convert", TN_TRAP_INVALID_CONVERSION,
         "invalid conversion to integer"},
        {"memory", TN_TRAP_MEMORY_BOUNDS, "out of bounds memory access"},
        {"table", TN_TRAP_TABLE_BOUNDS, "out of bounds table access"},
        {"undefined", TN_TRAP_UNDEFINED_ELEMENT, "undefined element"},
        {"uninitialized", TN_TRAP_UNINITIALIZED_ELEMENT,
         "uninitialized element"},
        {"type", TN_TRAP_INDIRECT_TYPE, "indirect call type mismatch"},
        {"stack", TN_TRAP_STACK, "call stack exhausted"},
    };
    struct world w;
    int32_t result;
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(&w, traps);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_EQ(TN_E_TRAP,
                 call_i32(&w, instance, rows[i].name, NULL, 0, &result));
        CHECK_EQ(rows[i].kind, tn_store_trap_kind(w.store));
        CHECK_STR(rows[i].words, tn_trap_text(rows[i].kind));
        CHECK_EQ(7, get_i32(&w, instance, "fine"));
    }
    world_end(&w);
}

TEST(frames_tell_names_and_places)
{
    struct world w;
    int32_t result;
    static const char text[] =
        "(module $deep"
        "  (func $leaf (param i32) (result i32)"
        "    (i32.div_u (i32.const 1) (local.get 0)))"
        "  (func $middle (param i32) (result i32)"
        "    (i32.add (call $leaf (local.get 0)) (i32.const 1)))"
        "  (func $top (export \"top\") (result i32)"
        "    (i32.add (call $middle (i32.const 0)) (i32.const 1))))";
    tn_bytes bytes = wat(text);
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(&w, text);
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "top", NULL, 0, &result));
    CHECK_EQ(3, tn_store_trap_frame_count(w.store));
    CHECK_EQ(3, tn_store_trap_depth(w.store));
    static const char *const names[] = {"leaf", "middle", "top"};
    static const uint8_t opcodes[] = {0x6e, 0x10, 0x10};
    for (size_t i = 0; i < 3; i++) {
        tn_frame frame = tn_store_trap_frame(w.store, i);
        CHECK_STR("deep", frame.module);
        CHECK_STR(names[i], frame.function);
        CHECK_EQ(i, frame.function_index);
        CHECK(frame.offset < bytes.size);
        CHECK_EQ(opcodes[i], ((const uint8_t *)bytes.at)[frame.offset]);
    }
    world_end(&w);
}

TEST(frames_cross_instances)
{
    struct world w;
    int32_t result;
    world_begin(&w, NULL);
    tn_instance *inner =
        world_instance(&w, "(module $inner (func $leaf (export \"leaf\") "
                           "(result i32) unreachable))");
    CHECK_EQ(TN_OK, tn_imports_instance(w.imports, "inner", inner, &w.err));
    tn_instance *outer = world_instance(
        &w,
        "(module $outer (import \"inner\" \"leaf\" (func $leaf (result i32)))"
        "  (func $top (export \"top\") (result i32)"
        "    (i32.add (call $leaf) (i32.const 1))))");
    CHECK_EQ(TN_E_TRAP, call_i32(&w, outer, "top", NULL, 0, &result));
    CHECK_EQ(2, tn_store_trap_frame_count(w.store));
    CHECK_STR("inner", tn_store_trap_frame(w.store, 0).module);
    CHECK_STR("leaf", tn_store_trap_frame(w.store, 0).function);
    CHECK_STR("outer", tn_store_trap_frame(w.store, 1).module);
    CHECK_STR("top", tn_store_trap_frame(w.store, 1).function);
    world_end(&w);
}

TEST(a_deep_stack_is_told_by_its_depth)
{
    struct world w;
    int32_t result;
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(&w, traps);
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "stack", NULL, 0, &result));
    CHECK_EQ(64, tn_store_trap_frame_count(w.store));
    CHECK(tn_store_trap_depth(w.store) > 1000);
    CHECK_STR("stack", tn_store_trap_frame(w.store, 63).function);
    world_end(&w);
}

TEST(a_smaller_stack_is_exhausted_sooner)
{
    struct world w;
    int32_t result;
    size_t depths[2];
    for (size_t i = 0; i < 2; i++) {
        tn_store_config config = TN_STORE_CONFIG_INIT;
        config.stack_bytes = (uint64_t)65536 << (3 * i);
        world_begin(&w, &config);
        tn_instance *instance = world_instance(&w, traps);
        CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "stack", NULL, 0, &result));
        depths[i] = tn_store_trap_depth(w.store);
        world_end(&w);
    }
    CHECK(depths[0] * 4 < depths[1]);
}

TEST(a_start_function_that_traps_makes_no_instance)
{
    struct world w;
    tn_instance *instance;
    world_begin(&w, NULL);
    CHECK_EQ(
        TN_E_TRAP,
        world_try(&w, "(module (func $s unreachable) (start $s))", &instance));
    CHECK(instance == NULL);
    CHECK_EQ(TN_TRAP_UNREACHABLE, tn_store_trap_kind(w.store));
    world_end(&w);
}

TEST(a_segment_that_does_not_fit_traps)
{
    struct world w;
    tn_instance *instance;
    world_begin(&w, NULL);
    CHECK_EQ(TN_E_TRAP,
             world_try(&w,
                       "(module (memory 1) (data (i32.const 65535) \"ab\"))",
                       &instance));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, tn_store_trap_kind(w.store));
    world_end(&w);
}

TEST(a_poisoned_instance_is_down_if_the_store_says_so)
{
    struct world w;
    int32_t result;
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.trap_policy = TN_TRAP_POISONS;
    world_begin(&w, &config);
    tn_instance *instance = world_instance(&w, traps);
    tn_instance *other = world_instance(&w, traps);
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "divide", NULL, 0, &result));
    CHECK_EQ(TN_E_DOWN, call_i32(&w, instance, "fine", NULL, 0, &result));
    CHECK_EQ(7, get_i32(&w, other, "fine"));
    world_end(&w);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
