#include "os/pages.h"
#include "tn_test.h"

static bool is_zero(const uint8_t *at, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (at[i] != 0)
            return false;
    return true;
}

TEST(a_page_is_a_power_of_two)
{
    size_t page = tn_os_page_size();
    CHECK(page >= 4096 && (page & (page - 1)) == 0);
}

TEST(reserved_space_is_usable_where_committed)
{
    size_t page = tn_os_page_size();
    uint8_t *at = tn_os_reserve(64 * page);
    CHECK(at != NULL);
    CHECK(tn_os_commit(at, 2 * page));
    CHECK(is_zero(at, 2 * page));
    memset(at, 7, 2 * page);
    CHECK(tn_os_commit(at + 2 * page, page));
    CHECK_EQ(7, at[2 * page - 1]);
    CHECK_EQ(0, at[2 * page]);
    tn_os_release(at, 64 * page);
}

TEST(too_much_space_is_refused)
{
    size_t all = SIZE_MAX - tn_os_page_size() + 1;
    CHECK(tn_os_reserve(all) == NULL);
    CHECK(tn_os_map(all) == NULL);
    tn_os_release(NULL, 0);
}

TEST(discarded_pages_read_as_zero_and_stay_writable)
{
    size_t page = tn_os_page_size();
    uint8_t *at = tn_os_map(4 * page);
    CHECK(at != NULL);
    memset(at, 9, 4 * page);
    tn_os_discard(at + page, 2 * page);
    CHECK_EQ(9, at[page - 1]);
    CHECK(is_zero(at + page, 2 * page));
    CHECK_EQ(9, at[3 * page]);
    at[page] = 1;
    tn_os_discard(at, 0);
    tn_os_release(at, 4 * page);
}

TEST(part_of_a_mapping_may_be_released)
{
    size_t page = tn_os_page_size();
    uint8_t *at = tn_os_map(3 * page);
    CHECK(at != NULL);
    at[0] = 1;
    tn_os_release(at + page, 2 * page);
    CHECK_EQ(1, at[0]);
    tn_os_release(at, page);
}

TEST(mappings_of_an_image_share_its_bytes_and_not_their_writes)
{
    size_t page = tn_os_page_size();
    int image = tn_os_image_new("abc", 3);
    if (image < 0)
        SKIP("no images on this system");
    uint8_t *a = tn_os_map(2 * page), *b = tn_os_reserve(page);
    CHECK(a != NULL && b != NULL);
    memset(a, 5, 2 * page);
    CHECK(tn_os_image_map(image, a, page));
    CHECK(tn_os_image_map(image, b, page));
    tn_os_image_free(image);
    CHECK(memcmp(a, "abc", 3) == 0 && memcmp(b, "abc", 3) == 0);
    CHECK(is_zero(a + 3, page - 3));
    CHECK_EQ(5, a[page]);
    a[0] = 'x';
    CHECK_EQ('a', b[0]);
    tn_os_release(a, 2 * page);
    tn_os_release(b, page);
}

TEST(a_discarded_image_reads_as_zero)
{
    size_t page = tn_os_page_size();
    int image = tn_os_image_new("abc", 3);
    if (image < 0)
        SKIP("no images on this system");
    uint8_t *at = tn_os_map(page);
    CHECK(at != NULL);
    CHECK(tn_os_image_map(image, at, page));
    tn_os_discard(at, page);
    CHECK(is_zero(at, page));
    tn_os_release(at, page);
    tn_os_image_free(image);
}

TEST(an_image_may_be_empty_and_long)
{
    int image = tn_os_image_new(NULL, 0);
    if (image < 0)
        SKIP("no images on this system");
    uint8_t *none = tn_os_map(tn_os_page_size());
    CHECK(none != NULL);
    CHECK(tn_os_image_map(image, none, 0));
    tn_os_image_free(image);
    tn_os_release(none, tn_os_page_size());

    size_t size = 1 << 20;
    uint8_t *long_one = tn_os_map(size);
    CHECK(long_one != NULL);
    for (size_t i = 0; i < size; i++)
        long_one[i] = (uint8_t)(i * 7 >> 3);
    image = tn_os_image_new(long_one, size);
    uint8_t *copy = tn_os_reserve(size);
    CHECK(image >= 0 && copy != NULL);
    CHECK(tn_os_image_map(image, copy, size));
    CHECK(memcmp(long_one, copy, size) == 0);
    tn_os_image_free(image);
    tn_os_release(copy, size);
    tn_os_release(long_one, size);
}

TEST(no_image_is_freed_without_harm)
{
    tn_os_image_free(-1);
    CHECK(tn_os_image_new("x", SIZE_MAX) == -1);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
