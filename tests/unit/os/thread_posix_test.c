#include "os/thread.h"
#include "tn_test.h"

static void *set_to_seven(void *arg)
{
    *(int *)arg = 7;
    return NULL;
}

TEST(what_a_thread_did_is_seen_when_it_is_joined)
{
    struct tn_os_thread thread;
    int number = 0;
    CHECK(tn_os_thread_start(&thread, set_to_seven, &number));
    tn_os_thread_join(&thread);
    CHECK_EQ(7, number);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
