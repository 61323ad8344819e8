/* decode_segments.c - element and data segments. */
#include "mod/decode.h"

/* elemkind ::= 0x00, functions */
static void decode_elem_kind(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    if (tn_cursor_byte(&d->c) != 0)
        tn_cursor_fail_at(&d->c, at, "malformed element kind");
}

static void decode_elem_funcs(struct tn_decoder *d, struct tn_elem_def *out)
{
    uint32_t *funcs = tn_mod_decode_array(d, out->count, sizeof *funcs);
    for (uint32_t i = 0; i < out->count && !d->c.failed; i++) {
        funcs[i] = tn_cursor_u32(&d->c);
        tn_mod_decode_reference(d, funcs[i]);
    }
    out->funcs = funcs;
}

static void decode_elem_exprs(struct tn_decoder *d, struct tn_elem_def *out)
{
    struct tn_range *exprs = tn_mod_decode_array(d, out->count, sizeof *exprs);
    for (uint32_t i = 0; i < out->count && !d->c.failed; i++)
        exprs[i] = tn_mod_decode_expr(d);
    out->exprs = exprs;
}

/* elem ::= 0:u32 e:expr y*:vec(funcidx)
 *        | 1:u32 elemkind vec(funcidx)
 *        | 2:u32 tableidx expr elemkind vec(funcidx)
 *        | 3:u32 elemkind vec(funcidx)
 *        | 4:u32 expr vec(expr)
 *        | 5:u32 reftype vec(expr)
 *        | 6:u32 tableidx expr reftype vec(expr)
 *        | 7:u32 reftype vec(expr)
 *
 * Bit 0: not active; bit 1: then declarative, else with a table's index;
 * bit 2: expressions. Active ones of table 0 leave their type away. */
static void decode_elem(struct tn_decoder *d, struct tn_elem_def *out)
{
    const uint8_t *at = d->c.at;
    uint32_t flags = tn_cursor_u32(&d->c);
    if (flags > 7)
        tn_cursor_fail_at(&d->c, at, "malformed elements segment kind");
    if (flags != 0)
        tn_mod_decode_need(d, TN_FEATURE_BULK_MEMORY, at,
                           "a segment with flags");
    if ((flags & 3) == 3)
        tn_mod_decode_need(d, TN_FEATURE_REFERENCE_TYPES, at,
                           "a declarative segment");
    bool is_active = (flags & 1) == 0, has_exprs = (flags & 4) != 0;
    out->flags = (uint8_t)flags;
    out->mode = is_active          ? TN_SEGMENT_ACTIVE
                : (flags & 2) != 0 ? TN_SEGMENT_DECLARATIVE
                                   : TN_SEGMENT_PASSIVE;
    if (is_active && (flags & 2) != 0)
        out->table_index = tn_cursor_u32(&d->c);
    if (is_active)
        out->offset = tn_mod_decode_expr(d);
    out->type = has_exprs ? TN_FUNCREF_TYPE : TN_REF(TN_HEAP_FUNC, false);
    if ((flags & 3) != 0 && has_exprs)
        out->type = tn_mod_decode_reftype(d);
    else if ((flags & 3) != 0)
        decode_elem_kind(d);
    out->count = tn_mod_decode_count(d, 1, 0, TN_MAX_ELEM_ENTRIES, "elements");
    if (has_exprs)
        decode_elem_exprs(d, out);
    else
        decode_elem_funcs(d, out);
}

void tn_mod_decode_elems(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    uint32_t count =
        tn_mod_decode_count(d, 3, 0, TN_MAX_ELEMS, "element segments");
    mod->elems = tn_mod_decode_array(d, count, sizeof *mod->elems);
    for (; mod->elem_count < count && !d->c.failed; mod->elem_count++)
        decode_elem(d, &mod->elems[mod->elem_count]);
}

/* data ::= 0:u32 e:expr b*:vec(byte)
 *        | 1:u32 vec(byte)
 *        | 2:u32 memidx expr vec(byte) */
static void decode_data(struct tn_decoder *d, struct tn_data_def *out)
{
    const uint8_t *at = d->c.at;
    uint32_t flags = tn_cursor_u32(&d->c);
    if (flags > 2)
        tn_cursor_fail_at(&d->c, at, "malformed data segment kind");
    if (flags != 0)
        tn_mod_decode_need(d, TN_FEATURE_BULK_MEMORY, at,
                           "a segment with flags");
    out->flags = (uint8_t)flags;
    out->mode = flags == 1 ? TN_SEGMENT_PASSIVE : TN_SEGMENT_ACTIVE;
    if (flags == 2)
        out->memory_index = tn_cursor_u32(&d->c);
    if (flags != 1)
        out->offset = tn_mod_decode_expr(d);
    uint32_t size = tn_cursor_u32(&d->c);
    const uint8_t *bytes = tn_cursor_take(&d->c, size);
    out->bytes = tn_mod_decode_range(d, bytes);
}

void tn_mod_decode_datas(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    uint32_t count =
        tn_mod_decode_count(d, 2, 0, TN_MAX_DATAS, "data segments");
    mod->datas = tn_mod_decode_array(d, count, sizeof *mod->datas);
    for (; mod->data_count < count && !d->c.failed; mod->data_count++)
        decode_data(d, &mod->datas[mod->data_count]);
}
