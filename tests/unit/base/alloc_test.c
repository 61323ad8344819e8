#include "base/alloc.h"
#include "fault_alloc.h"
#include "tn_test.h"

TEST(a_new_block_is_zeroed)
{
    uint64_t *block = TN_ALLOC_ARRAY(&tn_alloc_libc, uint64_t, 100);
    CHECK(block != NULL);
    for (int i = 0; i < 100; i++)
        CHECK_EQ(0, block[i]);
    tn_alloc_free(&tn_alloc_libc, block, 100 * sizeof *block);
}

TEST(a_product_that_does_not_fit_asks_nobody)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    CHECK(tn_alloc_new(&alloc, SIZE_MAX / 2, 3) == NULL);
    CHECK_EQ(0, fault.requests);
}

TEST(sizes_are_told_also_for_nothing)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    void *none = tn_alloc_new(&alloc, 0, 8);
    CHECK(none != NULL);
    tn_alloc_free(&alloc, none, 0);
    char *block = tn_alloc_new(&alloc, 3, 1);
    CHECK(block != NULL);
    block = tn_alloc_resize(&alloc, block, 3, 300);
    CHECK(block != NULL);
    CHECK_EQ(0, block[2]);
    CHECK_EQ(300, fault.live);
    tn_alloc_free(&alloc, block, 300);
    tn_alloc_free(&alloc, NULL, 0);
    CHECK_EQ(0, fault.live);
    CHECK_EQ(0, fault.wrong_size);
}

TEST(a_resize_that_fails_leaves_the_block)
{
    struct fault fault = fault_at(1);
    tn_allocator alloc = fault_allocator(&fault);
    char *block = tn_alloc_new(&alloc, 4, 1);
    CHECK(block != NULL);
    block[3] = 'x';
    CHECK(tn_alloc_resize(&alloc, block, 4, 4000) == NULL);
    CHECK_EQ('x', block[3]);
    tn_alloc_free(&alloc, block, 4);
    CHECK_EQ(0, fault.live);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
