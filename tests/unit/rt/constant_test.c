#include "rt/instance.h"
#include "rt_test.h"

/* clang-format off */
/* (module $konst
 *   (import "host" "n" (global $n i32))
 *   (func $f (export "f"))
 *   (global (export "sum") i32
 *     (i32.add (i32.mul (global.get $n) (i32.const 3))
 *              (i32.sub (i32.const 1) (i32.const 3))))
 *   (global (export "big") i64
 *     (i64.sub (i64.mul (i64.const 0x100000001) (i64.const 5))
 *              (i64.add (i64.const 1) (i64.const 2))))
 *   (global (export "float") f32 (f32.const -0.0))
 *   (global (export "double") f64 (f64.const 1.5))
 *   (global (export "func") funcref (ref.func $f))
 *   (global (export "null") externref (ref.null extern))) */
static const uint8_t konst_wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00,
    0x00, 0x02, 0x0b, 0x01, 0x04, 0x68, 0x6f, 0x73, 0x74, 0x01, 0x6e, 0x03, 0x7f,
    0x00, 0x03, 0x02, 0x01, 0x00, 0x06, 0x3f, 0x06, 0x7f, 0x00, 0x23, 0x00, 0x41,
    0x03, 0x6c, 0x41, 0x01, 0x41, 0x03, 0x6b, 0x6a, 0x0b, 0x7e, 0x00, 0x42, 0x81,
    0x80, 0x80, 0x80, 0x10, 0x42, 0x05, 0x7e, 0x42, 0x01, 0x42, 0x02, 0x7c, 0x7d,
    0x0b, 0x7d, 0x00, 0x43, 0x00, 0x00, 0x00, 0x80, 0x0b, 0x7c, 0x00, 0x44, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x3f, 0x0b, 0x70, 0x00, 0xd2, 0x00, 0x0b,
    0x6f, 0x00, 0xd0, 0x6f, 0x0b, 0x07, 0x30, 0x07, 0x01, 0x66, 0x00, 0x00, 0x03,
    0x73, 0x75, 0x6d, 0x03, 0x01, 0x03, 0x62, 0x69, 0x67, 0x03, 0x02, 0x05, 0x66,
    0x6c, 0x6f, 0x61, 0x74, 0x03, 0x03, 0x06, 0x64, 0x6f, 0x75, 0x62, 0x6c, 0x65,
    0x03, 0x04, 0x04, 0x66, 0x75, 0x6e, 0x63, 0x03, 0x05, 0x04, 0x6e, 0x75, 0x6c,
    0x6c, 0x03, 0x06, 0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b, 0x00, 0x1e, 0x04, 0x6e,
    0x61, 0x6d, 0x65, 0x00, 0x06, 0x05, 0x6b, 0x6f, 0x6e, 0x73, 0x74, 0x01, 0x04,
    0x01, 0x00, 0x01, 0x66, 0x02, 0x03, 0x01, 0x00, 0x00, 0x07, 0x04, 0x01, 0x00,
    0x01, 0x6e,
};
/* clang-format on */

static tn_val value_of(tn_instance *in, const char *name)
{
    tn_extern item;
    CHECK_EQ(TN_OK, tn_instance_export(in, name, &item, NULL));
    return tn_global_get(item.of.global);
}

TEST(constant_expressions_are_evaluated_as_written)
{
    struct bench b = bench_with(NULL);
    tn_extern n = {.kind = TN_EXTERN_GLOBAL};
    tn_val five = {.kind = TN_I32, .of.i32 = 5};
    uint32_t bits;
    CHECK_EQ(TN_OK, tn_global_new(b.store, five, false, &n.of.global, NULL));
    CHECK_EQ(TN_OK, tn_imports_define(b.imports, "host", "n", n, NULL));
    tn_instance *in = INSTANCE(&b, konst);
    CHECK_EQ(13, value_of(in, "sum").of.i32);
    CHECK_EQ(0x500000002, value_of(in, "big").of.i64);
    float zero = value_of(in, "float").of.f32;
    memcpy(&bits, &zero, 4);
    CHECK_EQ(0x80000000, bits);
    CHECK(value_of(in, "double").of.f64 == 1.5);
    CHECK(value_of(in, "func").of.func == func_of(in, "f"));
    CHECK(value_of(in, "null").of.ref == NULL);
    CHECK_EQ(TN_EXTERNREF, value_of(in, "null").kind);
    bench_end(&b);
}

/* (global i32 (i32.add (i32.add ... 1) 1)), the other way round: all operands
 * first. */
TEST(an_expression_may_be_as_deep_as_it_is_long)
{
    enum {
        DEPTH = 5000
    };
    struct bench b = bench_with(NULL);
    struct tn_buf bytes;
    tn_buf_init(&bytes, &tn_alloc_libc);
    tn_buf_put(&bytes, "\0asm\1\0\0\0\6", 9);
    tn_buf_uleb(&bytes, 1 + 2 + 2 * DEPTH + (DEPTH - 1) + 1);
    tn_buf_put(&bytes, "\1\x7f\0", 3);
    for (int i = 0; i < DEPTH; i++)
        tn_buf_put(&bytes, "\x41\1", 2);
    for (int i = 1; i < DEPTH; i++)
        tn_buf_byte(&bytes, 0x6a);
    tn_buf_byte(&bytes, 0x0b);
    tn_instance *in = instance_of(&b, bytes.at, bytes.size);
    CHECK_EQ(DEPTH, tn_global_get(in->all_globals[0]).of.i32);
    bench_end(&b);
    tn_buf_clear(&bytes);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
