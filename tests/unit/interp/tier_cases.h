/* tier_cases.h - what every interpreter must do about calls that other tests do
 * not reach: chains of tail calls across instances, trampolines, and the end of
 * the guest stack. The includer defines TIER, its name. */
#ifndef TN_TIER_CASES_H
#define TN_TIER_CASES_H

#include "build_module.h"
#include "tn_test.h"
#include <tenon.h>

/* f(n, sum) is g(0, n - 1, sum + 3, 0, 0), and sum for n = 0: by an indirect
 * tail call. `direct` and `indirect` add 100 and the 2 in memory to f's. */
static const char module_a[] =
    "1:02 60 02 7f 7f 01 7f 60 05 7e 7f 7f 7e 7e 01 7f;"
    "3:03 00 00 00;"
    "4:01 70 00 04;"
    "5:01 00 01;"
    "7:04 01 74 01 00 01 66 00 00 06 64 69 72 65 63 74 00 01 08 69 6e 64 69 "
    "72 65 63 74 00 02;"
    "9:01 00 41 00 0b 01 00;"
    "10:03 (00 20 00 45 04 40 20 01 0f 0b 42 00 20 00 41 01 6b 20 01 41 03 "
    "6a 42 00 42 00 41 01 13 01 00 0b) (01 01 7f 41 e4 00 21 02 20 00 20 01 "
    "10 00 20 02 6a 41 00 2d 00 00 6a 0b) (01 01 7f 41 e4 00 21 02 20 00 20 "
    "01 41 00 11 00 00 20 02 6a 41 00 2d 00 00 6a 0b);"
    "11:01 00 41 00 0b 01 02";

/* g(_, n, sum, _, _) is f(n, sum + 1), the 1 out of memory. */
static const char module_b[] =
    "1:04 60 02 7f 7f 01 7f 60 05 7e 7f 7f 7e 7e 01 7f 60 01 7f 03 7f 7e 7d "
    "60 01 7f 01 7f;"
    "2:01 01 61 01 74 01 70 00 04;"
    "3:03 01 02 03;"
    "5:01 00 01;"
    "7:03 01 67 00 00 05 74 68 72 65 65 00 01 04 73 74 6f 70 00 02;"
    "9:01 00 41 01 0b 01 00;"
    "10:03 (00 20 01 20 02 41 00 2d 00 00 6a 41 00 13 00 00 0b) (00 20 00 "
    "41 00 2d 00 00 6a 42 7b 43 00 00 c0 3f 0b) (00 00 0b);"
    "11:01 00 41 00 0b 01 01";

/* Tail calls of imports, from functions that are called directly; `chain`,
 * `many` and `host` look at the 7 in memory afterwards. */
static const char module_c[] =
    "1:04 60 05 7e 7f 7f 7e 7e 01 7f 60 01 7f 03 7f 7e 7d 60 01 7f 01 7f 60 "
    "01 7f 04 7f 7e 7d 7f;"
    "2:04 01 62 01 67 00 00 01 62 05 74 68 72 65 65 00 01 01 62 04 73 74 6f "
    "70 00 02 03 65 6e 76 03 74 65 6e 00 02;"
    "3:09 02 01 02 02 02 03 02 02 02;"
    "5:01 00 01;"
    "7:05 05 63 68 61 69 6e 00 08 04 6d 61 6e 79 00 09 05 73 74 6f 70 73 00 "
    "0a 04 68 6f 73 74 00 0b 0c 68 6f 73 74 5f 61 74 5f 6f 6e 63 65 00 0c;"
    "10:09 (00 42 00 20 00 41 00 42 00 42 00 12 00 0b) (00 20 00 12 01 0b) "
    "(00 20 00 12 02 0b) (00 20 00 12 03 0b) (00 20 00 10 04 41 00 2d 00 00 "
    "6a 0b) (00 20 00 10 05 41 00 2d 00 00 0b) (00 41 01 20 00 10 06 6a 0b) "
    "(00 20 00 10 07 41 00 2d 00 00 6a 0b) (00 20 00 12 03 0b);"
    "11:01 00 41 00 0b 01 07";

/* down(n) and spin(n) go n deep, by calls and by tail calls; `ever` begins with
 * a call of itself. */
static const char module_d[] =
    "1:02 60 01 7f 01 7f 60 00 00;"
    "3:04 00 01 00 00;"
    "7:04 04 64 6f 77 6e 00 00 04 65 76 65 72 00 01 04 73 70 69 6e 00 02 05 "
    "61 62 6f 76 65 00 03;"
    "10:04 (00 20 00 45 04 7f 41 00 05 41 01 20 00 41 01 6b 10 00 6a 0b 0b) "
    "(00 10 01 0b) (00 20 00 45 04 40 41 09 0f 0b 20 00 41 01 6b 12 02 0b) "
    "(00 41 05 41 01 20 00 6d 6a 0b)";

struct world {
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
    tn_instance *a, *b, *c, *d;
};

static tn_status ten(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)call, (void)env, (void)err;
    slots[0] = (uint32_t)slots[0] * 10;
    return TN_OK;
}

static tn_instance *instance_of(struct world *w, const char *text,
                                const char *name)
{
    struct built_module bytes = build_module(text);
    tn_module *module;
    tn_instance *instance;
    CHECK_EQ(TN_OK, tn_module_new_copy(w->engine, bytes.bytes, bytes.size,
                                       &module, NULL));
    CHECK_EQ(TN_OK,
             tn_instance_new(w->store, module, w->imports, &instance, NULL));
    CHECK_EQ(TN_OK, tn_imports_instance(w->imports, name, instance, NULL));
    tn_module_free(module);
    return instance;
}

static struct world world_new(void)
{
    struct world w = {0};
    tn_config config = TN_CONFIG_INIT;
    config.tier = TIER;
    ONLY_IF(tn_engine_new(&config, &w.engine, NULL) == TN_OK);
    CHECK_EQ(TN_OK, tn_store_new(w.engine, NULL, &w.store, NULL));
    CHECK_EQ(TN_OK, tn_imports_new(w.store, &w.imports, NULL));
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "env", "ten", "(i32) -> i32",
                                    ten, NULL, NULL));
    w.a = instance_of(&w, module_a, "a");
    w.b = instance_of(&w, module_b, "b");
    w.c = instance_of(&w, module_c, "c");
    w.d = instance_of(&w, module_d, "d");
    return w;
}

static void world_free(struct world *w)
{
    tn_imports_free(w->imports);
    tn_store_free(w->store);
    tn_engine_free(w->engine);
}

static tn_func *func_of(tn_instance *instance, const char *name)
{
    tn_extern item;
    CHECK_EQ(TN_OK, tn_instance_export(instance, name, &item, NULL));
    CHECK_EQ(TN_EXTERN_FUNC, item.kind);
    return item.of.func;
}

/* The first result of a call with one argument and 0. */
static uint32_t result_of(tn_instance *instance, const char *name, uint32_t n)
{
    uint64_t slots[8] = {n};
    tn_error err;
    if (tn_func_call_raw(func_of(instance, name), slots, &err) != TN_OK)
        FAIL("%s: %s", name, err.text);
    return (uint32_t)slots[0];
}

enum {
    MILLION = 1000000,
    STOP_FUNC = 2, /* of module_b, and where its `unreachable` is */
    STOP_AT = 0x84,
    STOPS_FUNC = 10, /* of module_c, and where its call is */
    STOPS_AT = 0xd5,
    DIVIDE_AT = 0x73, /* in module_d */
};

TEST(a_million_tail_calls_across_instances_take_no_stack)
{
    struct world w = world_new();
    CHECK_EQ(4 * MILLION, result_of(w.a, "f", MILLION));
    CHECK_EQ(4 * MILLION + 102, result_of(w.a, "direct", MILLION));
    CHECK_EQ(4 * MILLION + 102, result_of(w.a, "indirect", MILLION));
    world_free(&w);
}

TEST(a_chain_that_an_import_begins_comes_back_to_its_instance)
{
    struct world w = world_new();
    CHECK_EQ(4 * MILLION + 1 + 7, result_of(w.c, "chain", MILLION));
    world_free(&w);
}

TEST(many_results_pass_a_trampoline)
{
    struct world w = world_new();
    uint64_t slots[8] = {40};
    CHECK_EQ(TN_OK, tn_func_call_raw(func_of(w.c, "many"), slots, NULL));
    CHECK_EQ(41, slots[0]);
    CHECK_EQ(-5, (int64_t)slots[1]);
    CHECK_EQ(0x3fc00000, (uint32_t)slots[2]);
    CHECK_EQ(7, slots[3]);
    world_free(&w);
}

TEST(a_host_function_is_called_by_a_tail_call)
{
    struct world w = world_new();
    CHECK_EQ(427, result_of(w.c, "host", 42));
    CHECK_EQ(420, result_of(w.c, "host_at_once", 42));
    world_free(&w);
}

TEST(a_trap_behind_a_trampoline_names_who_waits)
{
    struct world w = world_new();
    uint64_t slots[8] = {0};
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(func_of(w.c, "stops"), slots, NULL));
    CHECK_EQ(TN_TRAP_UNREACHABLE, tn_store_trap_kind(w.store));
    CHECK_EQ(2, tn_store_trap_depth(w.store));
    tn_frame first = tn_store_trap_frame(w.store, 0);
    tn_frame second = tn_store_trap_frame(w.store, 1);
    CHECK_EQ(STOP_FUNC, first.function_index);
    CHECK_EQ(STOP_AT, first.offset);
    CHECK_EQ(STOPS_FUNC, second.function_index);
    CHECK_EQ(STOPS_AT, second.offset);
    world_free(&w);
}

TEST(calls_end_with_a_trap_where_the_stack_ends)
{
    struct world w = world_new();
    CHECK_EQ(20000, result_of(w.d, "down", 20000));
    CHECK_EQ(9, result_of(w.d, "spin", MILLION));
    uint64_t slots[8] = {0};
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(func_of(w.d, "ever"), slots, NULL));
    CHECK_EQ(TN_TRAP_STACK, tn_store_trap_kind(w.store));
    slots[0] = UINT32_MAX;
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(func_of(w.d, "down"), slots, NULL));
    CHECK_EQ(TN_TRAP_STACK, tn_store_trap_kind(w.store));
    CHECK_EQ(20000, result_of(w.d, "down", 20000));
    world_free(&w);
}

TEST(a_trap_is_at_the_instruction_that_trapped)
{
    struct world w = world_new();
    uint64_t slots[8] = {0};
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(func_of(w.d, "above"), slots, NULL));
    CHECK_EQ(TN_TRAP_DIVIDE_BY_ZERO, tn_store_trap_kind(w.store));
    CHECK_EQ(DIVIDE_AT, tn_store_trap_frame(w.store, 0).offset);
    world_free(&w);
}

#endif
