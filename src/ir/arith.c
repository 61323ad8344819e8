/* arith.c - rows with one or two operands, select, and locals. */
#include "ir/translate.h"

/* Writes the instruction of a value-producing row and makes it `last`. */
struct made {
    enum tn_row row;
    enum tn_shape shape;
    struct tn_entry a, b;
};

static void make_binary(struct tn_translator *t, const struct made *m)
{
    const struct tn_row_info *row = &tn_ir_rows[m->row];
    bool has_imm = m->shape == TN_SHAPE_SI || m->shape == TN_SHAPE_AI ||
                   m->shape == TN_SHAPE_IS || m->shape == TN_SHAPE_IA;
    bool is_float = tn_tr_acc_of(row->type) != 0;
    int acc = tn_tr_acc_of(row->result);
    struct tn_mirrors before = tn_tr_clobber(t, acc);
    enum tn_form form = (enum tn_form)(row->first + 2 * (unsigned)m->shape);
    uint32_t at = t->size;
    uint8_t *code = tn_tr_emit(t, form);
    const struct tn_entry *imm =
        m->shape == TN_SHAPE_IS || m->shape == TN_SHAPE_IA ? &m->a : &m->b;
    tn_tr_put16(code, 6, m->a.slot);
    if (has_imm && !is_float)
        tn_tr_put32(code, 8, (uint32_t)imm->imm);
    else
        tn_tr_put16(code, 8, m->b.slot);
    if (has_imm && is_float)
        tn_tr_put64(code, 12, (uint64_t)imm->imm);
    tn_tr_push_acc(t, row->result, at, form);
    t->last = (struct tn_last){true,
                               (uint8_t)m->shape,
                               (uint16_t)m->row,
                               m->a.slot,
                               m->b.slot,
                               at,
                               m->b.imm,
                               before};
}

static bool is_commutative(enum tn_row row)
{
    switch (row) {
    case TN_ROW_i32_add:
    case TN_ROW_i32_mul:
    case TN_ROW_i32_and:
    case TN_ROW_i32_or:
    case TN_ROW_i32_xor:
    case TN_ROW_i64_add:
    case TN_ROW_i64_mul:
    case TN_ROW_i64_and:
    case TN_ROW_i64_or:
    case TN_ROW_i64_xor:
        return true;
    default:
        return false;
    }
}

/* A constant goes to the right if the row allows it. */
static void imm_to_the_right(struct made *m)
{
    if (m->a.kind != TN_ENTRY_IMM || m->b.kind == TN_ENTRY_IMM)
        return;
    if (tn_ir_rows[m->row].row_class == TN_CLASS_ICMP)
        m->row = (enum tn_row)tn_ir_rows[m->row].swapped;
    else if (!is_commutative(m->row))
        return;
    struct tn_entry a = m->a;
    m->a = m->b;
    m->b = a;
}

/* x - constant is x + -constant, for which there are more folds. */
static void subtract_as_add(struct made *m)
{
    if (m->b.kind != TN_ENTRY_IMM || m->b.imm == INT32_MIN ||
        m->b.imm != (int32_t)m->b.imm)
        return;
    if (m->row == TN_ROW_i32_sub)
        m->row = TN_ROW_i32_add;
    else if (m->row == TN_ROW_i64_sub)
        m->row = TN_ROW_i64_add;
    else
        return;
    m->b.imm = -m->b.imm;
}

static enum tn_shape shape_of(char a, char b)
{
    if (a == 'i')
        return b == 'a' ? TN_SHAPE_IA : TN_SHAPE_IS;
    if (a == 'a')
        return b == 'i' ? TN_SHAPE_AI : TN_SHAPE_AS;
    return b == 'a' ? TN_SHAPE_SA : b == 'i' ? TN_SHAPE_SI : TN_SHAPE_SS;
}

void tn_tr_binary(struct tn_translator *t, enum tn_row row)
{
    struct made m = {.row = row};
    m.b = tn_tr_pop(t);
    m.a = tn_tr_pop(t);
    bool is_float = tn_tr_acc_of(tn_ir_rows[row].type) != 0;
    if (!is_float) {
        imm_to_the_right(&m);
        subtract_as_add(&m);
    }
    char a = tn_tr_where(t, &m.a), b = tn_tr_where(t, &m.b);
    if (a == 'i' && (!is_float || b == 'i'))
        a = tn_tr_to_slot(t, &m.a);
    if (b == 'i' && !is_float && m.b.imm != (int32_t)m.b.imm)
        b = tn_tr_to_slot(t, &m.b);
    if (a == 'a' && b == 'a') {
        /* At most one is in the accumulator only; the other has a slot. */
        if (m.b.kind != TN_ENTRY_ACC)
            b = 's';
        else
            a = 's';
    }
    m.shape = shape_of(a, b);
    make_binary(t, &m);
}

void tn_tr_eqz(struct tn_translator *t, enum tn_row equal)
{
    struct tn_entry *top = &t->entries[t->sp - 1];
    const struct tn_row_info *last = &tn_ir_rows[t->last.row];
    if (equal == TN_ROW_i32_eq && top->kind == TN_ENTRY_ACC &&
        t->last.is_valid && t->last.at == top->at &&
        last->row_class == TN_CLASS_ICMP) {
        t->last.row = last->negated;
        top->form = (uint16_t)(tn_ir_rows[t->last.row].first +
                               2 * (unsigned)t->last.shape);
        tn_tr_set_form(t, top->at, (enum tn_form)top->form);
        return;
    }
    tn_tr_push_imm(t, tn_ir_rows[equal].type, 0);
    tn_tr_binary(t, equal);
}

void tn_tr_unary(struct tn_translator *t, enum tn_row row)
{
    const struct tn_row_info *info = &tn_ir_rows[row];
    struct tn_entry a = tn_tr_pop(t);
    char where = tn_tr_where(t, &a);
    if (where == 'i')
        where = tn_tr_to_slot(t, &a);
    (void)tn_tr_clobber(t, tn_tr_acc_of(info->result));
    enum tn_form form = (enum tn_form)(info->first + (where == 'a' ? 2 : 0));
    uint32_t at = t->size;
    tn_tr_put16(tn_tr_emit(t, form), 6, a.slot);
    tn_tr_push_acc(t, info->result, at, form);
    t->last = (struct tn_last){
        .is_valid = true, .row = (uint16_t)row, .at = at, .before = t->mirrors};
}

/* Is the constant one that select's 16 bits can hold? They are extended with
 * their sign to 64 bits, which for an i32 must not reach above it. */
static bool is_short(const struct tn_entry *e)
{
    return e->kind == TN_ENTRY_IMM && tn_tr_acc_of(e->vt) == 0 &&
           e->imm == (int16_t)e->imm && (e->vt != TN_VT_I32 || e->imm >= 0);
}

void tn_tr_select(struct tn_translator *t)
{
    struct tn_entry c = tn_tr_pop(t), b = tn_tr_pop(t), a = tn_tr_pop(t);
    char where = tn_tr_where(t, &c);
    if (where == 'i')
        where = tn_tr_to_slot(t, &c);
    bool a_short = is_short(&a), b_short = is_short(&b);
    if (!a_short)
        (void)tn_tr_to_slot(t, &a);
    if (!b_short)
        (void)tn_tr_to_slot(t, &b);
    int acc = tn_tr_acc_of(a.vt);
    (void)tn_tr_clobber(t, acc);
    unsigned shape = acc ? 0 : (a_short ? 4u : 0) + (b_short ? 2u : 0);
    unsigned first = a.vt == TN_VT_V128 ? TN_FORM_selectq_s_a
                     : acc              ? TN_FORM_selectv_s_a
                                        : TN_FORM_select_sss_a;
    enum tn_form form =
        (enum tn_form)(first + 2 * (shape + (where == 'a' ? 1 : 0)));
    uint32_t at = t->size;
    uint8_t *code = tn_tr_emit(t, form);
    tn_tr_put16(code, 6, a_short ? (uint16_t)a.imm : a.slot);
    tn_tr_put16(code, 8, b_short ? (uint16_t)b.imm : b.slot);
    tn_tr_put16(code, 10, c.slot);
    tn_tr_push_acc(t, a.vt, at, form);
    t->last = (struct tn_last){.is_valid = true, .at = at};
}

void tn_tr_zero_local(struct tn_translator *t, uint32_t local)
{
    uint32_t slot = t->local_slots[local];
    uint32_t end = slot + tn_slots_of(t->local_vts[local]);
    if (slot < t->zero_from)
        t->zero_from = slot;
    if (end > t->zero_to)
        t->zero_to = end;
}

void tn_tr_local_get(struct tn_translator *t, uint32_t local)
{
    if (local >= t->type->param_count && !t->is_assigned[local])
        tn_tr_zero_local(t, local);
    tn_tr_push_local(t, local);
}

/* How deep a local.set looks for entries to save before it settles the whole
 * stack, which is done once for each entry: work stays linear. */
#define FAR_DOWN 64

/* Entries that stand for the old value of `local` get it now. If the last
 * instruction makes the new value, the moves go in front of it, so that its
 * destination can still be rewritten. */
static void save_old_value(struct tn_translator *t, uint32_t local,
                           struct tn_entry *value)
{
    uint32_t slot = t->local_slots[local];
    for (uint32_t i = t->sp; t->pending[local] > 0; i--) {
        if (t->sp - i >= FAR_DOWN) {
            tn_tr_settle(t, 0);
            return;
        }
        struct tn_entry *e = &t->entries[i - 1];
        if (e->kind != TN_ENTRY_LOCAL || e->at != local)
            continue;
        t->pending[local]--;
        if (value->kind == TN_ENTRY_ACC && t->last.is_valid &&
            t->last.at == value->at) {
            tn_tr_insert_move(t, e->vt, e->home, slot);
            value->at = t->last.at;
        } else {
            tn_tr_move_value(t, e->vt, e->home, slot);
        }
        e->kind = TN_ENTRY_SLOT;
        e->slot = e->home;
        if (t->noted > i - 1)
            t->noted = i - 1;
    }
}

/* The value goes into the local's slot. */
static void set_local(struct tn_translator *t, uint32_t slot,
                      struct tn_entry *value)
{
    int acc = tn_tr_acc_of(value->vt);
    if (value->kind == TN_ENTRY_ACC && t->last.is_valid &&
        t->last.at == value->at) {
        tn_tr_store_result(t, value, slot);
        tn_tr_forget_value(t, value->vt, slot);
        tn_tr_mirror(t, acc, slot);
    } else if (tn_tr_where(t, value) == 'a') {
        tn_tr_store_acc(t, value->vt, slot);
    } else if (value->kind == TN_ENTRY_IMM) {
        uint64_t bits = value->vt == TN_VT_I32 ? (uint32_t)value->imm
                                               : (uint64_t)value->imm;
        tn_tr_move_imm(t, slot, bits);
    } else {
        tn_tr_move_value(t, value->vt, slot, value->slot);
    }
}

void tn_tr_local_set(struct tn_translator *t, uint32_t local, bool is_tee)
{
    struct tn_entry value = tn_tr_pop(t);
    if (!t->is_assigned[local]) {
        t->is_assigned[local] = true;
        t->assigned[t->assigned_count++] = local;
    }
    bool is_itself = value.kind == TN_ENTRY_LOCAL && value.at == local;
    if (!is_itself) {
        save_old_value(t, local, &value);
        set_local(t, t->local_slots[local], &value);
    }
    if (is_tee)
        tn_tr_push_local(t, local);
}

#undef FAR_DOWN
