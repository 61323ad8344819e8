/* facts_calls.c - what a module hands to the functions that it imports.
 *
 * Asked when one of these takes a pointer: is it ever given one of the
 * caller's? What an import gave back, and is only handed back, is a handle: to
 * the caller a number like any other. Functions that call no import are not
 * looked at. */
#include "rewrite/facts_flow.h"

static bool calls_imports(const struct tn_rw_facts *facts, uint32_t own)
{
    return (facts->code.calls_imports[own / 8] >> own % 8 & 1) != 0;
}

/* One that others reach by a table or a reference is called from anywhere. */
static void hand_referenced(struct tn_rw_facts *facts, uint32_t func,
                            struct tn_rw_handed *out)
{
    if (func >= facts->mod->func_import_count)
        return;
    out->own[func] = UINT64_MAX;
    out->keeps_results = true;
}

static void hand_elements(struct tn_rw_facts *facts, struct tn_rw_handed *out)
{
    const struct tn_mod *mod = facts->mod;
    for (uint32_t i = 0; i < mod->elem_count; i++) {
        const struct tn_elem_def *elem = &mod->elems[i];
        for (uint32_t k = 0; k < elem->count; k++) {
            if (elem->funcs != NULL) {
                hand_referenced(facts, elem->funcs[k], out);
                continue;
            }
            const uint8_t *at = mod->bytes + elem->exprs[k].offset;
            struct tn_cursor c = {mod->bytes, at, at + elem->exprs[k].size,
                                  NULL, false};
            struct tn_instr in;
            if (tn_instr_read(&c, &in) && in.op == TN_OP_ref_func)
                hand_referenced(facts, in.a, out);
        }
    }
}

static bool walk_callers(struct tn_rw_facts *facts, struct tn_rw_flow *flow)
{
    const struct tn_mod *mod = facts->mod;
    struct tn_arena arena;
    tn_arena_init(&arena, facts->alloc);
    for (uint32_t i = mod->func_import_count;
         i < mod->func_count && !flow->failed; i++) {
        struct tn_rw_summary summary = {0};
        if (!calls_imports(facts, i - mod->func_import_count))
            continue;
        tn_arena_reset(&arena);
        summary.offsets = TN_NEW_ARRAY(&arena, uint64_t,
                                       tn_mod_func_type(mod, i)->param_count);
        flow->failed |= summary.offsets == NULL;
        flow->out = &summary;
        if (!flow->failed)
            tn_rw_flow_walk(flow, i);
        flow->out = NULL;
    }
    tn_arena_clear(&arena);
    return !flow->failed;
}

tn_status tn_rw_facts_calls(struct tn_rw_facts *facts, struct tn_rw_handed *out,
                            tn_error *err)
{
    const struct tn_mod *mod = facts->mod;
    struct tn_rw_arities arities;
    struct tn_rw_flow flow = {
        .facts = facts, .arities = &arities, .handed = out};
    *out = (struct tn_rw_handed){0};
    out->own = TN_NEW_ARRAY(facts->arena, uint64_t, mod->func_import_count);
    if (out->own == NULL)
        return tn_no_memory(err);
    tn_rw_arities_init(&arities);
    tn_arena_init(&flow.scratch, facts->alloc);
    hand_elements(facts, out);
    bool is_ok = walk_callers(facts, &flow);
    tn_arena_clear(&flow.scratch);
    return is_ok ? TN_OK : tn_no_memory(err);
}
