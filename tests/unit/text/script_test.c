#include "text/script.h"

#include "fault_alloc.h"
#include "tn_test.h"

/* What WAT means is the business of other tests. */
static struct tn_script *script_of(const char *source)
{
    tn_error err = {0};
    struct tn_script *script;
    if (tn_text_script_read(tn_str_of(source), &tn_alloc_libc, &script, &err) !=
        TN_OK)
        printf("%s\n", err.text);
    return script;
}

static bool bytes_are(tn_bytes bytes, const char *text)
{
    return bytes.size == strlen(text) &&
           memcmp(bytes.at, text, bytes.size) == 0;
}

TEST(every_command_has_a_kind_and_a_line)
{
    struct tn_script *s =
        script_of("(module binary)\n"
                  "(module definition binary \"\")\n"
                  "(module instance)\n"
                  "(register \"x\")\n"
                  "(invoke \"f\")\n"
                  "(get \"g\")\n"
                  "(assert_return (invoke \"f\"))\n"
                  "(assert_trap (invoke \"f\") \"x\")\n"
                  "(assert_exhaustion (invoke \"f\") \"x\")\n"
                  "(assert_exception (invoke \"f\"))\n"
                  "(assert_malformed (module binary) \"x\")\n"
                  "(assert_invalid (module binary) \"x\")\n"
                  "(assert_malformed_custom (module binary) \"x\")\n"
                  "(assert_invalid_custom (module binary) \"x\")\n"
                  "(assert_unlinkable (module binary) \"x\")\n");
    static const tn_command_kind want[] = {
        TN_COMMAND_MODULE,
        TN_COMMAND_DEFINITION,
        TN_COMMAND_INSTANCE,
        TN_COMMAND_REGISTER,
        TN_COMMAND_ACTION,
        TN_COMMAND_ACTION,
        TN_COMMAND_ASSERT_RETURN,
        TN_COMMAND_ASSERT_TRAP,
        TN_COMMAND_ASSERT_EXHAUSTION,
        TN_COMMAND_ASSERT_EXCEPTION,
        TN_COMMAND_ASSERT_MALFORMED,
        TN_COMMAND_ASSERT_INVALID,
        TN_COMMAND_ASSERT_MALFORMED_CUSTOM,
        TN_COMMAND_ASSERT_INVALID_CUSTOM,
        TN_COMMAND_ASSERT_UNLINKABLE,
    };
    CHECK_EQ(sizeof want / sizeof *want, s->commands.count);
    for (size_t i = 0; i < s->commands.count; i++) {
        CHECK_EQ(want[i], s->commands.at[i].kind);
        CHECK_EQ(i + 1, s->commands.at[i].line);
    }
    tn_text_script_free(s);
}

TEST(names_say_who_is_meant)
{
    struct tn_script *s = script_of("(module $a binary \"x\" \"\\00y\")"
                                    "(module instance $i $a)"
                                    "(register \"n\" $i)"
                                    "(assert_trap (invoke $i \"f\") \"words\")"
                                    "(get $i \"g\")");
    tn_command *c = s->commands.at;
    CHECK(bytes_are(c[0].id, "a"));
    CHECK(c[0].is_binary);
    CHECK_EQ(3, c[0].module.size);
    CHECK_EQ(0, memcmp("x\0y", c[0].module.at, 3));
    CHECK(bytes_are(c[1].id, "i") && bytes_are(c[1].of, "a"));
    CHECK(bytes_are(c[2].name, "n") && bytes_are(c[2].of, "i"));
    CHECK(bytes_are(c[3].name, "f") && bytes_are(c[3].of, "i"));
    CHECK(bytes_are(c[3].words, "words"));
    CHECK_EQ(TN_ACTION_INVOKE, c[3].action);
    CHECK_EQ(TN_ACTION_GET, c[4].action);
    tn_text_script_free(s);
}

TEST(a_trap_may_be_asserted_of_a_module)
{
    struct tn_script *s =
        script_of("(assert_trap (module binary \"a\") \"w\")");
    CHECK_EQ(TN_ACTION_NONE, s->commands.at[0].action);
    CHECK_EQ(1, s->commands.at[0].module.size);
    tn_text_script_free(s);
}

TEST(numbers_are_their_bytes)
{
    struct tn_script *s = script_of(
        "(invoke \"f\" (i32.const -1) (f64.const 1) (v128.const i16x8 "
        "0 1 2 3 4 5 6 -1) (ref.null extern) (ref.extern 7) (ref.host 8))");
    const tn_command *c = &s->commands.at[0];
    CHECK_EQ(6, c->arg_count);
    CHECK_EQ(TN_I32, c->args[0].type);
    CHECK_EQ(0, memcmp("\xff\xff\xff\xff\0", c->args[0].bytes, 5));
    CHECK_EQ(TN_F64, c->args[1].type);
    CHECK_EQ(0, memcmp("\0\0\0\0\0\0\xf0\x3f", c->args[1].bytes, 8));
    CHECK_EQ(TN_V128, c->args[2].type);
    CHECK_EQ(2, c->args[2].lane_bytes);
    CHECK_EQ(0, memcmp("\0\0\1\0\2\0\3\0\4\0\5\0\6\0\xff\xff", c->args[2].bytes,
                       16));
    CHECK_EQ(TN_PATTERN_NULL, c->args[3].kind);
    CHECK_STR("extern", c->args[3].heap);
    CHECK_EQ(TN_PATTERN_HOST, c->args[4].kind);
    CHECK_EQ(7, c->args[4].number);
    CHECK_STR("any", c->args[5].heap);
    tn_text_script_free(s);
}

TEST(results_may_be_patterns)
{
    struct tn_script *s =
        script_of("(assert_return (invoke \"f\") (f32.const nan:canonical)"
                  " (v128.const f64x2 1 nan:arithmetic) (ref.null) (ref.func)"
                  " (ref.func 3) (ref.i31) (ref.extern)"
                  " (either (i32.const 1) (ref.null none)))");
    const tn_pattern *p = s->commands.at[0].results;
    CHECK_EQ(8, s->commands.at[0].result_count);
    CHECK_EQ(TN_NAN_CANONICAL, p[0].nans[0]);
    CHECK_EQ(TN_NAN_NONE, p[1].nans[0]);
    CHECK_EQ(TN_NAN_ARITHMETIC, p[1].nans[1]);
    CHECK_EQ(TN_PATTERN_NULL, p[2].kind);
    CHECK_STR("", p[2].heap);
    CHECK_EQ(TN_PATTERN_REF, p[3].kind);
    CHECK_EQ(TN_PATTERN_REF, p[4].kind);
    CHECK_STR("i31", p[5].heap);
    CHECK_EQ(TN_PATTERN_REF, p[6].kind);
    CHECK_EQ(TN_PATTERN_EITHER, p[7].kind);
    CHECK_EQ(2, p[7].choice_count);
    CHECK_STR("none", p[7].choices[1].heap);
    tn_text_script_free(s);
}

/* The first command of `source` is not understood, the second is. */
static const char *why_unknown(const char *source)
{
    static char why[300];
    char text[400];
    (void)snprintf(text, sizeof text, "%s (register \"x\")", source);
    struct tn_script *s = script_of(text);
    CHECK_EQ(2, s->commands.count);
    CHECK_EQ(TN_COMMAND_UNKNOWN, s->commands.at[0].kind);
    CHECK_EQ(TN_COMMAND_REGISTER, s->commands.at[1].kind);
    (void)snprintf(why, sizeof why, "%s", s->commands.at[0].error.text);
    tn_text_script_free(s);
    return why;
}

TEST(a_command_that_is_not_understood_costs_itself_alone)
{
    CHECK_STR("unexpected token assert_odd, a command expected",
              why_unknown("(assert_odd (a (b) \")\") \"x\")"));
    CHECK_STR("unexpected token (, a command expected", why_unknown("((x))"));
    CHECK_STR("unexpected token ), a string expected",
              why_unknown("(register)"));
    CHECK_STR("unexpected token register, an action expected",
              why_unknown("(assert_return register)"));
    CHECK_STR("unexpected token nan:canonical, a number expected",
              why_unknown("(invoke \"f\" (f32.const nan:canonical))"));
    CHECK_STR("constant out of range",
              why_unknown("(invoke \"f\" (i32.const 0x1_0000_0000))"));
    CHECK_STR("unexpected token i3x5, a shape of lanes expected",
              why_unknown("(invoke \"f\" (v128.const i3x5 1))"));
    CHECK_STR("unexpected token ), a number expected",
              why_unknown("(invoke \"f\" (v128.const i64x2 1))"));
    CHECK_STR("unexpected token ref.func, a value expected",
              why_unknown("(invoke \"f\" (ref.func))"));
    CHECK_STR("unexpected token ), a heap type expected",
              why_unknown("(invoke \"f\" (ref.null))"));
    CHECK_STR("unexpected token ), a number expected",
              why_unknown("(invoke \"f\" (ref.extern))"));
    CHECK_STR("unexpected token invoke, a module expected",
              why_unknown("(assert_invalid invoke)"));
    CHECK_STR("unexpected token 1, a command expected", why_unknown("(1)"));
    CHECK_STR("unexpected token (, a number expected",
              why_unknown("(invoke \"f\" (i32.const (x)))"));
    CHECK_STR("unknown operator 1x, a number expected",
              why_unknown("(invoke \"f\" (i32.const 1x))"));
    CHECK_STR("unknown operator 1x, a number expected",
              why_unknown("(invoke \"f\" (ref.extern 1x))"));
    CHECK_STR("unexpected token odd, a value expected",
              why_unknown("(invoke \"f\" (odd))"));
    CHECK_STR("unexpected token get, an action expected",
              why_unknown("(assert_exception get)"));
    CHECK_STR("unexpected token $a, a string expected",
              why_unknown("(assert_return (get $a $a))"));
    CHECK_STR("unexpected token (, (module expected",
              why_unknown("(thread (shared (memory)))"));
    CHECK_STR("unexpected token ), an identifier expected",
              why_unknown("(thread (shared (module)))"));
    CHECK_STR("unexpected token ), an identifier expected",
              why_unknown("(wait)"));
    CHECK_STR("unexpected token \"b\", \")\" expected",
              why_unknown("(register \"a\" \"b\")"));
}

TEST(commands_that_cannot_be_told_apart_are_no_script)
{
    static const char *const wrong[] = {"(thread (wait $t)",    "x",
                                        "(register \"x\"",      ")",
                                        "(invoke \"f\") \"a\"", "(a \"\\x\")"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tn_script *script;
        tn_error err = {0};
        CHECK_EQ(TN_E_MALFORMED,
                 tn_text_script_read(tn_str_of(wrong[i]), &tn_alloc_libc,
                                     &script, &err));
        CHECK(script == NULL);
        CHECK_EQ(TN_E_MALFORMED, err.status);
    }
}

TEST(a_text_that_is_no_module_is_its_commands_error)
{
    struct tn_script *s = script_of(
        "(assert_malformed (module quote \"(func\" \" $)\") \"empty\")"
        "(assert_malformed (module (odd (field))) \"unknown\")"
        "(register \"x\")");
    CHECK_EQ(3, s->commands.count);
    const tn_command *c = s->commands.at;
    CHECK(c[0].is_quoted && c[0].module.at == NULL);
    CHECK_EQ(TN_E_MALFORMED, c[0].error.status);
    CHECK(!c[1].is_quoted && c[1].module.at == NULL);
    CHECK_EQ(TN_E_MALFORMED, c[1].error.status);
    CHECK_EQ(TN_COMMAND_REGISTER, c[2].kind);
    tn_text_script_free(s);
}

TEST(modules_in_text_become_binary)
{
    struct tn_script *s = script_of("(module $m (@custom \"x\" \"y\") (func))"
                                    "(module quote \"(func)\" \"(func)\")"
                                    "(register \"x\" $m)");
    CHECK_EQ(3, s->commands.count);
    for (size_t i = 0; i < 2; i++) {
        CHECK(s->commands.at[i].module.size > 8);
        CHECK_EQ(0, memcmp("\0asm\1\0\0\0", s->commands.at[i].module.at, 8));
        CHECK(!s->commands.at[i].is_binary);
    }
    tn_text_script_free(s);
}

TEST(the_fields_of_a_module_alone_are_one_module)
{
    struct tn_script *s = script_of(";; no module here\n(func) (memory 0)");
    CHECK_EQ(1, s->commands.count);
    CHECK_EQ(TN_COMMAND_MODULE, s->commands.at[0].kind);
    CHECK(s->commands.at[0].module.size > 8);
    tn_text_script_free(s);
    s = script_of("(func $twice) (func $twice)");
    CHECK_EQ(1, s->commands.count);
    CHECK_EQ(TN_E_MALFORMED, s->commands.at[0].error.status);
    tn_text_script_free(s);
}

TEST(a_threads_commands_stand_behind_it)
{
    struct tn_script *s =
        script_of("(module $m binary)"
                  "(thread $t (shared (module $m)) (shared (module $n))"
                  " (register \"m\" $m) (odd) (invoke \"f\"))"
                  "(thread) (wait $t)");
    static const bool in_thread[] = {false, false, true, true,
                                     true,  false, false};
    tn_command *c = s->commands.at;
    CHECK_EQ(7, s->commands.count);
    for (size_t i = 0; i < 7; i++)
        CHECK_EQ(in_thread[i], c[i].in_thread);
    CHECK_EQ(TN_COMMAND_THREAD, c[1].kind);
    CHECK_EQ(2, c[1].shared_count);
    CHECK(bytes_are(c[1].shared[0], "m") && bytes_are(c[1].shared[1], "n"));
    CHECK_EQ(TN_COMMAND_UNKNOWN, c[3].kind);
    CHECK_EQ(TN_COMMAND_WAIT, c[6].kind);
    CHECK(bytes_are(c[6].of, "t"));
    tn_text_script_free(s);
}

TEST(every_command_is_known_by_its_word)
{
    CHECK_STR("module", tn_command_name(TN_COMMAND_MODULE));
    CHECK_STR("module definition", tn_command_name(TN_COMMAND_DEFINITION));
    CHECK_STR("module instance", tn_command_name(TN_COMMAND_INSTANCE));
    CHECK_STR("action", tn_command_name(TN_COMMAND_ACTION));
    CHECK_STR("assert_return", tn_command_name(TN_COMMAND_ASSERT_RETURN));
    CHECK_STR("wait", tn_command_name(TN_COMMAND_WAIT));
    CHECK_STR("unknown command", tn_command_name(TN_COMMAND_UNKNOWN));
}

/* Reads with `fault`, and keeps nothing. */
static tn_status read_short(struct fault *fault, const char *source)
{
    tn_allocator alloc = fault_allocator(fault);
    struct tn_script *script;
    tn_error err = {0};
    tn_status status =
        tn_text_script_read(tn_str_of(source), &alloc, &script, &err);
    CHECK_EQ(status, err.status);
    CHECK_EQ(status == TN_OK, script != NULL);
    if (script != NULL)
        tn_text_script_free(script);
    CHECK_EQ(0, fault->live);
    CHECK_EQ(0, fault->wrong_size);
    return status;
}

TEST(no_memory_at_any_point_keeps_nothing)
{
    static const char source[] =
        "(module $a binary \"x\" \"\\01\")"
        "(assert_malformed (module quote \"(func\" \")) \") \"w\")"
        "(odd)"
        "(module $b (func $f (export \"g\")))"
        "(thread $t (shared (module $a)) (wait $t))"
        "(assert_return (invoke $a \"f\" (ref.extern 1) (i32.const 2))"
        " (ref.null func) (either (i32.const 1) (i32.const 2)))";
    size_t n = 0, reached;
    do {
        struct fault fault = fault_at(n), alone = fault_once(n);
        tn_status status = read_short(&fault, source);
        reached = fault.requests;
        CHECK_EQ(reached > n ? TN_E_NOMEM : TN_OK, status);
        CHECK_EQ(status, read_short(&alone, source));
    } while (reached > n++);
    CHECK(n > 30);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
