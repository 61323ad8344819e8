/* walk.h - code copied under a map.
 *
 * The columns of imm.def say which index space each immediate of each
 * instruction names. So one walk over the bytes serves every instruction:
 * what names nothing is passed over, and an index that is another one in the
 * result ends the span of bytes that is copied as it is.
 *
 * An index keeps the width that it was written in where it fits. Code of
 * linkers, whose indices are padded to five bytes, thus keeps the length it
 * had, and with it all that counts in bytes of code: hints and DWARF. */
#ifndef TN_REWRITE_WALK_H
#define TN_REWRITE_WALK_H

#include "rewrite/rewrite.h"

/* The index spaces that imm.def names; those from LOCAL on belong to the
 * function, and stay. */
enum tn_rw_space {
    TN_RW_func,
    TN_RW_type,
    TN_RW_table,
    TN_RW_mem,
    TN_RW_global,
    TN_RW_elem,
    TN_RW_data,
    TN_RW_tag,
    TN_RW_SPACES,
    TN_RW_local = TN_RW_SPACES,
    TN_RW_label,
    TN_RW_none
};

/* A map as the walk asks it. */
struct tn_rw_coder {
    const uint32_t *to[TN_RW_SPACES];
    uint32_t counts[TN_RW_SPACES];
    bool is_same_memory; /* memory 0 stays memory 0 */
    uint8_t quick[256];  /* by opcode: how it can be passed over at once */
    /* Of imported functions: which are instructions; null: none. */
    const struct tn_rw_mem_call *mem_calls;
    uint32_t mem_call_count;
    bool has_long_memories; /* an index that takes more than a byte */
};

void tn_rw_coder_init(struct tn_rw_coder *coder,
                      const struct tn_rw_input *input);

/* Looks once at all of the map, for what can be passed over quickly: worth it
 * for more than an expression. */
void tn_rw_coder_plan(struct tn_rw_coder *coder);

/* Code that is to be copied, and where that ends. */
struct tn_rw_piece {
    const uint8_t *at, *end;
    const uint8_t *stop; /* the first instruction from here on, or `end` */
    bool with_locals;    /* the locals of a body come first */
    bool is_stretched;   /* out: what it became has another length */
};

/* Appends what the code becomes. True unless the bytes cannot be read or name
 * what is not there (inputs that were not validated): piece->at is then where.
 * Out of memory is seen in out->failed. */
bool tn_rw_walk(const struct tn_rw_coder *coder, struct tn_rw_piece *piece,
                struct tn_buf *out);

/* The same type in the result. */
tn_valtype tn_rw_valtype(const struct tn_rw_map *map, tn_valtype type);

#endif
