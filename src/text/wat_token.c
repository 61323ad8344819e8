/* wat_token.c - what the WAT parser takes from the lexer: forms, strings and
 * numbers, and what it says when something else stands there. */
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "text/number.h"
#include "text/wat_parse.h"

/* ------------------------------------------------------------- failures */

void tn_wat_fail(struct tn_wat *p, tn_status status, uint32_t offset,
                 const char *format, ...)
{
    char text[sizeof p->l.err->text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)tn_fail(p->l.err, status, offset, "%s", text);
    tn_lex_next(&p->l); /* to the end, as something failed */
}

void tn_wat_no_memory(struct tn_wat *p)
{
    (void)tn_no_memory(p->l.err);
    tn_lex_next(&p->l);
}

/* Keywords besides instructions and types. */
static const char *const other_words[] = {
    "module", "type",   "rec",     "func",          "param",  "result",
    "local",  "import", "export",  "table",         "memory", "global",
    "tag",    "start",  "elem",    "data",          "offset", "item",
    "mut",    "field",  "declare", "struct",        "array",  "sub",
    "final",  "ref",    "null",    "then",          "do",     "catch_ref",
    "shared", "i8x16",  "i16x8",   "catch_all_ref", "i32x4",  "i64x2",
    "f32x4",  "f64x2",  "binary",  "quote",         "page",   "pagesize",
};

static bool is_assignment(struct tn_str word, const char *key)
{
    uint64_t value;
    size_t size = strlen(key);
    return tn_str_starts(word, key) &&
           tn_number_u((struct tn_str){word.at + size, word.size - size}, 64,
                       &value) != TN_NUMBER_SYNTAX;
}

/* Could this keyword stand anywhere? */
static bool is_known_word(struct tn_wat *p, struct tn_str word)
{
    for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++)
        if (tn_str_is(word, other_words[i]))
            return true;
    return tn_valtype_named(word) != TN_VT_NONE ||
           tn_heap_named(word) != TN_NONE ||
           tn_wat_op(p, word) != TN_OP_COUNT ||
           is_assignment(word, "offset=") || is_assignment(word, "align=");
}

void tn_wat_unexpected(struct tn_wat *p, const char *wanted)
{
    const struct tn_token *t = &p->l.token;
    if (t->kind == TN_TOKEN_ANNOTATION)
        tn_wat_fail(p, TN_E_MALFORMED, t->offset, "misplaced @%.*s annotation",
                    TN_STR(t->text));
    else if (t->kind == TN_TOKEN_KEYWORD && !is_known_word(p, t->text))
        tn_wat_fail(p, TN_E_MALFORMED, t->offset,
                    "unknown operator %.*s, %s expected", TN_STR(t->text),
                    wanted);
    else
        (void)tn_lex_unexpected(&p->l, wanted);
}

/* ---------------------------------------------------------------- forms */

bool tn_wat_is(const struct tn_wat *p, enum tn_token_kind kind)
{
    return p->l.token.kind == kind;
}

bool tn_wat_is_annotation(const struct tn_wat *p, const char *name)
{
    return tn_wat_is(p, TN_TOKEN_ANNOTATION) &&
           tn_str_is(p->l.token.text, name);
}

/* Most of the time the next character says no already. */
bool tn_wat_take_form(struct tn_wat *p, const char *word)
{
    const struct tn_lexer *l = &p->l;
    if (l->token.kind != TN_TOKEN_OPEN)
        return false;
    char next = '\0';
    if (l->at < l->size)
        next = l->source[l->at];
    if (next >= 'a' && next <= 'z' && next != word[0])
        return false;
    struct tn_lexer before = p->l;
    tn_lex_next(&p->l);
    if (tn_lex_take_keyword(&p->l, word))
        return true;
    if (tn_wat_ok(p))
        p->l = before;
    return false;
}

bool tn_wat_is_form(struct tn_wat *p, const char *word)
{
    struct tn_lexer before = p->l;
    bool is_one = tn_wat_take_form(p, word);
    if (is_one)
        p->l = before;
    return is_one;
}

void tn_wat_close(struct tn_wat *p)
{
    if (tn_wat_is(p, TN_TOKEN_CLOSE))
        tn_lex_next(&p->l);
    else
        tn_wat_unexpected(p, "\")\"");
}

/* -------------------------------------------------------------- strings */

struct tn_str tn_wat_name(struct tn_wat *p)
{
    struct tn_str name = p->l.token.text;
    if (!tn_wat_is(p, TN_TOKEN_STRING)) {
        tn_wat_unexpected(p, "a string");
    } else if (!tn_utf8_valid(name)) {
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset,
                    "malformed UTF-8 encoding");
    } else {
        tn_lex_next(&p->l);
        return name;
    }
    return (struct tn_str){"", 0};
}

void tn_wat_strings(struct tn_wat *p, struct tn_buf *out)
{
    while (tn_wat_is(p, TN_TOKEN_STRING)) {
        tn_buf_str(out, p->l.token.text);
        tn_lex_next(&p->l);
    }
    if (out->failed)
        tn_wat_no_memory(p);
}

/* -------------------------------------------------------------- numbers */

/* Takes the current token, if it was the number it had to be. */
static void take_number(struct tn_wat *p, enum tn_number_outcome outcome,
                        char letter, unsigned bits)
{
    struct tn_str text = p->l.token.text;
    if (!tn_wat_is(p, TN_TOKEN_NUMBER) || outcome == TN_NUMBER_SYNTAX)
        tn_wat_unexpected(p, "a number");
    else if (outcome == TN_NUMBER_RANGE)
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset,
                    "%c%u constant out of range: %.*s", letter, bits,
                    TN_STR(text));
    else
        tn_lex_next(&p->l);
}

uint64_t tn_wat_u(struct tn_wat *p, unsigned bits)
{
    uint64_t value = 0;
    take_number(p, tn_number_u(p->l.token.text, bits, &value), 'i', bits);
    return value;
}

uint64_t tn_wat_i(struct tn_wat *p, unsigned bits)
{
    uint64_t value = 0;
    take_number(p, tn_number_i(p->l.token.text, bits, &value), 'i', bits);
    return value;
}

uint64_t tn_wat_f(struct tn_wat *p, unsigned bits)
{
    uint64_t value = 0;
    uint32_t low = 0;
    enum tn_number_outcome outcome =
        bits == 32 ? tn_number_f32(p->l.token.text, &low)
                   : tn_number_f64(p->l.token.text, &value);
    take_number(p, outcome, 'f', bits);
    return bits == 32 ? low : value;
}

uint64_t tn_wat_assigned(struct tn_wat *p, const char *key)
{
    struct tn_str text = p->l.token.text;
    size_t size = strlen(key);
    uint64_t value = 0;
    enum tn_number_outcome outcome = tn_number_u(
        (struct tn_str){text.at + size, text.size - size}, 64, &value);
    if (outcome == TN_NUMBER_SYNTAX)
        tn_wat_unexpected(p, "a number");
    else if (outcome == TN_NUMBER_RANGE)
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset,
                    "i64 constant out of range: %.*s", TN_STR(text));
    else
        tn_lex_next(&p->l);
    return value;
}
