/* throw.c - an exception looks for who catches it.
 *
 * From the frame that threw outwards, by the walk that traps use, to the first
 * clause that takes it; there the interpreter goes on (store->landing). At a
 * host frame the walk ends, and with it the call; if the host function passes
 * the exception on, the walk goes on in the call around it. Recording the
 * frames of an exception that leaves a call is a second walk: most are caught. */
#include "rt/throw.h"

static struct tn_exn *exn_of(uint64_t ref)
{
    return tn_slot_pointer(ref);
}

/* ------------------------------------------------------------- catching */

static const struct tn_clause *who_catches(const struct tn_instance *instance,
                                           const struct tn_code_place *place,
                                           const struct tn_exn *exn)
{
    struct tn_unwind_search search = tn_unwind_at(place->unwind, place->at);
    const struct tn_clause *clause;
    while ((clause = tn_unwind_next(&search)) != NULL)
        if (clause->tag == TN_NONE ||
            tn_pointer_slot(instance->all_tags[clause->tag]) == exn->tag)
            return clause;
    return NULL;
}

static void land(const struct tn_walk *w, const struct tn_code_place *place,
                 const struct tn_clause *clause, const struct tn_exn *exn)
{
    uint32_t slots = exn->object.type->param_slots;
    if (clause->tag != TN_NONE && slots != 0)
        memcpy(w->frame + clause->values, exn->values,
               slots * sizeof *exn->values);
    if (clause->ref != TN_NO_REF)
        w->frame[clause->ref] = tn_pointer_slot(exn);
    w->context->safe.pc = place->start + clause->handler;
    w->context->safe.frame = w->frame;
    w->store->landing = w->context;
}

/* False if nobody in this call of the host's catches. */
static bool find_catcher(struct tn_walk w, const struct tn_exn *exn)
{
    for (;;) {
        struct tn_instance *instance = w.context->instance;
        struct tn_code_place place;
        if (!tn_code_place_at(instance->module->code, w.pc, &place))
            return false;
        const struct tn_clause *clause = who_catches(instance, &place, exn);
        if (clause != NULL) {
            land(&w, &place, clause, exn);
            return true;
        }
        if (!tn_rt_walk_out(&w, tn_rt_header_of(&w, place.func_index)))
            return false;
    }
}

static void leave_call(struct tn_store *store, uint64_t ref)
{
    store->activation->status = TN_E_EXCEPTION;
    store->exception = ref;
}

/* ------------------------------------------------------------- throwing */

void tn_rt_throw(struct tn_context *context, uint64_t *frame, const uint8_t *pc,
                 uint32_t slot, uint32_t tag)
{
    struct tn_tag *thrown = context->instance->all_tags[tag];
    uint32_t slots = thrown->type->param_slots;
    context->safe.pc = pc;
    context->safe.frame = frame;
    context->safe.top = frame + slot + slots;
    struct tn_exn *exn = tn_gc_new_exn(context, thrown);
    if (exn == NULL) {
        tn_rt_trap(context, frame, pc, TN_TRAP_NO_MEMORY);
        return;
    }
    if (slots != 0)
        memcpy(exn->values, frame + slot, slots * sizeof *exn->values);
    tn_rt_throw_ref(context, frame, pc, tn_pointer_slot(exn));
}

void tn_rt_throw_ref(struct tn_context *context, uint64_t *frame,
                     const uint8_t *pc, uint64_t ref)
{
    struct tn_store *store = context->store;
    if (ref == 0) {
        tn_rt_trap(context, frame, pc, TN_TRAP_NULL_EXCEPTION);
        return;
    }
    struct tn_walk w = {store, context, frame, pc};
    if (find_catcher(w, exn_of(ref)))
        return;
    leave_call(store, ref);
    tn_rt_trap_begin(store, TN_TRAP_UNCAUGHT_EXCEPTION);
    tn_rt_trap_frames(context, frame, pc);
}

bool tn_rt_throw_from_host(struct tn_store *store, const uint64_t *header,
                           struct tn_context *caller, bool is_new)
{
    struct tn_walk w = {store, caller, NULL, NULL};
    if (caller != NULL && tn_rt_walk_out(&w, header) &&
        find_catcher(w, exn_of(store->exception)))
        return true;
    leave_call(store, store->exception);
    if (is_new || store->trap.kind != TN_TRAP_UNCAUGHT_EXCEPTION)
        tn_rt_trap_begin(store, TN_TRAP_UNCAUGHT_EXCEPTION);
    tn_rt_trap_callers(store, header, caller);
    return false;
}

struct tn_context *tn_rt_landing(struct tn_context *context)
{
    struct tn_store *store = context->store;
    struct tn_context *to = store->landing;
    store->landing = NULL;
    return to;
}

/* --- The embedder ------------------------------------------------------------- */

tn_status tn_rt_exception_fail(const struct tn_store *store, tn_error *err)
{
    const struct tn_type *type = exn_of(store->exception)->object.type;
    struct tn_buf text;
    tn_buf_init(&text, store->alloc);
    tn_valtypes_print(&text, type->params, type->param_count);
    int size = text.failed ? 0 : (int)text.size;
    (void)tn_fail(err, TN_E_EXCEPTION, TN_NO_OFFSET, "uncaught exception %.*s",
                  size, size == 0 ? "" : (const char *)text.at);
    tn_buf_clear(&text);
    return TN_E_EXCEPTION;
}

tn_status tn_call_throw(tn_call *call, tn_tag *tag, const tn_val *values,
                        size_t count, tn_error *err)
{
    struct tn_store *store = call->store;
    const struct tn_type *type = tag->type;
    if (tag->owner->store != store)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET, "tag of another store");
    if (count != type->param_count)
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                       "tag has %u values, not %zu",
                       (unsigned)type->param_count, count);
    struct tn_exn *exn = tn_gc_new_exn(store->host->context, tag);
    if (exn == NULL)
        return tn_call_trap(call, TN_TRAP_NO_MEMORY);
    uint64_t *slot = exn->values;
    for (size_t i = 0; i < count; i++) {
        TN_TRY(tn_rt_val_write(store, type->params[i], &values[i], slot, err));
        slot += tn_slots_of(type->params[i]);
    }
    store->exception = tn_pointer_slot(exn);
    call->has_thrown = true;
    return TN_E_EXCEPTION;
}

tn_status tn_call_throw_ref(tn_call *call, tn_val exception, tn_error *err)
{
    struct tn_store *store = call->store;
    uint64_t ref;
    TN_TRY(tn_rt_val_write(store, TN_REF(TN_HEAP_EXN, false), &exception, &ref,
                           err));
    store->exception = ref;
    call->has_thrown = true;
    return TN_E_EXCEPTION;
}

tn_tag *tn_store_exception_tag(const tn_store *store)
{
    return store->exception == 0
               ? NULL
               : tn_slot_pointer(exn_of(store->exception)->tag);
}

size_t tn_store_exception_count(const tn_store *store)
{
    return store->exception == 0
               ? 0
               : exn_of(store->exception)->object.type->param_count;
}

tn_val tn_store_exception_value(const tn_store *store, size_t i)
{
    tn_val out = {.kind = TN_I32};
    if (i >= tn_store_exception_count(store))
        return out;
    const struct tn_exn *exn = exn_of(store->exception);
    const struct tn_type *type = exn->object.type;
    const uint64_t *slot = exn->values;
    for (size_t k = 0; k < i; k++)
        slot += tn_slots_of(type->params[k]);
    tn_rt_val_read(store->engine, type->params[i], slot, &out);
    return out;
}

tn_val tn_store_exception_ref(const tn_store *store)
{
    tn_val out = {.kind = TN_EXNREF};
    out.of.ref = tn_slot_pointer(store->exception);
    return out;
}
