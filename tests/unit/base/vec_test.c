#include "base/vec.h"
#include "fault_alloc.h"
#include "tn_test.h"

struct point {
    int x;
    double y;
    char z;
};

TEST(pushed_elements_keep_their_order)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    struct tn_vec(struct point) points = {0};
    for (int i = 0; i < 1000; i++)
        CHECK(TN_VEC_PUSH(&points, &alloc, ((struct point){i, i / 2.0, 'p'})));
    CHECK_EQ(1000, points.count);
    for (int i = 0; i < 1000; i++)
        CHECK(points.at[i].x == i && points.at[i].y == i / 2.0);
    CHECK(fault.requests < 20);
    TN_VEC_CLEAR(&points, &alloc);
    CHECK(points.at == NULL && points.count == 0 && points.cap == 0);
    CHECK_EQ(0, fault.live);
    CHECK_EQ(0, fault.wrong_size);
}

TEST(a_push_without_memory_keeps_what_there_was)
{
    struct fault fault = fault_at(1);
    tn_allocator alloc = fault_allocator(&fault);
    struct tn_vec(uint16_t) words = {0};
    size_t n = 0;
    while (TN_VEC_PUSH(&words, &alloc, (uint16_t)n))
        n++;
    CHECK(n > 0);
    CHECK_EQ(n, words.count);
    CHECK_EQ(n - 1, words.at[n - 1]);
    TN_VEC_CLEAR(&words, &alloc);
    CHECK_EQ(0, fault.live);
}

TEST(a_size_that_does_not_fit_is_refused)
{
    struct tn_vec(char) huge = {.at = NULL, .count = 0, .cap = SIZE_MAX / 4};
    CHECK(!tn_vec_grow(&tn_alloc_libc, &huge, 16));
    CHECK_EQ(SIZE_MAX / 4, huge.cap);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
