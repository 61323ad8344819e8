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
    /* Of imported functions: which are instructions; null: none. */
    const struct tn_rw_mem_call *mem_calls;
    uint32_t mem_call_count;
    bool has_long_memories; /* an index that takes more than a byte */
    const uint8_t *base; /* of the input: offsets of errors count from here */
};

void tn_rw_coder_init(struct tn_rw_coder *coder,
                      const struct tn_rw_input *input);

/* Appends what the bytes from `at` to `end` become, which are instructions, or
 * with `with_locals` the locals of a body and then instructions. True unless
 * the bytes cannot be read or name what is not there (inputs that were not
 * validated): `*at` is then where. `*is_stretched` (may be null) becomes true
 * if the result has another length. Out of memory is seen in out->failed. */
bool tn_rw_walk(const struct tn_rw_coder *coder, const uint8_t **at,
                const uint8_t *end, bool with_locals, struct tn_buf *out,
                bool *is_stretched);

/* The same type in the result. */
tn_valtype tn_rw_valtype(const struct tn_rw_map *map, tn_valtype type);

#endif
