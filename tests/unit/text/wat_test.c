#include "wat_test.h"

#include "fault_alloc.h"

static const char func[] = "1:01 60 00 00;3:01 00;10:01 02 00 0b";

TEST(fields_may_stand_alone)
{
    CHECK_STR(func, parsed("(func)"));
    CHECK_STR(func, parsed("(module (func))"));
    CHECK_STR("", parsed(""));
    CHECK_STR("", parsed(" (; nothing ;) "));
}

TEST(binary_modules_are_their_bytes)
{
    CHECK_STR(func, parsed("(module binary \"\\00asm\\01\\00\\00\\00\""
                           " \"\\01\\04\\01\\60\\00\\00\\03\\02\\01\\00\""
                           " \"\\0a\\04\\01\\02\\00\\0b\")"));
    CHECK_STR("unexpected end of section or function@0",
              parsed("(module binary)"));
}

TEST(quoted_modules_are_parsed_in_their_turn)
{
    CHECK_STR(func, parsed("(module quote \"(fu\" \"nc)\")"));
    CHECK_STR(func, parsed("(module quote \"(module quote \\\"(func)\\\")\")"));
    CHECK_STR("", parsed("(module quote)"));
    CHECK_STR("unknown func $x@2", parsed("  (module quote \"(start $x)\")"));
}

TEST(nothing_may_follow_a_module)
{
    CHECK_STR("unexpected token (, the end expected@9",
              parsed("(module) (func)"));
    CHECK_STR("unexpected token ), the end expected@8", parsed("(module))"));
    CHECK_STR("unexpected token the end, \")\" expected@14",
              parsed("(module (func)"));
}

TEST(a_failure_is_where_it_is_in_the_source)
{
    CHECK_STR("unknown local $x@16", parsed("(func local.get $x)"));
    CHECK_STR("malformed UTF-8 encoding@1", parsed_n("(\xff", 2));
}

TEST(what_was_in_the_buffer_stays)
{
    tn_error err = {0};
    struct tn_buf out;
    tn_buf_init(&out, &tn_alloc_libc);
    tn_buf_byte(&out, 7);
    CHECK_EQ(TN_E_MALFORMED,
             tn_text_parse("(func x)", 8, &tn_alloc_libc, &out, &err));
    CHECK_EQ(1, out.size);
    CHECK_EQ(TN_OK, tn_text_parse("(func)", 6, &tn_alloc_libc, &out, NULL));
    CHECK_EQ(7, out.at[0]);
    CHECK_EQ('a', out.at[2]);
    tn_buf_clear(&out);
}

TEST(fields_end_at_the_parenthesis_of_the_module)
{
    static const char source[] = "(@custom \"c\") (func)) more";
    tn_error err = {0};
    struct tn_arena arena;
    struct tn_buf out;
    struct tn_lexer l;
    tn_arena_init(&arena, &tn_alloc_libc);
    tn_buf_init(&out, &tn_alloc_libc);
    tn_lex_init(&l, source, sizeof source - 1, &arena, &err);
    CHECK_EQ(TN_OK, tn_text_parse_fields(&l, (struct tn_str){"m", 1},
                                         &tn_alloc_libc, &out));
    CHECK_EQ(TN_TOKEN_CLOSE, l.token.kind);
    CHECK_EQ(20, l.token.offset);
    CHECK(l.annotations == NULL);
    CHECK_EQ('c', out.at[out.size - 1]);
    tn_buf_clear(&out);
    tn_arena_clear(&arena);
}

/* One of everything that takes memory. */
static const char everything[] =
    "(module $m (rec (type $s (struct (field $x i32))) (type $u (func)))\n"
    "(import \"a\\21\" \"b\" (func $i (param i32)))\n"
    "(table $t funcref (elem $f $f)) (memory $m (data \"abc\"))\n"
    "(global $g (mut i32) (i32.const 1)) (tag $e) (export \"e\" (func $f))\n"
    "(start $f) (elem $el declare funcref (ref.func $f)) (data $d \"x\")\n"
    "(@custom \"c\" (before code) \"x\" \"y\")\n"
    "(func $f (type $u) (local $l i64)\n"
    "  (block $b (result i32) (br_table $b $b (i32.const 1) (i32.const 2)))\n"
    "  (@metadata.code.branch_hint \"\\00\") (if (then (memory.init $d\n"
    "  (i32.const 0) (i32.const 0) (i32.const 0))))\n"
    "  (call_indirect (param i64) (i64.const 1) (i32.const 0))\n"
    "  (drop (struct.get $s $x (ref.null $s)))\n"
    "  (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))\n"
    "  (try_table (catch_all 0)) (try (do) (catch $e)) (unreachable)))";

/* Parses with `fault`; `whole` is what comes of it with memory. */
static tn_status parse_short(struct fault *fault, const char *text,
                             const struct tn_buf *whole)
{
    tn_allocator alloc = fault_allocator(fault);
    tn_error err = {0};
    struct tn_buf out;
    tn_buf_init(&out, &alloc);
    tn_status status = tn_text_parse(text, strlen(text), &alloc, &out, &err);
    CHECK_EQ(status, err.status);
    if (status == TN_OK)
        CHECK(out.size == whole->size &&
              memcmp(out.at, whole->at, out.size) == 0);
    else
        CHECK_EQ(0, out.size);
    tn_buf_clear(&out);
    CHECK_EQ(0, fault->live);
    CHECK_EQ(0, fault->wrong_size);
    return status;
}

/* Each request fails, once with all behind it and once alone. How many there
 * are. */
static size_t fail_each(const char *text)
{
    struct tn_buf whole;
    tn_buf_init(&whole, &tn_alloc_libc);
    CHECK_EQ(TN_OK,
             tn_text_parse(text, strlen(text), &tn_alloc_libc, &whole, NULL));
    size_t n = 0, reached;
    do {
        struct fault fault = fault_at(n), alone = fault_once(n);
        tn_status status = parse_short(&fault, text, &whole);
        reached = fault.requests;
        CHECK_EQ(reached > n ? TN_E_NOMEM : TN_OK, status);
        CHECK_EQ(status, parse_short(&alone, text, &whole));
    } while (reached > n++);
    tn_buf_clear(&whole);
    return n - 1;
}

TEST(memory_may_fail_at_any_time)
{
    CHECK(fail_each(everything) > 50);
}

static void append(char **end, const char *format, int i)
{
    *end += sprintf(*end, format, i, i, i, i, i);
}

/* Whatever grows has to grow again. */
TEST(memory_may_fail_while_things_grow)
{
    static char text[1 << 17];
    char *end = text;
    for (int i = 0; i < 80; i++)
        append(&end,
               "(type $t%d (struct (field $a%d i32) (field $b i64)))"
               "(import \"m\" \"i%d\" (func $i%d (param $p%d f32)))",
               i);
    for (int i = 0; i < 80; i++) {
        append(&end, "(global $g%d i32 (i32.const %d)) (elem $e%d func $i%d)",
               i);
        append(&end, "(data $d%d \"bytes\") (@custom \"c%d\" \"bytes\")", i);
        append(&end, "(export \"x%d\" (func $f%d))", i);
        append(&end, "(func $f%d (param $p i32) (local $l%d i64)", i);
        for (int k = 0; k < i; k++)
            append(&end, " block $b%d", k);
        append(&end,
               " (@metadata.code.branch_hint \"\\01\")"
               " (if (local.get $p) (then (br %d)))",
               i);
        for (int k = 0; k < i; k++)
            append(&end, " end", k);
        append(&end, ")", i);
    }
    CHECK(end < text + sizeof text);
    CHECK(fail_each(text) > 150);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
