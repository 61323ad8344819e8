/* gc_roots.c - where references to objects are that are in no object.
 *
 * Instances have them in globals, tables and the values of element segments;
 * the embedder has pinned some; the others are on the guest stack. A word
 * that is no address of an object does no harm here, so none is asked for its
 * type. */
#include "rt/store.h"

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

void tn_gc_mark_instance(struct tn_store *store,
                         const struct tn_instance *instance)
{
    const struct tn_mod *mod = instance->module->mod;
    for (uint32_t i = 0; i < mod->table_count - mod->table_import_count; i++)
        mark_table_words(store, &instance->tables[i]);
    for (uint32_t i = 0; i < mod->global_count - mod->global_import_count; i++)
        if (tn_is_ref(instance->globals[i].type))
            tn_gc_mark_word(store, *instance->globals[i].at);
}

/* Conservatively: every word that is in use. */
static void mark_stack_words(struct tn_context *context)
{
    const struct tn_store *store = context->store;
    const uint64_t *top =
        context->safe.pc != NULL ? context->safe.top : store->stack_top;
    mark_words(context->store, store->stack, top);
}

void tn_gc_mark_roots(struct tn_context *context)
{
    struct tn_store *store = context->store;
    mark_stack_words(context);
    for (struct tn_table *t = store->tables; t != NULL; t = t->next)
        mark_table_words(store, t);
    for (struct tn_global *g = store->globals; g != NULL; g = g->next)
        if (tn_is_ref(g->type))
            tn_gc_mark_word(store, *g->at);
    for (size_t i = 0; i < store->constants.count; i++)
        tn_gc_mark_word(store, store->constants.at[i]);
    for (size_t i = 0; i < store->gc.pins.count; i++)
        tn_gc_mark_word(store, store->gc.pins.at[i].ref);
}
