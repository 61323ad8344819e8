/* validate.h - the state of validation, shared by the validate*.c.
 *
 * The algorithm is the specification's (appendix, Validation Algorithm): a
 * stack of value types, a stack of control frames, and below an instruction
 * that does not return, as many values of any type as are asked for. Types on
 * the stack are canonical: what they name are ids of the registry, so equal
 * types are equal numbers.
 *
 * A check returns false when it has recorded why in `err`. */
#ifndef TN_MOD_VALIDATE_H
#define TN_MOD_VALIDATE_H

#include "base/vec.h"
#include "mod/instr.h"
#include "mod/module.h"

/* Slots of a function's frame: parameters and locals, the header of three
 * words, and the operand stack. */
#define TN_MOD_MAX_SLOTS    65000u
#define TN_MOD_HEADER_SLOTS 3u

/* What an instruction takes or gives, last on top. */
struct tn_result_type {
    const tn_valtype *types; /* canonical */
    uint32_t count;
};

struct tn_control {
    enum tn_opcode op; /* block, loop, if, else; block for the function */
    bool is_unreachable;
    uint32_t height;     /* of the value stack when it began */
    uint32_t wide;       /* slots beyond one for each of these */
    uint32_t init_count; /* locals initialized by then */
    bool is_single;      /* the results are `single`; no parameters */
    tn_valtype single;
    struct tn_result_type params, results;
};

/* Types of a label that the instruction at `at` has compared. */
struct tn_label_memo {
    const tn_valtype *types;
    const uint8_t *at;
};
#define TN_LABEL_MEMO_BITS 9

struct tn_validator {
    struct tn_mod *mod;
    tn_error *err;     /* never null: what is in it is the outcome */
    uint64_t features; /* allowed, and known to validation */

    /* Where we are. */
    uint32_t func_index;                          /* TN_NONE outside of code */
    uint32_t section_offsets[TN_SECTION_TAG + 1]; /* 0 for none */
    const uint8_t *at;

    /* Operands. One array for all functions, of TN_MOD_MAX_SLOTS and one: no
     * function may use more. */
    tn_valtype *stack;
    uint32_t height, wide, max_slots;

    struct tn_vec(struct tn_control) controls;
    struct tn_control *top; /* the last of them */

    /* Parameters and locals of the function; as large as `stack`. */
    tn_valtype *locals;
    uint32_t local_count;
    /* Locals without a default must be set before they are read. A local that
     * is set stays so until the block ends in which it was. Null when there
     * are none such. */
    uint8_t *is_set;
    struct tn_vec(uint32_t) inits;

    struct tn_label_memo memos[1 << TN_LABEL_MEMO_BITS]; /* of br_table */

    /* Globals that a constant expression sees; those behind are not yet. */
    uint32_t global_limit;
};

typedef bool tn_check(struct tn_validator *v, const struct tn_instr *in);

/* The rows of opcode.def whose type depends on their place, one function
 * each. */
/* clang-format off */
#define TN_CHECKS(ROW)                                                       \
    ROW(unreachable) ROW(block) ROW(loop) ROW(if_) ROW(else_) ROW(end)       \
    ROW(br) ROW(br_if) ROW(br_table) ROW(return_)                            \
    ROW(br_on_null) ROW(br_on_non_null)                                      \
    ROW(call) ROW(call_indirect) ROW(call_ref)                               \
    ROW(return_call) ROW(return_call_indirect) ROW(return_call_ref)          \
    ROW(drop) ROW(select) ROW(select_t)                                      \
    ROW(local_get) ROW(local_set) ROW(local_tee)                             \
    ROW(global_get) ROW(global_set)                                          \
    ROW(table_get) ROW(table_set) ROW(table_init) ROW(table_copy)            \
    ROW(table_grow) ROW(table_fill)                                          \
    ROW(ref_null) ROW(ref_is_null) ROW(ref_func) ROW(ref_as_non_null)        \
    /* exceptions */                                                         \
    ROW(throw) ROW(throw_ref) ROW(try_table)                                 \
    ROW(try) ROW(catch) ROW(catch_all) ROW(delegate) ROW(rethrow)            \
    /* aggregates */                                                         \
    ROW(struct_new) ROW(struct_new_default)                                  \
    ROW(struct_get) ROW(struct_get_s) ROW(struct_get_u) ROW(struct_set)      \
    ROW(array_new) ROW(array_new_default) ROW(array_new_fixed)               \
    ROW(array_new_data) ROW(array_new_elem)                                  \
    ROW(array_get) ROW(array_get_s) ROW(array_get_u) ROW(array_set)          \
    ROW(array_len) ROW(array_fill) ROW(array_copy)                           \
    ROW(array_init_data) ROW(array_init_elem)                                \
    /* casts */                                                              \
    ROW(ref_eq) ROW(ref_test) ROW(ref_test_null)                             \
    ROW(ref_cast) ROW(ref_cast_null) ROW(br_on_cast) ROW(br_on_cast_fail)    \
    ROW(any_convert_extern) ROW(extern_convert_any)                          \
    ROW(ref_i31) ROW(i31_get_s) ROW(i31_get_u)
/* clang-format on */
#define DECLARE_CHECK(id) tn_check tn_mod_check_##id;
TN_CHECKS(DECLARE_CHECK)
#undef DECLARE_CHECK

/* ------------------------------------------------------------- failing */

/* Records a failure at the present place, with the function's index; false. */
bool tn_mod_invalid(struct tn_validator *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Not enough, or the wrong type: `found` is TN_VT_NONE for nothing. */
bool tn_mod_mismatch(struct tn_validator *v, tn_valtype expected,
                     tn_valtype found);
/* An operand that is no reference where one is asked for. */
bool tn_mod_no_ref(struct tn_validator *v, tn_valtype found);
/* Values that are left when the present block ends. */
bool tn_mod_left_over(struct tn_validator *v);
/* True if all of `needed` are enabled; else names the first that is not, and
 * `what` needs it. */
bool tn_mod_need(struct tn_validator *v, uint64_t needed, const char *what);
/* Does `type`, as the module writes it, name a type that exists? */
bool tn_mod_check_type_index(struct tn_validator *v, tn_valtype type);
/* The same, and is it enabled? Decoding asked that of types in sections. */
bool tn_mod_check_valtype(struct tn_validator *v, tn_valtype type);

/* ------------------------------------------------------------ operands */

bool tn_mod_too_deep(struct tn_validator *v);
bool tn_mod_matches_slow(const struct tn_validator *v, tn_valtype found,
                         tn_valtype expected);

static inline bool tn_mod_matches(const struct tn_validator *v,
                                  tn_valtype found, tn_valtype expected)
{
    return found == expected || tn_mod_matches_slow(v, found, expected);
}

static inline bool tn_mod_push(struct tn_validator *v, tn_valtype type)
{
    v->wide += tn_vt_of(type) == TN_VT_V128;
    v->stack[v->height++] = type;
    if (v->height + v->wide > v->max_slots) {
        v->max_slots = v->height + v->wide;
        return v->max_slots <= TN_MOD_MAX_SLOTS || tn_mod_too_deep(v);
    }
    return true;
}

/* Takes whatever is on top; TN_VT_NONE when it is not known. */
static inline bool tn_mod_pop_any(struct tn_validator *v, tn_valtype *out)
{
    *out = TN_VT_NONE;
    if (v->height == v->top->height)
        return v->top->is_unreachable ||
               tn_mod_mismatch(v, TN_VT_NONE, TN_VT_NONE);
    *out = v->stack[--v->height];
    v->wide -= tn_vt_of(*out) == TN_VT_V128;
    return true;
}

static inline bool tn_mod_pop(struct tn_validator *v, tn_valtype expected)
{
    if (v->height == v->top->height)
        return v->top->is_unreachable ||
               tn_mod_mismatch(v, expected, TN_VT_NONE);
    tn_valtype found = v->stack[--v->height];
    v->wide -= tn_vt_of(found) == TN_VT_V128;
    return tn_mod_matches(v, found, expected) ||
           tn_mod_mismatch(v, expected, found);
}

/* Takes a reference of any type; `*out` is TN_VT_NONE when not known. */
bool tn_mod_pop_ref(struct tn_validator *v, tn_valtype *out);

bool tn_mod_push_all(struct tn_validator *v, struct tn_result_type types);
bool tn_mod_pop_all(struct tn_validator *v, struct tn_result_type types);

static inline tn_valtype tn_mod_address(bool is_64)
{
    return is_64 ? TN_VT_I64 : TN_VT_I32;
}

/* ------------------------------------------------------------- control */

bool tn_mod_push_control(struct tn_validator *v, struct tn_control control);

/* The present block begins: its parameters are taken, and given to it. */
bool tn_mod_open_block(struct tn_validator *v, const struct tn_instr *in);
/* It ends: its results are taken, nothing else may be there. */
bool tn_mod_close_block(struct tn_validator *v, struct tn_control *out);

/* The block that a label names; null when there is none such. */
struct tn_control *tn_mod_label(struct tn_validator *v, uint32_t label);
struct tn_result_type tn_mod_label_types(const struct tn_control *control);

/* From here to the end of the block, code does not run. */
void tn_mod_unreachable(struct tn_validator *v);

static inline struct tn_result_type tn_mod_results(const struct tn_control *c)
{
    return c->is_single ? (struct tn_result_type){&c->single, 1} : c->results;
}

/* ------------------------------------------------------------ the parts */

/* One instruction: its proposal, its immediates, its types. */
bool tn_mod_check_instr(struct tn_validator *v, const struct tn_instr *in);

/* The code of a function that the module defines; sets its max_slots. */
bool tn_mod_check_body(struct tn_validator *v, uint32_t func_index);

/* A constant expression that must give `type` (the module's words). */
bool tn_mod_check_const(struct tn_validator *v, struct tn_range range,
                        tn_valtype type);

#endif
