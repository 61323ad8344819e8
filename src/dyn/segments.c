/* segments.c - where a module's segments go, and which functions have a table
 * element by them. */
#include "dyn/reading.h"
#include "mod/instr.h"

/* ------------------------------------------------------------------- places */

static const struct segment_kind {
    const char *text, *base_name, *units;
    enum tn_dyn_base base;
} data_kind = {"data", "__memory_base", "bytes", TN_DYN_MEMORY_BASE},
  elem_kind = {"element", "__table_base", "elements", TN_DYN_TABLE_BASE};

/* A position-independent module has as much from its base as dylink.0 asks
 * for; without the section nobody knows how much. */
static tn_status check_place(struct tn_dyn_reading *r,
                             const struct segment_kind *kind, uint32_t index,
                             struct tn_range expr, struct tn_dyn_sum at,
                             uint32_t count)
{
    const struct tn_dylink *dylink = &r->image->dylink;
    uint64_t size =
        kind == &data_kind ? dylink->memory_size : dylink->table_size;
    unsigned long long end = at.value + count;
    if (at.base != kind->base)
        return tn_fail(r->err, TN_E_UNLINKABLE, expr.offset,
                       "%s segment %u is not at env.%s plus a constant, as all "
                       "of a position-independent module must be",
                       kind->text, index, kind->base_name);
    if (dylink->is_present && (at.value > size || size - at.value < count))
        return tn_fail(r->err, TN_E_UNLINKABLE, expr.offset,
                       "%s segment %u reaches to %llu of the %llu %s that "
                       "dylink.0 asks for",
                       kind->text, index, end, (unsigned long long)size,
                       kind->units);
    return TN_OK;
}

static tn_status check_data_places(struct tn_dyn_reading *r)
{
    for (uint32_t i = 0; i < r->mod->data_count && r->image->is_pic; i++) {
        const struct tn_data_def *data = &r->mod->datas[i];
        struct tn_dyn_sum at;
        if (data->mode != TN_SEGMENT_ACTIVE || data->memory_index != 0)
            continue;
        if (!tn_dyn_read_sum(r, data->offset, &at))
            return tn_no_memory(r->err);
        TN_TRY(
            check_place(r, &data_kind, i, data->offset, at, data->bytes.size));
    }
    return TN_OK;
}

/* ----------------------------------------------------------------- elements */

/* The function that the expression is a reference to; or TN_NONE. */
static uint32_t func_of_expr(const struct tn_mod *mod, struct tn_range expr)
{
    const uint8_t *at = mod->bytes + expr.offset;
    struct tn_cursor c = {mod->bytes, at, at + expr.size, NULL, false};
    struct tn_instr first, second;
    if (!tn_instr_read(&c, &first) || first.op != TN_OP_ref_func ||
        !tn_instr_read(&c, &second) || second.op != TN_OP_end)
        return TN_NONE;
    return first.a;
}

static bool note_element(struct tn_dyn_reading *r, uint32_t func, uint64_t slot)
{
    struct tn_dyn_image *image = r->image;
    uint32_t imports = r->mod->func_import_count;
    uint32_t own_count = r->mod->func_count - imports;
    if (func == TN_NONE || func < imports || slot >= TN_NONE)
        return true;
    if (image->elem_of == NULL) {
        image->elem_of = TN_NEW_ARRAY(&image->arena, uint32_t, own_count);
        if (image->elem_of == NULL)
            return false;
        for (uint32_t i = 0; i < own_count; i++)
            image->elem_of[i] = TN_NONE;
    }
    image->elem_of[func - imports] = (uint32_t)slot;
    return true;
}

/* Last first, as segments are read: the first to have a function wins. */
static bool note_elements(struct tn_dyn_reading *r,
                          const struct tn_elem_def *elem, uint64_t at)
{
    bool ok = true;
    for (uint32_t k = elem->count; k-- > 0 && ok;)
        ok = note_element(r,
                          elem->funcs != NULL
                              ? elem->funcs[k]
                              : func_of_expr(r->mod, elem->exprs[k]),
                          at + k);
    return ok;
}

/* Later segments overwrite earlier ones, so they are read last first, and one
 * counts if it lies apart from all that come after, taken as a whole. The
 * toolchains write one, or several in rising order. */
static tn_status read_elems(struct tn_dyn_reading *r)
{
    uint64_t low = UINT64_MAX, high = 0; /* of those that come after */
    for (uint32_t i = r->mod->elem_count; i-- > 0;) {
        const struct tn_elem_def *elem = &r->mod->elems[i];
        struct tn_dyn_sum at;
        if (elem->mode != TN_SEGMENT_ACTIVE || elem->table_index != 0)
            continue;
        if (!tn_dyn_read_sum(r, elem->offset, &at))
            return tn_no_memory(r->err);
        if (r->image->is_pic) {
            TN_TRY(
                check_place(r, &elem_kind, i, elem->offset, at, elem->count));
        } else if (at.base != TN_DYN_NO_BASE) { /* it may lie anywhere */
            low = 0;
            high = UINT64_MAX;
        }
        uint64_t end = at.value + elem->count;
        if (elem->count == 0 || end < at.value)
            continue;
        if ((end <= low || at.value >= high) &&
            !note_elements(r, elem, at.value))
            return tn_no_memory(r->err);
        low = at.value < low ? at.value : low;
        high = end > high ? end : high;
    }
    return TN_OK;
}

tn_status tn_dyn_read_segments(struct tn_dyn_reading *r)
{
    TN_TRY(check_data_places(r));
    return read_elems(r);
}
