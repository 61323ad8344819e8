/* wat_custom.c - custom sections by annotation, branch hints, and all sections
 * put in order.
 *
 *   (@custom "name" place? "bytes"*)
 *   place ::= (before first) | (before sec) | (after sec) | (after last)
 *
 * Between two sections of the order there are two places, behind the one and
 * before the other; what stands in one place stays in the order written. */
#include "base/utf8.h"
#include "text/wat_parse.h"

/* Sections that are not custom, in their order, from 1. */
enum {
    SECTION_PLACE_FIRST,
#define SECTION(name, id, text) SECTION_PLACE_##name,
#include "mod/section.def"
#undef SECTION
    SECTION_PLACES
};

static const uint8_t ids_by_place[SECTION_PLACES] = {
#define SECTION(name, id, text) [SECTION_PLACE_##name] = (id),
#include "mod/section.def"
#undef SECTION
};

enum {
    PLACE_LAST = 2 * SECTION_PLACES + 1
};

/* A section's word, taken; its place in the order, or 0. */
static uint32_t take_section(struct tn_wat *p)
{
    static const struct {
        const char *word;
        uint8_t place;
    } words[] = {
        {"type", SECTION_PLACE_TYPE},
        {"import", SECTION_PLACE_IMPORT},
        {"func", SECTION_PLACE_FUNCTION},
        {"table", SECTION_PLACE_TABLE},
        {"memory", SECTION_PLACE_MEMORY},
        {"tag", SECTION_PLACE_TAG},
        {"global", SECTION_PLACE_GLOBAL},
        {"export", SECTION_PLACE_EXPORT},
        {"start", SECTION_PLACE_START},
        {"elem", SECTION_PLACE_ELEMENT},
        {"code", SECTION_PLACE_CODE},
        {"datacount", SECTION_PLACE_DATA_COUNT},
        {"data", SECTION_PLACE_DATA},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tn_lex_take_keyword(&p->l, words[i].word))
            return words[i].place;
    return 0;
}

static void fail_custom(struct tn_wat *p, const char *what)
{
    tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset, "@custom annotation: %s",
                what);
}

static uint32_t read_place(struct tn_wat *p)
{
    uint32_t place = 0;
    if (!tn_wat_is(p, TN_TOKEN_OPEN))
        return PLACE_LAST;
    bool is_before = tn_wat_take_form(p, "before");
    if (!is_before && !tn_wat_take_form(p, "after")) {
        fail_custom(p, "malformed placement, before or after expected");
        return 0;
    }
    if (is_before && tn_lex_take_keyword(&p->l, "first")) {
        place = 1;
    } else if (!is_before && tn_lex_take_keyword(&p->l, "last")) {
        place = PLACE_LAST;
    } else {
        uint32_t section = take_section(p);
        place = section * 2 + !is_before;
        if (section == 0)
            fail_custom(p, "malformed section kind");
    }
    tn_wat_close(p);
    return place;
}

void tn_wat_write_custom(struct tn_wat *p)
{
    struct tn_str name = p->l.token.text;
    if (!tn_wat_is(p, TN_TOKEN_STRING))
        fail_custom(p, "missing section name");
    else if (!tn_utf8_valid(name))
        fail_custom(p, "malformed UTF-8 encoding");
    if (!tn_wat_ok(p))
        return;
    tn_lex_next(&p->l);
    p->has_own_names |= tn_str_is(name, "name");
    struct tn_wat_custom custom = {.begin = p->custom_bytes.size};
    custom.place = read_place(p);
    tn_wat_put_bytes(&p->custom_bytes, name.at, name.size);
    tn_wat_strings(p, &p->custom_bytes);
    custom.size = p->custom_bytes.size - custom.begin;
    if (tn_wat_ok(p) && !tn_wat_is(p, TN_TOKEN_CLOSE))
        fail_custom(p, "unexpected token");
    if (tn_wat_ok(p) && !TN_VEC_PUSH(&p->customs, p->alloc, custom))
        tn_wat_no_memory(p);
}

/* --------------------------------------------------------- branch hints */

#define HINT "metadata.code.branch_hint"

void tn_wat_read_hint(struct tn_wat *p)
{
    uint32_t at = p->l.token.offset;
    if (!tn_wat_is_annotation(p, HINT)) {
        tn_wat_unexpected(p, "an instruction");
        return;
    }
    if (p->func_number == 0)
        tn_wat_fail(p, TN_E_MALFORMED, at,
                    "@" HINT " annotation: not in a function");
    if (p->hint != 0)
        tn_wat_fail(p, TN_E_MALFORMED, at,
                    "@" HINT " annotation: duplicate annotation");
    tn_lex_next(&p->l);
    p->bytes.size = 0;
    tn_wat_strings(p, &p->bytes);
    if (p->bytes.size != 1 || p->bytes.at[0] > 1)
        tn_wat_fail(p, TN_E_MALFORMED, at,
                    "@" HINT " annotation: malformed value, "
                    "\"\\00\" or \"\\01\" expected");
    else
        p->hint = (uint8_t)(p->bytes.at[0] + 1);
    tn_wat_close(p);
}

/* hint ::= offset:u32 1:u32 value:byte; the offset counts from the locals. */
void tn_wat_put_hint(struct tn_wat *p, uint8_t hint)
{
    tn_buf_uleb(&p->func_hints.bytes, p->out->size);
    tn_buf_byte(&p->func_hints.bytes, 1);
    tn_buf_byte(&p->func_hints.bytes, (uint8_t)(hint - 1));
    p->func_hints.count++;
}

/* ------------------------------------------------------------- assembly */

static void put_section(struct tn_buf *out, uint8_t id,
                        const struct tn_buf *contents)
{
    tn_buf_byte(out, id);
    tn_wat_put_bytes(out, contents->at, contents->size);
}

static void put_customs(struct tn_wat *p, struct tn_buf *out, uint32_t place)
{
    for (size_t i = 0; i < p->customs.count; i++) {
        const struct tn_wat_custom *custom = &p->customs.at[i];
        if (custom->place != place || p->custom_bytes.failed)
            continue;
        tn_buf_byte(out, TN_SECTION_CUSTOM);
        tn_wat_put_bytes(out, p->custom_bytes.at + custom->begin, custom->size);
    }
}

static void put_hints(struct tn_wat *p, struct tn_buf *out)
{
    if (p->hints.count == 0)
        return;
    p->body.size = 0;
    tn_wat_put_bytes(&p->body, HINT, sizeof HINT - 1);
    tn_buf_uleb(&p->body, p->hints.count);
    tn_buf_put(&p->body, p->hints.bytes.at, p->hints.bytes.size);
    put_section(out, TN_SECTION_CUSTOM, &p->body);
}

#undef HINT

static void put_names(struct tn_wat *p, struct tn_buf *out)
{
    p->body.size = 0;
    tn_wat_put_bytes(&p->body, "name", 4);
    size_t empty = p->body.size;
    tn_wat_write_names(p, &p->body);
    if (p->body.size > empty && !p->has_own_names)
        put_section(out, TN_SECTION_CUSTOM, &p->body);
}

/* A section with entries. The start section has one, and no count. */
static void put_known(struct tn_wat *p, struct tn_buf *out, uint8_t id)
{
    const struct tn_wat_list *list = &p->sections[id];
    p->body.size = 0;
    if (id == TN_SECTION_CODE)
        put_hints(p, out);
    if (id == TN_SECTION_DATA_COUNT && p->needs_data_count)
        tn_buf_uleb(&p->body, p->sections[TN_SECTION_DATA].count);
    p->body.size = id == TN_SECTION_DATA_COUNT ? p->body.size : 0;
    if (list->count > 0) {
        if (id != TN_SECTION_START)
            tn_buf_uleb(&p->body, list->count);
        tn_buf_put(&p->body, list->bytes.at, list->bytes.size);
    }
    if (p->body.size > 0)
        put_section(out, id, &p->body);
}

void tn_wat_assemble(struct tn_wat *p, struct tn_buf *out)
{
    tn_buf_put(out, "\0asm\1\0\0", 8);
    put_customs(p, out, 1);
    for (uint32_t i = SECTION_PLACE_TYPE; i < SECTION_PLACES; i++) {
        put_customs(p, out, 2 * i);
        put_known(p, out, ids_by_place[i]);
        put_customs(p, out, 2 * i + 1);
    }
    put_names(p, out);
    put_customs(p, out, PLACE_LAST);
}
