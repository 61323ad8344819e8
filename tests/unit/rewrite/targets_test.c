#include <ctype.h>
#include <string.h>
#include <tenon.h>

#include "tn_test.h"

static size_t target_count(void)
{
    size_t count = 0;
    while (tn_target_at(count) != NULL)
        count++;
    return count;
}

static bool runs(const char *name, tn_feature feature)
{
    const tn_target *target = tn_target_find(name);
    return target != NULL && (target->features & TN_FEATURE_BIT(feature)) != 0;
}

static bool is_date(const char *text)
{
    for (size_t i = 0; i < 10; i++)
        if ((i == 4 || i == 7) ? text[i] != '-'
                               : !isdigit((unsigned char)text[i]))
            return false;
    return text[10] == '\0';
}

TEST(each_row_says_what_when_and_where)
{
    CHECK(target_count() > 20);
    for (size_t i = 0; i < target_count(); i++) {
        const tn_target *target = tn_target_at(i);
        CHECK(target->name[0] != '\0' && target->title[0] != '\0');
        CHECK(target->source[0] != '\0');
        CHECK(is_date(target->since));
        CHECK(target->is_tested == (strstr(target->source, "tested") != NULL));
        CHECK_EQ(0, target->features & ~tn_features_all());
        CHECK(target->features & TN_FEATURE_BIT(TN_FEATURE_MVP));
    }
}

TEST(a_name_finds_its_own_row_and_no_other)
{
    for (size_t i = 0; i < target_count(); i++)
        CHECK(tn_target_find(tn_target_at(i)->name) == tn_target_at(i));
    CHECK(tn_target_find("wasm4") == NULL);
    CHECK(tn_target_find("") == NULL);
    CHECK(tn_target_at(SIZE_MAX) == NULL);
}

TEST(versions_of_the_standard_are_the_sets_of_that_name)
{
    CHECK_EQ(tn_features_of("wasm1"), tn_target_find("mvp")->features);
    CHECK_EQ(tn_features_of("wasm1"), tn_target_find("wasm1")->features);
    CHECK_EQ(tn_features_of("wasm2"), tn_target_find("wasm2")->features);
    CHECK_EQ(tn_features_of("wasm3"), tn_target_find("wasm3")->features);
}

TEST(tenon_is_what_this_build_allows)
{
    CHECK_EQ(tn_features_default(), tn_target_find("tenon")->features);
}

TEST(several_memories_run_in_some_engines_only)
{
    CHECK(runs("node-26", TN_FEATURE_MULTI_MEMORY));
    CHECK(!runs("node-20", TN_FEATURE_MULTI_MEMORY));
    CHECK(!runs("safari", TN_FEATURE_MULTI_MEMORY));
    CHECK(!runs("wasm3-0.9", TN_FEATURE_MULTI_MEMORY));
    CHECK(!runs("wamr", TN_FEATURE_MULTI_MEMORY));
    CHECK(runs("wamr-multi-memory", TN_FEATURE_MULTI_MEMORY));
    CHECK(!runs("wasmkit", TN_FEATURE_MULTI_MEMORY));
    CHECK(runs("wasmkit", TN_FEATURE_MEMORY64));
    CHECK(!runs("bun", TN_FEATURE_MEMORY64));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
