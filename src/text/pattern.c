/* pattern.c - the values of scripts: arguments, and what results must be.
 *
 *   value   = (i32.const N) .. | (v128.const SHAPE N..) | (ref.null HEAP)
 *           | (ref.extern N) | (ref.host N)
 *   result  = value | a float lane nan:canonical or nan:arithmetic
 *           | (ref.HEAP) | (ref.null) | (either result..)
 *
 * Numbers become their bytes, so that comparing is comparing bytes wherever
 * no NaN pattern stands. */
#include "text/number.h"
#include "text/script.h"

/* A keyword, and the lanes that follow it. */
struct number_form {
    const char *word;
    tn_valkind type;
    uint8_t lane_count, lane_bytes;
    bool is_float;
};

static const struct number_form scalar_forms[] = {
    {"i32.const", TN_I32, 1, 4, false}, {"i64.const", TN_I64, 1, 8, false},
    {"f32.const", TN_F32, 1, 4, true},  {"f64.const", TN_F64, 1, 8, true},
    {NULL, TN_I32, 0, 0, false},
};

static const struct number_form vector_forms[] = {
    {"i8x16", TN_V128, 16, 1, false}, {"i16x8", TN_V128, 8, 2, false},
    {"i32x4", TN_V128, 4, 4, false},  {"i64x2", TN_V128, 2, 8, false},
    {"f32x4", TN_V128, 4, 4, true},   {"f64x2", TN_V128, 2, 8, true},
    {NULL, TN_V128, 0, 0, false},
};

/* Takes the keyword of one of `forms`; null if another token is there. */
static const struct number_form *take_number_form(struct tn_lexer *l,
                                                  const struct number_form *f)
{
    for (; f->word != NULL; f++)
        if (tn_lex_take_keyword(l, f->word))
            return f;
    return NULL;
}

static enum tn_number_outcome
read_lane(struct tn_str text, const struct number_form *form, uint64_t *bits)
{
    if (!form->is_float)
        return tn_number_i(text, form->lane_bytes * 8u, bits);
    if (form->lane_bytes == 8)
        return tn_number_f64(text, bits);
    uint32_t low = 0;
    enum tn_number_outcome outcome = tn_number_f32(text, &low);
    *bits = low;
    return outcome;
}

static tn_nan nan_pattern(struct tn_str text)
{
    if (tn_str_is(text, "nan:canonical"))
        return TN_NAN_CANONICAL;
    if (tn_str_is(text, "nan:arithmetic"))
        return TN_NAN_ARITHMETIC;
    return TN_NAN_NONE;
}

static bool take_lane(struct tn_lexer *l, const struct number_form *form,
                      bool is_result, size_t lane, tn_pattern *out)
{
    struct tn_str text = l->token.text;
    uint64_t bits = 0;
    if (l->token.kind != TN_TOKEN_NUMBER)
        return tn_lex_unexpected(l, "a number");
    if (form->is_float && is_result && nan_pattern(text) != TN_NAN_NONE) {
        out->nans[lane] = (uint8_t)nan_pattern(text);
    } else {
        enum tn_number_outcome outcome = read_lane(text, form, &bits);
        if (outcome == TN_NUMBER_SYNTAX)
            return tn_lex_unexpected(l, "a number");
        if (outcome == TN_NUMBER_RANGE)
            return tn_lex_fail(l, "constant out of range");
    }
    uint8_t *to = out->bytes + lane * form->lane_bytes;
    for (size_t i = 0; i < form->lane_bytes; i++, bits >>= 8)
        to[i] = (uint8_t)bits;
    tn_lex_next(l);
    return true;
}

static bool take_lanes(struct tn_lexer *l, const struct number_form *form,
                       bool is_result, tn_pattern *out)
{
    out->kind = TN_PATTERN_NUMBER;
    out->type = form->type;
    out->lane_bytes = form->lane_bytes;
    out->is_float = form->is_float;
    for (size_t i = 0; i < form->lane_count; i++)
        if (!take_lane(l, form, is_result, i, out))
            return false;
    return true;
}

/* A word, with a zero behind it. */
static bool copy_word(struct tn_lexer *l, struct tn_str word, const char **out)
{
    char *copy = TN_NEW_ARRAY(l->arena, char, word.size + 1);
    if (copy == NULL) {
        (void)tn_no_memory(l->err);
        tn_lex_next(l);
        return false;
    }
    memcpy(copy, word.at, word.size);
    *out = copy;
    return true;
}

/* "(ref.null HEAP" or, among results, "(ref.null". */
static bool take_null(struct tn_lexer *l, bool is_result, tn_pattern *out)
{
    enum tn_token_kind kind = l->token.kind;
    out->kind = TN_PATTERN_NULL;
    if (kind == TN_TOKEN_CLOSE && is_result)
        return true;
    if (kind != TN_TOKEN_KEYWORD && kind != TN_TOKEN_NUMBER &&
        kind != TN_TOKEN_ID)
        return tn_lex_unexpected(l, "a heap type");
    if (!copy_word(l, l->token.text, &out->heap))
        return false;
    tn_lex_next(l);
    return true;
}

/* "(ref.WORD": the host's objects have a number, others must not be told. */
static bool take_reference(struct tn_lexer *l, bool is_result, tn_pattern *out)
{
    struct tn_str word = l->token.text;
    word.at += strlen("ref.");
    word.size -= strlen("ref.");
    bool is_host = tn_str_is(word, "host");
    if (!is_result && !is_host && !tn_str_is(word, "extern"))
        return tn_lex_unexpected(l, "a value");
    if (!copy_word(l, is_host ? tn_str_of("any") : word, &out->heap))
        return false;
    out->kind = TN_PATTERN_REF;
    tn_lex_next(l);
    if (l->token.kind != TN_TOKEN_NUMBER)
        return is_result || tn_lex_unexpected(l, "a number");
    uint64_t number = 0;
    if (tn_number_u(l->token.text, 32, &number) != TN_NUMBER_OK)
        return tn_lex_unexpected(l, "a number");
    /* A function's index says nothing: instances have no place in scripts. */
    if (!tn_str_is(word, "func"))
        out->kind = TN_PATTERN_HOST;
    out->number = (uint32_t)number;
    tn_lex_next(l);
    return true;
}

/* From its "(" to its ")", all but "either". */
static bool take_simple(struct tn_lexer *l, bool is_result, tn_pattern *out)
{
    *out = (tn_pattern){.heap = ""};
    if (!tn_lex_expect(l, TN_TOKEN_OPEN, "\"(\""))
        return false;
    const struct number_form *form = take_number_form(l, scalar_forms);
    bool ok;
    if (form == NULL && tn_lex_take_keyword(l, "v128.const")) {
        form = take_number_form(l, vector_forms);
        if (form == NULL)
            return tn_lex_unexpected(l, "a shape of lanes");
    }
    if (form != NULL)
        ok = take_lanes(l, form, is_result, out);
    else if (tn_lex_take_keyword(l, "ref.null"))
        ok = take_null(l, is_result, out);
    else if (l->token.kind == TN_TOKEN_KEYWORD &&
             tn_str_starts(l->token.text, "ref."))
        ok = take_reference(l, is_result, out);
    else
        ok = tn_lex_unexpected(l, "a value");
    return ok && tn_lex_expect(l, TN_TOKEN_CLOSE, "\")\"");
}

enum {
    MAX_CHOICES = 64
};

/* Behind "(either". */
static bool take_choices(struct tn_lexer *l, tn_pattern *out)
{
    tn_pattern *choices = TN_NEW_ARRAY(l->arena, tn_pattern, MAX_CHOICES);
    *out =
        (tn_pattern){.kind = TN_PATTERN_EITHER, .heap = "", .choices = choices};
    if (choices == NULL) {
        (void)tn_no_memory(l->err);
        tn_lex_next(l);
        return false;
    }
    while (l->token.kind == TN_TOKEN_OPEN) {
        if (out->choice_count == MAX_CHOICES)
            return tn_lex_fail(l, "more than %d choices", MAX_CHOICES);
        if (!take_simple(l, true, &choices[out->choice_count++]))
            return false;
    }
    return tn_lex_expect(l, TN_TOKEN_CLOSE, "\")\"");
}

bool tn_text_pattern(struct tn_lexer *l, bool is_result, tn_pattern *out)
{
    if (is_result && tn_lex_take_form(l, "either"))
        return take_choices(l, out);
    return take_simple(l, is_result, out);
}
