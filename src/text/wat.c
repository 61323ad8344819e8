/* wat.c - the WAT parser's doors: a whole source, or the fields of a module. */
#include "text/wat.h"

#include "text/wat_parse.h"

/* The annotations that mean something inside a module. */
static const char *const module_annotations[] = {
    "custom", "name", "metadata.code.branch_hint", NULL};

/* ------------------------------------------------------------ one parse */

/* All buffers of the parser: `each` of them. */
static void each_buffer(struct tn_wat *p,
                        void (*each)(struct tn_wat *p, struct tn_buf *buf))
{
    struct tn_buf *const bufs[] = {
        &p->params,
        &p->results,
        &p->signature,
        &p->body,
        &p->pending,
        &p->list,
        &p->bytes,
        &p->hints.bytes,
        &p->func_hints.bytes,
        &p->local_names.bytes,
        &p->label_names.bytes,
        &p->field_names.bytes,
        &p->custom_bytes,
        NULL,
    };
    for (size_t i = 0; bufs[i] != NULL; i++)
        each(p, bufs[i]);
    for (size_t i = 0; i < TN_SECTION_COUNT; i++)
        each(p, &p->sections[i].bytes);
    for (size_t i = 0; i < TN_WAT_NAMES; i++)
        each(p, &p->names[i].bytes);
}

static void init_buffer(struct tn_wat *p, struct tn_buf *buf)
{
    tn_buf_init(buf, p->alloc);
}

static void clear_buffer(struct tn_wat *p, struct tn_buf *buf)
{
    (void)p;
    tn_buf_clear(buf);
}

static void check_buffer(struct tn_wat *p, struct tn_buf *buf)
{
    if (buf->failed)
        tn_wat_no_memory(p);
}

static void clear_parser(struct tn_wat *p)
{
    each_buffer(p, clear_buffer);
    TN_VEC_CLEAR(&p->symbols, p->alloc);
    TN_VEC_CLEAR(&p->fields, p->alloc);
    TN_VEC_CLEAR(&p->types, p->alloc);
    TN_VEC_CLEAR(&p->frames, p->alloc);
    TN_VEC_CLEAR(&p->customs, p->alloc);
    tn_map_clear(&p->symbol_map, p->alloc);
    tn_map_clear(&p->field_map, p->alloc);
    tn_map_clear(&p->signatures, p->alloc);
}

/* The lexer ends where the first pass ended, at the ")". */
static void parse_fields(struct tn_wat *p, struct tn_lexer *l,
                         struct tn_buf *out)
{
    tn_wat_scan(p);
    *l = p->l;
    if (!tn_wat_ok(p))
        return;
    tn_wat_write_fields(p);
    each_buffer(p, check_buffer);
    if (!tn_wat_ok(p))
        return;
    tn_wat_assemble(p, out);
    each_buffer(p, check_buffer);
    check_buffer(p, out);
}

tn_status tn_text_parse_fields(struct tn_lexer *l, struct tn_str name,
                               const tn_allocator *alloc, struct tn_buf *out)
{
    size_t before = out->size;
    struct tn_wat *p = TN_ALLOC(alloc, struct tn_wat);
    if (p == NULL)
        return tn_no_memory(l->err);
    const char *const *annotations = l->annotations;
    p->l = *l;
    p->l.annotations = module_annotations;
    p->l.at = l->before; /* the first token may be one of them */
    tn_lex_next(&p->l);
    p->alloc = alloc;
    p->module_name = name.size > 0 ? name : (struct tn_str){NULL, 0};
    p->self = TN_NONE;
    each_buffer(p, init_buffer);
    parse_fields(p, l, out);
    clear_parser(p);
    tn_alloc_free(alloc, p, sizeof *p);
    l->annotations = annotations;
    if (!tn_lex_failed(l))
        return TN_OK;
    out->size = before;
    tn_lex_next(l); /* to the end */
    return l->err->status;
}

/* ------------------------------------------------------------- a source */

/* The strings at hand, joined, on the lexer's arena. */
static struct tn_str take_joined(struct tn_lexer *l, const tn_allocator *alloc)
{
    struct tn_buf joined;
    char *text = NULL;
    tn_buf_init(&joined, alloc);
    for (; l->token.kind == TN_TOKEN_STRING; tn_lex_next(l))
        tn_buf_str(&joined, l->token.text);
    if (!joined.failed)
        text = TN_NEW_ARRAY(l->arena, char, joined.size);
    if (text == NULL)
        (void)tn_no_memory(l->err);
    else if (joined.size > 0)
        memcpy(text, joined.at, joined.size);
    struct tn_str all = {text, joined.size};
    tn_buf_clear(&joined);
    return all;
}

/* (module id? ...) or fields, to the end. Of (module quote ...) the strings
 * are left in `quoted`, to be parsed in their turn. */
static void parse_module(struct tn_lexer *l, const tn_allocator *alloc,
                         struct tn_buf *out, struct tn_str *quoted)
{
    struct tn_str name = {NULL, 0};
    bool has_parens = tn_lex_take_form(l, "module");
    if (has_parens && l->token.kind == TN_TOKEN_ID) {
        name = l->token.text;
        tn_lex_next(l);
    }
    if (has_parens && tn_lex_take_keyword(l, "binary"))
        tn_buf_str(out, take_joined(l, alloc));
    else if (has_parens && tn_lex_take_keyword(l, "quote"))
        *quoted = take_joined(l, alloc);
    else if (tn_text_parse_fields(l, name, alloc, out) != TN_OK)
        return;
    if (has_parens)
        (void)tn_lex_expect(l, TN_TOKEN_CLOSE, "\")\"");
    if (l->token.kind != TN_TOKEN_END)
        (void)tn_lex_unexpected(l, "the end");
}

/* Failures within what is quoted are told of the whole quotation. */
static void parse_source(struct tn_str source, const tn_allocator *alloc,
                         struct tn_arena *arena, struct tn_buf *out,
                         tn_error *err)
{
    uint64_t quoted_at = TN_NO_OFFSET;
    while (source.at != NULL && err->status == TN_OK) {
        struct tn_lexer l;
        struct tn_str quoted = {NULL, 0};
        tn_lex_init(&l, source.at, source.size, arena, err);
        uint32_t at = l.token.offset;
        parse_module(&l, alloc, out, &quoted);
        if (err->status != TN_OK && quoted_at != TN_NO_OFFSET)
            err->offset = quoted_at;
        if (quoted_at == TN_NO_OFFSET)
            quoted_at = at;
        source = quoted;
    }
}

tn_status tn_text_parse(const char *source, size_t size,
                        const tn_allocator *alloc, struct tn_buf *out,
                        tn_error *err)
{
    size_t before = out->size;
    tn_error failure = {.status = TN_OK};
    struct tn_arena arena;
    tn_arena_init(&arena, alloc);
    parse_source((struct tn_str){source != NULL ? source : "", size}, alloc,
                 &arena, out, &failure);
    tn_arena_clear(&arena);
    if (failure.status == TN_OK && out->failed)
        (void)tn_no_memory(&failure);
    if (failure.status == TN_OK)
        return TN_OK;
    out->size = before;
    return tn_fail(err, failure.status, failure.offset, "%s", failure.text);
}
