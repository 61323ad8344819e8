#include "by_hand.h"

#define HINTS "metadata.code.branch_hint"

/* In $f, br_if is at 9 of the body: behind locals (1), a block (2), a call of
 * which the index may become longer (2), and two constants (4). */
static const char hinted[] = "(import \"m\" \"f\" (func $i))"
                             "(func $f (block (call $i) (drop (i32.const 1))"
                             "  (@metadata.code.branch_hint \"\\01\")"
                             "  (br_if 0 (i32.const 1))))";

static const char plain[] = "(func $g (block"
                            "  (@metadata.code.branch_hint \"\\00\")"
                            "  (br_if 0 (i32.const 1))))";

TEST(hints_follow_their_functions)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", hinted);
    hand_add(&h, "b", plain);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, HINTS, 2, 1, 1, 10, 1, 1, 2, 1, 5, 1, 0);
    hand_clear(&h);
}

TEST(hints_stand_before_the_code_that_moves)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    struct tn_rw_input *a = hand_add(&h, "a", plain);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    const struct tn_body *body = &a->mod->bodies[0];
    CHECK(hand_custom(&h, HINTS).offset < h.rw.code_contents);
    CHECK_EQ(18 + 2 + 1 + sizeof HINTS - 1 + 6 + 2, h.rw.code_contents);
    CHECK_EQ(0, memcmp(h.rw.out.at + h.rw.code_contents + a->body_at[0],
                       a->mod->bytes + body->range.offset, body->range.size));
    hand_clear(&h);
}

TEST(hints_move_with_what_is_inside_of_a_body)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    struct tn_rw_input *a = hand_add(&h, "a", hinted);
    a->map.funcs[0] = 200;
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(1, a->is_stretched[0]);
    CHECK_CUSTOM(&h, HINTS, 1, 1, 1, 11, 1, 1);
    hand_clear(&h);
}

TEST(hints_of_a_function_that_was_folded_go_with_it)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "(func)");
    hand_fold(hand_add(&h, "b", plain), 0, 0);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(0, hand_custom(&h, HINTS).offset);
    CHECK_EQ(0, h.rw.notes.count);
    hand_clear(&h);
}

TEST(an_offset_of_zero_means_the_function)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    struct tn_rw_input *a =
        hand_add(&h, "a",
                 "(import \"m\" \"f\" (func $i)) (func call $i)"
                 "(@custom \"metadata.code.compilation_priority\""
                 " \"\\01\\01\\01\\00\\02\\07\\08\")");
    a->map.funcs[0] = 200;
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(1, a->is_stretched[0]);
    CHECK_CUSTOM(&h, "metadata.code.compilation_priority", 1, 1, 1, 0, 2, 7, 8);
    hand_clear(&h);
}

/* Those of "b" are dropped with a note; those of "a" stay. */
static void check_bad_hints(const char *bytes)
{
    struct by_hand h;
    char text[200];
    (void)snprintf(text, sizeof text,
                   "(import \"m\" \"f\" (func $i)) (func call $i) (func)"
                   "(@custom \"" HINTS "\" \"%s\")",
                   bytes);
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", plain);
    struct tn_rw_input *b = hand_add(&h, "b", text);
    b->map.funcs[0] = 200;
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, HINTS, 1, 0, 1, 5, 1, 0);
    CHECK_EQ(1, h.rw.notes.count);
    CHECK_STR("b", h.rw.notes.at[0].module);
    CHECK_STR("custom section \"" HINTS "\" dropped: it is malformed",
              hand_note(&h, 0));
    hand_clear(&h);
}

TEST(hints_that_cannot_be_are_left_out_with_a_note)
{
    check_bad_hints("");
    check_bad_hints("\\01");
    check_bad_hints("\\01\\00\\01\\01\\01\\01"); /* an import */
    check_bad_hints("\\01\\03\\01\\01\\01\\01"); /* no function */
    check_bad_hints("\\02\\02\\00\\01\\00");     /* do not rise */
    check_bad_hints("\\01\\01\\01\\02\\01\\01"); /* inside of a call */
    check_bad_hints("\\01\\02\\01\\02\\01\\01"); /* behind the body */
    check_bad_hints("\\01\\01\\02\\01\\01\\01\\01\\01\\01"); /* twice */
    check_bad_hints("\\01\\01\\01\\01\\01");                 /* cut */
    check_bad_hints("\\00\\00");                             /* more */
}

TEST(hints_without_memory_are_missed)
{
    bool ok = false;
    for (size_t n = 0; !ok; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct by_hand h;
        hand_begin(&h, &alloc);
        struct tn_rw_input *a = hand_add(&h, "a", hinted);
        hand_add(&h, "b", "(@custom \"" HINTS "\" \"\\01\")");
        a->map.funcs[0] = 200;
        tn_status status = hand_end(&h, 0);
        ok = status == TN_OK;
        CHECK(ok || status == TN_E_NOMEM);
        CHECK(!ok || n > 5);
        hand_clear(&h);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
