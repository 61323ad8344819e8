#include "gc_bench.h"

static const char types_wat[] =
    "(module (type $a (sub (struct)))"
    "  (type $b (sub $a (struct (field i32))))"
    "  (type $c (sub $b (struct (field i32 i64 anyref))))"
    "  (type $v (array i8)) (type $f (func)))";

enum {
    A,
    B,
    C,
    V,
    F
};

static uint64_t new_of(struct gc_bench *b, uint32_t type)
{
    struct tn_object *object =
        tn_gc_new_struct(b->context, gc_bench_type(b, type));
    CHECK(object != NULL);
    gc_pin(b, object);
    return tn_pointer_slot(object);
}

static bool is(const struct gc_bench *b, uint64_t ref, uint32_t heap)
{
    return tn_gc_is(b->store, ref, TN_REF(heap, 0));
}

static uint32_t heap_of(const struct gc_bench *b, uint32_t type)
{
    return TN_HEAP_DEFINED + gc_bench_type(b, type)->id;
}

TEST(a_reference_is_of_its_type_and_those_above)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    uint64_t object = new_of(&b, B);
    CHECK(is(&b, object, heap_of(&b, A)));
    CHECK(is(&b, object, heap_of(&b, B)));
    CHECK(!is(&b, object, heap_of(&b, C)));
    CHECK(!is(&b, object, heap_of(&b, V)));
    CHECK(is(&b, object, TN_HEAP_STRUCT));
    CHECK(is(&b, object, TN_HEAP_EQ));
    CHECK(is(&b, object, TN_HEAP_ANY));
    CHECK(!is(&b, object, TN_HEAP_ARRAY));
    CHECK(!is(&b, object, TN_HEAP_I31));
    CHECK(!is(&b, object, TN_HEAP_NONE));
    uint64_t array = tn_pointer_slot(gc_array(&b, V, 3));
    CHECK(is(&b, array, heap_of(&b, V)));
    CHECK(is(&b, array, TN_HEAP_ARRAY));
    CHECK(is(&b, array, TN_HEAP_EQ));
    CHECK(!is(&b, array, TN_HEAP_STRUCT));
    CHECK(!is(&b, array, heap_of(&b, A)));
    gc_bench_end(&b);
}

TEST(an_i31_is_eq_and_no_object)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t ref = tn_ref_of_i31(0x7fffffff * i);
        CHECK(is(&b, ref, TN_HEAP_I31));
        CHECK(is(&b, ref, TN_HEAP_EQ));
        CHECK(is(&b, ref, TN_HEAP_ANY));
        CHECK(!is(&b, ref, TN_HEAP_STRUCT));
        CHECK(!is(&b, ref, TN_HEAP_ARRAY));
        CHECK(!is(&b, ref, TN_HEAP_NONE));
        CHECK(!is(&b, ref, heap_of(&b, A)));
    }
    gc_bench_end(&b);
}

TEST(null_is_of_every_nullable_type)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    for (uint32_t heap = 0; heap < TN_HEAP_BOTTOM; heap++) {
        CHECK(tn_gc_is(b.store, 0, TN_REF(heap, 1)));
        CHECK(!tn_gc_is(b.store, 0, TN_REF(heap, 0)));
    }
    CHECK(tn_gc_is(b.store, 0, TN_REF(heap_of(&b, F), 1)));
    gc_bench_end(&b);
}

TEST(a_pointer_of_the_embedders_becomes_any_and_comes_back)
{
    struct gc_bench b;
    uint64_t any, again, ext;
    gc_bench_begin(&b, types_wat, NULL);
    ext = tn_pointer_slot(&b);
    CHECK(tn_gc_any_of_extern(b.context, ext, &any));
    CHECK(is(&b, any, TN_HEAP_ANY));
    CHECK(!is(&b, any, TN_HEAP_EQ));
    CHECK(!is(&b, any, TN_HEAP_STRUCT));
    CHECK(!is(&b, any, heap_of(&b, A)));
    CHECK_EQ(ext, tn_gc_extern_of_any(any));
    CHECK(tn_gc_any_of_extern(b.context, 0, &any));
    CHECK_EQ(0, any);
    CHECK_EQ(0, tn_gc_extern_of_any(0));
    uint64_t object = new_of(&b, C);
    ext = tn_gc_extern_of_any(object);
    CHECK(tn_extern_is_any(ext));
    CHECK(tn_gc_any_of_extern(b.context, ext, &again));
    CHECK(object == again);
    ext = tn_gc_extern_of_any(tn_ref_of_i31(77));
    CHECK(tn_extern_is_any(ext));
    CHECK(tn_gc_any_of_extern(b.context, ext, &again));
    CHECK_EQ(tn_ref_of_i31(77), again);
    gc_bench_end(&b);
}

/* Small integers of either sign and pointers, as embedders use them. */
TEST(no_usual_pointer_looks_like_an_any)
{
    CHECK(!tn_extern_is_any(tn_pointer_slot((void *)(intptr_t)-1)));
    CHECK(!tn_extern_is_any(tn_pointer_slot((void *)(intptr_t)-100000)));
    CHECK(!tn_extern_is_any(tn_pointer_slot((void *)(intptr_t)100000)));
    CHECK(!tn_extern_is_any(tn_pointer_slot(&types_wat)));
}

static size_t records_of(const struct gc_bench *b)
{
    size_t count = 0;
    for (size_t i = 0; i < b->store->gc.types.count; i++)
        count += b->store->gc.types.at[i] != NULL;
    return count;
}

TEST(a_type_is_held_as_long_as_it_has_objects)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    struct tn_object *c = tn_slot_pointer(new_of(&b, C));
    gc_array(&b, V, 10);
    CHECK_EQ(2, records_of(&b));
    tn_gc_collect(b.context);
    CHECK_EQ(1, records_of(&b));
    tn_module_free(b.module);
    b.module = NULL;
    CHECK_EQ(2, c->type->depth);
    gc_unpin(&b, c);
    tn_gc_collect(b.context);
    CHECK_EQ(0, records_of(&b));
    gc_bench_end(&b);
}

TEST(fields_begin_as_zero_at_their_places)
{
    struct gc_bench b;
    gc_bench_begin(&b, types_wat, NULL);
    for (int i = 0; i < 300; i++) { /* and in cells that were used before */
        uint8_t *c = tn_slot_pointer(new_of(&b, C));
        static const uint8_t zeros[24];
        CHECK(memcmp(c + TN_OBJECT_DATA, zeros, 24) == 0);
        memset(c + TN_OBJECT_DATA, 0xff, 16);
        gc_unpin(&b, c);
        if (i % 10 == 9)
            tn_gc_collect(b.context);
    }
    const struct tn_type *type = gc_bench_type(&b, C);
    CHECK_EQ(8, type->fields[0].offset);
    CHECK_EQ(16, type->fields[1].offset);
    CHECK_EQ(24, type->fields[2].offset);
    gc_bench_end(&b);
}

TEST(allocation_fails_whole_at_each_step)
{
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status != TN_OK; n++) {
        struct gc_bench b;
        gc_bench_begin(&b, types_wat, NULL);
        b.fault.fail_from = b.fault.requests + n;
        uint64_t any;
        bool ok =
            tn_gc_new_struct(b.context, gc_bench_type(&b, C)) != NULL &&
            tn_gc_new_array(b.context, gc_bench_type(&b, V), 99) != NULL &&
            tn_gc_new_array(b.context, gc_bench_type(&b, V), 99999) != NULL &&
            tn_gc_any_of_extern(b.context, 0x1000, &any);
        b.fault.fail_from = SIZE_MAX;
        status = ok ? TN_OK : TN_E_NOMEM;
        CHECK(tn_gc_new_struct(b.context, gc_bench_type(&b, C)) != NULL);
        CHECK(n < 100);
        gc_bench_end(&b);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
