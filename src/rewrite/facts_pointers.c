/* facts_pointers.c - which parameters of exported functions are pointers.
 *
 * A summary for each function says what becomes of its parameters. Those of
 * exported functions are asked for; a walk (facts_flow.c) asks for those of
 * its callees that it hands such a value to. When a summary grows, whoever
 * used it is walked again, until none does: sets of parameters only grow, so
 * this ends. An address that is the sum of two parameters is left open until
 * all that is certain is known; then the first of the two is taken. */
#include "rewrite/facts_flow.h"

#include <stdlib.h>

struct caller_edge {
    uint32_t caller, next;
};

struct numbered_func {
    uint32_t number, func;
};

struct pointers {
    struct tn_rw_facts *facts;
    struct tn_rw_flow flow;
    struct tn_rw_arities arities;
    struct tn_arena arena;
    struct tn_rw_summary *summaries;
    uint32_t *first_caller; /* into edges, plus 1; of each function */
    struct tn_vec(struct caller_edge) edges;
    struct tn_vec(uint32_t) fresh; /* functions that were never walked */
    struct tn_vec(uint32_t) again; /* and that must be walked again */
    struct tn_vec(
        struct numbered_func) round; /* of the latter, those at hand */
    uint32_t wanted_count;
    uint32_t func; /* at hand */
};

static bool enqueue_walk(struct pointers *p, uint32_t func)
{
    struct tn_rw_summary *summary = &p->summaries[func];
    if (summary->is_queued)
        return true;
    summary->is_queued = true;
    return TN_VEC_PUSH(&p->again, p->facts->alloc, func);
}

/* The function's summary is wanted: it will have been walked. */
static bool want_summary(struct pointers *p, uint32_t func)
{
    struct tn_rw_summary *summary = &p->summaries[func];
    if (func < p->facts->mod->func_import_count || summary->is_wanted)
        return true;
    uint32_t params = tn_mod_func_type(p->facts->mod, func)->param_count;
    summary->is_wanted = summary->is_queued = true;
    summary->number = p->wanted_count++;
    summary->offsets = TN_NEW_ARRAY(&p->arena, uint64_t, params);
    return summary->offsets != NULL &&
           TN_VEC_PUSH(&p->fresh, p->facts->alloc, func);
}

static bool has_caller(const struct pointers *p, uint32_t callee,
                       uint32_t caller)
{
    uint32_t i = p->first_caller[callee];
    for (int looked = 0; i != 0 && looked < 8; looked++) {
        if (p->edges.at[i - 1].caller == caller)
            return true;
        i = p->edges.at[i - 1].next;
    }
    return false;
}

static bool want_callee(void *ctx, uint32_t callee)
{
    struct pointers *p = ctx;
    if (!want_summary(p, callee))
        return false;
    if (has_caller(p, callee, p->func))
        return true;
    struct caller_edge edge = {p->func, p->first_caller[callee]};
    if (!TN_VEC_PUSH(&p->edges, p->facts->alloc, edge))
        return false;
    p->first_caller[callee] = (uint32_t)p->edges.count;
    return true;
}

static bool requeue_callers(struct pointers *p, uint32_t func)
{
    for (uint32_t i = p->first_caller[func]; i != 0;
         i = p->edges.at[i - 1].next)
        if (!enqueue_walk(p, p->edges.at[i - 1].caller))
            return false;
    return true;
}

static bool walk_one(struct pointers *p, uint32_t func)
{
    struct tn_rw_summary *summary = &p->summaries[func];
    p->func = func;
    p->flow.out = summary;
    p->flow.is_grown = false;
    p->flow.bad_at = 0; /* not asked for */
    summary->is_queued = summary->is_open = false;
    tn_rw_flow_walk(&p->flow, func);
    return !p->flow.failed && (!p->flow.is_grown || requeue_callers(p, func));
}

static bool walk_fresh(struct pointers *p)
{
    while (p->fresh.count != 0)
        if (!walk_one(p, p->fresh.at[--p->fresh.count]))
            return false;
    return true;
}

static int later_first(const void *x, const void *y)
{
    const struct numbered_func *a = x, *b = y;
    return a->number < b->number ? 1 : -(a->number > b->number);
}

/* In rounds. What was asked for later is mostly called by what was asked for
 * before it, and so comes first: each round brings news up whole chains of
 * calls. */
static bool settle_summaries(struct pointers *p)
{
    while (p->fresh.count + p->again.count != 0) {
        if (!walk_fresh(p))
            return false;
        p->round.count = 0;
        for (size_t i = 0; i < p->again.count; i++) {
            struct numbered_func n = {p->summaries[p->again.at[i]].number,
                                      p->again.at[i]};
            if (!TN_VEC_PUSH(&p->round, p->facts->alloc, n))
                return false;
        }
        p->again.count = 0;
        if (p->round.count != 0)
            qsort(p->round.at, p->round.count, sizeof *p->round.at,
                  later_first);
        for (size_t i = 0; i < p->round.count; i++)
            if (!walk_one(p, p->round.at[i].func) || !walk_fresh(p))
                return false;
    }
    return true;
}

/* First what is certain, then what is likely. */
static bool find_all(struct pointers *p)
{
    const struct tn_mod *mod = p->facts->mod;
    for (uint32_t i = 0; i < mod->export_count; i++)
        if (mod->exports[i].kind == TN_EXTERN_FUNC &&
            !want_summary(p, mod->exports[i].index))
            return false;
    if (!settle_summaries(p))
        return false;
    p->flow.is_guessing = true;
    for (uint32_t i = 0; i < mod->func_count; i++)
        if (p->summaries[i].is_open && !enqueue_walk(p, i))
            return false;
    return settle_summaries(p);
}

static bool begin_pointers(struct pointers *p)
{
    const struct tn_mod *mod = p->facts->mod;
    p->summaries =
        TN_NEW_ARRAY(&p->arena, struct tn_rw_summary, mod->func_count);
    p->first_caller = TN_NEW_ARRAY(&p->arena, uint32_t, mod->func_count);
    tn_rw_arities_init(&p->arities);
    p->flow = (struct tn_rw_flow){.facts = p->facts,
                                  .arities = &p->arities,
                                  .summaries = p->summaries,
                                  .want = want_callee,
                                  .ctx = p};
    tn_arena_init(&p->flow.scratch, p->facts->alloc);
    return p->summaries != NULL && p->first_caller != NULL;
}

static void end_pointers(struct pointers *p)
{
    tn_arena_clear(&p->arena);
    tn_arena_clear(&p->flow.scratch);
    TN_VEC_CLEAR(&p->edges, p->facts->alloc);
    TN_VEC_CLEAR(&p->fresh, p->facts->alloc);
    TN_VEC_CLEAR(&p->again, p->facts->alloc);
    TN_VEC_CLEAR(&p->round, p->facts->alloc);
}

/* What is both is a pointer: that is what is wrong in another memory. */
static bool tell_uses(const struct tn_rw_facts *facts, tn_func_fact *fact,
                      const struct tn_rw_summary *summary)
{
    uint32_t count = fact->param_count;
    uint8_t *uses = TN_NEW_ARRAY(facts->arena, uint8_t, count);
    uint64_t *offsets = TN_NEW_ARRAY(facts->arena, uint64_t, count);
    if (uses == NULL || offsets == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        bool is_pointer =
            i < TN_RW_MAX_PARAMS && (summary->pointers >> i & 1) != 0;
        bool is_funcref =
            i < TN_RW_MAX_PARAMS && (summary->funcrefs >> i & 1) != 0;
        uses[i] = is_pointer   ? TN_PARAM_POINTER
                  : is_funcref ? TN_PARAM_FUNCREF
                               : TN_PARAM_SCALAR;
        offsets[i] =
            is_pointer || is_funcref ? summary->offsets[i] : TN_NO_OFFSET;
    }
    fact->uses = uses;
    fact->use_offsets = offsets;
    fact->returns_pointer = (summary->returns & TN_RW_OWN_ADDRESS) != 0;
    return true;
}

tn_status tn_rw_facts_pointers(struct tn_rw_facts *facts, tn_error *err)
{
    struct pointers p = {.facts = facts};
    tn_arena_init(&p.arena, facts->alloc);
    bool is_ok = begin_pointers(&p) && find_all(&p);
    for (size_t i = 0; i < facts->pub.func_fact_count && is_ok; i++)
        is_ok = tell_uses(facts, &facts->func_facts[i],
                          &p.summaries[facts->func_facts[i].func]);
    end_pointers(&p);
    return is_ok ? TN_OK : tn_no_memory(err);
}

tn_status tn_rw_facts_addresses(struct tn_rw_facts *facts, uint32_t *func,
                                uint64_t *at, tn_error *err)
{
    const struct tn_mod *mod = facts->mod;
    struct tn_rw_arities arities;
    struct tn_rw_flow flow = {.facts = facts, .arities = &arities};
    struct tn_arena arena;
    tn_rw_arities_init(&arities);
    tn_arena_init(&flow.scratch, facts->alloc);
    tn_arena_init(&arena, facts->alloc);
    *func = TN_NONE;
    for (uint32_t i = mod->func_import_count;
         i < mod->func_count && *func == TN_NONE && !flow.failed; i++) {
        struct tn_rw_summary summary = {0};
        tn_arena_reset(&arena);
        summary.offsets = TN_NEW_ARRAY(&arena, uint64_t,
                                       tn_mod_func_type(mod, i)->param_count);
        flow.failed |= summary.offsets == NULL;
        flow.out = &summary;
        flow.bad_at = TN_NO_OFFSET;
        if (!flow.failed)
            tn_rw_flow_walk(&flow, i);
        if (flow.bad_at != TN_NO_OFFSET) {
            *func = i;
            *at = flow.bad_at;
        }
    }
    tn_arena_clear(&arena);
    tn_arena_clear(&flow.scratch);
    return flow.failed ? tn_no_memory(err) : TN_OK;
}
