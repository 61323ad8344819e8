/* unwind.h - which handlers a function's code has: a table beside the code.
 *
 * One row for each clause, in the order in which a throw tries them: those of
 * inner blocks first. Code that does not throw never looks at it.
 * docs/design/003-exceptions.md. */
#ifndef TN_IR_UNWIND_H
#define TN_IR_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TN_NO_REF = UINT16_MAX /* the clause does not ask for the exception */
};

struct tn_clause {
    uint32_t begin, end; /* code positions that it guards */
    uint32_t depth;      /* of its block; of those around it: less */
    uint32_t tag;        /* index in the module; TN_NONE: any exception */
    /* Code position to go on at. TN_NONE: a delegate, which hides the rows
     * that are deeper than `target`. */
    uint32_t handler;
    uint32_t target;
    uint16_t values; /* slot of the first value, if it has a tag */
    uint16_t ref;    /* slot of the exception itself, or TN_NO_REF */
};

struct tn_unwind {
    const struct tn_clause *clauses;
    size_t count;
};

/* Walks the clauses that a throw at `at` tries, in order. */
struct tn_unwind_search {
    struct tn_unwind unwind;
    uint32_t at;
    uint32_t depth; /* deeper ones are hidden */
    size_t next;
};

static inline struct tn_unwind_search tn_unwind_at(struct tn_unwind unwind,
                                                   uint32_t at)
{
    return (struct tn_unwind_search){unwind, at, UINT32_MAX, 0};
}

/* Null when nobody else catches. */
static inline const struct tn_clause *
tn_unwind_next(struct tn_unwind_search *search)
{
    while (search->next < search->unwind.count) {
        const struct tn_clause *clause =
            &search->unwind.clauses[search->next++];
        if (search->at < clause->begin || search->at >= clause->end ||
            clause->depth > search->depth)
            continue;
        if (clause->handler != UINT32_MAX)
            return clause;
        search->depth = clause->target;
    }
    return NULL;
}

#endif
