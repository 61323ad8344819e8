/* facts_origin.h - where a value comes from, as far as a walk can tell.
 *
 * A set of parameters, and of the two other sources of facts_flow.h; or a
 * number, or a place in the frame. */
#ifndef TN_REWRITE_FACTS_ORIGIN_H
#define TN_REWRITE_FACTS_ORIGIN_H

#include "rewrite/facts.h"

enum flow_kind {
    FLOW_ANY,
    FLOW_CONST,     /* the number is `number` */
    FLOW_FRAME,     /* the stack pointer as the function began, plus `number` */
    FLOW_DIFFERENCE /* of two parameters: a distance, or a pointer */
};

struct flow_origin {
    uint64_t mask;
    uint64_t maybe; /* of two bases that were added, the less likely one */
    int64_t number;
    enum flow_kind kind;
};

static const struct flow_origin flow_nothing = {0, 0, 0, FLOW_ANY};

static inline struct flow_origin flow_from(uint64_t mask)
{
    return (struct flow_origin){.mask = mask};
}

/* True if it grew so that what was concluded from it may be too little. (That
 * a number is not known any more is no reason.) */
static inline bool join_into(struct flow_origin *a, const struct flow_origin *b)
{
    uint64_t mask = a->mask | b->mask;
    uint64_t maybe = (a->maybe | b->maybe) & ~mask;
    bool is_grown = mask != a->mask || maybe != a->maybe;
    a->mask = mask;
    a->maybe = maybe;
    if (a->kind != b->kind || a->number != b->number) {
        is_grown |= a->kind == FLOW_FRAME;
        a->kind = FLOW_ANY;
        a->number = 0;
    }
    return is_grown;
}

/* Does a number lie where the module's own things are? */
static inline bool is_own_address(const struct tn_rw_facts *facts,
                                  int64_t number)
{
    return (uint64_t)number >= facts->own_begin &&
           (uint64_t)number < facts->own_end;
}

/* Guests' numbers wrap. */
static inline int64_t flow_sum(int64_t a, int64_t b, int sign)
{
    uint64_t by = (uint64_t)b;
    return (int64_t)((uint64_t)a + (sign < 0 ? 0 - by : by));
}

/* An address has one base. A known one of the module's own is it; then what
 * is added is an index. */
static inline struct flow_origin flow_add(const struct tn_rw_facts *facts,
                                          struct flow_origin a,
                                          struct flow_origin b, int sign)
{
    if (a.kind == FLOW_CONST && b.kind == FLOW_CONST)
        return (struct flow_origin){
            .number = flow_sum(a.number, b.number, sign), .kind = FLOW_CONST};
    if (a.kind == FLOW_FRAME && b.kind == FLOW_CONST)
        return (struct flow_origin){
            a.mask, 0, flow_sum(a.number, b.number, sign), FLOW_FRAME};
    if (b.kind == FLOW_FRAME && a.kind == FLOW_CONST && sign > 0)
        return (struct flow_origin){b.mask, 0, flow_sum(a.number, b.number, 1),
                                    FLOW_FRAME};
    if (sign > 0 &&
        ((a.kind == FLOW_CONST && is_own_address(facts, a.number)) ||
         (b.kind == FLOW_CONST && is_own_address(facts, b.number))))
        return flow_from(TN_RW_OWN_ADDRESS);
    if (sign < 0)
        return (struct flow_origin){.mask = a.mask,
                                    .maybe = a.maybe,
                                    .kind = b.mask != 0 ? FLOW_DIFFERENCE
                                                        : FLOW_ANY};
    if (a.mask == TN_RW_OWN_ADDRESS || b.mask == TN_RW_OWN_ADDRESS)
        return flow_from(TN_RW_OWN_ADDRESS);
    if (a.mask == 0)
        return (struct flow_origin){.mask = b.mask, .maybe = b.maybe | a.maybe};
    return (struct flow_origin){
        .mask = a.mask, .maybe = (b.mask | b.maybe | a.maybe) & ~a.mask};
}

/* and, or: alignment and tags keep the base; a mask of low bits does not. */
static inline struct flow_origin mask_bits(struct flow_origin a,
                                           struct flow_origin b, bool is_and)
{
    if (a.kind == FLOW_CONST) {
        struct flow_origin swap = a;
        a = b;
        b = swap;
    }
    if (b.kind == FLOW_CONST && is_and && b.number >= 0)
        return flow_nothing;
    if (b.kind != FLOW_CONST && is_and && a.mask != 0 && b.mask != 0)
        return flow_nothing;
    return (struct flow_origin){.mask = a.mask | (is_and ? 0 : b.mask),
                                .maybe = a.maybe};
}

#endif
