#include "by_hand.h"

/* --- names of all kinds ------------------------------------------------------ */

TEST(functions_of_all_inputs_are_named_by_their_new_index)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "(import \"m\" \"f\" (func $f)) (func $g)");
    hand_add(&h, "b", "(func) (func $h)");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "name", 1, 10, 3, 0, 1, 'f', 1, 1, 'g', 3, 1, 'h');
    hand_clear(&h);
}

TEST(all_kinds_are_joined_in_their_order)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    for (int i = 0; i < 2; i++)
        hand_add(&h, i == 0 ? "a" : "b",
                 "(type $t (struct (field $d i32)))"
                 "(table $u 1 funcref) (memory $m 1) (tag $x)"
                 "(global $g i32 (i32.const 0))"
                 "(elem $e func) (data $s \"\")"
                 "(func $f (local $l i32) (block $b))");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "name", 1, 7, 2, 0, 1, 'f', 1, 1, 'f',   /* funcs */
                 2, 11, 2, 0, 1, 0, 1, 'l', 1, 1, 0, 1, 'l',  /* locals */
                 3, 11, 2, 0, 1, 0, 1, 'b', 1, 1, 0, 1, 'b',  /* labels */
                 4, 7, 2, 0, 1, 't', 2, 1, 't',               /* types */
                 5, 7, 2, 0, 1, 'u', 1, 1, 'u',               /* tables */
                 6, 7, 2, 0, 1, 'm', 1, 1, 'm',               /* memories */
                 7, 7, 2, 0, 1, 'g', 1, 1, 'g',               /* globals */
                 8, 7, 2, 0, 1, 'e', 1, 1, 'e',               /* elems */
                 9, 7, 2, 0, 1, 's', 1, 1, 's',               /* datas */
                 10, 11, 2, 0, 1, 0, 1, 'd', 2, 1, 0, 1, 'd', /* fields */
                 11, 7, 2, 0, 1, 'x', 1, 1, 'x');             /* tags */
    hand_clear(&h);
}

TEST(of_things_that_became_one_the_first_name_counts)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    h.is_one_memory = true;
    hand_add(&h, "a", "(memory 1) (func $f)");
    hand_add(&h, "b", "(memory $second 1)");
    struct tn_rw_input *c = hand_add(&h, "c", "(memory $third 1) (func $g)");
    hand_fold(c, 0, 0);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "name", 1, 4, 1, 0, 1, 'f', /* */
                 6, 9, 1, 0, 6, 's', 'e', 'c', 'o', 'n', 'd');
    hand_clear(&h);
}

TEST(what_is_gone_has_no_name)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    struct tn_rw_input *a = hand_add(&h, "a", "(data $s \"\") (data $t \"\")");
    a->map.datas[0] = TN_NONE;
    a->map.datas[1] = 0;
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "name", 9, 4, 1, 0, 1, 't');
    hand_clear(&h);
}

TEST(own_functions_and_the_module_are_named)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    h.options.name = "all";
    hand_add(&h, "a", "(module $old (func $f))");
    struct tn_rw_own_func start = {.name = tn_str_of("start")};
    CHECK(TN_VEC_PUSH(&h.rw.own_funcs, &tn_alloc_libc, start));
    h.rw.first_own_func = 1;
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "name", 0, 4, 3, 'a', 'l', 'l', /* */
                 1, 11, 2, 0, 1, 'f', 1, 5, 's', 't', 'a', 'r', 't');
    hand_clear(&h);
}

/* --- names that are not there, or cannot be read ------------------------------ */

TEST(without_names_there_is_no_section)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", "(func)");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_EQ(0, hand_custom(&h, "name").offset);
    hand_clear(&h);
}

TEST(a_name_section_that_is_cut_loses_what_is_cut)
{
    struct by_hand h;
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a",
             "(func) (func) (@custom \"name\" \"\\01\\09\\02\\00\\01f\\01\")");
    hand_add(&h, "b", "(func $g)");
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    CHECK_CUSTOM(&h, "name", 1, 4, 1, 2, 1, 'g');
    hand_clear(&h);
}

TEST(a_long_section_has_a_long_size)
{
    struct by_hand h;
    char text[400], name[201];
    memset(name, 'n', 200);
    name[200] = '\0';
    (void)snprintf(text, sizeof text, "(func $%s)", name);
    hand_begin(&h, &tn_alloc_libc);
    hand_add(&h, "a", text);
    CHECK_EQ(TN_OK, hand_end(&h, 0));
    struct tn_range range = hand_custom(&h, "name");
    CHECK_EQ(3 + 4 + 200, range.size);
    CHECK_EQ(0, memcmp("\1\xcc\1\1\0\xc8\1nn", h.rw.out.at + range.offset, 9));
    hand_clear(&h);
}

TEST(names_without_memory_are_missed)
{
    bool ok = false;
    for (size_t n = 0; !ok; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct by_hand h;
        hand_begin(&h, &alloc);
        hand_add(&h, "a", "(memory $m 1) (func $f (local $l i32))");
        tn_status status = hand_end(&h, 0);
        ok = status == TN_OK;
        CHECK(ok || status == TN_E_NOMEM);
        CHECK(!ok || n > 3);
        hand_clear(&h);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
