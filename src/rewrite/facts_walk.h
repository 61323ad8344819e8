/* facts_walk.h - a walk in progress: what its two files share.
 *
 * facts_control.c knows blocks, branches and states; facts_flow.c what
 * instructions do with origins. */
#ifndef TN_REWRITE_FACTS_WALK_H
#define TN_REWRITE_FACTS_WALK_H

#include "rewrite/facts_flow.h"
#include "rewrite/facts_origin.h"

enum {
    FLOW_LABEL_VALUES = 4, /* of a label's values, so many are followed */
    FLOW_MAX_SLOTS = 512,  /* variables of a frame */
    FLOW_MAX_PASSES = 12,
    FLOW_MAX_PAIRS = 16
};

struct flow_control {
    enum tn_opcode op;
    bool is_dead;    /* it began where code does not run */
    uint32_t height; /* of the stack below its parameters */
    struct tn_rw_arity arity;
    uint32_t loop;              /* its number */
    struct flow_origin *joined; /* what came to its label; null: nothing did */
    struct flow_origin *begin;  /* of an if: how it began */
};

struct flow_frame_slot {
    int64_t at;
    bool was_read; /* so what it becomes is news */
    struct flow_origin origin;
};

/* Two origins of one address. */
struct flow_pair {
    uint64_t mask, maybe, at;
};

struct flow_walk {
    struct tn_rw_flow *flow;
    const struct tn_mod *mod;
    const struct tn_type_def *type;
    uint32_t local_count; /* with parameters; the next is the stack pointer */
    uint32_t state_size;
    struct flow_origin *now; /* locals, and room for a label's values */
    bool is_dead;
    bool is_flat; /* locals are joined where they are set */
    bool is_changed;
    uint64_t joined; /* origins, in all */

    struct flow_origin *stack;
    uint32_t height, stack_size;
    struct tn_vec(struct flow_control) controls;
    struct tn_vec(
        struct flow_origin *) free; /* states that may be used again */
    struct tn_vec(struct flow_origin *) loops;
    uint32_t loop_count;
    struct flow_frame_slot *slots;
    uint32_t slot_count;
    struct flow_pair pairs[FLOW_MAX_PAIRS];
    uint32_t pair_count;
    struct flow_pair likes[FLOW_MAX_PAIRS]; /* what was compared with what */
    uint32_t like_count;
    uint64_t at;         /* of the instruction at hand */
    const uint8_t *next; /* behind it */
};

static inline void flow_push(struct flow_walk *w, struct flow_origin v)
{
    if (w->height < w->stack_size)
        w->stack[w->height++] = v;
}

static inline struct flow_origin flow_pop(struct flow_walk *w)
{
    const struct flow_control *top = &w->controls.at[w->controls.count - 1];
    return w->height > top->height ? w->stack[--w->height] : flow_nothing;
}

/* The value `depth` below the top; counts from 1. */
static inline struct flow_origin flow_peek(const struct flow_walk *w,
                                           uint32_t depth)
{
    return depth <= w->height ? w->stack[w->height - depth] : flow_nothing;
}

static inline void flow_pop_many(struct flow_walk *w, uint32_t count)
{
    while (count-- > 0)
        (void)flow_pop(w);
}

/* Adds to a set of the function's summary. */
void tn_rw_flow_grow(struct flow_walk *w, uint64_t *set, uint64_t by);

/* facts_control.c: the results on the stack are the function's. */
void tn_rw_flow_return(struct flow_walk *w);
/* Branches; false for what is none. */
bool tn_rw_flow_jump(struct flow_walk *w, const struct tn_instr *in);
/* Blocks, which are seen also where code does not run; false for what is
 * none. */
bool tn_rw_flow_block(struct flow_walk *w, const struct tn_instr *in);

#endif
