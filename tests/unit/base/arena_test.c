#include "base/arena.h"
#include "fault_alloc.h"
#include "tn_test.h"

TEST(what_is_taken_is_zeroed_aligned_and_apart)
{
    struct tn_arena arena;
    tn_arena_init(&arena, &tn_alloc_libc);
    uint8_t *block[300];
    for (size_t i = 0; i < 300; i++) {
        block[i] = tn_arena_take(&arena, i, 3);
        CHECK(block[i] != NULL);
        CHECK_EQ(0, (uintptr_t)block[i] % 16);
        for (size_t k = 0; k < 3 * i; k++)
            CHECK_EQ(0, block[i][k]);
        memset(block[i], (int)(i & 0xff), 3 * i);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t k = 0; k < 3 * i; k++)
            CHECK_EQ(i & 0xff, block[i][k]);
    tn_arena_clear(&arena);
}

TEST(clear_gives_all_back_and_the_arena_may_be_used_again)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    struct tn_arena arena;
    tn_arena_init(&arena, &alloc);
    for (int round = 0; round < 2; round++) {
        CHECK(tn_arena_take(&arena, 1, 1000000) != NULL);
        for (int i = 0; i < 1000; i++)
            CHECK(TN_NEW_ARRAY(&arena, int, 99) != NULL);
        CHECK(arena.used >= 1000000 + 1000 * 99 * sizeof(int));
        CHECK(fault.live >= arena.used);
        tn_arena_clear(&arena);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, arena.used);
    }
    CHECK_EQ(0, fault.wrong_size);
}

TEST(reset_keeps_one_chunk_and_hands_it_out_zeroed)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    struct tn_arena arena;
    tn_arena_init(&arena, &alloc);
    tn_arena_reset(&arena);
    for (int i = 0; i < 100; i++) {
        void *block = tn_arena_take(&arena, 1, 100);
        CHECK(block != NULL);
        memset(block, 0xff, 100);
    }
    tn_arena_reset(&arena);
    size_t requests = fault.requests, kept = fault.live;
    CHECK(kept > 0);
    uint8_t *again = tn_arena_take(&arena, 1, 100);
    CHECK(again != NULL);
    for (int i = 0; i < 100; i++)
        CHECK_EQ(0, again[i]);
    CHECK_EQ(requests, fault.requests);
    CHECK_EQ(kept, fault.live);
    tn_arena_clear(&arena);
    CHECK_EQ(0, fault.live);
}

TEST(a_product_that_does_not_fit_is_refused)
{
    struct tn_arena arena;
    tn_arena_init(&arena, &tn_alloc_libc);
    CHECK(tn_arena_take(&arena, SIZE_MAX / 8, 16) == NULL);
    CHECK(tn_arena_take(&arena, SIZE_MAX, 1) == NULL);
    CHECK(tn_arena_take(&arena, 0, SIZE_MAX) != NULL);
    tn_arena_clear(&arena);
}

static bool take_many(struct tn_arena *arena)
{
    for (int i = 0; i < 40; i++)
        if (tn_arena_take(arena, 1, 1000) == NULL)
            return false;
    return true;
}

TEST(each_request_may_fail_and_nothing_leaks)
{
    bool done = false;
    for (size_t n = 0; !done; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_arena arena;
        tn_arena_init(&arena, &alloc);
        done = take_many(&arena);
        CHECK(done || tn_arena_take(&arena, 1, 1000000) == NULL);
        tn_arena_clear(&arena);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        CHECK(n < 100);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
