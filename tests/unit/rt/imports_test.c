#include "rt/imports.h"
#include "rt_test.h"

static tn_extern global_of(struct bench *b, int32_t i)
{
    tn_extern item = {.kind = TN_EXTERN_GLOBAL};
    tn_val value = {.kind = TN_I32, .of.i32 = i};
    CHECK_EQ(TN_OK,
             tn_global_new(b->store, value, false, &item.of.global, NULL));
    return item;
}

static int32_t found(struct bench *b, const char *module, const char *name)
{
    const tn_extern *item =
        tn_rt_imports_find(b->imports, tn_str_of(module), tn_str_of(name));
    return item == NULL ? -1 : tn_global_get(item->of.global).of.i32;
}

TEST(names_are_pairs)
{
    struct bench b = bench_with(NULL);
    CHECK_EQ(TN_OK,
             tn_imports_define(b.imports, "ab", "c", global_of(&b, 1), NULL));
    CHECK_EQ(TN_OK,
             tn_imports_define(b.imports, "a", "bc", global_of(&b, 2), NULL));
    CHECK_EQ(TN_OK,
             tn_imports_define(b.imports, "", "abc", global_of(&b, 3), NULL));
    CHECK_EQ(1, found(&b, "ab", "c"));
    CHECK_EQ(2, found(&b, "a", "bc"));
    CHECK_EQ(3, found(&b, "", "abc"));
    CHECK_EQ(-1, found(&b, "abc", ""));
    bench_end(&b);
}

TEST(a_later_definition_replaces_an_earlier_one)
{
    struct bench b = bench_with(NULL);
    CHECK_EQ(TN_OK,
             tn_imports_define(b.imports, "a", "b", global_of(&b, 1), NULL));
    CHECK_EQ(TN_OK,
             tn_imports_define(b.imports, "a", "b", global_of(&b, 2), NULL));
    CHECK_EQ(2, found(&b, "a", "b"));
    CHECK_EQ(1, b.imports->items.count);
    bench_end(&b);
}

TEST(imports_may_outlive_their_store)
{
    struct bench b = bench_with(NULL);
    CHECK_EQ(TN_OK,
             tn_imports_define(b.imports, "a", "b", global_of(&b, 1), NULL));
    tn_extern item = global_of(&b, 1);
    tn_store_free(b.store);
    CHECK_EQ(TN_E_MISUSE, tn_imports_define(b.imports, "a", "b", item, NULL));
    tn_imports_free(b.imports);
    tn_engine_free(b.engine);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
