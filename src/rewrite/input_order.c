/* input_order.c - in which order instances of the inputs would be made.
 *
 * Who is imported comes first: an engine cannot make an instance before what
 * it imports. Where that leaves a choice, and inside of rings, which only a
 * merge can make, the order in which the inputs were given counts. The merger's
 * own modules have no state, so nobody waits for them. */
#include "rewrite/steps.h"

enum ordering {
    WAITS,
    IS_PASSED, /* the search for one that waits for nobody came by */
    IS_PLACED
};

/* The first that input `i` waits for, and that is in state `which`. */
static uint32_t awaited_input(const struct tn_rw *rw, const uint8_t *states,
                              uint32_t i, enum ordering which)
{
    const struct tn_mod *mod = rw->inputs[i].mod;
    for (uint32_t k = 0; k < mod->import_count; k++) {
        uint32_t to = tn_rw_target(rw, i, mod->imports[k].module);
        if (to != TN_NONE && to != i && !rw->inputs[to].is_own &&
            states[to] == which)
            return to;
    }
    return TN_NONE;
}

/* From the first that is not placed, to whom it waits for, and so on: to one
 * that waits for nobody, or back to one of the way, which is a ring. Of a ring
 * the first that was given is next. */
static uint32_t next_in_order(const struct tn_rw *rw, uint8_t *states,
                              uint32_t *way)
{
    uint32_t length = 0, at = 0;
    while (states[at] == IS_PLACED)
        at++;
    do {
        states[at] = IS_PASSED;
        way[length++] = at;
        at = awaited_input(rw, states, at, WAITS);
    } while (at != TN_NONE);
    uint32_t next = way[length - 1];
    uint32_t ring = awaited_input(rw, states, next, IS_PASSED);
    for (uint32_t i = length; ring != TN_NONE && i > 0; i--) {
        if (way[i - 1] < next)
            next = way[i - 1];
        if (way[i - 1] == ring)
            break;
    }
    for (uint32_t i = 0; i < length; i++)
        states[way[i]] = WAITS;
    states[next] = IS_PLACED;
    return next;
}

tn_status tn_rw_order_inputs(struct tn_rw *rw)
{
    uint8_t *states = TN_NEW_ARRAY(&rw->arena, uint8_t, rw->input_count);
    uint32_t *way = TN_NEW_ARRAY(&rw->arena, uint32_t, rw->input_count);
    rw->order = TN_NEW_ARRAY(&rw->arena, uint32_t, rw->input_count);
    if (states == NULL || way == NULL || rw->order == NULL)
        return tn_no_memory(rw->err);
    for (uint32_t i = 0; i < rw->input_count; i++)
        rw->order[i] = next_in_order(rw, states, way);
    return TN_OK;
}
