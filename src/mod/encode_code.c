/* encode_code.c - bodies and segments, written. The productions are those of
 * decode_code.c and decode_segments.c. */
#include "mod/encode.h"
#include "mod/instr.h"

static tn_status encode_elem(struct tn_encoder *e,
                             const struct tn_elem_def *elem)
{
    struct tn_buf *out = &e->section;
    tn_buf_uleb(out, elem->flags);
    if ((elem->flags & 3) == 2)
        tn_buf_uleb(out, elem->table_index);
    TN_TRY(tn_mod_encode_instrs(e, out, elem->offset));
    if ((elem->flags & 3) != 0 && elem->exprs != NULL)
        tn_write_valtype(out, elem->type);
    else if ((elem->flags & 3) != 0)
        tn_buf_byte(out, 0);
    tn_buf_uleb(out, elem->count);
    for (uint32_t i = 0; i < elem->count; i++)
        if (elem->exprs == NULL)
            tn_buf_uleb(out, elem->funcs[i]);
        else
            TN_TRY(tn_mod_encode_instrs(e, out, elem->exprs[i]));
    return TN_OK;
}

tn_status tn_mod_encode_elems(struct tn_encoder *e)
{
    tn_buf_uleb(&e->section, e->mod->elem_count);
    for (uint32_t i = 0; i < e->mod->elem_count; i++)
        TN_TRY(encode_elem(e, &e->mod->elems[i]));
    return TN_OK;
}

tn_status tn_mod_encode_datas(struct tn_encoder *e)
{
    const struct tn_mod *mod = e->mod;
    struct tn_buf *out = &e->section;
    tn_buf_uleb(out, mod->data_count);
    for (uint32_t i = 0; i < mod->data_count; i++) {
        const struct tn_data_def *data = &mod->datas[i];
        tn_buf_uleb(out, data->flags);
        if (data->flags == 2)
            tn_buf_uleb(out, data->memory_index);
        TN_TRY(tn_mod_encode_instrs(e, out, data->offset));
        tn_mod_encode_bytes(out, mod->bytes + data->bytes.offset,
                            data->bytes.size);
    }
    return TN_OK;
}

/* The next run of locals of one type: those that lie side by side are one,
 * those of no length none. False at the end. */
static bool next_run(struct tn_cursor *c, uint32_t *left, uint32_t *count,
                     tn_valtype *type)
{
    *count = 0;
    while (*left > 0) {
        struct tn_cursor ahead = *c;
        uint32_t more = tn_cursor_u32(&ahead);
        tn_valtype of = tn_read_valtype(&ahead);
        if (*count > 0 && more > 0 && of != *type)
            break;
        if (more > 0)
            *type = of;
        *count += more;
        *c = ahead;
        (*left)--;
    }
    return *count > 0;
}

/* The locals lie between the start of the body and that of its code. They are
 * read twice, to know how many runs there are. */
void tn_mod_encode_locals(struct tn_encoder *e, const struct tn_body *body)
{
    struct tn_range locals = {body->range.offset,
                              body->code.offset - body->range.offset};
    struct tn_cursor c = tn_mod_encode_source(e, locals), again;
    uint32_t left = tn_cursor_u32(&c), left_again = left;
    uint32_t runs = 0, count;
    tn_valtype type;
    again = c;
    while (next_run(&c, &left, &count, &type))
        runs++;
    tn_buf_uleb(&e->body, runs);
    while (next_run(&again, &left_again, &count, &type)) {
        tn_buf_uleb(&e->body, count);
        tn_write_valtype(&e->body, type);
    }
}

tn_status tn_mod_encode_code(struct tn_encoder *e)
{
    const struct tn_mod *mod = e->mod;
    uint32_t count = mod->func_count - mod->func_import_count;
    tn_buf_uleb(&e->section, count);
    for (uint32_t i = 0; i < count; i++) {
        e->body.size = 0;
        tn_mod_encode_locals(e, &mod->bodies[i]);
        TN_TRY(tn_mod_encode_instrs(e, &e->body, mod->bodies[i].code));
        tn_mod_encode_bytes(&e->section, e->body.at, e->body.size);
    }
    return TN_OK;
}
