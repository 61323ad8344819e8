#include "os/clock.h"
#include "tn_test.h"

#include <time.h>

TEST(the_monotonic_clock_does_not_go_back)
{
    uint64_t before, after;
    CHECK_EQ(0, tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &before));
    for (int i = 0; i < 1000; i++) {
        CHECK_EQ(0, tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &after));
        CHECK(after >= before);
        before = after;
    }
}

TEST(the_real_clock_agrees_with_the_library)
{
    uint64_t now;
    time_t from = time(NULL);
    CHECK_EQ(0, tn_os_clock_now(TN_OS_CLOCK_REALTIME, &now));
    /* The library's may lag by a tick. */
    CHECK(now / 1000000000 >= (uint64_t)from);
    CHECK(now / 1000000000 <= (uint64_t)time(NULL) + 1);
}

TEST(every_clock_has_a_time_and_a_resolution)
{
    for (int clock = 0; clock < TN_OS_CLOCK_COUNT; clock++) {
        uint64_t ns = 0;
        CHECK_EQ(0, tn_os_clock_now((enum tn_os_clock)clock, &ns));
        ns = 0;
        CHECK_EQ(0, tn_os_clock_resolution((enum tn_os_clock)clock, &ns));
        CHECK(ns >= 1 && ns <= 1000000000);
    }
}

TEST(the_thread_may_yield)
{
    tn_os_yield();
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
