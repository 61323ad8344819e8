/* Reading a whole file. */
#include "os/slurp.h"

#include <stdlib.h>
#include <unistd.h>

#include "tn_test.h"

static char path[] = "/tmp/tenon-slurp-XXXXXX";

static tn_status slurp(uint64_t max, struct tn_buf *out)
{
    tn_buf_init(out, &tn_alloc_libc);
    return tn_os_slurp(path, max, out, NULL, NULL);
}

TEST(a_file_is_read_to_its_end_and_no_further_than_the_limit)
{
    struct tn_buf buf;
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    CHECK_EQ(TN_OK, slurp(0, &buf));
    CHECK_EQ(0, buf.size);
    tn_buf_clear(&buf);
    for (int i = 0; i < 1000; i++)
        CHECK_EQ(10, write(fd, "0123456789", 10));
    CHECK_EQ(TN_OK, slurp(10000, &buf));
    CHECK_EQ(10000, buf.size);
    CHECK_EQ('9', buf.at[9999]);
    tn_buf_clear(&buf);
    CHECK_EQ(TN_E_LIMIT, slurp(9999, &buf));
    tn_buf_clear(&buf);
    close(fd);
    unlink(path);
}

TEST(a_missing_file_is_told_from_an_unreadable_one)
{
    struct tn_buf buf;
    bool is_missing = false;
    tn_buf_init(&buf, &tn_alloc_libc);
    CHECK_EQ(TN_E_IO,
             tn_os_slurp("/tmp/tenon-none", 10, &buf, &is_missing, NULL));
    CHECK(is_missing);
    CHECK_EQ(TN_E_IO, tn_os_slurp("/tmp", 10, &buf, &is_missing, NULL));
    CHECK(!is_missing);
    tn_buf_clear(&buf);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
