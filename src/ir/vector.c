/* vector.c - rows of vectors, but those that reach memory (access.c).
 *
 * A vector is an entry like any other, of two slots; vector accumulator and
 * float accumulator are one register. An operand is in slots or in the
 * accumulator; what a form wants in slots gets there by the late destination
 * of the instruction that made it, which costs a store and no instruction. */
#include "ir/translate.h"

#include <string.h>

/* Two operands of which at most one may be read from the accumulator: 's'
 * and 'a' for each. */
static void settle_where(const struct tn_translator *t,
                         const struct tn_entry *a, const struct tn_entry *b,
                         char where[2])
{
    where[0] = tn_tr_where(t, a);
    where[1] = tn_tr_where(t, b);
    /* At most one is in the accumulator only; the other has its slots. */
    if (where[0] == 'a' && where[1] == 'a')
        where[b->kind == TN_ENTRY_ACC ? 0 : 1] = 's';
}

static uint8_t *begin_row(struct tn_translator *t, enum tn_row row,
                          unsigned shape)
{
    const struct tn_row_info *info = &tn_ir_rows[row];
    struct tn_mirrors before = tn_tr_clobber(t, tn_tr_acc_of(info->result));
    enum tn_form form = (enum tn_form)(info->first + 2 * shape);
    uint32_t at = t->size;
    uint8_t *code = tn_tr_emit(t, form);
    tn_tr_push_acc(t, info->result, at, form);
    t->last = (struct tn_last){
        .is_valid = true, .row = (uint16_t)row, .at = at, .before = before};
    return code;
}

/* Shapes ss, as, sa; rows whose operands are alike have the first two. */
static uint8_t *two_vectors(struct tn_translator *t, enum tn_row row,
                            bool is_swapped)
{
    struct tn_entry b = tn_tr_pop(t), a = tn_tr_pop(t);
    char where[2];
    settle_where(t, &a, &b, where);
    if (is_swapped ||
        (where[1] == 'a' && tn_ir_rows[row].row_class == TN_CLASS_VCOM)) {
        struct tn_entry other = a;
        a = b;
        b = other;
        char first = where[0];
        where[0] = where[1];
        where[1] = first;
    }
    uint8_t *code = begin_row(t, row,
                              where[0] == 'a'   ? 1
                              : where[1] == 'a' ? 2
                                                : 0);
    tn_tr_put16(code, 6, a.slot);
    tn_tr_put16(code, 8, b.slot);
    return code;
}

/* Shapes si, ai, ss, as. */
static void shift_vector(struct tn_translator *t, enum tn_row row)
{
    struct tn_entry count = tn_tr_pop(t), a = tn_tr_pop(t);
    bool is_constant = count.kind == TN_ENTRY_IMM;
    if (!is_constant)
        (void)tn_tr_to_slot(t, &count);
    char where = tn_tr_where(t, &a);
    uint8_t *code =
        begin_row(t, row, (is_constant ? 0u : 2u) + (where == 'a' ? 1u : 0u));
    tn_tr_put16(code, 6, a.slot);
    tn_tr_put16(code, 8,
                is_constant ? (uint32_t)count.imm & 63 : (uint32_t)count.slot);
}

static void extract_lane(struct tn_translator *t, enum tn_row row, uint8_t lane)
{
    struct tn_entry a = tn_tr_pop(t);
    (void)tn_tr_to_slot(t, &a);
    uint8_t *code = begin_row(t, row, 0);
    tn_tr_put16(code, 6, a.slot);
    tn_tr_put16(code, 8, lane);
}

/* Shapes ss, as. */
static void replace_lane(struct tn_translator *t, enum tn_row row, uint8_t lane)
{
    struct tn_entry number = tn_tr_pop(t), a = tn_tr_pop(t);
    (void)tn_tr_to_slot(t, &number);
    char where = tn_tr_where(t, &a);
    uint8_t *code = begin_row(t, row, where == 'a' ? 1 : 0);
    tn_tr_put16(code, 6, a.slot);
    tn_tr_put16(code, 8, number.slot);
    tn_tr_put16(code, 10, lane);
}

/* Shapes sss, ssa. */
static void three_vectors(struct tn_translator *t, enum tn_row row)
{
    struct tn_entry c = tn_tr_pop(t), b = tn_tr_pop(t), a = tn_tr_pop(t);
    (void)tn_tr_to_slot(t, &a);
    (void)tn_tr_to_slot(t, &b);
    char where = tn_tr_where(t, &c);
    uint8_t *code = begin_row(t, row, where == 'a' ? 1 : 0);
    tn_tr_put16(code, 6, a.slot);
    tn_tr_put16(code, 8, b.slot);
    tn_tr_put16(code, 10, c.slot);
}

void tn_tr_vector(struct tn_translator *t, enum tn_row row,
                  const struct tn_instr *instr)
{
    switch ((enum tn_row_class)tn_ir_rows[row].row_class) {
    case TN_CLASS_VSHIFT:
        shift_vector(t, row);
        break;
    case TN_CLASS_VEXTRACT:
        extract_lane(t, row, instr->lane);
        break;
    case TN_CLASS_VREPLACE:
        replace_lane(t, row, instr->lane);
        break;
    case TN_CLASS_VTERN:
        three_vectors(t, row);
        break;
    case TN_CLASS_VSHUFFLE:
        memcpy(two_vectors(t, row, false) + 12, instr->of.v128, 16);
        break;
    default:
        (void)two_vectors(t, row, tn_ir_is_swapped(instr->op));
        break;
    }
}

void tn_tr_v128_const(struct tn_translator *t, const uint8_t bytes[16])
{
    (void)tn_tr_clobber(t, 1);
    uint32_t at = t->size;
    memcpy(tn_tr_emit(t, TN_FORM_v128_const_a) + 8, bytes, 16);
    tn_tr_push_acc(t, TN_VT_V128, at, TN_FORM_v128_const_a);
    t->last = (struct tn_last){.is_valid = true, .at = at};
}

/* Specification 4.3.3: the operations that say nans{...}. Signs, pmin, pmax
 * and moves of floats keep the bits they are given. */
static enum tn_row canon_row_of(enum tn_opcode op)
{
    switch ((int)op) {
#define ARITHMETIC(T)       \
    case TN_OP_##T##_add:   \
    case TN_OP_##T##_sub:   \
    case TN_OP_##T##_mul:   \
    case TN_OP_##T##_div:   \
    case TN_OP_##T##_min:   \
    case TN_OP_##T##_max:   \
    case TN_OP_##T##_sqrt:  \
    case TN_OP_##T##_ceil:  \
    case TN_OP_##T##_floor: \
    case TN_OP_##T##_trunc: \
    case TN_OP_##T##_nearest
        ARITHMETIC(f32) : case TN_OP_f32_demote_f64 : return TN_ROW_f32_canon;
        ARITHMETIC(f64) : case TN_OP_f64_promote_f32 : return TN_ROW_f64_canon;
        ARITHMETIC(f32x4)
            : case TN_OP_f32x4_demote_f64x2_zero : case TN_OP_f32x4_relaxed_madd
            : case TN_OP_f32x4_relaxed_nmadd : case TN_OP_f32x4_relaxed_min
            : case TN_OP_f32x4_relaxed_max : return TN_ROW_f32x4_canon;
        ARITHMETIC(f64x2)
            : case TN_OP_f64x2_promote_low_f32x4 : case TN_OP_f64x2_relaxed_madd
            : case TN_OP_f64x2_relaxed_nmadd : case TN_OP_f64x2_relaxed_min
            : case TN_OP_f64x2_relaxed_max : return TN_ROW_f64x2_canon;
#undef ARITHMETIC
    default:
        return TN_ROW_NONE;
    }
}

void tn_tr_canonicalize(struct tn_translator *t, enum tn_opcode op)
{
    enum tn_row row = canon_row_of(op);
    if (row != TN_ROW_NONE)
        tn_tr_unary(t, row);
}
