/* wat_imm.c - immediates of instructions: a case for each kind of imm.def.
 *
 * Lists are put into p->list in binary, where tn_instr_write reads them. */
#include "text/number.h"
#include "text/wat_parse.h"

/* ------------------------------------------------------------- memories */

static bool has_assignment(const struct tn_wat *p, const char *key)
{
    return tn_wat_is(p, TN_TOKEN_KEYWORD) &&
           tn_str_starts(p->l.token.text, key);
}

/* memarg ::= (offset=u64)? (align=u64)? */
static void read_memarg_text(struct tn_wat *p, enum tn_imm imm,
                             struct tn_memarg *out)
{
    out->offset = 0;
    out->align_log2 = tn_imm_align_log2(imm);
    if (has_assignment(p, "offset="))
        out->offset = tn_wat_assigned(p, "offset=");
    if (!has_assignment(p, "align="))
        return;
    uint32_t at = p->l.token.offset, log2 = 0;
    uint64_t align = tn_wat_assigned(p, "align=");
    if (align == 0 || (align & (align - 1)) != 0) {
        tn_wat_fail(p, TN_E_MALFORMED, at, "alignment must be a power of two");
        return;
    }
    while (align >> log2 > 1)
        log2++;
    out->align_log2 = log2;
}

/* Is the number at hand a memory's, and not the lane behind the memarg? Then
 * something follows that is of the memarg, or the lane. */
static bool is_memory_before_lane(struct tn_wat *p)
{
    if (!tn_wat_is(p, TN_TOKEN_NUMBER))
        return tn_wat_is(p, TN_TOKEN_ID);
    struct tn_lexer before = p->l;
    tn_lex_next(&p->l);
    bool is_one = tn_wat_is(p, TN_TOKEN_NUMBER) ||
                  has_assignment(p, "offset=") || has_assignment(p, "align=");
    if (tn_wat_ok(p))
        p->l = before;
    return is_one;
}

static void read_access(struct tn_wat *p, struct tn_instr *in, enum tn_imm imm)
{
    bool has_lane = tn_imm_is_memarg_lane(imm);
    bool has_memory = has_lane ? is_memory_before_lane(p) : tn_wat_has_index(p);
    in->memarg.memory = has_memory ? tn_wat_index(p, TN_WAT_MEMORY) : 0;
    read_memarg_text(p, imm, &in->memarg);
    if (has_lane)
        in->lane = (uint8_t)tn_wat_u(p, 8);
}

/* -------------------------------------------------------------- vectors */

static void put_lane(uint8_t *at, uint64_t bits, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        at[i] = (uint8_t)(bits >> 8 * i);
}

/* As many numbers as there must be, neither less nor more? */
static bool has_lanes(struct tn_wat *p, unsigned count, const char *else_what)
{
    struct tn_lexer before = p->l;
    unsigned found = 0;
    for (; tn_wat_is(p, TN_TOKEN_NUMBER) && found <= count; found++)
        tn_lex_next(&p->l);
    if (!tn_wat_ok(p))
        return false;
    if (found == count) {
        p->l = before;
        return true;
    }
    if (tn_wat_is(p, TN_TOKEN_RESERVED))
        tn_wat_unexpected(p, "a number");
    else
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset, "%s, %u expected",
                    else_what, count);
    return false;
}

static void read_v128_const(struct tn_wat *p, uint8_t out[16])
{
    static const struct {
        const char *name;
        uint8_t size; /* of a lane, in bytes */
        bool is_float;
    } shapes[] = {{"i8x16", 1, false}, {"i16x8", 2, false}, {"i32x4", 4, false},
                  {"i64x2", 8, false}, {"f32x4", 4, true},  {"f64x2", 8, true}};
    const size_t shape_count = sizeof shapes / sizeof *shapes;
    size_t shape = 0;
    while (shape < shape_count &&
           !tn_lex_take_keyword(&p->l, shapes[shape].name))
        shape++;
    if (shape == shape_count) {
        tn_wat_unexpected(p, "the shape of a vector");
        return;
    }
    unsigned size = shapes[shape].size;
    if (!has_lanes(p, 16 / size, "wrong number of lane literals"))
        return;
    for (unsigned i = 0; i < 16; i += size)
        put_lane(out + i,
                 shapes[shape].is_float ? tn_wat_f(p, size * 8)
                                        : tn_wat_i(p, size * 8),
                 size);
}

/* Lanes that are numbers of another kind are out of range too. */
static void read_shuffle(struct tn_wat *p, uint8_t out[16])
{
    uint64_t lane;
    if (!has_lanes(p, 16, "invalid lane length"))
        return;
    for (unsigned i = 0; i < 16 && tn_wat_ok(p); i++) {
        struct tn_str text = p->l.token.text;
        if (tn_number_u(text, 8, &lane) != TN_NUMBER_OK &&
            tn_number_f64(text, &lane) == TN_NUMBER_OK)
            tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset,
                        "i8 constant out of range: %.*s", TN_STR(text));
        out[i] = (uint8_t)tn_wat_u(p, 8);
    }
}

/* ---------------------------------------------------------------- lists */

static void begin_list(struct tn_wat *p, struct tn_instr *in)
{
    p->list.size = 0;
    in->count = 0;
}

static void end_list(struct tn_wat *p, struct tn_instr *in)
{
    const uint8_t *at = p->list.at;
    size_t size = p->list.size;
    in->rest =
        (struct tn_cursor){at, at, size > 0 ? at + size : at, NULL, false};
    if (p->list.failed)
        tn_wat_no_memory(p);
}

/* l* l, the last of which is the default. */
static void read_labels(struct tn_wat *p, struct tn_instr *in)
{
    begin_list(p, in);
    do
        tn_buf_uleb(&p->list, tn_wat_index(p, TN_WAT_LABEL));
    while (tn_wat_has_index(p) && ++in->count);
    end_list(p, in);
}

/* select (result t*)*: with types if anything is said of them. */
static void read_select_types(struct tn_wat *p, struct tn_instr *in)
{
    begin_list(p, in);
    while (tn_wat_take_form(p, "result")) {
        in->op = TN_OP_select_t;
        for (; tn_wat_ok(p) && !tn_wat_is(p, TN_TOKEN_CLOSE); in->count++)
            tn_write_valtype(&p->list, tn_wat_valtype(p));
        tn_wat_close(p);
    }
    end_list(p, in);
}

/* catch ::= (catch x l) | (catch_ref x l) | (catch_all l)
 *         | (catch_all_ref l) */
static void read_catches(struct tn_wat *p, struct tn_instr *in)
{
    static const char *const words[] = {"catch", "catch_ref", "catch_all",
                                        "catch_all_ref"};
    begin_list(p, in);
    for (uint8_t kind = 0; kind < 4;) {
        if (!tn_wat_take_form(p, words[kind])) {
            kind++;
            continue;
        }
        tn_buf_byte(&p->list, kind);
        if (kind < 2)
            tn_buf_uleb(&p->list, tn_wat_index(p, TN_WAT_TAG));
        tn_buf_uleb(&p->list, tn_wat_index(p, TN_WAT_LABEL));
        tn_wat_close(p);
        in->count++;
        kind = 0;
    }
    end_list(p, in);
}

/* ---------------------------------------------------------------- types */

/* (type x)? (param t*)* (result t*)*, in the shortest form there is. */
static void read_block_use(struct tn_wat *p, struct tn_block_type *out)
{
    struct tn_wat_use use;
    *out = (struct tn_block_type){TN_BLOCK_EMPTY, TN_VT_NONE, 0};
    if (!tn_wat_is(p, TN_TOKEN_OPEN))
        return;
    tn_wat_read_use(p, TN_WAT_UNNAMED, &use);
    if (use.has_type || use.param_count > 0 || use.result_count > 1) {
        out->kind = TN_BLOCK_INDEX;
        out->type_index = tn_wat_type_of(p, &use);
    } else if (use.result_count == 1) {
        out->kind = TN_BLOCK_VALUE;
        out->value = use.result;
    }
}

/* ref.test, ref.cast: the row below is of nullable types. */
static void read_heap(struct tn_wat *p, struct tn_instr *in)
{
    if (in->op == TN_OP_ref_null) {
        in->of.heap = tn_wat_heaptype(p);
        return;
    }
    tn_valtype type = tn_wat_reftype(p);
    if (tn_is_nullable(type))
        in->op = in->op == TN_OP_ref_test ? TN_OP_ref_test_null
                                          : TN_OP_ref_cast_null;
    in->of.heap = tn_heap_of(type);
}

static void read_cast_types(struct tn_wat *p, struct tn_instr *in)
{
    in->a = tn_wat_index(p, TN_WAT_LABEL);
    in->of.cast[0] = tn_wat_reftype(p);
    in->of.cast[1] = tn_wat_reftype(p);
}

/* -------------------------------------------------------------- indices */

/* Two of one space, or none, which is 0 and 0. */
static void read_two_or_none(struct tn_wat *p, struct tn_instr *in,
                             enum tn_wat_space space)
{
    in->a = in->b = 0;
    if (!tn_wat_has_index(p))
        return;
    in->a = tn_wat_index(p, space);
    in->b = tn_wat_index(p, space);
}

/* memory.init x? y, table.init x? y: `space` of y, whose index is the first
 * in binary; x is `from`, 0 if left out. What comes first is known when it is
 * known whether there is a second. */
static void read_init(struct tn_wat *p, struct tn_instr *in,
                      enum tn_wat_space space, enum tn_wat_space from)
{
    struct tn_lexer before = p->l;
    tn_lex_next(&p->l);
    bool has_both = tn_wat_has_index(p);
    if (tn_wat_ok(p))
        p->l = before;
    in->b = has_both ? tn_wat_index(p, from) : 0;
    in->a = tn_wat_index(p, space);
}

static void read_type_and(struct tn_wat *p, struct tn_instr *in,
                          enum tn_wat_space space)
{
    in->a = tn_wat_index(p, TN_WAT_TYPE);
    in->b = tn_wat_index(p, space);
}

/* The space of an only index; of those in `optional` it may be missing. */
static void read_index(struct tn_wat *p, struct tn_instr *in, enum tn_imm imm)
{
    static const uint8_t spaces[TN_IMM_COUNT] = {
        [TN_IMM_LABEL] = TN_WAT_LABEL,   [TN_IMM_FUNC] = TN_WAT_FUNC,
        [TN_IMM_TYPE] = TN_WAT_TYPE,     [TN_IMM_LOCAL] = TN_WAT_LOCAL,
        [TN_IMM_GLOBAL] = TN_WAT_GLOBAL, [TN_IMM_TABLE] = TN_WAT_TABLE,
        [TN_IMM_ELEM] = TN_WAT_ELEM,     [TN_IMM_DATA] = TN_WAT_DATA,
        [TN_IMM_MEM] = TN_WAT_MEMORY,    [TN_IMM_TAG] = TN_WAT_TAG,
    };
    enum tn_wat_space space = (enum tn_wat_space)spaces[imm];
    bool is_optional = imm == TN_IMM_TABLE || imm == TN_IMM_MEM;
    in->a =
        is_optional ? tn_wat_optional_index(p, space) : tn_wat_index(p, space);
}

static void read_indices(struct tn_wat *p, struct tn_instr *in, enum tn_imm imm)
{
    switch (imm) {
    case TN_IMM_CALL_INDIRECT:
        in->b = tn_wat_optional_index(p, TN_WAT_TABLE);
        in->a = tn_wat_type_use(p, TN_WAT_UNNAMED);
        return;
    case TN_IMM_TABLE_TABLE:
        read_two_or_none(p, in, TN_WAT_TABLE);
        return;
    case TN_IMM_MEM_MEM:
        read_two_or_none(p, in, TN_WAT_MEMORY);
        return;
    case TN_IMM_ELEM_TABLE:
        read_init(p, in, TN_WAT_ELEM, TN_WAT_TABLE);
        return;
    case TN_IMM_DATA_MEM:
        read_init(p, in, TN_WAT_DATA, TN_WAT_MEMORY);
        return;
    case TN_IMM_TYPE_FIELD:
        in->a = tn_wat_index(p, TN_WAT_TYPE);
        in->b = tn_wat_field_index(p, in->a);
        return;
    case TN_IMM_TYPE_TYPE:
        read_type_and(p, in, TN_WAT_TYPE);
        return;
    case TN_IMM_TYPE_DATA:
        read_type_and(p, in, TN_WAT_DATA);
        return;
    case TN_IMM_TYPE_ELEM:
        read_type_and(p, in, TN_WAT_ELEM);
        return;
    default: /* TYPE_N */
        in->a = tn_wat_index(p, TN_WAT_TYPE);
        in->b = (uint32_t)tn_wat_u(p, 32);
        return;
    }
}

/* ------------------------------------------------------------------ all */

static void read_bytes_16(struct tn_wat *p, struct tn_instr *in,
                          enum tn_imm imm)
{
    if (imm == TN_IMM_V128)
        read_v128_const(p, in->of.v128);
    else
        read_shuffle(p, in->of.v128);
}

void tn_wat_immediates(struct tn_wat *p, struct tn_instr *in)
{
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[in->op].imm;
    if (imm == TN_IMM_DATA || imm == TN_IMM_DATA_MEM || imm == TN_IMM_TYPE_DATA)
        p->needs_data_count = true;
    switch ((enum tn_imm_form)tn_mod_opcodes[in->op].form) {
    case TN_FORM_NONE:
        if (in->op == TN_OP_select)
            read_select_types(p, in);
        return;
    case TN_FORM_INDEX:
        read_index(p, in, imm);
        return;
    case TN_FORM_INDICES:
        read_indices(p, in, imm);
        return;
    case TN_FORM_MEMARG:
    case TN_FORM_MEMARG_LANE:
        read_access(p, in, imm);
        return;
    case TN_FORM_LANE:
        in->lane = (uint8_t)tn_wat_u(p, 8);
        return;
    case TN_FORM_TRY_TABLE:
    case TN_FORM_BLOCK:
        read_block_use(p, &in->block);
        if (imm == TN_IMM_TRY_TABLE)
            read_catches(p, in);
        return;
    case TN_FORM_LABELS:
        read_labels(p, in);
        return;
    case TN_FORM_S32:
        in->of.i = (int32_t)(uint32_t)tn_wat_i(p, 32);
        return;
    case TN_FORM_S64:
        in->of.i = (int64_t)tn_wat_i(p, 64);
        return;
    case TN_FORM_BITS32:
        in->of.bits = tn_wat_f(p, 32);
        return;
    case TN_FORM_BITS64:
        in->of.bits = tn_wat_f(p, 64);
        return;
    case TN_FORM_BYTES16:
        read_bytes_16(p, in, imm);
        return;
    case TN_FORM_HEAP:
        read_heap(p, in);
        return;
    case TN_FORM_CAST:
        read_cast_types(p, in);
        return;
    case TN_FORM_VALTYPES: /* select_t, which read_select_types makes */
    case TN_FORM_ZERO:
        return;
    }
}
