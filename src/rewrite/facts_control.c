/* facts_control.c - states of a walk, and how they come together where control
 * does. */
#include "rewrite/facts_walk.h"

#define MAX_LOOP_ORIGINS 1000000u

/* --- States ---------------------------------------------------------------------------- */

static struct flow_origin *take_state(struct flow_walk *w)
{
    if (w->free.count != 0)
        return w->free.at[--w->free.count];
    struct flow_origin *state =
        TN_NEW_ARRAY(&w->flow->scratch, struct flow_origin, w->state_size);
    if (state == NULL)
        w->flow->failed = true;
    return state;
}

static void give_state(struct flow_walk *w, struct flow_origin *state)
{
    if (state != NULL && !TN_VEC_PUSH(&w->free, w->flow->facts->alloc, state))
        w->flow->failed = true;
}

static bool join_state(struct flow_walk *w, struct flow_origin *to,
                       const struct flow_origin *by)
{
    bool is_grown = false;
    w->joined += w->state_size;
    for (uint32_t i = 0; i < w->state_size; i++)
        is_grown |= join_into(&to[i], &by[i]);
    return is_grown;
}

static struct flow_origin *copy_state(struct flow_walk *w)
{
    struct flow_origin *state = take_state(w);
    if (state != NULL)
        memcpy(state, w->now, w->state_size * sizeof *state);
    w->joined += w->state_size;
    return state;
}

/* Of a flat walk only the label's values come along. */
static uint32_t first_kept(const struct flow_walk *w)
{
    return w->local_count + 1;
}

static void put_label_values(struct flow_walk *w, uint32_t count)
{
    struct flow_origin *values = w->now + first_kept(w);
    for (uint32_t i = 0; i < FLOW_LABEL_VALUES; i++)
        values[i] = i < count ? flow_peek(w, count - i) : flow_nothing;
}

void tn_rw_flow_return(struct flow_walk *w)
{
    for (uint32_t i = 0; i < w->type->result_count; i++) {
        struct flow_origin v = flow_peek(w, w->type->result_count - i);
        uint64_t mask = v.mask | v.maybe;
        if (v.kind == FLOW_CONST && is_own_address(w->flow->facts, v.number))
            mask |= TN_RW_OWN_ADDRESS;
        tn_rw_flow_grow(w, &w->flow->out->returns, mask);
    }
}

static void to_loop(struct flow_walk *w, uint32_t loop)
{
    if (w->loops.at[loop] != NULL)
        w->is_changed |= join_state(w, w->loops.at[loop], w->now);
}

static void flow_branch(struct flow_walk *w, uint32_t label)
{
    if (label + 1 >= w->controls.count) {
        tn_rw_flow_return(w);
        return;
    }
    struct flow_control *to = &w->controls.at[w->controls.count - 1 - label];
    put_label_values(w,
                     to->op == TN_OP_loop ? to->arity.pops : to->arity.pushes);
    if (to->op == TN_OP_loop)
        to_loop(w, to->loop);
    else if (to->joined == NULL)
        to->joined = copy_state(w);
    else
        (void)join_state(w, to->joined, w->now);
}

/* --- Control ------------------------------------------------------------------------------ */

static void begin_loop(struct flow_walk *w, struct flow_control *control)
{
    control->loop = w->loop_count++;
    if (control->loop == w->loops.count &&
        !TN_VEC_PUSH(&w->loops, w->flow->facts->alloc, NULL)) {
        w->flow->failed = true;
        return;
    }
    if (w->is_dead)
        return;
    /* What a pass brings round begins the next. */
    struct flow_origin **begin = &w->loops.at[control->loop];
    put_label_values(w, 0);
    if (*begin == NULL) {
        /* Beyond, what comes round is not looked at: code of thousands of
         * locals and loops would take gigabytes. */
        if ((uint64_t)w->loop_count * w->state_size <= MAX_LOOP_ORIGINS)
            *begin = copy_state(w);
        return;
    }
    (void)join_state(w, *begin, w->now);
    memcpy(w->now, *begin, w->state_size * sizeof *w->now);
}

static void catch_clauses(struct flow_walk *w, const struct tn_instr *in)
{
    struct tn_cursor rest = in->rest;
    uint32_t height = w->height;
    w->height = w->controls.at[w->controls.count - 1].height;
    for (uint32_t i = 0; i < in->count; i++)
        flow_branch(w, tn_instr_catch(&rest).label);
    w->height = height;
}

static void flow_begin_block(struct flow_walk *w, const struct tn_instr *in)
{
    struct flow_control control = {.op = in->op, .is_dead = w->is_dead};
    control.arity = tn_rw_block_arity(w->mod, in->block);
    if (in->op == TN_OP_if_ && !w->is_dead)
        (void)flow_pop(w);
    control.height =
        w->height < control.arity.pops ? 0 : w->height - control.arity.pops;
    if (in->op == TN_OP_try_table && !w->is_dead)
        catch_clauses(w, in);
    if (in->op == TN_OP_loop)
        begin_loop(w, &control);
    else if ((in->op == TN_OP_if_ || in->op == TN_OP_try) && !w->is_dead)
        control.begin = copy_state(w);
    if (!TN_VEC_PUSH(&w->controls, w->flow->facts->alloc, control))
        w->flow->failed = true;
}

/* The other arm of an if, a handler of a try. */
static void flow_begin_arm(struct flow_walk *w, const struct tn_instr *in)
{
    struct flow_control *control = &w->controls.at[w->controls.count - 1];
    if (!w->is_dead)
        flow_branch(w, 0);
    w->is_dead = control->is_dead;
    w->height = control->height;
    if (control->is_dead || control->begin == NULL)
        return;
    if (in->op == TN_OP_else_) {
        memcpy(w->now, control->begin, w->state_size * sizeof *w->now);
        give_state(w, control->begin);
        control->begin = NULL;
        for (uint32_t i = 0; i < control->arity.pops; i++)
            flow_push(w, flow_from(TN_RW_FROM_OUTSIDE));
        return;
    }
    (void)join_state(w, w->now, control->begin);
    if (in->op == TN_OP_catch) {
        uint32_t type = w->mod->tags[in->a].type_index;
        for (uint32_t i = 0; i < w->mod->type_defs[type].param_count; i++)
            flow_push(w, flow_from(TN_RW_FROM_OUTSIDE));
    }
}

static void flow_end_block(struct flow_walk *w)
{
    struct flow_control *control = &w->controls.at[w->controls.count - 1];
    uint32_t count = control->arity.pushes;
    bool skips = control->op == TN_OP_if_ && control->begin != NULL;
    if (!w->is_dead && (control->joined != NULL || skips))
        flow_branch(w, 0);
    if (skips) { /* an if without else */
        memcpy(w->now, control->begin, w->state_size * sizeof *w->now);
        w->height = control->height + control->arity.pops;
        flow_branch(w, 0);
    }
    if (control->joined != NULL) {
        memcpy(w->now, control->joined, w->state_size * sizeof *w->now);
        w->height = control->height;
        for (uint32_t i = 0; i < count; i++)
            flow_push(w, i < FLOW_LABEL_VALUES ? w->now[first_kept(w) + i]
                                               : flow_from(TN_RW_FROM_OUTSIDE));
        w->is_dead = false;
    }
    give_state(w, control->joined);
    give_state(w, control->begin);
    w->controls.count--;
}

bool tn_rw_flow_jump(struct flow_walk *w, const struct tn_instr *in)
{
    struct tn_cursor rest = in->rest;
    switch ((int)in->op) {
    case TN_OP_br:
        flow_branch(w, in->a);
        w->is_dead = true;
        return true;
    case TN_OP_br_if:
        (void)flow_pop(w);
        flow_branch(w, in->a);
        return true;
    case TN_OP_br_table:
        (void)flow_pop(w);
        for (uint32_t i = 0; i <= in->count; i++)
            flow_branch(w, tn_instr_label(&rest));
        w->is_dead = true;
        return true;
    case TN_OP_br_on_null:
    case TN_OP_br_on_cast:
    case TN_OP_br_on_cast_fail:
        flow_branch(w, in->a);
        return true;
    case TN_OP_br_on_non_null:
        flow_branch(w, in->a);
        (void)flow_pop(w);
        return true;
    case TN_OP_return_:
        tn_rw_flow_return(w);
        w->is_dead = true;
        return true;
    case TN_OP_unreachable:
    case TN_OP_throw:
    case TN_OP_throw_ref:
    case TN_OP_rethrow:
        w->is_dead = true;
        return true;
    default:
        return false;
    }
}

bool tn_rw_flow_block(struct flow_walk *w, const struct tn_instr *in)
{
    switch ((int)in->op) {
    case TN_OP_block:
    case TN_OP_loop:
    case TN_OP_if_:
    case TN_OP_try:
    case TN_OP_try_table:
        flow_begin_block(w, in);
        return true;
    case TN_OP_else_:
    case TN_OP_catch:
    case TN_OP_catch_all:
        flow_begin_arm(w, in);
        return true;
    case TN_OP_end:
    case TN_OP_delegate:
        flow_end_block(w);
        return true;
    default:
        return false;
    }
}
