/* opcode.h - the instruction table, built from opcode.def and imm.def. */
#ifndef TN_MOD_OPCODE_H
#define TN_MOD_OPCODE_H

#include <stdint.h>
#include <tenon.h>

enum tn_imm {
#define IMM(kind, a, b) TN_IMM_##kind,
#include "mod/imm.def"
#undef IMM
    TN_IMM_COUNT
};

/* TN_OP_i32_add and so on: dense, in the order of opcode.def. */
enum tn_opcode {
#define OP(id, text, prefix, code, imm, sig, feature) TN_OP_##id,
#include "mod/opcode.def"
#undef OP
    TN_OP_COUNT
};

struct tn_opcode_info {
    const char *text;
    uint8_t prefix; /* 0, or 0xfb..0xfe */
    uint16_t code;  /* the byte, or the number behind the prefix */
    uint8_t imm;    /* enum tn_imm */
    uint8_t feature;
    const char *sig;
};

extern const struct tn_opcode_info tn_mod_opcodes[TN_OP_COUNT];

/* The row of a code, or TN_OP_COUNT if there is none. */
enum tn_opcode tn_mod_opcode(uint8_t prefix, uint32_t code);

#endif
