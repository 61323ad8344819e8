#include "mod_bytes.h"

static bool below(uint32_t a, uint32_t b)
{
    return tn_heap_matches(NULL, a, b);
}

TEST(abstract_heap_types_form_four_trees)
{
    CHECK(below(TN_HEAP_I31, TN_HEAP_ANY) && below(TN_HEAP_I31, TN_HEAP_EQ));
    CHECK(below(TN_HEAP_NONE, TN_HEAP_STRUCT));
    CHECK(below(TN_HEAP_NONE, TN_HEAP_ANY));
    CHECK(!below(TN_HEAP_ANY, TN_HEAP_EQ));
    CHECK(!below(TN_HEAP_STRUCT, TN_HEAP_ARRAY));
    CHECK(below(TN_HEAP_NOFUNC, TN_HEAP_FUNC));
    CHECK(!below(TN_HEAP_NOFUNC, TN_HEAP_ANY));
    CHECK(!below(TN_HEAP_NONE, TN_HEAP_FUNC));
    CHECK(!below(TN_HEAP_EXTERN, TN_HEAP_ANY));
    CHECK(below(TN_HEAP_NOEXTERN, TN_HEAP_EXTERN));
    CHECK(below(TN_HEAP_NOEXN, TN_HEAP_EXN));
    for (uint32_t heap = 0; heap < TN_HEAP_BOTTOM; heap++) {
        CHECK(below(heap, heap));
        CHECK(below(TN_HEAP_BOTTOM, heap));
        CHECK(!below(heap, TN_HEAP_BOTTOM));
    }
}

TEST(a_reference_that_may_be_null_is_not_below_one_that_may_not)
{
    tn_valtype maybe = TN_FUNCREF_TYPE, sure = TN_REF(TN_HEAP_FUNC, false);
    CHECK(tn_type_matches(NULL, sure, maybe));
    CHECK(!tn_type_matches(NULL, maybe, sure));
    CHECK(tn_type_matches(NULL, TN_VT_I32, TN_VT_I32));
    CHECK(!tn_type_matches(NULL, TN_VT_I32, TN_VT_I64));
    CHECK(!tn_type_matches(NULL, TN_VT_I32, maybe));
    CHECK(tn_type_matches(NULL, TN_VT_NONE, TN_VT_V128));
}

TEST(defined_types_stand_between_the_abstract_ones)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    struct tn_types *types = tn_types_new(&tn_alloc_libc);
    CHECK_EQ(TN_OK, tn_types_intern(types, o.mod, NULL));
    uint32_t func = TN_HEAP_DEFINED + o.mod->types[0]->id;
    uint32_t super = TN_HEAP_DEFINED + o.mod->types[2]->id;
    uint32_t sub = TN_HEAP_DEFINED + o.mod->types[3]->id;
    uint32_t array = TN_HEAP_DEFINED + o.mod->types[4]->id;
    CHECK(tn_heap_matches(types, func, TN_HEAP_FUNC));
    CHECK(!tn_heap_matches(types, func, TN_HEAP_ANY));
    CHECK(tn_heap_matches(types, TN_HEAP_NOFUNC, func));
    CHECK(!tn_heap_matches(types, TN_HEAP_FUNC, func));
    CHECK(tn_heap_matches(types, sub, super));
    CHECK(!tn_heap_matches(types, super, sub));
    CHECK(tn_heap_matches(types, sub, TN_HEAP_EQ));
    CHECK(tn_heap_matches(types, array, TN_HEAP_ARRAY));
    CHECK(!tn_heap_matches(types, array, TN_HEAP_STRUCT));
    CHECK(tn_heap_matches(types, TN_HEAP_NONE, array));
    CHECK(!tn_heap_matches(types, TN_HEAP_I31, array));
    CHECK(tn_heap_matches(types, TN_HEAP_BOTTOM, func));
    CHECK_EQ(TN_REF(sub, true),
             tn_type_canon(o.mod, TN_REF(TN_HEAP_DEFINED + 3, true)));
    CHECK_EQ(TN_VT_I32, tn_type_canon(o.mod, TN_VT_I32));
    tn_mod_free(o.mod);
    tn_types_free(types);
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
