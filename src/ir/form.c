/* form.c - the tables that op.def and form.def expand to. */
#include "ir/form.h"

#include "mod/types.h"

const struct tn_form_info tn_ir_forms[TN_FORM_COUNT] = {
#define F(form, size, operands) {#form, size, operands},
#include "ir/form.def"
};

/* clang-format off */
const struct tn_row_info tn_ir_rows[TN_ROW_COUNT] = {
#define IBIN(n, T, R, check, e) \
    [TN_ROW_##n] = {TN_CLASS_IBIN, TN_VT_##T, TN_VT_##R, TN_FORM_##n##_ss_a, 0, 0},
#define ICMP(n, T, negated, swapped, e) \
    [TN_ROW_##n] = {TN_CLASS_ICMP, TN_VT_##T, TN_VT_I32, TN_FORM_##n##_ss_a, \
                    TN_ROW_##negated, TN_ROW_##swapped},
#define FBIN(n, T, e) \
    [TN_ROW_##n] = {TN_CLASS_FBIN, TN_VT_##T, TN_VT_##T, TN_FORM_##n##_ss_a, 0, 0},
#define FCMP(n, T, e) \
    [TN_ROW_##n] = {TN_CLASS_FCMP, TN_VT_##T, TN_VT_I32, TN_FORM_##n##_ss_a, 0, 0},
#define UN(n, T, R, check, e) \
    [TN_ROW_##n] = {TN_CLASS_UN, TN_VT_##T, TN_VT_##R, TN_FORM_##n##_s_a, 0, 0},
#define LOAD(n, R, M, e) \
    [TN_ROW_##n] = {TN_CLASS_LOAD, TN_VT_I32, TN_VT_##R, TN_FORM_##n##_s_a, 0, 0},
#define STORE(n, T, M) \
    [TN_ROW_##n] = {TN_CLASS_STORE, TN_VT_##T, TN_VT_NONE, TN_FORM_##n##_s_s, 0, 0},
#define FSTORE(n, T, M, as_integer) \
    [TN_ROW_##n] = {TN_CLASS_FSTORE, TN_VT_##T, TN_VT_NONE, TN_FORM_##n##_s_v, \
                    TN_ROW_##as_integer, 0},
#define HELP(n, function) \
    [TN_ROW_##n] = {TN_CLASS_HELP, TN_VT_NONE, TN_VT_NONE, TN_FORM_##n##_h, 0, 0},
#define ATOMIC_LOAD(n, T)  TN_VT_##T, TN_VT_##T, TN_FORM_##n##_a, 0, 1
#define ATOMIC_STORE(n, T) TN_VT_##T, TN_VT_NONE, TN_FORM_##n##_a, 0, 2
#define ATOMIC_RMW(n, T)   TN_VT_##T, TN_VT_##T, TN_FORM_##n##_a, 0, 2
#define ATOMIC_CAS(n, T)   TN_VT_##T, TN_VT_##T, TN_FORM_##n##_a, 0, 3
#define ATOMIC(n, T, M, shape, e) \
    [TN_ROW_##n] = {TN_CLASS_ATOMIC, ATOMIC_##shape(n, T)},
#define PARK(n, count, function) \
    [TN_ROW_##n] = {TN_CLASS_PARK, TN_VT_NONE, TN_VT_I32, TN_FORM_##n##_h, 0, count},
#define WIDE(n, count, e) \
    [TN_ROW_##n] = {TN_CLASS_WIDE, TN_VT_I64, TN_VT_I64, TN_FORM_##n##_h, 0, count},
#define SAFE(n, function) \
    [TN_ROW_##n] = {TN_CLASS_SAFE, TN_VT_NONE, TN_VT_NONE, TN_FORM_##n##_h, 0, 0},
#define INFO(class, T, R, first)    {TN_CLASS_##class, TN_VT_##T, TN_VT_##R, TN_FORM_##first, 0, 0}
#define INFO_COM(n, L, e)           INFO(VCOM, V128, V128, n##_ss_a)
#define INFO_BIN(n, L, e)           INFO(VBIN, V128, V128, n##_ss_a)
#define INFO_UN(n, L, e)            INFO(UN, V128, V128, n##_s_a)
#define INFO_SHIFT(n, L, e)         INFO(VSHIFT, V128, V128, n##_si_a)
#define INFO_SPLAT(n, T, e)         INFO(UN, T, V128, n##_s_a)
#define INFO_EXTRACT(n, R, M, e)    INFO(VEXTRACT, V128, R, n##_s_a)
#define INFO_REPLACE(n, L, T, e)    INFO(VREPLACE, T, V128, n##_ss_a)
#define INFO_TEST(n, L, e)          INFO(UN, V128, I32, n##_s_a)
#define INFO_TERN(n, L, e)          INFO(VTERN, V128, V128, n##_sss_a)
#define INFO_SHUFFLE(n, e)          INFO(VSHUFFLE, V128, V128, n##_ss_a)
#define INFO_LOAD(n, M, e)          INFO(VLOAD, I32, V128, n##_s_a)
#define INFO_LOAD_LANE(n, L, M, e)  INFO(VLOAD_LANE, I32, V128, n##_s_a)
#define INFO_STORE(n, M)            INFO(VSTORE, V128, NONE, n##_s_s)
#define INFO_STORE_LANE(n, M)       INFO(VSTORE_LANE, V128, NONE, n##_s)
#define VROW(kind, n, ...) [TN_ROW_##n] = INFO_##kind(n, __VA_ARGS__),
#define ALIAS(op, row)
#define SWAPPED(op, row)
#define CANON(n, T, e) [TN_ROW_##n] = INFO(UN, T, T, n##_s_a),
#define VCANON(n, L, e) [TN_ROW_##n] = INFO(UN, V128, V128, n##_s_a),
#include "ir/op.def"
#include "ir/op_v128.def"
#undef ATOMIC_LOAD
#undef ATOMIC_STORE
#undef ATOMIC_RMW
#undef ATOMIC_CAS
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
#undef INFO
#undef INFO_COM
#undef INFO_BIN
#undef INFO_UN
#undef INFO_SHIFT
#undef INFO_SPLAT
#undef INFO_EXTRACT
#undef INFO_REPLACE
#undef INFO_TEST
#undef INFO_TERN
#undef INFO_SHUFFLE
#undef INFO_LOAD
#undef INFO_LOAD_LANE
#undef INFO_STORE
#undef INFO_STORE_LANE
#undef VROW
#undef ALIAS
#undef SWAPPED
#undef CANON
#undef VCANON
};

enum tn_row tn_ir_row_of(enum tn_opcode op)
{
    static const uint16_t rows[TN_OP_COUNT] = {
#define ROW(n) [TN_OP_##n] = TN_ROW_##n,
#define IBIN(n, T, R, check, e) ROW(n)
/* Listed below: two of them are no wasm instructions. */
#define ICMP(n, T, negated, swapped, e)
#define FBIN(n, T, e) ROW(n)
#define FCMP(n, T, e) ROW(n)
#define UN(n, T, R, check, e) ROW(n)
#define LOAD(n, R, M, e) ROW(n)
#define STORE(n, T, M) ROW(n)
#define FSTORE(n, T, M, as_integer) ROW(n)
#define HELP(n, function) ROW(n)
#define ATOMIC(n, T, M, shape, e) ROW(n)
#define PARK(n, count, function) ROW(n)
#define WIDE(n, count, e) ROW(n)
#define SAFE(n, function) ROW(n)
#define VROW(kind, n, ...) ROW(n)
#define ALIAS(op, row) [TN_OP_##op] = TN_ROW_##row,
#define SWAPPED(op, row) ALIAS(op, row)
#define CANON(n, T, e)
#define VCANON(n, L, e)
#define COMPARES(T) \
    ROW(T##_eq) ROW(T##_ne) ROW(T##_lt_s) ROW(T##_lt_u) ROW(T##_gt_s) \
    ROW(T##_gt_u) ROW(T##_le_s) ROW(T##_le_u) ROW(T##_ge_s) ROW(T##_ge_u)
#include "ir/op.def"
#include "ir/op_v128.def"
        COMPARES(i32) COMPARES(i64)
    };
    return (enum tn_row)rows[op];
}
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
#undef ROW
#undef COMPARES
#undef VROW
#undef ALIAS
#undef SWAPPED
#undef CANON
#undef VCANON

bool tn_ir_is_swapped(enum tn_opcode op)
{
    switch ((int)op) {
#define VROW(kind, n, ...)
#define ALIAS(op, row)
#define SWAPPED(op, row) case TN_OP_##op:
#define LOAD(n, R, M, e)
#define CANON(n, T, e)
#define VCANON(n, L, e)
#include "ir/op_v128.def"
        return true;
    default:
        return false;
    }
}
#undef LOAD
#undef VROW
#undef ALIAS
#undef SWAPPED
#undef CANON
#undef VCANON
/* clang-format on */
