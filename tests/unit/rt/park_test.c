#include <stdio.h>

#include "build_module.h"
#include "rt_test.h"

/* (memory 1 1 shared) (func (param i32 i64 i64) (result i32)), exported "f":
 * the wait, its memarg and its opcode given. */
static tn_func *wait_func(struct bench *b, const char *limits,
                          const char *instruction)
{
    char text[512];
    snprintf(text, sizeof text,
             "1:01 60 03 7f 7e 7e 01 7f;3:01 00;5:01 %s;7:01 01 66 00 00;"
             "10:01 (00 20 00 20 01 20 02 %s 0b)",
             limits, instruction);
    struct built_module m = build_module(text);
    tn_module *module;
    tn_instance *instance;
    if (tn_module_new_copy(b->engine, m.bytes, m.size, &module, &b->err) !=
        TN_OK)
        FAIL("module: %s", b->err.text);
    CHECK_EQ(TN_OK,
             tn_instance_new(b->store, module, NULL, &instance, &b->err));
    tn_module_free(module);
    return func_of(instance, "f");
}

static tn_trap_kind try_wait(struct bench *b, tn_func *func, uint32_t at,
                             uint64_t expected, int64_t timeout,
                             uint32_t *result)
{
    uint64_t slots[3] = {at, expected, (uint64_t)timeout};
    tn_status status = tn_func_call_raw(func, slots, NULL);
    *result = (uint32_t)slots[0];
    return status == TN_OK ? TN_TRAP_NONE : tn_store_trap_kind(b->store);
}

TEST(a_wait_checks_bounds_then_alignment_then_sharing)
{
    struct bench b = bench_with(NULL);
    uint32_t result;
    tn_func *shared = wait_func(&b, "03 01 01", "fe 02 03 04");
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, try_wait(&b, shared, 65526, 0, 0, &result));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             try_wait(&b, shared, UINT32_MAX, 0, 0, &result));
    CHECK_EQ(TN_TRAP_UNALIGNED_ATOMIC, try_wait(&b, shared, 0, 0, 0, &result));
    CHECK_EQ(TN_TRAP_NONE, try_wait(&b, shared, 4, 0, 0, &result));
    CHECK_EQ(2, result);
    tn_func *own = wait_func(&b, "01 01 01", "fe 02 03 04");
    CHECK_EQ(TN_TRAP_UNALIGNED_ATOMIC, try_wait(&b, own, 0, 0, 0, &result));
    CHECK_EQ(TN_TRAP_EXPECTED_SHARED, try_wait(&b, own, 4, 0, 0, &result));
    bench_end(&b);
}

TEST(a_value_that_differs_in_its_upper_half_is_not_waited_for)
{
    struct bench b = bench_with(NULL);
    uint32_t result;
    tn_func *func = wait_func(&b, "03 01 01", "fe 02 03 00");
    CHECK_EQ(TN_TRAP_NONE,
             try_wait(&b, func, 8, (uint64_t)1 << 32, -1, &result));
    CHECK_EQ(1, result);
    bench_end(&b);
}

TEST(a_waiter_that_gave_up_is_not_counted)
{
    struct bench b = bench_with(NULL);
    uint32_t result;
    tn_func *func = wait_func(&b, "03 01 01", "fe 02 03 00");
    CHECK_EQ(TN_TRAP_NONE, try_wait(&b, func, 8, 0, 1000, &result));
    CHECK_EQ(2, result);
    for (size_t i = 0; i < TN_PARK_BUCKETS; i++) {
        const struct tn_park_bucket *bucket = &b.engine->parking.buckets[i];
        CHECK(bucket->first == NULL);
        CHECK(bucket->end == &bucket->first);
    }
    CHECK(b.store->waiting == NULL);
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
