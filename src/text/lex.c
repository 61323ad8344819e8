/* lex.c - source text becomes tokens.
 *
 * A token is a run of pieces (identifier characters, strings) up to white
 * space, a parenthesis, a comment or a comma; only then it is asked what the
 * run is. So `0$x` or `"a""b"` is one reserved token, never two good ones.
 * The source was found to be UTF-8 at the start. */
#include "text/lex.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "text/number.h"

/* ----------------------------------------------------------- characters */

static bool is_hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

static bool is_id_character(char c)
{
    switch (c) {
    case '"':
    case '(':
    case ')':
    case ',':
    case ';':
    case '[':
    case ']':
    case '{':
    case '}':
        return false;
    default:
        return c > ' ' && c < 0x7f;
    }
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The character `ahead` of l->at; a zero behind the end. */
static char look(const struct tn_lexer *l, size_t ahead)
{
    if (ahead >= l->size - l->at)
        return '\0';
    return l->source[l->at + ahead];
}

static bool at_end(const struct tn_lexer *l)
{
    return l->at == l->size;
}

/* ------------------------------------------------------------- failures */

static void stop(struct tn_lexer *l)
{
    l->at = l->size;
    l->token = (struct tn_token){
        TN_TOKEN_END, {NULL, 0}, (uint32_t)l->size, (uint32_t)l->size};
}

static bool fail_at(struct tn_lexer *l, size_t offset, const char *what)
{
    (void)tn_fail(l->err, TN_E_MALFORMED, offset, "%s", what);
    stop(l);
    return false;
}

bool tn_lex_fail(struct tn_lexer *l, const char *format, ...)
{
    char text[sizeof l->err->text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fail_at(l, l->token.offset, text);
}

/* A run of characters that is no token anywhere. */
static bool is_unknown(const struct tn_token *t)
{
    uint64_t bits;
    if (t->kind == TN_TOKEN_NUMBER)
        return tn_number_f64(t->text, &bits) == TN_NUMBER_SYNTAX &&
               !tn_str_is(t->text, "nan:canonical") &&
               !tn_str_is(t->text, "nan:arithmetic");
    return t->kind == TN_TOKEN_RESERVED;
}

bool tn_lex_unexpected(struct tn_lexer *l, const char *wanted)
{
    const struct tn_token *t = &l->token;
    struct tn_str found = {NULL, 0};
    if (!tn_lex_failed(l))
        found = (struct tn_str){l->source + t->offset, t->end - t->offset};
    if (found.size > 40)
        found.size = tn_utf8_prefix((struct tn_str){found.at, 40});
    if (t->kind == TN_TOKEN_END)
        found = tn_str_of("the end");
    return tn_lex_fail(l, "%s %.*s, %s expected",
                       is_unknown(t) ? "unknown operator" : "unexpected token",
                       TN_STR(found), wanted);
}

/* -------------------------------------------------------------- strings */

/* To behind the closing quote; whether there are escapes inside. */
static bool scan_string(struct tn_lexer *l, bool *has_escapes)
{
    size_t start = l->at++;
    for (;; l->at++) {
        char c = look(l, 0);
        if (at_end(l) || c == '\n')
            return fail_at(l, start, "unclosed string");
        if ((uint8_t)c < ' ' || c == 0x7f)
            return fail_at(l, l->at, "illegal character in string");
        if (c == '"')
            break;
        if (c != '\\')
            continue;
        *has_escapes = true;
        if (++l->at == l->size)
            return fail_at(l, start, "unclosed string");
    }
    l->at++;
    return true;
}

static uint32_t hex_value(char c)
{
    return (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* "u{" hexnum "}" at *at; false when it is none, or no character. */
static bool take_code_point(const char **at, uint32_t *out)
{
    const char *p = *at + 2;
    uint32_t value = 0;
    bool was_digit = false;
    if ((*at)[1] != '{')
        return false;
    for (; is_hex_digit(*p) || (*p == '_' && was_digit); p++) {
        was_digit = *p != '_';
        if (was_digit)
            value = value << 4 | hex_value(*p);
        if (value > 0x10ffff)
            return false;
    }
    *at = p + 1;
    *out = value;
    return was_digit && *p == '}' && (value < 0xd800 || value > 0xdfff);
}

/* One escape, `*at` behind its backslash. The quote that ends the string
 * stands behind all of them, so that looking one ahead is safe. */
static bool take_escape(const char **at, char **to)
{
    static const char plain[] = "n\nr\rt\t\\\\''\"\"";
    const char *p = *at;
    if (*p == 'u') {
        uint32_t character;
        if (!take_code_point(at, &character))
            return false;
        *to += tn_utf8_put(character, *to);
        return true;
    }
    if (is_hex_digit(p[0]) && is_hex_digit(p[1])) {
        *(*to)++ = (char)(uint8_t)(hex_value(p[0]) << 4 | hex_value(p[1]));
        *at = p + 2;
        return true;
    }
    for (size_t i = 0; plain[i] != '\0'; i += 2) {
        if (plain[i] != *p)
            continue;
        *(*to)++ = plain[i + 1];
        *at = p + 1;
        return true;
    }
    return false;
}

/* The string at l->at. No escape is shorter than what it stands for. */
static bool read_string(struct tn_lexer *l, struct tn_str *out)
{
    size_t start = l->at;
    bool has_escapes = false;
    if (!scan_string(l, &has_escapes))
        return false;
    const char *p = l->source + start + 1, *end = l->source + l->at - 1;
    *out = (struct tn_str){p, (size_t)(end - p)};
    if (!has_escapes)
        return true;
    char *text = TN_NEW_ARRAY(l->arena, char, out->size), *to = text;
    if (text == NULL) {
        (void)tn_no_memory(l->err);
        stop(l);
        return false;
    }
    while (p < end) {
        if (*p != '\\') {
            *to++ = *p++;
            continue;
        }
        size_t offset = (size_t)(p++ - l->source);
        if (!take_escape(&p, &to))
            return fail_at(l, offset, "illegal escape");
    }
    *out = (struct tn_str){text, (size_t)(to - text)};
    return true;
}

/* ---------------------------------------------------------- white space */

static bool skip_block_comment(struct tn_lexer *l)
{
    size_t start = l->at, depth = 0;
    while (!at_end(l)) {
        bool opens = look(l, 0) == '(' && look(l, 1) == ';';
        bool closes = look(l, 0) == ';' && look(l, 1) == ')';
        l->at += opens || closes ? 2 : 1;
        depth += opens;
        depth -= closes;
        if (depth == 0)
            return true;
    }
    return fail_at(l, start, "unclosed comment");
}

/* Blanks and comments. */
static bool skip_blanks(struct tn_lexer *l)
{
    for (;;) {
        char c = look(l, 0);
        if (is_white(c)) {
            l->at++;
        } else if (c == ';' && look(l, 1) == ';') {
            while (!at_end(l) && look(l, 0) != '\n' && look(l, 0) != '\r')
                l->at++;
        } else if (c == '(' && look(l, 1) == ';') {
            if (!skip_block_comment(l))
                return false;
        } else {
            return true;
        }
    }
}

/* What an annotation holds that nobody asked for: tokens of any kind, its
 * parentheses in balance. */
static bool skip_annotation(struct tn_lexer *l, size_t start)
{
    struct tn_str ignored;
    for (size_t depth = 1; depth > 0;) {
        if (!skip_blanks(l))
            return false;
        if (at_end(l))
            return fail_at(l, start, "unclosed annotation");
        char c = look(l, 0);
        if (c == '"') {
            if (!read_string(l, &ignored))
                return false;
            continue;
        }
        if (c != '(' && c != ')' && !is_id_character(c) &&
            (c == '\0' || strchr(",;[]{}", c) == NULL))
            return fail_at(l, l->at, "illegal character");
        depth += c == '(';
        depth -= c == ')';
        l->at++;
    }
    return true;
}

/* --------------------------------------------------------------- tokens */

/* Any name that is given as a string. */
static bool read_quoted_name(struct tn_lexer *l, size_t start,
                             const char *empty, struct tn_str *out)
{
    /* A string that breaks off inside is no name at all. */
    struct tn_lexer ahead = *l;
    tn_error ignored = {0};
    bool has_escapes = false;
    ahead.err = &ignored;
    if (!scan_string(&ahead, &has_escapes))
        return fail_at(l, start, empty);
    if (!read_string(l, out))
        return false;
    if (out->size == 0)
        return fail_at(l, start, empty);
    if (!tn_utf8_valid(*out))
        return fail_at(l, start, "malformed UTF-8 encoding");
    return true;
}

static struct tn_str read_characters(struct tn_lexer *l)
{
    size_t start = l->at;
    while (is_id_character(look(l, 0)))
        l->at++;
    return (struct tn_str){l->source + start, l->at - start};
}

static bool is_asked_for(const struct tn_lexer *l, struct tn_str name)
{
    for (size_t i = 0; l->annotations != NULL && l->annotations[i]; i++)
        if (tn_str_is(name, l->annotations[i]))
            return true;
    return false;
}

/* "(@name" at l->at. True, and a token, if it is wanted; else it is skipped,
 * or something failed. */
static bool read_annotation(struct tn_lexer *l)
{
    size_t start = l->at;
    struct tn_str name = {NULL, 0};
    l->at += 2;
    if (look(l, 0) == '"') {
        if (!read_quoted_name(l, start, "empty annotation id", &name))
            return false;
    } else {
        name = read_characters(l);
        if (name.size == 0)
            return fail_at(l, start, "empty annotation id");
    }
    if (!is_asked_for(l, name)) {
        (void)skip_annotation(l, start);
        return false;
    }
    l->token = (struct tn_token){TN_TOKEN_ANNOTATION, name, (uint32_t)start,
                                 (uint32_t)l->at};
    return true;
}

static enum tn_token_kind kind_of_characters(struct tn_str run)
{
    struct tn_str s = run;
    if (s.at[0] == '+' || s.at[0] == '-') {
        s.at++;
        s.size--;
    }
    if (s.size > 0 && s.at[0] >= '0' && s.at[0] <= '9')
        return TN_TOKEN_NUMBER;
    if (tn_str_is(s, "inf") || tn_str_is(s, "nan") || tn_str_starts(s, "nan:"))
        return TN_TOKEN_NUMBER;
    return run.at[0] >= 'a' && run.at[0] <= 'z' ? TN_TOKEN_KEYWORD
                                                : TN_TOKEN_RESERVED;
}

/* A run of identifier characters and strings; l->at is at one of them. */
static void read_run(struct tn_lexer *l)
{
    size_t start = l->at;
    struct tn_str run = read_characters(l), text = run;
    enum tn_token_kind kind = TN_TOKEN_STRING;
    if (tn_str_is(run, "$")) {
        kind = TN_TOKEN_ID;
        text.size = 0;
        if (look(l, 0) != '"')
            (void)fail_at(l, start, "empty identifier");
        else
            (void)read_quoted_name(l, start, "empty identifier", &text);
    } else if (run.size == 0) {
        (void)read_string(l, &text);
    } else if (run.at[0] == '$') {
        kind = TN_TOKEN_ID;
        text = (struct tn_str){run.at + 1, run.size - 1};
    } else {
        kind = kind_of_characters(run);
    }
    while (is_id_character(look(l, 0)) || look(l, 0) == '"') {
        struct tn_str more;
        kind = TN_TOKEN_RESERVED;
        if (read_characters(l).size == 0)
            (void)read_string(l, &more);
        text = (struct tn_str){l->source + start, l->at - start};
    }
    if (!tn_lex_failed(l))
        l->token =
            (struct tn_token){kind, text, (uint32_t)start, (uint32_t)l->at};
}

static void read_single(struct tn_lexer *l, enum tn_token_kind kind)
{
    l->token = (struct tn_token){
        kind, {l->source + l->at, 1}, (uint32_t)l->at, (uint32_t)(l->at + 1)};
    l->at++;
}

void tn_lex_next(struct tn_lexer *l)
{
    l->before = l->at;
    for (;;) {
        if (tn_lex_failed(l) || !skip_blanks(l) || at_end(l)) {
            stop(l);
            return;
        }
        if (look(l, 0) != '(' || look(l, 1) != '@')
            break;
        if (read_annotation(l))
            return;
    }
    char c = look(l, 0);
    if (c == '(')
        read_single(l, TN_TOKEN_OPEN);
    else if (c == ')')
        read_single(l, TN_TOKEN_CLOSE);
    else if (c == '"' || is_id_character(c))
        read_run(l);
    else if (c != '\0' && strchr(",;[]{}", c) != NULL)
        read_single(l, TN_TOKEN_RESERVED);
    else
        (void)fail_at(l, l->at, "illegal character");
}

void tn_lex_init(struct tn_lexer *l, const char *source, size_t size,
                 struct tn_arena *arena, tn_error *err)
{
    *l = (struct tn_lexer){
        .source = source, .size = size, .arena = arena, .err = err};
    if (size > UINT32_MAX) {
        (void)tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                      "a text of more than 4 GiB");
        l->size = 0;
    }
    size_t good = tn_utf8_prefix((struct tn_str){source, l->size});
    if (good < l->size)
        (void)fail_at(l, good, "malformed UTF-8 encoding");
    tn_lex_next(l);
}

/* --------------------------------------------------- what parsers ask for */

bool tn_lex_is_keyword(const struct tn_lexer *l, const char *word)
{
    return l->token.kind == TN_TOKEN_KEYWORD && tn_str_is(l->token.text, word);
}

/* The lexer behind the current "(", for looking at what it opens. */
static struct tn_lexer inside(const struct tn_lexer *l, tn_error *ignored)
{
    struct tn_lexer ahead = *l;
    ahead.err = ignored;
    tn_lex_next(&ahead);
    return ahead;
}

bool tn_lex_is_form(const struct tn_lexer *l, const char *word)
{
    tn_error ignored = {0};
    if (l->token.kind != TN_TOKEN_OPEN)
        return false;
    struct tn_lexer ahead = inside(l, &ignored);
    return tn_lex_is_keyword(&ahead, word);
}

bool tn_lex_take_keyword(struct tn_lexer *l, const char *word)
{
    if (!tn_lex_is_keyword(l, word))
        return false;
    tn_lex_next(l);
    return true;
}

bool tn_lex_take_form(struct tn_lexer *l, const char *word)
{
    if (!tn_lex_is_form(l, word))
        return false;
    tn_lex_next(l);
    tn_lex_next(l);
    return true;
}

bool tn_lex_expect(struct tn_lexer *l, enum tn_token_kind kind,
                   const char *wanted)
{
    if (l->token.kind != kind)
        return tn_lex_unexpected(l, wanted);
    tn_lex_next(l);
    return true;
}

bool tn_lex_skip_rest(struct tn_lexer *l)
{
    for (size_t depth = 1; depth > 0; tn_lex_next(l)) {
        enum tn_token_kind kind = l->token.kind;
        if (kind == TN_TOKEN_END)
            return tn_lex_unexpected(l, "\")\"");
        depth += kind == TN_TOKEN_OPEN || kind == TN_TOKEN_ANNOTATION;
        depth -= kind == TN_TOKEN_CLOSE;
    }
    return !tn_lex_failed(l);
}

bool tn_lex_skip_form(struct tn_lexer *l)
{
    tn_lex_next(l);
    return tn_lex_skip_rest(l);
}

/* newline ::= U+0A | U+0D | U+0D U+0A */
bool tn_lex_ends_line(struct tn_str source, size_t at)
{
    if (source.at[at] != '\r')
        return source.at[at] == '\n';
    return at + 1 == source.size || source.at[at + 1] != '\n';
}

struct tn_place_in_text tn_lex_place(const char *source, size_t size,
                                     uint64_t offset)
{
    size_t at = offset < size ? (size_t)offset : size, start = 0, end = at;
    uint32_t line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        if (tn_lex_ends_line((struct tn_str){source, size}, i)) {
            line++;
            start = i + 1;
        }
    }
    for (size_t i = start; i < at; i++)
        column += ((uint8_t)source[i] & 0xc0) != 0x80;
    while (end < size && source[end] != '\n' && source[end] != '\r')
        end++;
    return (struct tn_place_in_text){
        line, column, {source + start, end - start}};
}
