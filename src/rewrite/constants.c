/* constants.c - globals in an order that works, and constant expressions.
 *
 * An immutable global that an input imports and another defines is no import
 * any more, and older engines know no other globals in constant expressions.
 * So what it is worth takes its place, where that is a short expression that
 * makes nothing: an object must stay one object. Else the global is named, and
 * stands before who names it. */
#include "rewrite/steps.h"

#include "mod/instr.h"

enum {
    MOST_FOLDED = 40 /* bytes: a vector is 18 */
};

/* ----------------------------------------------------------------- order */

/* One global on the way down, and how much of its value was looked at. */
struct visit {
    struct tn_rw_link global;
    struct tn_cursor rest;
};

enum mark {
    MARK_NEW,
    MARK_OPEN,
    MARK_DONE
};

struct order {
    struct tn_rw *rw;
    uint8_t **marks; /* of each input's globals */
    struct tn_vec(struct visit) path;
};

static struct tn_cursor cursor_of(const struct tn_rw *rw, uint32_t input,
                                  struct tn_range range)
{
    const uint8_t *bytes = rw->inputs[input].mod->bytes;
    return (struct tn_cursor){.base = bytes,
                              .at = bytes + range.offset,
                              .end = bytes + range.offset + range.size};
}

/* Where the global of this index is defined, or comes from the host. */
static struct tn_rw_link global_of(const struct tn_rw *rw, uint32_t input,
                                   uint32_t index)
{
    const struct tn_rw_input *from = &rw->inputs[input];
    if (index >= from->mod->global_import_count)
        return (struct tn_rw_link){input, index};
    return from->links[from->import_at[TN_EXTERN_GLOBAL][index]];
}

/* Goes into a global, unless it was done or is the host's. */
static bool open_global(struct order *o, struct tn_rw_link global)
{
    if (tn_rw_is_host(o->rw, global, TN_EXTERN_GLOBAL) ||
        o->marks[global.input][global.index] == MARK_DONE)
        return true;
    const struct tn_global_def *def =
        &o->rw->inputs[global.input].mod->globals[global.index];
    const struct visit visit = {global,
                                cursor_of(o->rw, global.input, def->init)};
    o->marks[global.input][global.index] = MARK_OPEN;
    return TN_VEC_PUSH(&o->path, o->rw->alloc, visit);
}

static void print_global_name(const struct tn_rw *rw, struct tn_buf *out,
                              struct tn_rw_link global)
{
    const struct tn_rw_input *input = &rw->inputs[global.input];
    tn_buf_print(out, "%s.", input->name.at);
    for (uint32_t i = 0; i < input->mod->export_count; i++) {
        const struct tn_export *export = &input->mod->exports[i];
        if (export->kind == TN_EXTERN_GLOBAL && export->index == global.index) {
            tn_buf_print(out, "%.*s", TN_STR(export->name));
            return;
        }
    }
    tn_buf_print(out, "%u", global.index);
}

static tn_status refuse_cycle(struct order *o, struct tn_rw_link again)
{
    struct tn_buf text;
    tn_buf_init(&text, o->rw->alloc);
    bool is_in = false;
    for (size_t i = 0; i < o->path.count; i++) {
        struct tn_rw_link at = o->path.at[i].global;
        is_in |= at.input == again.input && at.index == again.index;
        if (is_in) {
            print_global_name(o->rw, &text, at);
            tn_buf_print(&text, " needs ");
        }
    }
    print_global_name(o->rw, &text, again);
    tn_buf_byte(&text, 0);
    tn_status status = text.failed
                           ? tn_no_memory(o->rw->err)
                           : tn_fail(o->rw->err, TN_E_CYCLE, TN_NO_OFFSET,
                                     "globals whose values need one another: "
                                     "%s",
                                     text.at);
    tn_buf_clear(&text);
    return status;
}

/* The next global that the one at hand needs; false when there is none. */
static bool next_need(struct order *o, struct tn_rw_link *out)
{
    struct visit *top = &o->path.at[o->path.count - 1];
    struct tn_instr in;
    while (top->rest.at != top->rest.end && tn_instr_read(&top->rest, &in))
        if (in.op == TN_OP_global_get) {
            *out = global_of(o->rw, top->global.input, in.a);
            return true;
        }
    return false;
}

/* All that the first on the path needs comes before it. */
static tn_status walk_path(struct order *o)
{
    struct tn_rw *rw = o->rw;
    while (o->path.count > 0) {
        struct tn_rw_link at = o->path.at[o->path.count - 1].global, need;
        if (!next_need(o, &need)) {
            o->marks[at.input][at.index] = MARK_DONE;
            rw->global_order[rw->global_order_count++] = at;
            o->path.count--;
        } else if (o->marks[need.input][need.index] == MARK_OPEN) {
            return refuse_cycle(o, need);
        } else if (!open_global(o, need)) {
            return tn_no_memory(rw->err);
        }
    }
    return TN_OK;
}

static tn_status order_all(struct order *o)
{
    struct tn_rw *rw = o->rw;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_mod *mod = rw->inputs[i].mod;
        for (uint32_t k = mod->global_import_count; k < mod->global_count;
             k++) {
            if (!open_global(o, (struct tn_rw_link){i, k}))
                return tn_no_memory(rw->err);
            TN_TRY(walk_path(o));
        }
    }
    return TN_OK;
}

tn_status tn_rw_order_globals(struct tn_rw *rw)
{
    struct order o = {
        rw, TN_NEW_ARRAY(&rw->arena, uint8_t *, rw->input_count), {0}};
    size_t most = 0;
    bool is_there = o.marks != NULL;
    for (uint32_t i = 0; is_there && i < rw->input_count; i++) {
        uint32_t count = rw->inputs[i].mod->global_count;
        o.marks[i] = TN_NEW_ARRAY(&rw->arena, uint8_t, count);
        is_there = o.marks[i] != NULL;
        most += count;
    }
    rw->global_order = TN_NEW_ARRAY(&rw->arena, struct tn_rw_link, most);
    if (!is_there || rw->global_order == NULL)
        return tn_no_memory(rw->err);
    tn_status status = order_all(&o);
    TN_VEC_CLEAR(&o.path, rw->alloc);
    return status;
}

/* ----------------------------------------------------------- expressions */

/* Does a copy of it mean what it means? */
static bool makes_nothing(enum tn_opcode op)
{
    return op != TN_OP_struct_new && op != TN_OP_struct_new_default &&
           op != TN_OP_array_new && op != TN_OP_array_new_default &&
           op != TN_OP_array_new_fixed;
}

/* Appends one instruction under the map; a global that was imported, by its
 * value where it has one. */
static bool put_instr(struct tn_rw *rw, uint32_t input,
                      const struct tn_rw_coder *coder,
                      const struct tn_instr *in, struct tn_cursor *c,
                      struct tn_buf *out)
{
    struct tn_rw_piece piece = {in->at, c->at, c->at, false, false};
    if (in->op != TN_OP_global_get ||
        in->a >= rw->inputs[input].mod->global_import_count)
        return tn_rw_walk(coder, &piece, out);
    struct tn_rw_link from = global_of(rw, input, in->a);
    struct tn_range folded = rw->inputs[from.input].folded[from.index];
    if (folded.size == 0)
        return tn_rw_walk(coder, &piece, out);
    uint8_t copy[MOST_FOLDED]; /* `out` may be rw->exprs */
    memcpy(copy, rw->exprs.at + folded.offset, folded.size);
    tn_buf_put(out, copy, folded.size);
    return true;
}

bool tn_rw_number(const struct tn_rw *rw, uint32_t input, struct tn_range range,
                  uint64_t *out)
{
    struct tn_cursor c = cursor_of(rw, input, range);
    struct tn_instr in, end;
    if (!tn_instr_read(&c, &in) || !tn_instr_read(&c, &end) ||
        end.op != TN_OP_end)
        return false;
    if (in.op == TN_OP_global_get) {
        struct tn_rw_link from = global_of(rw, input, in.a);
        struct tn_range folded = rw->inputs[from.input].folded[from.index];
        if (folded.size == 0)
            return false;
        const uint8_t *at = rw->exprs.at + folded.offset;
        c = (struct tn_cursor){
            .base = rw->exprs.at, .at = at, .end = at + folded.size};
        if (!tn_instr_read(&c, &in) || c.at != c.end)
            return false;
    }
    *out = in.op == TN_OP_i32_const ? (uint32_t)in.of.i : (uint64_t)in.of.i;
    return in.op == TN_OP_i32_const || in.op == TN_OP_i64_const;
}

tn_status tn_rw_put_constant(struct tn_rw *rw, uint32_t input,
                             struct tn_range range, struct tn_buf *out)
{
    struct tn_rw_coder coder;
    struct tn_cursor c = cursor_of(rw, input, range);
    struct tn_instr in;
    tn_rw_coder_init(&coder, &rw->inputs[input]);
    while (tn_instr_read(&c, &in) && in.op != TN_OP_end)
        if (!put_instr(rw, input, &coder, &in, &c, out))
            break;
    if (c.failed || in.op != TN_OP_end)
        return tn_fail(rw->err, TN_E_INVALID, range.offset,
                       "%s: a constant expression cannot be read",
                       rw->inputs[input].name.at);
    return out->failed ? tn_no_memory(rw->err) : TN_OK;
}

/* The expression with its `end`, at the end of rw->exprs. */
static tn_status put_expr(struct tn_rw *rw, uint32_t input,
                          struct tn_range range, struct tn_range *out)
{
    *out = (struct tn_range){0};
    if (range.size == 0)
        return TN_OK;
    size_t begin = rw->exprs.size;
    TN_TRY(tn_rw_put_constant(rw, input, range, &rw->exprs));
    tn_buf_byte(&rw->exprs, 0x0b);
    if (rw->exprs.failed || rw->exprs.size > UINT32_MAX)
        return tn_no_memory(rw->err);
    *out =
        (struct tn_range){(uint32_t)begin, (uint32_t)(rw->exprs.size - begin)};
    return TN_OK;
}

/* May the value that was written stand for the global elsewhere? */
static bool is_foldable(const struct tn_rw *rw, struct tn_range value)
{
    struct tn_cursor c = {.base = rw->exprs.at,
                          .at = rw->exprs.at + value.offset,
                          .end = rw->exprs.at + value.offset + value.size};
    struct tn_instr in;
    if (value.size > MOST_FOLDED)
        return false;
    while (c.at != c.end && tn_instr_read(&c, &in))
        if (!makes_nothing(in.op))
            return false;
    return true;
}

static tn_status join_globals(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->global_order_count; i++) {
        struct tn_rw_link from = rw->global_order[i];
        struct tn_rw_input *input = &rw->inputs[from.input];
        const struct tn_global_def *def = &input->mod->globals[from.index];
        struct tn_range *init =
            &rw->joined.globals[input->map.globals[from.index]].init;
        TN_TRY(put_expr(rw, from.input, def->init, init));
        if (!def->is_mutable && is_foldable(rw, *init))
            input->folded[from.index] =
                (struct tn_range){init->offset, init->size - 1};
    }
    return TN_OK;
}

/* Tables come before globals, so their first element can only be a global of
 * the host's, or what was folded. */
static tn_status check_first_element(struct tn_rw *rw, uint32_t input,
                                     uint32_t table)
{
    const struct tn_range init =
        rw->joined.tables[rw->inputs[input].map.tables[table]].init;
    if (init.size == 0)
        return TN_OK;
    struct tn_cursor c = {.base = rw->exprs.at,
                          .at = rw->exprs.at + init.offset,
                          .end = rw->exprs.at + init.offset + init.size};
    struct tn_instr in;
    while (c.at != c.end && tn_instr_read(&c, &in))
        if (in.op == TN_OP_global_get && in.a >= rw->joined.global_import_count)
            return tn_fail(rw->err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                           "%s: table %u is filled with an object that a "
                           "global of another input makes, and in one module "
                           "tables are made before globals",
                           rw->inputs[input].name.at, table);
    return TN_OK;
}

static tn_status join_tables(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[i];
        const struct tn_mod *mod = input->mod;
        for (uint32_t k = mod->table_import_count; k < mod->table_count; k++) {
            TN_TRY(put_expr(rw, i, mod->tables[k].init,
                            &rw->joined.tables[input->map.tables[k]].init));
            TN_TRY(check_first_element(rw, i, k));
        }
    }
    return TN_OK;
}

/* The elements of a segment: functions by their new indices, or expressions. */
static tn_status join_entries(struct tn_rw *rw, uint32_t input,
                              const struct tn_elem_def *from,
                              struct tn_elem_def *to)
{
    uint32_t *funcs = NULL;
    struct tn_range *exprs = NULL;
    if (from->exprs == NULL)
        funcs = TN_NEW_ARRAY(&rw->arena, uint32_t, from->count);
    else
        exprs = TN_NEW_ARRAY(&rw->arena, struct tn_range, from->count);
    if (funcs == NULL && exprs == NULL)
        return tn_no_memory(rw->err);
    for (uint32_t i = 0; i < from->count; i++)
        if (funcs != NULL)
            funcs[i] = rw->inputs[input].map.funcs[from->funcs[i]];
        else
            TN_TRY(put_expr(rw, input, from->exprs[i], &exprs[i]));
    to->funcs = funcs;
    to->exprs = exprs;
    return TN_OK;
}

/* How a segment is encoded: elem flags are 1 for not active, 2 for a table
 * index (or declarative), 4 for expressions. */
static tn_status join_elem(struct tn_rw *rw, uint32_t input, uint32_t index,
                           struct tn_elem_def *to)
{
    const struct tn_rw_input *from = &rw->inputs[input];
    const struct tn_elem_def *elem = &from->mod->elems[index];
    *to = *elem;
    to->type = tn_rw_valtype(&from->map, elem->type);
    if (elem->mode == TN_SEGMENT_ACTIVE) {
        to->table_index = from->map.tables[elem->table_index];
        if (tn_rw_has_bit(from->is_late_elem, index)) {
            to->mode = TN_SEGMENT_PASSIVE;
            to->flags = (uint8_t)((elem->flags & 4) | 1);
            to->offset = (struct tn_range){0};
        } else {
            to->flags =
                (uint8_t)((elem->flags & 4) |
                          (to->table_index != 0 || (elem->flags & 2) != 0 ? 2
                                                                          : 0));
            TN_TRY(put_expr(rw, input, elem->offset, &to->offset));
        }
    }
    return join_entries(rw, input, elem, to);
}

static tn_status join_elems(struct tn_rw *rw)
{
    /* One more: func_refs.c. */
    rw->joined.elems = TN_NEW_ARRAY(&rw->arena, struct tn_elem_def,
                                    (size_t)rw->joined.elem_count + 1);
    if (rw->joined.elems == NULL)
        return tn_no_memory(rw->err);
    for (uint32_t i = 0; i < rw->input_count; i++)
        for (uint32_t k = 0; k < rw->inputs[i].mod->elem_count; k++)
            TN_TRY(join_elem(rw, i, k,
                             &rw->joined.elems[rw->inputs[i].map.elems[k]]));
    return TN_OK;
}

/* Their bytes stay in the inputs. */
static tn_status join_datas(struct tn_rw *rw)
{
    rw->joined.datas =
        TN_NEW_ARRAY(&rw->arena, struct tn_data_def, rw->joined.data_count);
    if (rw->joined.datas == NULL)
        return tn_no_memory(rw->err);
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *from = &rw->inputs[i];
        for (uint32_t k = 0; k < from->mod->data_count; k++) {
            const struct tn_data_def *data = &from->mod->datas[k];
            struct tn_data_def *to = &rw->joined.datas[from->map.datas[k]];
            *to = (struct tn_data_def){.mode = TN_SEGMENT_PASSIVE, .flags = 1};
            if (data->mode != TN_SEGMENT_ACTIVE ||
                tn_rw_has_bit(from->is_late_data, k))
                continue;
            to->mode = TN_SEGMENT_ACTIVE;
            to->memory_index = from->map.memories[data->memory_index];
            to->flags = to->memory_index == 0 ? 0 : 2;
            TN_TRY(put_expr(rw, i, data->offset, &to->offset));
        }
    }
    return TN_OK;
}

tn_status tn_rw_join_values(struct tn_rw *rw)
{
    TN_TRY(join_globals(rw));
    return join_tables(rw);
}

tn_status tn_rw_join_segments(struct tn_rw *rw)
{
    TN_TRY(join_elems(rw));
    return join_datas(rw);
}
