/* wat_scan.c - the fields of a module, gone over.
 *
 * The first pass gives every identifier its index and notes where the fields
 * are; what they hold is skipped. It also sees to what only their order can
 * tell: no import may follow a definition (6.4.14). */
#include "text/wat_parse.h"

/* ----------------------------------------------------- the first pass */

static const char *definition_text(enum tn_wat_space space)
{
    return space == TN_WAT_FUNC ? "function" : tn_wat_space_text(space);
}

static void note_import(struct tn_wat *p, uint32_t at)
{
    if (p->defined != 0)
        tn_wat_fail(p, TN_E_MALFORMED, at, "import after %s",
                    definition_text((enum tn_wat_space)(p->defined - 1)));
}

static void scan_import(struct tn_wat *p)
{
    static const char *const words[] = {"func", "table", "memory", "global",
                                        "tag"};
    note_import(p, p->l.token.offset);
    (void)tn_wat_name(p);
    (void)tn_wat_name(p);
    uint32_t kind = 0;
    while (kind < sizeof words / sizeof *words &&
           !tn_wat_take_form(p, words[kind]))
        kind++;
    if (kind < sizeof words / sizeof *words) {
        tn_wat_bind(p, (enum tn_wat_space)kind);
        (void)tn_lex_skip_rest(&p->l);
    }
}

/* Behind an identifier and inline exports: is it an import? */
static bool scan_head(struct tn_wat *p, enum tn_wat_space space)
{
    uint32_t at = p->l.token.offset;
    tn_wat_bind(p, space);
    while (tn_wat_take_form(p, "export"))
        (void)tn_lex_skip_rest(&p->l);
    bool is_import = tn_wat_take_form(p, "import");
    if (is_import) {
        note_import(p, at);
        (void)tn_lex_skip_rest(&p->l);
    } else if (p->defined == 0) {
        p->defined = (uint32_t)space + 1;
    }
    return is_import;
}

static void scan_func(struct tn_wat *p)
{
    (void)scan_head(p, TN_WAT_FUNC);
}

static void scan_global(struct tn_wat *p)
{
    (void)scan_head(p, TN_WAT_GLOBAL);
}

static void scan_tag(struct tn_wat *p)
{
    (void)scan_head(p, TN_WAT_TAG);
}

/* Tables and memories that have no limits have a segment, which takes an
 * index. */
static void scan_filled(struct tn_wat *p, enum tn_wat_space space,
                        enum tn_wat_space segment)
{
    if (scan_head(p, space))
        return;
    if (!tn_lex_take_keyword(&p->l, "i64"))
        (void)tn_lex_take_keyword(&p->l, "i32");
    if (!tn_wat_is(p, TN_TOKEN_NUMBER))
        p->counts[segment]++;
}

static void scan_table(struct tn_wat *p)
{
    scan_filled(p, TN_WAT_TABLE, TN_WAT_ELEM);
}

static void scan_memory(struct tn_wat *p)
{
    scan_filled(p, TN_WAT_MEMORY, TN_WAT_DATA);
}

static void scan_type(struct tn_wat *p)
{
    tn_wat_bind(p, TN_WAT_TYPE);
}

static void scan_rec(struct tn_wat *p)
{
    while (tn_wat_take_form(p, "type")) {
        tn_wat_bind(p, TN_WAT_TYPE);
        (void)tn_lex_skip_rest(&p->l);
    }
}

static void scan_elem(struct tn_wat *p)
{
    tn_wat_bind(p, TN_WAT_ELEM);
}

static void scan_data(struct tn_wat *p)
{
    tn_wat_bind(p, TN_WAT_DATA);
}

static void scan_nothing(struct tn_wat *p)
{
    (void)p;
}

/* ----------------------------------------------------------- the table */

/* clang-format off */
static const struct field_kind {
    const char *word;
    void (*scan)(struct tn_wat *p);
    void (*write)(struct tn_wat *p);
    bool is_type; /* written before all that are not */
} field_kinds[] = {
    {"func",   scan_func,    tn_wat_write_func,   false},
    {"type",   scan_type,    tn_wat_write_type,   true},
    {"rec",    scan_rec,     tn_wat_write_rec,    true},
    {"import", scan_import,  tn_wat_write_import, false},
    {"table",  scan_table,   tn_wat_write_table,  false},
    {"memory", scan_memory,  tn_wat_write_memory, false},
    {"global", scan_global,  tn_wat_write_global, false},
    {"tag",    scan_tag,     tn_wat_write_tag,    false},
    {"export", scan_nothing, tn_wat_write_export, false},
    {"start",  scan_nothing, tn_wat_write_start,  false},
    {"elem",   scan_elem,    tn_wat_write_elem,   false},
    {"data",   scan_data,    tn_wat_write_data,   false},
    {"@custom", scan_nothing, tn_wat_write_custom, false},
};
/* clang-format on */

enum {
    FIELD_KINDS = sizeof field_kinds / sizeof *field_kinds,
    FIELD_CUSTOM = FIELD_KINDS - 1
};

static void note_field(struct tn_wat *p, uint32_t row, uint32_t at)
{
    struct tn_wat_field field = {row, at};
    if (!TN_VEC_PUSH(&p->fields, p->alloc, field))
        tn_wat_no_memory(p);
}

static void scan_annotation(struct tn_wat *p)
{
    if (tn_wat_is_annotation(p, "custom")) {
        note_field(p, FIELD_CUSTOM, p->l.token.end);
        (void)tn_lex_skip_form(&p->l);
    } else if (tn_wat_is_annotation(p, "name")) {
        tn_wat_unexpected(p, "a module field");
    } else {
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset,
                    "@%.*s annotation: not in a function",
                    TN_STR(p->l.token.text));
    }
}

static void scan_field(struct tn_wat *p)
{
    if (tn_wat_is(p, TN_TOKEN_ANNOTATION)) {
        scan_annotation(p);
        return;
    }
    if (!tn_lex_expect(&p->l, TN_TOKEN_OPEN, "a module field"))
        return;
    uint32_t row = 0;
    while (row < FIELD_CUSTOM &&
           !tn_lex_is_keyword(&p->l, field_kinds[row].word))
        row++;
    if (row == FIELD_CUSTOM) {
        tn_wat_unexpected(p, "a module field");
        return;
    }
    note_field(p, row, p->l.token.end);
    tn_lex_next(&p->l);
    field_kinds[row].scan(p);
    (void)tn_lex_skip_rest(&p->l);
}

/* (@name "...")? of the module itself. */
static void scan_module_name(struct tn_wat *p)
{
    for (int i = 0; tn_wat_is_annotation(p, "name"); i++) {
        if (i > 0)
            tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset,
                        "@name annotation: multiple module names");
        tn_lex_next(&p->l);
        p->module_name = tn_wat_name(p);
        tn_wat_close(p);
    }
}

void tn_wat_scan(struct tn_wat *p)
{
    scan_module_name(p);
    while (tn_wat_ok(p) && !tn_wat_is(p, TN_TOKEN_CLOSE) &&
           !tn_wat_is(p, TN_TOKEN_END))
        scan_field(p);
}

/* ---------------------------------------------------- the other passes */

static void write_fields_of(struct tn_wat *p, bool is_type)
{
    for (size_t i = 0; i < p->fields.count && tn_wat_ok(p); i++) {
        const struct tn_wat_field *field = &p->fields.at[i];
        if (field_kinds[field->row].is_type != is_type)
            continue;
        p->l.at = field->at;
        tn_lex_next(&p->l);
        field_kinds[field->row].write(p);
        tn_wat_close(p);
    }
}

void tn_wat_write_fields(struct tn_wat *p)
{
    write_fields_of(p, true);
    write_fields_of(p, false);
}
