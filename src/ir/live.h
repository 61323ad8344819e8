/* live.h - which slots of a frame hold references at a safepoint.
 *
 * A function's lists are two parts. Every local of a reference type, parameter
 * or not, is live at each safepoint: it was assigned before, or zeroed when
 * the function began. The operand stack's references are a chain that leads
 * from the topmost down; chains share their tails as stacks share what lies
 * below, so that all lists of a function are linear in its size. Neighbouring
 * safepoints with the same chain share a point. */
#ifndef TN_IR_LIVE_H
#define TN_IR_LIVE_H

#include <stdbool.h>
#include <stdint.h>

/* A slot of the operand stack, and what lies below it. */
struct tn_live_node {
    uint32_t below; /* node, or TN_NONE */
    uint32_t slot;
};

/* From this position in the code on, up to the next point. */
struct tn_live_point {
    uint32_t at;
    uint32_t node; /* topmost, or TN_NONE */
};

struct tn_live_lists {
    const struct tn_live_point *points; /* positions rise */
    const struct tn_live_node *nodes;
    const uint16_t *locals; /* slots */
    uint32_t point_count, node_count, local_count;
};

/* One walk over the live slots of a frame. */
struct tn_live {
    const uint16_t *locals;
    const struct tn_live_node *nodes;
    uint32_t local_count; /* still to come */
    uint32_t node;        /* likewise, or TN_NONE */
};

/* The list of the safepoint around position `at`. */
struct tn_live tn_live_at(const struct tn_live_lists *lists, uint32_t at);

/* The next live slot, each once and in no order; false at the end. */
bool tn_live_next(struct tn_live *live, uint32_t *slot);

#endif
