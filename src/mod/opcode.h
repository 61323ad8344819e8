/* opcode.h - the instruction table, built from opcode.def and imm.def. */
#ifndef TN_MOD_OPCODE_H
#define TN_MOD_OPCODE_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon.h>

enum tn_imm {
#define IMM(kind, form, first, second) TN_IMM_##kind,
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

/* How immediates are written: the column `form` of imm.def. */
enum tn_imm_form {
    TN_FORM_NONE,
    TN_FORM_INDEX,
    TN_FORM_INDICES, /* two */
    TN_FORM_MEMARG,
    TN_FORM_MEMARG_LANE,
    TN_FORM_LANE,
    TN_FORM_BLOCK,
    TN_FORM_LABELS,
    TN_FORM_VALTYPES,
    TN_FORM_TRY_TABLE, /* a block type and catch clauses */
    TN_FORM_S32,
    TN_FORM_S64,
    TN_FORM_BITS32,
    TN_FORM_BITS64,
    TN_FORM_BYTES16,
    TN_FORM_HEAP,
    TN_FORM_CAST,
    TN_FORM_ZERO, /* a zero byte */
};

struct tn_opcode_info {
    const char *text;
    const char *sig; /* "ii_i"; "CTRL" */
    uint16_t code;   /* the byte, or the number behind the prefix */
    uint8_t prefix;  /* 0, or 0xfb..0xfe */
    uint8_t imm;     /* enum tn_imm */
    uint8_t form;    /* enum tn_imm_form */
    uint8_t feature; /* enum tn_feature */
};

extern const struct tn_opcode_info tn_mod_opcodes[TN_OP_COUNT];

/* What reading needs of a row, by code: in one load where the table above
 * takes two, each of which waits for the one before. */
struct tn_opcode_key {
    uint16_t row; /* plus one; 0 for a prefix, or no row */
    uint8_t form; /* enum tn_imm_form */
};

/* Indexed by the byte; behind these 256 come the codes of the prefixes. */
extern const struct tn_opcode_key tn_mod_opcode_keys[];

/* The same of any code, with its prefix or 0; row 0 if there is none. */
struct tn_opcode_key tn_mod_opcode_key(uint8_t prefix, uint32_t code);

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
