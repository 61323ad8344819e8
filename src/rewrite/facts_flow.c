/* facts_flow.c - the walk, and what instructions do. */
#include "rewrite/facts_walk.h"

/* Joining costs: beyond this, locals are joined where they are set instead. */
#define MAX_JOINED 8000000u

/* --- What is found ---------------------------------------------------------------- */

static void note_offsets(struct flow_walk *w, uint64_t grown)
{
    struct tn_rw_summary *out = w->flow->out;
    for (uint32_t i = 0; i < w->type->param_count && i < TN_RW_MAX_PARAMS; i++)
        if ((grown >> i & 1) != 0)
            out->offsets[i] = w->at;
}

void tn_rw_flow_grow(struct flow_walk *w, uint64_t *set, uint64_t by)
{
    uint64_t grown = by & ~*set;
    if (grown == 0)
        return;
    *set |= grown;
    w->flow->is_grown = true;
    if (set != &w->flow->out->returns)
        note_offsets(w, grown);
}

static void note_pair(struct flow_walk *w, struct flow_origin v)
{
    for (uint32_t i = 0; i < w->pair_count; i++)
        if (w->pairs[i].mask == v.mask && w->pairs[i].maybe == v.maybe)
            return;
    if (w->pair_count < FLOW_MAX_PAIRS)
        w->pairs[w->pair_count++] = (struct flow_pair){v.mask, v.maybe, w->at};
}

static void flow_use_address(struct flow_walk *w, struct flow_origin v)
{
    if (v.mask == 0 && v.maybe == 0 && w->flow->bad_at == TN_NO_OFFSET)
        w->flow->bad_at = w->at;
    if (w->flow->handed != NULL && ((v.mask | v.maybe) & TN_RW_FROM_IMPORT))
        w->flow->handed->follows_results = true;
    if (v.maybe == 0)
        tn_rw_flow_grow(w, &w->flow->out->pointers, v.mask & TN_RW_PARAMS);
    else
        note_pair(w, v);
}

static void note_like(struct flow_walk *w, struct flow_origin a,
                      struct flow_origin b)
{
    bool is_one = a.kind == FLOW_ANY && b.kind == FLOW_ANY && a.maybe == 0 &&
                  b.maybe == 0 && ((a.mask | b.mask) & TN_RW_PARAMS) != 0 &&
                  a.mask != 0 && b.mask != 0;
    for (uint32_t i = 0; i < w->like_count && is_one; i++)
        is_one = w->likes[i].mask != a.mask || w->likes[i].maybe != b.mask;
    if (is_one && w->like_count < FLOW_MAX_PAIRS)
        w->likes[w->like_count++] = (struct flow_pair){a.mask, b.mask, w->at};
}

/* What is compared with a pointer is one: the end of an array. */
static void settle_likes(struct flow_walk *w)
{
    struct tn_rw_summary *out = w->flow->out;
    for (uint32_t i = 0; i < w->like_count; i++) {
        struct flow_pair like = w->likes[i];
        w->at = like.at;
        if ((like.mask & (out->pointers | TN_RW_OWN_ADDRESS)) != 0)
            tn_rw_flow_grow(w, &out->pointers, like.maybe & TN_RW_PARAMS);
        if ((like.maybe & (out->pointers | TN_RW_OWN_ADDRESS)) != 0)
            tn_rw_flow_grow(w, &out->pointers, like.mask & TN_RW_PARAMS);
    }
}

/* A pair's base is what is known to be a pointer, else the first; what comes
 * from outside may be it. */
static void settle_pairs(struct flow_walk *w)
{
    struct tn_rw_summary *out = w->flow->out;
    for (uint32_t i = 0; i < w->pair_count; i++) {
        struct flow_pair pair = w->pairs[i];
        if (((pair.mask | pair.maybe) & out->pointers) != 0)
            continue;
        w->at = pair.at;
        if (w->flow->is_guessing)
            tn_rw_flow_grow(w, &out->pointers, pair.mask & TN_RW_PARAMS);
        else
            out->is_open = true;
    }
}

/* --- Variables of the frame ------------------------------------------------------------------ */

static struct flow_frame_slot *slot_at(struct flow_walk *w, int64_t at)
{
    for (uint32_t i = 0; i < w->slot_count; i++)
        if (w->slots[i].at == at)
            return &w->slots[i];
    if (w->slot_count == FLOW_MAX_SLOTS)
        return NULL;
    w->slots[w->slot_count] = (struct flow_frame_slot){.at = at};
    return &w->slots[w->slot_count++];
}

static void store_slot(struct flow_walk *w, int64_t at, struct flow_origin v)
{
    uint32_t before = w->slot_count;
    struct flow_frame_slot *slot = slot_at(w, at);
    if (slot == NULL)
        return;
    if (w->slot_count != before)
        slot->origin = v;
    else if (join_into(&slot->origin, &v) && slot->was_read)
        w->is_changed = true;
}

static struct flow_origin load_slot(struct flow_walk *w, int64_t at)
{
    struct flow_frame_slot *slot = slot_at(w, at);
    if (slot == NULL)
        return flow_nothing;
    slot->was_read = true;
    return slot->origin;
}

/* --- Instructions ------------------------------------------------------------------------------- */

/* An offset that is an address of the module's own makes an index of what it
 * is added to. But words are indexed by what was scaled, which has no origin
 * left: then it is an offset in a large struct. */
static bool is_index(const struct flow_walk *w, const struct tn_instr *in,
                     struct flow_origin address)
{
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[in->op].imm;
    if (!is_own_address(w->flow->facts, (int64_t)in->memarg.offset))
        return false;
    return tn_imm_align_log2(imm) == 0 || address.maybe != 0 ||
           (address.mask & TN_RW_PARAMS) == 0;
}

static void access_memory(struct flow_walk *w, const struct tn_instr *in,
                          struct flow_origin address)
{
    if (address.kind != FLOW_CONST && !is_index(w, in, address))
        flow_use_address(w, address);
    else if (w->flow->bad_at == TN_NO_OFFSET)
        w->flow->bad_at = w->at;
}

static void flow_access(struct flow_walk *w, const struct tn_instr *in,
                        struct tn_rw_arity arity)
{
    struct flow_origin address = flow_peek(w, arity.pops);
    struct flow_origin value = flow_peek(w, 1);
    int64_t at = flow_sum(address.number, (int64_t)in->memarg.offset, 1);
    bool is_slot = address.kind == FLOW_FRAME && in->memarg.memory == 0;
    struct flow_origin loaded = flow_from(TN_RW_FROM_OUTSIDE);
    if (in->memarg.memory == 0)
        access_memory(w, in, address);
    if (is_slot && arity.pushes == 0)
        store_slot(w, at, value);
    else if (w->flow->handed != NULL && arity.pops > 1 &&
             (value.mask & TN_RW_FROM_IMPORT) != 0)
        w->flow->handed->keeps_results = true;
    if (is_slot && arity.pops == 1)
        loaded = load_slot(w, at);
    flow_pop_many(w, arity.pops);
    if (arity.pushes != 0)
        flow_push(w, loaded);
}

static uint64_t masks_of(struct flow_origin v)
{
    return (v.mask | v.maybe) & TN_RW_PARAMS;
}

/* An argument that the callee, or the host, takes as something. */
static void use_argument(struct flow_walk *w, struct flow_origin v,
                         bool is_pointer, bool is_funcref)
{
    if (is_pointer)
        flow_use_address(w, v);
    if (is_funcref)
        tn_rw_flow_grow(w, &w->flow->out->funcrefs, v.mask & TN_RW_PARAMS);
}

static bool is_allocator(const struct flow_walk *w, uint32_t func)
{
    struct tn_str name = tn_mod_func_name(w->mod, func);
    return tn_str_is(name, "malloc") || tn_str_is(name, "calloc") ||
           tn_str_is(name, "realloc") || tn_str_is(name, "dlmalloc");
}

static struct tn_rw_summary callee_of(struct flow_walk *w, uint32_t callee,
                                      uint32_t count)
{
    static const struct tn_rw_summary unknown = {.returns = TN_RW_FROM_OUTSIDE};
    struct tn_rw_flow *flow = w->flow;
    if (callee < w->mod->func_import_count || flow->summaries == NULL)
        return unknown;
    uint64_t arguments = 0;
    for (uint32_t i = 1; i <= count; i++)
        arguments |= masks_of(flow_peek(w, i));
    /* Is what it gives also what this one gives? */
    bool gives =
        w->type->result_count != 0 && (*w->next == 0x0b || *w->next == 0x0f);
    if ((arguments != 0 || gives) && !flow->want(flow->ctx, callee))
        flow->failed = true;
    return flow->summaries[callee];
}

/* Pointers of a function of the host that is known: the only one is WASI. */
static uint64_t host_pointers(const struct flow_walk *w, uint32_t func)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < w->mod->import_count; i++) {
        const struct tn_import *import = &w->mod->imports[i];
        if (import->kind != TN_EXTERN_FUNC || seen++ != func)
            continue;
        return tn_rw_is_wasi(import->module) ? tn_rw_wasi_pointers(import->name)
                                             : 0;
    }
    return 0;
}

/* An argument of an import, for who asks what is handed over. */
static void hand(struct flow_walk *w, uint32_t callee, uint32_t param,
                 struct flow_origin v)
{
    bool is_handle = (v.mask | v.maybe) == TN_RW_FROM_IMPORT;
    bool is_null = v.kind == FLOW_CONST && v.number == 0;
    if (!is_handle && !is_null)
        w->flow->handed->own[callee] |= (uint64_t)1 << param;
}

static void flow_call(struct flow_walk *w, uint32_t callee,
                      struct tn_rw_arity arity)
{
    struct tn_rw_summary known = callee_of(w, callee, arity.pops);
    uint64_t result = known.returns & (TN_RW_OWN_ADDRESS | TN_RW_FROM_OUTSIDE);
    bool is_import = callee < w->mod->func_import_count;
    if (is_import && w->flow->handed != NULL)
        result = TN_RW_FROM_IMPORT;
    if (is_import)
        known.pointers = host_pointers(w, callee);
    else if (is_allocator(w, callee))
        result = TN_RW_OWN_ADDRESS;
    for (uint32_t i = 0; i < arity.pops && i < TN_RW_MAX_PARAMS; i++) {
        struct flow_origin v = flow_peek(w, arity.pops - i);
        if (is_import && w->flow->handed != NULL)
            hand(w, callee, i, v);
        use_argument(w, v, (known.pointers >> i & 1) != 0,
                     (known.funcrefs >> i & 1) != 0);
        if ((known.returns >> i & 1) != 0)
            result |= v.mask | v.maybe;
    }
    flow_pop_many(w, arity.pops);
    for (uint32_t i = 0; i < arity.pushes; i++)
        flow_push(w, flow_from(i == 0 ? result : TN_RW_FROM_OUTSIDE));
}

static void call_indirect(struct flow_walk *w, const struct tn_instr *in,
                          struct tn_rw_arity arity)
{
    struct flow_origin index = flow_pop(w);
    if (in->op == TN_OP_call_indirect || in->op == TN_OP_return_call_indirect)
        use_argument(w, index, false, true);
    flow_pop_many(w, arity.pops - 1);
    for (uint32_t i = 0; i < arity.pushes; i++)
        flow_push(w, flow_from(TN_RW_FROM_OUTSIDE));
}

static struct flow_origin *local_of(struct flow_walk *w, uint32_t index)
{
    return &w->now[index < w->local_count ? index : w->local_count];
}

static void flow_set_local(struct flow_walk *w, uint32_t index,
                           struct flow_origin v)
{
    struct flow_origin *local = local_of(w, index);
    if (!w->is_flat)
        *local = v;
    else
        w->is_changed |= join_into(local, &v);
}

static struct flow_origin global_origin(struct flow_walk *w, uint32_t global)
{
    if (global == w->flow->facts->pub.stack_pointer)
        return w->now[w->local_count];
    return flow_from(w->mod->globals[global].is_mutable ? TN_RW_FROM_OUTSIDE
                                                        : TN_RW_OWN_ADDRESS);
}

static void flow_bulk(struct flow_walk *w, const struct tn_instr *in)
{
    bool is_copy = in->op == TN_OP_memory_copy;
    uint32_t to = in->op == TN_OP_memory_init ? in->b : in->a;
    if (to == 0)
        flow_use_address(w, flow_peek(w, 3));
    if (is_copy && in->b == 0)
        flow_use_address(w, flow_peek(w, 2));
    flow_pop_many(w, 3);
}

/* Arithmetic that keeps a base; false for what is none. */
static bool flow_compute(struct flow_walk *w, const struct tn_instr *in)
{
    struct flow_origin b = flow_peek(w, 1), a = flow_peek(w, 2), v;
    switch ((int)in->op) {
    case TN_OP_i32_eq:
    case TN_OP_i32_ne:
    case TN_OP_i32_lt_u:
    case TN_OP_i32_gt_u:
    case TN_OP_i32_le_u:
    case TN_OP_i32_ge_u:
        note_like(w, a, b);
        return false;
    case TN_OP_i32_const:
    case TN_OP_i64_const:
        flow_push(
            w, (struct flow_origin){.number = in->op == TN_OP_i32_const
                                                  ? (int64_t)(int32_t)in->of.i
                                                  : in->of.i,
                                    .kind = FLOW_CONST});
        return true;
    case TN_OP_i32_add:
    case TN_OP_i64_add:
        v = flow_add(w->flow->facts, a, b, 1);
        break;
    case TN_OP_i32_sub:
    case TN_OP_i64_sub:
        v = flow_add(w->flow->facts, a, b, -1);
        break;
    case TN_OP_i32_and:
    case TN_OP_i64_and:
        v = mask_bits(a, b, true);
        break;
    case TN_OP_i32_or:
    case TN_OP_i64_or:
        v = mask_bits(a, b, false);
        break;
    case TN_OP_i64_extend_i32_u:
    case TN_OP_i64_extend_i32_s:
    case TN_OP_i32_wrap_i64:
        return true;
    default:
        return false;
    }
    flow_pop_many(w, 2);
    flow_push(w, v);
    return true;
}

/* Variables; false for what is none. */
static bool flow_variable(struct flow_walk *w, const struct tn_instr *in)
{
    struct flow_origin v;
    switch ((int)in->op) {
    case TN_OP_local_get:
        flow_push(w, *local_of(w, in->a));
        return true;
    case TN_OP_local_set:
        flow_set_local(w, in->a, flow_pop(w));
        return true;
    case TN_OP_local_tee:
        flow_set_local(w, in->a, flow_peek(w, 1));
        return true;
    case TN_OP_global_get:
        flow_push(w, global_origin(w, in->a));
        return true;
    case TN_OP_global_set:
        v = flow_pop(w);
        if (in->a == w->flow->facts->pub.stack_pointer)
            w->now[w->local_count] = v;
        return true;
    case TN_OP_select:
    case TN_OP_select_t:
        (void)flow_pop(w);
        v = flow_pop(w);
        if (w->height > 0)
            (void)join_into(&w->stack[w->height - 1], &v);
        return true;
    default:
        return false;
    }
}

static void flow_other(struct flow_walk *w, const struct tn_instr *in)
{
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[in->op].imm;
    struct tn_rw_arity arity = tn_rw_arity_of(w->flow->arities, w->mod, in);
    if (tn_imm_is_memarg(imm)) {
        flow_access(w, in, arity);
        return;
    }
    switch ((int)in->op) {
    case TN_OP_call:
        flow_call(w, in->a, arity);
        return;
    case TN_OP_return_call:
        flow_call(w, in->a, arity);
        tn_rw_flow_return(w);
        w->is_dead = true;
        return;
    case TN_OP_call_indirect:
        call_indirect(w, in, arity);
        return;
    case TN_OP_return_call_indirect:
    case TN_OP_return_call_ref:
        call_indirect(w, in, arity);
        w->is_dead = true;
        return;
    case TN_OP_memory_copy:
    case TN_OP_memory_fill:
    case TN_OP_memory_init:
        flow_bulk(w, in);
        return;
    default:
        flow_pop_many(w, arity.pops);
        for (uint32_t i = 0; i < arity.pushes; i++)
            flow_push(w, flow_nothing);
    }
}

static void flow_begin(struct flow_walk *w)
{
    struct flow_control control = {.op = TN_OP_block};
    control.arity.pushes = w->type->result_count;
    w->height = 0;
    w->loop_count = 0;
    w->is_dead = false;
    for (uint32_t i = 0; i < w->state_size && !w->is_flat; i++)
        w->now[i] = flow_nothing;
    for (uint32_t i = 0; i < w->type->param_count; i++) {
        struct flow_origin v = flow_from(
            i < TN_RW_MAX_PARAMS ? (uint64_t)1 << i : TN_RW_FROM_OUTSIDE);
        if (w->is_flat)
            (void)join_into(&w->now[i], &v);
        else
            w->now[i] = v;
    }
    w->now[w->local_count] =
        (struct flow_origin){.mask = TN_RW_OWN_ADDRESS, .kind = FLOW_FRAME};
    w->controls.count = 0;
    if (!TN_VEC_PUSH(&w->controls, w->flow->facts->alloc, control))
        w->flow->failed = true;
}

static void walk_once(struct flow_walk *w, struct tn_range code)
{
    const uint8_t *at = w->mod->bytes + code.offset;
    struct tn_cursor c = {w->mod->bytes, at, at + code.size, NULL, false};
    struct tn_instr in;
    flow_begin(w);
    while (c.at != c.end && !w->flow->failed && tn_instr_read(&c, &in)) {
        w->at = (uint64_t)(in.at - w->mod->bytes);
        w->next = c.at;
        if (w->controls.count == 1 && in.op == TN_OP_end) {
            if (!w->is_dead)
                tn_rw_flow_return(w);
            return;
        }
        if (tn_rw_flow_block(w, &in) || w->is_dead)
            continue;
        if (!tn_rw_flow_jump(w, &in) && !flow_variable(w, &in) &&
            !flow_compute(w, &in))
            flow_other(w, &in);
    }
}

static bool begin_walk(struct flow_walk *w, uint32_t func)
{
    struct tn_arena *scratch = &w->flow->scratch;
    const struct tn_body *body =
        &w->mod->bodies[func - w->mod->func_import_count];
    tn_arena_reset(scratch);
    w->type = tn_mod_func_type(w->mod, func);
    w->local_count = w->type->param_count + body->local_count;
    w->state_size = w->local_count + 1 + FLOW_LABEL_VALUES;
    w->stack_size = body->max_slots + 8;
    w->now = TN_NEW_ARRAY(scratch, struct flow_origin, w->state_size);
    w->stack = TN_NEW_ARRAY(scratch, struct flow_origin, w->stack_size);
    w->slots = TN_NEW_ARRAY(scratch, struct flow_frame_slot, FLOW_MAX_SLOTS);
    return w->now != NULL && w->stack != NULL && w->slots != NULL;
}

void tn_rw_flow_walk(struct tn_rw_flow *flow, uint32_t func)
{
    struct flow_walk w = {.flow = flow, .mod = flow->facts->mod};
    const tn_allocator *alloc = flow->facts->alloc;
    struct tn_range code = w.mod->bodies[func - w.mod->func_import_count].code;
    flow->failed |= !begin_walk(&w, func);
    for (int pass = 0; pass < FLOW_MAX_PASSES && !flow->failed; pass++) {
        w.is_changed = false;
        walk_once(&w, code);
        if (!w.is_changed)
            break;
        w.is_flat |= w.joined > MAX_JOINED;
    }
    settle_pairs(&w);
    settle_likes(&w);
    TN_VEC_CLEAR(&w.controls, alloc);
    TN_VEC_CLEAR(&w.free, alloc);
    TN_VEC_CLEAR(&w.loops, alloc);
}
