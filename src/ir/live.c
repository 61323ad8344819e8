/* live.c - notes the live references at each safepoint, and reads the notes.
 *
 * An entry of the operand stack remembers the node that was made for it;
 * `noted` counts those whose node is still true. A safepoint makes nodes only
 * for entries that came since the last one. */
#include "ir/live.h"

#include "ir/translate.h"

/* ---------------------------------------------------------------- reading */

struct tn_live tn_live_at(const struct tn_live_lists *lists, uint32_t at)
{
    uint32_t low = 0, high = lists->point_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (lists->points[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return (struct tn_live){.locals = lists->locals,
                            .nodes = lists->nodes,
                            .local_count = lists->local_count,
                            .node = low == 0 ? TN_NONE
                                             : lists->points[low - 1].node};
}

bool tn_live_next(struct tn_live *live, uint32_t *slot)
{
    if (live->local_count > 0) {
        *slot = live->locals[--live->local_count];
        return true;
    }
    if (live->node == TN_NONE)
        return false;
    *slot = live->nodes[live->node].slot;
    live->node = live->nodes[live->node].below;
    return true;
}

/* ---------------------------------------------------------------- writing */

bool tn_tr_live_begin(struct tn_translator *t)
{
    const uint64_t with_references =
        TN_FEATURE_BIT(TN_FEATURE_REFERENCE_TYPES) |
        TN_FEATURE_BIT(TN_FEATURE_FUNCTION_REFERENCES) |
        TN_FEATURE_BIT(TN_FEATURE_GC) | TN_FEATURE_BIT(TN_FEATURE_EXCEPTIONS) |
        TN_FEATURE_BIT(TN_FEATURE_LEGACY_EXCEPTIONS);
    t->has_lists = (t->mod->features_used & with_references) != 0;
    if (!t->has_lists)
        return true;
    t->live_locals = TN_NEW_ARRAY(t->scratch, uint16_t, t->local_count + 1);
    if (t->live_locals == NULL)
        return false;
    for (uint32_t i = 0; i < t->local_count; i++)
        if (t->local_vts[i] == TN_VT_REF)
            t->live_locals[t->live_local_count++] = t->local_slots[i];
    return true;
}

/* Locals that some path has not assigned here must have been zeroed. Those
 * that are assigned here, but not for good, see to it when they are forgotten:
 * once at the first safepoint is enough. */
static void zero_locals(struct tn_translator *t)
{
    if (t->has_safepoint)
        return;
    t->has_safepoint = true;
    for (uint32_t i = t->type->param_count; i < t->local_count; i++)
        if (t->local_vts[i] == TN_VT_REF && !t->is_assigned[i])
            tn_tr_zero_local(t, i);
}

static uint32_t note_entry(struct tn_translator *t, const struct tn_entry *e,
                           uint32_t below)
{
    if (e->vt != TN_VT_REF || e->kind != TN_ENTRY_SLOT)
        return below; /* of a local, which is live, or null */
    struct tn_live_node node = {below, e->slot};
    if (!TN_VEC_PUSH(&t->live_nodes, t->alloc, node)) {
        t->failed = true;
        return below;
    }
    return (uint32_t)t->live_nodes.count - 1;
}

void tn_tr_safepoint(struct tn_translator *t)
{
    if (!t->has_lists)
        return;
    zero_locals(t);
    uint32_t node = t->noted > 0 ? t->entries[t->noted - 1].node : TN_NONE;
    for (; t->noted < t->sp; t->noted++) {
        struct tn_entry *e = &t->entries[t->noted];
        node = e->node = note_entry(t, e, node);
    }
    size_t n = t->live_points.count;
    if (node == (n == 0 ? TN_NONE : t->live_points.at[n - 1].node))
        return;
    struct tn_live_point point = {t->size, node};
    if (!TN_VEC_PUSH(&t->live_points, t->alloc, point))
        t->failed = true;
}

struct tn_live_lists tn_tr_lists(const struct tn_translator *t)
{
    return (struct tn_live_lists){
        .points = t->live_points.at,
        .nodes = t->live_nodes.at,
        .locals = t->live_locals,
        .point_count = (uint32_t)t->live_points.count,
        .node_count = (uint32_t)t->live_nodes.count,
        .local_count = t->has_safepoint ? t->live_local_count : 0};
}
