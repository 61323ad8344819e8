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

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
