#include "rt_test.h"

TEST(a_table_of_the_embedder_holds_pointers_of_the_embedder)
{
    struct bench b = bench_with(NULL);
    tn_limits_info limits = {.min = 2, .max = 4};
    tn_table *table;
    tn_val value = {.kind = TN_EXTERNREF, .of.ref = &b};
    CHECK_EQ(TN_OK, tn_table_new(b.store, TN_EXTERNREF, limits, &table, NULL));
    CHECK_EQ(TN_OK, tn_table_set(table, 1, value, NULL));
    CHECK_EQ(2, tn_table_grow(table, 2, value));
    CHECK(tn_table_grow(table, 1, value) == UINT64_MAX);
    CHECK_EQ(4, tn_table_size(table));
    for (uint64_t i = 0; i < 4; i++) {
        CHECK_EQ(TN_OK, tn_table_get(table, i, &value, NULL));
        CHECK(value.of.ref == (i ? &b : NULL));
    }
    CHECK_EQ(TN_E_NOT_FOUND, tn_table_get(table, 4, &value, &b.err));
    CHECK_STR("table index 4, but there are 4 elements", b.err.text);
    CHECK_EQ(TN_E_NOT_FOUND, tn_table_set(table, 4, value, NULL));
    value.kind = TN_FUNCREF;
    CHECK_EQ(TN_E_TYPE, tn_table_set(table, 0, value, NULL));
    CHECK(tn_table_grow(table, 0, value) == UINT64_MAX);
    bench_end(&b);
}

TEST(limits_of_a_table_are_checked)
{
    struct bench b = bench_with(NULL);
    tn_limits_info limits = {.min = 5, .max = 4};
    tn_table *table;
    CHECK_EQ(TN_E_MISUSE,
             tn_table_new(b.store, TN_FUNCREF, limits, &table, NULL));
    limits = (tn_limits_info){.min = 1, .max = 1};
    CHECK_EQ(TN_E_MISUSE, tn_table_new(b.store, TN_I32, limits, &table, NULL));
    limits = (tn_limits_info){.min = UINT32_MAX, .max = UINT64_MAX};
    CHECK_EQ(TN_E_LIMIT,
             tn_table_new(b.store, TN_FUNCREF, limits, &table, NULL));
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
