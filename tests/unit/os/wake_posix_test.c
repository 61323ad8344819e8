#include "os/wake.h"

#include <poll.h>

#include "tn_test.h"

static bool is_up(const int wake[2])
{
    struct pollfd item = {wake[0], POLLIN, 0};
    return poll(&item, 1, 0) == 1;
}

TEST(it_is_readable_from_raise_to_lower)
{
    int wake[2];
    CHECK(tn_os_wake_new(wake));
    CHECK(!is_up(wake));
    tn_os_wake_raise(wake);
    tn_os_wake_raise(wake);
    CHECK(is_up(wake));
    tn_os_wake_lower(wake);
    CHECK(!is_up(wake));
    tn_os_wake_raise(wake);
    CHECK(is_up(wake));
    tn_os_wake_free(wake);
    CHECK_EQ(-1, wake[0]);
}

TEST(without_descriptors_nothing_happens)
{
    int wake[2] = {-1, -1};
    tn_os_wake_raise(wake);
    tn_os_wake_lower(wake);
    tn_os_wake_free(wake);
    CHECK_EQ(-1, wake[0]);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
