/* gc_roots.c - where references to objects are that are in no object.
 *
 * Instances have them in globals, tables and the values of element segments;
 * the embedder has pinned some; one is the exception that left a call last;
 * the others are on the guest stack. A word that is no address of an object
 * does no harm here, so none is asked for its type. */
#include "rt/store.h"

/* --- Instances ------------------------------------------------------------------------ */

static void mark_words(struct tn_store *store, const uint64_t *from,
                       const uint64_t *end)
{
    for (; from < end; from++)
        tn_gc_mark_word(store, *from);
}

static void mark_table_words(struct tn_store *store,
                             const struct tn_table *table)
{
    for (uint64_t i = 0; !table->is_func && i < table->size; i++)
        tn_gc_mark_word(store, tn_pointer_slot(atomic_load_explicit(
                                   &table->slots[i], memory_order_relaxed)));
}

static void mark_ref(struct tn_store *store, bool is_func, uint64_t ref)
{
    if (!is_func)
        tn_gc_mark_word(store, ref);
    else if (store->gc.todo != NULL)
        tn_rt_mark_func(tn_slot_pointer(ref), store->gc.todo);
}

/* A segment that was dropped has no values any more. */
static void mark_elem_values(struct tn_store *store,
                             const struct tn_instance *instance, uint32_t elem)
{
    const struct tn_mod *mod = instance->module->mod;
    const struct tn_elem_def *def = &mod->elems[elem];
    if (def->exprs == NULL || !tn_rt_elem_has(instance, elem, 0, def->count))
        return;
    bool is_func =
        tn_gc_field_of(store, tn_type_canon(mod, def->type)) == TN_GC_FUNC;
    for (uint32_t i = 0; i < def->count; i++)
        mark_ref(store, is_func, tn_rt_elem_ref(instance, elem, i));
}

void tn_gc_mark_instance(struct tn_store *store,
                         const struct tn_instance *instance)
{
    const struct tn_mod *mod = instance->module->mod;
    for (uint32_t i = 0; i < mod->table_count - mod->table_import_count; i++)
        mark_table_words(store, &instance->tables[i]);
    for (uint32_t i = 0; i < mod->global_count - mod->global_import_count; i++)
        if (tn_is_ref(instance->globals[i].type))
            tn_gc_mark_word(store, *instance->globals[i].at);
    for (uint32_t i = 0; i < mod->elem_count; i++)
        mark_elem_values(store, instance, i);
}

/* --- The stack ---------------------------------------------------------------------- */

enum {
    FRAME_WORK = 128 /* bytes that could have been looked at instead */
};

static void mark_frames(struct tn_walk *w)
{
    uint32_t index;
    const uint64_t *header;
    while ((header = tn_rt_walk_header(w, &index)) != NULL) {
        w->store->gc.root_bytes += FRAME_WORK;
        struct tn_live live =
            tn_code_live_at(w->context->instance->module->code, w->pc);
        for (uint32_t slot; tn_live_next(&live, &slot);)
            tn_gc_mark_word(w->store, w->frame[slot]);
        if (!tn_rt_walk_out(w, header))
            return;
    }
}

/* What a host function was given, or returns, and the frames below it. */
static void mark_host_frame(struct tn_store *store,
                            const struct tn_host_frame *host)
{
    const uint64_t *header = host->frame + host->func->header_slot;
    struct tn_walk w = {store, tn_slot_pointer(header[2]), NULL, NULL};
    mark_words(store, host->frame, header);
    if (w.context != NULL && tn_rt_walk_out(&w, header))
        mark_frames(&w);
}

static void mark_by_lists(struct tn_context *context)
{
    struct tn_store *store = context->store;
    struct tn_walk w = {store, context, context->safe.frame, context->safe.pc};
    if (w.pc != NULL)
        mark_frames(&w);
    for (const struct tn_host_frame *host = store->host_frame; host != NULL;
         host = host->outer)
        mark_host_frame(store, host);
}

/* Every word that is in use. */
static void mark_conservatively(struct tn_context *context)
{
    struct tn_store *store = context->store;
    const uint64_t *top =
        context->safe.pc != NULL ? context->safe.top : store->stack_top;
    mark_words(store, store->stack, top);
}

/* --- All ------------------------------------------------------------------------------ */

void tn_gc_mark_roots(struct tn_context *context)
{
    struct tn_store *store = context->store;
    if (store->config.gc_mode == TN_GC_CONSERVATIVE)
        mark_conservatively(context);
    else
        mark_by_lists(context);
    for (struct tn_table *t = store->tables; t != NULL; t = t->next)
        mark_table_words(store, t);
    for (struct tn_global *g = store->globals; g != NULL; g = g->next)
        if (tn_is_ref(g->type))
            tn_gc_mark_word(store, *g->at);
    for (size_t i = 0; i < store->constants.count; i++)
        tn_gc_mark_word(store, store->constants.at[i]);
    for (size_t i = 0; i < store->gc.pins_size; i++) {
        const struct tn_gc_pin *pin = &store->gc.pins[i];
        if (pin->count > 0)
            mark_ref(store, pin->is_func, pin->ref);
    }
    tn_gc_mark_word(store, store->exception);
}
