#include "by_hand.h"

/* --- what stands in no table -------------------------------------------------- */

TEST(an_unknown_section_stays_where_nothing_moved)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "(func) (@custom \"x\" \"abc\") (@custom \"y\" \"\")");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "x", 'a', 'b', 'c');
    CHECK(hand_custom(&h, "y").offset > 0);
    CHECK_EQ(0, h.rw.notes.count);
    hand_clear(&h);
}

TEST(what_the_merger_adds_behind_moves_nothing)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "(func) (@custom \"x\" \"abc\")");
    hand_add(&h, "shim", "(func) (memory 1)")->is_own = true;
    h.inputs[1].body_at[0] = TN_NONE;
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "x", 'a', 'b', 'c');
    hand_clear(&h);
}

#define DROPPED(name)                                                     \
    "custom section \"" name "\" dropped: nobody knows whether it holds " \
    "indices, and these have changed"

TEST(an_unknown_section_goes_where_an_index_changed)
{
    uint32_t moved[8];
    for (int i = 0; i < 8; i++) {
        struct by_hand h;
        hand_begin(&h, &tn_alloc_libc);
        struct tn_rw_input *a =
            hand_add(&h, "a",
                     "(type (func)) (type (struct)) (import \"m\" \"f\" "
                     "(func)) (table 1 funcref)"
                     "(memory 1) (global i32 (i32.const 0)) (tag) (elem func) "
                     "(data \"\")"
                     "(@custom \"x\\0a\" \"abc\")");
        uint32_t **maps[] = {&a->map.types,    &a->map.funcs,   &a->map.tables,
                             &a->map.memories, &a->map.globals, &a->map.tags,
                             &a->map.elems,    &a->map.datas};
        moved[i] = 1;
        *maps[i] = &moved[i];
        if (i == 0) {
            moved[0] = 0; /* of two types, the second became the first */
            moved[1] = 0;
        }
        CHECK_EQ(TN_OK, hand_end(&h, 0));
        CHECK_EQ(0, hand_custom(&h, "x\n").offset);
        CHECK_STR(DROPPED("x?"), hand_note(&h, 0));
        CHECK_EQ(1, h.rw.notes.count);
        hand_clear(&h);
    }
}

TEST(an_unknown_section_goes_where_code_moved)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    struct tn_rw_input *a =
        hand_add(&h, "a", "(func) (func) (@custom \"x\" \"abc\")");
    hand_fold(a, 0, 0);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(0, hand_custom(&h, "x").offset);
    CHECK_STR(DROPPED("x"), hand_note(&h, 0));
    hand_clear(&h);
}

TEST(of_two_inputs_both_lose_what_is_unknown)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "(@custom \"x\" \"1\") (@custom \"y\" \"2\")");
    hand_add(&h, "b", "(@custom \"metadata.code.call_targets\" \"3\")");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(2, h.rw.notes.count);
    CHECK_STR("custom sections \"x\" and 1 more dropped: nobody knows whether "
              "it holds indices, and these have changed",
              hand_note(&h, 0));
    CHECK_STR(DROPPED("metadata.code.call_targets"), hand_note(&h, 1));
    CHECK_STR("b", h.rw.notes.at[1].module);
    hand_clear(&h);
}

/* --- what is never kept ------------------------------------------------------- */

TEST(sections_about_the_file_are_dropped_with_a_note)
{
    static const char *const names[] = {
        "linking",  "reloc.CODE",          "dylink.0",         "dylink",
        "build_id", "external_debug_info", "sourceMappingURL",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct by_hand h;
        char text[100], want[100];
        (void)snprintf(text, sizeof text, "(@custom \"%s\" \"\")", names[i]);
        (void)snprintf(want, sizeof want,
                       "custom section \"%s\" dropped: ", names[i]);
        hand_begin(&h, &tn_alloc_libc);
        hand_add(&h, "a", text);
        CHECK_EQ(TN_OK, hand_end(&h, 0));
        CHECK_EQ(0, hand_custom(&h, names[i]).offset);
        CHECK_EQ(1, h.rw.notes.count);
        CHECK_EQ(0, strncmp(want, hand_note(&h, 0), strlen(want)));
        CHECK(!h.rw.notes.at[0].is_difference);
        hand_clear(&h);
    }
}

TEST(declared_memories_are_used_up_in_silence)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "(@custom \"tenon.memories\" \"\")");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(0, hand_custom(&h, "tenon.memories").offset);
    CHECK_EQ(0, h.rw.notes.count);
    hand_clear(&h);
}

/* --- libraries ---------------------------------------------------------------- */

static const char library[] = "(import \"env\" \"memory\" (memory 1))"
                              "(import \"env\" \"__memory_base\" (global i32))"
                              "(@custom \"dylink.0\" (before first) \"\")";

TEST(two_libraries_cannot_share_a_base)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", library);
    hand_add(&h, "m", "(import \"env\" \"__memory_base\" (global i32))");
    hand_add(&h, "b", library);
    CHECK_EQ(TN_E_UNLINKABLE, hand_end(&h, 0));
    CHECK_STR("a and b are libraries that need a base each, and the result can "
              "import only one env.__memory_base",
              h.err.text);
    hand_clear(&h);
}

TEST(a_library_whose_base_an_input_gives_is_one_module_of_many)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", library);
    struct tn_rw_input *b = hand_add(&h, "b", library);
    hand_add(&h, "env", "(global i32 (i32.const 1024))");
    b->links[1] = (struct tn_rw_link){2, 0};
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(2, h.rw.notes.count);
    hand_clear(&h);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
