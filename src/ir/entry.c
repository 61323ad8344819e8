/* entry.c - the lazy operand stack.
 *
 * Invariants: at most one entry is in each accumulator, and acc_entry names
 * it; a SLOT entry is in its own slot; entries below `settled` are SLOT. */
#include "ir/translate.h"

int tn_tr_acc_of(uint8_t vt)
{
    return vt == TN_VT_F32 || vt == TN_VT_F64 || vt == TN_VT_V128;
}

uint16_t tn_tr_next_home(const struct tn_translator *t)
{
    if (t->sp == 0)
        return t->stack_base;
    const struct tn_entry *top = &t->entries[t->sp - 1];
    return (uint16_t)(top->home + tn_slots_of(top->vt));
}

static struct tn_entry *push_entry(struct tn_translator *t,
                                   enum tn_entry_kind kind, uint8_t vt)
{
    uint16_t home = tn_tr_next_home(t);
    struct tn_entry *e = &t->entries[t->sp++];
    *e = (struct tn_entry){
        .kind = (uint8_t)kind, .vt = vt, .home = home, .slot = home};
    return e;
}

void tn_tr_push_slot(struct tn_translator *t, uint8_t vt)
{
    bool was_settled = t->settled == t->sp;
    push_entry(t, TN_ENTRY_SLOT, vt);
    if (was_settled)
        t->settled = t->sp;
}

void tn_tr_push_local(struct tn_translator *t, uint32_t local)
{
    struct tn_entry *e = push_entry(t, TN_ENTRY_LOCAL, t->local_vts[local]);
    e->slot = t->local_slots[local];
    e->at = local;
    t->pending[local]++;
}

void tn_tr_push_imm(struct tn_translator *t, uint8_t vt, int64_t imm)
{
    push_entry(t, TN_ENTRY_IMM, vt)->imm = imm;
}

void tn_tr_push_acc(struct tn_translator *t, uint8_t vt, uint32_t at,
                    enum tn_form form)
{
    int acc = tn_tr_acc_of(vt);
    t->mirrors.slot[acc][0] = t->mirrors.slot[acc][1] = TN_NO_SLOT;
    if (acc == 1)
        t->mirrors.is_wide = vt == TN_VT_V128;
    t->acc_entry[acc] = t->sp;
    struct tn_entry *e = push_entry(t, TN_ENTRY_ACC, vt);
    e->at = at;
    e->form = (uint16_t)form;
}

/* An entry stops being what it was. */
static void leave(struct tn_translator *t, const struct tn_entry *e)
{
    if (e->kind == TN_ENTRY_LOCAL)
        t->pending[e->at]--;
}

struct tn_entry tn_tr_pop(struct tn_translator *t)
{
    struct tn_entry e = t->entries[--t->sp];
    leave(t, &e);
    for (int acc = 0; acc < 2; acc++)
        if (t->acc_entry[acc] == t->sp)
            t->acc_entry[acc] = -1;
    if (t->settled > t->sp)
        t->settled = t->sp;
    if (t->noted > t->sp)
        t->noted = t->sp;
    return e;
}

void tn_tr_drop_to(struct tn_translator *t, uint32_t height)
{
    while (t->sp > height)
        (void)tn_tr_pop(t);
}

char tn_tr_where(const struct tn_translator *t, const struct tn_entry *e)
{
    if (e->kind == TN_ENTRY_ACC)
        return 'a';
    if (e->kind == TN_ENTRY_IMM)
        return 'i';
    return tn_tr_is_mirrored(t, e->vt, e->slot) ? 'a' : 's';
}

static uint64_t imm_bits(const struct tn_entry *e)
{
    return e->vt == TN_VT_I32 ? (uint32_t)e->imm : (uint64_t)e->imm;
}

void tn_tr_store_result(struct tn_translator *t, struct tn_entry *e,
                        uint32_t slot)
{
    tn_tr_set_form(t, e->at, (enum tn_form)(e->form + 1));
    tn_tr_put16(t->code + e->at, 4, slot);
    if (t->last.at == e->at)
        t->last.is_valid = false; /* it may not be taken back any more */
    e->kind = TN_ENTRY_SLOT;
    e->slot = (uint16_t)slot;
}

char tn_tr_to_slot(struct tn_translator *t, struct tn_entry *e)
{
    if (e->kind == TN_ENTRY_ACC)
        tn_tr_store_result(t, e, e->home);
    if (e->kind == TN_ENTRY_IMM) {
        tn_tr_move_imm(t, e->home, imm_bits(e));
        e->kind = TN_ENTRY_SLOT;
        e->slot = e->home;
    }
    return 's';
}

static void settle_one(struct tn_translator *t, struct tn_entry *e)
{
    if (e->kind == TN_ENTRY_ACC) {
        tn_tr_spill(t, tn_tr_acc_of(e->vt));
    } else if (e->kind == TN_ENTRY_IMM) {
        (void)tn_tr_to_slot(t, e);
    } else if (e->kind == TN_ENTRY_LOCAL) {
        leave(t, e);
        if (tn_tr_is_mirrored(t, e->vt, e->slot))
            tn_tr_store_acc(t, e->vt, e->home);
        else
            tn_tr_move_value(t, e->vt, e->home, e->slot);
        e->kind = TN_ENTRY_SLOT;
        e->slot = e->home;
    }
}

void tn_tr_settle(struct tn_translator *t, uint32_t from)
{
    uint32_t i = from > t->settled ? from : t->settled;
    if (t->noted > i)
        t->noted = i;
    for (; i < t->sp; i++)
        settle_one(t, &t->entries[i]);
    if (from <= t->settled)
        t->settled = t->sp;
}

void tn_tr_spill(struct tn_translator *t, int acc)
{
    if (t->acc_entry[acc] < 0)
        return;
    struct tn_entry *e = &t->entries[t->acc_entry[acc]];
    tn_tr_store_result(t, e, e->home);
    tn_tr_forget_value(t, e->vt, e->home);
    tn_tr_mirror(t, acc, e->home);
    t->acc_entry[acc] = -1;
}

void tn_tr_spill_both(struct tn_translator *t)
{
    tn_tr_spill(t, 0);
    tn_tr_spill(t, 1);
}

struct tn_mirrors tn_tr_clobber(struct tn_translator *t, int acc)
{
    tn_tr_spill(t, acc);
    struct tn_mirrors before = t->mirrors;
    t->mirrors.slot[acc][0] = t->mirrors.slot[acc][1] = TN_NO_SLOT;
    return before;
}

void tn_tr_kill(struct tn_translator *t)
{
    for (int acc = 0; acc < 2; acc++)
        t->mirrors.slot[acc][0] = t->mirrors.slot[acc][1] = TN_NO_SLOT;
    t->mirrors.is_wide = false;
}
