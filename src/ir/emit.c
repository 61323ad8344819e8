/* emit.c - writing register code, and taking it back.
 *
 * Code grows in one buffer. Three things are remembered about its end: the
 * last instruction and the one before (to fold them), and whether it is a
 * plain move (two of which become one). */
#include <string.h>

#include "ir/translate.h"

/* Room that no single instruction needs (br_table's targets ask for theirs). */
#define CODE_ROOM 64
/* More than a function's code may take: bytes. */
#define CODE_MAX  ((uint64_t)256 << 20)

static bool code_room(struct tn_translator *t, uint32_t bytes)
{
    if (bytes <= t->cap - t->size)
        return true;
    uint64_t cap = (uint64_t)t->cap + t->cap / 2 + bytes + 4096;
    uint8_t *code = cap > CODE_MAX ? NULL
                                   : tn_alloc_resize(t->alloc, t->code, t->cap,
                                                     (size_t)cap);
    if (code != NULL) {
        t->code = code;
        t->cap = (uint32_t)cap;
        return true;
    }
    /* What follows overwrites the beginning; nobody will run it. */
    t->failed = true;
    t->size = 0;
    return bytes <= t->cap;
}

void tn_tr_put16(uint8_t *at, size_t offset, uint32_t value)
{
    uint16_t half = (uint16_t)value;
    memcpy(at + offset, &half, sizeof half);
}

void tn_tr_put32(uint8_t *at, size_t offset, uint32_t value)
{
    memcpy(at + offset, &value, sizeof value);
}

void tn_tr_put64(uint8_t *at, size_t offset, uint64_t value)
{
    memcpy(at + offset, &value, sizeof value);
}

static void mark(struct tn_translator *t, uint32_t at)
{
    struct tn_mark m = {at, t->offset};
    if (t->wants_marks && !TN_VEC_PUSH(&t->marks, t->alloc, m))
        t->failed = true;
}

bool tn_tr_open_code(struct tn_translator *t)
{
    return code_room(t, CODE_ROOM);
}

uint8_t *tn_tr_emit(struct tn_translator *t, enum tn_form form)
{
    (void)code_room(t, CODE_ROOM);
    uint8_t *at = t->code + t->size;
    mark(t, t->size);
    memset(at, 0, tn_ir_forms[form].size);
    tn_tr_put32(at, 0, (uint32_t)tn_ir_word(t->target, form));
    t->size += tn_ir_forms[form].size;
    t->prior = t->last;
    t->last.is_valid = false;
    t->last_move = TN_NONE;
    return at;
}

uint8_t *tn_tr_extend(struct tn_translator *t, uint32_t bytes)
{
    if (!code_room(t, bytes))
        return NULL;
    uint8_t *at = t->code + t->size;
    t->size += bytes;
    return at;
}

bool tn_tr_is_form(const struct tn_translator *t, uint32_t at,
                   enum tn_form form)
{
    int32_t word = tn_ir_word(t->target, form);
    return memcmp(t->code + at, &word, sizeof word) == 0;
}

void tn_tr_set_form(struct tn_translator *t, uint32_t at, enum tn_form form)
{
    tn_tr_put32(t->code + at, 0, (uint32_t)tn_ir_word(t->target, form));
}

void tn_tr_take_back(struct tn_translator *t)
{
    t->size = t->last.at;
    t->mirrors = t->last.before;
    t->last.is_valid = false;
    t->last_move = TN_NONE;
    while (t->marks.count > 0 && t->marks.at[t->marks.count - 1].at >= t->size)
        t->marks.count--;
}

void tn_tr_insert_move(struct tn_translator *t, uint8_t vt, uint32_t to,
                       uint32_t from)
{
    /* Both forms are of one size. */
    const uint32_t bytes = tn_ir_forms[TN_FORM_mov_s].size;
    if (!code_room(t, CODE_ROOM))
        return;
    if (t->failed)
        return;
    uint32_t at = t->last.at;
    memmove(t->code + at + bytes, t->code + at, t->size - at);
    tn_tr_set_form(t, at, vt == TN_VT_V128 ? TN_FORM_mov_w : TN_FORM_mov_s);
    tn_tr_put16(t->code + at, 4, to);
    tn_tr_put16(t->code + at, 6, from);
    t->size += bytes;
    t->last.at += bytes;
    t->prior.is_valid = false;
    tn_tr_forget_value(t, vt, to);
    if (t->marks.count > 0) {
        t->marks.at[t->marks.count - 1].at += bytes;
        mark(t, at);
        /* Keep them sorted: the move comes first. */
        struct tn_mark *end = t->marks.at + t->marks.count;
        if (t->marks.count > 1 && end[-1].at < end[-2].at) {
            struct tn_mark move = end[-1];
            end[-1] = end[-2];
            end[-2] = move;
        }
    }
}

static void move_slot(struct tn_translator *t, uint32_t to, uint32_t from)
{
    if (t->last_move != TN_NONE) {
        uint32_t at = t->last_move;
        uint16_t first[2];
        memcpy(first, t->code + at + 4, sizeof first);
        t->size = at;
        if (t->marks.count > 0)
            t->marks.count--;
        uint8_t *both = tn_tr_emit(t, TN_FORM_mov2_s);
        memcpy(both + 4, first, sizeof first);
        tn_tr_put16(both, 8, to);
        tn_tr_put16(both, 10, from);
    } else {
        uint32_t at = t->size;
        uint8_t *move = tn_tr_emit(t, TN_FORM_mov_s);
        tn_tr_put16(move, 4, to);
        tn_tr_put16(move, 6, from);
        t->last_move = at;
    }
}

static void move_two_slots(struct tn_translator *t, uint32_t to, uint32_t from)
{
    uint8_t *move = tn_tr_emit(t, TN_FORM_mov_w);
    tn_tr_put16(move, 4, to);
    tn_tr_put16(move, 6, from);
}

void tn_tr_move_value(struct tn_translator *t, uint8_t vt, uint32_t to,
                      uint32_t from)
{
    if (to == from)
        return;
    if (vt == TN_VT_V128)
        move_two_slots(t, to, from);
    else
        move_slot(t, to, from);
    tn_tr_forget_value(t, vt, to);
}

void tn_tr_move_imm(struct tn_translator *t, uint32_t to, uint64_t bits)
{
    bool is_signed = (int64_t)bits == (int32_t)(uint32_t)bits;
    bool is_unsigned = bits == (uint32_t)bits;
    uint8_t *move = tn_tr_emit(t, is_unsigned ? TN_FORM_mov_u
                                  : is_signed ? TN_FORM_mov_i
                                              : TN_FORM_mov_I);
    tn_tr_put16(move, 4, to);
    if (is_signed || is_unsigned)
        tn_tr_put32(move, 8, (uint32_t)bits);
    else
        tn_tr_put64(move, 8, bits);
    tn_tr_forget(t, to);
}

void tn_tr_store_acc(struct tn_translator *t, uint8_t vt, uint32_t to)
{
    int acc = tn_tr_acc_of(vt);
    uint8_t *move = tn_tr_emit(t, vt == TN_VT_V128 ? TN_FORM_mov_q
                                  : acc            ? TN_FORM_mov_v
                                                   : TN_FORM_mov_a);
    tn_tr_put16(move, 4, to);
    tn_tr_forget_value(t, vt, to);
    tn_tr_mirror(t, acc, to);
}

void tn_tr_label(struct tn_translator *t)
{
    t->last.is_valid = t->prior.is_valid = false;
    t->last_move = TN_NONE;
    tn_tr_kill(t);
}

void tn_tr_forget(struct tn_translator *t, uint32_t slot)
{
    for (int acc = 0; acc < 2; acc++)
        for (int i = 0; i < 2; i++)
            if (t->mirrors.slot[acc][i] == (int32_t)slot)
                t->mirrors.slot[acc][i] = TN_NO_SLOT;
    if (!t->mirrors.is_wide)
        return;
    for (int i = 0; i < 2; i++)
        if (t->mirrors.slot[1][i] + 1 == (int32_t)slot)
            t->mirrors.slot[1][i] = TN_NO_SLOT;
}

void tn_tr_forget_value(struct tn_translator *t, uint8_t vt, uint32_t slot)
{
    tn_tr_forget(t, slot);
    if (vt == TN_VT_V128)
        tn_tr_forget(t, slot + 1);
}

/* Two places: compilers write `local.tee a; local.set b`. */
void tn_tr_mirror(struct tn_translator *t, int acc, uint32_t slot)
{
    int32_t *slots = t->mirrors.slot[acc];
    if (slots[0] == TN_NO_SLOT)
        slots[0] = (int32_t)slot;
    else
        slots[1] = (int32_t)slot;
}

bool tn_tr_is_mirrored(const struct tn_translator *t, uint8_t vt, uint32_t slot)
{
    int acc = tn_tr_acc_of(vt);
    if (acc == 1 && t->mirrors.is_wide != (vt == TN_VT_V128))
        return false;
    return t->mirrors.slot[acc][0] == (int32_t)slot ||
           t->mirrors.slot[acc][1] == (int32_t)slot;
}
