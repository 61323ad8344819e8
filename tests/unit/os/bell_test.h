/* bell_test.h - what a bell promises, whatever it is made of. */
#include "os/clock.h"
#include "os/sync.h"
#include "tn_test.h"

static uint64_t now_ns(void)
{
    uint64_t now = 0;
    CHECK_EQ(0, tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &now));
    return now;
}

static void *ring_soon(void *bell)
{
    tn_bell_ring(bell);
    return NULL;
}

TEST(a_bell_is_heard_as_often_as_it_is_rung)
{
    struct tn_bell bell;
    pthread_t other;
    tn_bell_init(&bell);
    tn_bell_ring(&bell);
    CHECK_EQ(0, pthread_create(&other, NULL, ring_soon, &bell));
    CHECK(tn_bell_wait(&bell, TN_SYNC_FOREVER));
    CHECK(tn_bell_wait(&bell, now_ns() + 60 * UINT64_C(1000000000)));
    pthread_join(other, NULL);
    uint64_t before = now_ns();
    CHECK(!tn_bell_wait(&bell, before + 2000000));
    CHECK(now_ns() - before >= 2000000);
    tn_bell_ring(&bell);
    CHECK(tn_bell_wait(&bell, 0)); /* was rung before */
    tn_bell_clear(&bell);
}

enum {
    BELLS = 2000
};

static void *ring_all(void *bells)
{
    for (int i = 0; i < BELLS; i++)
        tn_bell_ring((struct tn_bell *)bells + i);
    return NULL;
}

TEST(who_heard_a_bell_may_clear_it_at_once)
{
    static struct tn_bell bells[BELLS];
    pthread_t other;
    for (int i = 0; i < BELLS; i++)
        tn_bell_init(&bells[i]);
    CHECK_EQ(0, pthread_create(&other, NULL, ring_all, bells));
    for (int i = 0; i < BELLS; i++) {
        CHECK(tn_bell_wait(&bells[i], TN_SYNC_FOREVER));
        tn_bell_clear(&bells[i]);
        memset(&bells[i], 0xa5, sizeof bells[i]);
    }
    pthread_join(other, NULL);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
