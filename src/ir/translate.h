/* translate.h - the translator's state, shared by its files.
 *
 * One pass over a validated body turns the operand stack into register code.
 * The stack here is lazy: an entry says where its value can be found, and
 * most wasm instructions only move entries. What makes the result fast:
 *
 *   Destinations are decided late. A value is first computed into the
 *   accumulator only; if it must survive, the instruction that computed it is
 *   rewritten to store it as well (its form + 1). No spill is ever emitted.
 *
 *   Mirrors remember up to two slots for each accumulator that hold the same
 *   value, so that they can be read from the register.
 *
 *   Folding looks back only: the last instruction is taken back and a wider
 *   one written (compare and branch, address sums).
 *
 * docs/design/001-register-code.md tells the rules and what each is worth. */
#ifndef TN_IR_TRANSLATE_H
#define TN_IR_TRANSLATE_H

#include "base/vec.h"
#include "ir/code.h"
#include "ir/live.h"
#include "ir/unwind.h"
#include "mod/instr.h"

enum {
    TN_HEADER_SLOTS = 3, /* return pc, caller's frame, caller's context */
    TN_NO_SLOT = -1,
};

enum tn_entry_kind {
    TN_ENTRY_SLOT,  /* in its own slot */
    TN_ENTRY_LOCAL, /* a local.get not done yet: in the local's slot */
    TN_ENTRY_IMM,   /* a constant */
    TN_ENTRY_ACC,   /* in an accumulator only */
};

struct tn_entry {
    uint8_t kind;
    uint8_t vt;    /* enum tn_vt */
    uint16_t home; /* its own slot */
    uint16_t slot; /* SLOT: home; LOCAL: the local's */
    uint16_t form; /* ACC: of the instruction at `at`, without destination */
    uint32_t at;   /* ACC: code position of the instruction that made it */
    uint32_t node; /* live references from here down: see live.c */
    int64_t imm;   /* IMM: i32 sign-extended; floats as bits */
};

/* Slots whose value equals an accumulator's: [0] integers, [1] floats and
 * vectors. Which of these two the latter holds is the same for all its
 * mirrors; a vector's slot is the first of two. */
struct tn_mirrors {
    int32_t slot[2][2];
    bool is_wide; /* [1] holds a vector */
};

/* The last instruction, if it computes a value: it may still be given another
 * destination, or (of some rows) be taken back. */
struct tn_last {
    bool is_valid;
    uint8_t shape; /* enum tn_shape */
    uint16_t row;
    uint16_t a, b; /* slots */
    uint32_t at;
    int64_t imm;
    struct tn_mirrors before;
};

struct tn_fixup {
    uint32_t field, from; /* code positions: of the distance, of its origin */
    uint32_t next;
};

enum tn_block_kind {
    TN_BLOCK_BODY,
    TN_BLOCK_PLAIN,
    TN_BLOCK_LOOP,
    TN_BLOCK_IF,
    TN_BLOCK_ELSE,
    TN_BLOCK_TRY,   /* until its end, or its first handler */
    TN_BLOCK_CATCH, /* a legacy handler */
};

struct tn_block {
    uint8_t kind;
    uint32_t height;        /* entries below its parameters */
    uint16_t base;          /* slot of its first parameter or result */
    uint32_t assigned;      /* locals assigned when it began */
    uint32_t start;         /* code position, of a loop */
    uint32_t fixups;        /* list of branches to its end */
    uint32_t else_fixup;    /* the branch around an `if` arm */
    uint32_t stub, stub_of; /* br_table's moves for it, and for which table */
    uint32_t param_count, result_count;
    const tn_valtype *params, *results;
    tn_valtype single;             /* what results points to, for one result */
    uint32_t guarded, guarded_end; /* code positions, of a try */
    uint32_t clause_count;         /* try_table's, to be read from `rest` */
    struct tn_cursor rest;
    uint32_t clauses; /* list of those that go on at its end */
};

/* One wasm instruction's share of the code: where it begins. */
struct tn_mark {
    uint32_t at;
    uint32_t offset; /* in the module's bytes */
};

struct tn_translator {
    const struct tn_mod *mod;
    const struct tn_ir_target *target;
    const uint32_t *global_slots;
    const uint32_t *aliases; /* of imported functions; or null */
    const tn_allocator *alloc;
    struct tn_arena *scratch;

    const struct tn_type_def *type;
    uint16_t *local_slots;
    uint8_t *local_vts;
    uint8_t *is_assigned;
    uint32_t *pending;  /* LOCAL entries of each local */
    uint32_t *assigned; /* locals assigned, in order */
    uint32_t func_index, local_count, assigned_count;
    uint32_t zero_from, zero_to; /* slots to be zeroed at entry */
    uint16_t header;             /* slot */
    uint16_t context_slot;       /* where calls into other instances save it */
    uint16_t stack_base;         /* first slot of the operand stack */
    struct tn_flavour flavour;
    bool failed; /* out of memory: code is rubbish but in bounds */
    bool wants_marks;

    uint32_t offset;    /* of the wasm instruction at hand */
    uint32_t size, cap; /* of the code, bytes */
    uint32_t last_move; /* position of a mov_s that ends the code, or TN_NONE */
    uint32_t sp;
    uint32_t settled; /* entries below are in their own slots */
    uint8_t *code;
    struct tn_entry *entries;
    int64_t acc_entry[2]; /* which entry lives in an accumulator, or -1 */
    struct tn_mirrors mirrors;
    struct tn_last last, prior;

    /* Safepoints: live.c. */
    bool has_lists, has_safepoint;
    uint32_t noted; /* entries whose `node` is true */
    uint32_t live_local_count;
    uint16_t *live_locals;
    struct tn_vec(struct tn_live_node) live_nodes;
    struct tn_vec(struct tn_live_point) live_points;

    struct tn_vec(struct tn_block) blocks;
    struct tn_vec(struct tn_fixup) fixups;
    struct tn_vec(struct tn_mark) marks;
    struct tn_vec(struct tn_clause) clauses;
};

/* ------------------------------------------------------------- emit.c */

/* Room for a first form. Without it nothing may be emitted; with it, emitting
 * goes on when memory runs out later, over what is there. */
bool tn_tr_open_code(struct tn_translator *t);

/* Writes the handler's word of `form`, makes room for its fields, and returns
 * where they are (valid until the next call). */
uint8_t *tn_tr_emit(struct tn_translator *t, enum tn_form form);
void tn_tr_put16(uint8_t *at, size_t offset, uint32_t value);
void tn_tr_put32(uint8_t *at, size_t offset, uint32_t value);
void tn_tr_put64(uint8_t *at, size_t offset, uint64_t value);
/* `bytes` more behind the last instruction. */
uint8_t *tn_tr_extend(struct tn_translator *t, uint32_t bytes);
bool tn_tr_is_form(const struct tn_translator *t, uint32_t at,
                   enum tn_form form);
void tn_tr_set_form(struct tn_translator *t, uint32_t at, enum tn_form form);
void tn_tr_take_back(struct tn_translator *t);
/* Makes room for a move in front of the last instruction. */
void tn_tr_insert_move(struct tn_translator *t, uint8_t vt, uint32_t to,
                       uint32_t from);

/* A value of the type from slot to slot, or from its accumulator. */
void tn_tr_move_value(struct tn_translator *t, uint8_t vt, uint32_t to,
                      uint32_t from);
void tn_tr_move_imm(struct tn_translator *t, uint32_t to, uint64_t bits);
void tn_tr_store_acc(struct tn_translator *t, uint8_t vt, uint32_t to);

/* A place that can be jumped to: nothing is known of what came before. */
void tn_tr_label(struct tn_translator *t);

/* `slot` is written; or those of a value. */
void tn_tr_forget(struct tn_translator *t, uint32_t slot);
void tn_tr_forget_value(struct tn_translator *t, uint8_t vt, uint32_t slot);
void tn_tr_mirror(struct tn_translator *t, int acc, uint32_t slot);
bool tn_tr_is_mirrored(const struct tn_translator *t, uint8_t vt,
                       uint32_t slot);

/* ------------------------------------------------------------ entry.c */

/* 0 for integers and references, 1 for floats and vectors. */
int tn_tr_acc_of(uint8_t vt);
uint16_t tn_tr_next_home(const struct tn_translator *t);
void tn_tr_push_slot(struct tn_translator *t, uint8_t vt);
void tn_tr_push_local(struct tn_translator *t, uint32_t local);
void tn_tr_push_imm(struct tn_translator *t, uint8_t vt, int64_t imm);
/* The result of the last instruction, `form` at `at`. */
void tn_tr_push_acc(struct tn_translator *t, uint8_t vt, uint32_t at,
                    enum tn_form form);
struct tn_entry tn_tr_pop(struct tn_translator *t);
/* Removes the entries from `height` on. */
void tn_tr_drop_to(struct tn_translator *t, uint32_t height);
/* Where the value can be read: 's', 'a' or 'i'. */
char tn_tr_where(const struct tn_translator *t, const struct tn_entry *e);
/* The instruction that made an ACC entry stores it to `slot` as well; the
 * entry is then a SLOT one there. */
void tn_tr_store_result(struct tn_translator *t, struct tn_entry *e,
                        uint32_t slot);
/* The value in a slot: e->slot says which. Returns 's'. */
char tn_tr_to_slot(struct tn_translator *t, struct tn_entry *e);
/* Entries `from`..sp in their own slots. */
void tn_tr_settle(struct tn_translator *t, uint32_t from);
/* The value in an accumulator moves to its slot, by rewriting. */
void tn_tr_spill(struct tn_translator *t, int acc);
void tn_tr_spill_both(struct tn_translator *t);
/* Before an instruction that overwrites the accumulator. */
struct tn_mirrors tn_tr_clobber(struct tn_translator *t, int acc);
/* Nothing is in the accumulators. */
void tn_tr_kill(struct tn_translator *t);

/* ------------------------------------------------------------ arith.c */

void tn_tr_binary(struct tn_translator *t, enum tn_row row);
void tn_tr_eqz(struct tn_translator *t, enum tn_row equal);
void tn_tr_unary(struct tn_translator *t, enum tn_row row);
void tn_tr_select(struct tn_translator *t);
void tn_tr_local_set(struct tn_translator *t, uint32_t local, bool is_tee);
void tn_tr_local_get(struct tn_translator *t, uint32_t local);
/* The function begins by zeroing this local. */
void tn_tr_zero_local(struct tn_translator *t, uint32_t local);

/* ----------------------------------------------------------- vector.c */

/* Rows of vectors that only compute. */
void tn_tr_vector(struct tn_translator *t, enum tn_row row,
                  const struct tn_instr *instr);
void tn_tr_v128_const(struct tn_translator *t, const uint8_t bytes[16]);
/* Behind an instruction whose result may be a NaN that it made: makes that
 * the canonical one. */
void tn_tr_canonicalize(struct tn_translator *t, enum tn_opcode op);

/* ----------------------------------------------------------- access.c */

void tn_tr_load(struct tn_translator *t, enum tn_row row, struct tn_memarg arg);
void tn_tr_store(struct tn_translator *t, enum tn_row row,
                 struct tn_memarg arg);
/* Vector loads but of 16 bytes, and those and stores of a lane. */
void tn_tr_access_lane(struct tn_translator *t, enum tn_row row,
                       const struct tn_instr *instr);
void tn_tr_global_get(struct tn_translator *t, uint32_t global);
void tn_tr_global_set(struct tn_translator *t, uint32_t global);
void tn_tr_help(struct tn_translator *t, const struct tn_instr *instr);

/* Operands and result of a row that a helper does. */
struct tn_help_shape {
    uint32_t operands;
    tn_valtype result; /* TN_VT_NONE for none */
};

/* ------------------------------------------------------------- refs.c */

void tn_tr_struct_get(struct tn_translator *t, const struct tn_instr *instr);
void tn_tr_struct_set(struct tn_translator *t, const struct tn_instr *instr);
void tn_tr_array_get(struct tn_translator *t, const struct tn_instr *instr);
void tn_tr_array_set(struct tn_translator *t, const struct tn_instr *instr);
struct tn_help_shape tn_tr_object_shape(const struct tn_mod *mod,
                                        const struct tn_instr *instr);

/* A question about a reference: is it of a type? */
struct tn_ref_test {
    uint16_t first; /* enum tn_form, of the group that answers it */
    uint16_t depth;
    uint32_t id; /* of the type; of a heap type, the tn_valtype */
    bool is_nullable;
};
struct tn_ref_test tn_tr_test_of(const struct tn_mod *mod, tn_valtype target);
void tn_tr_test(struct tn_translator *t, const struct tn_instr *instr);
void tn_tr_br_on_cast(struct tn_translator *t, const struct tn_instr *instr);

/* ------------------------------------------------------------- live.c */

/* At a function's begin, its locals being known; false: out of memory. */
bool tn_tr_live_begin(struct tn_translator *t);
/* The next instruction is a safepoint: the accumulators are spilled, and what
 * is on the operand stack now is live. */
void tn_tr_safepoint(struct tn_translator *t);
/* The lists of a translated function, as long as the translator has them. */
struct tn_live_lists tn_tr_lists(const struct tn_translator *t);

/* ---------------------------------------------------------- atomics.c */

void tn_tr_atomic(struct tn_translator *t, enum tn_row row,
                  struct tn_memarg arg);
void tn_tr_park(struct tn_translator *t, enum tn_row row, struct tn_memarg arg);
void tn_tr_wide(struct tn_translator *t, enum tn_row row);

/* ----------------------------------------------------------- branch.c */

void tn_tr_block(struct tn_translator *t, enum tn_block_kind kind,
                 const struct tn_block_type *type);
/* The arm or block at hand ends; dead if its end is not reached. */
void tn_tr_finish_arm(struct tn_translator *t);
void tn_tr_jump_to(struct tn_translator *t, uint32_t depth);
void tn_tr_begin_arm(struct tn_translator *t);
void tn_tr_else(struct tn_translator *t, bool is_dead);
void tn_tr_end(struct tn_translator *t, bool is_dead);
void tn_tr_br(struct tn_translator *t, uint32_t depth);
void tn_tr_br_if(struct tn_translator *t, uint32_t depth);
void tn_tr_br_table(struct tn_translator *t, const struct tn_instr *instr);
/* The reference on top decides, and stays for the path that still has it. */
void tn_tr_br_on_null(struct tn_translator *t, uint32_t depth);
void tn_tr_br_on_non_null(struct tn_translator *t, uint32_t depth);
void tn_tr_br_on_test(struct tn_translator *t, const struct tn_ref_test *test,
                      bool sense, uint32_t depth);
void tn_tr_return(struct tn_translator *t);

/* ----------------------------------------------------------- except.c */

void tn_tr_throw(struct tn_translator *t, uint32_t tag);
void tn_tr_throw_ref(struct tn_translator *t);
void tn_tr_rethrow(struct tn_translator *t, uint32_t depth);
void tn_tr_try(struct tn_translator *t, const struct tn_instr *instr);
/* `tag` is TN_NONE of catch_all. */
void tn_tr_catch(struct tn_translator *t, uint32_t tag, bool is_dead);
void tn_tr_delegate(struct tn_translator *t, uint32_t depth, bool is_dead);
/* The block is about to end: notes its clauses. */
void tn_tr_end_guarded(struct tn_translator *t);
/* Clauses of this list go on here. */
void tn_tr_land(struct tn_translator *t, uint32_t list);
/* Clauses that go on at the function's end return from there. */
void tn_tr_land_at_body(struct tn_translator *t, uint32_t list);

/* ------------------------------------------------------------ calls.c */

void tn_tr_call(struct tn_translator *t, uint32_t func, bool is_tail);
void tn_tr_call_indirect(struct tn_translator *t, uint32_t type_index,
                         uint32_t table, bool is_tail);
void tn_tr_call_ref(struct tn_translator *t, uint32_t type_index, bool is_tail);

/* -------------------------------------------------------- translate.c */

/* What a translation gives: code in t->code, to be cleared by the caller. */
tn_status tn_tr_function(struct tn_translator *t, uint32_t func_index,
                         tn_error *err);
void tn_tr_clear(struct tn_translator *t);

#endif
