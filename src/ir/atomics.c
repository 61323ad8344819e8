/* atomics.c - rows whose operands are in slots: atomic accesses, waiting, and
 * sums and products of two words. */
#include "ir/translate.h"

/* In these rows' info, `swapped` is how many operands they have. */

/* Takes the topmost operands off the stack: their slots, in order. */
static void pop_slots(struct tn_translator *t, uint16_t *slots, uint32_t count)
{
    for (uint32_t i = count; i-- > 0;) {
        struct tn_entry e = tn_tr_pop(t);
        bool is_new = e.kind == TN_ENTRY_ACC;
        (void)tn_tr_to_slot(t, &e);
        if (is_new)
            tn_tr_forget(t, e.slot);
        slots[i] = e.slot;
    }
}

static void put_memarg(uint8_t *code, struct tn_memarg arg)
{
    tn_tr_put16(code, 8, arg.memory);
    tn_tr_put64(code, 12, arg.offset);
}

void tn_tr_atomic(struct tn_translator *t, enum tn_row row,
                  struct tn_memarg arg)
{
    const struct tn_row_info *info = &tn_ir_rows[row];
    enum tn_form form = (enum tn_form)info->first;
    bool has_result = info->result != TN_VT_NONE;
    struct tn_mirrors before = {0};
    uint16_t slots[3] = {0};
    pop_slots(t, slots, info->swapped);
    if (has_result)
        before = tn_tr_clobber(t, 0);
    uint32_t at = t->size;
    uint8_t *code = tn_tr_emit(t, form);
    tn_tr_put16(code, 6, slots[0]);
    put_memarg(code, arg);
    if (info->swapped > 1)
        tn_tr_put16(code, 10, slots[1]);
    if (info->swapped > 2)
        tn_tr_put16(code, 20, slots[2]);
    if (!has_result)
        return;
    tn_tr_push_acc(t, info->result, at, form);
    t->last = (struct tn_last){
        .is_valid = true, .row = (uint16_t)row, .at = at, .before = before};
}

void tn_tr_park(struct tn_translator *t, enum tn_row row, struct tn_memarg arg)
{
    const struct tn_row_info *info = &tn_ir_rows[row];
    uint32_t first = t->sp - info->swapped;
    tn_tr_settle(t, first);
    tn_tr_drop_to(t, first);
    tn_tr_spill_both(t);
    uint16_t slot = tn_tr_next_home(t);
    uint8_t *code = tn_tr_emit(t, (enum tn_form)info->first);
    tn_tr_put16(code, 4, slot);
    put_memarg(code, arg);
    tn_tr_kill(t);
    tn_tr_push_slot(t, info->result);
}

void tn_tr_wide(struct tn_translator *t, enum tn_row row)
{
    const struct tn_row_info *info = &tn_ir_rows[row];
    uint16_t slots[4] = {0};
    pop_slots(t, slots, info->swapped);
    uint32_t to = tn_tr_next_home(t);
    uint8_t *code = tn_tr_emit(t, (enum tn_form)info->first);
    tn_tr_put16(code, 4, to);
    tn_tr_put16(code, 6, to + 1);
    for (uint32_t i = 0; i < info->swapped; i++)
        tn_tr_put16(code, 8 + 2 * (size_t)i, slots[i]);
    for (uint32_t i = 0; i < 2; i++) {
        tn_tr_forget(t, to + i);
        tn_tr_push_slot(t, TN_VT_I64);
    }
}
