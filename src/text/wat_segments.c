/* wat_segments.c - element and data segments. The flags are those of
 * decode_segments.c, the shortest that say what is said. */
#include "text/wat_parse.h"

void tn_wat_put_const(struct tn_buf *out, bool is_64, uint64_t value)
{
    tn_buf_byte(out, is_64 ? 0x42 : 0x41);
    tn_buf_sleb(out, (int64_t)value);
    tn_buf_byte(out, 0x0b);
}

/* (offset instr*) | one folded instruction */
static void write_offset(struct tn_wat *p, struct tn_buf *out)
{
    if (tn_wat_take_form(p, "offset")) {
        tn_wat_instrs(p, out);
        tn_wat_close(p);
    } else {
        tn_wat_folded(p, out);
    }
    tn_buf_byte(out, 0x0b);
}

/* (table x), (memory x), or as in 1.0 an index alone. The first is encoded
 * also if it is 0. */
struct segment_target {
    bool is_said, is_encoded;
    uint32_t index;
};

static struct segment_target take_target(struct tn_wat *p, const char *word,
                                         enum tn_wat_space space)
{
    struct segment_target target = {.is_encoded = tn_wat_take_form(p, word)};
    target.is_said = target.is_encoded || tn_wat_is(p, TN_TOKEN_NUMBER);
    if (!target.is_said)
        return target;
    target.index = tn_wat_index(p, space);
    if (target.is_encoded)
        tn_wat_close(p);
    target.is_encoded |= target.index != 0;
    return target;
}

/* ------------------------------------------------------------- elements */

struct elem_head {
    bool is_active, is_declared, has_exprs;
    struct segment_target table;
    tn_valtype type; /* of expressions */
};

/* elem ::= flags (table)? (offset)? (kind or type)? vec(index or expr): the
 * offset, if active, is in p->bytes, the list in p->body. */
static void put_elem(struct tn_wat *p, const struct elem_head *head,
                     uint32_t count)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_ELEMENT];
    struct tn_buf *out = &section->bytes;
    bool is_funcref = !head->has_exprs || head->type == TN_FUNCREF_TYPE;
    bool has_table = head->table.is_encoded || !is_funcref;
    bool bit_1 = head->is_active ? has_table : head->is_declared;
    uint32_t flags = (head->is_active ? 0 : 1u) | (bit_1 ? 2u : 0) |
                     (head->has_exprs ? 4u : 0);
    tn_buf_uleb(out, flags);
    if ((flags & 3) == 2)
        tn_buf_uleb(out, head->table.index);
    if (head->is_active)
        tn_buf_put(out, p->bytes.at, p->bytes.size);
    if ((flags & 3) != 0 && head->has_exprs)
        tn_write_valtype(out, head->type);
    else if ((flags & 3) != 0)
        tn_buf_byte(out, 0);
    tn_buf_uleb(out, count);
    tn_buf_put(out, p->body.at, p->body.size);
    section->count++;
    p->written[TN_WAT_ELEM]++;
}

static uint32_t read_elem_funcs(struct tn_wat *p)
{
    uint32_t count = 0;
    for (; tn_wat_has_index(p); count++)
        tn_buf_uleb(&p->body, tn_wat_index(p, TN_WAT_FUNC));
    return count;
}

/* The same, of functions that a table of another type holds. */
static uint32_t read_elem_func_exprs(struct tn_wat *p)
{
    uint32_t count = 0;
    for (; tn_wat_has_index(p); count++) {
        struct tn_instr in = {.op = TN_OP_ref_func,
                              .a = tn_wat_index(p, TN_WAT_FUNC)};
        tn_instr_write(&p->body, &in);
        tn_buf_byte(&p->body, 0x0b);
    }
    return count;
}

/* elemexpr ::= (item instr*) | one folded instruction */
static uint32_t read_elem_exprs(struct tn_wat *p)
{
    uint32_t count = 0;
    for (; tn_wat_is(p, TN_TOKEN_OPEN); count++) {
        if (tn_wat_take_form(p, "item")) {
            tn_wat_instrs(p, &p->body);
            tn_wat_close(p);
        } else {
            tn_wat_folded(p, &p->body);
        }
        tn_buf_byte(&p->body, 0x0b);
    }
    return count;
}

/* elemlist ::= func funcidx* | reftype elemexpr*; `func` may be left out of
 * an active segment. */
static uint32_t read_elem_list(struct tn_wat *p, struct elem_head *head)
{
    p->body.size = 0;
    bool is_func = tn_lex_take_keyword(&p->l, "func");
    head->has_exprs = !is_func && tn_wat_has_reftype(p);
    if (head->has_exprs) {
        head->type = tn_wat_reftype(p);
        return read_elem_exprs(p);
    }
    if (!is_func && !head->is_active)
        tn_wat_unexpected(p, "func or a reference type");
    return read_elem_funcs(p);
}

/* elem ::= (elem id? elemlist) | (elem id? declare elemlist)
 *        | (elem id? (table x)? offset elemlist) */
void tn_wat_write_elem(struct tn_wat *p)
{
    struct elem_head head = {0};
    tn_wat_skip_bind(p);
    p->bytes.size = 0;
    head.is_declared = tn_lex_take_keyword(&p->l, "declare");
    if (!head.is_declared) {
        head.table = take_target(p, "table", TN_WAT_TABLE);
        head.is_active = head.table.is_said || (tn_wat_is(p, TN_TOKEN_OPEN) &&
                                                !tn_wat_has_reftype(p));
    }
    if (head.is_active)
        write_offset(p, &p->bytes);
    uint32_t count = read_elem_list(p, &head);
    put_elem(p, &head, count);
}

uint32_t tn_wat_table_elems(struct tn_wat *p, uint32_t table, bool is_64,
                            tn_valtype type)
{
    struct elem_head head = {.is_active = true,
                             .table = {true, table != 0, table},
                             .type = type,
                             .has_exprs = true};
    uint32_t count;
    p->body.size = p->bytes.size = 0;
    tn_wat_put_const(&p->bytes, is_64, 0);
    if (tn_wat_is(p, TN_TOKEN_OPEN)) {
        count = read_elem_exprs(p);
    } else if (type == TN_FUNCREF_TYPE) {
        head.has_exprs = false;
        count = read_elem_funcs(p);
    } else {
        count = read_elem_func_exprs(p);
    }
    put_elem(p, &head, count);
    return count;
}

/* ----------------------------------------------------------------- data */

/* data ::= (data id? string*) | (data id? (memory x)? offset string*) */
void tn_wat_write_data(struct tn_wat *p)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_DATA];
    tn_wat_skip_bind(p);
    struct segment_target memory = take_target(p, "memory", TN_WAT_MEMORY);
    bool is_active = memory.is_said || tn_wat_is(p, TN_TOKEN_OPEN);
    tn_buf_uleb(&section->bytes, memory.is_encoded ? 2 : !is_active);
    if (memory.is_encoded)
        tn_buf_uleb(&section->bytes, memory.index);
    if (is_active)
        write_offset(p, &section->bytes);
    p->bytes.size = 0;
    tn_wat_strings(p, &p->bytes);
    tn_wat_put_bytes(&section->bytes, p->bytes.at, p->bytes.size);
    section->count++;
}
