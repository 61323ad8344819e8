#include "os/random.h"
#include "tn_test.h"

TEST(two_draws_differ)
{
    unsigned char a[32] = {0}, b[32] = {0};
    CHECK_EQ(0, tn_os_random(a, sizeof a));
    CHECK_EQ(0, tn_os_random(b, sizeof b));
    CHECK(memcmp(a, b, sizeof a) != 0);
}

/* More than one system call gives at once (256 bytes are whole, 32 MiB - 1
 * at most), to the last byte and no further. */
TEST(a_long_draw_is_filled_to_its_end)
{
    enum {
        SIZE = 100000
    };
    static unsigned char bytes[SIZE + 1];
    bytes[SIZE] = 77;
    CHECK_EQ(0, tn_os_random(bytes, SIZE));
    CHECK_EQ(77, bytes[SIZE]);
    size_t zeros = 0;
    for (size_t i = SIZE - 1000; i < SIZE; i++)
        zeros += bytes[i] == 0;
    CHECK(zeros < 100);
}

TEST(nothing_can_be_drawn)
{
    unsigned char one = 5;
    CHECK_EQ(0, tn_os_random(&one, 0));
    CHECK_EQ(5, one);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
