#include "mod/cursor.h"
#include "mod_bytes.h"

static tn_error err;

static struct tn_cursor over(const uint8_t *bytes, size_t size)
{
    err = (tn_error){0};
    return (struct tn_cursor){bytes, bytes, bytes + size, &err, false};
}

TEST(u32_reads_one_to_five_bytes)
{
    struct tn_cursor c =
        over(BYTES(0, 0x7f, 0x80, 1, 0xff, 0xff, 3, 0xff, 0xff, 0xff, 0xff,
                   0x0f, 0x82, 0x80, 0x80, 0x80, 0));
    CHECK_EQ(0, tn_cursor_u32(&c));
    CHECK_EQ(127, tn_cursor_u32(&c));
    CHECK_EQ(128, tn_cursor_u32(&c));
    CHECK_EQ(65535, tn_cursor_u32(&c));
    CHECK_EQ(UINT32_MAX, tn_cursor_u32(&c));
    CHECK_EQ(2, tn_cursor_u32(&c));
    CHECK(!c.failed && c.at == c.end);
}

TEST(signed_numbers_take_their_sign_from_the_last_byte)
{
    struct tn_cursor c = over(BYTES(0x7f, 0x40, 0x80, 0x7f, 0x80, 0x80, 0x80,
                                    0x80, 0x78, 0xff, 0xff, 0xff, 0xff, 0x07));
    CHECK_EQ(-1, tn_cursor_s32(&c));
    CHECK_EQ(-64, tn_cursor_s32(&c));
    CHECK_EQ(-128, tn_cursor_s32(&c));
    CHECK_EQ(INT32_MIN, tn_cursor_s32(&c));
    CHECK_EQ(INT32_MAX, tn_cursor_s32(&c));
    c = over(BYTES(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f));
    CHECK(tn_cursor_s64(&c) == INT64_MIN);
    c = over(BYTES(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1));
    CHECK(tn_cursor_u64(&c) == UINT64_MAX);
    c = over(BYTES(0xff, 0xff, 0xff, 0xff, 0x0f, 0x80, 0x80, 0x80, 0x80, 0x70));
    CHECK_EQ(UINT32_MAX, tn_cursor_s33(&c));
    CHECK_EQ(-(INT64_C(1) << 32), tn_cursor_s33(&c));
    CHECK(!c.failed);
}

TEST(what_is_written_is_read_again)
{
    for (unsigned shift = 0; shift < 64; shift++)
        for (int d = -1; d <= 1; d++) {
            uint64_t value = (UINT64_C(1) << shift) + (uint64_t)(int64_t)d;
            struct tn_buf out;
            tn_buf_init(&out, &tn_alloc_libc);
            tn_buf_uleb(&out, value);
            tn_buf_sleb(&out, (int64_t)value);
            tn_buf_sleb(&out, (int32_t)value);
            tn_buf_uleb(&out, (uint32_t)value);
            struct tn_cursor c = over(out.at, out.size);
            CHECK(tn_cursor_u64(&c) == value);
            CHECK(tn_cursor_s64(&c) == (int64_t)value);
            CHECK(tn_cursor_s32(&c) == (int32_t)value);
            CHECK(tn_cursor_u32(&c) == (uint32_t)value);
            CHECK(!c.failed && c.at == c.end);
            tn_buf_clear(&out);
        }
}

static void check_u32_refused(const char *why, const uint8_t *bytes,
                              size_t size)
{
    struct tn_cursor c = over(bytes, size);
    CHECK_EQ(0, tn_cursor_u32(&c));
    CHECK(c.failed && c.at == c.end);
    CHECK_STR(why, err.text);
    CHECK_EQ(TN_E_MALFORMED, err.status);
}

TEST(overlong_and_too_large_numbers_are_told_apart)
{
    check_u32_refused("integer representation too long",
                      BYTES(0x82, 0x80, 0x80, 0x80, 0x80, 0));
    check_u32_refused("integer too large", BYTES(0x82, 0x80, 0x80, 0x80, 0x10));
    check_u32_refused("unexpected end of section or function", BYTES(0x82));
    struct tn_cursor c = over(BYTES(0xff, 0xff, 0xff, 0xff, 0x0f));
    (void)tn_cursor_s32(&c);
    CHECK_STR("integer too large", err.text);
    c = over(BYTES(0x80, 0x80, 0x80, 0x80, 0x70));
    (void)tn_cursor_s32(&c);
    CHECK_STR("integer too large", err.text);
}

TEST(the_first_failure_is_kept_and_then_all_is_zero)
{
    struct tn_cursor c = over(BYTES(5, 0x80, 0x80));
    CHECK_EQ(5, tn_cursor_byte(&c));
    CHECK(tn_cursor_take(&c, 3) == NULL);
    CHECK_EQ(1, err.offset);
    CHECK_EQ(0, tn_cursor_u32(&c));
    CHECK_EQ(0, tn_cursor_s64(&c));
    CHECK(tn_cursor_take(&c, 0) != NULL);
    CHECK_EQ(0, tn_cursor_name(&c).size);
    tn_cursor_fail(&c, "later");
    CHECK_STR("unexpected end of section or function", err.text);
}

TEST(failing_needs_no_error_to_write_to)
{
    struct tn_cursor c = over(BYTES(0x80));
    c.err = NULL;
    CHECK_EQ(0, tn_cursor_u32(&c));
    CHECK(c.failed);
}

TEST(names_are_within_bounds_and_utf8)
{
    struct tn_cursor c = over(BYTES(2, 0xc3, 0xa4, 0));
    CHECK(tn_str_is(tn_cursor_name(&c), "\xc3\xa4"));
    CHECK(tn_str_is(tn_cursor_name(&c), ""));
    CHECK(!c.failed);
    c = over(BYTES(3, 'a', 'b'));
    (void)tn_cursor_name(&c);
    CHECK_STR("length out of bounds", err.text);
    c = over(BYTES(1, 0xc3));
    (void)tn_cursor_name(&c);
    CHECK_STR("malformed UTF-8 encoding", err.text);
}

TEST(a_sub_cursor_ends_early_and_its_parent_goes_on)
{
    struct tn_cursor c = over(BYTES(1, 2, 3, 4));
    struct tn_cursor sub = tn_cursor_sub(&c, 2);
    CHECK_EQ(1, tn_cursor_byte(&sub));
    CHECK_EQ(2, tn_cursor_byte(&sub));
    CHECK_EQ(0, tn_cursor_byte(&sub));
    CHECK(sub.failed && !c.failed);
    CHECK_EQ(2, err.offset);
    CHECK_EQ(3, tn_cursor_byte(&c));
    sub = tn_cursor_sub(&c, 2);
    CHECK(sub.failed && sub.at == sub.end && c.failed);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
