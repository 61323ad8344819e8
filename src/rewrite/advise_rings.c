/* advise_rings.c - inputs that need one another in a ring.
 *
 * Tarjan's strongly connected components, with a stack of its own. Functions
 * may go round; memories, tables, globals and tags may not, for each must be
 * there before what imports it. */
#include "rewrite/advise.h"

struct ring_node {
    uint32_t number, low; /* number 0: not met */
    uint32_t edge;        /* the next to look at */
    uint32_t caller;      /* who came here, plus 1 */
    bool is_open;         /* on the stack of its component */
};

struct rings {
    struct tn_advice *a;
    bool is_hard; /* functions do not count */
    struct ring_node *nodes;
    uint32_t *open;
    uint32_t open_count, last_number;
};

static bool is_ring_edge(const struct rings *r, const tn_edge *edge)
{
    return edge->to != TN_NONE && edge->to != edge->from &&
           edge->state == TN_IMPORT_FOUND &&
           !(r->is_hard && edge->kind == TN_EXTERN_FUNC);
}

/* The component of `node` is complete: it is kept if it is a ring. */
static void close_component(struct rings *r, uint32_t node)
{
    struct tn_advice *a = r->a;
    uint32_t begin = r->open_count;
    while (r->open[--begin] != node) {
    }
    for (uint32_t i = begin; i < r->open_count; i++)
        r->nodes[r->open[i]].is_open = false;
    uint32_t size = r->open_count - begin;
    r->open_count = begin;
    if (size < 2)
        return;
    if (r->is_hard) {
        a->has_hard_ring = true;
        a->hard_ring_member = node;
        return;
    }
    uint32_t end = a->ring_count == 0 ? 0 : a->ring_ends[a->ring_count - 1];
    memcpy(&a->ring_members[end], &r->open[begin], size * sizeof *r->open);
    a->ring_ends[a->ring_count++] = end + size;
}

static void meet_node(struct rings *r, uint32_t node, uint32_t caller)
{
    r->nodes[node] = (struct ring_node){++r->last_number, r->last_number,
                                        r->a->first_edges[node], caller, true};
    r->open[r->open_count++] = node;
}

/* One step at `node`: the node to go on with, plus 1; 0 at the end. */
static uint32_t ring_step(struct rings *r, uint32_t node)
{
    struct ring_node *n = &r->nodes[node];
    if (n->edge < r->a->first_edges[node + 1]) {
        const tn_edge *edge = &r->a->edges[n->edge++];
        if (!is_ring_edge(r, edge))
            return node + 1;
        struct ring_node *to = &r->nodes[edge->to];
        if (to->number == 0) {
            meet_node(r, edge->to, node + 1);
            return edge->to + 1;
        }
        if (to->is_open && to->number < n->low)
            n->low = to->number;
        return node + 1;
    }
    if (n->low == n->number)
        close_component(r, node);
    if (n->caller != 0 && n->low < r->nodes[n->caller - 1].low)
        r->nodes[n->caller - 1].low = n->low;
    return n->caller;
}

static void find_rings(struct rings *r)
{
    memset(r->nodes, 0, r->a->count * sizeof *r->nodes);
    r->last_number = r->open_count = 0;
    for (uint32_t i = 0; i < r->a->count; i++) {
        if (r->nodes[i].number != 0)
            continue;
        meet_node(r, i, 0);
        for (uint32_t at = i + 1; at != 0;)
            at = ring_step(r, at - 1);
    }
}

tn_status tn_rw_advise_rings(struct tn_advice *a, tn_error *err)
{
    struct rings r = {.a = a};
    r.nodes = TN_NEW_ARRAY(&a->arena, struct ring_node, a->count);
    r.open = TN_NEW_ARRAY(&a->arena, uint32_t, a->count);
    a->ring_members = TN_NEW_ARRAY(&a->arena, uint32_t, a->count);
    a->ring_ends = TN_NEW_ARRAY(&a->arena, uint32_t, a->count);
    if (r.nodes == NULL || r.open == NULL || a->ring_members == NULL ||
        a->ring_ends == NULL)
        return tn_no_memory(err);
    find_rings(&r);
    r.is_hard = true;
    find_rings(&r);
    return TN_OK;
}
