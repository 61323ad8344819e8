#include "rt/func.h"
#include "rt_test.h"

static tn_status add(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)err;
    CHECK(tn_call_instance(call) == NULL);
    CHECK(tn_call_span(call, 0, 0) == NULL);
    CHECK(env == (void *)slots || env == NULL);
    slots[0] = (uint32_t)(slots[0] + slots[1]);
    return TN_OK;
}

static tn_status same(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)call, (void)slots, (void)env, (void)err;
    return TN_OK;
}

static void type_is(const char *written, const char *printed)
{
    struct bench b = bench_with(NULL);
    tn_func *func;
    char text[64];
    CHECK_EQ(TN_OK, tn_func_new(b.store, written, same, NULL, &func, &b.err));
    CHECK_EQ(strlen(printed) + 1, tn_func_type(func, text, sizeof text));
    CHECK_STR(printed, text);
    CHECK(tn_func_is(func, written));
    CHECK(tn_func_is(func, printed));
    CHECK(!tn_func_is(func, "(f32) -> f32"));
    bench_end(&b);
}

TEST(types_are_read_as_they_are_written)
{
    type_is("() -> ()", "() -> ()");
    type_is("()->i32", "() -> i32");
    type_is("(i32, i64) -> f64", "(i32, i64) -> f64");
    type_is("  (i32 ,f32)->( i32,funcref ) ", "(i32, f32) -> (i32, funcref)");
    type_is("(externref) -> (f64)", "(externref) -> f64");
}

TEST(what_is_no_type_is_refused)
{
    static const char *const wrong[] = {
        "",          "()",           "() ->",       "(i32 -> i32",
        "(i33)->()", "(i32,) -> ()", "() -> i32 x", "() -> ()()",
        "->",        "(i32)",        "() - > ()",   "(i32 i32) -> ()",
    };
    struct bench b = bench_with(NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        tn_func *func;
        CHECK_EQ(TN_E_TYPE,
                 tn_func_new(b.store, wrong[i], same, NULL, &func, NULL));
        CHECK(func == NULL);
    }
    bench_end(&b);
}

TEST(a_type_of_too_many_values_is_refused)
{
    struct bench b = bench_with(NULL);
    char text[2000] = "(i32";
    tn_func *func;
    for (int i = 0; i < 128; i++)
        strcat(text, ",i32");
    strcat(text, ") -> ()");
    CHECK_EQ(TN_E_TYPE, tn_func_new(b.store, text, same, NULL, &func, NULL));
    bench_end(&b);
}

TEST(a_text_that_does_not_fit_is_cut)
{
    struct bench b = bench_with(NULL);
    tn_func *func;
    char text[6];
    CHECK_EQ(TN_OK,
             tn_func_new(b.store, "(i32) -> i32", same, NULL, &func, NULL));
    CHECK_EQ(13, tn_func_type(func, text, sizeof text));
    CHECK_STR("(i32)", text);
    CHECK_EQ(13, tn_func_type(func, NULL, 0));
    bench_end(&b);
}

TEST(a_host_function_is_called_like_any_other)
{
    struct bench b = bench_with(NULL);
    tn_func *func;
    tn_val args[2] = {{.kind = TN_I32, .of.i32 = -3},
                      {.kind = TN_I32, .of.i32 = 5}};
    tn_val result;
    CHECK_EQ(TN_OK,
             tn_func_new(b.store, "(i32, i32) -> i32", add, NULL, &func, NULL));
    CHECK_EQ(TN_OK, tn_func_call(func, args, 2, &result, 1, &b.err));
    CHECK_EQ(TN_I32, result.kind);
    CHECK_EQ(2, result.of.i32);
    CHECK_EQ(TN_E_TYPE, tn_func_call(func, args, 1, &result, 1, NULL));
    CHECK_EQ(TN_E_TYPE, tn_func_call(func, args, 2, &result, 0, NULL));
    args[1].kind = TN_I64;
    CHECK_EQ(TN_E_TYPE, tn_func_call(func, args, 2, &result, 1, NULL));
    bench_end(&b);
}

TEST(bits_of_floats_survive)
{
    struct bench b = bench_with(NULL);
    tn_func *func;
    tn_val args[2] = {{.kind = TN_F32}, {.kind = TN_F64}}, results[2];
    uint32_t bits32 = 0x7fa00001, got32;
    uint64_t bits64 = 0x7ff4000000000001, got64;
    memcpy(&args[0].of.f32, &bits32, 4);
    memcpy(&args[1].of.f64, &bits64, 8);
    CHECK_EQ(TN_OK, tn_func_new(b.store, "(f32, f64) -> (f32, f64)", same, NULL,
                                &func, NULL));
    CHECK_EQ(TN_OK, tn_func_call(func, args, 2, results, 2, &b.err));
    memcpy(&got32, &results[0].of.f32, 4);
    memcpy(&got64, &results[1].of.f64, 8);
    CHECK_EQ(bits32, got32);
    CHECK_EQ(bits64, got64);
    bench_end(&b);
}

TEST(references_are_of_one_store)
{
    struct bench b = bench_with(NULL), other = bench_with(NULL);
    tn_func *func, *foreign;
    tn_val ref = {.kind = TN_FUNCREF}, result;
    CHECK_EQ(TN_OK, tn_func_new(b.store, "(funcref) -> funcref", same, NULL,
                                &func, NULL));
    CHECK_EQ(TN_OK,
             tn_func_new(other.store, "() -> ()", same, NULL, &foreign, NULL));
    CHECK_EQ(TN_OK, tn_func_call(func, &ref, 1, &result, 1, NULL));
    CHECK(result.of.func == NULL);
    ref.of.func = func;
    CHECK_EQ(TN_OK, tn_func_call(func, &ref, 1, &result, 1, NULL));
    CHECK(result.of.func == func);
    ref.of.func = foreign;
    CHECK_EQ(TN_E_MISUSE, tn_func_call(func, &ref, 1, &result, 1, NULL));
    bench_end(&b);
    bench_end(&other);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
