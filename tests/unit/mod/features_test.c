#include "mod/features.h"

#include "tn_test.h"

TEST(every_feature_has_a_name_and_the_end_has_none)
{
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        CHECK(tn_feature_name((tn_feature)i) != NULL);
    CHECK(tn_feature_name(TN_FEATURE_COUNT) == NULL);
    CHECK_STR("multi-memory", tn_feature_name(TN_FEATURE_MULTI_MEMORY));
}

TEST(what_is_allowed_runs_and_what_runs_is_checked)
{
    CHECK_EQ(0, tn_features_default() & ~tn_mod_features_run());
    CHECK_EQ(0, tn_mod_features_run() & ~tn_features_all());
    CHECK(tn_features_default() & TN_FEATURE_BIT(TN_FEATURE_TAIL_CALL));
}

TEST(some_proposals_must_be_asked_for)
{
    CHECK_EQ(0, tn_features_default() &
                    (TN_FEATURE_BIT(TN_FEATURE_WIDE_ARITHMETIC) |
                     TN_FEATURE_BIT(TN_FEATURE_CUSTOM_PAGE_SIZES)));
    CHECK_EQ(tn_features_default(),
             tn_mod_features_chosen(TN_FEATURES_DEFAULT));
    CHECK_EQ(5, tn_mod_features_chosen(5));
}

TEST(sets_have_names)
{
    CHECK_EQ(3, tn_features_of("wasm1"));
    CHECK_EQ(0xff, tn_features_of("wasm2"));
    CHECK_EQ(0xffff, tn_features_of("wasm3"));
    CHECK_EQ(tn_features_default(), tn_features_of("default"));
    CHECK_EQ(tn_features_all(), tn_features_of("all"));
    CHECK_EQ(TN_FEATURE_BIT(TN_FEATURE_GC), tn_features_of("gc"));
    CHECK_EQ(0, tn_features_of("wasm4"));
}

TEST(the_first_missing_feature_is_named)
{
    uint64_t simd = TN_FEATURE_BIT(TN_FEATURE_SIMD);
    uint64_t gc = TN_FEATURE_BIT(TN_FEATURE_GC);
    CHECK_EQ(TN_FEATURE_SIMD, tn_mod_feature_missing(simd | gc, 1));
    CHECK_EQ(TN_FEATURE_GC, tn_mod_feature_missing(simd | gc, simd));
    CHECK_EQ(TN_FEATURE_COUNT, tn_mod_feature_missing(simd, simd));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
