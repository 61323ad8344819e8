#include "gc_bench.h"

static const char types_wat[] = "(module (type $a (array (mut anyref)))"
                                "  (type $e (array (mut externref)))"
                                "  (type $n (struct (field (mut anyref)))))";

/* Arrays of arrays, from the innermost, so that nothing is lost meanwhile. */
static struct tn_object *bush(struct gc_bench *b, uint32_t width)
{
    struct tn_object *top = gc_array(b, 0, width);
    gc_pin(b, top);
    for (uint32_t i = 0; i < width; i++) {
        struct tn_object *middle = gc_array(b, 0, width);
        gc_put(top, i, middle);
        for (uint32_t k = 0; k < width; k++)
            gc_put(middle, k, gc_array(b, 0, 1));
    }
    return top;
}

TEST(all_that_a_pin_reaches_is_kept)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    struct tn_object *top = bush(&b, 300);
    tn_gc_collect(b.context);
    CHECK_EQ(90000 * 24 + 301 * 2560, b.store->gc.live);
    gc_unpin(&b, top);
    tn_gc_collect(b.context);
    CHECK_EQ(0, b.store->gc.live);
    gc_bench_end(&b);
}

/* The stack cannot grow: a few entries must do, and looking again. */
TEST(marking_needs_no_memory)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    struct tn_object *top = bush(&b, 300);
    b.fault.fail_from = 0;
    tn_gc_collect(b.context);
    b.fault.fail_from = SIZE_MAX;
    CHECK_EQ(90000 * 24 + 301 * 2560, b.store->gc.live);
    gc_unpin(&b, top);
    b.fault.fail_from = 0;
    tn_gc_collect(b.context);
    b.fault.fail_from = SIZE_MAX;
    CHECK_EQ(0, b.store->gc.live);
    gc_bench_end(&b);
}

TEST(a_chain_takes_no_stack)
{
    struct gc_bench b;
    struct tn_object *last = NULL, *first = NULL;
    gc_bench_begin(&b, types_wat, NULL);
    for (int i = 0; i < 200000; i++) {
        struct tn_object *node =
            tn_gc_new_struct(b.context, gc_bench_type(&b, 2));
        uint64_t ref = tn_pointer_slot(node);
        CHECK(node != NULL);
        if (first == NULL)
            gc_pin(&b, first = node);
        else
            memcpy((char *)last + TN_OBJECT_DATA, &ref, 8);
        last = node;
    }
    tn_gc_collect(b.context);
    CHECK_EQ(200000 * 16, b.store->gc.live);
    CHECK(b.store->gc.stack.cap < 100);
    gc_bench_end(&b);
}

/* Only a tagged extern is an object; the embedder's pointer is not looked at,
 * whatever it is. */
TEST(an_extern_keeps_an_object_if_it_is_one)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    struct tn_object *externs = gc_array(&b, 1, 4);
    gc_pin(&b, externs);
    struct tn_object *a = gc_array(&b, 0, 1);
    uint64_t words[4] = {tn_gc_extern_of_any(tn_pointer_slot(a)),
                         tn_gc_extern_of_any(tn_ref_of_i31(5)), 0x1238,
                         tn_pointer_slot(&b)};
    memcpy((char *)externs + TN_ARRAY_DATA, words, sizeof words);
    tn_gc_collect(b.context);
    CHECK_EQ(48 + 24, b.store->gc.live);
    memset((char *)externs + TN_ARRAY_DATA, 0, 8);
    tn_gc_collect(b.context);
    CHECK_EQ(48, b.store->gc.live);
    gc_bench_end(&b);
}

TEST(a_ring_goes_when_nobody_outside_names_it)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    struct tn_object *one = gc_array(&b, 0, 1);
    gc_pin(&b, one);
    struct tn_object *two = gc_array(&b, 0, 1);
    gc_put(one, 0, two);
    gc_put(two, 0, one);
    tn_gc_collect(b.context);
    CHECK_EQ(48, b.store->gc.live);
    gc_unpin(&b, one);
    tn_gc_collect(b.context);
    CHECK_EQ(0, b.store->gc.live);
    gc_bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
