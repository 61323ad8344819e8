/* print_types.c - the type section, and types where they are used. */
#include "text/print.h"

void tn_text_print_heaptype(struct tn_printer *p, uint32_t heap)
{
    if (heap >= TN_HEAP_DEFINED)
        tn_text_print_index(p, TN_NAME_TYPE, heap - TN_HEAP_DEFINED);
    else
        tn_heaptype_print(p->out, heap);
}

void tn_text_print_valtype(struct tn_printer *p, tn_valtype type)
{
    if (!tn_is_ref(type) || tn_heap_of(type) < TN_HEAP_DEFINED) {
        tn_valtype_print(p->out, type);
        return;
    }
    tn_buf_print(p->out, tn_is_nullable(type) ? "(ref null " : "(ref ");
    tn_text_print_heaptype(p, tn_heap_of(type));
    tn_buf_byte(p->out, ')');
}

/* One that has a name stands alone, others together. */
static void print_params(struct tn_printer *p, const struct tn_type_def *type,
                         bool has_locals)
{
    bool is_open = false;
    for (uint32_t i = 0; i < type->param_count; i++) {
        bool is_named = has_locals && tn_text_has_local_name(p, i);
        if (is_open && is_named)
            tn_buf_byte(p->out, ')');
        if (!is_open || is_named)
            tn_buf_print(p->out, " (param");
        if (is_named)
            tn_text_print_local_id(p, i);
        tn_buf_byte(p->out, ' ');
        tn_text_print_valtype(p, type->params[i]);
        if (is_named)
            tn_buf_byte(p->out, ')');
        is_open = !is_named;
    }
    if (is_open)
        tn_buf_byte(p->out, ')');
}

static void print_signature(struct tn_printer *p,
                            const struct tn_type_def *type, bool has_locals)
{
    print_params(p, type, has_locals);
    if (type->result_count == 0)
        return;
    tn_buf_print(p->out, " (result");
    for (uint32_t i = 0; i < type->result_count; i++) {
        tn_buf_byte(p->out, ' ');
        tn_text_print_valtype(p, type->results[i]);
    }
    tn_buf_byte(p->out, ')');
}

void tn_text_print_type_use(struct tn_printer *p, uint32_t type_index,
                            bool has_locals)
{
    tn_buf_print(p->out, " (type ");
    tn_text_print_index(p, TN_NAME_TYPE, type_index);
    tn_buf_byte(p->out, ')');
    if (type_index < p->mod->type_count &&
        p->mod->type_defs[type_index].comp == TN_COMP_FUNC)
        print_signature(p, &p->mod->type_defs[type_index], has_locals);
}

/* ------------------------------------------------------------ the section */

static void print_field_type(struct tn_printer *p, const struct tn_field *field)
{
    tn_buf_print(p->out, field->is_mutable ? "(mut " : "");
    tn_text_print_valtype(p, field->type);
    tn_buf_print(p->out, field->is_mutable ? ")" : "");
}

static void print_composite(struct tn_printer *p, uint32_t index)
{
    const struct tn_type_def *type = &p->mod->type_defs[index];
    if (type->comp == TN_COMP_FUNC) {
        tn_buf_print(p->out, "(func");
        print_signature(p, type, false);
    } else if (type->comp == TN_COMP_ARRAY) {
        tn_buf_print(p->out, "(array ");
        print_field_type(p, &type->fields[0]);
    } else {
        tn_buf_print(p->out, "(struct");
        for (uint32_t i = 0; i < type->field_count; i++) {
            tn_buf_print(p->out, " (field");
            tn_text_print_field_id(p, index, i);
            tn_buf_byte(p->out, ' ');
            print_field_type(p, &type->fields[i]);
            tn_buf_byte(p->out, ')');
        }
        tn_text_names_inside(p, TN_NAME_FIELD, index);
    }
    tn_buf_byte(p->out, ')');
}

static void print_type_def(struct tn_printer *p, uint32_t index,
                           const char *indent)
{
    const struct tn_type_def *type = &p->mod->type_defs[index];
    bool is_plain = type->is_final && type->super == TN_NONE;
    tn_buf_print(p->out, "\n%s(type", indent);
    tn_text_print_id(p, TN_NAME_TYPE, index);
    tn_buf_print(p->out, " (;%u;) ", (unsigned)index);
    if (!is_plain) {
        tn_buf_print(p->out, "(sub %s", type->is_final ? "final " : "");
        if (type->super != TN_NONE) {
            tn_text_print_index(p, TN_NAME_TYPE, type->super);
            tn_buf_byte(p->out, ' ');
        }
    }
    print_composite(p, index);
    tn_buf_print(p->out, is_plain ? ")" : "))");
}

void tn_text_print_types(struct tn_printer *p)
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
