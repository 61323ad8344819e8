/* lex.h - the tokens of the text format, one at a time.
 *
 * A lexer holds the current token; tn_lex_next replaces it by the next one.
 * It is sticky, as tn_cursor is: the first failure is recorded with its offset
 * in the source, and from then on every token is TN_TOKEN_END. A lexer may be
 * copied to look ahead and thrown away: only decoded strings stay, on the
 * arena. Specification: 6.3 (lexical format), annotations. */
#ifndef TN_TEXT_LEX_H
#define TN_TEXT_LEX_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum tn_token_kind {
    TN_TOKEN_END,     /* of the source, or after a failure */
    TN_TOKEN_OPEN,    /* ( */
    TN_TOKEN_CLOSE,   /* ) */
    TN_TOKEN_KEYWORD, /* begins with a small letter: i32.add, offset=8 */
    TN_TOKEN_NUMBER,  /* begins with a digit, or a sign and one; also inf,
                       * +inf, nan, -nan:0x1, nan:canonical; whether it is
                       * a number, and which, is number.h's to say */
    TN_TOKEN_STRING,  /* text: its bytes, escapes done */
    TN_TOKEN_ID,      /* text: the name without `$`; of $"..." escapes done */
    TN_TOKEN_ANNOTATION, /* "(@name": text is the name; only those that
                          * `annotations` asks for, others are white space */
    TN_TOKEN_RESERVED,   /* other runs of characters: no rule takes them */
};

struct tn_token {
    enum tn_token_kind kind;
    struct tn_str text; /* as the kind says; else as written */
    uint32_t offset;    /* of its first character in the source */
    uint32_t end;       /* of what follows its last */
};

struct tn_lexer {
    const char *source;
    size_t size;
    size_t at;     /* behind the current token */
    size_t before; /* behind the one before it: from there it can be read
                    * again, with other annotations */
    struct tn_token token;
    struct tn_arena *arena; /* for strings with escapes */
    tn_error *err;          /* never null */
    /* "custom", "metadata.code.branch_hint" ...; ended by null. Or null. */
    const char *const *annotations;
};

/* Starts, and reads the first token. `source` is borrowed; TN_E_LIMIT above
 * 4 GiB. */
void tn_lex_init(struct tn_lexer *l, const char *source, size_t size,
                 struct tn_arena *arena, tn_error *err);
void tn_lex_next(struct tn_lexer *l);
static inline bool tn_lex_failed(const struct tn_lexer *l)
{
    return l->err->status != TN_OK;
}

/* Records TN_E_MALFORMED at the current token (unless something failed
 * before); false. tn_error's offset is that in the source. */
bool tn_lex_fail(struct tn_lexer *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "unexpected token", naming what was found and what could stand here. */
bool tn_lex_unexpected(struct tn_lexer *l, const char *wanted);

/* Is the current token this? */
bool tn_lex_is_keyword(const struct tn_lexer *l, const char *word);
/* Are the current and the next "(" and this keyword? */
bool tn_lex_is_form(const struct tn_lexer *l, const char *word);
/* Takes it if it is there. */
bool tn_lex_take_keyword(struct tn_lexer *l, const char *word);
bool tn_lex_take_form(struct tn_lexer *l, const char *word);
/* Takes it, or fails. */
bool tn_lex_expect(struct tn_lexer *l, enum tn_token_kind kind,
                   const char *wanted);
/* With "(" or an annotation current: past the ")" that closes it. */
bool tn_lex_skip_form(struct tn_lexer *l);
/* With "(" taken before: past the ")" that closes it, whatever is current. */
bool tn_lex_skip_rest(struct tn_lexer *l);

/* Is the character at `at` the last of a line? */
bool tn_lex_ends_line(struct tn_str source, size_t at);

/* Where an offset is: line and column from 1 (the column counts characters of
 * UTF-8), and the whole line without its end. */
struct tn_place_in_text {
    uint32_t line, column;
    struct tn_str text;
};
struct tn_place_in_text tn_lex_place(const char *source, size_t size,
                                     uint64_t offset);

#endif
