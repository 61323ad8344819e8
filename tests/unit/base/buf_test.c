#include "base/buf.h"
#include "fault_alloc.h"
#include "tn_test.h"

static void check_bytes(const struct tn_buf *buf, const void *want, size_t size)
{
    CHECK(!buf->failed);
    CHECK_EQ(size, buf->size);
    CHECK(size == 0 || memcmp(want, buf->at, size) == 0);
}

TEST(puts_stand_one_after_another)
{
    struct tn_buf buf;
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_buf_put(&buf, NULL, 0);
    tn_buf_byte(&buf, 'a');
    tn_buf_put(&buf, "bc", 2);
    tn_buf_str(&buf, tn_str_of("def"));
    tn_buf_str(&buf, (struct tn_str){NULL, 0});
    tn_buf_print(&buf, "%d-%s", 42, "x");
    check_bytes(&buf, "abcdef42-x", 10);
    tn_buf_clear(&buf);
    CHECK_EQ(0, buf.size);
}

TEST(a_text_ends_with_a_zero_and_leaves_the_buffer_empty)
{
    struct tn_buf buf;
    tn_text text;
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_buf_print(&buf, "abc");
    CHECK_EQ(TN_OK, tn_buf_to_text(&buf, &text, NULL));
    CHECK_STR("abc", text.at);
    CHECK_EQ(3, text.size);
    CHECK(buf.at == NULL);
    tn_text_free(&text);
    CHECK(text.at == NULL);
    tn_text_free(&text);
}

TEST(words_are_little_endian)
{
    struct tn_buf buf;
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_buf_u32(&buf, 0x04030201);
    tn_buf_u64(&buf, 0x0c0b0a0908070605);
    check_bytes(&buf, "\1\2\3\4\5\6\7\10\11\12\13\14", 12);
    tn_buf_clear(&buf);
}

static void check_uleb(uint64_t value, const char *want, size_t size)
{
    struct tn_buf buf;
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_buf_uleb(&buf, value);
    check_bytes(&buf, want, size);
    tn_buf_clear(&buf);
}

static void check_sleb(int64_t value, const char *want, size_t size)
{
    struct tn_buf buf;
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_buf_sleb(&buf, value);
    check_bytes(&buf, want, size);
    tn_buf_clear(&buf);
}

TEST(unsigned_leb128_is_shortest)
{
    check_uleb(0, "\0", 1);
    check_uleb(127, "\x7f", 1);
    check_uleb(128, "\x80\1", 2);
    check_uleb(624485, "\xe5\x8e\x26", 3);
    check_uleb(UINT32_MAX, "\xff\xff\xff\xff\xf", 5);
    check_uleb(UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 10);
}

TEST(signed_leb128_is_shortest)
{
    check_sleb(0, "\0", 1);
    check_sleb(63, "\x3f", 1);
    check_sleb(64, "\xc0\0", 2);
    check_sleb(-1, "\x7f", 1);
    check_sleb(-64, "\x40", 1);
    check_sleb(-65, "\xbf\x7f", 2);
    check_sleb(-123456, "\xc0\xbb\x78", 3);
    check_sleb(INT32_MIN, "\x80\x80\x80\x80\x78", 5);
    check_sleb(INT64_MIN, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", 10);
    check_sleb(INT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\0", 10);
}

TEST(an_empty_buffer_has_room_for_nothing)
{
    struct tn_buf buf;
    tn_buf_init(&buf, &tn_alloc_libc);
    CHECK(tn_buf_room(&buf, 0) != NULL);
    CHECK(!buf.failed);
    CHECK_EQ(0, buf.size);
    tn_buf_clear(&buf);
}

TEST(room_that_cannot_be_is_a_failure)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    struct tn_buf buf;
    tn_buf_init(&buf, &alloc);
    tn_buf_byte(&buf, 1);
    CHECK(tn_buf_room(&buf, SIZE_MAX) == NULL);
    CHECK(buf.failed);
    tn_buf_clear(&buf);
    CHECK_EQ(0, fault.live);
}

static void write_all(struct tn_buf *buf)
{
    for (int i = 0; i < 1000; i++)
        tn_buf_print(buf, "line %d\n", i);
    tn_buf_u64(buf, 1);
}

TEST(a_failed_buffer_drops_what_follows_and_leaks_nothing)
{
    bool done = false;
    for (size_t n = 0; !done; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_buf buf;
        tn_buf_init(&buf, &alloc);
        write_all(&buf);
        done = !buf.failed;
        size_t size = buf.size;
        fault.fail_from = SIZE_MAX;
        tn_buf_byte(&buf, 1);
        CHECK_EQ(size + done, buf.size);
        tn_buf_clear(&buf);
        CHECK(!buf.failed);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        CHECK(n < 100);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
