/* order.h - the orders in which modules that need each other are taken. */
#ifndef TN_DYN_ORDER_H
#define TN_DYN_ORDER_H

#include "base/arena.h"
#include "base/error.h"

/* Node i needs edges[starts[i]] .. edges[starts[i + 1] - 1]. */
struct tn_dyn_graph {
    uint32_t count;
    const uint32_t *starts; /* count + 1 of them */
    const uint32_t *edges;
};

/* Breadth first from `root`: itself, what it needs, what those need: the order
 * in which symbols are looked up. `out` has room for count; false: no memory. */
bool tn_dyn_breadth_first(const struct tn_dyn_graph *graph, uint32_t root,
                          struct tn_arena *scratch, uint32_t *out,
                          uint32_t *out_count);

/* What is needed before what needs it, from `root`: the order in which modules
 * are initialized. In a cycle, the one that was met first comes last. */
bool tn_dyn_needed_first(const struct tn_dyn_graph *graph, uint32_t root,
                         struct tn_arena *scratch, uint32_t *out,
                         uint32_t *out_count);

#endif
