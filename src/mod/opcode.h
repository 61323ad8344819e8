/* opcode.h - the instruction table, built from opcode.def and imm.def. */
#ifndef TN_MOD_OPCODE_H
#define TN_MOD_OPCODE_H

#include <stdbool.h>
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
    const char *sig; /* "ii_i"; "CTRL" */
    uint16_t code;   /* the byte, or the number behind the prefix */
    uint8_t prefix;  /* 0, or 0xfb..0xfe */
    uint8_t imm;     /* enum tn_imm */
    uint8_t feature; /* enum tn_feature */
};

extern const struct tn_opcode_info tn_mod_opcodes[TN_OP_COUNT];

/* The row of a code, or TN_OP_COUNT if there is none. */
enum tn_opcode tn_mod_opcode(uint8_t prefix, uint32_t code);

/* For the hot path: the row of a one-byte code, plus one; 0 for a prefix or no
 * row. Behind the first 256 entries come those of the prefixes. */
extern const uint16_t tn_mod_rows[];

/* Does the instruction have a memarg (with a lane or without)? */
static inline bool tn_imm_is_memarg(enum tn_imm imm)
{
    return imm >= TN_IMM_MEMARG1 && imm <= TN_IMM_MEMARG8_LANE;
}
static inline bool tn_imm_is_memarg_lane(enum tn_imm imm)
{
    return imm >= TN_IMM_MEMARG1_LANE && imm <= TN_IMM_MEMARG8_LANE;
}
/* The natural alignment of a memarg, which is the log2 of its width. */
static inline uint32_t tn_imm_align_log2(enum tn_imm imm)
{
    return tn_imm_is_memarg_lane(imm) ? (uint32_t)imm - TN_IMM_MEMARG1_LANE
                                      : (uint32_t)imm - TN_IMM_MEMARG1;
}
/* How many lanes there are to pick from: of LANEn and MEMARGn_LANE. */
static inline uint32_t tn_imm_lane_count(enum tn_imm imm)
{
    return tn_imm_is_memarg_lane(imm) ? 16u >> (imm - TN_IMM_MEMARG1_LANE)
                                      : 2u << (imm - TN_IMM_LANE2);
}

#endif
