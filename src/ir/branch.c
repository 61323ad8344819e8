/* branch.c - blocks, branches, and what they carry. */
#include "ir/translate.h"

static struct tn_block *block_at(struct tn_translator *t, uint32_t depth)
{
    return &t->blocks.at[t->blocks.count - 1 - depth];
}

static bool is_body(const struct tn_translator *t, uint32_t depth)
{
    return depth == t->blocks.count - 1;
}

/* What a branch to the block carries. */
static uint32_t label_arity(const struct tn_block *b)
{
    return b->kind == TN_BLOCK_LOOP ? b->param_count : b->result_count;
}

/* ------------------------------------------------------------- targets */

/* The distance at `field` of the instruction at `from` will lead to the end
 * of the block, wherever that will be. */
static uint32_t add_fixup(struct tn_translator *t, uint32_t list,
                          uint32_t field, uint32_t from)
{
    struct tn_fixup fixup = {field, from, list};
    if (!TN_VEC_PUSH(&t->fixups, t->alloc, fixup)) {
        t->failed = true;
        return list;
    }
    return (uint32_t)t->fixups.count - 1;
}

static void resolve(struct tn_translator *t, uint32_t list)
{
    while (list != TN_NONE) {
        const struct tn_fixup *f = &t->fixups.at[list];
        if (!t->failed)
            tn_tr_put32(t->code + f->field, 0, t->size - f->from);
        list = f->next;
    }
}

static void set_target(struct tn_translator *t, uint32_t depth, uint32_t field,
                       uint32_t from)
{
    struct tn_block *b = block_at(t, depth);
    if (b->kind != TN_BLOCK_LOOP)
        b->fixups = add_fixup(t, b->fixups, field, from);
    else if (!t->failed)
        tn_tr_put32(t->code + field, 0, b->start - from);
}

/* ---------------------------------------------------------- conditions */

/* A condition that was popped: as a comparison that was taken back, to be
 * fused with the branch, as a value, or as a question about a reference. */
struct condition {
    bool is_row, is_flipped;
    char where; /* of a value or reference: 's' or 'a' */
    uint16_t slot;
    struct tn_last row;
    const struct tn_ref_test *test; /* or null */
};

static bool can_fuse(const struct tn_last *last)
{
    const struct tn_row_info *row = &tn_ir_rows[last->row];
    if (row->row_class == TN_CLASS_FCMP)
        return last->shape == TN_SHAPE_SS || last->shape == TN_SHAPE_AS ||
               last->shape == TN_SHAPE_SA;
    return row->row_class == TN_CLASS_ICMP || last->row == TN_ROW_i32_and;
}

/* `x == 0` or `x != 0` over a row that can be fused by itself. */
static bool tests_prior(const struct tn_translator *t)
{
    const struct tn_last *last = &t->last, *prior = &t->prior;
    if (last->row != TN_ROW_i32_eq && last->row != TN_ROW_i32_ne)
        return false;
    if (last->shape != TN_SHAPE_AI || last->imm != 0 || !prior->is_valid)
        return false;
    enum tn_form form =
        (enum tn_form)(tn_ir_rows[prior->row].first + 2u * prior->shape);
    return can_fuse(prior) && prior->at + tn_ir_forms[form].size == last->at &&
           tn_tr_is_form(t, prior->at, form);
}

static struct condition take_condition(struct tn_translator *t)
{
    struct tn_entry e = tn_tr_pop(t);
    struct condition c = {.where = tn_tr_where(t, &e)};
    if (c.where == 'i')
        c.where = tn_tr_to_slot(t, &e);
    c.slot = e.slot;
    if (e.kind != TN_ENTRY_ACC || !t->last.is_valid || t->last.at != e.at ||
        !can_fuse(&t->last))
        return c;
    c.is_row = true;
    if (tests_prior(t)) {
        c.is_flipped = t->last.row == TN_ROW_i32_eq;
        struct tn_last prior = t->prior;
        tn_tr_take_back(t);
        t->last = prior;
    }
    c.row = t->last;
    tn_tr_take_back(t);
    return c;
}

static void emit_test(struct tn_translator *t, const struct condition *c,
                      bool sense)
{
    unsigned form = c->test->first + 8u + (sense ? 0 : 2);
    uint8_t *code = tn_tr_emit(t, (enum tn_form)(form + (c->where == 'a')));
    tn_tr_put16(code, 4, c->slot);
    tn_tr_put16(code, 6, c->test->is_nullable);
    tn_tr_put32(code, 12, c->test->id);
    tn_tr_put16(code, 16, c->test->depth);
}

/* Writes a branch taken if the condition is `sense`; returns where it is. Its
 * distance is at 8. */
static uint32_t emit_condition(struct tn_translator *t,
                               const struct condition *c, bool sense)
{
    uint32_t at = t->size;
    if (c->test != NULL) {
        emit_test(t, c, sense != c->is_flipped);
        return at;
    }
    if (!c->is_row) {
        unsigned form = sense ? TN_FORM_br_true_s : TN_FORM_br_false_s;
        uint8_t *code = tn_tr_emit(t, (enum tn_form)(form + (c->where == 'a')));
        tn_tr_put16(code, 4, c->slot);
        return at;
    }
    sense ^= c->is_flipped;
    uint16_t row = c->row.row == TN_ROW_i32_and ? TN_ROW_i32_any : c->row.row;
    unsigned form;
    if (tn_ir_rows[row].row_class == TN_CLASS_FCMP) {
        unsigned pair = c->row.shape == TN_SHAPE_SS   ? 0
                        : c->row.shape == TN_SHAPE_AS ? 1
                                                      : 2;
        form = tn_ir_rows[row].first + 14u + 2 * pair + (sense ? 0 : 1);
    } else {
        row = sense ? row : tn_ir_rows[row].negated;
        form = tn_ir_rows[row].first + 10u + c->row.shape;
    }
    uint8_t *code = tn_tr_emit(t, (enum tn_form)form);
    bool a_is_acc = c->row.shape == TN_SHAPE_AS || c->row.shape == TN_SHAPE_AI;
    if (!a_is_acc)
        tn_tr_put16(code, 4, c->row.a);
    if (c->row.shape == TN_SHAPE_SI || c->row.shape == TN_SHAPE_AI)
        tn_tr_put32(code, 12, (uint32_t)c->row.imm);
    else
        tn_tr_put16(code, 6, c->row.b);
    return at;
}

/* --------------------------------------------------------------- moves */

/* Are the values on top already where a branch to the block wants them? */
static bool in_place(const struct tn_translator *t, const struct tn_block *b,
                     uint32_t n)
{
    if (n == 0)
        return true;
    if (t->sp - n != b->height)
        return false;
    for (uint32_t i = t->sp - n; i < t->sp; i++)
        if (t->entries[i].kind != TN_ENTRY_SLOT)
            return false;
    return true;
}

/* Moves the top `n` values to the block's slots. Going up is safe: a value's
 * own slot is never below the one it goes to. The entries stay as they are,
 * for the path on which the branch is not taken. */
static void move_values(struct tn_translator *t, const struct tn_block *b,
                        uint32_t n, bool may_rewrite)
{
    uint32_t to = b->base;
    for (uint32_t i = t->sp - n; i < t->sp; i++) {
        struct tn_entry e = t->entries[i];
        int acc = tn_tr_acc_of(e.vt);
        if (e.kind == TN_ENTRY_ACC && may_rewrite && t->last.is_valid &&
            t->last.at == e.at) {
            tn_tr_store_result(t, &e, to);
            t->entries[i] = e;
            t->acc_entry[acc] = -1;
        } else if (tn_tr_where(t, &e) == 'a') {
            tn_tr_store_acc(t, e.vt, to);
        } else if (e.kind == TN_ENTRY_IMM) {
            tn_tr_move_imm(
                t, to, e.vt == TN_VT_I32 ? (uint32_t)e.imm : (uint64_t)e.imm);
        } else {
            tn_tr_move_value(t, e.vt, to, e.slot);
        }
        to += tn_slots_of(e.vt);
    }
}

void tn_tr_jump_to(struct tn_translator *t, uint32_t depth)
{
    uint32_t at = t->size;
    (void)tn_tr_emit(t, TN_FORM_br);
    set_target(t, depth, at + 4, at);
}

/* -------------------------------------------------------------- return */

static void return_vector(struct tn_translator *t)
{
    const struct tn_entry *e = &t->entries[t->sp - 1];
    bool is_in_slots = tn_tr_where(t, e) == 's';
    uint8_t *code = tn_tr_emit(t, is_in_slots ? TN_FORM_ret_w : TN_FORM_ret_q);
    tn_tr_put16(code, 4, t->header);
    if (is_in_slots)
        tn_tr_put16(code, 6, e->slot);
}

static void return_one(struct tn_translator *t)
{
    struct tn_entry *e = &t->entries[t->sp - 1];
    bool is_float = tn_tr_acc_of(e->vt) != 0;
    char where = tn_tr_where(t, e);
    if (where == 'i' && (is_float || (e->imm != (int32_t)e->imm))) {
        struct tn_entry copy = *e;
        (void)tn_tr_to_slot(t, &copy);
        uint8_t *code =
            tn_tr_emit(t, is_float ? TN_FORM_ret_sv : TN_FORM_ret_s);
        tn_tr_put16(code, 4, t->header);
        tn_tr_put16(code, 6, copy.slot);
        return;
    }
    enum tn_form form =
        where == 'a'         ? (is_float ? TN_FORM_ret_v : TN_FORM_ret_a)
        : where == 's'       ? (is_float ? TN_FORM_ret_sv : TN_FORM_ret_s)
        : e->vt == TN_VT_I32 ? TN_FORM_ret_u
                             : TN_FORM_ret_i;
    uint8_t *code = tn_tr_emit(t, form);
    tn_tr_put16(code, 4, t->header);
    if (where == 's')
        tn_tr_put16(code, 6, e->slot);
    if (where == 'i')
        tn_tr_put32(code, 8, (uint32_t)e->imm);
}

/* The top values, each copied behind the others if it is not there yet. */
static void return_many(struct tn_translator *t, uint32_t n)
{
    uint16_t from = t->entries[t->sp - n].home;
    struct tn_block here = {.base = from};
    move_values(t, &here, n, false);
    uint32_t slots = 0;
    for (uint32_t i = 0; i < n; i++)
        slots += tn_slots_of(t->type->results[i]);
    uint8_t *code = tn_tr_emit(t, TN_FORM_ret_n);
    tn_tr_put16(code, 4, t->header);
    tn_tr_put16(code, 6, from);
    tn_tr_put16(code, 8, slots);
}

static void announce_return(struct tn_translator *t)
{
    tn_tr_settle(t, t->sp - t->type->result_count);
    tn_tr_spill_both(t);
    tn_tr_put32(tn_tr_emit(t, TN_FORM_trace_leave), 4, t->func_index);
    tn_tr_kill(t);
}

void tn_tr_return(struct tn_translator *t)
{
    uint32_t n = t->type->result_count;
    if (t->flavour.is_traced)
        announce_return(t);
    if (n == 0)
        tn_tr_put16(tn_tr_emit(t, TN_FORM_ret_none), 4, t->header);
    else if (n == 1 && t->type->results[0] == TN_VT_V128)
        return_vector(t);
    else if (n == 1)
        return_one(t);
    else
        return_many(t, n);
}

/* -------------------------------------------------------------- blocks */

static void type_of_block(struct tn_translator *t, struct tn_block *b,
                          const struct tn_block_type *type)
{
    if (type->kind == TN_BLOCK_VALUE) {
        b->single = type->value;
        b->result_count = 1;
    } else if (type->kind == TN_BLOCK_INDEX) {
        const struct tn_type_def *def = &t->mod->type_defs[type->type_index];
        b->param_count = def->param_count;
        b->params = def->params;
        b->result_count = def->result_count;
        b->results = def->results;
    }
}

/* Blocks move when the vector grows, so `results` of a single one is looked
 * up here. */
static const tn_valtype *results_of(const struct tn_block *b)
{
    return b->results != NULL ? b->results : &b->single;
}

void tn_tr_block(struct tn_translator *t, enum tn_block_kind kind,
                 const struct tn_block_type *type)
{
    struct tn_block b = {.kind = (uint8_t)kind,
                         .assigned = t->assigned_count,
                         .fixups = TN_NONE,
                         .else_fixup = TN_NONE,
                         .stub_of = TN_NONE,
                         .clauses = TN_NONE};
    type_of_block(t, &b, type);
    struct condition c = {0};
    if (kind == TN_BLOCK_IF)
        c = take_condition(t);
    tn_tr_settle(t, 0);
    b.height = t->sp - b.param_count;
    b.base = b.param_count ? t->entries[b.height].home : tn_tr_next_home(t);
    if (kind == TN_BLOCK_IF) {
        uint32_t at = emit_condition(t, &c, false);
        b.else_fixup = add_fixup(t, TN_NONE, at + 8, at);
    }
    if (kind == TN_BLOCK_LOOP) {
        tn_tr_label(t);
        b.start = t->size;
    }
    if (!TN_VEC_PUSH(&t->blocks, t->alloc, b))
        t->failed = true;
}

/* Locals assigned in the block may be unassigned after it. */
static void forget_assigned(struct tn_translator *t, uint32_t count)
{
    while (t->assigned_count > count) {
        uint32_t local = t->assigned[--t->assigned_count];
        t->is_assigned[local] = false;
        if (t->has_safepoint && t->local_vts[local] == TN_VT_REF &&
            local >= t->type->param_count)
            tn_tr_zero_local(t, local); /* it is in the lists */
    }
}

static void push_types(struct tn_translator *t, const tn_valtype *types,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        tn_tr_push_slot(t, (uint8_t)tn_vt_of(types[i]));
}

/* The end of a reachable arm: its results go where the block's are. */
void tn_tr_finish_arm(struct tn_translator *t)
{
    const struct tn_block *b = block_at(t, 0);
    if (!in_place(t, b, b->result_count))
        move_values(t, b, b->result_count, true);
    tn_tr_spill_both(t);
}

/* Another arm begins: as the block did, without its parameters. */
void tn_tr_begin_arm(struct tn_translator *t)
{
    const struct tn_block *b = block_at(t, 0);
    tn_tr_drop_to(t, b->height);
    forget_assigned(t, b->assigned);
    tn_tr_label(t);
}

void tn_tr_else(struct tn_translator *t, bool is_dead)
{
    struct tn_block *b = block_at(t, 0);
    if (!is_dead) {
        tn_tr_finish_arm(t);
        tn_tr_jump_to(t, 0);
    }
    resolve(t, b->else_fixup);
    b->else_fixup = TN_NONE;
    b->kind = TN_BLOCK_ELSE;
    tn_tr_begin_arm(t);
    push_types(t, b->params, b->param_count);
}

static void end_body(struct tn_translator *t, bool is_dead)
{
    uint32_t clauses = block_at(t, 0)->clauses;
    if (!is_dead)
        tn_tr_return(t);
    tn_tr_land_at_body(t, clauses);
    t->blocks.count = 0;
}

void tn_tr_end(struct tn_translator *t, bool is_dead)
{
    if (t->blocks.count == 1) {
        end_body(t, is_dead);
        return;
    }
    struct tn_block *b = block_at(t, 0);
    if (!is_dead)
        tn_tr_finish_arm(t);
    if (b->clause_count > 0)
        tn_tr_end_guarded(t);
    resolve(t, b->else_fixup);
    resolve(t, b->fixups);
    tn_tr_land(t, b->clauses);
    tn_tr_drop_to(t, b->height);
    forget_assigned(t, b->assigned);
    struct tn_block ended = *b;
    t->blocks.count--;
    push_types(t, results_of(&ended), ended.result_count);
    tn_tr_label(t);
}

/* ------------------------------------------------------------ branches */

static uint32_t arity_of(struct tn_translator *t, uint32_t depth)
{
    return is_body(t, depth) ? t->type->result_count
                             : label_arity(block_at(t, depth));
}

/* Leaves to `depth`: moves and a jump, or a return. */
static void leave_to(struct tn_translator *t, uint32_t depth)
{
    if (is_body(t, depth)) {
        tn_tr_return(t);
        return;
    }
    struct tn_block *b = block_at(t, depth);
    uint32_t n = label_arity(b);
    if (!in_place(t, b, n))
        move_values(t, b, n, true);
    tn_tr_jump_to(t, depth);
}

void tn_tr_br(struct tn_translator *t, uint32_t depth)
{
    leave_to(t, depth);
}

static void branch_if(struct tn_translator *t, const struct condition *c,
                      uint32_t depth)
{
    if (!is_body(t, depth) &&
        in_place(t, block_at(t, depth), arity_of(t, depth))) {
        uint32_t at = emit_condition(t, c, true);
        set_target(t, depth, at + 8, at);
        return;
    }
    /* Around the moves. What they leave in mirrors is true on their path
     * only; a traced return settles entries there, and so ahead of it here. */
    if (is_body(t, depth) && t->flavour.is_traced)
        tn_tr_settle(t, t->sp - t->type->result_count);
    uint32_t at = emit_condition(t, c, false);
    uint32_t over = add_fixup(t, TN_NONE, at + 8, at);
    leave_to(t, depth);
    resolve(t, over);
    tn_tr_label(t);
}

void tn_tr_br_if(struct tn_translator *t, uint32_t depth)
{
    struct condition c = take_condition(t);
    tn_tr_spill_both(t);
    branch_if(t, &c, depth);
}

/* The reference on top: in its slot or a local's, and maybe in the accumulator
 * as well. It is only looked at. */
static struct condition look_at_top(struct tn_translator *t)
{
    tn_tr_spill_both(t);
    struct tn_entry *e = &t->entries[t->sp - 1];
    struct condition c = {.where = tn_tr_where(t, e)};
    if (c.where == 'i')
        c.where = tn_tr_to_slot(t, e);
    c.slot = e->slot;
    return c;
}

static struct condition is_top_null(struct tn_translator *t)
{
    struct condition c = look_at_top(t);
    c.is_row = true;
    c.row =
        (struct tn_last){.row = TN_ROW_i64_eq,
                         .shape = c.where == 'a' ? TN_SHAPE_AI : TN_SHAPE_SI,
                         .a = c.slot};
    return c;
}

void tn_tr_br_on_null(struct tn_translator *t, uint32_t depth)
{
    struct condition c = is_top_null(t);
    struct tn_entry ref = tn_tr_pop(t);
    branch_if(t, &c, depth);
    if (ref.kind == TN_ENTRY_LOCAL)
        tn_tr_push_local(t, ref.at);
    else
        tn_tr_push_slot(t, ref.vt);
}

void tn_tr_br_on_non_null(struct tn_translator *t, uint32_t depth)
{
    struct condition c = is_top_null(t);
    c.is_flipped = true;
    branch_if(t, &c, depth);
    (void)tn_tr_pop(t);
}

void tn_tr_br_on_test(struct tn_translator *t, const struct tn_ref_test *test,
                      bool sense, uint32_t depth)
{
    struct condition c = look_at_top(t);
    c.test = test;
    c.is_flipped = !sense;
    branch_if(t, &c, depth);
}

/* The place in the table for one label: its target, or moves that lead to it,
 * which labels of one table share. */
static void table_target(struct tn_translator *t, uint32_t table,
                         uint32_t field, uint32_t depth)
{
    struct tn_block *b = block_at(t, depth);
    if (!is_body(t, depth) && in_place(t, b, label_arity(b))) {
        set_target(t, depth, field, table);
        return;
    }
    if (b->stub_of != table) {
        b->stub_of = table;
        b->stub = t->size;
        tn_tr_label(t);
        leave_to(t, depth);
    }
    b = block_at(t, depth);
    if (!t->failed)
        tn_tr_put32(t->code + field, 0, b->stub - table);
}

void tn_tr_br_table(struct tn_translator *t, const struct tn_instr *instr)
{
    struct tn_entry e = tn_tr_pop(t);
    struct tn_cursor labels = instr->rest;
    uint32_t first = tn_instr_label(&labels);
    uint32_t n = arity_of(t, first);
    char where = tn_tr_where(t, &e);
    if (where == 'i')
        where = tn_tr_to_slot(t, &e);
    /* Moves read the accumulators and do not change them. */
    tn_tr_settle(t, t->sp - n);
    tn_tr_spill_both(t);
    uint32_t table = t->size;
    uint8_t *code =
        tn_tr_emit(t, where == 'a' ? TN_FORM_br_table_a : TN_FORM_br_table_s);
    tn_tr_put16(code, 4, e.slot);
    tn_tr_put32(code, 8, instr->count);
    if (instr->count >= INT32_MAX / 8 ||
        tn_tr_extend(t, 4 * (instr->count + 1)) == NULL) {
        t->failed = true;
        return;
    }
    labels = instr->rest;
    for (uint32_t i = 0; i <= instr->count && !t->failed; i++)
        table_target(t, table, table + 12 + 4 * i, tn_instr_label(&labels));
}
