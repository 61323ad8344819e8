/* order.c - walks over modules that need each other, without recursion: a
 * chain of a million modules is no deeper than one. */
#include "dyn/order.h"

bool tn_dyn_breadth_first(const struct tn_dyn_graph *graph, uint32_t root,
                          struct tn_arena *scratch, uint32_t *out,
                          uint32_t *out_count)
{
    uint8_t *seen = TN_NEW_ARRAY(scratch, uint8_t, graph->count);
    if (seen == NULL)
        return false;
    /* What is out, but has not been looked at, is the queue. */
    uint32_t count = 0;
    out[count++] = root;
    seen[root] = 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t end = graph->starts[out[i] + 1];
        for (uint32_t e = graph->starts[out[i]]; e < end; e++) {
            uint32_t needed = graph->edges[e];
            if (!seen[needed])
                out[count++] = needed;
            seen[needed] = 1;
        }
    }
    *out_count = count;
    return true;
}

struct needing {
    uint32_t node;
    uint32_t next; /* edge to follow */
};

bool tn_dyn_needed_first(const struct tn_dyn_graph *graph, uint32_t root,
                         struct tn_arena *scratch, uint32_t *out,
                         uint32_t *out_count)
{
    uint8_t *seen = TN_NEW_ARRAY(scratch, uint8_t, graph->count);
    /* Each node is on it once at most. */
    struct needing *path = TN_NEW_ARRAY(scratch, struct needing, graph->count);
    if (seen == NULL || path == NULL)
        return false;
    uint32_t count = 0, depth = 0;
    path[depth++] = (struct needing){root, graph->starts[root]};
    seen[root] = 1;
    while (depth > 0) {
        struct needing *top = &path[depth - 1];
        if (top->next == graph->starts[top->node + 1]) {
            out[count++] = top->node;
            depth--;
            continue;
        }
        uint32_t needed = graph->edges[top->next++];
        if (!seen[needed])
            path[depth++] = (struct needing){needed, graph->starts[needed]};
        seen[needed] = 1;
    }
    *out_count = count;
    return true;
}
