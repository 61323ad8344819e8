#include "rt_test.h"

static tn_memory *memory_with(struct bench *b, uint64_t min, uint64_t max,
                              bool is_64)
{
    tn_limits_info limits = {min, max, is_64, false, 16};
    tn_memory *memory;
    CHECK_EQ(TN_OK, tn_memory_new(b->store, limits, &memory, &b->err));
    return memory;
}

TEST(a_memory_grows_to_its_maximum)
{
    struct bench b = bench_with(NULL);
    tn_memory *memory = memory_with(&b, 1, 3, false);
    CHECK_EQ(1, tn_memory_grow(memory, 0));
    CHECK_EQ(1, tn_memory_grow(memory, 2));
    CHECK_EQ(3, tn_memory_pages(memory));
    CHECK(tn_memory_grow(memory, 1) == UINT64_MAX);
    CHECK(tn_memory_grow(memory, UINT64_MAX) == UINT64_MAX);
    CHECK_EQ(3 * 65536, tn_memory_size(memory));
    CHECK_EQ(3 * 65536, b.store->memory_bytes);
    bench_end(&b);
}

TEST(thirty_two_bits_end_at_four_gigabytes)
{
    struct bench b = bench_with(NULL);
    tn_memory *memory = memory_with(&b, 0, UINT64_MAX, false);
    tn_limits_info limits = {65537, UINT64_MAX, false, false, 16};
    CHECK(tn_memory_grow(memory, 65537) == UINT64_MAX);
    CHECK_EQ(TN_E_LIMIT, tn_memory_new(b.store, limits, &memory, NULL));
    bench_end(&b);
}

TEST(sixty_four_bits_do_not_wrap)
{
    struct bench b = bench_with(NULL);
    tn_memory *memory = memory_with(&b, 1, UINT64_MAX, true);
    CHECK(tn_memory_grow(memory, UINT64_MAX) == UINT64_MAX);
    CHECK(tn_memory_grow(memory, (uint64_t)1 << 48) == UINT64_MAX);
    CHECK(tn_memory_grow(memory, ((uint64_t)1 << 48) - 1) == UINT64_MAX);
    CHECK_EQ(1, tn_memory_grow(memory, 1));
    bench_end(&b);
}

TEST(a_span_is_wholly_inside)
{
    struct bench b = bench_with(NULL);
    tn_memory *memory = memory_with(&b, 1, 1, false);
    CHECK(tn_memory_span(memory, 0, 65536) != NULL);
    CHECK(tn_memory_span(memory, 65536, 0) != NULL);
    CHECK(tn_memory_span(memory, 65536, 1) == NULL);
    CHECK(tn_memory_span(memory, 1, UINT64_MAX) == NULL);
    memory = memory_with(&b, 0, 1, false);
    CHECK(tn_memory_span(memory, 0, 0) != NULL);
    CHECK(tn_memory_span(memory, 0, 1) == NULL);
    bench_end(&b);
}

TEST(limits_that_make_no_sense_are_misuse)
{
    struct bench b = bench_with(NULL);
    tn_memory *memory;
    tn_limits_info limits = {2, 1, false, false, 16};
    CHECK_EQ(TN_E_MISUSE, tn_memory_new(b.store, limits, &memory, NULL));
    limits = (tn_limits_info){1, 2, false, false, 3};
    CHECK_EQ(TN_E_MISUSE, tn_memory_new(b.store, limits, &memory, NULL));
    limits = (tn_limits_info){1, UINT64_MAX, false, true, 16};
    CHECK_EQ(TN_E_MISUSE, tn_memory_new(b.store, limits, &memory, NULL));
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
