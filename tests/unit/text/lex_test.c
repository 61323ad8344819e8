#include "text/lex.h"

#include "fault_alloc.h"
#include "tn_test.h"

/* The tokens of `source`, a letter each, or the failure's words. */
static const char *kinds(const char *source)
{
    static char text[300];
    static const char letters[] = "E()kns$@?";
    static const char *const wanted[] = {"custom", "name", NULL};
    struct tn_arena arena;
    struct tn_lexer l;
    tn_error err = {0};
    size_t n = 0;
    tn_arena_init(&arena, &tn_alloc_libc);
    tn_lex_init(&l, "", 0, &arena, &err);
    l.source = source;
    l.size = strlen(source);
    l.annotations = wanted;
    for (tn_lex_next(&l); l.token.kind != TN_TOKEN_END; tn_lex_next(&l))
        text[n++] = letters[l.token.kind];
    text[n] = 0;
    if (tn_lex_failed(&l))
        (void)snprintf(text, sizeof text, "%d: %s", (int)err.offset, err.text);
    tn_arena_clear(&arena);
    return text;
}

TEST(tokens_are_told_apart)
{
    CHECK_STR("(k$(kn)ks)", kinds("(func $f (i32.const 0) call \"x\")"));
    CHECK_STR("nnnnnnn", kinds("0 -1 +0x1p3 inf -nan nan:0x1 nan:canonical"));
    CHECK_STR("kkk", kinds("offset=8 infx nanx"));
    CHECK_STR("????", kinds("_1 @x X ,"));
    CHECK_STR("", kinds(" \t\r\n"));
}

TEST(a_run_of_good_pieces_is_one_bad_token)
{
    CHECK_STR("?", kinds("\"a\"\"b\""));
    CHECK_STR("?", kinds("0$\"x\""));
    CHECK_STR("?", kinds("$x\"a\""));
    CHECK_STR("?", kinds("$\"x\"a"));
    CHECK_STR("?", kinds("\"a\"x"));
    CHECK_STR("n", kinds("0$x"));
    CHECK_STR("k(k)k", kinds("a(b)c"));
    CHECK_STR("k?k", kinds("a,b"));
}

TEST(comments_are_white_space_and_nest)
{
    CHECK_STR("kk", kinds("a;;b\nc"));
    CHECK_STR("kk", kinds("a;;b\rc"));
    CHECK_STR("kk", kinds("a(;(;;);;;)c"));
    CHECK_STR("k", kinds("a;;"));
    CHECK_STR("2: unclosed comment", kinds("a (; (; ;)"));
    CHECK_STR("1: unclosed comment", kinds("a(;)"));
    CHECK_STR("k?)", kinds("a ;)"));
}

TEST(what_no_token_begins_with_is_illegal)
{
    CHECK_STR("2: illegal character", kinds("a \x01"));
    CHECK_STR("2: illegal character", kinds("a \xc3\xa4"));
    CHECK_STR("1: illegal character", kinds("a\x7f"));
    CHECK_STR("5: unclosed comment", kinds("a (@b(; )"));
    CHECK_STR("6: illegal escape", kinds("a (@\"b\\x\")"));
    CHECK_STR("7: illegal escape", kinds("a (@b \"\\x\")"));
}

TEST(annotations_are_white_space_unless_asked_for)
{
    CHECK_STR("kk", kinds("a (@x y (z \")\") ;;)\n) b"));
    CHECK_STR("kk", kinds("a (@\"x y\" , ; [) b"));
    CHECK_STR("k@s)k", kinds("a (@custom \"x\") b"));
    CHECK_STR("k@s)k", kinds("a (@\"custom\" \"x\") b"));
    CHECK_STR("2: unclosed annotation", kinds("a (@x (y)"));
    CHECK_STR("2: empty annotation id", kinds("a (@ x)"));
    CHECK_STR("0: empty annotation id", kinds("(@\"\")"));
    CHECK_STR("0: empty annotation id", kinds("(@\"\n\")"));
    CHECK_STR("0: malformed UTF-8 encoding", kinds("(@\"\\ef\")"));
    CHECK_STR("4: illegal character", kinds("(@x \x01)"));
    CHECK_STR("4: illegal character", kinds("(@x \xc3\xa4)"));
    CHECK_STR("4: unclosed string", kinds("(@x \")"));
}

TEST(identifiers_may_be_strings)
{
    CHECK_STR("$$", kinds("$\"a b\" $\"\\u{e4}\""));
    CHECK_STR("0: empty identifier", kinds("$"));
    CHECK_STR("0: empty identifier", kinds("$\"\""));
    CHECK_STR("0: empty identifier", kinds("$\"a\tb\""));
    CHECK_STR("0: malformed UTF-8 encoding", kinds("$\"\\ef\""));
}

TEST(strings_end_on_their_line_and_hold_no_control_characters)
{
    CHECK_STR("0: unclosed string", kinds("\"abc"));
    CHECK_STR("0: unclosed string", kinds("\"abc\n\""));
    CHECK_STR("0: unclosed string", kinds("\"abc\\"));
    CHECK_STR("1: illegal character in string", kinds("\"\t\""));
    CHECK_STR("1: illegal character in string", kinds("\"\x7f\""));
    static const char *const wrong[] = {
        "\"\\x\"",
        "\"\\0\"",
        "\"\\0g\"",
        "\"\\u\"",
        "\"\\u{\"",
        "\"\\u{}\"",
        "\"\\u{d800}\"",
        "\"\\u{110000}\"",
        "\"\\u{1__0}\"",
        "\"\\u{_1}\"",
        "\"\\u{1_}\"",
        "\"\\u{1\"",
        "\"\\u{fffffffffffff}\"",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_STR("1: illegal escape", kinds(wrong[i]));
}

TEST(escapes_become_bytes)
{
    static const char source[] =
        "\"\\t\\n\\r\\\"\\'\\\\\\00\\fF\\u{24}\\u{e4}\\u{20_AC}\\u{01f600}x\"";
    static const char want[] = "\t\n\r\"'\\\0\xff$\xc3\xa4\xe2\x82\xac"
                               "\xf0\x9f\x98\x80x";
    struct tn_arena arena;
    struct tn_lexer l;
    tn_error err = {0};
    tn_arena_init(&arena, &tn_alloc_libc);
    tn_lex_init(&l, source, sizeof source - 1, &arena, &err);
    CHECK_EQ(TN_TOKEN_STRING, l.token.kind);
    CHECK_EQ(sizeof want - 1, l.token.text.size);
    CHECK_EQ(0, memcmp(want, l.token.text.at, sizeof want - 1));
    CHECK_EQ(0, l.token.offset);
    CHECK_EQ(sizeof source - 1, l.token.end);
    tn_arena_clear(&arena);
}

TEST(a_source_that_is_not_utf8_is_refused_whole)
{
    struct tn_arena arena;
    struct tn_lexer l;
    tn_error err = {0};
    tn_arena_init(&arena, &tn_alloc_libc);
    tn_lex_init(&l, "a ;;\xc3(", 6, &arena, &err);
    CHECK_EQ(TN_TOKEN_END, l.token.kind);
    CHECK_EQ(TN_E_MALFORMED, err.status);
    CHECK_EQ(4, err.offset);
    CHECK_STR("malformed UTF-8 encoding", err.text);
    tn_arena_clear(&arena);
}

static struct tn_lexer lexer_of(const char *source, struct tn_arena *arena,
                                tn_error *err)
{
    struct tn_lexer l;
    tn_arena_init(arena, &tn_alloc_libc);
    tn_lex_init(&l, source, strlen(source), arena, err);
    return l;
}

TEST(forms_are_looked_at_without_being_taken)
{
    struct tn_arena arena;
    tn_error err = {0};
    struct tn_lexer l =
        lexer_of("((@x) result i32) x (a (b) c) y", &arena, &err);
    CHECK(!tn_lex_is_form(&l, "param"));
    CHECK(tn_lex_is_form(&l, "result"));
    CHECK(tn_lex_take_form(&l, "result"));
    CHECK(!tn_lex_take_keyword(&l, "i64"));
    CHECK(tn_lex_take_keyword(&l, "i32"));
    CHECK(tn_lex_expect(&l, TN_TOKEN_CLOSE, "\")\""));
    CHECK(tn_lex_take_keyword(&l, "x"));
    CHECK(tn_lex_skip_form(&l));
    CHECK(tn_lex_is_keyword(&l, "y"));
    CHECK_EQ(TN_OK, err.status);
    tn_arena_clear(&arena);
}

TEST(the_rest_of_a_form_is_skipped_whatever_is_current)
{
    struct tn_arena arena;
    tn_error err = {0};
    struct tn_lexer l = lexer_of("(a (b) c) y (z", &arena, &err);
    CHECK(tn_lex_take_form(&l, "a"));
    CHECK(tn_lex_skip_rest(&l));
    CHECK(tn_lex_take_keyword(&l, "y"));
    CHECK(!tn_lex_skip_form(&l));
    CHECK_STR("unexpected token the end, \")\" expected", err.text);
    tn_arena_clear(&arena);
}

TEST(what_was_found_is_named)
{
    struct tn_arena arena;
    tn_error err = {0};
    struct tn_lexer l = lexer_of("foo 0drop", &arena, &err);
    tn_error other = {0};
    struct tn_lexer copy = l;
    copy.err = &other;
    CHECK(!tn_lex_unexpected(&copy, "an index"));
    CHECK_STR("unexpected token foo, an index expected", other.text);
    CHECK_EQ(TN_TOKEN_END, copy.token.kind);
    tn_lex_next(&l);
    CHECK(!tn_lex_unexpected(&l, "an index"));
    CHECK_STR("unknown operator 0drop, an index expected", err.text);
    CHECK_EQ(4, err.offset);
    tn_arena_clear(&arena);
}

TEST(long_tokens_are_named_by_their_beginning)
{
    struct tn_arena arena;
    tn_error err = {0};
    struct tn_lexer l = lexer_of("\"0123456789012345678901234567890123456789"
                                 "0123456789\"",
                                 &arena, &err);
    CHECK(!tn_lex_unexpected(&l, "a word"));
    CHECK_STR("unexpected token \"012345678901234567890123456789012345678, a "
              "word expected",
              err.text);
    tn_arena_clear(&arena);
}

TEST(places_count_lines_and_characters)
{
    static const char source[] = "ab\n\xc3\xa4x\r\ny";
    struct tn_place_in_text p = tn_lex_place(source, sizeof source - 1, 5);
    CHECK_EQ(2, p.line);
    CHECK_EQ(2, p.column);
    CHECK(tn_str_is(p.text, "\xc3\xa4x"));
    p = tn_lex_place(source, sizeof source - 1, TN_NO_OFFSET);
    CHECK_EQ(3, p.line);
    CHECK_EQ(2, p.column);
    CHECK(tn_str_is(p.text, "y"));
    p = tn_lex_place("a\rb\r\nc\r", 7, 6); /* each way to end a line */
    CHECK_EQ(3, p.line);
    CHECK_EQ(2, p.column);
    CHECK(tn_str_is(p.text, "c"));
}

TEST(no_memory_for_escapes_is_a_failure_like_others)
{
    for (size_t n = 0; n < 2; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_arena arena;
        struct tn_lexer l;
        tn_error err = {0};
        tn_arena_init(&arena, &alloc);
        tn_lex_init(&l, "\"\\n\"", 4, &arena, &err);
        CHECK_EQ(n == 0 ? TN_E_NOMEM : TN_OK, err.status);
        CHECK_EQ(n == 0 ? TN_TOKEN_END : TN_TOKEN_STRING, l.token.kind);
        tn_arena_clear(&arena);
        CHECK_EQ(0, fault.live);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
