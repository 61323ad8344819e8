#include "gc_bench.h"

static const char bytes_wat[] = "(module (type (array (mut i8))))";

TEST(every_size_has_the_smallest_class_it_fits)
{
    struct gc_bench b;
    gc_bench_begin(&b, bytes_wat, NULL);
    size_t last_bytes = 0;
    for (size_t bytes = 1; bytes <= TN_GC_LARGE; bytes++) {
        uint8_t i = tn_gc_class_of(bytes);
        CHECK(i < TN_GC_CLASSES);
        CHECK(tn_gc_take(b.context, i, bytes) != NULL);
        size_t cell = b.store->gc.cursors[i].cell_bytes;
        CHECK(cell >= bytes);
        CHECK(cell == last_bytes || bytes == last_bytes + 1);
        last_bytes = cell;
    }
    CHECK_EQ(TN_GC_CLASSES, tn_gc_class_of(TN_GC_LARGE + 1));
    CHECK_EQ(TN_GC_LARGE, last_bytes);
    gc_bench_end(&b);
}

TEST(cells_do_not_overlap_and_lie_in_their_block)
{
    static const uint32_t lengths[] = {0, 8, 9, 100, 1000, 5000, 16000, 32000};
    struct gc_bench b;
    gc_bench_begin(&b, bytes_wat, NULL);
    for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++) {
        uint32_t length = lengths[n];
        struct tn_object *last = NULL;
        for (int i = 0; i < 200; i++) {
            struct tn_object *a = gc_array(&b, 0, length);
            struct tn_gc_block *block = tn_gc_block_of(a);
            size_t at = (size_t)((char *)a - (char *)block);
            CHECK(at + TN_ARRAY_DATA + length <= TN_GC_BLOCK);
            CHECK(at >= TN_GC_CELLS && at % 8 == 0);
            CHECK_EQ(length, tn_array_length(tn_pointer_slot(a)));
            CHECK(last == NULL || tn_gc_block_of(last) != block ||
                  (size_t)((char *)a - (char *)last) >= block->cell_bytes);
            memset((char *)a + TN_ARRAY_DATA, 0xee, length);
            last = a;
        }
    }
    gc_bench_end(&b);
}

TEST(only_the_address_of_an_object_is_one)
{
    struct gc_bench b;
    gc_bench_begin(&b, bytes_wat, NULL);
    const struct tn_gc_heap *heap = &b.store->gc;
    CHECK(tn_gc_object_at(heap, 4096) == NULL);
    struct tn_object *small = gc_array(&b, 0, 30);
    struct tn_object *large = gc_array(&b, 0, 500000);
    gc_pin(&b, small);
    gc_pin(&b, large);
    tn_gc_collect(b.context);
    for (struct tn_object *o = small; o != NULL;
         o = o == small ? large : NULL) {
        uint64_t at = tn_pointer_slot(o);
        CHECK(tn_gc_object_at(heap, at) == o);
        for (uint64_t i = 1; i < 48; i++)
            CHECK(tn_gc_object_at(heap, at + i) == NULL);
        CHECK(tn_gc_object_at(heap, at - 8) == NULL);
        CHECK(tn_gc_object_at(heap, at + 48) == NULL); /* nobody's yet */
        CHECK(tn_gc_object_at(heap, at | (uint64_t)1 << 60) == NULL);
        CHECK(tn_gc_object_at(heap, tn_pointer_slot(tn_gc_block_of(o))) ==
              NULL);
        gc_unpin(&b, o);
    }
    tn_gc_collect(b.context);
    CHECK(tn_gc_object_at(heap, tn_pointer_slot(small)) == NULL);
    CHECK(tn_gc_object_at(heap, tn_pointer_slot(large)) == NULL);
    gc_bench_end(&b);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void fill(struct tn_object *array, uint32_t length)
{
    memset((char *)array + TN_ARRAY_DATA, (int)(length % 251), length);
}

static void check_filled(const struct tn_object *array, uint32_t length)
{
    const uint8_t *at = (const uint8_t *)array + TN_ARRAY_DATA;
    CHECK_EQ(length, tn_array_length(tn_pointer_slot(array)));
    for (uint32_t i = 0; i < length; i++)
        CHECK(at[i] == length % 251);
}

/* Arrays of all sizes, of which a few are kept at a time. */
TEST(what_is_kept_stays_as_it_was)
{
    enum {
        KEPT = 60,
        ROUNDS = 4000
    };
    static struct tn_object *kept[KEPT];
    static uint32_t lengths[KEPT];
    struct gc_bench b;
    uint32_t seed = 1;
    memset(kept, 0, sizeof kept);
    gc_bench_begin(&b, bytes_wat, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t k = next_random(&seed) % KEPT;
        uint32_t most = (uint32_t)1 << next_random(&seed) % 18;
        if (kept[k] != NULL) {
            check_filled(kept[k], lengths[k]);
            gc_unpin(&b, kept[k]);
        }
        lengths[k] = next_random(&seed) % most;
        kept[k] = gc_array(&b, 0, lengths[k]);
        for (uint32_t n = 0; n < lengths[k]; n++) /* it came zeroed */
            CHECK(((char *)kept[k])[TN_ARRAY_DATA + n] == 0);
        fill(kept[k], lengths[k]);
        gc_pin(&b, kept[k]);
        if (i % 100 == 0)
            tn_gc_collect(b.context);
    }
    for (int k = 0; k < KEPT; k++)
        if (kept[k] != NULL)
            check_filled(kept[k], lengths[k]);
    gc_bench_end(&b);
}

TEST(large_objects_go_back_at_once)
{
    struct gc_bench b;
    gc_bench_begin(&b, bytes_wat, NULL);
    gc_array(&b, 0, 1);
    size_t before = b.fault.live;
    uint64_t bytes = b.store->gc.bytes;
    for (int i = 0; i < 100; i++)
        gc_array(&b, 0, 100000);
    CHECK(b.fault.live > before + 100000);
    tn_gc_collect(b.context);
    CHECK_EQ(bytes, b.store->gc.bytes);
    gc_bench_end(&b);
}

TEST(an_empty_block_serves_any_class)
{
    struct gc_bench b;
    gc_bench_begin(&b, bytes_wat, NULL);
    for (uint32_t round = 0; round < 30; round++) {
        for (int i = 0; i < 20; i++) /* 20 * 30,000: ten blocks */
            gc_array(&b, 0, round % 2 == 0 ? 30000 : 3000);
        tn_gc_collect(b.context);
    }
    CHECK(b.store->gc.bytes < 40 * TN_GC_BLOCK);
    gc_bench_end(&b);
}

TEST(a_heap_that_was_large_gives_memory_back)
{
    enum {
        MANY = 4000
    };
    static struct tn_object *all[MANY];
    struct gc_bench b;
    gc_bench_begin(&b, bytes_wat, NULL);
    for (int i = 0; i < MANY; i++) {
        all[i] = gc_array(&b, 0, 16000);
        gc_pin(&b, all[i]);
    }
    CHECK(b.store->gc.bytes > (uint64_t)MANY * 16000);
    for (int i = 0; i < MANY; i++)
        if (i % 500 != 0)
            gc_unpin(&b, all[i]);
    tn_gc_collect(b.context);
    CHECK(b.store->gc.bytes < 16 << 20);
    for (int i = 0; i < MANY; i += 500)
        CHECK(tn_gc_object_at(&b.store->gc, tn_pointer_slot(all[i])) == all[i]);
    for (int i = 0; i < MANY; i++)
        all[i] = gc_array(&b, 0, 16000);
    gc_bench_end(&b);
}

TEST(a_length_that_cannot_be_is_no_memory)
{
    struct gc_bench b;
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.max_gc_bytes = 1 << 20;
    gc_bench_begin(&b, "(module (type (array v128)) (type (array i8)))",
                   &config);
    CHECK(tn_gc_new_array(b.context, gc_bench_type(&b, 0), UINT32_MAX) == NULL);
    CHECK(tn_gc_new_array(b.context, gc_bench_type(&b, 1), UINT32_MAX) == NULL);
    CHECK(tn_gc_new_array(b.context, gc_bench_type(&b, 1), 1 << 20) == NULL);
    CHECK(tn_gc_new_array(b.context, gc_bench_type(&b, 1), 1 << 19) != NULL);
    gc_bench_end(&b);
}

/* As on each allocation of the stress mode. */
TEST(dead_cells_are_spoiled_when_asked)
{
    struct gc_bench b;
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.gc_mode = TN_GC_STRESS;
    gc_bench_begin(&b, bytes_wat, &config);
    struct tn_object *kept = gc_array(&b, 0, 10), *dead;
    gc_pin(&b, kept);
    fill(kept, 10);
    dead = gc_array(&b, 0, 10);
    gc_array(&b, 0, 500);
    CHECK(dead->type != gc_bench_type(&b, 0));
    check_filled(kept, 10);
    gc_bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
