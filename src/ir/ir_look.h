/* ir_look.h - register code as data again, for the checker and the printer. */
#ifndef TN_IR_IR_LOOK_H
#define TN_IR_IR_LOOK_H

#include "base/arena.h"
#include "base/buf.h"
#include "ir/code.h"

/* One function's code, and how to read it. */
struct tn_ir_look {
    const struct tn_mod *mod;
    uint32_t func_index;
    const uint8_t *code;
    uint32_t size;        /* bytes */
    uint32_t entry;       /* where it begins: 0, or behind the zeroing */
    uint32_t frame_slots; /* header, locals and operand stack included */
    uint32_t param_slots;
    struct tn_live_lists lists;
    struct tn_unwind unwind;
    uint16_t *forms; /* by handler's word: see tn_ir_look_form */
    int32_t *words;
};

/* Fills the table of words; false when out of memory. */
bool tn_ir_look_init(struct tn_ir_look *look, const struct tn_ir_target *target,
                     struct tn_arena *arena);

/* The form of the instruction at `at`, TN_FORM_COUNT if its word is none. */
enum tn_form tn_ir_look_form(const struct tn_ir_look *look, uint32_t at);

/* Its size in bytes: br_table's targets count. */
uint32_t tn_ir_look_size(const struct tn_ir_look *look, uint32_t at,
                         enum tn_form form);

/* One operand: `letter` as in form.def, `value` what the field says; branch
 * targets as positions in the code. Walks `*operands`; false at its end. */
struct tn_ir_operand {
    char letter;
    int64_t value;
};
bool tn_ir_look_operand(const struct tn_ir_look *look, uint32_t at,
                        const char **operands, struct tn_ir_operand *out);

/* Does every instruction have a known form and stay inside the code, every
 * slot lie in the frame, every target at an instruction, and is every slot and
 * accumulator written on each path before it is read, and every slot that is
 * live at a safepoint before that? TN_E_INVALID with the place if not: a
 * mistake of the translator. */
tn_status tn_ir_check(const struct tn_ir_look *look, struct tn_arena *arena,
                      tn_error *err);

void tn_ir_print(const struct tn_ir_look *look, struct tn_buf *out);

#endif
