/* tier.h - what an execution tier must provide, and what it may call.
 *
 * rt knows no tier; api/parts.c lists those of this build. A tier gives the
 * handlers for each form of register code and a function that enters them.
 * Handlers run until the code of the outermost call returns to the `exit`
 * stub, or until something ends the call early; they never recurse in C for a
 * guest call and never unwind over a C frame: a trap is recorded in the
 * store's activation, and the handler just returns. */
#ifndef TN_RT_TIER_H
#define TN_RT_TIER_H

#include "ir/code.h"
#include "rt/context.h"

struct tn_tier {
    const char *name; /* "tail", "loop" */
    const struct tn_ir_target *(*target)(void);
    /* Runs code at `pc` until it exits or ends early; the activation knows
     * which. `frame` is its frame; mem0 is taken from `context`. `func` is
     * what the accumulator holds on entry: stubs read it. */
    void (*enter)(const uint8_t *pc, uint64_t *frame,
                  struct tn_context *context, struct tn_func *func);
};

/* One-instruction codes that belong to no function; the engine owns them. */
struct tn_stubs {
    int32_t lazy;  /* func->code before its translation */
    int32_t host;  /* func->code of a host function */
    int32_t gate;  /* func->code of an instance that may not be called */
    int32_t exit;  /* where the outermost call returns to */
    int32_t xtail; /* where a tail call into another instance returns to */
};

/* --- Called by handlers. `pc` is the instruction that calls. ------------- */

/* Ends the running call: records kind and frames in the activation. The
 * handler returns after it. */
void tn_rt_trap(struct tn_context *context, uint64_t *frame, const uint8_t *pc,
                tn_trap_kind kind);

/* A check against the limit failed at a call or a branch: TN_TRAP_NONE to go
 * on (an interrupt for a call that has ended; the limit is then restored),
 * else the trap to raise. `frame` is what was compared with the limit. */
tn_trap_kind tn_rt_limit(struct tn_context *context, const uint64_t *frame);

/* The entry of function `func_index` of the context's module, translated if
 * need be; null: trap TN_TRAP_NO_MEMORY. */
const uint8_t *tn_rt_entry(struct tn_context *context, uint32_t func_index);

/* The lazy stub: translates, publishes in func->code, returns the entry. */
const uint8_t *tn_rt_lazy(struct tn_func *func);

/* The host stub. `frame` is the host function's own: arguments, then header.
 * TN_OK, and results from frame[0]; else the handler does as tn_rt_landing
 * says: an exception may go on elsewhere, or the call has been ended (recorded
 * as tn_rt_trap would). */
tn_status tn_rt_host(struct tn_func *func, uint64_t *frame);

/* Throws: an exception with the context's tag `tag` and the values in the
 * frame from `slot` on, or the exception `ref`. The handler then does as
 * tn_rt_landing says. */
void tn_rt_throw(struct tn_context *context, uint64_t *frame, const uint8_t *pc,
                 uint32_t slot, uint32_t tag);
void tn_rt_throw_ref(struct tn_context *context, uint64_t *frame,
                     const uint8_t *pc, uint64_t ref);

/* Behind what threw: the context in which an exception was caught, whose
 * safe.pc and safe.frame say where to go on. Null: the call has ended, and the
 * handler returns. */
struct tn_context *tn_rt_landing(struct tn_context *context);

/* The gate stub: why the function may not be called. */
tn_trap_kind tn_rt_gate(const struct tn_func *func);

/* A check of bounds failed: true if a shared memory has grown since the
 * context looked, and the check is to be made again. */
bool tn_rt_sees_growth(struct tn_context *context);

/* The full test behind a mismatch of type ids in an indirect call: may `func`
 * be called as the context's type `type_index`? TN_TRAP_NONE, or which trap. */
tn_trap_kind tn_rt_indirect(struct tn_context *context, uint32_t type_index,
                            const struct tn_func *func);

/* The xtail stub of the context's engine, for the header of a trampoline. */
const uint8_t *tn_rt_xtail(const struct tn_context *context);

/* Rows of class HELP. `s` is the first operand's slot; a result goes to s[0].
 * `a` and `b` are the immediates of the instruction in the order of the
 * binary format. */
typedef tn_trap_kind tn_rt_help(struct tn_context *context, uint64_t *s,
                                uint32_t a, uint32_t b);
tn_rt_help tn_rt_memory_size, tn_rt_memory_grow, tn_rt_memory_fill,
    tn_rt_memory_copy, tn_rt_memory_init, tn_rt_data_drop, tn_rt_table_get,
    tn_rt_table_set, tn_rt_table_size, tn_rt_table_grow, tn_rt_table_fill,
    tn_rt_table_copy, tn_rt_table_init, tn_rt_elem_drop, tn_rt_ref_func,
    tn_rt_trace_enter, tn_rt_trace_leave;

/* Rows of class PARK: s[0] is an address, to which `offset` is added. */
typedef tn_trap_kind tn_rt_park_help(struct tn_context *context, uint64_t *s,
                                     uint32_t memory, uint64_t offset);
tn_rt_park_help tn_rt_atomic_notify, tn_rt_atomic_wait32, tn_rt_atomic_wait64;

/* Objects. Those that may allocate are rows of class SAFE: the handler has set
 * context->safe. Type indices are the module's. Operands are as the
 * instruction has them (a v128 takes two slots), and i32 ones are
 * zero-extended. */
tn_rt_help tn_rt_struct_new, tn_rt_struct_new_default, tn_rt_array_new,
    tn_rt_array_new_default, tn_rt_array_new_fixed, tn_rt_array_new_data,
    tn_rt_array_new_elem, tn_rt_array_fill, tn_rt_array_copy,
    tn_rt_array_init_data, tn_rt_array_init_elem, tn_rt_any_convert_extern,
    tn_rt_extern_convert_any;

#endif
