/* code.h - the register code of one module, made function by function.
 *
 * A tn_code belongs to a module and a flavour, and is shared by all its
 * instances and threads. A function is translated when it is first called;
 * its entry is then published with release order and never moves. The code
 * holds nothing of an instance, and words of 32 bits for handlers, so it
 * could be written to a file and mapped again.
 *
 * The shape of the code: docs/design/001-register-code.md. */
#ifndef TN_IR_CODE_H
#define TN_IR_CODE_H

#include "base/buf.h"
#include "ir/form.h"
#include "ir/live.h"
#include "ir/unwind.h"
#include "mod/module.h"
#include "os/sync.h"

/* What a tier gives the translator: where its handler for each form is. An
 * instruction begins with the 32-bit word entries[form] - base. */
struct tn_ir_target {
    const void *const *entries; /* TN_FORM_COUNT of them, by form */
    const char *base;
};

static inline int32_t tn_ir_word(const struct tn_ir_target *target,
                                 enum tn_form form)
{
    return (int32_t)((const char *)target->entries[form] - target->base);
}

/* What distinguishes two codes of one module. */
struct tn_flavour {
    bool is_traced;        /* each function announces its calls and returns */
    bool is_deterministic; /* arithmetic makes canonical NaNs only */
    /* Imported numbers that are constant, or cells of a global offset table
     * (module GOT.mem or GOT.func) that the module never sets, are copies of
     * their own in each context, "near", unless it exports them. */
    bool is_linked;
};

struct tn_code;

/* `mod` is validated and outlives the code. Null when out of memory. */
struct tn_code *tn_code_new(const struct tn_mod *mod,
                            const struct tn_ir_target *target,
                            struct tn_flavour flavour,
                            const tn_allocator *alloc);
void tn_code_free(struct tn_code *code);

/* The slot of each global in a context, own ones first; TN_NONE of imported
 * ones that are not near. And how many slots there are. */
const uint32_t *tn_code_global_slots(const struct tn_code *code);
uint32_t tn_code_global_slot_count(const struct tn_code *code);

/* Of a module whose imported function k is in every instance its own function
 * aliases[k]: calls of k become calls of that. TN_NONE for others; copied.
 * Before anything is translated. False: no memory. */
bool tn_code_set_aliases(struct tn_code *code, const uint32_t *aliases);
/* What was set, or null. */
const uint32_t *tn_code_aliases(const struct tn_code *code);

/* The entry of a defined function (`func_index` counts imports), translated
 * now if it was not yet. Null when there is no memory for it. Any thread. */
const uint8_t *tn_code_entry(struct tn_code *code, uint32_t func_index,
                             tn_error *err);

/* The function around a pc, and its handlers. */
struct tn_code_place {
    uint32_t func_index;
    uint32_t at;          /* position of the pc in the function's code */
    const uint8_t *start; /* of that */
    struct tn_unwind unwind;
};

/* False if `pc` is in no function. Any thread. */
bool tn_code_place_at(struct tn_code *code, const uint8_t *pc,
                      struct tn_code_place *out);
/* Which function `pc` lies in; TN_NONE for none. Any thread. */
uint32_t tn_code_function_at(struct tn_code *code, const uint8_t *pc);

/* The offset in the module's bytes of the wasm instruction that the register
 * instruction around `pc` came from. Translates the function again to know. */
uint64_t tn_code_offset_at(struct tn_code *code, uint32_t func_index,
                           const uint8_t *pc);

/* The slots of a frame that hold references, where `pc` is in an instruction
 * that is a safepoint: a call (in one that has not returned: the byte before
 * the one it returns to), an allocation, a throw. What a call takes belongs to
 * the callee's frame and is not among them; what an allocation or a throw
 * takes is. Slots count from the frame; nulls, i31 and function references
 * may be there too. Any thread.
 *
 *     struct tn_live live = tn_code_live_at(code, pc);
 *     for (uint32_t slot; tn_live_next(&live, &slot);)
 *         mark(frame[slot]); */
struct tn_live tn_code_live_at(struct tn_code *code, const uint8_t *pc);

/* Checks the register code of one function (every form known, slots inside
 * the frame, targets at instructions, slots written before they are read) and
 * prints it. */
tn_status tn_code_show(struct tn_code *code, uint32_t func_index,
                       struct tn_buf *out, tn_error *err);

#endif
