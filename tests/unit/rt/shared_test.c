#include "rt_test.h"

static tn_shared_memory *shared_with(struct bench *b, tn_limits_info limits)
{
    tn_shared_memory *shared;
    CHECK_EQ(TN_OK, tn_shared_memory_new(b->engine, limits, &shared, &b->err));
    return shared;
}

TEST(its_base_does_not_move_when_it_grows)
{
    struct bench b = bench_with(NULL);
    tn_shared_memory *shared =
        shared_with(&b, (tn_limits_info){0, 65536, false, true, 16});
    const uint8_t *base = tn_shared_memory_span(shared, 0, 0);
    CHECK(base != NULL);
    CHECK(tn_shared_memory_span(shared, 0, 1) == NULL);
    CHECK_EQ(0, tn_shared_memory_grow(shared, 1));
    CHECK_EQ(1, tn_shared_memory_grow(shared, 9));
    CHECK(tn_shared_memory_span(shared, 0, 655360) == base);
    CHECK_EQ(0, base[655359]);
    CHECK_EQ(1, b.engine->reservation_count);
    tn_shared_memory_free(tn_shared_memory_retain(shared));
    CHECK_EQ(655360, tn_shared_memory_size(shared));
    tn_shared_memory_free(shared);
    CHECK_EQ(0, b.engine->reservation_count);
    bench_end(&b);
}

TEST(what_no_system_grants_is_reserved_in_part)
{
    struct bench b = bench_with(NULL);
    tn_limits_info limits = {1, (uint64_t)1 << 48, true, true, 16};
    tn_shared_memory *shared = shared_with(&b, limits);
    CHECK(shared->place.capacity >= 65536);
    CHECK(tn_shared_memory_grow(shared, (uint64_t)1 << 47) == UINT64_MAX);
    CHECK_EQ(1, tn_shared_memory_grow(shared, 1));
    tn_shared_memory_free(shared);
    bench_end(&b);
}

TEST(pages_of_one_byte_are_counted_in_bytes)
{
    struct bench b = bench_with(NULL);
    tn_shared_memory *shared =
        shared_with(&b, (tn_limits_info){3, 7, false, true, 0});
    CHECK_EQ(3, tn_shared_memory_grow(shared, 4));
    CHECK_EQ(7, tn_shared_memory_size(shared));
    CHECK(tn_shared_memory_grow(shared, 1) == UINT64_MAX);
    tn_shared_memory_free(shared);
    bench_end(&b);
}

TEST(no_more_pages_than_a_number_of_the_address_type_counts)
{
    struct bench b = bench_with(NULL);
    struct tn_limits out;
    tn_limits_info tiny = {0, (uint64_t)1 << 40, false, false, 0};
    CHECK_EQ(TN_OK, tn_rt_limits_of(tiny, &out, &b.err));
    CHECK_EQ(UINT32_MAX, out.max);
    tn_limits_info wide = {0, (uint64_t)1 << 50, true, false, 16};
    CHECK_EQ(TN_OK, tn_rt_limits_of(wide, &out, &b.err));
    CHECK(out.max == UINT64_MAX >> 16);
    CHECK(tn_rt_max_bytes(&out) == UINT64_MAX - 65535);
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
