#include "rt/instance.h"
#include "rt_test.h"

/* clang-format off */
/* (module $bulk
 *   (memory (export "m") 1 2)
 *   (memory i64 0 4)
 *   (table (export "t") 4 8 funcref)
 *   (table 2 externref)
 *   (func $a (export "a"))
 *   (func $b (export "b"))
 *   (elem funcref (ref.func $a) (ref.null func) (ref.func $b))
 *   (elem func $b $a)
 *   (data "abcdef")) */
static const uint8_t bulk_wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00,
    0x00, 0x03, 0x03, 0x02, 0x00, 0x00, 0x04, 0x08, 0x02, 0x70, 0x01, 0x04, 0x08,
    0x6f, 0x00, 0x02, 0x05, 0x07, 0x02, 0x01, 0x01, 0x02, 0x05, 0x00, 0x04, 0x07,
    0x11, 0x04, 0x01, 0x6d, 0x02, 0x00, 0x01, 0x74, 0x01, 0x00, 0x01, 0x61, 0x00,
    0x00, 0x01, 0x62, 0x00, 0x01, 0x09, 0x12, 0x02, 0x05, 0x70, 0x03, 0xd2, 0x00,
    0x0b, 0xd0, 0x70, 0x0b, 0xd2, 0x01, 0x0b, 0x01, 0x00, 0x02, 0x01, 0x00, 0x0a,
    0x07, 0x02, 0x02, 0x00, 0x0b, 0x02, 0x00, 0x0b, 0x0b, 0x09, 0x01, 0x01, 0x06,
    0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x00, 0x1c, 0x04, 0x6e, 0x61, 0x6d, 0x65,
    0x00, 0x05, 0x04, 0x62, 0x75, 0x6c, 0x6b, 0x01, 0x07, 0x02, 0x00, 0x01, 0x61,
    0x01, 0x01, 0x62, 0x02, 0x05, 0x02, 0x00, 0x00, 0x01, 0x00,
};
/* clang-format on */

static tn_trap_kind help(tn_rt_help *function, tn_instance *in, uint64_t *s,
                         uint32_t a, uint32_t b)
{
    return function(in->context, s, a, b);
}
#define S(...) ((uint64_t[3]){__VA_ARGS__})

static uint64_t entry(tn_instance *in, uint32_t table, uint64_t i)
{
    uint64_t s[1] = {i};
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_get, in, s, table, 0));
    return s[0];
}

TEST(memory_fill_and_copy_keep_to_the_bounds)
{
    struct bench b = bench_with(NULL);
    tn_instance *in = INSTANCE(&b, bulk);
    uint8_t *mem = in->context->mem0;
    CHECK_EQ(TN_TRAP_NONE,
             help(tn_rt_memory_fill, in, S(65530, 0x1ff, 6), 0, 0));
    CHECK_EQ(0xff, mem[65535]);
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             help(tn_rt_memory_fill, in, S(65530, 1, 7), 0, 0));
    CHECK_EQ(0xff, mem[65530]);
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_fill, in, S(65536, 1, 0), 0, 0));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             help(tn_rt_memory_fill, in, S(65537, 1, 0), 0, 0));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             help(tn_rt_memory_fill, in, S(2, 1, UINT64_MAX), 0, 0));
    memcpy(mem, "abcdef", 6);
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_copy, in, S(2, 0, 4), 0, 0));
    CHECK(memcmp(mem, "ababcd", 6) == 0);
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             help(tn_rt_memory_copy, in, S(65535, 0, 2), 0, 0));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             help(tn_rt_memory_copy, in, S(0, 65535, 2), 0, 0));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             help(tn_rt_memory_copy, in, S(0, 0, 1), 1, 0));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_copy, in, S(0, 0, 0), 1, 0));
    bench_end(&b);
}

TEST(memory_grow_fails_in_the_type_of_its_memory)
{
    struct bench b = bench_with(NULL);
    tn_instance *in = INSTANCE(&b, bulk);
    uint64_t s[3] = {1};
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_grow, in, s, 0, 0));
    CHECK_EQ(1, s[0]);
    s[0] = 1;
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_grow, in, s, 0, 0));
    CHECK_EQ(0xffffffff, s[0]);
    s[0] = 4;
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_grow, in, s, 1, 0));
    CHECK_EQ(0, s[0]);
    s[0] = UINT64_MAX;
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_grow, in, s, 1, 0));
    CHECK(s[0] == UINT64_MAX);
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_size, in, s, 1, 0));
    CHECK_EQ(4, s[0]);
    bench_end(&b);
}

TEST(a_dropped_segment_is_empty)
{
    struct bench b = bench_with(NULL);
    tn_instance *in = INSTANCE(&b, bulk);
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_init, in, S(10, 1, 5), 0, 0));
    CHECK(memcmp(in->context->mem0 + 10, "bcdef", 5) == 0);
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             help(tn_rt_memory_init, in, S(10, 2, 5), 0, 0));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_data_drop, in, S(0), 0, 0));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_memory_init, in, S(10, 0, 0), 0, 0));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS,
             help(tn_rt_memory_init, in, S(10, 0, 1), 0, 0));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_init, in, S(0, 0, 2), 1, 0));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_elem_drop, in, S(0), 1, 0));
    CHECK_EQ(TN_TRAP_TABLE_BOUNDS,
             help(tn_rt_table_init, in, S(0, 0, 1), 1, 0));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_init, in, S(0, 0, 1), 0, 0));
    bench_end(&b);
}

TEST(table_instructions_keep_null_and_the_bounds)
{
    struct bench b = bench_with(NULL);
    tn_instance *in = INSTANCE(&b, bulk);
    uint64_t fa = tn_pointer_slot(func_of(in, "a"));
    uint64_t fb = tn_pointer_slot(func_of(in, "b"));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_init, in, S(1, 0, 3), 0, 0));
    CHECK(entry(in, 0, 0) == 0 && entry(in, 0, 1) == fa);
    CHECK(entry(in, 0, 2) == 0 && entry(in, 0, 3) == fb);
    CHECK(in->context->table0[2] == &tn_null_func);
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_copy, in, S(0, 1, 3), 0, 0));
    CHECK(entry(in, 0, 0) == fa && entry(in, 0, 2) == fb);
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_copy, in, S(1, 0, 3), 0, 0));
    CHECK(entry(in, 0, 1) == fa && entry(in, 0, 3) == fb);
    CHECK_EQ(TN_TRAP_TABLE_BOUNDS,
             help(tn_rt_table_copy, in, S(2, 0, 3), 0, 0));
    CHECK_EQ(TN_TRAP_TABLE_BOUNDS,
             help(tn_rt_table_fill, in, S(2, fa, 3), 0, 0));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_fill, in, S(2, fa, 2), 0, 0));
    CHECK(entry(in, 0, 3) == fa);
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_set, in, S(3, 0), 0, 0));
    CHECK(entry(in, 0, 3) == 0);
    CHECK_EQ(TN_TRAP_TABLE_BOUNDS, help(tn_rt_table_set, in, S(4, 0), 0, 0));
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_set, in, S(1, 77), 1, 0));
    CHECK_EQ(77, entry(in, 1, 1));
    CHECK_EQ(0, entry(in, 1, 0));
    bench_end(&b);
}

TEST(table_grow_shows_the_new_slots_to_all)
{
    struct bench b = bench_with(NULL);
    tn_instance *in = INSTANCE(&b, bulk);
    uint64_t fa = tn_pointer_slot(func_of(in, "a"));
    uint64_t s[3] = {fa, 4};
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_grow, in, s, 0, 0));
    CHECK_EQ(4, s[0]);
    CHECK_EQ(8, in->context->table0_size);
    CHECK(entry(in, 0, 7) == fa);
    s[0] = 0, s[1] = 1;
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_grow, in, s, 0, 0));
    CHECK_EQ(0xffffffff, s[0]);
    CHECK_EQ(TN_TRAP_NONE, help(tn_rt_table_size, in, s, 0, 0));
    CHECK_EQ(8, s[0]);
    bench_end(&b);
}

TEST(an_indirect_call_is_told_why_not)
{
    struct bench b = bench_with(NULL);
    tn_instance *in = INSTANCE(&b, bulk), *box = INSTANCE(&b, box);
    CHECK_EQ(TN_TRAP_UNINITIALIZED_ELEMENT,
             tn_rt_indirect(in->context, 0, &tn_null_func));
    CHECK_EQ(TN_TRAP_NONE, tn_rt_indirect(in->context, 0, func_of(in, "a")));
    CHECK_EQ(TN_TRAP_INDIRECT_TYPE,
             tn_rt_indirect(in->context, 0, func_of(box, "f")));
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
