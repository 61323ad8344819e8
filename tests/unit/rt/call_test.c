#include "rt/instance.h"
#include "rt_test.h"

/* What the host function of the module `host` does. */
struct script {
    tn_status (*act)(tn_call *call, uint64_t *slots, struct script *script,
                     tn_error *err);
    tn_instance *guest;
    tn_func *next;
    int depth;
};

static tn_status host(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    struct script *script = env;
    return script->act(call, slots, script, err);
}

static struct bench bench_for(struct script *script, tn_trap_policy policy)
{
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.trap_policy = policy;
    struct bench b = bench_with(&config);
    CHECK_EQ(TN_OK, tn_imports_func(b.imports, "host", "h", "(i32) -> i32",
                                    host, script, &b.err));
    script->guest = INSTANCE(&b, host);
    return b;
}

static tn_status run(struct script *script, uint64_t *slots, tn_error *err)
{
    return tn_func_call_raw(func_of(script->guest, "run"), slots, err);
}

static tn_status twice(tn_call *call, uint64_t *slots, struct script *script,
                       tn_error *err)
{
    (void)err;
    CHECK(tn_call_instance(call) == script->guest);
    CHECK(memcmp(tn_call_span(call, 0, 5), "guest", 5) == 0);
    CHECK(tn_call_span(call, 65535, 2) == NULL);
    CHECK(tn_call_span(call, 65536, 0) != NULL);
    CHECK(tn_call_span(call, UINT64_MAX, 2) == NULL);
    slots[0] *= 2;
    return TN_OK;
}

TEST(a_host_function_sees_who_calls_it)
{
    struct script script = {.act = twice};
    struct bench b = bench_for(&script, TN_TRAP_KEEPS);
    uint64_t slots[1] = {20};
    CHECK_EQ(TN_OK, run(&script, slots, &b.err));
    CHECK_EQ(41, slots[0]);
    bench_end(&b);
}

static tn_status fail_plainly(tn_call *call, uint64_t *slots,
                              struct script *script, tn_error *err)
{
    (void)call, (void)slots, (void)script;
    return tn_fail(err, TN_E_IO, TN_NO_OFFSET, "disk is full");
}

TEST(a_failure_becomes_a_trap_with_its_words_and_frames)
{
    struct script script = {.act = fail_plainly};
    struct bench b = bench_for(&script, TN_TRAP_KEEPS);
    uint64_t slots[1] = {20};
    CHECK_EQ(TN_E_TRAP, run(&script, slots, &b.err));
    CHECK_STR("disk is full", b.err.text);
    CHECK_EQ(TN_TRAP_HOST, tn_store_trap_kind(b.store));
    CHECK_EQ(2, tn_store_trap_frame_count(b.store));
    CHECK_EQ(2, tn_store_trap_depth(b.store));
    CHECK_STR("guest", tn_store_trap_frame(b.store, 0).module);
    CHECK_STR("inner", tn_store_trap_frame(b.store, 0).function);
    CHECK_EQ(1, tn_store_trap_frame(b.store, 0).function_index);
    CHECK_EQ(2, tn_store_trap_frame(b.store, 1).function_index);
    CHECK(host_wasm[tn_store_trap_frame(b.store, 0).offset] == 0x10);
    CHECK(host_wasm[tn_store_trap_frame(b.store, 1).offset] == 0x10);
    CHECK_EQ(TN_INSTANCE_LIVE, script.guest->state);
    bench_end(&b);
}

static tn_status exit_now(tn_call *call, uint64_t *slots, struct script *script,
                          tn_error *err)
{
    (void)slots, (void)script, (void)err;
    return tn_call_exit(call, 42);
}

TEST(exit_ends_the_run)
{
    struct script script = {.act = exit_now};
    struct bench b = bench_for(&script, TN_TRAP_POISONS);
    uint64_t slots[1] = {20};
    CHECK_EQ(TN_E_EXIT, run(&script, slots, &b.err));
    CHECK_EQ(42, tn_store_exit_code(b.store));
    CHECK_EQ(TN_INSTANCE_LIVE, script.guest->state);
    bench_end(&b);
}

static tn_status call_again(tn_call *call, uint64_t *slots,
                            struct script *script, tn_error *err)
{
    (void)call;
    if (script->depth-- == 0)
        return TN_OK;
    return tn_func_call_raw(script->next, slots, err);
}

TEST(calls_nest_on_one_stack)
{
    struct script script = {.act = call_again, .depth = 90};
    struct bench b = bench_for(&script, TN_TRAP_KEEPS);
    uint64_t slots[1] = {0};
    script.next = func_of(script.guest, "run");
    CHECK_EQ(TN_OK, run(&script, slots, &b.err));
    CHECK_EQ(91, slots[0]);
    CHECK(b.store->activation == NULL);
    CHECK(b.store->stack_top == b.store->stack);
    bench_end(&b);
}

TEST(calls_that_nest_too_deep_trap)
{
    struct script script = {.act = call_again, .depth = 1000};
    struct bench b = bench_for(&script, TN_TRAP_KEEPS);
    uint64_t slots[1] = {0};
    script.next = func_of(script.guest, "run");
    CHECK_EQ(TN_E_TRAP, run(&script, slots, &b.err));
    CHECK_EQ(TN_TRAP_STACK, tn_store_trap_kind(b.store));
    CHECK_STR("call stack exhausted", b.err.text);
    CHECK_EQ(64, tn_store_trap_frame_count(b.store));
    CHECK_EQ(400, tn_store_trap_depth(b.store));
    bench_end(&b);
}

static tn_status call_bad(tn_call *call, uint64_t *slots, struct script *script,
                          tn_error *err)
{
    (void)call;
    tn_status status = tn_func_call_raw(script->next, slots, err);
    return script->depth ? TN_OK : status;
}

TEST(a_trap_passes_through_the_host_with_all_frames)
{
    struct script script = {.act = call_bad};
    struct bench b = bench_for(&script, TN_TRAP_POISONS);
    tn_instance *other = INSTANCE(&b, host);
    uint64_t slots[1] = {0};
    script.next = func_of(other, "bad");
    CHECK_EQ(TN_E_TRAP, run(&script, slots, &b.err));
    CHECK_EQ(TN_TRAP_UNREACHABLE, tn_store_trap_kind(b.store));
    CHECK_EQ(3, tn_store_trap_frame_count(b.store));
    CHECK(b.store->trap.frames[0].instance == other);
    CHECK(b.store->trap.frames[2].instance == script.guest);
    CHECK_EQ(TN_INSTANCE_POISONED, other->state);
    CHECK_EQ(TN_INSTANCE_POISONED, script.guest->state);
    CHECK_EQ(TN_E_DOWN, run(&script, slots, NULL));
    bench_end(&b);
}

TEST(a_host_function_may_contain_a_trap)
{
    struct script script = {.act = call_bad, .depth = 1};
    struct bench b = bench_for(&script, TN_TRAP_POISONS);
    tn_instance *other = INSTANCE(&b, host);
    uint64_t slots[1] = {0};
    script.next = func_of(other, "bad");
    CHECK_EQ(TN_OK, run(&script, slots, &b.err));
    CHECK_EQ(TN_INSTANCE_POISONED, other->state);
    CHECK_EQ(TN_INSTANCE_LIVE, script.guest->state);
    CHECK_EQ(TN_OK, run(&script, slots, NULL));
    bench_end(&b);
}

static tn_status close_caller(tn_call *call, uint64_t *slots,
                              struct script *script, tn_error *err)
{
    (void)slots, (void)script, (void)err;
    tn_instance *guest = tn_call_instance(call);
    tn_instance_free(guest);
    tn_rt_sweep(tn_call_store(call));
    return TN_OK;
}

TEST(an_instance_closed_under_its_own_frames_traps_when_they_return)
{
    struct script script = {.act = close_caller};
    struct bench b = bench_for(&script, TN_TRAP_KEEPS);
    uint64_t slots[1] = {0};
    CHECK_EQ(TN_E_TRAP, run(&script, slots, &b.err));
    CHECK_EQ(TN_TRAP_UNLOADED, tn_store_trap_kind(b.store));
    CHECK_EQ(2, tn_store_trap_frame_count(b.store));
    CHECK_STR("inner", tn_store_trap_frame(b.store, 0).function);
    bench_end(&b);
}

TEST(endless_recursion_exhausts_the_stack_and_no_more)
{
    struct script script = {.act = twice};
    struct bench b = bench_for(&script, TN_TRAP_KEEPS);
    uint64_t slots[1] = {1};
    CHECK_EQ(TN_E_TRAP,
             tn_func_call_raw(func_of(script.guest, "deep"), slots, &b.err));
    CHECK_EQ(TN_TRAP_STACK, tn_store_trap_kind(b.store));
    CHECK_EQ(64, tn_store_trap_frame_count(b.store));
    CHECK(tn_store_trap_depth(b.store) > 10000);
    CHECK_STR("deep", tn_store_trap_frame(b.store, 63).function);
    CHECK_EQ(TN_OK, run(&script, slots, NULL));
    bench_end(&b);
}

TEST(a_start_function_that_traps_leaves_its_frames)
{
    struct bench b = bench_with(NULL);
    tn_module *module = MODULE(&b, start);
    tn_instance *in;
    CHECK_EQ(TN_E_TRAP, tn_instance_new(b.store, module, NULL, &in, &b.err));
    CHECK_STR("unreachable", b.err.text);
    CHECK_EQ(2, tn_store_trap_frame_count(b.store));
    CHECK_STR("g", tn_store_trap_frame(b.store, 0).function);
    CHECK(start_wasm[tn_store_trap_frame(b.store, 0).offset] == 0x00);
    CHECK_STR("f", tn_store_trap_frame(b.store, 1).function);
    tn_module_free(module);
    bench_end(&b);
}

TEST(calls_cross_instances)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    CHECK_EQ(TN_OK, tn_imports_instance(b.imports, "box", box, &b.err));
    tn_instance *user = INSTANCE(&b, user);
    uint64_t slots[1] = {40};
    tn_func *twice_func = func_of(user, "twice");
    CHECK_EQ(TN_OK, tn_func_call_raw(twice_func, slots, &b.err));
    CHECK_EQ(42, slots[0]);
    tn_instance_close(box);
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(twice_func, slots, &b.err));
    CHECK_EQ(TN_TRAP_UNLOADED, tn_store_trap_kind(b.store));
    CHECK_EQ(2, tn_store_trap_frame_count(b.store));
    CHECK_STR("box", tn_store_trap_frame(b.store, 0).module);
    CHECK_STR("user", tn_store_trap_frame(b.store, 1).module);
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
