#include "by_hand.h"

/* An input that says `size` bytes, all in the text format. */
#define SAYS(bytes) "(@custom \"target_features\" \"" bytes "\")"

TEST(the_result_says_what_it_uses)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", SAYS("\\01+\\07atomics"));
    CHECK_EQ(TN_OK, hand_end(&h, TN_FEATURE_BIT(TN_FEATURE_MULTI_MEMORY) |
                                     TN_FEATURE_BIT(TN_FEATURE_MVP)));
    CHECK_CUSTOM(&h, "target_features", 1, '+', 11, 'm', 'u', 'l', 't', 'i',
                 'm', 'e', 'm', 'o', 'r', 'y');
    hand_clear(&h);
}

TEST(one_word_stands_for_two_proposals)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", SAYS("\\00"));
    CHECK_EQ(TN_OK,
             hand_end(&h, TN_FEATURE_BIT(TN_FEATURE_GC) |
                              TN_FEATURE_BIT(TN_FEATURE_FUNCTION_REFERENCES) |
                              TN_FEATURE_BIT(TN_FEATURE_THREADS)));
    CHECK_CUSTOM(&h, "target_features", 2, '+', 7, 'a', 't', 'o', 'm', 'i', 'c',
                 's', '+', 2, 'g', 'c');
    hand_clear(&h);
}

TEST(every_proposal_but_the_first_has_a_word)
{
    for (int i = TN_FEATURE_MVP + 1; i < TN_FEATURE_COUNT; i++) {
        struct by_hand h;
        hand_begin(&h, &tn_alloc_libc);
        hand_add(&h, "a", SAYS("\\00"));
        CHECK_EQ(TN_OK, hand_end(&h, TN_FEATURE_BIT(i)));
        struct tn_range range = hand_custom(&h, "target_features");
        CHECK_EQ(1, h.rw.out.at[range.offset]);
        CHECK(range.size > 4);
        hand_clear(&h);
    }
}

TEST(what_no_input_says_the_result_does_not_say)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "");
    CHECK_EQ(TN_OK, hand_end(&h, TN_FEATURE_BIT(TN_FEATURE_GC)));
    CHECK_EQ(0, hand_custom(&h, "target_features").offset);
    hand_clear(&h);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
