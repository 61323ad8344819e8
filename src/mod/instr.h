/* instr.h - one instruction with its immediates, read and written.
 *
 * Everything that looks at code (validation, translation, printing, the
 * encoder, every rewriter) looks at it through this struct, so that the
 * binary format of immediates is written once. */
#ifndef TN_MOD_INSTR_H
#define TN_MOD_INSTR_H

#include "base/buf.h"
#include "mod/cursor.h"
#include "mod/opcode.h"
#include "mod/types.h"

struct tn_block_type {
    enum {
        TN_BLOCK_EMPTY,
        TN_BLOCK_VALUE,
        TN_BLOCK_INDEX
    } kind;
    tn_valtype value;    /* one result */
    uint32_t type_index; /* of a function type */
};

struct tn_memarg {
    uint32_t align_log2;
    uint32_t memory;
    uint64_t offset;
};

struct tn_instr {
    enum tn_opcode op;
    const uint8_t *at; /* its first byte */
    /* Indices, in the order of the binary format, whatever the kind names:
     * LOCAL x; FUNC f; CALL_INDIRECT type, table; MEM_MEM dst, src; DATA_MEM
     * data, memory; ELEM_TABLE elem, table; TYPE_FIELD type, field; CAST
     * label; LABEL l. */
    uint32_t a, b;
    struct tn_memarg memarg;
    struct tn_block_type block; /* BLOCK, TRY_TABLE */
    uint8_t lane;
    union {
        int64_t i;          /* I32 (sign-extended), I64 */
        uint64_t bits;      /* F32 (zero-extended), F64 */
        uint8_t v128[16];   /* V128, LANES16 */
        uint32_t heap;      /* HEAP */
        tn_valtype cast[2]; /* CAST: from, to */
    } of;
    /* LABELS: `count` labels and the default behind them, in `rest`.
     * SELECT_T: `count` value types. TRY_TABLE: `count` catch clauses. Read
     * them from a copy of `rest`, in order. */
    uint32_t count;
    struct tn_cursor rest;
};

/* Reads one; false (and c->failed) when the bytes are no instruction, with the
 * suite's words. Does not ask for features; the caller has the table. */
bool tn_instr_read(struct tn_cursor *c, struct tn_instr *out);

/* The next label of br_table's `rest`. */
static inline uint32_t tn_instr_label(struct tn_cursor *rest)
{
    return tn_cursor_u32(rest);
}

struct tn_catch {
    uint8_t kind; /* 0 catch, 1 catch_ref, 2 catch_all, 3 catch_all_ref */
    uint32_t tag, label;
};
struct tn_catch tn_instr_catch(struct tn_cursor *rest);

/* valtype ::= numtype | vectype | reftype; also the packed ones for fields
 * by tn_read_storage. Type indices are not checked. */
tn_valtype tn_read_valtype(struct tn_cursor *c);
tn_valtype tn_read_storage(struct tn_cursor *c);
tn_valtype tn_read_reftype(struct tn_cursor *c);
uint32_t tn_read_heaptype(struct tn_cursor *c);

void tn_write_valtype(struct tn_buf *out, tn_valtype type);
void tn_write_heaptype(struct tn_buf *out, uint32_t heap);

/* Writes one in shortest form. Its `rest` is copied value by value. */
void tn_instr_write(struct tn_buf *out, const struct tn_instr *instr);

#endif
