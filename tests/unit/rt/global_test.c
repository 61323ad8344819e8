#include "rt_test.h"

TEST(a_global_keeps_its_type)
{
    struct bench b = bench_with(NULL);
    tn_val value = {.kind = TN_I64, .of.i64 = INT64_MIN},
           other = {.kind = TN_I32};
    tn_global *global;
    CHECK_EQ(TN_OK, tn_global_new(b.store, value, true, &global, NULL));
    CHECK(tn_global_get(global).of.i64 == INT64_MIN);
    CHECK_EQ(TN_E_TYPE, tn_global_set(global, other, NULL));
    value.of.i64 = 7;
    CHECK_EQ(TN_OK, tn_global_set(global, value, NULL));
    CHECK_EQ(7, tn_global_get(global).of.i64);
    CHECK_EQ(TN_I64, tn_global_get(global).kind);
    bench_end(&b);
}

TEST(a_constant_cannot_be_set)
{
    struct bench b = bench_with(NULL);
    tn_val value = {.kind = TN_F64, .of.f64 = 2.5};
    tn_global *global;
    CHECK_EQ(TN_OK, tn_global_new(b.store, value, false, &global, NULL));
    CHECK_EQ(TN_E_MISUSE, tn_global_set(global, value, &b.err));
    CHECK_STR("global is constant", b.err.text);
    value.kind = TN_EXNREF;
    value.of.ref = &value; /* no exception of this store's */
    CHECK_EQ(TN_E_MISUSE, tn_global_new(b.store, value, false, &global, NULL));
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
