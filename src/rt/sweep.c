/* sweep.c - which closed instances does nobody need any more?
 *
 * An instance is needed while it is in service or has a handle, while running
 * frames may name it, and while something that is needed refers into its
 * block: an import, a function in a table or global, a definition in a
 * tn_imports. So a mark over instances suffices; single functions, memories
 * and globals need none. Host functions that belong to no living tn_imports
 * are kept in the same way.
 *
 * Objects may hold functions, and instances hold objects, so this is a
 * collection of objects too; one of objects alone (gc.c) takes all instances
 * for needed.
 *
 * Frames are searched conservatively: every word of the guest stack that
 * points into a candidate keeps it. Headers name each context that made a
 * call into another instance, so no running instance is overlooked. */
#include "os/pages.h"
#include "rt/imports.h"

#define GARBAGE_LIMIT 64
#define GARBAGE_BYTES ((uint64_t)4 << 20)

/* --- Marking --------------------------------------------------------------------- */

static void mark_instance(struct tn_instance *in, struct tn_instance **todo)
{
    if (in->is_marked || in->module == NULL)
        return;
    in->is_marked = true;
    in->todo = *todo;
    *todo = in;
}

void tn_rt_mark_func(const struct tn_func *func, struct tn_instance **todo)
{
    if (func == NULL || func == &tn_null_func)
        return;
    if ((func->flags & TN_FUNC_HOST) != 0)
        ((struct tn_host_func *)func->host)->is_marked = true;
    else
        mark_instance(func->instance, todo);
}

void tn_rt_mark_tag(const struct tn_tag *tag, struct tn_instance **todo)
{
    mark_instance(tag->owner, todo);
}

static void mark_table(const struct tn_table *table, struct tn_instance **todo)
{
    for (uint64_t i = 0; table->is_func && i < table->size; i++)
        tn_rt_mark_func(
            atomic_load_explicit(&table->slots[i], memory_order_relaxed), todo);
}

static void mark_global(const struct tn_global *global,
                        struct tn_instance **todo)
{
    if (tn_gc_field_of(global->owner->store, global->type) == TN_GC_FUNC)
        tn_rt_mark_func(tn_slot_pointer(*global->at), todo);
}

/* What a marked instance refers to. The contents of a table or global are
 * its owner's matter; while they have users, the owner is marked. */
static void mark_parts(struct tn_instance *in, struct tn_instance **todo)
{
    const struct tn_mod *mod = in->module->mod;
    for (uint32_t i = 0; i < mod->func_import_count; i++)
        tn_rt_mark_func(in->context->imports[i].func, todo);
    for (uint32_t i = 0; i < mod->memory_import_count; i++)
        if (in->all_memories[i] != NULL)
            mark_instance(in->all_memories[i]->owner, todo);
    for (uint32_t i = 0; i < mod->table_import_count; i++)
        if (in->all_tables[i] != NULL)
            mark_instance(in->all_tables[i]->owner, todo);
    for (uint32_t i = 0; i < mod->global_import_count; i++)
        if (in->all_globals[i] != NULL)
            mark_instance(in->all_globals[i]->owner, todo);
    for (uint32_t i = 0; i < mod->tag_import_count; i++)
        if (in->all_tags[i] != NULL)
            mark_instance(in->all_tags[i]->owner, todo);
    for (uint32_t i = 0; i < mod->table_count - mod->table_import_count; i++)
        mark_table(&in->tables[i], todo);
    for (uint32_t i = 0; i < mod->global_count - mod->global_import_count; i++)
        mark_global(&in->globals[i], todo);
}

static void mark_item(tn_extern item, struct tn_instance **todo)
{
    switch (item.kind) {
    case TN_EXTERN_FUNC:
        tn_rt_mark_func(item.of.func, todo);
        break;
    case TN_EXTERN_TABLE:
        mark_instance(item.of.table->owner, todo);
        break;
    case TN_EXTERN_MEMORY:
        mark_instance(item.of.memory->owner, todo);
        break;
    case TN_EXTERN_GLOBAL:
        mark_instance(item.of.global->owner, todo);
        break;
    case TN_EXTERN_TAG:
        mark_instance(item.of.tag->owner, todo);
        break;
    }
}

static void mark_roots(struct tn_store *store, struct tn_instance **todo)
{
    for (struct tn_instance *in = store->instances; in != NULL; in = in->next)
        if ((in->state != TN_INSTANCE_CLOSED && !in->is_orphan) ||
            in->is_handle)
            mark_instance(in, todo);
    for (struct tn_imports *i = store->imports; i != NULL; i = i->next)
        for (size_t k = 0; k < i->items.count; k++)
            mark_item(i->items.at[k], todo);
    for (struct tn_table *t = store->tables; t != NULL; t = t->next)
        mark_table(t, todo);
    for (struct tn_global *g = store->globals; g != NULL; g = g->next)
        mark_global(g, todo);
    for (uint32_t i = 0; i < store->trap.frame_count; i++)
        mark_instance(store->trap.frames[i].instance, todo);
    for (struct tn_activation *a = store->activation; a != NULL; a = a->outer)
        tn_rt_mark_func(a->func, todo);
}

static void mark_all(struct tn_store *store, struct tn_instance **todo)
{
    do {
        while (*todo != NULL) {
            struct tn_instance *in = *todo;
            *todo = in->todo;
            mark_parts(in, todo);
            tn_gc_mark_instance(store, in);
        }
        tn_gc_mark_rest(store);
    } while (*todo != NULL);
}

/* --- The guest stack ---------------------------------------------------------------- */

struct candidate {
    uint64_t at, end;
    struct tn_instance *instance; /* or */
    struct tn_host_func *host;
};

struct candidates {
    struct candidate *at;
    size_t count, cap;
};

static bool is_candidate_host(const struct tn_host_func *host)
{
    return !host->is_pinned && !host->is_marked;
}

static bool list_candidates(struct tn_store *store, struct candidates *out)
{
    size_t count = 0;
    for (struct tn_instance *in = store->instances; in != NULL; in = in->next)
        count += !in->is_marked;
    for (struct tn_host_func *h = store->host_funcs; h != NULL; h = h->next)
        count += is_candidate_host(h);
    *out = (struct candidates){
        TN_ALLOC_ARRAY(store->alloc, struct candidate, count), 0, count};
    if (out->at == NULL)
        return false;
    for (struct tn_instance *in = store->instances; in != NULL; in = in->next) {
        uint64_t at = tn_pointer_slot(in->context);
        if (!in->is_marked)
            out->at[out->count++] =
                (struct candidate){at, at + in->module->layout.bytes, in, NULL};
    }
    for (struct tn_host_func *h = store->host_funcs; h != NULL; h = h->next) {
        uint64_t at = tn_pointer_slot(h);
        if (is_candidate_host(h))
            out->at[out->count++] =
                (struct candidate){at, at + sizeof *h, NULL, h};
    }
    return true;
}

/* Shell's sort: the library's may ask for memory behind our back. */
static void sort_candidates(const struct candidates *list)
{
    for (size_t gap = list->count / 2; gap > 0; gap /= 2)
        for (size_t i = gap; i < list->count; i++) {
            struct candidate moved = list->at[i];
            size_t k = i;
            for (; k >= gap && list->at[k - gap].at > moved.at; k -= gap)
                list->at[k] = list->at[k - gap];
            list->at[k] = moved;
        }
}

static const struct candidate *find_candidate(const struct candidates *list,
                                              uint64_t word)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (word >= list->at[middle].end)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_in = low < list->count && word >= list->at[low].at;
    return is_in ? &list->at[low] : NULL;
}

static bool mark_stack(struct tn_store *store, struct tn_instance **todo)
{
    struct candidates list;
    if (store->activation == NULL)
        return true;
    if (!list_candidates(store, &list))
        return false;
    sort_candidates(&list);
    for (const uint64_t *word = store->stack; word < store->stack_top; word++) {
        const struct candidate *c = find_candidate(&list, *word);
        if (c != NULL && c->instance != NULL)
            mark_instance(c->instance, todo);
        else if (c != NULL)
            c->host->is_marked = true;
    }
    tn_alloc_free(store->alloc, list.at, list.cap * sizeof *list.at);
    return true;
}

/* --- Sweeping ------------------------------------------------------------------------- */

/* Frees what is not marked, and takes the marks away. */
static uint64_t sweep_instances(struct tn_store *store)
{
    uint64_t kept = 0;
    for (struct tn_instance *in = store->instances, *next; in; in = next) {
        next = in->next;
        if (!in->is_marked) {
            tn_rt_instance_destroy(in);
            continue;
        }
        in->is_marked = false;
        kept += in->state == TN_INSTANCE_CLOSED || in->is_orphan;
    }
    return kept;
}

static uint64_t sweep_host_funcs(struct tn_store *store)
{
    uint64_t kept = 0;
    struct tn_host_func **link = &store->host_funcs;
    while (*link != NULL) {
        struct tn_host_func *host = *link;
        if (is_candidate_host(host)) {
            *link = host->next;
            tn_rt_host_func_free(store, host);
            continue;
        }
        kept += !host->is_pinned;
        host->is_marked = false;
        link = &host->next;
    }
    return kept;
}

/* When there is no memory to look which ones the stack needs. */
static void mark_everything(struct tn_store *store, struct tn_instance **todo)
{
    for (struct tn_instance *in = store->instances; in != NULL; in = in->next)
        mark_instance(in, todo);
    for (struct tn_host_func *h = store->host_funcs; h != NULL; h = h->next)
        h->is_marked = true;
}

void tn_rt_sweep(struct tn_store *store)
{
    struct tn_instance *todo = NULL;
    tn_gc_begin(store, &todo);
    mark_roots(store, &todo);
    tn_gc_mark_roots(store->host->context);
    mark_all(store, &todo);
    if (!mark_stack(store, &todo))
        mark_everything(store, &todo);
    mark_all(store, &todo);
    tn_gc_end(store);
    uint64_t kept = sweep_instances(store) + sweep_host_funcs(store);
    store->garbage_count = kept;
    /* As many again must close as were looked at in vain, or as are open. */
    uint64_t limit =
        kept * 2 > store->open_count ? kept * 2 : store->open_count;
    store->garbage_limit = limit > GARBAGE_LIMIT ? limit : GARBAGE_LIMIT;
    store->kept_bytes = store->garbage_bytes;
}

static bool has_many_closed(const struct tn_store *store)
{
    uint64_t limit = store->garbage_limit > store->open_count
                         ? store->garbage_limit
                         : store->open_count;
    return store->garbage_count >
           (limit > GARBAGE_LIMIT ? limit : GARBAGE_LIMIT);
}

/* The same of their bytes: a few may be large, as plugins of many exports. */
static bool has_large_closed(const struct tn_store *store)
{
    uint64_t limit = store->kept_bytes * 2 > store->open_bytes
                         ? store->kept_bytes * 2
                         : store->open_bytes;
    return store->garbage_bytes >
           (limit > GARBAGE_BYTES ? limit : GARBAGE_BYTES);
}

void tn_rt_sweep_some(struct tn_store *store)
{
    if (has_many_closed(store) || has_large_closed(store))
        tn_rt_sweep(store);
}

#undef GARBAGE_LIMIT
#undef GARBAGE_BYTES
