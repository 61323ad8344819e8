/* print_module.c - the fields of a module, in the order of its sections. */
#include <inttypes.h>

#include "text/print.h"

/* ---------------------------------------------------------------- names */

/* idchar of the text format. */
static bool is_idchar(char c)
{
    return c > ' ' && c < 0x7f && strchr("\"(),;[]{}", c) == NULL;
}

static bool is_identifier(struct tn_str name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!is_idchar(name.at[i]))
            return false;
    return name.size > 0;
}

/* Of functions with equal names the first bears it. */
static tn_status collect_names(struct tn_printer *p)
{
    const struct tn_mod *mod = p->mod;
    for (uint32_t i = 0; i < mod->func_count; i++) {
        struct tn_str name = tn_mod_func_name(mod, i);
        if (is_identifier(name) &&
            tn_map_put(&p->func_names, mod->alloc, name, i) == TN_MAP_NO_MEMORY)
            return tn_no_memory(p->err);
    }
    return TN_OK;
}

static bool has_name(const struct tn_printer *p, uint32_t func_index)
{
    if (func_index >= p->mod->func_count)
        return false;
    struct tn_str name = tn_mod_func_name(p->mod, func_index);
    return tn_map_get(&p->func_names, name) == func_index;
}

void tn_text_print_func(struct tn_printer *p, uint32_t func_index)
{
    if (!has_name(p, func_index)) {
        tn_buf_print(p->out, "%u", func_index);
        return;
    }
    tn_buf_byte(p->out, '$');
    tn_buf_str(p->out, tn_mod_func_name(p->mod, func_index));
}

/* Where something is defined: "$name (;3;)", or "(;3;)". */
static void print_definition(struct tn_printer *p, const char *keyword,
                             uint32_t index)
{
    tn_buf_print(p->out, "(%s ", keyword);
    if (strcmp(keyword, "func") == 0 && has_name(p, index)) {
        tn_text_print_func(p, index);
        tn_buf_byte(p->out, ' ');
    }
    tn_buf_print(p->out, "(;%u;)", index);
}

/* A string of the text format, any bytes. */
static void print_string(struct tn_printer *p, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    tn_buf_byte(p->out, '"');
    for (size_t i = 0; i < size; i++) {
        if (at[i] >= ' ' && at[i] < 0x7f && at[i] != '"' && at[i] != '\\')
            tn_buf_byte(p->out, at[i]);
        else
            tn_buf_print(p->out, "\\%02x", at[i]);
    }
    tn_buf_byte(p->out, '"');
}

/* ---------------------------------------------------------------- types */

static void print_types(struct tn_printer *p, const char *keyword,
                        const tn_valtype *types, uint32_t count)
{
    if (count == 0)
        return;
    tn_buf_print(p->out, " (%s", keyword);
    for (uint32_t i = 0; i < count; i++) {
        tn_buf_byte(p->out, ' ');
        tn_valtype_print(p->out, types[i]);
    }
    tn_buf_byte(p->out, ')');
}

static void print_signature(struct tn_printer *p,
                            const struct tn_type_def *type)
{
    print_types(p, "param", type->params, type->param_count);
    print_types(p, "result", type->results, type->result_count);
}

void tn_text_print_type_use(struct tn_printer *p, uint32_t type_index)
{
    tn_buf_print(p->out, " (type %u)", type_index);
    if (type_index < p->mod->type_count)
        print_signature(p, &p->mod->type_defs[type_index]);
}

static void print_field(struct tn_printer *p, const struct tn_field *field)
{
    tn_buf_print(p->out, field->is_mutable ? "(mut " : "");
    tn_valtype_print(p->out, field->type);
    tn_buf_print(p->out, field->is_mutable ? ")" : "");
}

static void print_composite(struct tn_printer *p,
                            const struct tn_type_def *type)
{
    if (type->comp == TN_COMP_FUNC) {
        tn_buf_print(p->out, "(func");
        print_signature(p, type);
    } else if (type->comp == TN_COMP_ARRAY) {
        tn_buf_print(p->out, "(array ");
        print_field(p, &type->fields[0]);
    } else {
        tn_buf_print(p->out, "(struct");
        for (uint32_t i = 0; i < type->field_count; i++) {
            tn_buf_print(p->out, " (field ");
            print_field(p, &type->fields[i]);
            tn_buf_byte(p->out, ')');
        }
    }
    tn_buf_byte(p->out, ')');
}

static void print_type_def(struct tn_printer *p, uint32_t index,
                           const char *indent)
{
    const struct tn_type_def *type = &p->mod->type_defs[index];
    bool is_plain = type->is_final && type->super == TN_NONE;
    tn_buf_print(p->out, "\n%s", indent);
    print_definition(p, "type", index);
    tn_buf_byte(p->out, ' ');
    if (!is_plain) {
        tn_buf_print(p->out, "(sub %s", type->is_final ? "final " : "");
        if (type->super != TN_NONE)
            tn_buf_print(p->out, "%u ", type->super);
    }
    print_composite(p, type);
    tn_buf_print(p->out, is_plain ? ")" : "))");
}

static void print_type_section(struct tn_printer *p)
{
    for (uint32_t i = 0; i < p->mod->group_count; i++) {
        const struct tn_rec_group *group = &p->mod->groups[i];
        if (group->is_explicit)
            tn_buf_print(p->out, "\n  (rec");
        for (uint32_t k = 0; k < group->count; k++)
            print_type_def(p, group->first + k,
                           group->is_explicit ? "    " : "  ");
        if (group->is_explicit)
            tn_buf_byte(p->out, ')');
    }
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
    print_definition(p, "memory", index);
    print_limits(p, limits);
    if (limits->has_page_size)
        tn_buf_print(p->out, " (pagesize %" PRIu64 ")",
                     (uint64_t)1 << limits->page_log2);
}

static void print_table(struct tn_printer *p, uint32_t index)
{
    const struct tn_table_def *table = &p->mod->tables[index];
    print_definition(p, "table", index);
    print_limits(p, &table->limits);
    tn_buf_byte(p->out, ' ');
    tn_valtype_print(p->out, table->type);
}

static void print_global(struct tn_printer *p, uint32_t index)
{
    const struct tn_global_def *global = &p->mod->globals[index];
    print_definition(p, "global", index);
    tn_buf_print(p->out, global->is_mutable ? " (mut " : " ");
    tn_valtype_print(p->out, global->type);
    tn_buf_print(p->out, global->is_mutable ? ")" : "");
}

static void print_func(struct tn_printer *p, uint32_t index)
{
    print_definition(p, "func", index);
    tn_text_print_type_use(p, p->mod->funcs[index]);
}

static void print_tag(struct tn_printer *p, uint32_t index)
{
    print_definition(p, "tag", index);
    tn_text_print_type_use(p, p->mod->tags[index].type_index);
}

/* By tn_externkind. */
static void (*const print_extern[])(struct tn_printer *, uint32_t) = {
    print_func, print_table, print_memory, print_global, print_tag};

static void print_imports(struct tn_printer *p)
{
    for (uint32_t i = 0; i < p->mod->import_count; i++) {
        const struct tn_import *import = &p->mod->imports[i];
        tn_buf_print(p->out, "\n  (import ");
        print_string(p, import->module.at, import->module.size);
        tn_buf_byte(p->out, ' ');
        print_string(p, import->name.at, import->name.size);
        tn_buf_byte(p->out, ' ');
        print_extern[import->kind](p, import->index);
        tn_buf_print(p->out, "))");
    }
}

static void print_exports(struct tn_printer *p)
{
    static const char *const words[] = {"func", "table", "memory", "global",
                                        "tag"};
    for (uint32_t i = 0; i < p->mod->export_count; i++) {
        const struct tn_export *export = &p->mod->exports[i];
        tn_buf_print(p->out, "\n  (export ");
        print_string(p, export->name.at, export->name.size);
        tn_buf_print(p->out, " (%s ", words[export->kind]);
        if (export->kind == TN_EXTERN_FUNC)
            tn_text_print_func(p, export->index);
        else
            tn_buf_print(p->out, "%u", export->index);
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
            tn_text_print_func(p, elem->funcs[i]);
        }
        return TN_OK;
    }
    tn_buf_byte(p->out, ' ');
    tn_valtype_print(p->out, elem->type);
    for (uint32_t i = 0; i < elem->count; i++)
        TN_TRY(print_wrapped(p, "item", elem->exprs[i]));
    return TN_OK;
}

static tn_status print_elems(struct tn_printer *p)
{
    for (uint32_t i = 0; i < p->mod->elem_count; i++) {
        const struct tn_elem_def *elem = &p->mod->elems[i];
        tn_buf_print(p->out, "\n  ");
        print_definition(p, "elem", i);
        if (elem->mode == TN_SEGMENT_DECLARATIVE)
            tn_buf_print(p->out, " declare");
        if (elem->mode == TN_SEGMENT_ACTIVE) {
            if (elem->table_index != 0)
                tn_buf_print(p->out, " (table %u)", elem->table_index);
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
        print_definition(p, "data", i);
        if (data->mode == TN_SEGMENT_ACTIVE) {
            if (data->memory_index != 0)
                tn_buf_print(p->out, " (memory %u)", data->memory_index);
            TN_TRY(print_wrapped(p, "offset", data->offset));
        }
        tn_buf_byte(p->out, ' ');
        print_string(p, p->mod->bytes + data->bytes.offset, data->bytes.size);
        tn_buf_byte(p->out, ')');
    }
    return TN_OK;
}

/* locals ::= n:u32 t:valtype. As many as are told: the decoder limits them. */
static void print_locals(struct tn_printer *p, const struct tn_body *body)
{
    const uint8_t *bytes = p->mod->bytes;
    struct tn_cursor c = {.base = bytes,
                          .at = bytes + body->range.offset,
                          .end = bytes + body->code.offset};
    if (body->local_count == 0)
        return;
    tn_buf_print(p->out, "\n    (local");
    for (uint32_t groups = tn_cursor_u32(&c); groups > 0; groups--) {
        uint32_t count = tn_cursor_u32(&c);
        tn_valtype type = tn_read_valtype(&c);
        for (uint32_t i = 0; i < count && !p->out->failed; i++) {
            tn_buf_byte(p->out, ' ');
            tn_valtype_print(p->out, type);
        }
    }
    tn_buf_byte(p->out, ')');
}

static tn_status print_own_funcs(struct tn_printer *p)
{
    for (uint32_t i = p->mod->func_import_count; i < p->mod->func_count; i++) {
        const struct tn_body *body =
            &p->mod->bodies[i - p->mod->func_import_count];
        tn_buf_print(p->out, "\n  ");
        print_func(p, i);
        print_locals(p, body);
        TN_TRY(tn_text_print_code(p, body->code));
        tn_buf_byte(p->out, ')');
    }
    return TN_OK;
}

static void print_start(struct tn_printer *p)
{
    if (p->mod->start == TN_NONE)
        return;
    tn_buf_print(p->out, "\n  (start ");
    tn_text_print_func(p, p->mod->start);
    tn_buf_byte(p->out, ')');
}

static void print_customs(struct tn_printer *p)
{
    for (uint32_t i = 0; i < p->mod->custom_count; i++) {
        const struct tn_custom *custom = &p->mod->customs[i];
        tn_buf_print(p->out, "\n  ;; custom section ");
        print_string(p, custom->name.at, custom->name.size);
        tn_buf_print(p->out, ", %u bytes", custom->bytes.size);
    }
}

/* ---------------------------------------------------------------- module */

static tn_status print_fields(struct tn_printer *p)
{
    TN_TRY(collect_names(p));
    tn_buf_print(p->out, "(module");
    if (is_identifier(p->mod->name)) {
        tn_buf_print(p->out, " $");
        tn_buf_str(p->out, p->mod->name);
    }
    print_type_section(p);
    print_imports(p);
    TN_TRY(print_own_funcs(p));
    TN_TRY(print_own_tables(p));
    print_own_memories(p);
    print_own_tags(p);
    TN_TRY(print_own_globals(p));
    print_exports(p);
    print_start(p);
    TN_TRY(print_elems(p));
    TN_TRY(print_datas(p));
    print_customs(p);
    tn_buf_print(p->out, p->mod->custom_count > 0 ? "\n)\n" : ")\n");
    return TN_OK;
}

tn_status tn_text_print(const struct tn_mod *mod, struct tn_buf *out,
                        tn_error *err)
{
    struct tn_printer printer = {.mod = mod, .out = out, .err = err};
    tn_status status = print_fields(&printer);
    tn_map_clear(&printer.func_names, mod->alloc);
    if (status == TN_OK && out->failed)
        return tn_no_memory(err);
    return status;
}
