/* ir_check.c - is this register code sound?
 *
 * First its structure, in one pass; then what is defined where, by going over
 * the instructions until nothing changes. A state is a set of bits: one for
 * each slot, then the two accumulators, then whether the second is a whole
 * vector. Only places that are jumped to keep a
 * state, the meet of all that come there. */
#include <string.h>

#include "ir/ir_look.h"

#define ACC_BIT(look)   ((look)->frame_slots)
#define VACC_BIT(look)  ((look)->frame_slots + 1)
#define WIDE_BIT(look)  ((look)->frame_slots + 2)
/* Flow is not followed in functions that would need more than this. */
#define STATE_BYTES_MAX ((uint64_t)256 << 20)

struct check {
    const struct tn_ir_look *look;
    tn_error *err;
    uint8_t *is_start;  /* bit by position / 4: an instruction begins here */
    uint8_t *is_target; /* bit: and is jumped to */
    uint32_t *state_of; /* by position / 4: which state, of targets */
    uint32_t state_count, state_words;
    uint64_t *states; /* bits defined; all ones before the first visit */
    uint64_t *now;
    uint64_t *thrown; /* what is known where an exception arrives */
    bool has_changed;
};

static bool get_bit(const uint8_t *bits, uint32_t i)
{
    return (bits[i / 8] >> i % 8 & 1) != 0;
}

static void set_bit(uint8_t *bits, uint32_t i)
{
    bits[i / 8] |= (uint8_t)(1u << i % 8);
}

static tn_status unsound(const struct check *c, uint32_t at, const char *why)
{
    return tn_fail(c->err, TN_E_INVALID, at,
                   "register code of function %u at %u: %s",
                   c->look->func_index, at, why);
}

/* ------------------------------------------------------------- structure */

/* 0 for what is no slot. */
static uint32_t slots_of_operand(char letter)
{
    switch (letter) {
    case 'd':
    case 'a':
        return 1;
    case 'W':
    case 'w':
        return 2;
    default:
        return 0;
    }
}

static tn_status check_slots(const struct check *c, uint32_t at,
                             enum tn_form form)
{
    const char *operands = tn_ir_forms[form].operands;
    struct tn_ir_operand o;
    while (tn_ir_look_operand(c->look, at, &operands, &o))
        if (slots_of_operand(o.letter) != 0 &&
            o.value + slots_of_operand(o.letter) >
                (int64_t)c->look->frame_slots)
            return unsound(c, at, "a slot outside of the frame");
    return TN_OK;
}

static tn_status find_starts(struct check *c)
{
    const struct tn_ir_look *look = c->look;
    for (uint32_t at = look->entry; at < look->size;) {
        enum tn_form form = tn_ir_look_form(look, at);
        if (form == TN_FORM_COUNT)
            return unsound(c, at, "no handler has this word");
        uint32_t size = tn_ir_look_size(look, at, form);
        if (size > look->size - at)
            return unsound(c, at, "an instruction passes the end");
        TN_TRY(check_slots(c, at, form));
        set_bit(c->is_start, at / 4);
        at += size;
    }
    return TN_OK;
}

/* Calls `visit` with each place that the instruction may jump to. */
typedef tn_status visit_target(struct check *c, uint32_t at, int64_t target);

static tn_status each_target(struct check *c, uint32_t at, enum tn_form form,
                             visit_target *visit)
{
    const char *operands = tn_ir_forms[form].operands;
    struct tn_ir_operand o;
    while (tn_ir_look_operand(c->look, at, &operands, &o))
        if (o.letter == 'L')
            TN_TRY(visit(c, at, o.value));
    if (form != TN_FORM_br_table_s && form != TN_FORM_br_table_a)
        return TN_OK;
    uint32_t count;
    memcpy(&count, c->look->code + at + 8, sizeof count);
    for (uint32_t i = 0; i <= count; i++) {
        int32_t distance;
        memcpy(&distance, c->look->code + at + 12 + 4 * (size_t)i,
               sizeof distance);
        TN_TRY(visit(c, at, (int64_t)at + distance));
    }
    return TN_OK;
}

static tn_status note_target(struct check *c, uint32_t at, int64_t target)
{
    if (target < 0 || target >= (int64_t)c->look->size || target % 4 != 0 ||
        !get_bit(c->is_start, (uint32_t)target / 4))
        return unsound(c, at, "a branch to no instruction");
    uint32_t place = (uint32_t)target / 4;
    if (!get_bit(c->is_target, place)) {
        set_bit(c->is_target, place);
        c->state_of[place] = c->state_count++;
    }
    return TN_OK;
}

static uint32_t tag_slots(const struct tn_mod *mod, uint32_t tag)
{
    return mod->types[mod->tags[tag].type_index]->param_slots;
}

static tn_status find_targets(struct check *c)
{
    const struct tn_ir_look *look = c->look;
    for (uint32_t at = look->entry; at < look->size;) {
        enum tn_form form = tn_ir_look_form(look, at);
        TN_TRY(each_target(c, at, form, note_target));
        at += tn_ir_look_size(look, at, form);
    }
    return TN_OK;
}

static tn_status check_clause(struct check *c, const struct tn_clause *clause)
{
    const struct tn_ir_look *look = c->look;
    if (clause->begin >= clause->end || clause->end > look->size)
        return unsound(c, clause->begin, "a guard outside of the code");
    if (clause->handler == TN_NONE)
        return TN_OK;
    uint32_t slots =
        clause->tag == TN_NONE ? 0 : tag_slots(look->mod, clause->tag);
    if (clause->values + slots > look->frame_slots ||
        (clause->ref != TN_NO_REF && clause->ref >= look->frame_slots))
        return unsound(c, clause->begin, "an exception outside of the frame");
    return note_target(c, clause->begin, clause->handler);
}

/* ------------------------------------------------------------------ flow */

static bool is_defined(const struct check *c, uint64_t bit)
{
    return (c->now[bit / 64] >> bit % 64 & 1) != 0;
}

static void set_known(uint64_t *state, uint64_t bit, bool is_on)
{
    uint64_t mask = (uint64_t)1 << bit % 64;
    if (is_on)
        state[bit / 64] |= mask;
    else
        state[bit / 64] &= ~mask;
}

static void note_known(struct check *c, uint64_t bit, bool is_on)
{
    set_known(c->now, bit, is_on);
}

static void meet_with(struct check *c, int64_t target, const uint64_t *known)
{
    uint64_t *state =
        c->states + (size_t)c->state_of[target / 4] * c->state_words;
    for (uint32_t i = 0; i < c->state_words; i++) {
        c->has_changed |= (state[i] & ~known[i]) != 0;
        state[i] &= known[i];
    }
}

static tn_status meet(struct check *c, uint32_t at, int64_t target)
{
    (void)at;
    meet_with(c, target, c->now);
    return TN_OK;
}

/* An exception arrives at each handler around: with its values, without what
 * is in the frame from `top` on and in the accumulators. */
static void meet_handlers(struct check *c, uint32_t at, uint32_t top)
{
    const struct tn_ir_look *look = c->look;
    struct tn_unwind_search search = tn_unwind_at(look->unwind, at);
    const struct tn_clause *clause;
    while ((clause = tn_unwind_next(&search)) != NULL) {
        memcpy(c->thrown, c->now, c->state_words * sizeof *c->now);
        for (uint32_t i = top; i < look->frame_slots + 2; i++)
            set_known(c->thrown, i, false);
        uint32_t slots =
            clause->tag == TN_NONE ? 0 : tag_slots(look->mod, clause->tag);
        for (uint32_t i = 0; i < slots; i++)
            set_known(c->thrown, clause->values + i, true);
        if (clause->ref != TN_NO_REF)
            set_known(c->thrown, clause->ref, true);
        meet_with(c, clause->handler, c->thrown);
    }
}

static tn_status read_range(struct check *c, uint32_t at, uint64_t from,
                            uint64_t count)
{
    if (from + count > c->look->frame_slots)
        return unsound(c, at, "arguments outside of the frame");
    for (uint64_t i = from; i < from + count; i++)
        if (!is_defined(c, i))
            return unsound(c, at, "a slot is read before it was written");
    return TN_OK;
}

static tn_status check_live(struct check *c, uint32_t at)
{
    struct tn_live live = tn_live_at(&c->look->lists, at);
    for (uint32_t slot; tn_live_next(&live, &slot);) {
        if (slot >= c->look->frame_slots)
            return unsound(c, at, "a live slot outside of the frame");
        if (!is_defined(c, slot))
            return unsound(c, at, "a live slot was not written");
    }
    return TN_OK;
}

static tn_status read_operands(struct check *c, uint32_t at, enum tn_form form)
{
    const char *operands = tn_ir_forms[form].operands;
    struct tn_ir_operand o;
    while (tn_ir_look_operand(c->look, at, &operands, &o)) {
        if (o.letter == 'a' || o.letter == 'w')
            TN_TRY(read_range(c, at, (uint64_t)o.value,
                              slots_of_operand(o.letter)));
        if (o.letter == '!')
            TN_TRY(check_live(c, at));
        if (o.letter == 'x' && !is_defined(c, ACC_BIT(c->look)))
            return unsound(c, at,
                           "the accumulator is read before it was written");
        if (o.letter == 'v' && !is_defined(c, VACC_BIT(c->look)))
            return unsound(
                c, at, "the float accumulator is read before it was written");
        if (o.letter == 'q' && !is_defined(c, WIDE_BIT(c->look)))
            return unsound(
                c, at, "the vector accumulator is read before it was written");
    }
    return TN_OK;
}

static uint32_t field16(const struct check *c, uint32_t at, uint32_t field)
{
    uint16_t value;
    memcpy(&value, c->look->code + at + field, sizeof value);
    return value;
}

static uint32_t field32(const struct check *c, uint32_t at, uint32_t field)
{
    uint32_t value;
    memcpy(&value, c->look->code + at + field, sizeof value);
    return value;
}

/* Two moves, one after the other: the second may read what the first wrote. */
static tn_status check_moves(struct check *c, uint32_t at)
{
    TN_TRY(read_range(c, at, field16(c, at, 6), 1));
    note_known(c, field16(c, at, 4), true);
    return read_range(c, at, field16(c, at, 10), 1);
}

static void write_operands(struct check *c, uint32_t at, enum tn_form form)
{
    const char *operands = tn_ir_forms[form].operands;
    struct tn_ir_operand o;
    while (tn_ir_look_operand(c->look, at, &operands, &o)) {
        if (o.letter == 'd')
            note_known(c, (uint64_t)o.value, true);
        if (o.letter == 'X')
            note_known(c, ACC_BIT(c->look), true);
        if (o.letter == 'W') {
            note_known(c, (uint64_t)o.value, true);
            note_known(c, (uint64_t)o.value + 1, true);
        }
        if (o.letter == 'V' || o.letter == 'Q') {
            note_known(c, VACC_BIT(c->look), true);
            note_known(c, WIDE_BIT(c->look), o.letter == 'Q');
        }
    }
}

/* The type of a call's callee; null if the instruction is no plain call. */
static const struct tn_type *type_called(const struct check *c, uint32_t at,
                                         enum tn_form form)
{
    const struct tn_mod *mod = c->look->mod;
    switch (form) {
    case TN_FORM_call:
        return mod->types[mod->funcs[field32(c, at, 12)]];
    case TN_FORM_call_import:
        return mod->types[mod->funcs[field32(c, at, 8)]];
    case TN_FORM_call_indirect_s:
    case TN_FORM_call_indirect_a:
        return mod->types[field32(c, at, 12)];
    case TN_FORM_call_ref_s:
    case TN_FORM_call_ref_a:
        return mod->types[field32(c, at, 8)];
    default:
        return NULL;
    }
}

/* A call reads its arguments, and leaves its results; what lay above them, the
 * callee's frame has covered. */
static tn_status check_call(struct check *c, uint32_t at, enum tn_form form)
{
    const struct tn_type *type = type_called(c, at, form);
    uint32_t from = field16(c, at, 4);
    TN_TRY(read_range(c, at, from, type->param_slots));
    meet_handlers(c, at, from);
    if (from + type->result_slots > c->look->frame_slots)
        return unsound(c, at, "results outside of the frame");
    for (uint64_t i = from; i < c->look->frame_slots; i++)
        note_known(c, i, i < (uint64_t)from + type->result_slots);
    note_known(c, ACC_BIT(c->look), true);
    note_known(c, VACC_BIT(c->look), true);
    note_known(c, WIDE_BIT(c->look), false);
    return TN_OK;
}

/* What the forms' operands do not say. */
static tn_status check_special(struct check *c, uint32_t at, enum tn_form form)
{
    switch (form) {
    case TN_FORM_call:
    case TN_FORM_call_import:
    case TN_FORM_call_indirect_s:
    case TN_FORM_call_indirect_a:
    case TN_FORM_call_ref_s:
    case TN_FORM_call_ref_a:
        return check_call(c, at, form);
    case TN_FORM_tail_call:
    case TN_FORM_tail_import:
    case TN_FORM_tail_indirect_s:
    case TN_FORM_tail_indirect_a:
    case TN_FORM_tail_ref_s:
    case TN_FORM_tail_ref_a:
        return read_range(c, at, field16(c, at, 4), field16(c, at, 6));
    case TN_FORM_ret_n:
        return read_range(c, at, field16(c, at, 6), field16(c, at, 8));
    case TN_FORM_throw:
        meet_handlers(c, at, c->look->frame_slots);
        return read_range(c, at, field16(c, at, 4),
                          tag_slots(c->look->mod, field32(c, at, 8)));
    case TN_FORM_throw_ref:
        meet_handlers(c, at, c->look->frame_slots);
        return TN_OK;
    case TN_FORM_zero:
        for (uint32_t i = 0; i < field16(c, at, 6); i++)
            note_known(c, (uint64_t)field16(c, at, 4) + i, true);
        return TN_OK;
    default:
        break;
    }
    if ((form >= TN_FORM_memory_size_h &&
         form <= TN_FORM_any_convert_extern_h) ||
        (form >= TN_FORM_memory_atomic_notify_h &&
         form <= TN_FORM_memory_atomic_wait64_h)) {
        note_known(c, ACC_BIT(c->look), false);
        note_known(c, VACC_BIT(c->look), false);
        note_known(c, WIDE_BIT(c->look), false);
        if (field16(c, at, 4) < c->look->frame_slots)
            note_known(c, field16(c, at, 4), true); /* the result, if any */
    }
    return TN_OK;
}

/* Does control go on to the next instruction? */
static bool falls_through(enum tn_form form)
{
    switch (form) {
    case TN_FORM_br:
    case TN_FORM_br_table_s:
    case TN_FORM_br_table_a:
    case TN_FORM_unreachable:
    case TN_FORM_throw:
    case TN_FORM_throw_ref:
    case TN_FORM_tail_call:
    case TN_FORM_tail_import:
    case TN_FORM_tail_indirect_s:
    case TN_FORM_tail_indirect_a:
    case TN_FORM_tail_ref_s:
    case TN_FORM_tail_ref_a:
        return false;
    default:
        return form < TN_FORM_ret_none || form > TN_FORM_ret_n;
    }
}

static void enter_state(struct check *c, uint32_t at, bool is_reached)
{
    if (!get_bit(c->is_target, at / 4))
        return;
    if (is_reached)
        (void)meet(c, at, at);
    memcpy(c->now, c->states + (size_t)c->state_of[at / 4] * c->state_words,
           c->state_words * sizeof *c->now);
}

static tn_status flow_once(struct check *c)
{
    const struct tn_ir_look *look = c->look;
    memset(c->now, 0, c->state_words * sizeof *c->now);
    for (uint32_t i = 0; i < look->param_slots; i++)
        note_known(c, i, true);
    bool is_reached = true;
    c->has_changed = false;
    for (uint32_t at = look->entry; at < look->size;) {
        enum tn_form form = tn_ir_look_form(look, at);
        enter_state(c, at, is_reached);
        is_reached |= get_bit(c->is_target, at / 4);
        if (is_reached) {
            TN_TRY(form == TN_FORM_mov2_s ? check_moves(c, at)
                                          : read_operands(c, at, form));
            TN_TRY(check_special(c, at, form));
            write_operands(c, at, form);
            TN_TRY(each_target(c, at, form, meet));
        }
        is_reached = is_reached && falls_through(form);
        at += tn_ir_look_size(look, at, form);
    }
    return is_reached ? unsound(c, look->size, "the end is reached") : TN_OK;
}

tn_status tn_ir_check(const struct tn_ir_look *look, struct tn_arena *arena,
                      tn_error *err)
{
    struct check c = {.look = look, .err = err};
    c.is_start = TN_NEW_ARRAY(arena, uint8_t, look->size / 32 + 1);
    c.is_target = TN_NEW_ARRAY(arena, uint8_t, look->size / 32 + 1);
    c.state_of = TN_NEW_ARRAY(arena, uint32_t, look->size / 4 + 1);
    if (c.is_start == NULL || c.is_target == NULL || c.state_of == NULL)
        return tn_no_memory(err);
    TN_TRY(find_starts(&c));
    TN_TRY(find_targets(&c));
    for (size_t i = 0; i < look->unwind.count; i++)
        TN_TRY(check_clause(&c, &look->unwind.clauses[i]));
    c.state_words = (look->frame_slots + 3) / 64 + 1;
    uint64_t bytes = (uint64_t)c.state_count * c.state_words * sizeof(uint64_t);
    if (bytes > STATE_BYTES_MAX)
        return TN_OK;
    c.states =
        TN_NEW_ARRAY(arena, uint64_t, (size_t)(bytes / sizeof(uint64_t)) + 1);
    c.now = TN_NEW_ARRAY(arena, uint64_t, c.state_words);
    c.thrown = TN_NEW_ARRAY(arena, uint64_t, c.state_words);
    if (c.states == NULL || c.now == NULL || c.thrown == NULL)
        return tn_no_memory(err);
    memset(c.states, 0xff, (size_t)bytes);
    do
        TN_TRY(flow_once(&c));
    while (c.has_changed);
    return TN_OK;
}
