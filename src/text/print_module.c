/* print_module.c - the fields of a module, in the order of its sections. */
#include <inttypes.h>

#include "text/print.h"

/* Where something is defined: "(func $name (;3;)", or "(func (;3;)". */
static void print_definition(struct tn_printer *p, enum tn_name_kind kind,
                             const char *keyword, uint32_t index)
{
    tn_buf_print(p->out, "(%s", keyword);
    tn_text_print_id(p, kind, index);
    tn_buf_print(p->out, " (;%u;)", (unsigned)index);
}

/* --------------------------------------------------- what has only a type */

static void print_limits(struct tn_printer *p, const struct tn_limits *limits)
{
    tn_buf_print(p->out, "%s %" PRIu64, limits->is_64 ? " i64" : "",
                 limits->min);
    if (limits->has_max)
        tn_buf_print(p->out, " %" PRIu64, limits->max);
    if (limits->is_shared)
        tn_buf_print(p->out, " shared");
}

static void print_memory(struct tn_printer *p, uint32_t index)
{
    const struct tn_limits *limits = &p->mod->memories[index].limits;
    print_definition(p, TN_NAME_MEMORY, "memory", index);
    print_limits(p, limits);
    if (limits->has_page_size)
        tn_buf_print(p->out, " (pagesize %" PRIu64 ")",
                     (uint64_t)1 << limits->page_log2);
}

static void print_table(struct tn_printer *p, uint32_t index)
{
    const struct tn_table_def *table = &p->mod->tables[index];
    print_definition(p, TN_NAME_TABLE, "table", index);
    print_limits(p, &table->limits);
    tn_buf_byte(p->out, ' ');
    tn_text_print_valtype(p, table->type);
}

static void print_global(struct tn_printer *p, uint32_t index)
{
    const struct tn_global_def *global = &p->mod->globals[index];
    print_definition(p, TN_NAME_GLOBAL, "global", index);
    tn_buf_print(p->out, global->is_mutable ? " (mut " : " ");
    tn_text_print_valtype(p, global->type);
    tn_buf_print(p->out, global->is_mutable ? ")" : "");
}

static void print_func(struct tn_printer *p, uint32_t index)
{
    print_definition(p, TN_NAME_FUNC, "func", index);
    tn_text_print_type_use(p, p->mod->funcs[index], true);
}

static void print_tag(struct tn_printer *p, uint32_t index)
{
    print_definition(p, TN_NAME_TAG, "tag", index);
    tn_text_print_type_use(p, p->mod->tags[index].type_index, false);
}

/* By tn_externkind. */
static void (*const print_extern[])(struct tn_printer *, uint32_t) = {
    print_func, print_table, print_memory, print_global, print_tag};

static tn_status print_imports(struct tn_printer *p)
{
    for (uint32_t i = 0; i < p->mod->import_count; i++) {
        const struct tn_import *import = &p->mod->imports[i];
        tn_buf_print(p->out, "\n  (import ");
        tn_text_print_string(p, import->module.at, import->module.size);
        tn_buf_byte(p->out, ' ');
        tn_text_print_string(p, import->name.at, import->name.size);
        tn_buf_byte(p->out, ' ');
        if (import->kind == TN_EXTERN_FUNC)
            TN_TRY(tn_text_names_of_func(p, import->index));
        print_extern[import->kind](p, import->index);
        tn_text_names_inside(p, TN_NAME_LOCAL, import->index);
        tn_buf_print(p->out, "))");
    }
    return tn_text_names_of_func(p, TN_NONE);
}

static void print_exports(struct tn_printer *p)
{
    static const char *const words[] = {"func", "table", "memory", "global",
                                        "tag"};
    static const enum tn_name_kind kinds[] = {TN_NAME_FUNC, TN_NAME_TABLE,
                                              TN_NAME_MEMORY, TN_NAME_GLOBAL,
                                              TN_NAME_TAG};
    for (uint32_t i = 0; i < p->mod->export_count; i++) {
        const struct tn_export *export = &p->mod->exports[i];
        tn_buf_print(p->out, "\n  (export ");
        tn_text_print_string(p, export->name.at, export->name.size);
        tn_buf_print(p->out, " (%s ", words[export->kind]);
        tn_text_print_index(p, kinds[export->kind], export->index);
        tn_buf_print(p->out, "))");
    }
}

/* --------------------------------------------- what has code or contents */

/* " (keyword i32.const 3)". */
static tn_status print_wrapped(struct tn_printer *p, const char *keyword,
                               struct tn_range code)
{
    tn_buf_print(p->out, " (%s ", keyword);
    TN_TRY(tn_text_print_const(p, code));
    tn_buf_byte(p->out, ')');
    return TN_OK;
}

static tn_status print_own_tables(struct tn_printer *p)
{
    for (uint32_t i = p->mod->table_import_count; i < p->mod->table_count;
         i++) {
        tn_buf_print(p->out, "\n  ");
        print_table(p, i);
        if (p->mod->tables[i].init.size != 0) {
            tn_buf_byte(p->out, ' ');
            TN_TRY(tn_text_print_const(p, p->mod->tables[i].init));
        }
        tn_buf_byte(p->out, ')');
    }
    return TN_OK;
}

static void print_own_memories(struct tn_printer *p)
{
    for (uint32_t i = p->mod->memory_import_count; i < p->mod->memory_count;
         i++) {
        tn_buf_print(p->out, "\n  ");
        print_memory(p, i);
        tn_buf_byte(p->out, ')');
    }
}

static void print_own_tags(struct tn_printer *p)
{
    for (uint32_t i = p->mod->tag_import_count; i < p->mod->tag_count; i++) {
        tn_buf_print(p->out, "\n  ");
        print_tag(p, i);
        tn_buf_byte(p->out, ')');
    }
}

static tn_status print_own_globals(struct tn_printer *p)
{
    for (uint32_t i = p->mod->global_import_count; i < p->mod->global_count;
         i++) {
        tn_buf_print(p->out, "\n  ");
        print_global(p, i);
        tn_buf_byte(p->out, ' ');
        TN_TRY(tn_text_print_const(p, p->mod->globals[i].init));
        tn_buf_byte(p->out, ')');
    }
    return TN_OK;
}

static tn_status print_elem_items(struct tn_printer *p,
                                  const struct tn_elem_def *elem)
{
    if (elem->funcs != NULL) {
        tn_buf_print(p->out, " func");
        for (uint32_t i = 0; i < elem->count; i++) {
            tn_buf_byte(p->out, ' ');
            tn_text_print_index(p, TN_NAME_FUNC, elem->funcs[i]);
        }
        return TN_OK;
    }
    tn_buf_byte(p->out, ' ');
    tn_text_print_valtype(p, elem->type);
    for (uint32_t i = 0; i < elem->count; i++)
        TN_TRY(print_wrapped(p, "item", elem->exprs[i]));
    return TN_OK;
}

/* The table is told where its index was, though it is 0: flags 2 and 6. */
static void print_elem_table(struct tn_printer *p,
                             const struct tn_elem_def *elem)
{
    if ((elem->flags & 2) == 0)
        return;
    tn_buf_print(p->out, " (table ");
    tn_text_print_index(p, TN_NAME_TABLE, elem->table_index);
    tn_buf_byte(p->out, ')');
}

static tn_status print_elems(struct tn_printer *p)
{
    for (uint32_t i = 0; i < p->mod->elem_count; i++) {
        const struct tn_elem_def *elem = &p->mod->elems[i];
        tn_buf_print(p->out, "\n  ");
        print_definition(p, TN_NAME_ELEM, "elem", i);
        if (elem->mode == TN_SEGMENT_DECLARATIVE)
            tn_buf_print(p->out, " declare");
        if (elem->mode == TN_SEGMENT_ACTIVE) {
            print_elem_table(p, elem);
            TN_TRY(print_wrapped(p, "offset", elem->offset));
        }
        TN_TRY(print_elem_items(p, elem));
        tn_buf_byte(p->out, ')');
    }
    return TN_OK;
}

static tn_status print_datas(struct tn_printer *p)
{
    for (uint32_t i = 0; i < p->mod->data_count; i++) {
        const struct tn_data_def *data = &p->mod->datas[i];
        tn_buf_print(p->out, "\n  ");
        print_definition(p, TN_NAME_DATA, "data", i);
        if (data->mode == TN_SEGMENT_ACTIVE) {
            if (data->flags == 2) {
                tn_buf_print(p->out, " (memory ");
                tn_text_print_index(p, TN_NAME_MEMORY, data->memory_index);
                tn_buf_byte(p->out, ')');
            }
            TN_TRY(print_wrapped(p, "offset", data->offset));
        }
        tn_buf_byte(p->out, ' ');
        tn_text_print_string(p, p->mod->bytes + data->bytes.offset,
                             data->bytes.size);
        tn_buf_byte(p->out, ')');
    }
    return TN_OK;
}

/* `count` locals of one type: each that has a name stands alone. */
static void print_run(struct tn_printer *p, uint32_t first, uint32_t count,
                      tn_valtype type, bool *is_open)
{
    for (uint32_t i = first; i < first + count && !p->out->failed; i++) {
        bool is_named = tn_text_has_local_name(p, i);
        if (*is_open && is_named)
            tn_buf_byte(p->out, ')');
        if (!*is_open || is_named)
            tn_buf_print(p->out, "\n    (local");
        tn_text_print_local_id(p, i);
        tn_buf_byte(p->out, ' ');
        tn_text_print_valtype(p, type);
        if (is_named)
            tn_buf_byte(p->out, ')');
        *is_open = !is_named;
    }
}

/* locals ::= n:u32 t:valtype. As many as are told: the decoder limits them. */
static void print_locals(struct tn_printer *p, const struct tn_body *body,
                         uint32_t first)
{
    const uint8_t *bytes = p->mod->bytes;
    struct tn_cursor c = {.base = bytes,
                          .at = bytes + body->range.offset,
                          .end = bytes + body->code.offset};
    bool is_open = false;
    for (uint32_t groups = tn_cursor_u32(&c); groups > 0; groups--) {
        uint32_t count = tn_cursor_u32(&c);
        tn_valtype type = tn_read_valtype(&c);
        print_run(p, first, count, type, &is_open);
        first += count;
    }
    if (is_open)
        tn_buf_byte(p->out, ')');
}

static tn_status print_own_funcs(struct tn_printer *p)
{
    for (uint32_t i = p->mod->func_import_count; i < p->mod->func_count; i++) {
        const struct tn_body *body =
            &p->mod->bodies[i - p->mod->func_import_count];
        TN_TRY(tn_text_names_of_func(p, i));
        tn_buf_print(p->out, "\n  ");
        print_func(p, i);
        print_locals(p, body, tn_mod_func_type(p->mod, i)->param_count);
        TN_TRY(tn_text_print_code(p, body, i));
        tn_buf_byte(p->out, ')');
        tn_text_names_inside(p, TN_NAME_LOCAL, i);
        tn_text_names_inside(p, TN_NAME_LABEL, i);
    }
    return tn_text_names_of_func(p, TN_NONE);
}

static void print_start(struct tn_printer *p)
{
    if (p->mod->start == TN_NONE)
        return;
    tn_buf_print(p->out, "\n  (start ");
    tn_text_print_index(p, TN_NAME_FUNC, p->mod->start);
    tn_buf_byte(p->out, ')');
}

/* ---------------------------------------------------------------- module */

static tn_status print_fields(struct tn_printer *p)
{
    TN_TRY(tn_text_names_begin(p));
    TN_TRY(tn_text_hints_begin(p));
    tn_buf_print(p->out, "(module");
    tn_text_print_id(p, TN_NAME_MODULE, 0);
    tn_text_print_types(p);
    TN_TRY(print_imports(p));
    TN_TRY(print_own_funcs(p));
    TN_TRY(print_own_tables(p));
    print_own_memories(p);
    print_own_tags(p);
    TN_TRY(print_own_globals(p));
    print_exports(p);
    print_start(p);
    TN_TRY(print_elems(p));
    TN_TRY(print_datas(p));
    tn_text_print_customs(p);
    tn_buf_print(p->out, ")\n");
    return TN_OK;
}

tn_status tn_text_print(const struct tn_mod *mod, struct tn_buf *out,
                        tn_error *err)
{
    struct tn_printer printer = {.mod = mod, .out = out, .err = err};
    tn_status status = print_fields(&printer);
    tn_text_names_end(&printer);
    if (status == TN_OK && out->failed)
        return tn_no_memory(err);
    return status;
}
