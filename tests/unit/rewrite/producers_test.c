#include "by_hand.h"

#define TENON_0_1_0 5, 't', 'e', 'n', 'o', 'n', 5, '0', '.', '1', '.', '0'
#define PROCESSED_BY \
    12, 'p', 'r', 'o', 'c', 'e', 's', 's', 'e', 'd', '-', 'b', 'y'

/* As a field with one value and its version, in the text format. */
#define OF_ONE(field, value, version) \
    "(@custom \"producers\" \"\\01" field "\\01" value version "\")"

TEST(fields_and_values_are_joined_without_doubles)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", OF_ONE("\\03sdk", "\\01x", "\\011"));
    hand_add(&h, "b", OF_ONE("\\03sdk", "\\01y", "\\012"));
    hand_add(&h, "c", OF_ONE("\\03sdk", "\\01x", "\\013"));
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "producers", 2, 3, 's', 'd', 'k', 2, 1, 'x', 1, '1', 1,
                 'y', 1, '2', PROCESSED_BY, 1, TENON_0_1_0);
    hand_clear(&h);
}

TEST(tenon_is_the_last_that_processed)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", OF_ONE("\\0cprocessed-by", "\\05clang", "\\0219"));
    hand_add(&h, "b", OF_ONE("\\0cprocessed-by", "\\05tenon", "\\030.0"));
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "producers", 1, PROCESSED_BY, 2, 5, 'c', 'l', 'a', 'n',
                 'g', 2, '1', '9', TENON_0_1_0);
    hand_clear(&h);
}

TEST(nobody_named_stays_nobody_named)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(0, hand_custom(&h, "producers").offset);
    CHECK_EQ(0, h.rw.notes.count);
    hand_clear(&h);
}

TEST(malformed_producers_are_left_out_with_a_note)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "(@custom \"producers\" \"\\02\\03sdk\\01\\01x\\00\")");
    hand_add(&h, "b", "(@custom \"producers\" \"\\00\")");
    hand_add(&h, "c", "(@custom \"producers\" \"\\00 \")");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "producers", 1, PROCESSED_BY, 1, TENON_0_1_0);
    CHECK_EQ(2, h.rw.notes.count);
    CHECK_STR("custom section \"producers\" dropped: it is malformed",
              hand_note(&h, 0));
    CHECK_STR("a", h.rw.notes.at[0].module);
    CHECK_STR("c", h.rw.notes.at[1].module);
    CHECK_EQ(TN_NOTE_CUSTOM, h.rw.notes.at[0].kind);
    hand_clear(&h);
}

TEST(producers_without_memory_are_missed)
{
    bool ok = false;
    for (size_t n = 0; !ok; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct by_hand h;
        hand_begin(&h, &alloc);
        hand_add(&h, "a", OF_ONE("\\03sdk", "\\01x", "\\011"));
        hand_add(&h, "b", "(@custom \"producers\" \"\\01\")");
        tn_status status = hand_end(&h, 0);
        ok = status == TN_OK;
        CHECK(ok || status == TN_E_NOMEM);
        CHECK(!ok || n > 8);
        hand_clear(&h);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
