/* facts_flow.h - where the values of one function come from and go to.
 *
 * A walk over its code with a stack and locals of *origins* instead of values:
 * a set of parameters, one bit each. What is added to, masked or chosen from
 * keeps its origin; what is multiplied or shifted is an index from then on.
 * Locals are followed along the control flow, and so are variables in the
 * frame (unoptimized code has all of its variables there), but for their
 * order. Loops are walked until nothing changes. */
#ifndef TN_REWRITE_FACTS_FLOW_H
#define TN_REWRITE_FACTS_FLOW_H

#include "rewrite/facts.h"
#include "rewrite/facts_arity.h"

/* Origins beside parameters: an address of the module's own (its frame, its
 * data, from its allocator); something from outside of the function. */
#define TN_RW_FROM_OUTSIDE ((uint64_t)1 << 62)
#define TN_RW_FROM_IMPORT  ((uint64_t)1 << 61) /* and that: a result */
#define TN_RW_PARAMS       (TN_RW_FROM_IMPORT - 1)

/* What is known of a function. Sets of its parameters, which only grow. */
struct tn_rw_summary {
    uint64_t pointers, funcrefs;
    uint64_t returns;  /* origins of its result */
    uint64_t *offsets; /* of the first use of each parameter; on an arena */
    uint32_t number;   /* in the order of asking */
    bool is_wanted;    /* somebody asked for it */
    bool is_queued;
    bool is_open; /* an address whose base is either of two was found */
};

/* What the walk asks about the world. */
struct tn_rw_flow {
    struct tn_rw_facts *facts;
    const struct tn_rw_arities *arities;
    struct tn_rw_summary *summaries; /* of all functions; null: not asked */
    bool is_guessing;                /* of two bases, the first is meant */
    /* Called for each call of an own function whose summary matters. */
    bool (*want)(void *ctx, uint32_t callee);
    void *ctx;
    struct tn_rw_summary *out; /* of the function at hand */
    bool is_grown;             /* `out` did */
    uint64_t bad_at; /* first access to an address of no origin; or NO_OFFSET */
    struct tn_rw_handed *handed; /* null: nobody asks */
    bool failed;                 /* no memory */
    struct tn_arena scratch;     /* of one walk; the caller's to clear */
};

/* Walks the own function `func`. */
void tn_rw_flow_walk(struct tn_rw_flow *flow, uint32_t func);

#endif
