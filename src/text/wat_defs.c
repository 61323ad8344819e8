/* wat_defs.c - fields that define and import functions, tables, memories,
 * globals and tags, and those that export and start.
 *
 * A definition may say (export "name") and (import "module" "name") within
 * itself; then its type goes to the import section. */
#include "text/wat_parse.h"

static const char *const kind_words[] = {"func", "table", "memory", "global",
                                         "tag"};
enum {
    KIND_COUNT = sizeof kind_words / sizeof *kind_words
};

/* "(func", or another of these, taken. KIND_COUNT after a failure. */
static enum tn_wat_space take_kind(struct tn_wat *p)
{
    uint32_t kind = 0;
    while (kind < KIND_COUNT && !tn_wat_take_form(p, kind_words[kind]))
        kind++;
    if (kind == KIND_COUNT)
        tn_wat_unexpected(p, "(func, (table, (memory, (global or (tag");
    return (enum tn_wat_space)kind;
}

/* --------------------------------------------------------------- limits */

static bool take_address_type(struct tn_wat *p)
{
    bool is_64 = tn_lex_take_keyword(&p->l, "i64");
    if (!is_64)
        (void)tn_lex_take_keyword(&p->l, "i32");
    return is_64;
}

/* limits ::= min:u64 (max:u64)?, whatever the address type: their ranges are
 * validation's. */
static void read_limits(struct tn_wat *p, struct tn_limits *out)
{
    out->min = tn_wat_u(p, 64);
    out->has_max = tn_wat_is(p, TN_TOKEN_NUMBER);
    if (out->has_max)
        out->max = tn_wat_u(p, 64);
}

static void put_limits(struct tn_buf *out, const struct tn_limits *limits)
{
    tn_buf_byte(out,
                (uint8_t)(limits->has_max | limits->is_shared << 1 |
                          limits->is_64 << 2 | limits->has_page_size << 3));
    tn_buf_uleb(out, limits->min);
    if (limits->has_max)
        tn_buf_uleb(out, limits->max);
    if (limits->has_page_size)
        tn_buf_uleb(out, limits->page_log2);
}

/* (pagesize n)? */
static void read_page_size(struct tn_wat *p, struct tn_limits *out)
{
    out->page_log2 = 16;
    out->has_page_size = tn_wat_take_form(p, "pagesize");
    if (!out->has_page_size)
        return;
    uint32_t at = p->l.token.offset;
    uint64_t size = tn_wat_u(p, 64);
    if (size == 0 || (size & (size - 1)) != 0)
        tn_wat_fail(p, TN_E_MALFORMED, at,
                    "invalid custom page size, a power of two expected");
    for (out->page_log2 = 0; size > 1; size >>= 1)
        out->page_log2++;
    tn_wat_close(p);
}

/* memtype ::= addrtype? limits shared? (pagesize n)?, behind the first */
static void read_memory_limits(struct tn_wat *p, struct tn_limits *out)
{
    read_limits(p, out);
    out->is_shared = tn_lex_take_keyword(&p->l, "shared");
    read_page_size(p, out);
}

/* ---------------------------------------------------------------- types */

static void write_memory_type(struct tn_wat *p, struct tn_buf *out)
{
    struct tn_limits limits = {.is_64 = take_address_type(p)};
    read_memory_limits(p, &limits);
    put_limits(out, &limits);
}

/* tabletype ::= addrtype? limits reftype */
static void write_table_type(struct tn_wat *p, struct tn_buf *out)
{
    struct tn_limits limits = {.is_64 = take_address_type(p)};
    read_limits(p, &limits);
    tn_write_valtype(out, tn_wat_reftype(p));
    put_limits(out, &limits);
}

/* globaltype ::= valtype | (mut valtype) */
static void write_global_type(struct tn_wat *p, struct tn_buf *out)
{
    bool is_mutable = tn_wat_take_form(p, "mut");
    tn_write_valtype(out, tn_wat_valtype(p));
    tn_buf_byte(out, is_mutable);
    if (is_mutable)
        tn_wat_close(p);
}

static void write_tag_type(struct tn_wat *p, struct tn_buf *out)
{
    tn_buf_byte(out, 0);
    tn_buf_uleb(out, tn_wat_type_use(p, TN_WAT_NAMED));
}

/* Of an import. */
static void write_func_type(struct tn_wat *p, struct tn_buf *out)
{
    tn_buf_uleb(out, tn_wat_type_use(p, TN_WAT_IMPORTED));
    tn_wat_add_names(&p->names[TN_WAT_NAMES_LOCAL], p->written[TN_WAT_FUNC],
                     &p->local_names);
}

static void write_extern_type(struct tn_wat *p, enum tn_wat_space kind,
                              struct tn_buf *out)
{
    switch (kind) {
    case TN_WAT_FUNC:
        write_func_type(p, out);
        return;
    case TN_WAT_TABLE:
        write_table_type(p, out);
        return;
    case TN_WAT_MEMORY:
        write_memory_type(p, out);
        return;
    case TN_WAT_GLOBAL:
        write_global_type(p, out);
        return;
    default:
        write_tag_type(p, out);
        return;
    }
}

/* ------------------------------------------------- imports and exports */

/* The names of an import, and its kind; the type follows. */
static struct tn_buf *write_import_names(struct tn_wat *p)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_IMPORT];
    for (int i = 0; i < 2; i++) {
        struct tn_str name = tn_wat_name(p);
        tn_wat_put_bytes(&section->bytes, name.at, name.size);
    }
    section->count++;
    return &section->bytes;
}

void tn_wat_write_import(struct tn_wat *p)
{
    struct tn_buf *out = write_import_names(p);
    enum tn_wat_space kind = take_kind(p);
    if (!tn_wat_ok(p))
        return;
    tn_buf_byte(out, (uint8_t)kind);
    tn_wat_skip_bind(p);
    write_extern_type(p, kind, out);
    p->written[kind]++;
    tn_wat_close(p);
}

static void put_export(struct tn_wat *p, struct tn_str name,
                       enum tn_wat_space kind, uint32_t index)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_EXPORT];
    tn_wat_put_bytes(&section->bytes, name.at, name.size);
    tn_buf_byte(&section->bytes, (uint8_t)kind);
    tn_buf_uleb(&section->bytes, index);
    section->count++;
}

void tn_wat_write_export(struct tn_wat *p)
{
    struct tn_str name = tn_wat_name(p);
    enum tn_wat_space kind = take_kind(p);
    if (!tn_wat_ok(p))
        return;
    put_export(p, name, kind, tn_wat_index(p, kind));
    tn_wat_close(p);
}

/* id? (export "name")* (import "module" "name")?: true if there is the last,
 * and then all of the field is written. */
static bool write_head(struct tn_wat *p, enum tn_wat_space kind)
{
    tn_wat_skip_bind(p);
    while (tn_wat_take_form(p, "export")) {
        put_export(p, tn_wat_name(p), kind, p->written[kind]);
        tn_wat_close(p);
    }
    if (!tn_wat_take_form(p, "import"))
        return false;
    struct tn_buf *out = write_import_names(p);
    tn_wat_close(p);
    tn_buf_byte(out, (uint8_t)kind);
    write_extern_type(p, kind, out);
    p->written[kind]++;
    return true;
}

/* ---------------------------------------------------------- definitions */

/* An expression to the end of the field. */
static void write_rest_as_expr(struct tn_wat *p, struct tn_buf *out)
{
    tn_wat_instrs(p, out);
    tn_buf_byte(out, 0x0b);
}

/* reftype (elem ...): as many as there are elements. */
static void write_filled_table(struct tn_wat *p, struct tn_limits *limits)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_TABLE];
    tn_valtype type = tn_wat_reftype(p);
    if (!tn_wat_take_form(p, "elem"))
        tn_wat_unexpected(p, "(elem");
    limits->min = limits->max =
        tn_wat_table_elems(p, p->written[TN_WAT_TABLE], limits->is_64, type);
    limits->has_max = true;
    tn_wat_close(p);
    tn_write_valtype(&section->bytes, type);
    put_limits(&section->bytes, limits);
}

/* 0x40 0x00 says that an initializer follows the type. */
static void write_sized_table(struct tn_wat *p, struct tn_limits *limits)
{
    struct tn_buf *out = &p->sections[TN_SECTION_TABLE].bytes;
    read_limits(p, limits);
    tn_valtype type = tn_wat_reftype(p);
    bool has_init = !tn_wat_is(p, TN_TOKEN_CLOSE);
    if (has_init)
        tn_buf_put(out, "\x40", 2);
    tn_write_valtype(out, type);
    put_limits(out, limits);
    if (has_init)
        write_rest_as_expr(p, out);
}

void tn_wat_write_table(struct tn_wat *p)
{
    if (write_head(p, TN_WAT_TABLE))
        return;
    struct tn_limits limits = {.is_64 = take_address_type(p)};
    if (tn_wat_has_reftype(p))
        write_filled_table(p, &limits);
    else
        write_sized_table(p, &limits);
    p->sections[TN_SECTION_TABLE].count++;
    p->written[TN_WAT_TABLE]++;
}

/* (data "..."*): as many pages as they need, and a segment. */
static void write_filled_memory(struct tn_wat *p, struct tn_limits *limits)
{
    struct tn_wat_list *datas = &p->sections[TN_SECTION_DATA];
    uint32_t memory = p->written[TN_WAT_MEMORY];
    p->bytes.size = 0;
    tn_wat_strings(p, &p->bytes);
    tn_wat_close(p);
    uint64_t page = (uint64_t)1 << limits->page_log2;
    limits->min = p->bytes.size / page + (p->bytes.size % page != 0);
    limits->max = limits->min;
    limits->has_max = true;
    tn_buf_uleb(&datas->bytes, memory == 0 ? 0 : 2);
    if (memory != 0)
        tn_buf_uleb(&datas->bytes, memory);
    tn_wat_put_const(&datas->bytes, limits->is_64, 0);
    tn_wat_put_bytes(&datas->bytes, p->bytes.at, p->bytes.size);
    datas->count++;
}

void tn_wat_write_memory(struct tn_wat *p)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_MEMORY];
    if (write_head(p, TN_WAT_MEMORY))
        return;
    struct tn_limits limits = {.is_64 = take_address_type(p)};
    if (tn_wat_is(p, TN_TOKEN_OPEN)) {
        read_page_size(p, &limits);
        if (!tn_wat_take_form(p, "data"))
            tn_wat_unexpected(p, "(data");
        write_filled_memory(p, &limits);
    } else {
        read_memory_limits(p, &limits);
    }
    put_limits(&section->bytes, &limits);
    section->count++;
    p->written[TN_WAT_MEMORY]++;
}

void tn_wat_write_global(struct tn_wat *p)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_GLOBAL];
    if (write_head(p, TN_WAT_GLOBAL))
        return;
    write_global_type(p, &section->bytes);
    write_rest_as_expr(p, &section->bytes);
    section->count++;
    p->written[TN_WAT_GLOBAL]++;
}

void tn_wat_write_tag(struct tn_wat *p)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_TAG];
    if (write_head(p, TN_WAT_TAG))
        return;
    write_tag_type(p, &section->bytes);
    section->count++;
    p->written[TN_WAT_TAG]++;
}

void tn_wat_write_start(struct tn_wat *p)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_START];
    if (section->count++ > 0)
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset,
                    "multiple start sections");
    tn_buf_uleb(&section->bytes, tn_wat_index(p, TN_WAT_FUNC));
}

/* ------------------------------------------------------------ functions */

/* Locals of one type in a row are one run. */
struct local_run {
    tn_valtype type;
    uint32_t count, run_count;
};

static void end_run(struct tn_wat *p, struct local_run *run)
{
    if (run->count == 0)
        return;
    tn_buf_uleb(&p->list, run->count);
    tn_write_valtype(&p->list, run->type);
    run->run_count++;
    run->count = 0;
}

static void add_local(struct tn_wat *p, struct local_run *run)
{
    tn_valtype type = tn_wat_valtype(p);
    if (type != run->type)
        end_run(p, run);
    run->type = type;
    run->count++;
}

/* (local id valtype) | (local valtype*), all of them. */
static void write_locals(struct tn_wat *p)
{
    struct local_run run = {TN_VT_NONE, 0, 0};
    p->list.size = 0;
    while (tn_wat_take_form(p, "local")) {
        if (tn_wat_is(p, TN_TOKEN_ID) || tn_wat_is_annotation(p, "name")) {
            tn_wat_bind_local(p);
            add_local(p, &run);
        }
        for (; tn_wat_ok(p) && !tn_wat_is(p, TN_TOKEN_CLOSE); p->local_count++)
            add_local(p, &run);
        tn_wat_close(p);
    }
    end_run(p, &run);
    tn_buf_uleb(&p->body, run.run_count);
    tn_buf_put(&p->body, p->list.at, p->list.size);
}

void tn_wat_write_func(struct tn_wat *p)
{
    struct tn_wat_list *funcs = &p->sections[TN_SECTION_FUNCTION];
    struct tn_wat_list *codes = &p->sections[TN_SECTION_CODE];
    if (write_head(p, TN_WAT_FUNC))
        return;
    uint32_t index = p->written[TN_WAT_FUNC]++;
    p->func_number = index + 1;
    p->local_count = p->label_count = p->label_depth = 0;
    p->body.size = 0;
    tn_buf_uleb(&funcs->bytes, tn_wat_type_use(p, TN_WAT_LOCALS));
    write_locals(p);
    write_rest_as_expr(p, &p->body);
    tn_wat_put_bytes(&codes->bytes, p->body.at, p->body.size);
    funcs->count++;
    codes->count++;
    p->func_number = 0;
    tn_wat_add_names(&p->names[TN_WAT_NAMES_LOCAL], index, &p->local_names);
    tn_wat_add_names(&p->names[TN_WAT_NAMES_LABEL], index, &p->label_names);
    tn_wat_add_names(&p->hints, index, &p->func_hints);
}
