/* api_host.c - host functions: what they get, what they may do, and calls that
 * go host, guest, host, guest. */
#include "api.h"

struct seen {
    tn_func *callback;
    tn_status status; /* to return */
    int depth;
    tn_instance *caller;
    uint64_t slots[4];
};

static tn_status add_all(tn_call *call, uint64_t *slots, void *env,
                         tn_error *err)
{
    struct seen *seen = env;
    (void)err;
    seen->caller = tn_call_instance(call);
    memcpy(seen->slots, slots, sizeof seen->slots);
    slots[0] = 5;
    slots[1] = slots[1] + 1;
    return TN_OK;
}

TEST(arguments_and_results_travel_in_slots)
{
    struct world w;
    struct seen seen = {0};
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "f",
                                    "(i32, i64, f32, f64) -> (i32, i64)",
                                    add_all, &seen, &w.err));
    tn_instance *instance = world_instance(
        &w, "(module (import \"h\" \"f\" (func $f (param i32 i64 f32 f64)"
            " (result i32 i64)))"
            "  (func (export \"go\") (result i32)"
            "    (call $f (i32.const -1) (i64.const 1234567890123)"
            "      (f32.const 1.5) (f64.const -2.5))"
            "    i32.wrap_i64 i32.add))");
    CHECK_EQ((int32_t)(5 + (uint32_t)1234567890124),
             get_i32(&w, instance, "go"));
    CHECK(seen.caller == instance);
    CHECK_EQ(0xffffffff, seen.slots[0]);
    CHECK_EQ(1234567890123, seen.slots[1]);
    CHECK_EQ(0x3fc00000, seen.slots[2] & 0xffffffff);
    CHECK_EQ(0xc004000000000000, seen.slots[3]);
    world_end(&w);
}

static tn_status fill_span(tn_call *call, uint64_t *slots, void *env,
                           tn_error *err)
{
    (void)env, (void)err;
    uint8_t *span = tn_call_span(call, slots[0], slots[1]);
    if (span == NULL)
        return tn_call_trap(call, TN_TRAP_MEMORY_BOUNDS);
    memset(span, 'x', (size_t)slots[1]);
    return TN_OK;
}

TEST(a_span_is_of_the_callers_memory_and_checked)
{
    struct world w;
    int32_t inside[] = {65530, 6}, outside[] = {65530, 7}, huge[] = {-1, -1},
            at = 65535;
    int32_t byte;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "fill", "(i32, i32) -> ()",
                                    fill_span, NULL, &w.err));
    tn_instance *instance = world_instance(
        &w, "(module (import \"h\" \"fill\" (func $f (param i32 i32)))"
            "  (memory 1)"
            "  (func (export \"fill\") (param i32 i32)"
            "    (call $f (local.get 0) (local.get 1)))"
            "  (func (export \"get\") (param i32) (result i32)"
            "    (i32.load8_u (local.get 0))))");
    CHECK_EQ(TN_OK, call_i32(&w, instance, "fill", inside, 2, NULL));
    CHECK_EQ(TN_OK, call_i32(&w, instance, "get", &at, 1, &byte));
    CHECK_EQ('x', byte);
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "fill", outside, 2, NULL));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, tn_store_trap_kind(w.store));
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "fill", huge, 2, NULL));
    world_end(&w);
}

static tn_status fail_so(tn_call *call, uint64_t *slots, void *env,
                         tn_error *err)
{
    struct seen *seen = env;
    (void)call, (void)slots;
    snprintf(err->text, sizeof err->text, "the disk is on fire");
    err->status = seen->status;
    return seen->status;
}

static const char calls_host[] =
    "(module $m (import \"h\" \"f\" (func $f))"
    "  (func $go (export \"go\") (result i32) (call $f) (i32.const 1)))";

TEST(a_failure_becomes_a_trap_with_its_words)
{
    struct world w;
    struct seen seen = {.status = TN_E_IO};
    int32_t result;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "f", "() -> ()", fail_so,
                                    &seen, &w.err));
    tn_instance *instance = world_instance(&w, calls_host);
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "go", NULL, 0, &result));
    CHECK_EQ(TN_TRAP_HOST, tn_store_trap_kind(w.store));
    CHECK(strstr(w.err.text, "the disk is on fire") != NULL);
    CHECK_EQ(1, tn_store_trap_frame_count(w.store));
    CHECK_STR("go", tn_store_trap_frame(w.store, 0).function);
    world_end(&w);
}

static tn_status leave(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)slots, (void)env, (void)err;
    return tn_call_exit(call, 42);
}

TEST(an_exit_ends_the_run_with_its_code)
{
    struct world w;
    int32_t result;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "f", "() -> ()", leave,
                                    NULL, &w.err));
    tn_instance *instance = world_instance(&w, calls_host);
    CHECK_EQ(TN_E_EXIT, call_i32(&w, instance, "go", NULL, 0, &result));
    CHECK_EQ(42, tn_store_exit_code(w.store));
    world_end(&w);
}

/* Calls back into the guest, which calls us again, down to 0. */
static tn_status go_down(tn_call *call, uint64_t *slots, void *env,
                         tn_error *err)
{
    struct seen *seen = env;
    (void)call;
    seen->depth++;
    tn_status status = tn_func_call_raw(seen->callback, slots, err);
    seen->depth--;
    return status;
}

static const char nests[] =
    "(module (import \"h\" \"down\" (func $down (param i32) (result i32)))"
    "  (func (export \"count\") (param $n i32) (result i32)"
    "    (if (result i32) (i32.eqz (local.get $n)) (then (i32.const 100))"
    "      (else (i32.add (i32.const 1)"
    "        (call $down (i32.sub (local.get $n) (i32.const 1)))))))"
    "  (func (export \"crash\") (param $n i32) (result i32)"
    "    (if (i32.eqz (local.get $n)) (then unreachable))"
    "    (i32.add (i32.const 1)"
    "      (call $down (i32.sub (local.get $n) (i32.const 1))))))";

TEST(host_and_guest_nest)
{
    struct world w;
    struct seen seen = {0};
    int32_t n = 50, result;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "down", "(i32) -> i32",
                                    go_down, &seen, &w.err));
    tn_instance *instance = world_instance(&w, nests);
    CHECK_EQ(TN_OK,
             tn_instance_func(instance, "count", &seen.callback, &w.err));
    CHECK_EQ(TN_OK, call_i32(&w, instance, "count", &n, 1, &result));
    CHECK_EQ(150, result);
    CHECK_EQ(0, seen.depth);
    world_end(&w);
}

TEST(a_trap_passes_through_all_hosts_on_its_way)
{
    struct world w;
    struct seen seen = {0};
    int32_t n = 3, result;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "down", "(i32) -> i32",
                                    go_down, &seen, &w.err));
    tn_instance *instance = world_instance(&w, nests);
    CHECK_EQ(TN_OK,
             tn_instance_func(instance, "crash", &seen.callback, &w.err));
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "crash", &n, 1, &result));
    CHECK_EQ(TN_TRAP_UNREACHABLE, tn_store_trap_kind(w.store));
    CHECK_EQ(4, tn_store_trap_depth(w.store));
    CHECK_EQ(0, seen.depth);
    n = 0;
    CHECK_EQ(TN_OK,
             tn_instance_func(instance, "count", &seen.callback, &w.err));
    CHECK_EQ(TN_OK, call_i32(&w, instance, "count", &n, 1, &result));
    CHECK_EQ(100, result);
    world_end(&w);
}

TEST(endless_nesting_ends_in_a_stack_trap)
{
    struct world w;
    struct seen seen = {0};
    int32_t n = -1, result;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "down", "(i32) -> i32",
                                    go_down, &seen, &w.err));
    tn_instance *instance = world_instance(&w, nests);
    CHECK_EQ(TN_OK,
             tn_instance_func(instance, "count", &seen.callback, &w.err));
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "count", &n, 1, &result));
    CHECK_EQ(TN_TRAP_STACK, tn_store_trap_kind(w.store));
    world_end(&w);
}

/* Grows the caller's memory under its feet. */
static tn_status grow(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    tn_memory *memory;
    (void)slots, (void)env;
    tn_status status =
        tn_instance_memory(tn_call_instance(call), "m", &memory, err);
    if (status == TN_OK && tn_memory_grow(memory, 10) == UINT64_MAX)
        return tn_call_trap(call, TN_TRAP_NO_MEMORY);
    return status;
}

TEST(a_memory_may_grow_while_a_guest_waits)
{
    struct world w;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "grow", "() -> ()", grow,
                                    NULL, &w.err));
    tn_instance *instance = world_instance(
        &w,
        "(module (import \"h\" \"grow\" (func $grow)) (memory (export \"m\") 1)"
        "  (func (export \"go\") (result i32)"
        "    (i32.store (i32.const 16) (i32.const 41))"
        "    (call $grow)"
        "    (i32.store (i32.const 655360) (i32.const 1))"
        "    (i32.add (i32.load (i32.const 16)) (i32.load (i32.const "
        "655360)))))");
    CHECK_EQ(42, get_i32(&w, instance, "go"));
    world_end(&w);
}

TEST(a_host_function_can_be_called_by_its_host)
{
    struct world w;
    struct seen seen = {0};
    tn_func *func;
    tn_val args[] = {{.kind = TN_I32, .of.i32 = 1},
                     {.kind = TN_I64, .of.i64 = 2},
                     {.kind = TN_F32, .of.f32 = 3},
                     {.kind = TN_F64, .of.f64 = 4}};
    tn_val results[2];
    char text[64];
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_func_new(w.store, "(i32, i64, f32, f64) -> (i32, i64)",
                                add_all, &seen, &func, &w.err));
    CHECK_EQ(TN_OK, tn_func_call(func, args, 4, results, 2, &w.err));
    CHECK_EQ(5, results[0].of.i32);
    CHECK_EQ(3, results[1].of.i64);
    CHECK(seen.caller == NULL);
    tn_func_type(func, text, sizeof text);
    CHECK_STR("(i32, i64, f32, f64) -> (i32, i64)", text);
    CHECK(tn_func_is(func, text));
    CHECK(!tn_func_is(func, "() -> ()"));
    world_end(&w);
}

TEST(wrong_arguments_are_refused_before_the_call)
{
    struct world w;
    struct seen seen = {0};
    tn_func *func;
    tn_val args[] = {{.kind = TN_I64, .of.i64 = 1},
                     {.kind = TN_I32, .of.i32 = 2}};
    tn_val result;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_func_new(w.store, "(i32) -> i32", add_all, &seen, &func,
                                &w.err));
    CHECK_EQ(TN_E_TYPE, tn_func_call(func, args, 1, &result, 1, NULL));
    CHECK_EQ(TN_E_TYPE, tn_func_call(func, args + 1, 0, &result, 1, NULL));
    CHECK_EQ(TN_E_TYPE, tn_func_call(func, args + 1, 1, &result, 0, NULL));
    CHECK_EQ(TN_OK, tn_func_call(func, args + 1, 1, &result, 1, NULL));
    world_end(&w);
}

TEST(a_type_that_cannot_be_read_is_refused)
{
    struct world w;
    static const char *const wrong[] = {"",           "i32",
                                        "(i32",       "(i33) -> ()",
                                        "() -> (i32", "(i32) -> i32 i32",
                                        "(,) -> ()"};
    world_begin(&w, NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(tn_imports_func(w.imports, "h", "f", wrong[i], leave, NULL,
                              NULL) != TN_OK);
    world_end(&w);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
