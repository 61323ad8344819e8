/* instr.c - one instruction with its immediates, read and written.
 *
 * Two switches over the forms of immediates, one the mirror of the other. The
 * reader is on the path of validation and of translation: it fills only what
 * the form has, `a`, `b` and `count` apart. */
#include "mod/instr.h"

#include <stdio.h>

/* Abstract heap types by their byte, 0x69..0x74, and bytes by heap type. */
/* clang-format off */
#define ABSTRACT_HEAPS(X)                                                   \
    X(0x74, NOEXN) X(0x73, NOFUNC) X(0x72, NOEXTERN) X(0x71, NONE)          \
    X(0x70, FUNC) X(0x6f, EXTERN) X(0x6e, ANY) X(0x6d, EQ) X(0x6c, I31)     \
    X(0x6b, STRUCT) X(0x6a, ARRAY) X(0x69, EXN)
/* clang-format on */
enum {
    ABSTRACT_FIRST = 0x69,
    ABSTRACT_LAST = 0x74
};

#define X(byte, heap) [(byte)-ABSTRACT_FIRST] = TN_HEAP_##heap,
static const uint8_t heap_of_byte[] = {ABSTRACT_HEAPS(X)};
#undef X
#define X(byte, heap) [TN_HEAP_##heap] = (byte),
static const uint8_t byte_of_heap[] = {ABSTRACT_HEAPS(X)};
#undef X
#undef ABSTRACT_HEAPS

/* A type index as a heap type. No module has as many types as the 27 bits can
 * say; a greater index is cut to one that does not exist either. */
static uint32_t defined_heap(uint64_t index)
{
    const uint32_t most = (1u << 27) - 1 - TN_HEAP_DEFINED;
    return TN_HEAP_DEFINED + (index < most ? (uint32_t)index : most);
}

static bool is_abstract_byte(uint8_t byte)
{
    return byte >= ABSTRACT_FIRST && byte <= ABSTRACT_LAST;
}

/* heaptype ::= absheaptype | x:s33 (if x >= 0) */
uint32_t tn_read_heaptype(struct tn_cursor *c)
{
    const uint8_t *at = c->at;
    if (at != c->end && is_abstract_byte(*at)) {
        c->at++;
        return heap_of_byte[*at - ABSTRACT_FIRST];
    }
    int64_t index = tn_cursor_s33(c);
    if (index < 0) {
        tn_cursor_fail_at(c, at, "malformed heap type");
        return 0;
    }
    return defined_heap((uint64_t)index);
}

/* reftype ::= 0x64 heaptype | 0x63 heaptype | absheaptype */
tn_valtype tn_read_reftype(struct tn_cursor *c)
{
    const uint8_t *at = c->at;
    uint8_t byte = tn_cursor_byte(c);
    if (byte == 0x63 || byte == 0x64)
        return TN_REF(tn_read_heaptype(c), byte == 0x63);
    if (is_abstract_byte(byte))
        return TN_REF(heap_of_byte[byte - ABSTRACT_FIRST], true);
    tn_cursor_fail_at(c, at, "malformed reference type");
    return TN_VT_NONE;
}

tn_valtype tn_read_valtype(struct tn_cursor *c)
{
    if (c->at != c->end && *c->at <= 0x7f && *c->at >= 0x7b)
        return (tn_valtype)(TN_VT_I32 + (0x7f - *c->at++));
    if (c->at != c->end && !is_abstract_byte(*c->at) && *c->at != 0x63 &&
        *c->at != 0x64) {
        tn_cursor_fail(c, "malformed value type");
        return TN_VT_NONE;
    }
    return tn_read_reftype(c);
}

/* storagetype ::= 0x78 | 0x77 | valtype */
tn_valtype tn_read_storage(struct tn_cursor *c)
{
    if (c->at != c->end && (*c->at == 0x78 || *c->at == 0x77))
        return *c->at++ == 0x78 ? TN_VT_I8 : TN_VT_I16;
    return tn_read_valtype(c);
}

/* blocktype ::= 0x40 | valtype | x:s33 (if x >= 0) */
static void read_block_type(struct tn_cursor *c, struct tn_block_type *out)
{
    *out = (struct tn_block_type){TN_BLOCK_EMPTY, TN_VT_NONE, 0};
    const uint8_t *at = c->at;
    if (at != c->end && *at == 0x40) {
        c->at++;
        return;
    }
    /* A negative number in one byte is the byte of a type. */
    if (at != c->end && (*at & 0xc0) == 0x40) {
        out->kind = TN_BLOCK_VALUE;
        out->value = tn_read_valtype(c);
        return;
    }
    int64_t index = tn_cursor_s33(c);
    if (index < 0)
        tn_cursor_fail_at(c, at, "malformed block type");
    out->kind = TN_BLOCK_INDEX;
    out->type_index = (uint32_t)index;
}

/* memarg ::= n:u32 m:u64 (if n < 2^6) | n:u32 x:memidx m:u64 (if n < 2^7) */
static void read_memarg(struct tn_cursor *c, struct tn_memarg *out)
{
    const uint8_t *at = c->at;
    uint32_t flags = tn_cursor_u32(c);
    if (flags >= 0x80)
        tn_cursor_fail_at(c, at, "malformed memop flags");
    out->align_log2 = flags & 0x3f;
    out->memory = flags & 0x40 ? tn_cursor_u32(c) : 0;
    out->offset = tn_cursor_u64(c);
}

struct tn_catch tn_instr_catch(struct tn_cursor *rest)
{
    const uint8_t *at = rest->at;
    struct tn_catch clause = {tn_cursor_byte(rest), 0, 0};
    if (clause.kind > 3)
        tn_cursor_fail_at(rest, at, "malformed catch clause");
    if (clause.kind < 2)
        clause.tag = tn_cursor_u32(rest);
    clause.label = tn_cursor_u32(rest);
    return clause;
}

/* A list is read once to see that it is one, and left to be read again. */
static void read_list(struct tn_cursor *c, struct tn_instr *out,
                      enum tn_imm_form form)
{
    const uint8_t *begin = c->at;
    out->count = tn_cursor_u32(c);
    if (out->count > tn_cursor_left(c)) /* each takes a byte at least */
        tn_cursor_fail_at(c, begin, "length out of bounds");
    out->rest = *c;
    if (form == TN_FORM_VALTYPES) {
        for (uint32_t i = 0; i < out->count && !c->failed; i++)
            (void)tn_read_valtype(c);
    } else if (form == TN_FORM_TRY_TABLE) {
        for (uint32_t i = 0; i < out->count && !c->failed; i++)
            (void)tn_instr_catch(c);
    } else {
        for (uint32_t i = 0; i <= out->count && !c->failed; i++)
            (void)tn_cursor_u32(c);
    }
    out->rest.end = c->at;
}

/* castop ::= 0x00..0x03, a bit for each type: it may be null */
static void read_cast(struct tn_cursor *c, struct tn_instr *out)
{
    const uint8_t *at = c->at;
    uint8_t flags = tn_cursor_byte(c);
    if (flags > 3)
        tn_cursor_fail_at(c, at, "malformed br_on_cast flags");
    out->a = tn_cursor_u32(c);
    out->of.cast[0] = TN_REF(tn_read_heaptype(c), (flags & 1) != 0);
    out->of.cast[1] = TN_REF(tn_read_heaptype(c), (flags & 2) != 0);
}

static uint64_t read_little_endian(struct tn_cursor *c, unsigned size)
{
    const uint8_t *at = tn_cursor_take(c, size);
    uint64_t bits = 0;
    for (unsigned i = 0; at != NULL && i < size; i++)
        bits |= (uint64_t)at[i] << 8 * i;
    return bits;
}

static void read_16_bytes(struct tn_cursor *c, uint8_t out[16])
{
    const uint8_t *at = tn_cursor_take(c, 16);
    if (at != NULL)
        memcpy(out, at, 16);
}

static void read_zero(struct tn_cursor *c)
{
    const uint8_t *at = c->at;
    if (tn_cursor_byte(c) != 0)
        tn_cursor_fail_at(c, at, "zero byte expected");
}

static void read_immediates(struct tn_cursor *c, struct tn_instr *out,
                            enum tn_imm_form form)
{
    switch (form) {
    case TN_FORM_NONE:
        return;
    case TN_FORM_INDEX:
        out->a = tn_cursor_u32(c);
        return;
    case TN_FORM_INDICES:
        out->a = tn_cursor_u32(c);
        out->b = tn_cursor_u32(c);
        return;
    case TN_FORM_MEMARG_LANE:
    case TN_FORM_MEMARG:
        read_memarg(c, &out->memarg);
        if (form == TN_FORM_MEMARG_LANE)
            out->lane = tn_cursor_byte(c);
        return;
    case TN_FORM_LANE:
        out->lane = tn_cursor_byte(c);
        return;
    case TN_FORM_TRY_TABLE:
    case TN_FORM_BLOCK:
        read_block_type(c, &out->block);
        if (form == TN_FORM_TRY_TABLE)
            read_list(c, out, form);
        return;
    case TN_FORM_LABELS:
    case TN_FORM_VALTYPES:
        read_list(c, out, form);
        return;
    case TN_FORM_S32:
        out->of.i = tn_cursor_s32(c);
        return;
    case TN_FORM_S64:
        out->of.i = tn_cursor_s64(c);
        return;
    case TN_FORM_BITS32:
        out->of.bits = read_little_endian(c, 4);
        return;
    case TN_FORM_BITS64:
        out->of.bits = read_little_endian(c, 8);
        return;
    case TN_FORM_BYTES16:
        read_16_bytes(c, out->of.v128);
        return;
    case TN_FORM_HEAP:
        out->of.heap = tn_read_heaptype(c);
        return;
    case TN_FORM_CAST:
        read_cast(c, out);
        return;
    case TN_FORM_ZERO:
        read_zero(c);
        return;
    }
}

static bool is_prefix(uint8_t byte)
{
    return byte >= 0xfb && byte <= 0xfe;
}

static void fail_opcode(struct tn_cursor *c, const uint8_t *at, uint32_t code)
{
    char why[40];
    if (is_prefix(*at))
        (void)snprintf(why, sizeof why, "illegal opcode %02x %02x", *at,
                       (unsigned)code);
    else
        (void)snprintf(why, sizeof why, "illegal opcode %02x", *at);
    tn_cursor_fail_at(c, at, why);
}

/* The rest of a code whose first byte, at `at`, is no row: the number behind a
 * prefix, or a failure and row 0. */
static struct tn_opcode_key read_prefixed(struct tn_cursor *c,
                                          const uint8_t *at)
{
    struct tn_opcode_key key = {0, TN_FORM_NONE};
    uint32_t code = 0;
    if (is_prefix(*at)) {
        code = tn_cursor_u32(c);
        key = tn_mod_opcode_key(*at, code);
    }
    if (c->failed)
        key.row = 0;
    else if (key.row == 0)
        fail_opcode(c, at, code);
    return key;
}

bool tn_instr_read(struct tn_cursor *c, struct tn_instr *out)
{
    out->at = c->at;
    out->a = out->b = out->count = 0;
    uint8_t byte = tn_cursor_byte(c);
    if (c->failed)
        return false;
    struct tn_opcode_key key = tn_mod_opcode_keys[byte];
    if (key.row == 0)
        key = read_prefixed(c, out->at);
    if (key.row == 0)
        return false;
    out->op = (enum tn_opcode)(key.row - 1);
    read_immediates(c, out, (enum tn_imm_form)key.form);
    return !c->failed;
}

void tn_write_heaptype(struct tn_buf *out, uint32_t heap)
{
    if (heap >= TN_HEAP_DEFINED)
        tn_buf_sleb(out, heap - TN_HEAP_DEFINED);
    else
        tn_buf_byte(out, byte_of_heap[heap]);
}

void tn_write_valtype(struct tn_buf *out, tn_valtype type)
{
    enum tn_vt kind = tn_vt_of(type);
    if (kind == TN_VT_I8 || kind == TN_VT_I16) {
        tn_buf_byte(out, kind == TN_VT_I8 ? 0x78 : 0x77);
    } else if (kind != TN_VT_REF) {
        tn_buf_byte(out, (uint8_t)(0x7f - (kind - TN_VT_I32)));
    } else {
        bool is_short =
            tn_is_nullable(type) && tn_heap_of(type) < TN_HEAP_DEFINED;
        if (!is_short)
            tn_buf_byte(out, tn_is_nullable(type) ? 0x63 : 0x64);
        tn_write_heaptype(out, tn_heap_of(type));
    }
}

static void write_block_type(struct tn_buf *out,
                             const struct tn_block_type *block)
{
    if (block->kind == TN_BLOCK_EMPTY)
        tn_buf_byte(out, 0x40);
    else if (block->kind == TN_BLOCK_VALUE)
        tn_write_valtype(out, block->value);
    else
        tn_buf_sleb(out, block->type_index);
}

static void write_memarg(struct tn_buf *out, const struct tn_memarg *memarg)
{
    tn_buf_uleb(out, memarg->align_log2 | (memarg->memory != 0 ? 0x40u : 0));
    if (memarg->memory != 0)
        tn_buf_uleb(out, memarg->memory);
    tn_buf_uleb(out, memarg->offset);
}

static void write_list(struct tn_buf *out, const struct tn_instr *instr)
{
    enum tn_imm_form form = (enum tn_imm_form)tn_mod_opcodes[instr->op].form;
    struct tn_cursor rest = instr->rest;
    tn_buf_uleb(out, instr->count);
    for (uint32_t i = 0; i < instr->count; i++) {
        if (form == TN_FORM_VALTYPES) {
            tn_write_valtype(out, tn_read_valtype(&rest));
        } else if (form == TN_FORM_TRY_TABLE) {
            struct tn_catch clause = tn_instr_catch(&rest);
            tn_buf_byte(out, clause.kind);
            if (clause.kind < 2)
                tn_buf_uleb(out, clause.tag);
            tn_buf_uleb(out, clause.label);
        } else {
            tn_buf_uleb(out, tn_instr_label(&rest));
        }
    }
    if (form == TN_FORM_LABELS)
        tn_buf_uleb(out, tn_instr_label(&rest));
}

static void write_cast(struct tn_buf *out, const struct tn_instr *instr)
{
    const tn_valtype *cast = instr->of.cast;
    tn_buf_byte(out, (uint8_t)((tn_is_nullable(cast[0]) ? 1 : 0) |
                               (tn_is_nullable(cast[1]) ? 2 : 0)));
    tn_buf_uleb(out, instr->a);
    tn_write_heaptype(out, tn_heap_of(cast[0]));
    tn_write_heaptype(out, tn_heap_of(cast[1]));
}

static void write_immediates(struct tn_buf *out, const struct tn_instr *instr)
{
    enum tn_imm_form form = (enum tn_imm_form)tn_mod_opcodes[instr->op].form;
    switch (form) {
    case TN_FORM_NONE:
        return;
    case TN_FORM_INDEX:
        tn_buf_uleb(out, instr->a);
        return;
    case TN_FORM_INDICES:
        tn_buf_uleb(out, instr->a);
        tn_buf_uleb(out, instr->b);
        return;
    case TN_FORM_MEMARG_LANE:
    case TN_FORM_MEMARG:
        write_memarg(out, &instr->memarg);
        if (form == TN_FORM_MEMARG_LANE)
            tn_buf_byte(out, instr->lane);
        return;
    case TN_FORM_LANE:
        tn_buf_byte(out, instr->lane);
        return;
    case TN_FORM_TRY_TABLE:
    case TN_FORM_BLOCK:
        write_block_type(out, &instr->block);
        if (form == TN_FORM_TRY_TABLE)
            write_list(out, instr);
        return;
    case TN_FORM_LABELS:
    case TN_FORM_VALTYPES:
        write_list(out, instr);
        return;
    case TN_FORM_S32:
    case TN_FORM_S64:
        tn_buf_sleb(out, instr->of.i);
        return;
    case TN_FORM_BITS32:
        tn_buf_u32(out, (uint32_t)instr->of.bits);
        return;
    case TN_FORM_BITS64:
        tn_buf_u64(out, instr->of.bits);
        return;
    case TN_FORM_BYTES16:
        tn_buf_put(out, instr->of.v128, 16);
        return;
    case TN_FORM_HEAP:
        tn_write_heaptype(out, instr->of.heap);
        return;
    case TN_FORM_CAST:
        write_cast(out, instr);
        return;
    case TN_FORM_ZERO:
        tn_buf_byte(out, 0);
        return;
    }
}

void tn_instr_write(struct tn_buf *out, const struct tn_instr *instr)
{
    const struct tn_opcode_info *info = &tn_mod_opcodes[instr->op];
    if (info->prefix == 0) {
        tn_buf_byte(out, (uint8_t)info->code);
    } else {
        tn_buf_byte(out, info->prefix);
        tn_buf_uleb(out, info->code);
    }
    write_immediates(out, instr);
}
