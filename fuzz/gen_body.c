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
    MAX_STACK = 64,
    SOFT_STACK = 14, /* above, steps prefer to use values up */
    MAX_BLOCKS = 8,
    MAX_LOCALS = 24,
    OP_BLOCK = 0x02,
    OP_LOOP = 0x03,
    OP_IF = 0x04,
    OP_ELSE = 0x05
};

struct value {
    char type;
    bool wild;
};

struct block {
    unsigned opcode;
    uint32_t base; /* values below it belong to the outside */
    char params[GEN_MAX_LIST + 1], results[GEN_MAX_LIST + 1];
    bool has_else;
    uint32_t counter; /* a loop's local */
};

struct maker {
    struct gen_plan *plan;
    struct gen_source *source;
    struct gen_bytes *out;
    const struct gen_type *type;
    char locals[MAX_LOCALS + 1];
    uint32_t settable;   /* locals that steps may set; counters follow */
    uint32_t scratch[2]; /* for tame: f32, f64 */
    struct value stack[MAX_STACK];
    uint32_t height;
    struct block blocks[MAX_BLOCKS];
    uint32_t depth;
};

static uint32_t choose(struct maker *m, uint32_t count)
{
    return gen_choose(m->source, count);
}

static bool once_in(struct maker *m, uint32_t times)
{
    return gen_once_in(m->source, times);
}

static void op(struct maker *m, unsigned opcode)
{
    gen_u8(m->out, opcode);
}

static void op_index(struct maker *m, unsigned opcode, uint32_t index)
{
    gen_u8(m->out, opcode);
    gen_leb(m->out, index);
}

/* An instruction behind the prefix 0xfc. */
static void op_fc(struct maker *m, uint32_t opcode)
{
    op_index(m, 0xfc, opcode);
}

static void i32_const(struct maker *m, int32_t value)
{
    op(m, 0x41);
    gen_sleb(m->out, value);
}

static void i64_const(struct maker *m, int64_t value)
{
    op(m, 0x42);
    gen_sleb(m->out, value);
}

/* ------------------------------------------------------- values and stack */

static bool is_float(char type)
{
    return type == 'f' || type == 'F';
}

static bool is_ref(char type)
{
    return type == 'r' || type == 'x';
}

static void push(struct maker *m, char type, bool wild)
{
    m->stack[m->height++] = (struct value){type, wild && is_float(type)};
}

static struct block *inner(struct maker *m)
{
    return &m->blocks[m->depth - 1];
}

static uint32_t room(struct maker *m)
{
    return m->height - inner(m)->base;
}

/* Replaces a NaN on top of the stack: `x, nan, x == x, select`. */
static void tame(struct maker *m)
{
    struct value *top = &m->stack[m->height - 1];
    if (!top->wild)
        return;
    bool is_f64 = top->type == 'F';
    uint64_t nan = is_f64 ? 0x7ff8000000000000 : 0x7fc00000;
    uint32_t scratch = m->scratch[is_f64];
    op_index(m, 0x22, scratch);
    op(m, is_f64 ? 0x44 : 0x43);
    gen_raw(m->out, &nan, is_f64 ? 8 : 4);
    op_index(m, 0x20, scratch);
    op_index(m, 0x20, scratch);
    op(m, is_f64 ? 0x61 : 0x5b);
    op(m, 0x1b);
    top->wild = false;
}

static int64_t some_integer(struct maker *m)
{
    static const int64_t edges[] = {0,   1,         -1,        2,
                                    8,   INT32_MAX, INT32_MIN, INT64_MAX,
                                    255, 0x10000,   INT64_MIN, UINT32_MAX,
                                    31,  64,        -8};
    switch (choose(m, 3)) {
    case 0:
        return edges[choose(m, sizeof edges / sizeof *edges)];
    case 1:
        return (int64_t)choose(m, 256) - 128;
    default:
        return (int64_t)gen_bits(m->source);
    }
}

static uint64_t some_float(struct maker *m)
{
    static const double edges[] = {0.0,  -0.0,         1.0, -1.5,
                                   1e30, 2147483648.0, 0.1};
    double value = edges[choose(m, sizeof edges / sizeof *edges)];
    uint64_t bits;
    if (once_in(m, 3))
        value = (double)some_integer(m);
    memcpy(&bits, &value, sizeof bits);
    return once_in(m, 8) ? gen_bits(m->source) : bits;
}

static void push_constant(struct maker *m, char type)
{
    uint64_t bits;
    float narrow;
    double wide;
    switch (type) {
    case 'i':
        i32_const(m, (int32_t)some_integer(m));
        break;
    case 'I':
        i64_const(m, some_integer(m));
        break;
    case 'f':
        bits = some_float(m);
        memcpy(&wide, &bits, sizeof wide);
        narrow = (float)wide;
        op(m, 0x43), gen_raw(m->out, &narrow, sizeof narrow);
        break;
    case 'F':
        bits = some_float(m);
        op(m, 0x44), gen_raw(m->out, &bits, sizeof bits);
        break;
    case 'r':
        if (once_in(m, 2)) {
            op_index(m, 0xd2, choose(m, m->plan->func_count));
            break;
        } /* fallthrough */
    default:
        op_index(m, 0xd0, gen_type_code(type));
        break;
    }
    push(m, type, false);
}

/* Index of a `type` among `types` (`count` of them), or `count`. */
static uint32_t find_type(struct maker *m, const char *types, uint32_t count,
                          char type)
{
    uint32_t start = count > 0 ? choose(m, count) : 0;
    for (uint32_t i = 0; i < count; i++)
        if (types[(start + i) % count] == type)
            return (start + i) % count;
    return count;
}

/* Pushes a new value of `type`. */
static void push_some(struct maker *m, char type)
{
    uint32_t local_count = (uint32_t)strlen(m->locals);
    uint32_t local = find_type(m, m->locals, local_count, type);
    uint32_t global_count = (uint32_t)strlen(m->plan->globals);
    uint32_t global = find_type(m, m->plan->globals, global_count, type);
    uint32_t how = choose(m, 8);
    if (how < 5 && local < local_count) {
        op_index(m, 0x20, local);
        push(m, type, true);
    } else if (how == 5 && global < global_count) {
        op_index(m, 0x23, global);
        push(m, type, false);
    } else {
        push_constant(m, type);
    }
}

static void drop(struct maker *m)
{
    op(m, 0x1a);
    m->height--;
}

static bool top_is(struct maker *m, const char *types, bool must_be_tame)
{
    uint32_t count = (uint32_t)strlen(types);
    if (room(m) < count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct value *v = &m->stack[m->height - count + i];
        if (v->type != types[i] || (must_be_tame && v->wild && i + 1 < count))
            return false;
    }
    return true;
}

/* Sees to it that the top of the stack is `types`. */
static void need(struct maker *m, const char *types, bool must_be_tame)
{
    bool fits = top_is(m, types, must_be_tame) && !once_in(m, 8);
    for (const char *t = types; !fits && *t != 0; t++) {
        push_some(m, *t);
        if (must_be_tame)
            tame(m);
    }
    if (fits && must_be_tame && *types != 0)
        tame(m);
}

static void take(struct maker *m, const char *types)
{
    m->height -= (uint32_t)strlen(types);
}

static void give(struct maker *m, const char *types, bool wild)
{
    for (; *types != 0; types++)
        push(m, *types, wild);
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

static void step_number(struct maker *m)
{
    const struct number_ops *row =
        &number_ops[choose(m, sizeof number_ops / sizeof *number_ops)];
    unsigned opcode =
        row->first + choose(m, (uint32_t)(row->last - row->first) + 1);
    if (row->flags & TRAPS && !once_in(m, 6))
        return;
    if (row->flags & DIVIDES && !once_in(m, 8)) {
        char left[2] = {row->params[0], 0};
        int32_t divisor = (int32_t)choose(m, 200) - 100;
        need(m, left, false);
        divisor = divisor == 0 ? 7 : divisor;
        if (left[0] == 'i')
            i32_const(m, divisor);
        else
            i64_const(m, divisor);
        push(m, left[0], false);
    } else {
        need(m, row->params, (row->flags & SEEN) != 0);
    }
    if (row->flags & FC)
        op_fc(m, opcode);
    else
        op(m, opcode);
    take(m, row->params);
    give(m, row->result, (row->flags & WILD) != 0);
}

static void step_push(struct maker *m)
{
    static const char types[] = "iiiIIfFrx";
    push_some(m, types[choose(m, sizeof types - 1)]);
}

static void step_local(struct maker *m)
{
    uint32_t local = choose(m, m->settable);
    char type[2] = {m->locals[local], 0};
    need(m, type, false);
    bool is_tee = once_in(m, 2);
    op_index(m, is_tee ? 0x22 : 0x21, local);
    if (!is_tee)
        take(m, type);
}

static void step_global(struct maker *m)
{
    uint32_t count = (uint32_t)strlen(m->plan->globals);
    if (count == 1)
        return;
    uint32_t global = 1 + choose(m, count - 1);
    char type[2] = {m->plan->globals[global], 0};
    need(m, type, true);
    op_index(m, 0x24, global);
    take(m, type);
}

static void step_drop(struct maker *m)
{
    if (room(m) > 0)
        drop(m);
}

static void step_select(struct maker *m)
{
    static const char types[] = "iIfFrx";
    char type = types[choose(m, sizeof types - 1)];
    char params[] = {type, type, 'i', 0};
    need(m, params, false);
    if (is_ref(type) || once_in(m, 4)) {
        op(m, 0x1c), gen_leb(m->out, 1);
        gen_u8(m->out, gen_type_code(type));
    } else {
        op(m, 0x1b);
    }
    take(m, params);
    push(m, type, true);
}

static void step_reference(struct maker *m)
{
    const char *type = once_in(m, 2) ? "r" : "x";
    need(m, type, false);
    op(m, 0xd1);
    take(m, type);
    push(m, 'i', false);
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
static void mask_index(struct maker *m, bool is_64, uint32_t reach)
{
    if (once_in(m, 24))
        return;
    if (is_64)
        i64_const(m, reach - 1);
    else
        i32_const(m, (int32_t)reach - 1);
    op(m, is_64 ? 0x83 : 0x71);
}

/* An index that may come from what is on the stack: a first operand. */
static void need_index(struct maker *m, bool is_64, uint32_t reach)
{
    need(m, is_64 ? "I" : "i", false);
    mask_index(m, is_64, reach);
}

static void push_index(struct maker *m, bool is_64, uint32_t reach)
{
    uint32_t index = choose(m, reach);
    if (once_in(m, 2)) {
        push_some(m, is_64 ? 'I' : 'i');
        mask_index(m, is_64, reach);
        return;
    }
    if (is_64)
        i64_const(m, index);
    else
        i32_const(m, (int32_t)index);
    push(m, is_64 ? 'I' : 'i', false);
}

static void put_memarg(struct maker *m, uint32_t memory,
                       const struct access *access)
{
    uint32_t align = choose(m, access->size_log2 + 1u);
    uint64_t offset = choose(m, 4) == 0 ? choose(m, 0x4000) : choose(m, 64);
    if (once_in(m, 64))
        offset =
            m->plan->memories[memory].is_64 ? gen_bits(m->source) : 0xfffffff0;
    if (memory > 0 || once_in(m, 16)) {
        gen_leb(m->out, align | 0x40);
        gen_leb(m->out, memory);
    } else {
        gen_leb(m->out, align);
    }
    gen_leb(m->out, offset);
}

static uint32_t choose_memory(struct maker *m)
{
    return once_in(m, 2) ? 0 : choose(m, m->plan->memory_count);
}

static void step_load(struct maker *m)
{
    uint32_t which = choose(m, 14), memory = choose_memory(m);
    need_index(m, m->plan->memories[memory].is_64, 0x8000);
    op(m, 0x28 + which);
    put_memarg(m, memory, &accesses[which]);
    m->height--;
    push(m, accesses[which].type, false);
}

static void step_store(struct maker *m)
{
    uint32_t which = 14 + choose(m, 9), memory = choose_memory(m);
    char type[2] = {accesses[which].type, 0};
    need_index(m, m->plan->memories[memory].is_64, 0x8000);
    push_some(m, *type);
    tame(m);
    op(m, 0x28 + which);
    put_memarg(m, memory, &accesses[which]);
    m->height -= 2;
}

static void step_memory_size(struct maker *m)
{
    uint32_t memory = choose_memory(m);
    bool is_64 = m->plan->memories[memory].is_64, grows = once_in(m, 2);
    if (grows)
        push_index(m, is_64, 2);
    op_index(m, grows ? 0x40 : 0x3f, memory);
    m->height -= grows;
    push(m, is_64 ? 'I' : 'i', false);
}

static void step_memory_bulk(struct maker *m)
{
    uint32_t to = choose_memory(m), from = choose_memory(m);
    bool to_64 = m->plan->memories[to].is_64,
         from_64 = m->plan->memories[from].is_64;
    push_index(m, to_64, 0x4000);
    switch (choose(m, 3)) {
    case 0:
        push_index(m, false, 32), push_index(m, false, 16);
        op_fc(m, 8), gen_leb(m->out, choose(m, GEN_SEGMENTS)),
            gen_leb(m->out, to);
        break;
    case 1:
        push_index(m, from_64, 0x4000), push_index(m, to_64 && from_64, 512);
        op_fc(m, 10), gen_leb(m->out, to), gen_leb(m->out, from);
        break;
    default:
        push_some(m, 'i'), push_index(m, to_64, 512);
        op_fc(m, 11), gen_leb(m->out, to);
        break;
    }
    m->height -= 3;
    if (once_in(m, 40))
        op_fc(m, 9), gen_leb(m->out, choose(m, GEN_SEGMENTS));
}

/* ------------------------------------------------------------- table steps */

static void step_table(struct maker *m)
{
    uint32_t table = choose(m, m->plan->table_count);
    const struct gen_table *t = &m->plan->tables[table];
    char type[2] = {t->type, 0};
    switch (choose(m, 4)) {
    case 0:
        push_index(m, t->is_64, 8);
        op_index(m, 0x25, table);
        m->height--;
        push(m, t->type, false);
        return;
    case 1:
        push_index(m, t->is_64, 16), push_some(m, *type);
        op_index(m, 0x26, table);
        m->height -= 2;
        return;
    case 2:
        op_fc(m, 16), gen_leb(m->out, table);
        push(m, t->is_64 ? 'I' : 'i', false);
        return;
    default:
        push_some(m, *type), push_index(m, t->is_64, 4);
        op_fc(m, 15), gen_leb(m->out, table);
        m->height -= 2;
        push(m, t->is_64 ? 'I' : 'i', false);
        return;
    }
}

static void step_table_bulk(struct maker *m)
{
    uint32_t to = choose(m, m->plan->table_count),
             from = choose(m, m->plan->table_count);
    const struct gen_table *t = &m->plan->tables[to],
                           *f = &m->plan->tables[from];
    push_index(m, t->is_64, 8);
    if (t->type == 'r' && once_in(m, 2)) {
        push_index(m, false, 32), push_index(m, false, 4);
        op_fc(m, 12), gen_leb(m->out, choose(m, GEN_SEGMENTS)),
            gen_leb(m->out, to);
    } else if (t->type == f->type && once_in(m, 2)) {
        push_index(m, f->is_64, 8), push_index(m, t->is_64 && f->is_64, 4);
        op_fc(m, 14), gen_leb(m->out, to), gen_leb(m->out, from);
    } else {
        push_some(m, t->type), push_index(m, t->is_64, 4);
        op_fc(m, 17), gen_leb(m->out, to);
    }
    m->height -= 3;
    if (once_in(m, 40))
        op_fc(m, 13), gen_leb(m->out, choose(m, GEN_SEGMENTS));
}

/* ----------------------------------------------------------------- control */

/* Behind an instruction that never returns, the block's stack is empty and
 * yields whatever is asked for; the generator goes on as if it were alive. */
static void cut(struct maker *m)
{
    m->height = inner(m)->base;
}

static void open_block(struct maker *m, unsigned opcode,
                       const struct gen_type *type)
{
    struct block *b = &m->blocks[m->depth];
    *b = (struct block){.opcode = opcode};
    memcpy(b->params, type->params, sizeof b->params);
    memcpy(b->results, type->results, sizeof b->results);
    b->base = m->height - (uint32_t)strlen(b->params);
    m->depth++;
    for (uint32_t i = b->base; i < m->height; i++)
        m->stack[i].wild = is_float(m->stack[i].type);
}

/* Block types are an index, a single result, or nothing. */
static void step_block(struct maker *m)
{
    static const char *const singles[] = {"", "i", "I", "f", "F", "r", "x"};
    struct gen_type single = {"", ""};
    uint32_t how = choose(m, 12), index = choose(m, m->plan->type_count);
    const struct gen_type *type = how < 7 ? &single : &m->plan->types[index];
    unsigned opcode = OP_BLOCK + choose(m, 3);
    uint32_t counter = m->settable + m->depth;
    if (m->depth == MAX_BLOCKS)
        return;
    if (how < 7)
        strcpy(single.results, singles[how]);
    if (opcode == OP_LOOP) {
        i32_const(m, 1 + (int32_t)choose(m, m->depth < 3 ? 4 : 2));
        op_index(m, 0x21, counter);
    }
    need(m, type->params, false);
    if (opcode == OP_IF) {
        push_some(m, 'i');
        m->height--;
    }
    op(m, opcode);
    if (how < 7)
        gen_u8(m->out, how == 0 ? 0x40 : gen_type_code(singles[how][0]));
    else
        gen_sleb(m->out, index);
    open_block(m, opcode, type);
    inner(m)->counter = counter;
}

/* What a branch to the block takes. Loops are left out of random branches:
 * only their own last instruction goes back. */
static const char *label_of(const struct block *b)
{
    return b->opcode == OP_LOOP ? b->params : b->results;
}

/* Brings the stack of the innermost block to its results. */
static void settle(struct maker *m)
{
    struct block *b = inner(m);
    bool is_body = m->depth == 1;
    uint32_t count = (uint32_t)strlen(b->results);
    bool can_jump = b->opcode != OP_LOOP; /* a branch drops what lies below */
    if (top_is(m, b->results, is_body) && (can_jump || room(m) == count)) {
        if (is_body && count > 0)
            tame(m);
        if (room(m) > count) {
            op_index(m, 0x0c, 0);
            cut(m);
        }
        return;
    }
    while (room(m) > 0)
        drop(m);
    need(m, b->results, is_body);
}

static void go_back(struct maker *m)
{
    struct block *b = inner(m);
    need(m, b->params, false);
    op_index(m, 0x20, b->counter);
    i32_const(m, 1);
    op(m, 0x6b);
    op_index(m, 0x22, b->counter);
    op_index(m, 0x0d, 0);
    for (uint32_t i = m->height - (uint32_t)strlen(b->params); i < m->height;
         i++)
        m->stack[i].wild = is_float(m->stack[i].type);
}

static void step_end(struct maker *m)
{
    struct block *b = inner(m);
    if (m->depth == 1)
        return;
    if (b->opcode == OP_LOOP)
        go_back(m);
    settle(m);
    bool needs_else = strcmp(b->params, b->results) != 0;
    m->height = b->base;
    if (b->opcode == OP_IF && !b->has_else && (needs_else || once_in(m, 2))) {
        op(m, OP_ELSE);
        b->has_else = true;
        give(m, b->params, true);
        return;
    }
    op(m, 0x0b);
    m->depth--;
    give(m, b->results, true);
}

/* Depth of a random block that is not a loop; the body itself is none. */
static uint32_t choose_label(struct maker *m)
{
    uint32_t depth = choose(m, m->depth);
    while (m->blocks[m->depth - 1 - depth].opcode == OP_LOOP)
        depth++;
    return depth;
}

static void step_branch(struct maker *m)
{
    uint32_t depth = choose_label(m);
    bool is_body = depth == m->depth - 1, is_conditional = !once_in(m, 5);
    const char *label = label_of(&m->blocks[m->depth - 1 - depth]);
    need(m, label, is_body);
    if (is_conditional) {
        push_some(m, 'i');
        m->height--;
    }
    op_index(m, is_conditional ? 0x0d : 0x0c, depth);
    if (!is_conditional)
        cut(m);
}

static void step_branch_table(struct maker *m)
{
    uint32_t labels[8], count = 1, depth = choose_label(m);
    const char *label = label_of(&m->blocks[m->depth - 1 - depth]);
    labels[0] = depth;
    for (int tries = 0; tries < 7; tries++) {
        uint32_t other = choose_label(m);
        if (strcmp(label_of(&m->blocks[m->depth - 1 - other]), label) == 0)
            labels[count++] = other;
    }
    need(m, label, true);
    push_index(m, false, 8);
    m->height--;
    op_index(m, 0x0e, count - 1);
    for (uint32_t i = 0; i < count; i++)
        gen_leb(m->out, labels[i]);
    cut(m);
}

static void step_stop(struct maker *m)
{
    if (!once_in(m, 4))
        return;
    if (once_in(m, 4)) {
        op(m, 0x00);
    } else {
        need(m, m->type->results, true);
        op(m, 0x0f);
    }
    cut(m);
}

/* ------------------------------------------------------------------- calls */

static void step_call(struct maker *m)
{
    uint32_t func = choose(m, m->plan->func_count);
    const struct gen_type *type = &m->plan->types[m->plan->func_types[func]];
    need(m, type->params, true);
    op_index(m, 0x10, func);
    take(m, type->params);
    give(m, type->results, false);
}

/* Takes the type of what the segment put there; steps may have changed it. */
static void step_call_indirect(struct maker *m)
{
    uint32_t slot = choose(m, GEN_SLOTS);
    uint32_t type_index = m->plan->func_types[m->plan->slots[slot]];
    const struct gen_type *type = &m->plan->types[type_index];
    bool is_tail =
        strcmp(type->results, m->type->results) == 0 && once_in(m, 8);
    need(m, type->params, true);
    if (m->plan->tables[0].is_64)
        i64_const(m, slot);
    else
        i32_const(m, (int32_t)slot);
    op_index(m, is_tail ? 0x13 : 0x11, type_index);
    gen_leb(m->out, 0);
    take(m, type->params);
    if (is_tail)
        cut(m);
    else
        give(m, type->results, false);
}

static void step_tail_call(struct maker *m)
{
    uint32_t func = choose(m, m->plan->func_count);
    const struct gen_type *type = &m->plan->types[m->plan->func_types[func]];
    if (strcmp(type->results, m->type->results) != 0 || !once_in(m, 3))
        return;
    need(m, type->params, true);
    op_index(m, 0x12, func);
    cut(m);
}

/* -------------------------------------------------------------------- body */

static const struct {
    void (*take)(struct maker *m);
    uint8_t weight;
} steps[] = {
    {step_number, 60},     {step_push, 14},         {step_local, 30},
    {step_global, 6},      {step_drop, 4},          {step_select, 8},
    {step_reference, 3},   {step_load, 24},         {step_store, 20},
    {step_memory_size, 3}, {step_memory_bulk, 5},   {step_table, 4},
    {step_table_bulk, 3},  {step_block, 18},        {step_end, 14},
    {step_branch, 10},     {step_branch_table, 2},  {step_stop, 4},
    {step_call, 8},        {step_call_indirect, 8}, {step_tail_call, 4},
};

static void take_step(struct maker *m)
{
    uint32_t total = 0, i = 0;
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
        total += steps[k].weight;
    uint32_t at = choose(m, total);
    while (at >= steps[i].weight)
        at -= steps[i++].weight;
    steps[i].take(m);
    while (m->height > SOFT_STACK + inner(m)->base ||
           m->height > MAX_STACK - 24)
        if (room(m) > 0)
            drop(m);
        else
            step_end(m);
}

/* Locals: parameters, some more, a counter for each depth, two for tame. */
static void put_locals(struct maker *m)
{
    static const char types[] = "iiiIIffFFrx";
    uint32_t params = (uint32_t)strlen(m->type->params), count = params;
    uint32_t more = 2 + choose(m, 7);
    memcpy(m->locals, m->type->params, params);
    for (uint32_t i = 0; i < more; i++)
        m->locals[count++] = types[choose(m, sizeof types - 1)];
    m->settable = count;
    for (uint32_t i = 0; i <= MAX_BLOCKS; i++)
        m->locals[count++] = 'i';
    m->scratch[0] = count;
    m->locals[count++] = 'f';
    m->scratch[1] = count;
    m->locals[count++] = 'F';
    gen_leb(m->out, count - params);
    for (uint32_t i = params; i < count; i++) {
        gen_leb(m->out, 1);
        gen_u8(m->out, gen_type_code(m->locals[i]));
    }
}

/* Without fuel, returns some constants; else spends one. */
static void put_fuel_check(struct maker *m)
{
    static const struct gen_type none = {"", ""};
    op_index(m, 0x23, 0);
    op(m, 0x45);
    op(m, OP_IF), gen_u8(m->out, 0x40);
    open_block(m, OP_IF, &none);
    for (const char *t = m->type->results; *t != 0; t++)
        push_constant(m, *t);
    op(m, 0x0f);
    m->depth--;
    m->height = 0;
    op(m, 0x0b);
    op_index(m, 0x23, 0);
    i32_const(m, 1);
    op(m, 0x6b);
    op_index(m, 0x24, 0);
}

void gen_body(struct gen_plan *plan, uint32_t index, struct gen_bytes *out)
{
    struct maker m = {.plan = plan, .source = &plan->source, .out = out};
    m.type = &plan->types[plan->func_types[index]];
    struct gen_type body = {"", ""};
    memcpy(body.results, m.type->results, sizeof body.results);
    put_locals(&m);
    open_block(&m, OP_BLOCK, &body);
    put_fuel_check(&m);
    uint32_t count =
        plan->body_size > 0 ? plan->body_size : 8 + choose(&m, 120);
    for (uint32_t i = 0; i < count; i++)
        take_step(&m);
    while (m.depth > 1)
        step_end(&m);
    settle(&m);
    op(&m, 0x0b);
}
