#include "mod/features.h"

#include "tn_test.h"

TEST(every_feature_has_a_name_and_the_end_has_none)
{
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        CHECK(tn_feature_name((tn_feature)i) != NULL);
    CHECK(tn_feature_name(TN_FEATURE_COUNT) == NULL);
    CHECK_STR("multi-memory", tn_feature_name(TN_FEATURE_MULTI_MEMORY));
}

TEST(what_runs_is_checked)
{
    CHECK_EQ(0, tn_features_default() & ~tn_mod_features_checked());
    CHECK(tn_features_default() & TN_FEATURE_BIT(TN_FEATURE_TAIL_CALL));
    CHECK(!(tn_features_default() & TN_FEATURE_BIT(TN_FEATURE_SIMD)));
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
