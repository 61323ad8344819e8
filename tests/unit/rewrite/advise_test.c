#include "by_advice.h"

#define SUM                                                                 \
    "(memory (export \"memory\") 1) (func (export \"sum\") (param i32 i32)" \
    "(result i32) (i32.load (local.get 0)))"                                \
    "(func (export \"add\") (param i32 i32) (result i32)"                   \
    "(i32.add (local.get 0) (local.get 1)))"
#define SUM_IMPORT \
    "(import \"lib\" \"sum\" (func $sum (param i32 i32) (result i32)))"
#define CALL_SUM         \
    "(func (result i32)" \
    "(call $sum (i32.const 8) (i32.const 1)))"
#define ADD_IMPORT \
    "(import \"lib\" \"add\" (func $add (param i32 i32) (result i32)))"

/* The way, and the first reason against `way`, or for it. */
static void check_way(struct advised *s, tn_way want, tn_way about,
                      const char *reason)
{
    advised_end(s, NULL);
    if (s->status != TN_OK)
        FAIL("%s", s->err.text);
    tn_way way = tn_advice_way(s->advice, NULL);
    CHECK_STR(tn_way_name(want), tn_way_name(way));
    CHECK_STR(reason, tn_advice_verdict(s->advice, about)->reasons[0].text);
    advised_clear(s);
}

TEST(modules_that_do_not_talk_stay_apart)
{
    struct advised s = {0};
    advised_add(&s, "a", SUM);
    advised_add(&s, "b", SUM);
    check_way(&s, TN_WAY_ISOLATED, TN_WAY_ISOLATED,
              "each has its own memory, and they do not call one another");
}

TEST(modules_that_pass_numbers_are_merged)
{
    struct advised s = {0};
    advised_add(&s, "lib", SUM);
    advised_add(&s, "main", ADD_IMPORT "(memory 1)");
    check_way(&s, TN_WAY_MERGED_MULTI, TN_WAY_MERGED_MULTI,
              "one module, and each part keeps its own memory");
}

TEST(modules_that_pass_pointers_are_not_merged)
{
    struct advised s = {0};
    advised_add(&s, "lib", SUM);
    advised_add(&s, "main", SUM_IMPORT "(memory 1)" CALL_SUM);
    check_way(&s, TN_WAY_COMPOSED, TN_WAY_MERGED_MULTI,
              "main hands lib.sum a pointer (parameter 0), and lib uses it in "
              "its own memory");
}

TEST(a_pointer_that_was_given_back_is_a_handle)
{
    struct advised s = {0};
    advised_add(&s, "lib",
                "(memory 1) (data (i32.const 1024) \"abcd\")"
                "(func (export \"new\") (result i32) (i32.const 1024))"
                "(func (export \"use\") (param i32) (result i32)"
                "(i32.load (local.get 0)))");
    advised_add(&s, "main",
                "(import \"lib\" \"new\" (func $new (result i32)))"
                "(import \"lib\" \"use\" (func $use (param i32)"
                "(result i32))) (memory 1)"
                "(func (export \"f\") (result i32) (call $use (call $new)))");
    check_way(&s, TN_WAY_MERGED_MULTI, TN_WAY_MERGED_MULTI,
              "one module, and each part keeps its own memory");
}

TEST(a_function_that_is_never_called_is_handed_nothing)
{
    struct advised s = {0};
    advised_add(&s, "lib", SUM);
    advised_add(&s, "main", SUM_IMPORT "(memory 1) (export \"s\" (func 0))");
    check_way(&s, TN_WAY_MERGED_MULTI, TN_WAY_MERGED_MULTI,
              "one module, and each part keeps its own memory");
}

TEST(a_function_in_a_table_may_be_handed_anything)
{
    struct advised s = {0};
    advised_add(&s, "lib", SUM);
    advised_add(&s, "main",
                SUM_IMPORT "(memory 1) (table 1 funcref)"
                           "(elem (i32.const 0) func $sum)");
    check_way(&s, TN_WAY_COMPOSED, TN_WAY_MERGED_MULTI,
              "main hands lib.sum a pointer (parameter 0), and lib uses it in "
              "its own memory");
}

TEST(a_pointer_into_a_memory_of_both_is_fine)
{
    struct advised s = {0};
    advised_add(&s, "lib", SUM);
    advised_add(&s, "main",
                SUM_IMPORT "(import \"lib\" \"memory\" (memory 1))" CALL_SUM);
    check_way(&s, TN_WAY_MERGED_MULTI, TN_WAY_MERGED_MULTI,
              "one module, and there is no second memory");
}

TEST(an_import_that_the_input_lacks_is_named)
{
    struct advised s = {0};
    advised_add(&s, "lib", SUM);
    advised_add(&s, "main", "(import \"lib\" \"mul\" (func))");
    check_way(&s, TN_WAY_COUNT, TN_WAY_ISOLATED,
              "main imports lib.mul, which lib does not export");
}

TEST(an_import_of_another_type_is_named)
{
    struct advised s = {0};
    advised_add(&s, "lib", SUM);
    advised_add(&s, "main", "(import \"lib\" \"add\" (func (param i64)))");
    check_way(&s, TN_WAY_COUNT, TN_WAY_MERGED_MULTI,
              "main imports lib.add with another type: (i64) -> () is wanted, "
              "(i32, i32) -> i32 is there");
}

TEST(an_error_names_the_input)
{
    struct advised s = {0};
    advised_add(&s, "good", "(func)");
    advised_add(&s, "bad", "(func (result i32))");
    advised_end(&s, NULL);
    CHECK_EQ(TN_E_INVALID, s.status);
    CHECK(s.advice == NULL);
    CHECK_EQ(0, strncmp(s.err.text, "bad: ", 5));
    advised_clear(&s);
}

TEST(a_target_that_nobody_knows_is_an_error)
{
    struct advised s = {.options = TN_ADVISE_OPTIONS_INIT};
    s.options.target = "netscape";
    advised_add(&s, "a", "(func)");
    advised_end(&s, NULL);
    CHECK_STR("no target is called \"netscape\"", s.err.text);
    advised_clear(&s);
}

TEST(a_ring_of_functions_is_told)
{
    struct advised s = {0};
    advised_add(&s, "a", "(import \"b\" \"g\" (func)) (func (export \"f\"))");
    advised_add(&s, "b", "(import \"a\" \"f\" (func)) (func (export \"g\"))");
    advised_add(&s, "c", "(import \"a\" \"f\" (func))");
    advised_end(&s, NULL);
    size_t count;
    CHECK_EQ(TN_OK, s.status);
    CHECK(tn_advice_ring(s.advice, 0, &count) != NULL);
    CHECK_EQ(2, count);
    CHECK(tn_advice_ring(s.advice, 1, &count) == NULL);
    CHECK_EQ(0, count);
    advised_clear(&s);
}

static void add_rich(struct advised *s)
{
    s->options = (tn_advise_options)TN_ADVISE_OPTIONS_INIT;
    s->options.with_sites = true;
    s->options.target = "node-20";
    advised_add(s, "lib",
                SUM "(table 1 funcref) (elem (i32.const 0) func 0)"
                    "(data (i32.const 1024) \"abcd\")");
    advised_add(s, "main",
                SUM_IMPORT ADD_IMPORT
                "(import \"env\" \"f\" (func))"
                "(import \"wasi_snapshot_preview1\" \"proc_exit\""
                "(func (param i32)))"
                "(memory 1) (func $g (param i32) (result i32)"
                "(loop $l (local.set 0 (i32.load (local.get 0)))"
                "(br_if $l (local.get 0))) (i32.load (i32.const 1024)))"
                "(func (export \"h\") (param i32) (result i32)"
                "(if (local.get 0) (then (drop (call $g (local.get 0)))))"
                "(call $g (local.get 0)))");
    advised_add(s, "ring",
                "(import \"lib\" \"nothing\" (func))"
                "(import \"env\" \"memory\" (memory 1))"
                "(func (export \"f\") (param i32 i32) (result i32)"
                "(i32.load (i32.add (local.get 0) (local.get 1))))");
}

TEST(advice_without_memory_is_none)
{
    size_t at = 0;
    for (;; at++) {
        struct advised s = {0};
        struct fault fault = fault_at(at);
        tn_allocator alloc = fault_allocator(&fault);
        add_rich(&s);
        advised_end(&s, &alloc);
        tn_status status = s.status;
        CHECK_EQ(status == TN_OK, s.advice != NULL);
        advised_clear(&s);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        if (status == TN_OK)
            break;
        CHECK_EQ(TN_E_NOMEM, status);
    }
    CHECK(at > 20);
}

TEST(one_request_that_fails_is_never_passed_over)
{
    for (size_t at = 0;; at++) {
        struct advised s = {0};
        struct fault fault = fault_once(at);
        tn_allocator alloc = fault_allocator(&fault);
        add_rich(&s);
        advised_end(&s, &alloc);
        tn_status status = s.status;
        advised_clear(&s);
        CHECK_EQ(0, fault.live);
        if (fault.requests <= at)
            break;
        CHECK_EQ(TN_E_NOMEM, status);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
