/* gen_inside.h - what the generator's files share: gen.c makes modules,
 * gen_body.c the code of a function, gen_*.c steps of one proposal each, and
 * gen_pair.c two modules that know each other.
 *
 * Types are letters, and a list of types is a string of them:
 *
 *   i I f F v   i32 i64 f32 f64 v128
 *   r x e       funcref externref exnref
 *   a q j       anyref eqref i31ref
 *   S T         references to structs, T's type is below S's (gen_fields)
 *   A B C D     to arrays of i8, of plan->element, of anyref, of funcref
 *   k           of a global only: an i32 that is not mutable
 *
 * All references may be null. Behind the types of gen_gc_put_types, which
 * take the first indices, come the function types. */
#ifndef TN_FUZZ_GEN_INSIDE_H
#define TN_FUZZ_GEN_INSIDE_H

#include "gen.h"

#include <stdbool.h>

enum {
    GEN_MAX_TYPES = 40,
    GEN_TAGS = 3,
    GEN_GC_TYPES = 6,
    GEN_MAX_LIST = 6, /* parameters, results */
    GEN_MAX_STACK = 96,
    GEN_MAX_BLOCKS = 10,
    GEN_MAX_LOCALS = 28,
    GEN_MAX_MEMORIES = 3,
    GEN_MAX_TABLES = 3,
    GEN_OWN_GLOBALS = 8,
    GEN_MAX_GLOBALS = 16,
    GEN_SLOTS = 8,    /* elements that active segments put into table 0 */
    GEN_SEGMENTS = 3, /* of data and of elements each */
    GEN_SEGMENT_SIZE = 40,
    GEN_MAX_BORROWED = 6, /* of a kind, from the other module of a pair */
    GEN_FUEL = 60         /* to begin with; below 64, one byte of LEB128 */
};

struct gen_source {
    const uint8_t *at, *end;
    uint64_t state;
};

struct gen_type {
    char params[GEN_MAX_LIST + 1], results[GEN_MAX_LIST + 1];
};

struct gen_memory {
    bool is_64;
    uint32_t min, max;
};

struct gen_table {
    bool is_64;
    char type; /* r or x; table 0 is r */
    uint32_t min, max;
};

/* What a module imports of one kind from the other module of its pair: the
 * first of their index space (functions: behind env.mix) are these of the
 * other's. */
struct gen_borrowed {
    uint32_t count, of[GEN_MAX_BORROWED];
};

/* Function 0 is env.mix, of type 0. Global 0 is the fuel. */
struct gen_plan {
    struct gen_source source;
    struct gen_type types[GEN_MAX_TYPES];
    uint32_t type_count;
    uint32_t *func_types; /* of each function */
    uint32_t func_count;
    struct gen_memory memories[GEN_MAX_MEMORIES];
    uint32_t memory_count;
    struct gen_table tables[GEN_MAX_TABLES];
    uint32_t table_count;
    char globals[GEN_MAX_GLOBALS + 1]; /* all mutable but k */
    uint32_t slots[GEN_SLOTS];         /* functions that start in table 0 */
    uint32_t body_size;
    unsigned with;     /* enum gen_with: what this module uses */
    uint32_t gc_types; /* type indices in front of the function types */
    char element;      /* of arrays B */
    /* Of each tag three types: P -> (), () -> P, () -> P and exnref. */
    uint32_t tag_types[GEN_TAGS];
    const char *prefix; /* of its exports' names; "" if it is not of a pair */
    struct gen_borrowed funcs_in, tables_in, memories_in, globals_in, tags_in;
    uint32_t constant; /* a global k that is borrowed, or 0 */
    uint32_t start;    /* the start function, or 0 */
    bool is_padded;    /* indices behind opcodes take five bytes, as linkers
                        * leave them */
};

/* --- The code of a function in the making. ------------------------------- */

/* `wild`: a NaN whose bits the engine chose, perhaps. */
struct gen_value {
    char type;
    bool wild;
};

enum gen_opcode {
    GEN_OP_BLOCK = 0x02,
    GEN_OP_LOOP = 0x03,
    GEN_OP_IF = 0x04,
    GEN_OP_ELSE = 0x05,
    GEN_OP_TRY = 0x06,
    GEN_OP_TRY_TABLE = 0x1f
};

struct gen_block {
    unsigned opcode;
    uint32_t base; /* values below it belong to the outside */
    char params[GEN_MAX_LIST + 1], results[GEN_MAX_LIST + 1];
    bool has_else;    /* an if: in its second arm; a try: in a handler */
    bool is_last_arm; /* a try: in catch_all */
    uint32_t counter; /* a loop's local */
};

struct gen_maker {
    struct gen_plan *plan;
    struct gen_source *source;
    struct gen_bytes *out;
    const struct gen_type *type;
    char locals[GEN_MAX_LOCALS + 1];
    uint32_t settable;   /* locals that steps may set; counters follow */
    uint32_t scratch[3]; /* for taming: f32, f64, v128 */
    struct gen_value stack[GEN_MAX_STACK];
    uint32_t height;
    struct gen_block blocks[GEN_MAX_BLOCKS];
    uint32_t depth;
};

static inline uint32_t gen_type_index(const struct gen_plan *plan, uint32_t i)
{
    return plan->gc_types + i;
}

/* In five bytes. */
void gen_padded_leb(struct gen_bytes *bytes, uint32_t value);
/* 0 <= choice < count; count > 0. */
uint32_t gen_choose(struct gen_source *source, uint32_t count);
/* True once in `times`. */
bool gen_once_in(struct gen_source *source, uint32_t times);
uint64_t gen_bits(struct gen_source *source);
/* gen.c, for gen_pair.c: fills a plan that has its source and prefix, then
 * makes the module of it. */
void gen_plan_module(struct gen_plan *plan, const struct gen_options *options,
                     unsigned with);
struct gen_bytes gen_write_module(struct gen_plan *plan);
struct gen_source gen_source_of(const uint8_t *choices, size_t size);
/* Some of `with`, by choice. */
unsigned gen_some_of(struct gen_source *source, unsigned with);
bool gen_has_tags(const struct gen_plan *plan);
/* Appends a value type, or what ref.null says of a reference type. */
void gen_put_type(struct gen_bytes *out, char type);
void gen_put_heap_type(struct gen_bytes *out, char type);
/* A constant expression without its end. */
void gen_put_constant(struct gen_plan *plan, char type, struct gen_bytes *out);
bool gen_is_ref(char type);
/* Of the any hierarchy. */
bool gen_is_any(char type);

/* Appends the body of function `index`: locals, instructions, end. */
void gen_body(struct gen_plan *plan, uint32_t index, struct gen_bytes *out);

/* --- gen_body.c, for the steps of proposals. ------------------------------ */

static inline uint32_t gen_pick(struct gen_maker *m, uint32_t count)
{
    return gen_choose(m->source, count);
}
static inline bool gen_one_of(struct gen_maker *m, uint32_t times)
{
    return gen_once_in(m->source, times);
}
static inline void gen_op(struct gen_maker *m, unsigned opcode)
{
    gen_u8(m->out, opcode);
}
static inline void gen_op_index(struct gen_maker *m, unsigned opcode,
                                uint32_t index)
{
    gen_u8(m->out, opcode);
    if (m->plan->is_padded)
        gen_padded_leb(m->out, index);
    else
        gen_leb(m->out, index);
}
static inline struct gen_block *gen_inner(struct gen_maker *m)
{
    return &m->blocks[m->depth - 1];
}
/* Values of the innermost block. */
static inline uint32_t gen_room(struct gen_maker *m)
{
    return m->height - gen_inner(m)->base;
}

void gen_i32_const(struct gen_maker *m, int32_t value);
void gen_push(struct gen_maker *m, char type, bool wild);
void gen_push_some(struct gen_maker *m, char type);
/* An integer, mostly below `reach` (a power of two). */
void gen_push_index(struct gen_maker *m, bool is_64, uint32_t reach);
/* The top of the stack becomes one. */
void gen_mask_index(struct gen_maker *m, bool is_64, uint32_t reach);
/* Sees to it that the top of the stack is `types`. */
void gen_need(struct gen_maker *m, const char *types, bool must_be_tame);
void gen_take(struct gen_maker *m, const char *types);
void gen_give(struct gen_maker *m, const char *types, bool wild);
void gen_tame(struct gen_maker *m);
/* Behind what never returns. */
void gen_cut(struct gen_maker *m);
void gen_open_block(struct gen_maker *m, unsigned opcode,
                    const struct gen_type *type);
/* What a branch to the block takes. */
const char *gen_label_of(const struct gen_block *b);
/* Depth of a random block that is not a loop. */
uint32_t gen_pick_label(struct gen_maker *m);
/* The innermost block's stack becomes its results. */
void gen_settle(struct gen_maker *m);
uint32_t gen_pick_memory(struct gen_maker *m);
void gen_put_memarg(struct gen_maker *m, uint32_t memory, uint32_t align_log2,
                    uint64_t offset);

/* --- Steps of proposals; each leaves alone what the plan has not. -------- */

/* gen_simd.c */
void gen_step_simd(struct gen_maker *m);
void gen_step_simd_memory(struct gen_maker *m);
void gen_put_v128(struct gen_source *source, struct gen_bytes *out);

/* gen_gc.c */
void gen_gc_put_types(struct gen_plan *plan, struct gen_bytes *out);
void gen_step_gc(struct gen_maker *m);
void gen_step_ref(struct gen_maker *m);

/* gen_except.c */
void gen_step_throw(struct gen_maker *m);
void gen_step_try(struct gen_maker *m);
/* The end of a legacy try's body or handler: true when another handler has
 * begun, else the block's end, or a delegate, is written. */
bool gen_next_handler(struct gen_maker *m);

/* gen_atomic.c */
void gen_step_atomic(struct gen_maker *m);

#endif
