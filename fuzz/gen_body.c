/* gen_body.c - the code of a function, one random step after another.
 *
 * The generator keeps the validator's view: a stack of types and a stack of
 * blocks. A step picks an instruction and takes its operands from the stack if
 * they happen to fit, else pushes new ones; a block ends by bringing the stack
 * to what its type says. So every step is valid, and whatever is left on the
 * stack between steps makes for odd, yet valid, code.
 *
 * A value is `wild` if it may be a NaN whose bits the engine chose. `tame`
 * replaces such a NaN; it is asked for wherever bits can be seen. */
#include "gen_inside.h"

#include <stdlib.h>
#include <string.h>

enum {
    SOFT_STACK = 14 /* above, steps prefer to use values up */
};

/* An instruction behind the prefix 0xfc. */
static void op_fc(struct gen_maker *m, uint32_t opcode)
{
    gen_op_index(m, 0xfc, opcode);
}

void gen_i32_const(struct gen_maker *m, int32_t value)
{
    gen_op(m, 0x41);
    gen_sleb(m->out, value);
}

static void i64_const(struct gen_maker *m, int64_t value)
{
    gen_op(m, 0x42);
    gen_sleb(m->out, value);
}

/* ------------------------------------------------------- values and stack */

static bool is_float(char type)
{
    return type == 'f' || type == 'F';
}

void gen_push(struct gen_maker *m, char type, bool wild)
{
    m->stack[m->height++] = (struct gen_value){type, wild && is_float(type)};
}

/* Replaces a NaN on top of the stack: `x, nan, x == x, select`. */
void gen_tame(struct gen_maker *m)
{
    struct gen_value *top = &m->stack[m->height - 1];
    if (!top->wild || top->type == 'v')
        return;
    bool is_f64 = top->type == 'F';
    uint64_t nan = is_f64 ? 0x7ff8000000000000 : 0x7fc00000;
    uint32_t scratch = m->scratch[is_f64];
    gen_op_index(m, 0x22, scratch);
    gen_op(m, is_f64 ? 0x44 : 0x43);
    gen_raw(m->out, &nan, is_f64 ? 8 : 4);
    gen_op_index(m, 0x20, scratch);
    gen_op_index(m, 0x20, scratch);
    gen_op(m, is_f64 ? 0x61 : 0x5b);
    gen_op(m, 0x1b);
    top->wild = false;
}

static int64_t some_integer(struct gen_maker *m)
{
    static const int64_t edges[] = {0,   1,         -1,        2,
                                    8,   INT32_MAX, INT32_MIN, INT64_MAX,
                                    255, 0x10000,   INT64_MIN, UINT32_MAX,
                                    31,  64,        -8};
    switch (gen_pick(m, 3)) {
    case 0:
        return edges[gen_pick(m, sizeof edges / sizeof *edges)];
    case 1:
        return (int64_t)gen_pick(m, 256) - 128;
    default:
        return (int64_t)gen_bits(m->source);
    }
}

static uint64_t some_float(struct gen_maker *m)
{
    static const double edges[] = {0.0,  -0.0,         1.0, -1.5,
                                   1e30, 2147483648.0, 0.1};
    double value = edges[gen_pick(m, sizeof edges / sizeof *edges)];
    uint64_t bits;
    if (gen_one_of(m, 3))
        value = (double)some_integer(m);
    memcpy(&bits, &value, sizeof bits);
    return gen_one_of(m, 8) ? gen_bits(m->source) : bits;
}

static void push_constant(struct gen_maker *m, char type)
{
    uint64_t bits;
    float narrow;
    double wide;
    switch (type) {
    case 'i':
        gen_i32_const(m, (int32_t)some_integer(m));
        break;
    case 'I':
        i64_const(m, some_integer(m));
        break;
    case 'f':
        bits = some_float(m);
        memcpy(&wide, &bits, sizeof wide);
        narrow = (float)wide;
        gen_op(m, 0x43), gen_raw(m->out, &narrow, sizeof narrow);
        break;
    case 'F':
        bits = some_float(m);
        gen_op(m, 0x44), gen_raw(m->out, &bits, sizeof bits);
        break;
    case 'v':
        gen_put_v128(m->source, m->out);
        break;
    case 'r':
        if (gen_one_of(m, 2)) {
            gen_op_index(m, 0xd2, gen_pick(m, m->plan->func_count));
            break;
        } /* fallthrough */
    default:
        if (gen_is_any(type) && !gen_one_of(m, 4)) {
            gen_put_constant(m->plan, type, m->out);
        } else {
            gen_op(m, 0xd0);
            gen_put_heap_type(m->out, type);
        }
        break;
    }
    gen_push(m, type, false);
}

/* Index of a `type` among `types` (`count` of them), or `count`. */
static uint32_t find_type(struct gen_maker *m, const char *types,
                          uint32_t count, char type)
{
    uint32_t start = count > 0 ? gen_pick(m, count) : 0;
    for (uint32_t i = 0; i < count; i++)
        if (types[(start + i) % count] == type)
            return (start + i) % count;
    return count;
}

/* Pushes a new value of `type`. */
void gen_push_some(struct gen_maker *m, char type)
{
    uint32_t local_count = (uint32_t)strlen(m->locals);
    uint32_t local = find_type(m, m->locals, local_count, type);
    uint32_t global_count = (uint32_t)strlen(m->plan->globals);
    uint32_t global = find_type(m, m->plan->globals, global_count, type);
    uint32_t how = gen_pick(m, 8);
    if (how < 5 && local < local_count) {
        gen_op_index(m, 0x20, local);
        gen_push(m, type, true);
    } else if (how == 5 && global < global_count) {
        gen_op_index(m, 0x23, global);
        gen_push(m, type, false);
    } else {
        push_constant(m, type);
    }
}

static void drop(struct gen_maker *m)
{
    gen_op(m, 0x1a);
    m->height--;
}

static bool top_is(struct gen_maker *m, const char *types, bool must_be_tame)
{
    uint32_t count = (uint32_t)strlen(types);
    if (gen_room(m) < count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct gen_value *v = &m->stack[m->height - count + i];
        if (v->type != types[i] || (must_be_tame && v->wild && i + 1 < count))
            return false;
    }
    return true;
}

/* Sees to it that the top of the stack is `types`. */
void gen_need(struct gen_maker *m, const char *types, bool must_be_tame)
{
    bool fits = top_is(m, types, must_be_tame) && !gen_one_of(m, 8);
    for (const char *t = types; !fits && *t != 0; t++) {
        gen_push_some(m, *t);
        if (must_be_tame)
            gen_tame(m);
    }
    if (fits && must_be_tame && *types != 0)
        gen_tame(m);
}

void gen_take(struct gen_maker *m, const char *types)
{
    m->height -= (uint32_t)strlen(types);
}

void gen_give(struct gen_maker *m, const char *types, bool wild)
{
    for (; *types != 0; types++)
        gen_push(m, *types, wild);
}

/* --------------------------------------------------------- number steps */

enum {
    DIVIDES = 1,
    TRAPS = 2,
    WILD = 4,
    SEEN = 8,
    FC = 16
};

/* Opcodes first..last; SEEN: the operands' bits can be seen in the result. */
struct number_ops {
    uint8_t first, last;
    const char *params, *result;
    unsigned flags;
};

static const struct number_ops number_ops[] = {
    {0x45, 0x45, "i", "i", 0},
    {0x46, 0x4f, "ii", "i", 0},
    {0x50, 0x50, "I", "i", 0},
    {0x51, 0x5a, "II", "i", 0},
    {0x5b, 0x60, "ff", "i", 0},
    {0x61, 0x66, "FF", "i", 0},
    {0x67, 0x69, "i", "i", 0},
    {0x6a, 0x6c, "ii", "i", 0},
    {0x6d, 0x70, "ii", "i", DIVIDES},
    {0x71, 0x78, "ii", "i", 0},
    {0x79, 0x7b, "I", "I", 0},
    {0x7c, 0x7e, "II", "I", 0},
    {0x7f, 0x82, "II", "I", DIVIDES},
    {0x83, 0x8a, "II", "I", 0},
    {0x8b, 0x91, "f", "f", WILD},
    {0x92, 0x97, "ff", "f", WILD},
    {0x98, 0x98, "ff", "f", WILD | SEEN},
    {0x99, 0x9f, "F", "F", WILD},
    {0xa0, 0xa5, "FF", "F", WILD},
    {0xa6, 0xa6, "FF", "F", WILD | SEEN},
    {0xa7, 0xa7, "I", "i", 0},
    {0xa8, 0xa9, "f", "i", TRAPS},
    {0xaa, 0xab, "F", "i", TRAPS},
    {0xac, 0xad, "i", "I", 0},
    {0xae, 0xaf, "f", "I", TRAPS},
    {0xb0, 0xb1, "F", "I", TRAPS},
    {0xb2, 0xb3, "i", "f", 0},
    {0xb4, 0xb5, "I", "f", 0},
    {0xb6, 0xb6, "F", "f", WILD},
    {0xb7, 0xb8, "i", "F", 0},
    {0xb9, 0xba, "I", "F", 0},
    {0xbb, 0xbb, "f", "F", WILD},
    {0xbc, 0xbc, "f", "i", SEEN},
    {0xbd, 0xbd, "F", "I", SEEN},
    {0xbe, 0xbe, "i", "f", 0},
    {0xbf, 0xbf, "I", "F", 0},
    {0xc0, 0xc1, "i", "i", 0},
    {0xc2, 0xc4, "I", "I", 0},
    {0x00, 0x01, "f", "i", FC},
    {0x02, 0x03, "F", "i", FC},
    {0x04, 0x05, "f", "I", FC},
    {0x06, 0x07, "F", "I", FC},
};

static void step_number(struct gen_maker *m)
{
    const struct number_ops *row =
        &number_ops[gen_pick(m, sizeof number_ops / sizeof *number_ops)];
    unsigned opcode =
        row->first + gen_pick(m, (uint32_t)(row->last - row->first) + 1);
    if (row->flags & TRAPS && !gen_one_of(m, 6))
        return;
    if (row->flags & DIVIDES && !gen_one_of(m, 8)) {
        char left[2] = {row->params[0], 0};
        int32_t divisor = (int32_t)gen_pick(m, 200) - 100;
        gen_need(m, left, false);
        divisor = divisor == 0 ? 7 : divisor;
        if (left[0] == 'i')
            gen_i32_const(m, divisor);
        else
            i64_const(m, divisor);
        gen_push(m, left[0], false);
    } else {
        gen_need(m, row->params, (row->flags & SEEN) != 0);
    }
    if (row->flags & FC)
        op_fc(m, opcode);
    else
        gen_op(m, opcode);
    gen_take(m, row->params);
    gen_give(m, row->result, (row->flags & WILD) != 0);
}

/* A type that the module has, numbers mostly. */
static char some_type(struct gen_maker *m)
{
    static const char types[] = "iiiIIfFrx";
    unsigned with = m->plan->with;
    if ((with & GEN_SIMD) != 0 && gen_one_of(m, 5))
        return 'v';
    if ((with & GEN_GC) != 0 && gen_one_of(m, 3))
        return "aaqjSSTTABCD"[gen_pick(m, 12)];
    if ((with & GEN_EXCEPTIONS) != 0 && gen_one_of(m, 16))
        return 'e';
    return types[gen_pick(m, sizeof types - 1)];
}

/* i64.add128, sub128: four operands; i64.mul_wide_s, _u: two. */
static void step_wide(struct gen_maker *m)
{
    uint32_t which = gen_pick(m, 4);
    const char *params = which < 2 ? "IIII" : "II";
    if ((m->plan->with & GEN_WIDE) == 0)
        return;
    gen_need(m, params, false);
    op_fc(m, 19 + which);
    gen_take(m, params);
    gen_give(m, "II", false);
}

static void step_push(struct gen_maker *m)
{
    gen_push_some(m, some_type(m));
}

static void step_local(struct gen_maker *m)
{
    uint32_t local = gen_pick(m, m->settable);
    char type[2] = {m->locals[local], 0};
    gen_need(m, type, false);
    bool is_tee = gen_one_of(m, 2);
    gen_op_index(m, is_tee ? 0x22 : 0x21, local);
    if (!is_tee)
        gen_take(m, type);
}

static void step_global(struct gen_maker *m)
{
    uint32_t count = (uint32_t)strlen(m->plan->globals);
    if (count == 1)
        return;
    uint32_t global = 1 + gen_pick(m, count - 1);
    char type[2] = {m->plan->globals[global], 0};
    if (*type == 'k') {
        gen_op_index(m, 0x23, global);
        gen_push(m, 'i', false);
        return;
    }
    gen_need(m, type, true);
    gen_op_index(m, 0x24, global);
    gen_take(m, type);
}

static void step_drop(struct gen_maker *m)
{
    if (gen_room(m) > 0)
        drop(m);
}

static void step_select(struct gen_maker *m)
{
    char type = some_type(m);
    char params[] = {type, type, 'i', 0};
    gen_need(m, params, false);
    if (gen_is_ref(type) || gen_one_of(m, 4)) {
        gen_op(m, 0x1c), gen_leb(m->out, 1);
        gen_put_type(m->out, type);
    } else {
        gen_op(m, 0x1b);
    }
    gen_take(m, params);
    gen_push(m, type, true);
}

static void step_reference(struct gen_maker *m)
{
    const char *type = gen_one_of(m, 2) ? "r" : "x";
    gen_need(m, type, false);
    gen_op(m, 0xd1);
    gen_take(m, type);
    gen_push(m, 'i', false);
}

/* ------------------------------------------------------------ memory steps */

struct access {
    char type;
    uint8_t size_log2;
};

static const struct access accesses[] = {/* loads from 0x28, then stores */
                                         {'i', 2}, {'I', 3}, {'f', 2}, {'F', 3},
                                         {'i', 0}, {'i', 0}, {'i', 1}, {'i', 1},
                                         {'I', 0}, {'I', 0}, {'I', 1}, {'I', 1},
                                         {'I', 2}, {'I', 2}, {'i', 2}, {'I', 3},
                                         {'f', 2}, {'F', 3}, {'i', 0}, {'i', 1},
                                         {'I', 0}, {'I', 1}, {'I', 2}};

/* The integer on top becomes an index of a 32- or 64-bit space, mostly below
 * `reach` (a power of two). */
void gen_mask_index(struct gen_maker *m, bool is_64, uint32_t reach)
{
    if (gen_one_of(m, 24))
        return;
    if (is_64)
        i64_const(m, reach - 1);
    else
        gen_i32_const(m, (int32_t)reach - 1);
    gen_op(m, is_64 ? 0x83 : 0x71);
}

/* An index that may come from what is on the stack: a first operand. */
static void need_index(struct gen_maker *m, bool is_64, uint32_t reach)
{
    gen_need(m, is_64 ? "I" : "i", false);
    gen_mask_index(m, is_64, reach);
}

void gen_push_index(struct gen_maker *m, bool is_64, uint32_t reach)
{
    uint32_t index = gen_pick(m, reach);
    if (gen_one_of(m, 2)) {
        gen_push_some(m, is_64 ? 'I' : 'i');
        gen_mask_index(m, is_64, reach);
        return;
    }
    if (is_64)
        i64_const(m, index);
    else
        gen_i32_const(m, (int32_t)index);
    gen_push(m, is_64 ? 'I' : 'i', false);
}

void gen_put_memarg(struct gen_maker *m, uint32_t memory, uint32_t align_log2,
                    uint64_t offset)
{
    if (memory > 0 || gen_one_of(m, 16)) {
        gen_leb(m->out, align_log2 | 0x40);
        gen_leb(m->out, memory);
    } else {
        gen_leb(m->out, align_log2);
    }
    gen_leb(m->out, offset);
}

static void put_some_memarg(struct gen_maker *m, uint32_t memory,
                            const struct access *access)
{
    uint32_t align = gen_pick(m, access->size_log2 + 1u);
    uint64_t offset =
        gen_pick(m, 4) == 0 ? gen_pick(m, 0x4000) : gen_pick(m, 64);
    if (gen_one_of(m, 64))
        offset =
            m->plan->memories[memory].is_64 ? gen_bits(m->source) : 0xfffffff0;
    gen_put_memarg(m, memory, align, offset);
}

uint32_t gen_pick_memory(struct gen_maker *m)
{
    return gen_one_of(m, 2) ? 0 : gen_pick(m, m->plan->memory_count);
}

static void step_load(struct gen_maker *m)
{
    uint32_t which = gen_pick(m, 14), memory = gen_pick_memory(m);
    need_index(m, m->plan->memories[memory].is_64, 0x8000);
    gen_op(m, 0x28 + which);
    put_some_memarg(m, memory, &accesses[which]);
    m->height--;
    gen_push(m, accesses[which].type, false);
}

static void step_store(struct gen_maker *m)
{
    uint32_t which = 14 + gen_pick(m, 9), memory = gen_pick_memory(m);
    char type[2] = {accesses[which].type, 0};
    need_index(m, m->plan->memories[memory].is_64, 0x8000);
    gen_push_some(m, *type);
    gen_tame(m);
    gen_op(m, 0x28 + which);
    put_some_memarg(m, memory, &accesses[which]);
    m->height -= 2;
}

static void step_memory_size(struct gen_maker *m)
{
    uint32_t memory = gen_pick_memory(m);
    bool is_64 = m->plan->memories[memory].is_64, grows = gen_one_of(m, 2);
    if (grows)
        gen_push_index(m, is_64, 2);
    gen_op_index(m, grows ? 0x40 : 0x3f, memory);
    m->height -= grows;
    gen_push(m, is_64 ? 'I' : 'i', false);
}

static void step_memory_bulk(struct gen_maker *m)
{
    uint32_t to = gen_pick_memory(m), from = gen_pick_memory(m);
    bool to_64 = m->plan->memories[to].is_64,
         from_64 = m->plan->memories[from].is_64;
    gen_push_index(m, to_64, 0x4000);
    switch (gen_pick(m, 3)) {
    case 0:
        gen_push_index(m, false, 32), gen_push_index(m, false, 16);
        op_fc(m, 8), gen_leb(m->out, gen_pick(m, GEN_SEGMENTS)),
            gen_leb(m->out, to);
        break;
    case 1:
        gen_push_index(m, from_64, 0x4000),
            gen_push_index(m, to_64 && from_64, 512);
        op_fc(m, 10), gen_leb(m->out, to), gen_leb(m->out, from);
        break;
    default:
        gen_push_some(m, 'i'), gen_push_index(m, to_64, 512);
        op_fc(m, 11), gen_leb(m->out, to);
        break;
    }
    m->height -= 3;
    if (gen_one_of(m, 40))
        op_fc(m, 9), gen_leb(m->out, gen_pick(m, GEN_SEGMENTS));
}

/* ------------------------------------------------------------- table steps */

static void step_table(struct gen_maker *m)
{
    uint32_t table = gen_pick(m, m->plan->table_count);
    const struct gen_table *t = &m->plan->tables[table];
    char type[2] = {t->type, 0};
    switch (gen_pick(m, 4)) {
    case 0:
        gen_push_index(m, t->is_64, 8);
        gen_op_index(m, 0x25, table);
        m->height--;
        gen_push(m, t->type, false);
        return;
    case 1:
        gen_push_index(m, t->is_64, 16), gen_push_some(m, *type);
        gen_op_index(m, 0x26, table);
        m->height -= 2;
        return;
    case 2:
        op_fc(m, 16), gen_leb(m->out, table);
        gen_push(m, t->is_64 ? 'I' : 'i', false);
        return;
    default:
        gen_push_some(m, *type), gen_push_index(m, t->is_64, 4);
        op_fc(m, 15), gen_leb(m->out, table);
        m->height -= 2;
        gen_push(m, t->is_64 ? 'I' : 'i', false);
        return;
    }
}

static void step_table_bulk(struct gen_maker *m)
{
    uint32_t to = gen_pick(m, m->plan->table_count),
             from = gen_pick(m, m->plan->table_count);
    const struct gen_table *t = &m->plan->tables[to],
                           *f = &m->plan->tables[from];
    gen_push_index(m, t->is_64, 8);
    if (t->type == 'r' && gen_one_of(m, 2)) {
        gen_push_index(m, false, 32), gen_push_index(m, false, 4);
        op_fc(m, 12), gen_leb(m->out, gen_pick(m, GEN_SEGMENTS)),
            gen_leb(m->out, to);
    } else if (t->type == f->type && gen_one_of(m, 2)) {
        gen_push_index(m, f->is_64, 8),
            gen_push_index(m, t->is_64 && f->is_64, 4);
        op_fc(m, 14), gen_leb(m->out, to), gen_leb(m->out, from);
    } else {
        gen_push_some(m, t->type), gen_push_index(m, t->is_64, 4);
        op_fc(m, 17), gen_leb(m->out, to);
    }
    m->height -= 3;
    if (gen_one_of(m, 40))
        op_fc(m, 13), gen_leb(m->out, gen_pick(m, GEN_SEGMENTS));
}

/* ----------------------------------------------------------------- control */

/* Behind an instruction that never returns, the block's stack is empty and
 * yields whatever is asked for; the generator goes on as if it were alive. */
void gen_cut(struct gen_maker *m)
{
    m->height = gen_inner(m)->base;
}

void gen_open_block(struct gen_maker *m, unsigned opcode,
                    const struct gen_type *type)
{
    struct gen_block *b = &m->blocks[m->depth];
    *b = (struct gen_block){.opcode = opcode};
    memcpy(b->params, type->params, sizeof b->params);
    memcpy(b->results, type->results, sizeof b->results);
    b->base = m->height - (uint32_t)strlen(b->params);
    m->depth++;
    for (uint32_t i = b->base; i < m->height; i++)
        m->stack[i].wild = is_float(m->stack[i].type);
}

/* Block types are an index, a single result, or nothing. */
static void step_block(struct gen_maker *m)
{
    struct gen_type single = {"", ""};
    uint32_t how = gen_pick(m, 12), index = gen_pick(m, m->plan->type_count);
    const struct gen_type *type = how < 7 ? &single : &m->plan->types[index];
    unsigned opcode = GEN_OP_BLOCK + gen_pick(m, 3);
    uint32_t counter = m->settable + m->depth;
    if (m->depth == GEN_MAX_BLOCKS)
        return;
    if (how > 0 && how < 7)
        single.results[0] = some_type(m);
    if (opcode == GEN_OP_LOOP) {
        gen_i32_const(m, 1 + (int32_t)gen_pick(m, m->depth < 3 ? 4 : 2));
        gen_op_index(m, 0x21, counter);
    }
    gen_need(m, type->params, false);
    if (opcode == GEN_OP_IF) {
        gen_push_some(m, 'i');
        m->height--;
    }
    gen_op(m, opcode);
    if (how == 0)
        gen_op(m, 0x40);
    else if (how < 7)
        gen_put_type(m->out, single.results[0]);
    else
        gen_sleb(m->out, gen_type_index(m->plan, index));
    gen_open_block(m, opcode, type);
    gen_inner(m)->counter = counter;
}

/* What a branch to the block takes. Loops are left out of random branches:
 * only their own last instruction goes back. */
const char *gen_label_of(const struct gen_block *b)
{
    return b->opcode == GEN_OP_LOOP ? b->params : b->results;
}

/* Brings the stack of the innermost block to its results. */
void gen_settle(struct gen_maker *m)
{
    struct gen_block *b = gen_inner(m);
    bool is_body = m->depth == 1;
    uint32_t count = (uint32_t)strlen(b->results);
    bool can_jump =
        b->opcode != GEN_OP_LOOP; /* a branch drops what lies below */
    if (top_is(m, b->results, is_body) && (can_jump || gen_room(m) == count)) {
        if (is_body && count > 0)
            gen_tame(m);
        if (gen_room(m) > count) {
            gen_op_index(m, 0x0c, 0);
            gen_cut(m);
        }
        return;
    }
    while (gen_room(m) > 0)
        drop(m);
    gen_need(m, b->results, is_body);
}

static void go_back(struct gen_maker *m)
{
    struct gen_block *b = gen_inner(m);
    gen_need(m, b->params, false);
    gen_op_index(m, 0x20, b->counter);
    gen_i32_const(m, 1);
    gen_op(m, 0x6b);
    gen_op_index(m, 0x22, b->counter);
    gen_op_index(m, 0x0d, 0);
    for (uint32_t i = m->height - (uint32_t)strlen(b->params); i < m->height;
         i++)
        m->stack[i].wild = is_float(m->stack[i].type);
}

static void step_end(struct gen_maker *m)
{
    struct gen_block *b = gen_inner(m);
    if (m->depth == 1)
        return;
    if (b->opcode == GEN_OP_LOOP)
        go_back(m);
    gen_settle(m);
    bool needs_else = strcmp(b->params, b->results) != 0;
    m->height = b->base;
    if (b->opcode == GEN_OP_TRY) {
        if (gen_next_handler(m))
            return;
    } else if (b->opcode == GEN_OP_IF && !b->has_else &&
               (needs_else || gen_one_of(m, 2))) {
        gen_op(m, GEN_OP_ELSE);
        b->has_else = true;
        gen_give(m, b->params, true);
        return;
    }
    if (b->opcode != GEN_OP_TRY)
        gen_op(m, 0x0b);
    m->depth--;
    gen_give(m, b->results, true);
}

/* Depth of a random block that is not a loop; the body itself is none. */
uint32_t gen_pick_label(struct gen_maker *m)
{
    uint32_t depth = gen_pick(m, m->depth);
    while (m->blocks[m->depth - 1 - depth].opcode == GEN_OP_LOOP)
        depth++;
    return depth;
}

static void step_branch(struct gen_maker *m)
{
    uint32_t depth = gen_pick_label(m);
    bool is_body = depth == m->depth - 1, is_conditional = !gen_one_of(m, 5);
    const char *label = gen_label_of(&m->blocks[m->depth - 1 - depth]);
    gen_need(m, label, is_body);
    if (is_conditional) {
        gen_push_some(m, 'i');
        m->height--;
    }
    gen_op_index(m, is_conditional ? 0x0d : 0x0c, depth);
    if (!is_conditional)
        gen_cut(m);
}

static void step_branch_table(struct gen_maker *m)
{
    uint32_t labels[8], count = 1, depth = gen_pick_label(m);
    const char *label = gen_label_of(&m->blocks[m->depth - 1 - depth]);
    labels[0] = depth;
    for (int tries = 0; tries < 7; tries++) {
        uint32_t other = gen_pick_label(m);
        if (strcmp(gen_label_of(&m->blocks[m->depth - 1 - other]), label) == 0)
            labels[count++] = other;
    }
    gen_need(m, label, true);
    gen_push_index(m, false, 8);
    m->height--;
    gen_op_index(m, 0x0e, count - 1);
    for (uint32_t i = 0; i < count; i++)
        gen_leb(m->out, labels[i]);
    gen_cut(m);
}

static void step_stop(struct gen_maker *m)
{
    if (!gen_one_of(m, 4))
        return;
    if (gen_one_of(m, 4)) {
        gen_op(m, 0x00);
    } else {
        gen_need(m, m->type->results, true);
        gen_op(m, 0x0f);
    }
    gen_cut(m);
}

/* ------------------------------------------------------------------- calls */

static void step_call(struct gen_maker *m)
{
    uint32_t func = gen_pick(m, m->plan->func_count);
    const struct gen_type *type = &m->plan->types[m->plan->func_types[func]];
    gen_need(m, type->params, true);
    gen_op_index(m, 0x10, func);
    gen_take(m, type->params);
    gen_give(m, type->results, false);
}

/* Takes the type of what the segment put there; steps may have changed it. */
static void step_call_indirect(struct gen_maker *m)
{
    uint32_t slot = gen_pick(m, GEN_SLOTS);
    uint32_t type_index = m->plan->func_types[m->plan->slots[slot]];
    const struct gen_type *type = &m->plan->types[type_index];
    bool is_tail =
        strcmp(type->results, m->type->results) == 0 && gen_one_of(m, 8);
    gen_need(m, type->params, true);
    if (m->plan->tables[0].is_64)
        i64_const(m, slot);
    else
        gen_i32_const(m, (int32_t)slot);
    gen_op_index(m, is_tail ? 0x13 : 0x11, gen_type_index(m->plan, type_index));
    gen_leb(m->out, 0);
    gen_take(m, type->params);
    if (is_tail)
        gen_cut(m);
    else
        gen_give(m, type->results, false);
}

static void step_tail_call(struct gen_maker *m)
{
    uint32_t func = gen_pick(m, m->plan->func_count);
    const struct gen_type *type = &m->plan->types[m->plan->func_types[func]];
    if (strcmp(type->results, m->type->results) != 0 || !gen_one_of(m, 3))
        return;
    gen_need(m, type->params, true);
    gen_op_index(m, 0x12, func);
    gen_cut(m);
}

/* -------------------------------------------------------------------- body */

static const struct {
    void (*take)(struct gen_maker *m);
    uint8_t weight;
} steps[] = {
    {step_number, 60},
    {step_push, 14},
    {step_local, 30},
    {step_global, 6},
    {step_drop, 4},
    {step_select, 8},
    {step_reference, 3},
    {step_load, 24},
    {step_store, 20},
    {step_memory_size, 3},
    {step_memory_bulk, 5},
    {step_table, 4},
    {step_table_bulk, 3},
    {step_block, 18},
    {step_end, 14},
    {step_branch, 10},
    {step_branch_table, 2},
    {step_stop, 4},
    {step_call, 8},
    {step_call_indirect, 8},
    {step_tail_call, 4},
    {gen_step_simd, 40},
    {gen_step_simd_memory, 12},
    {gen_step_gc, 40},
    {gen_step_ref, 10},
    {gen_step_throw, 3},
    {gen_step_try, 8},
    {gen_step_atomic, 8},
    {step_wide, 3},
};

static void take_step(struct gen_maker *m)
{
    uint32_t total = 0, i = 0;
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
        total += steps[k].weight;
    uint32_t at = gen_pick(m, total);
    while (at >= steps[i].weight)
        at -= steps[i++].weight;
    steps[i].take(m);
    while (m->height > SOFT_STACK + gen_inner(m)->base ||
           m->height > GEN_MAX_STACK - 24)
        if (gen_room(m) > 0)
            drop(m);
        else
            step_end(m);
}

/* Locals: parameters, some more, a counter for each depth, two or three for
 * taming. */
static void put_locals(struct gen_maker *m)
{
    uint32_t params = (uint32_t)strlen(m->type->params), count = params;
    uint32_t more = 2 + gen_pick(m, 7);
    memcpy(m->locals, m->type->params, params);
    for (uint32_t i = 0; i < more; i++)
        m->locals[count++] = some_type(m);
    m->settable = count;
    for (uint32_t i = 0; i <= GEN_MAX_BLOCKS; i++)
        m->locals[count++] = 'i';
    for (uint32_t i = 0; i < ((m->plan->with & GEN_SIMD) != 0 ? 3 : 2); i++) {
        m->scratch[i] = count;
        m->locals[count++] = "fFv"[i];
    }
    gen_leb(m->out, count - params);
    for (uint32_t i = params; i < count; i++) {
        gen_leb(m->out, 1);
        gen_put_type(m->out, m->locals[i]);
    }
}

/* Without fuel, returns some constants; else spends one. */
static void put_fuel_check(struct gen_maker *m)
{
    static const struct gen_type none = {"", ""};
    gen_op_index(m, 0x23, 0);
    gen_op(m, 0x45);
    gen_op(m, GEN_OP_IF), gen_u8(m->out, 0x40);
    gen_open_block(m, GEN_OP_IF, &none);
    for (const char *t = m->type->results; *t != 0; t++)
        push_constant(m, *t);
    gen_op(m, 0x0f);
    m->depth--;
    m->height = 0;
    gen_op(m, 0x0b);
    gen_op_index(m, 0x23, 0);
    gen_i32_const(m, 1);
    gen_op(m, 0x6b);
    gen_op_index(m, 0x24, 0);
}

/* Most references to objects begin as one, so that little traps. */
static void put_objects(struct gen_maker *m)
{
    for (uint32_t i = (uint32_t)strlen(m->type->params); i < m->settable; i++)
        if (gen_is_any(m->locals[i]) && !gen_one_of(m, 4)) {
            gen_put_constant(m->plan, m->locals[i], m->out);
            gen_op_index(m, 0x21, i);
        }
}

void gen_body(struct gen_plan *plan, uint32_t index, struct gen_bytes *out)
{
    struct gen_maker m = {.plan = plan, .source = &plan->source, .out = out};
    m.type = &plan->types[plan->func_types[index]];
    struct gen_type body = {"", ""};
    memcpy(body.results, m.type->results, sizeof body.results);
    put_locals(&m);
    gen_open_block(&m, GEN_OP_BLOCK, &body);
    put_fuel_check(&m);
    put_objects(&m);
    uint32_t count =
        plan->body_size > 0 ? plan->body_size : 8 + gen_pick(&m, 120);
    for (uint32_t i = 0; i < count; i++)
        take_step(&m);
    while (m.depth > 1)
        step_end(&m);
    gen_settle(&m);
    gen_op(&m, 0x0b);
}
