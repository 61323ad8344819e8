/* form.h - the operations of the register code, and their forms.
 *
 * A row is an operation (op.def), a form is a row with a place for each
 * operand and result (form.def). The translator picks rows and shapes; a tier
 * has one handler for each form. */
#ifndef TN_IR_FORM_H
#define TN_IR_FORM_H

#include <stdbool.h>

#include "mod/opcode.h"

enum tn_form {
#define F(form, size, operands) TN_FORM_##form,
#include "ir/form.def"
    TN_FORM_COUNT
};

struct tn_form_info {
    const char *name;
    uint8_t size; /* bytes */
    const char *operands;
};

extern const struct tn_form_info tn_ir_forms[TN_FORM_COUNT];

enum tn_row {
    TN_ROW_NONE,
#define IBIN(n, T, R, check, e)         TN_ROW_##n,
#define ICMP(n, T, negated, swapped, e) TN_ROW_##n,
#define FBIN(n, T, e)                   TN_ROW_##n,
#define FCMP(n, T, e)                   TN_ROW_##n,
#define UN(n, T, R, check, e)           TN_ROW_##n,
#define LOAD(n, R, M, e)                TN_ROW_##n,
#define STORE(n, T, M)                  TN_ROW_##n,
#define FSTORE(n, T, M, as_integer)     TN_ROW_##n,
#define HELP(n, function)               TN_ROW_##n,
#define ATOMIC(n, T, M, shape, e)       TN_ROW_##n,
#define PARK(n, count, function)        TN_ROW_##n,
#define WIDE(n, count, e)               TN_ROW_##n,
#define SAFE(n, function)               TN_ROW_##n,
#define VROW(kind, n, ...)              TN_ROW_##n,
#define ALIAS(op, row)
#define SWAPPED(op, row)
#define CANON(n, T, e)  TN_ROW_##n,
#define VCANON(n, L, e) TN_ROW_##n,
#include "ir/op.def"
#include "ir/op_v128.def"
#undef IBIN
#undef ICMP
#undef FBIN
#undef FCMP
#undef UN
#undef LOAD
#undef STORE
#undef FSTORE
#undef HELP
#undef ATOMIC
#undef PARK
#undef WIDE
#undef SAFE
#undef VROW
#undef ALIAS
#undef SWAPPED
#undef CANON
#undef VCANON
    TN_ROW_COUNT
};

enum tn_row_class {
    TN_CLASS_NONE,
    TN_CLASS_IBIN,
    TN_CLASS_ICMP,
    TN_CLASS_FBIN,
    TN_CLASS_FCMP,
    TN_CLASS_UN,
    TN_CLASS_LOAD,
    TN_CLASS_STORE,
    TN_CLASS_FSTORE,
    TN_CLASS_HELP,
    TN_CLASS_ATOMIC,
    TN_CLASS_PARK,
    TN_CLASS_WIDE,
    TN_CLASS_SAFE,
    TN_CLASS_VCOM,
    TN_CLASS_VBIN,
    TN_CLASS_VSHIFT,
    TN_CLASS_VEXTRACT,
    TN_CLASS_VREPLACE,
    TN_CLASS_VTERN,
    TN_CLASS_VSHUFFLE,
    TN_CLASS_VLOAD,
    TN_CLASS_VLOAD_LANE,
    TN_CLASS_VSTORE,
    TN_CLASS_VSTORE_LANE,
};

/* Shapes of two operands, in the order of the forms of a row. */
enum tn_shape {
    TN_SHAPE_SS,
    TN_SHAPE_SI,
    TN_SHAPE_AS,
    TN_SHAPE_AI,
    TN_SHAPE_SA,
    TN_SHAPE_IS, /* floats only */
    TN_SHAPE_IA,
};

/* Addresses of loads and stores, in the order of the forms of a row. */
enum tn_address {
    TN_ADDRESS_S,
    TN_ADDRESS_A,
    TN_ADDRESS_K, /* constant */
    TN_ADDRESS_SS,
    TN_ADDRESS_SA,
    TN_ADDRESS_SI,
    TN_ADDRESS_AI,
    TN_ADDRESS_XS, /* any memory, 64-bit address */
    TN_ADDRESS_XA,
};

struct tn_row_info {
    uint8_t row_class;
    uint8_t type, result; /* enum tn_vt */
    uint16_t first;       /* enum tn_form: its first form */
    uint16_t negated;     /* enum tn_row: of an ICMP; FSTORE: as integer */
    uint16_t swapped;     /* ATOMIC, PARK, WIDE: how many operands */
};

extern const struct tn_row_info tn_ir_rows[TN_ROW_COUNT];

/* The row of a wasm instruction, TN_ROW_NONE if it has none of its own. */
enum tn_row tn_ir_row_of(enum tn_opcode op);

/* Does that row take the instruction's two operands in the other order? */
bool tn_ir_is_swapped(enum tn_opcode op);

#endif
