/* print_inst.c - one instruction as text: its name, and a form for each kind
 * of immediates. What is usual (memory 0, natural alignment, no offset) is
 * left out, as people do; a table is always named, since tools insist. */
#include <inttypes.h>
#include <stdio.h>

#include "text/print.h"

/* Blocks deeper than this are not indented further: a line must not be as
 * long as the nesting of what a stranger wrote. */
#define MAX_INDENT 40u

/* -------------------------------------------------------------- numbers */

/* Integers that a float holds exactly are written as such, all others in
 * hexadecimal with the decimal value in a comment: both read back to the same
 * bits, which decimal fractions need not. */
struct float_format {
    unsigned mantissa_bits, exponent_bits;
};

static void print_nan(struct tn_buf *out, uint64_t mantissa, unsigned bits)
{
    if (mantissa == (uint64_t)1 << (bits - 1))
        tn_buf_print(out, "nan");
    else
        tn_buf_print(out, "nan:0x%" PRIx64, mantissa);
}

static void print_hex_float(struct tn_buf *out, struct float_format format,
                            uint64_t mantissa, int exponent)
{
    unsigned digits = (format.mantissa_bits + 3) / 4;
    int bias = (1 << (format.exponent_bits - 1)) - 1;
    bool is_subnormal = exponent == 0;
    /* In whole digits, and without those that are zero at the end. */
    mantissa <<= digits * 4 - format.mantissa_bits;
    while (digits > 1 && (mantissa & 15) == 0) {
        mantissa >>= 4;
        digits--;
    }
    tn_buf_print(out, "0x%d.%0*" PRIx64 "p%+d", !is_subnormal, (int)digits,
                 mantissa, is_subnormal ? 1 - bias : exponent - bias);
}

static void print_float(struct tn_buf *out, struct float_format format,
                        uint64_t bits, double value)
{
    uint64_t mantissa = bits & (((uint64_t)1 << format.mantissa_bits) - 1);
    int exponent = (int)(bits >> format.mantissa_bits &
                         ((1u << format.exponent_bits) - 1));
    if (bits >> (format.mantissa_bits + format.exponent_bits) & 1)
        tn_buf_print(out, "-");
    if (exponent == (1 << format.exponent_bits) - 1) {
        if (mantissa == 0)
            tn_buf_print(out, "inf");
        else
            print_nan(out, mantissa, format.mantissa_bits);
        return;
    }
    if (value < 0)
        value = -value;
    if (value < 1e9 && value == (double)(uint32_t)value) {
        tn_buf_print(out, "%" PRIu32, (uint32_t)value);
        return;
    }
    print_hex_float(out, format, mantissa, exponent);
    tn_buf_print(out, " (;%g;)", value);
}

static void print_f32(struct tn_buf *out, uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    print_float(out, (struct float_format){23, 8}, low, (double)value);
}

static void print_f64(struct tn_buf *out, uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    print_float(out, (struct float_format){52, 11}, bits, value);
}

static void print_v128(struct tn_buf *out, const uint8_t bytes[16])
{
    tn_buf_print(out, " i32x4");
    for (int i = 0; i < 16; i += 4)
        tn_buf_print(out, " 0x%02x%02x%02x%02x", bytes[i + 3], bytes[i + 2],
                     bytes[i + 1], bytes[i]);
}

/* ----------------------------------------------------------- immediates */

static void print_number_index(struct tn_printer *p, uint32_t index)
{
    tn_buf_print(p->out, " %u", index);
}

static void print_ref(struct tn_printer *p, enum tn_name_kind kind,
                      uint32_t index)
{
    tn_buf_byte(p->out, ' ');
    tn_text_print_index(p, kind, index);
}

static void print_ref_unless_0(struct tn_printer *p, enum tn_name_kind kind,
                               uint32_t index)
{
    if (index != 0)
        print_ref(p, kind, index);
}

static void print_pair(struct tn_printer *p, const struct tn_instr *in,
                       enum tn_name_kind a, enum tn_name_kind b)
{
    print_ref(p, a, in->a);
    print_ref(p, b, in->b);
}

static void print_pair_unless_0(struct tn_printer *p, const struct tn_instr *in,
                                enum tn_name_kind kind)
{
    if (in->a != 0 || in->b != 0)
        print_pair(p, in, kind, kind);
}

static void print_memarg(struct tn_printer *p, const struct tn_instr *in,
                         enum tn_imm imm)
{
    const struct tn_memarg *memarg = &in->memarg;
    print_ref_unless_0(p, TN_NAME_MEMORY, memarg->memory);
    if (memarg->offset != 0)
        tn_buf_print(p->out, " offset=%" PRIu64, memarg->offset);
    if (memarg->align_log2 != tn_imm_align_log2(imm))
        tn_buf_print(p->out, " align=%" PRIu64,
                     (uint64_t)1 << memarg->align_log2);
    if (tn_imm_is_memarg_lane(imm))
        print_number_index(p, in->lane);
}

static void print_block_type(struct tn_printer *p,
                             const struct tn_block_type *block)
{
    if (block->kind == TN_BLOCK_INDEX) {
        tn_text_print_type_use(p, block->type_index, false);
    } else if (block->kind == TN_BLOCK_VALUE) {
        tn_buf_print(p->out, " (result ");
        tn_text_print_valtype(p, block->value);
        tn_buf_print(p->out, ")");
    }
}

static void print_labels(struct tn_printer *p, const struct tn_instr *in)
{
    struct tn_cursor rest = in->rest;
    for (uint64_t i = 0; i <= in->count; i++)
        print_number_index(p, tn_instr_label(&rest));
}

static void print_select_types(struct tn_printer *p, const struct tn_instr *in)
{
    struct tn_cursor rest = in->rest;
    tn_buf_print(p->out, " (result");
    for (uint32_t i = 0; i < in->count; i++) {
        tn_buf_print(p->out, " ");
        tn_text_print_valtype(p, tn_read_valtype(&rest));
    }
    tn_buf_print(p->out, ")");
}

static void print_catches(struct tn_printer *p, const struct tn_instr *in)
{
    static const char *const words[] = {"catch", "catch_ref", "catch_all",
                                        "catch_all_ref"};
    struct tn_cursor rest = in->rest;
    for (uint32_t i = 0; i < in->count; i++) {
        struct tn_catch clause = tn_instr_catch(&rest);
        tn_buf_print(p->out, " (%s", words[clause.kind]);
        if (clause.kind < 2)
            print_ref(p, TN_NAME_TAG, clause.tag);
        tn_buf_print(p->out, " %u)", clause.label);
    }
}

/* ref.null takes a heap type, the tests and casts a reference type. */
static void print_heap(struct tn_printer *p, const struct tn_instr *in)
{
    bool is_null =
        in->op == TN_OP_ref_test_null || in->op == TN_OP_ref_cast_null;
    tn_buf_print(p->out, " ");
    if (in->op == TN_OP_ref_null)
        tn_text_print_heaptype(p, in->of.heap);
    else
        tn_text_print_valtype(p, TN_REF(in->of.heap, is_null));
}

static void print_cast(struct tn_printer *p, const struct tn_instr *in)
{
    print_number_index(p, in->a);
    for (int i = 0; i < 2; i++) {
        tn_buf_print(p->out, " ");
        tn_text_print_valtype(p, in->of.cast[i]);
    }
}

/* Kinds that are one index; a label is but a number. */
static void print_one_index(struct tn_printer *p, uint32_t index,
                            enum tn_imm imm)
{
    static const uint8_t kinds[TN_IMM_COUNT] = {
        [TN_IMM_FUNC] = TN_NAME_FUNC,     [TN_IMM_TYPE] = TN_NAME_TYPE,
        [TN_IMM_GLOBAL] = TN_NAME_GLOBAL, [TN_IMM_TABLE] = TN_NAME_TABLE,
        [TN_IMM_ELEM] = TN_NAME_ELEM,     [TN_IMM_DATA] = TN_NAME_DATA,
        [TN_IMM_TAG] = TN_NAME_TAG,
    };
    if (kinds[imm] == 0)
        print_number_index(p, index);
    else
        print_ref(p, (enum tn_name_kind)kinds[imm], index);
}

/* Kinds that are one or two indices. */
static void print_indices(struct tn_printer *p, const struct tn_instr *in,
                          enum tn_imm imm)
{
    switch (imm) {
    case TN_IMM_LOCAL:
        tn_buf_byte(p->out, ' ');
        tn_text_print_local(p, in->a);
        return;
    case TN_IMM_MEM:
        print_ref_unless_0(p, TN_NAME_MEMORY, in->a);
        return;
    case TN_IMM_MEM_MEM:
        print_pair_unless_0(p, in, TN_NAME_MEMORY);
        return;
    case TN_IMM_TABLE_TABLE:
        print_pair_unless_0(p, in, TN_NAME_TABLE);
        return;
    case TN_IMM_DATA_MEM: /* written the other way round */
        print_ref_unless_0(p, TN_NAME_MEMORY, in->b);
        print_ref(p, TN_NAME_DATA, in->a);
        return;
    case TN_IMM_ELEM_TABLE:
        print_ref_unless_0(p, TN_NAME_TABLE, in->b);
        print_ref(p, TN_NAME_ELEM, in->a);
        return;
    case TN_IMM_CALL_INDIRECT:
        print_ref_unless_0(p, TN_NAME_TABLE, in->b);
        tn_buf_print(p->out, " (type ");
        tn_text_print_index(p, TN_NAME_TYPE, in->a);
        tn_buf_byte(p->out, ')');
        return;
    case TN_IMM_TYPE_FIELD:
        print_ref(p, TN_NAME_TYPE, in->a);
        tn_buf_byte(p->out, ' ');
        tn_text_print_field(p, in->a, in->b);
        return;
    case TN_IMM_TYPE_TYPE:
        print_pair(p, in, TN_NAME_TYPE, TN_NAME_TYPE);
        return;
    case TN_IMM_TYPE_DATA:
        print_pair(p, in, TN_NAME_TYPE, TN_NAME_DATA);
        return;
    case TN_IMM_TYPE_ELEM:
        print_pair(p, in, TN_NAME_TYPE, TN_NAME_ELEM);
        return;
    case TN_IMM_TYPE_N:
        print_ref(p, TN_NAME_TYPE, in->a);
        print_number_index(p, in->b);
        return;
    default:
        print_one_index(p, in->a, imm);
        return;
    }
}

static void print_lanes(struct tn_printer *p, const struct tn_instr *in)
{
    for (int i = 0; i < 16; i++)
        print_number_index(p, in->of.v128[i]);
}

static void print_number(struct tn_printer *p, const struct tn_instr *in,
                         enum tn_imm imm)
{
    tn_buf_print(p->out, " ");
    if (imm == TN_IMM_F32)
        print_f32(p->out, in->of.bits);
    else if (imm == TN_IMM_F64)
        print_f64(p->out, in->of.bits);
    else
        tn_buf_print(p->out, "%" PRId64, in->of.i);
}

void tn_text_print_instr(struct tn_printer *p, const struct tn_instr *in)
{
    const struct tn_opcode_info *info = &tn_mod_opcodes[in->op];
    enum tn_imm imm = (enum tn_imm)info->imm;
    tn_buf_print(p->out, "%s", info->text);
    if (tn_imm_is_memarg(imm)) {
        print_memarg(p, in, imm);
        return;
    }
    switch (imm) {
    case TN_IMM_NONE:
    case TN_IMM_FENCE:
        return;
    case TN_IMM_BLOCK:
        tn_text_print_label_id(p);
        print_block_type(p, &in->block);
        return;
    case TN_IMM_TRY_TABLE:
        tn_text_print_label_id(p);
        print_block_type(p, &in->block);
        print_catches(p, in);
        return;
    case TN_IMM_LABELS:
        print_labels(p, in);
        return;
    case TN_IMM_SELECT_T:
        print_select_types(p, in);
        return;
    case TN_IMM_I32:
    case TN_IMM_I64:
    case TN_IMM_F32:
    case TN_IMM_F64:
        print_number(p, in, imm);
        return;
    case TN_IMM_V128:
        print_v128(p->out, in->of.v128);
        return;
    case TN_IMM_LANES16:
        print_lanes(p, in);
        return;
    case TN_IMM_LANE2:
    case TN_IMM_LANE4:
    case TN_IMM_LANE8:
    case TN_IMM_LANE16:
        print_number_index(p, in->lane);
        return;
    case TN_IMM_HEAP:
        print_heap(p, in);
        return;
    case TN_IMM_CAST:
        print_cast(p, in);
        return;
    default:
        print_indices(p, in, imm);
        return;
    }
}

/* ----------------------------------------------------------------- code */

static bool opens_block(enum tn_opcode op)
{
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[op].imm;
    return imm == TN_IMM_BLOCK || imm == TN_IMM_TRY_TABLE;
}

static bool closes_block(enum tn_opcode op)
{
    return op == TN_OP_end || op == TN_OP_delegate;
}

/* One step out, for the line alone. */
static bool divides_block(enum tn_opcode op)
{
    return op == TN_OP_else_ || op == TN_OP_catch || op == TN_OP_catch_all;
}

/* The hint of the instruction at `offset` of the present body, if it is the
 * next one. */
static void print_hint(struct tn_printer *p, uint32_t func_index,
                       uint32_t offset)
{
    if (p->next_hint == p->hints.count)
        return;
    const struct tn_hint *hint = &p->hints.at[p->next_hint];
    if (hint->func != func_index || hint->offset != offset)
        return;
    tn_buf_print(p->out, "(@" TN_HINTS_SECTION " \"\\%02x\") ", hint->value);
    p->next_hint++;
}

static void new_line(struct tn_printer *p, uint32_t depth)
{
    uint32_t indent = depth < MAX_INDENT ? depth : MAX_INDENT;
    tn_buf_print(p->out, "\n%*s", (int)(indent * 2), "");
}

static struct tn_cursor cursor_over(const struct tn_printer *p,
                                    struct tn_range code)
{
    const uint8_t *at = p->mod->bytes + code.offset;
    return (struct tn_cursor){
        .base = p->mod->bytes, .at = at, .end = at + code.size, .err = p->err};
}

/* Code that names data needs their count before it: the text does not say it,
 * and reading it back would put right what is wrong. */
static void check_data_count(struct tn_printer *p, const struct tn_instr *in,
                             struct tn_cursor *c)
{
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[in->op].imm;
    if (imm != TN_IMM_DATA && imm != TN_IMM_DATA_MEM && imm != TN_IMM_TYPE_DATA)
        return;
    p->names_data = true;
    if (!p->mod->has_data_count)
        tn_cursor_fail_at(c, in->at, "data count section required");
}

tn_status tn_text_print_code(struct tn_printer *p, const struct tn_body *body,
                             uint32_t func_index)
{
    struct tn_cursor c = cursor_over(p, body->code);
    const uint8_t *begin = p->mod->bytes + body->range.offset;
    struct tn_instr in;
    uint32_t depth = 2; /* of the function's own lines */
    while (tn_instr_read(&c, &in)) {
        check_data_count(p, &in, &c);
        if (closes_block(in.op) && --depth < 2)
            break;
        new_line(p, divides_block(in.op) ? depth - 1 : depth);
        print_hint(p, func_index, (uint32_t)(in.at - begin));
        tn_text_print_instr(p, &in);
        if (opens_block(in.op))
            depth++;
    }
    if (!c.failed && c.at != c.end)
        tn_cursor_fail(&c, "section size mismatch: code behind the last end");
    return c.failed ? TN_E_MALFORMED : TN_OK;
}

tn_status tn_text_print_const(struct tn_printer *p, struct tn_range code)
{
    struct tn_cursor c = cursor_over(p, code);
    struct tn_instr in;
    const char *space = "";
    while (c.at != c.end) {
        if (!tn_instr_read(&c, &in))
            return TN_E_MALFORMED;
        if (in.op == TN_OP_end && c.at == c.end)
            break;
        tn_buf_print(p->out, "%s", space);
        tn_text_print_instr(p, &in);
        space = " ";
    }
    return TN_OK;
}
#undef MAX_INDENT
