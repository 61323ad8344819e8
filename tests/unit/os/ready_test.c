#include "os/clock.h"
#include "os/ready.h"
#include "tn_test.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MS ((uint64_t)1000000)

static uint64_t now(void)
{
    uint64_t ns = 0;
    CHECK_EQ(0, tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &ns));
    return ns;
}

TEST(time_runs_out_and_not_sooner)
{
    size_t count = 9;
    uint64_t began = now();
    CHECK_EQ(0, tn_os_wait(NULL, 0, 20 * MS, &count));
    CHECK_EQ(0, count);
    CHECK(now() - began >= 20 * MS);
}

TEST(a_pipe_is_readable_once_something_is_in_it)
{
    int ends[2];
    size_t count;
    CHECK_EQ(0, pipe(ends));
    struct tn_os_ready item = {.fd = ends[0], .to_read = true};
    CHECK_EQ(0, tn_os_wait(&item, 1, 0, &count));
    CHECK_EQ(0, count);
    CHECK(!item.can_read);
    CHECK_EQ(3, write(ends[1], "abc", 3));
    CHECK_EQ(0, tn_os_wait(&item, 1, TN_OS_FOREVER, &count));
    CHECK_EQ(1, count);
    CHECK(item.can_read && !item.can_write && !item.has_hung_up);
    CHECK_EQ(3, tn_os_readable_bytes(ends[0]));
    close(ends[0]), close(ends[1]);
}

TEST(a_pipe_is_writable_until_it_is_full)
{
    int ends[2];
    size_t count;
    char block[4096] = {0};
    CHECK_EQ(0, pipe(ends));
    CHECK_EQ(0, fcntl(ends[1], F_SETFL, O_NONBLOCK));
    struct tn_os_ready item = {.fd = ends[1], .to_write = true};
    CHECK_EQ(0, tn_os_wait(&item, 1, 0, &count));
    CHECK(count == 1 && item.can_write);
    while (write(ends[1], block, sizeof block) > 0)
        ;
    CHECK_EQ(0, tn_os_wait(&item, 1, 0, &count));
    CHECK_EQ(0, count);
    CHECK(!item.can_write);
    close(ends[0]), close(ends[1]);
}

TEST(the_other_end_may_hang_up)
{
    int ends[2];
    size_t count;
    CHECK_EQ(0, pipe(ends));
    close(ends[1]);
    struct tn_os_ready item = {.fd = ends[0], .to_read = true};
    CHECK_EQ(0, tn_os_wait(&item, 1, TN_OS_FOREVER, &count));
    CHECK(count == 1 && item.has_hung_up);
    CHECK_EQ(0, tn_os_readable_bytes(ends[0]));
    close(ends[0]);
}

TEST(only_the_ready_ones_are_told)
{
    int a[2], b[2];
    size_t count;
    CHECK(pipe(a) == 0 && pipe(b) == 0);
    CHECK_EQ(1, write(b[1], "x", 1));
    struct tn_os_ready items[3] = {{.fd = a[0], .to_read = true},
                                   {.fd = -1, .to_read = true},
                                   {.fd = b[0], .to_read = true}};
    CHECK_EQ(0, tn_os_wait(items, 3, TN_OS_FOREVER, &count));
    CHECK_EQ(1, count);
    CHECK(!items[0].can_read && !items[1].can_read && items[2].can_read);
    close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
