/* wat_names.c - identifiers: what they name, and the name section.
 *
 * A name is looked up once, for its symbol; the symbol knows what it is in
 * every index space. Names of a block's label shadow outer ones: the block
 * remembers what the symbol said before (wat_expr.c). */
#include "base/utf8.h"
#include "text/wat_parse.h"

static const struct space_row {
    const char *text;
    uint8_t names; /* subsection of the name section; 0 for none */
} space_rows[TN_WAT_SPACES] = {
    [TN_WAT_FUNC] = {"func", 1},         [TN_WAT_TABLE] = {"table", 5},
    [TN_WAT_MEMORY] = {"memory", 6},     [TN_WAT_GLOBAL] = {"global", 7},
    [TN_WAT_TAG] = {"tag", 11},          [TN_WAT_TYPE] = {"type", 4},
    [TN_WAT_ELEM] = {"elem segment", 8}, [TN_WAT_DATA] = {"data segment", 9},
    [TN_WAT_LOCAL] = {"local", 0},       [TN_WAT_LABEL] = {"label", 0},
};

const char *tn_wat_space_text(enum tn_wat_space space)
{
    return space_rows[space].text;
}

/* -------------------------------------------------------------- symbols */

/* The symbol of a name, made if need be; TN_NONE when out of memory. */
static uint32_t symbol_of(struct tn_wat *p, struct tn_str name)
{
    uint32_t next = (uint32_t)p->symbols.count;
    uint32_t known = tn_map_get(&p->symbol_map, name);
    if (known != TN_MAP_NONE)
        return known;
    struct tn_wat_symbol symbol = {.name = name};
    if (TN_VEC_PUSH(&p->symbols, p->alloc, symbol) &&
        tn_map_put(&p->symbol_map, p->alloc, name, next) != TN_MAP_NO_MEMORY)
        return next;
    tn_wat_no_memory(p);
    return TN_NONE;
}

/* (@name "...")? */
static void take_name_annotation(struct tn_wat *p, struct tn_str *name)
{
    if (!tn_wat_is_annotation(p, "name"))
        return;
    tn_lex_next(&p->l);
    *name = tn_wat_name(p);
    tn_wat_close(p);
}

uint32_t tn_wat_take_id(struct tn_wat *p, struct tn_str *name)
{
    uint32_t symbol = TN_NONE;
    *name = (struct tn_str){NULL, 0};
    if (tn_wat_is(p, TN_TOKEN_ID)) {
        *name = p->l.token.text;
        symbol = symbol_of(p, *name);
        tn_lex_next(&p->l);
    }
    take_name_annotation(p, name);
    return symbol == TN_NONE ? 0 : symbol + 1;
}

void tn_wat_bind(struct tn_wat *p, enum tn_wat_space space)
{
    uint32_t at = p->l.token.offset, index = p->counts[space]++;
    struct tn_str name;
    uint32_t symbol = tn_wat_take_id(p, &name);
    if (symbol != 0) {
        uint32_t *slot = &p->symbols.at[symbol - 1].index[space];
        if (*slot != 0)
            tn_wat_fail(p, TN_E_MALFORMED, at, "duplicate %s $%.*s",
                        space_rows[space].text,
                        TN_STR(p->symbols.at[symbol - 1].name));
        *slot = index + 1;
    }
    if (name.at != NULL)
        tn_wat_add_name(&p->names[space_rows[space].names], index, name);
}

void tn_wat_skip_bind(struct tn_wat *p)
{
    struct tn_str name;
    if (tn_wat_is(p, TN_TOKEN_ID))
        tn_lex_next(&p->l);
    take_name_annotation(p, &name);
}

void tn_wat_bind_local(struct tn_wat *p)
{
    uint32_t at = p->l.token.offset, index = p->local_count++;
    struct tn_str name;
    uint32_t symbol_id = tn_wat_take_id(p, &name);
    if (symbol_id != 0) {
        struct tn_wat_symbol *symbol = &p->symbols.at[symbol_id - 1];
        if (symbol->local_of == p->func_number)
            tn_wat_fail(p, TN_E_MALFORMED, at, "duplicate local $%.*s",
                        TN_STR(symbol->name));
        symbol->local_of = p->func_number;
        symbol->index[TN_WAT_LOCAL] = index + 1;
    }
    if (name.at != NULL)
        tn_wat_add_name(&p->local_names, index, name);
}

/* Names that are doubled do no harm here. */
void tn_wat_name_param(struct tn_wat *p, uint32_t param)
{
    struct tn_str name;
    (void)tn_wat_take_id(p, &name);
    if (name.at != NULL)
        tn_wat_add_name(&p->local_names, param, name);
}

/* --------------------------------------------------------------- fields */

/* The key of a field: eight bytes. */
static struct tn_str field_key(uint32_t type_index, uint32_t symbol,
                               uint32_t pair[2])
{
    pair[0] = type_index;
    pair[1] = symbol;
    return (struct tn_str){(const char *)pair, 2 * sizeof *pair};
}

void tn_wat_bind_field(struct tn_wat *p, uint32_t field)
{
    uint32_t at = p->l.token.offset;
    struct tn_str name;
    uint32_t symbol = tn_wat_take_id(p, &name);
    if (symbol != 0) {
        uint32_t *pair = TN_NEW_ARRAY(p->l.arena, uint32_t, 2);
        enum tn_map_put put = TN_MAP_NO_MEMORY;
        if (pair != NULL)
            put = tn_map_put(&p->field_map, p->alloc,
                             field_key(p->self, symbol - 1, pair), field);
        if (put == TN_MAP_NO_MEMORY)
            tn_wat_no_memory(p);
        if (put == TN_MAP_PRESENT)
            tn_wat_fail(p, TN_E_MALFORMED, at, "duplicate field $%.*s",
                        TN_STR(p->symbols.at[symbol - 1].name));
    }
    if (name.at != NULL)
        tn_wat_add_name(&p->field_names, field, name);
}

uint32_t tn_wat_field_index(struct tn_wat *p, uint32_t type_index)
{
    uint32_t pair[2];
    struct tn_str name = p->l.token.text;
    if (!tn_wat_is(p, TN_TOKEN_ID))
        return (uint32_t)tn_wat_u(p, 32);
    uint32_t symbol = tn_map_get(&p->symbol_map, name);
    uint32_t field = TN_MAP_NONE;
    if (symbol != TN_MAP_NONE)
        field = tn_map_get(&p->field_map, field_key(type_index, symbol, pair));
    if (field == TN_MAP_NONE)
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset, "unknown field $%.*s",
                    TN_STR(name));
    else
        tn_lex_next(&p->l);
    return field;
}

/* -------------------------------------------------------------- indices */

bool tn_wat_has_index(const struct tn_wat *p)
{
    return tn_wat_is(p, TN_TOKEN_NUMBER) || tn_wat_is(p, TN_TOKEN_ID);
}

uint32_t tn_wat_index(struct tn_wat *p, enum tn_wat_space space)
{
    struct tn_str name = p->l.token.text;
    if (!tn_wat_is(p, TN_TOKEN_ID))
        return (uint32_t)tn_wat_u(p, 32);
    uint32_t id = tn_map_get(&p->symbol_map, name), index = 0;
    if (id != TN_MAP_NONE) {
        const struct tn_wat_symbol *symbol = &p->symbols.at[id];
        if (space != TN_WAT_LOCAL || symbol->local_of == p->func_number)
            index = symbol->index[space];
    }
    if (index == 0) {
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset, "unknown %s $%.*s",
                    space_rows[space].text, TN_STR(name));
        return 0;
    }
    tn_lex_next(&p->l);
    return space == TN_WAT_LABEL ? p->label_depth - index : index - 1;
}

uint32_t tn_wat_optional_index(struct tn_wat *p, enum tn_wat_space space)
{
    return tn_wat_has_index(p) ? tn_wat_index(p, space) : 0;
}

/* --------------------------------------------------------- name section */

void tn_wat_put_bytes(struct tn_buf *out, const void *at, size_t size)
{
    tn_buf_uleb(out, size);
    tn_buf_put(out, at, size);
}

void tn_wat_add_name(struct tn_wat_list *list, uint32_t index,
                     struct tn_str name)
{
    tn_buf_uleb(&list->bytes, index);
    tn_wat_put_bytes(&list->bytes, name.at, name.size);
    list->count++;
}

void tn_wat_add_names(struct tn_wat_list *list, uint32_t index,
                      struct tn_wat_list *inner)
{
    if (inner->count == 0)
        return;
    tn_buf_uleb(&list->bytes, index);
    tn_buf_uleb(&list->bytes, inner->count);
    tn_buf_put(&list->bytes, inner->bytes.at, inner->bytes.size);
    list->bytes.failed |= inner->bytes.failed;
    list->count++;
    inner->bytes.size = 0;
    inner->count = 0;
}

/* namesec ::= (id:byte size:u32 contents)*, rising ids */
void tn_wat_write_names(struct tn_wat *p, struct tn_buf *out)
{
    struct tn_buf *part = &p->bytes;
    for (uint32_t id = 0; id < TN_WAT_NAMES; id++) {
        const struct tn_wat_list *list = &p->names[id];
        part->size = 0;
        if (id == TN_WAT_NAMES_MODULE && p->module_name.at != NULL) {
            tn_wat_put_bytes(part, p->module_name.at, p->module_name.size);
        } else if (list->count > 0) {
            tn_buf_uleb(part, list->count);
            tn_buf_put(part, list->bytes.at, list->bytes.size);
        }
        if (part->size == 0)
            continue;
        tn_buf_byte(out, (uint8_t)id);
        tn_wat_put_bytes(out, part->at, part->size);
    }
}
