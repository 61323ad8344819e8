/* opcode.c - the instruction table, and the way to a row by its code. */
#include "mod/opcode.h"

enum {
#define IMM(kind, form, first, second) FORM_OF_##kind = TN_FORM_##form,
#include "mod/imm.def"
#undef IMM
};

const struct tn_opcode_info tn_mod_opcodes[TN_OP_COUNT] = {
/* clang-format off */
#define OP(id, text, prefix, code, imm, sig, feature) \
    [TN_OP_##id] = {text, #sig, code, prefix, TN_IMM_##imm, FORM_OF_##imm, \
                    TN_FEATURE_##feature},
#include "mod/opcode.def"
#undef OP
    /* clang-format on */
};

/* clang-format off */
/* -1 < key of row 0, which is < key of row 1, and so on: rows out of order do
 * not compile, nor do two rows of one code. */
_Static_assert((-1
#define OP(id, text, prefix, code, imm, sig, feature) \
    < ((prefix) << 16 | (code))) && (((prefix) << 16 | (code))
#include "mod/opcode.def"
#undef OP
    < 0x1000000), "the rows of opcode.def must rise");
/* clang-format on */

/* The codes of each prefix lie in one array, one prefix behind the other. */
enum {
    ROWS_00 = 0,
    ROWS_FB = ROWS_00 + 0x100,
    ROWS_FC = ROWS_FB + 0x20,
    ROWS_FD = ROWS_FC + 0x20,
    ROWS_FE = ROWS_FD + 0x120,
    ROWS_END = ROWS_FE + 0x50,
};

#define ROWS_BEGIN(prefix)        \
    ((prefix) == 0      ? ROWS_00 \
     : (prefix) == 0xfb ? ROWS_FB \
     : (prefix) == 0xfc ? ROWS_FC \
     : (prefix) == 0xfd ? ROWS_FD \
     : (prefix) == 0xfe ? ROWS_FE \
                        : ROWS_END)
#define ROWS_NEXT(prefix) ROWS_BEGIN((prefix) == 0 ? 0xfb : (prefix) + 1)

/* A code beyond its prefix's share would be taken for one of the next. */
#define OP(id, text, prefix, code, imm, sig, feature)               \
    _Static_assert(ROWS_BEGIN(prefix) + (code) < ROWS_NEXT(prefix), \
                   "opcode.c needs more room for " text);
#include "mod/opcode.def"
#undef OP

const struct tn_opcode_key tn_mod_opcode_keys[ROWS_END] = {
#define OP(id, text, prefix, code, imm, sig, feature) \
    [ROWS_BEGIN(prefix) + (code)] = {TN_OP_##id + 1, FORM_OF_##imm},
#include "mod/opcode.def"
#undef OP
};

struct tn_opcode_key tn_mod_opcode_key(uint8_t prefix, uint32_t code)
{
    uint32_t begin = (uint32_t)ROWS_BEGIN(prefix);
    uint32_t end = (uint32_t)ROWS_NEXT(prefix);
    if (begin >= end || code >= end - begin)
        return (struct tn_opcode_key){0, TN_FORM_NONE};
    return tn_mod_opcode_keys[begin + code];
}

#undef ROWS_BEGIN
#undef ROWS_NEXT
