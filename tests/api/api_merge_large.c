/* Merging where numbers are large: indices that take more bytes than before,
 * and code by the megabyte, which several threads copy. */
#include "merging.h"

enum {
    TEXT_SIZE = 1 << 25
};

static void say(char *text, const char *words)
{
    size_t size = strlen(text);
    CHECK(size + strlen(words) < TEXT_SIZE);
    strcpy(text + size, words);
}

/* The first has so many types, functions and globals that all indices of the
 * second take more bytes: block types are signed, so from 64 on. */
TEST(indices_that_become_longer_are_right)
{
    static char text[1 << 17];
    const struct part parts[] = {
        {"a", text},
        {"b", "(module (type $t (func (param f64) (result i32)))"
              "(type $s (struct (field (mut i32))))"
              "(global $g (mut i32) (i32.const 30)) (memory 1)"
              "(table 3 funcref) (elem (i32.const 1) $f)"
              "(data \"unused\") (data $d \"\\05\")"
              "(func $f (result i32) (i32.const 4))"
              "(func (export \"get\") (result i32) (local (ref null $s))"
              "  (local.set 0 (struct.new $s (i32.const 1)))"
              "  (memory.init $d (i32.const 8) (i32.const 0) (i32.const 1))"
              "  (f64.const 1) (block (type $t) (drop) (i32.const 2))"
              "  (i32.add (struct.get $s 0 (local.get 0)))"
              "  (i32.add (global.get $g))"
              "  (i32.add (call $f))"
              "  (i32.add (call_indirect (result i32) (i32.const 1)))"
              "  (i32.add (i32.load8_u (i32.const 8)))))"}};
    text[0] = 0;
    strcat(text, "(module ");
    for (int i = 0; i < 200; i++) {
        char one[160];
        snprintf(one, sizeof one,
                 "(func (drop (i32.const %d))) (memory 0) (table 0 funcref)"
                 "(global i32 (i32.const 1)) (data \"\")",
                 i);
        strcat(text, one);
    }
    /* Types that are equal would be one. */
    for (int i = 1; i < 100; i++) {
        strcat(text, "(type (func");
        for (int k = 0; k < i; k++)
            strcat(text, " (param i32)");
        strcat(text, "))");
    }
    strcat(text, ")");
    struct both both;
    both_begin(&both, parts, 2, NULL);
    CHECK_EQ(TN_OK, both.apart_status);
    CHECK_EQ(TN_OK, both.one_status);
    CHECK_EQ(46, side_get(&both.apart, "get"));
    CHECK_EQ(46, side_get(&both.one, "get"));
    both_end(&both);
}

/* More than two megabytes of code, and a function that calls the last. */
static char *large_text(const char *import, const char *last, int number)
{
    char *text = malloc(TEXT_SIZE), one[160];
    CHECK(text != NULL);
    snprintf(text, TEXT_SIZE, "(module %s (global $g (mut i32) (i32.const %d))",
             import, number);
    size_t size = strlen(text);
    for (int i = 0; i < 1300; i++) {
        size += (size_t)sprintf(
            text + size, "(func $f%d (param i32) (result i32) (local i32)", i);
        for (int k = 0; k < 150; k++)
            size += (size_t)sprintf(text + size,
                                    "(local.set 1 (i32.add (i32.mul (local.get "
                                    "1) (i32.const %d)) (global.get $g)))",
                                    100000 + i + k);
        size += (size_t)sprintf(text + size, "(local.get 1))");
        CHECK(size < TEXT_SIZE - 100000);
    }
    snprintf(one, sizeof one,
             "(func (export \"%s\") (result i32)"
             " (i32.add (call $f0 (i32.const 1)) (call $f1299 (i32.const 2))))",
             last);
    say(text, one);
    say(text, ")");
    return text;
}

TEST(code_by_the_megabyte_is_the_same_by_any_number_of_threads)
{
    char *a = large_text("", "first", 7),
         *b = large_text("(import \"a\" \"first\" (func $first (result i32)))",
                         "second", 9);
    const struct part parts[] = {{"a", a}, {"b", b}};
    struct side apart, one;
    side_begin(&apart), side_begin(&one);
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    options.thread_count = 1;
    CHECK_EQ(TN_OK, make_apart(&apart, parts, 2));
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, &options));
    CHECK_EQ(side_get(&apart, "first"), side_get(&one, "first"));
    CHECK_EQ(side_get(&apart, "second"), side_get(&one, "second"));
    tn_bytes want = tn_merged_module(one.merged);
    CHECK(want.size > 4 << 20);
    for (unsigned threads = 2; threads < 6; threads++) {
        struct side other;
        side_begin(&other);
        options.thread_count = threads;
        CHECK_EQ(TN_OK, merge(&other, parts, 2, &options));
        tn_bytes got = tn_merged_module(other.merged);
        CHECK_EQ(want.size, got.size);
        CHECK(memcmp(want.at, got.at, got.size) == 0);
        side_end(&other);
    }
    side_end(&apart), side_end(&one);
    free(a), free(b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
