#include "os/clock.h"
#include "os/sync.h"
#include "tn_test.h"

struct shared {
    struct tn_mutex mutex;
    int count;
};

static void *add_many(void *arg)
{
    struct shared *shared = arg;
    for (int i = 0; i < 10000; i++) {
        tn_mutex_lock(&shared->mutex);
        shared->count++;
        tn_mutex_unlock(&shared->mutex);
    }
    return NULL;
}

TEST(only_one_thread_is_inside_a_lock)
{
    struct shared shared = {.count = 0};
    tn_mutex_init(&shared.mutex);
    pthread_t other[3];
    for (int i = 0; i < 3; i++)
        CHECK_EQ(0, pthread_create(&other[i], NULL, add_many, &shared));
    add_many(&shared);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(0, pthread_join(other[i], NULL));
    tn_mutex_clear(&shared.mutex);
    CHECK_EQ(40000, shared.count);
}

struct turn {
    struct tn_mutex mutex;
    struct tn_cond cond;
    bool is_there;
};

static void *raise_soon(void *arg)
{
    struct turn *turn = arg;
    tn_mutex_lock(&turn->mutex);
    turn->is_there = true;
    tn_cond_raise(&turn->cond);
    tn_mutex_unlock(&turn->mutex);
    return NULL;
}

TEST(who_waits_for_a_condition_gives_up_the_lock)
{
    struct turn turn = {.is_there = false};
    pthread_t other;
    tn_mutex_init(&turn.mutex);
    tn_cond_init(&turn.cond);
    tn_mutex_lock(&turn.mutex);
    CHECK_EQ(0, pthread_create(&other, NULL, raise_soon, &turn));
    while (!turn.is_there)
        CHECK(tn_cond_wait(&turn.cond, &turn.mutex, TN_SYNC_FOREVER));
    tn_mutex_unlock(&turn.mutex);
    pthread_join(other, NULL);
    tn_cond_clear(&turn.cond);
    tn_mutex_clear(&turn.mutex);
}

TEST(a_condition_is_awaited_until_its_deadline)
{
    struct turn turn;
    uint64_t before, after;
    tn_mutex_init(&turn.mutex);
    tn_cond_init(&turn.cond);
    tn_mutex_lock(&turn.mutex);
    CHECK_EQ(0, tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &before));
    while (tn_cond_wait(&turn.cond, &turn.mutex, before + 2000000))
        continue;
    CHECK_EQ(0, tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &after));
    CHECK(after - before >= 2000000);
    tn_mutex_unlock(&turn.mutex);
    tn_cond_clear(&turn.cond);
    tn_mutex_clear(&turn.mutex);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
