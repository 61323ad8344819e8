#include "text/number.h"

#include <inttypes.h>
#include <stdlib.h>

#include "tn_test.h"

#define CHECK_NUMBER(call, want_outcome, want)    \
    do {                                          \
        value = 0x5a;                             \
        CHECK_EQ(TN_NUMBER_##want_outcome, call); \
        CHECK_EQ(want, value);                    \
    } while (0)

static enum tn_number_outcome u(const char *text, unsigned bits,
                                uint64_t *value)
{
    return tn_number_u(tn_str_of(text), bits, value);
}

static enum tn_number_outcome i(const char *text, unsigned bits,
                                uint64_t *value)
{
    return tn_number_i(tn_str_of(text), bits, value);
}

TEST(unsigned_integers_are_decimal_or_hexadecimal_and_must_fit)
{
    uint64_t value;
    CHECK_NUMBER(u("0", 8, &value), OK, 0);
    CHECK_NUMBER(u("255", 8, &value), OK, 255);
    CHECK_NUMBER(u("256", 8, &value), RANGE, 0x5a);
    CHECK_NUMBER(u("0xfF", 8, &value), OK, 255);
    CHECK_NUMBER(u("1_000_000", 32, &value), OK, 1000000);
    CHECK_NUMBER(u("18446744073709551615", 64, &value), OK, -1);
    CHECK_NUMBER(u("18446744073709551616", 64, &value), RANGE, 0x5a);
    CHECK_NUMBER(u("0x1_0000_0000_0000_0000", 64, &value), RANGE, 0x5a);
    CHECK_NUMBER(u("+1", 64, &value), SYNTAX, 0x5a);
}

TEST(integers_are_signed_or_unsigned)
{
    uint64_t value;
    CHECK_NUMBER(i("-1", 32, &value), OK, 0xffffffff);
    CHECK_NUMBER(i("-0x80", 8, &value), OK, 0x80);
    CHECK_NUMBER(i("-129", 8, &value), RANGE, 0x5a);
    CHECK_NUMBER(i("255", 8, &value), OK, 255);
    CHECK_NUMBER(i("+127", 8, &value), OK, 127);
    CHECK_NUMBER(i("+128", 8, &value), RANGE, 0x5a);
    CHECK_NUMBER(i("-9223372036854775808", 64, &value), OK, INT64_MIN);
    CHECK_NUMBER(i("-9223372036854775809", 64, &value), RANGE, 0x5a);
}

TEST(underscores_stand_between_digits_only)
{
    static const char *const wrong[] = {
        "",    "_1",  "1_",   "1__2", "0x",  "0x_1", "0x1_",  "x1",
        "0y1", "1a",  "0x1g", "- 1",  "--1", "-",    "+",     "+-1",
        "1.",  "0b1", "1 ",   " 1",   "0X1", "1e3",  "0x1p3",
    };
    uint64_t value;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        CHECK_NUMBER(i(wrong[k], 64, &value), SYNTAX, 0x5a);
}

static enum tn_number_outcome f64(const char *text, uint64_t *value)
{
    return tn_number_f64(tn_str_of(text), value);
}

static enum tn_number_outcome f32(const char *text, uint64_t *value)
{
    uint32_t bits = (uint32_t)*value;
    enum tn_number_outcome outcome = tn_number_f32(tn_str_of(text), &bits);
    *value = bits;
    return outcome;
}

TEST(floats_round_to_nearest_even)
{
    uint64_t value;
    CHECK_NUMBER(f64("1", &value), OK, 0x3ff0000000000000);
    CHECK_NUMBER(f64("-0.", &value), OK, INT64_MIN);
    CHECK_NUMBER(f64("0x1.8p-1", &value), OK, 0x3fe8000000000000);
    CHECK_NUMBER(f64("0.1", &value), OK, 0x3fb999999999999a);
    CHECK_NUMBER(f64("9007199254740993", &value), OK, 0x4340000000000000);
    CHECK_NUMBER(f64("9007199254740993.0000000000001", &value), OK,
                 0x4340000000000001);
    CHECK_NUMBER(f64("0x1.00000000000008p0", &value), OK, 0x3ff0000000000000);
    CHECK_NUMBER(f64("0x1.00000000000008000000000001p0", &value), OK,
                 0x3ff0000000000001);
    CHECK_NUMBER(f64("0x0.0000000000001p-1022", &value), OK, 1);
    CHECK_NUMBER(f64("4.9e-324", &value), OK, 1);
    CHECK_NUMBER(f64("2.4703282292062327e-324", &value), OK, 0);
    CHECK_NUMBER(f64("2.4703282292062328e-324", &value), OK, 1);
    CHECK_NUMBER(f64("2.2250738585072011e-308", &value), OK,
                 0x000fffffffffffff);
    CHECK_NUMBER(f64("1e-99999999999999999999", &value), OK, 0);
    CHECK_NUMBER(f64("0e99999999999999999999", &value), OK, 0);
    CHECK_NUMBER(f64("0x0p+1_0", &value), OK, 0);
    CHECK_NUMBER(f64("1_0.2_5e0_1", &value), OK, 0x4059a00000000000);
    CHECK_NUMBER(f64("0x1_0.4_0p-0_4", &value), OK, 0x3ff0400000000000);
    CHECK_NUMBER(f64("nan:0x1_", &value), SYNTAX, 0x5a);
    CHECK_NUMBER(f64("nan:0x1_0000_0000_0000_0000", &value), RANGE, 0x5a);
}

TEST(a_float_of_32_bits_is_not_rounded_twice)
{
    uint64_t value;
    /* Through a double, this would become a tie and go down. */
    CHECK_NUMBER(f32("1.00000017881393432617187499", &value), OK, 0x3f800001);
    CHECK_NUMBER(f32("1.00000017881393432617187500", &value), OK, 0x3f800002);
    CHECK_NUMBER(f32("1.00000017881393432617187501", &value), OK, 0x3f800002);
    CHECK_NUMBER(f32("0x1.000001000000000001p0", &value), OK, 0x3f800001);
    CHECK_NUMBER(f32("0x1p-149", &value), OK, 1);
    CHECK_NUMBER(f32("0x1p-150", &value), OK, 0);
    CHECK_NUMBER(f32("0x1.0001p-150", &value), OK, 1);
}

TEST(what_is_too_large_is_out_of_range)
{
    uint64_t value;
    CHECK_NUMBER(f64("1.7976931348623157e308", &value), OK, 0x7fefffffffffffff);
    CHECK_NUMBER(f64("1.7976931348623159e308", &value), RANGE, 0x5a);
    CHECK_NUMBER(f64("0x1.fffffffffffff7p1023", &value), OK,
                 0x7fefffffffffffff);
    CHECK_NUMBER(f64("0x1.fffffffffffff8p1023", &value), RANGE, 0x5a);
    CHECK_NUMBER(f64("1e99999999999999999999", &value), RANGE, 0x5a);
    CHECK_NUMBER(f32("340282356779733661637539395458142568447", &value), OK,
                 0x7f7fffff);
    CHECK_NUMBER(f32("340282356779733661637539395458142568448", &value), RANGE,
                 0x5a);
}

TEST(infinity_and_nan_have_signs_and_payloads)
{
    uint64_t value;
    CHECK_NUMBER(f32("-inf", &value), OK, 0xff800000);
    CHECK_NUMBER(f32("nan", &value), OK, 0x7fc00000);
    CHECK_NUMBER(f32("+nan:0x1", &value), OK, 0x7f800001);
    CHECK_NUMBER(f64("-nan:0xf_ffff_ffff_ffff", &value), OK, -1);
    CHECK_NUMBER(f32("nan:0x80_0000", &value), RANGE, 0x5a);
    CHECK_NUMBER(f32("nan:0x0", &value), RANGE, 0x5a);
    CHECK_NUMBER(f32("nan:1", &value), SYNTAX, 0x5a);
    CHECK_NUMBER(f32("nan:canonical", &value), SYNTAX, 0x5a);
    CHECK_NUMBER(f32("infinity", &value), SYNTAX, 0x5a);
}

TEST(floats_need_digits_where_the_grammar_asks_for_them)
{
    static const char *const wrong[] = {
        ".5",   "1e",   "1e+",   "0x1p",  "0x.8p1", "1._5",  "1_.5",    "1.5_",
        "1e_1", "1e1_", "0x1e+", "1p3",   "1.2.3",  "1f",    "0x1.gp1", "e1",
        "",     "+",    "0x",    "1e1.5", "1..",    "1e0x1",
    };
    uint64_t value;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        CHECK_NUMBER(f64(wrong[k], &value), SYNTAX, 0x5a);
}

TEST(a_thousand_digits_count)
{
    /* The middle between 1 and the next double, written out, then a digit far
     * behind it. */
    char text[3000] = "1.00000000000000011102230246251565404236316680908203125";
    uint64_t value;
    size_t size = strlen(text);
    memset(text + size, '0', 2000);
    text[size + 2000] = 0;
    CHECK_NUMBER(f64(text, &value), OK, 0x3ff0000000000000);
    text[size + 1999] = '1';
    CHECK_NUMBER(f64(text, &value), OK, 0x3ff0000000000001);
    /* Many digits before the point, and many zeros behind it. */
    memset(text, '0', 2500);
    memcpy(text, "0.", 2);
    memcpy(text + 2000, "1e1998", 7);
    CHECK_NUMBER(f64(text, &value), OK, 0x3fb999999999999a);
    memset(text, '0', 2500);
    memcpy(text, "1", 1);
    memcpy(text + 2000, "e-1999", 7);
    CHECK_NUMBER(f64(text, &value), OK, 0x3ff0000000000000);
}

/* The C library of the machine the tests run on rounds right; it is slower to
 * write down than to ask. */
TEST(any_text_that_printf_makes_is_read_as_strtod_reads_it)
{
    uint64_t state = 88172645463325252u;
    for (int round = 0; round < 20000; round++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double d;
        float f;
        char text[64];
        uint64_t value = 0, want = 0;
        memcpy(&d, &state, sizeof d);
        if (d - d != 0)
            continue;
        (void)snprintf(text, sizeof text, round % 3 ? "%.*e" : "%.*a",
                       (int)(state % 19), d);
        d = strtod(text, NULL);
        f = strtof(text, NULL);
        memcpy(&want, &d, sizeof d);
        if (d - d == 0)
            CHECK_NUMBER(f64(text, &value), OK, (int64_t)want);
        want = 0;
        memcpy(&want, &f, sizeof f);
        if (f - f == 0)
            CHECK_NUMBER(f32(text, &value), OK, (int64_t)want);
        else
            CHECK_NUMBER(f32(text, &value), RANGE, 0x5a);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
