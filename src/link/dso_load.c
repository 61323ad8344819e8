/* dso_load.c - loading, as one transaction.
 *
 * The order is that of tool-conventions and ELF: everything is collected, then
 * every import is resolved, and only then is anything placed; instances are
 * made, all of them before any is bound; segments, thread-local data, data
 * relocations; and last, dependencies first, constructors. What fails before
 * those leaves nothing behind; a constructor that fails takes its load along. */
#include "link/space.h"

#include "dyn/order.h"

struct loading {
    tn_space *space;
    tn_dso *root;
    bool is_now, is_confined;
    size_t first;               /* objects from here on are new */
    uint32_t id;                /* of the load: dso->load */
    struct tn_link_order order; /* those to be started, needed ones first */
};

/* --- Collecting ----------------------------------------------------------------------- */

static tn_status collect_one(tn_space *space,
                             const struct tn_link_wanted *wanted, tn_dso **out,
                             tn_error *err)
{
    struct tn_link_lib *lib = NULL;
    *out =
        wanted->bytes == NULL ? tn_link_dso_named(space, wanted->name) : NULL;
    if (*out != NULL)
        return TN_OK;
    TN_TRY(tn_link_find(space->linker, wanted, &lib, err));
    *out = tn_link_dso_of(space, lib);
    if (*out != NULL)
        return TN_OK;
    return tn_link_dso_new(space, lib, wanted->name, out, err);
}

/* A plan goes on without what is not there. */
static tn_status collect_need(tn_space *space,
                              const struct tn_link_wanted *wanted, tn_dso **out,
                              tn_error *err)
{
    tn_error why = {0};
    tn_status status = collect_one(space, wanted, out, &why);
    if (status == TN_OK ||
        (status == TN_E_NOT_FOUND && space->config.plan_only))
        return TN_OK;
    return tn_fail(err, status, why.offset, "%s", why.text);
}

/* All that the objects from `first` on need, and what those need. */
static tn_status collect_needed(const struct loading *l, tn_error *err)
{
    tn_space *space = l->space;
    for (size_t i = l->first; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        const struct tn_dylink *dylink = &dso->lib->image->dylink;
        for (uint32_t k = 0; k < dylink->needed_count; k++) {
            struct tn_link_wanted wanted = {dylink->needed[k], NULL, dso->lib,
                                            false, l->is_confined};
            TN_TRY(collect_need(space, &wanted, &dso->needs[k], err));
        }
    }
    return TN_OK;
}

static void trace_load(const tn_dso *dso)
{
    const struct tn_dylink *dylink = &dso->lib->image->dylink;
    struct tn_buf needed;
    if (dso->space->config.trace == NULL)
        return;
    tn_buf_init(&needed, dso->space->alloc);
    for (uint32_t k = 0; k < dylink->needed_count; k++)
        tn_buf_print(&needed, "%s%.*s", k == 0 ? "" : ",",
                     TN_STR(dylink->needed[k]));
    tn_link_trace(dso->space, "load %s %s mem=%llu,%llu table=%llu needed=%.*s",
                  dso->name, dso->lib->path,
                  (unsigned long long)dylink->memory_size,
                  1ull << dylink->memory_align_log2,
                  (unsigned long long)dylink->table_size, (int)needed.size,
                  needed.size != 0 ? (const char *)needed.at : "");
    tn_buf_clear(&needed);
}

/* --- The order in which they start ------------------------------------------------------ */

/* Of objects whose constructors have not begun: what is loaded now, and what
 * still waits, when a constructor opens something or an embedder is early. */
static bool is_waiting(const tn_dso *dso)
{
    return dso->state <= TN_LINK_LOADED;
}

static tn_dso **list_waiting(const tn_space *space, struct tn_arena *arena,
                             uint32_t *count)
{
    tn_dso **nodes = TN_NEW_ARRAY(arena, tn_dso *, space->objects.count);
    *count = 0;
    for (size_t i = 0; nodes != NULL && i < space->objects.count; i++)
        if (is_waiting(space->objects.at[i])) {
            space->objects.at[i]->number = *count;
            nodes[(*count)++] = space->objects.at[i];
        }
    return nodes;
}

static void add_edge(uint32_t *edges, uint32_t *edge, const tn_dso *needed)
{
    if (is_waiting(needed))
        edges[(*edge)++] = needed->number;
}

/* Those behind main in the scope start as if main needed them. */
static bool list_edges(const tn_space *space, struct tn_arena *arena,
                       tn_dso *const *nodes, struct tn_dyn_graph *graph)
{
    size_t most = space->preloaded;
    uint32_t edge = 0;
    for (uint32_t i = 0; i < graph->count; i++)
        most += nodes[i]->lib->image->dylink.needed_count;
    uint32_t *starts = TN_NEW_ARRAY(arena, uint32_t, (size_t)graph->count + 1);
    uint32_t *edges = TN_NEW_ARRAY(arena, uint32_t, most);
    if (starts == NULL || edges == NULL)
        return false;
    for (uint32_t i = 0; i < graph->count; i++) {
        const tn_dso *dso = nodes[i];
        starts[i] = edge;
        for (uint32_t k = 1; dso->is_main && k <= space->preloaded; k++)
            add_edge(edges, &edge, space->objects.at[k]);
        for (uint32_t k = 0; k < dso->lib->image->dylink.needed_count; k++)
            add_edge(edges, &edge, dso->needs[k]);
    }
    starts[graph->count] = edge;
    graph->starts = starts;
    graph->edges = edges;
    return true;
}

static bool sort_waiting(struct loading *l, struct tn_arena *arena)
{
    const tn_space *space = l->space;
    struct tn_dyn_graph graph = {0};
    tn_dso **nodes = list_waiting(space, arena, &graph.count);
    uint32_t *numbers = TN_NEW_ARRAY(arena, uint32_t, graph.count);
    l->order.at = TN_ALLOC_ARRAY(space->alloc, tn_dso *, graph.count);
    l->order.cap = graph.count;
    if (nodes == NULL || numbers == NULL || l->order.at == NULL ||
        !list_edges(space, arena, nodes, &graph) ||
        !tn_dyn_needed_first(&graph, l->root->number, arena, numbers,
                             &l->order.count))
        return false;
    for (uint32_t i = 0; i < l->order.count; i++)
        l->order.at[i] = nodes[numbers[i]];
    return true;
}

static tn_status find_order(struct loading *l, tn_error *err)
{
    struct tn_arena arena;
    tn_arena_init(&arena, l->space->alloc);
    bool is_done = sort_waiting(l, &arena);
    tn_arena_clear(&arena);
    return is_done ? TN_OK : tn_no_memory(err);
}

void tn_link_drop_order(const tn_space *space, struct tn_link_order *order)
{
    tn_alloc_free(space->alloc, order->at, order->cap * sizeof *order->at);
    *order = (struct tn_link_order){NULL, 0, 0};
}

/* --- Making ---------------------------------------------------------------------------- */

static tn_status resolve_each(const struct loading *l, tn_error *err)
{
    for (size_t i = l->first; i < l->space->objects.count; i++)
        TN_TRY(tn_link_resolve(l->space->objects.at[i], l->is_now, err));
    return TN_OK;
}

static tn_status resolve_all(const struct loading *l, tn_error *err)
{
    tn_space *space = l->space;
    struct tn_link_group *own = l->root->group;
    uint64_t names = 0;
    for (size_t i = l->first; i < space->objects.count; i++)
        names += tn_link_mod(space->objects.at[i])->import_count;
    tn_link_group_merge(space, space->global, names);
    if (own != NULL)
        tn_link_group_merge(space, own, names);
    tn_status status = resolve_each(l, err);
    tn_link_group_unmerge(space->global);
    if (own != NULL)
        tn_link_group_unmerge(own);
    return status;
}

static void trace_place(const tn_dso *dso)
{
    const struct tn_dylink *dylink = &dso->lib->image->dylink;
    tn_link_trace(dso->space, "place %s mem=%llu+%llu table=%llu+%llu",
                  dso->name, (unsigned long long)dso->memory_base,
                  (unsigned long long)dylink->memory_size,
                  (unsigned long long)dso->table_base,
                  (unsigned long long)dylink->table_size);
}

static tn_status place_all(const struct loading *l, tn_error *err)
{
    tn_space *space = l->space;
    if (!space->is_loaded)
        TN_TRY(tn_link_place_first(space, space->global, err));
    for (size_t i = l->first; i < space->objects.count; i++) {
        if (space->is_loaded)
            TN_TRY(tn_link_place_more(space->objects.at[i], err));
        trace_place(space->objects.at[i]);
    }
    return TN_OK;
}

static tn_status bind_all(const struct loading *l, tn_error *err)
{
    tn_space *space = l->space;
    bool is_adopting = !space->is_loaded && tn_link_is_adopting(space);
    for (size_t i = l->first; i < space->objects.count; i++)
        TN_TRY(tn_link_prepare(space->objects.at[i], err));
    if (is_adopting) {
        TN_TRY(tn_link_bind(space->main, err));
        TN_TRY(tn_link_adopt(space, err));
    }
    for (size_t i = l->first; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (!is_adopting || dso != space->main)
            TN_TRY(tn_link_bind(dso, err));
        tn_link_drop_bounds(dso);
    }
    return TN_OK;
}

static tn_status in_dso(const tn_dso *dso, tn_status status,
                        const tn_error *why, tn_error *err)
{
    return status == TN_OK ? TN_OK
                           : tn_fail(err, status, why->offset, "%s: %s",
                                     dso->name, why->text);
}

static tn_status call_own(const tn_dso *dso, uint32_t func, uint64_t *slots,
                          tn_error *err)
{
    tn_error why = {0};
    tn_func *own = tn_rt_instance_func(dso->instance, func);
    return in_dso(dso, tn_func_call_raw(own, slots, &why), &why, err);
}

static tn_status fill_one(const tn_dso *dso, tn_error *err)
{
    tn_error why = {0};
    tn_status status = tn_rt_instance_fill(dso->instance, &why);
    if (status == TN_OK && dso->lib->image->start_is_local)
        status = tn_rt_instance_start(dso->instance, &why);
    return in_dso(dso, status, &why, err);
}

static tn_status init_tls_of(const tn_dso *dso, tn_error *err)
{
    const struct tn_dyn_image *image = dso->lib->image;
    uint64_t slot = dso->tls_base;
    if (slot == 0)
        return TN_OK;
    tn_link_trace(dso->space, "tls %s %llu", dso->name,
                  (unsigned long long)image->tls_size);
    return call_own(dso, image->init_tls, &slot, err);
}

static tn_status relocate_one(const tn_dso *dso, tn_error *err)
{
    uint32_t func = dso->lib->image->apply_data_relocs;
    if (func == TN_NONE)
        return TN_OK;
    tn_link_trace(dso->space, "relocate %s", dso->name);
    return call_own(dso, func, NULL, err);
}

/* In order; others that wait to be started are whole already. */
static tn_status
for_each_new(const struct loading *l,
             tn_status (*step)(const tn_dso *dso, tn_error *err), tn_error *err)
{
    for (uint32_t i = 0; i < l->order.count; i++)
        if (l->order.at[i]->state == TN_LINK_NEW)
            TN_TRY(step(l->order.at[i], err));
    return TN_OK;
}

static tn_status relocate_all(const struct loading *l, tn_error *err)
{
    TN_TRY(for_each_new(l, fill_one, err));
    TN_TRY(for_each_new(l, init_tls_of, err));
    return for_each_new(l, relocate_one, err);
}

static tn_status make_all(struct loading *l, tn_error *err)
{
    tn_space *space = l->space;
    TN_TRY(resolve_all(l, err));
    TN_TRY(place_all(l, err));
    if (space->config.plan_only)
        return TN_OK;
    TN_TRY(find_order(l, err));
    TN_TRY(bind_all(l, err));
    TN_TRY(relocate_all(l, err));
    for (size_t i = l->first; i < space->objects.count; i++)
        space->objects.at[i]->state = TN_LINK_LOADED;
    return TN_OK;
}

/* Nobody has seen the new objects yet. */
static void abandon_new(struct loading *l)
{
    tn_space *space = l->space;
    for (size_t i = space->objects.count; i > l->first; i--) {
        tn_dso *dso = space->objects.at[i - 1];
        tn_link_end(dso, dso->is_risen);
    }
    tn_link_purge(space);
    tn_link_drop_order(space, &l->order);
    space->is_loading = false;
}

/* --- Constructors ------------------------------------------------------------------------ */

static tn_status start_one(tn_dso *dso, tn_error *err)
{
    const struct tn_dyn_image *image = dso->lib->image;
    tn_error why = {0};
    dso->state = TN_LINK_STARTING;
    dso->init_serial = ++dso->space->init_serial;
    if (!image->start_is_local)
        TN_TRY(
            in_dso(dso, tn_rt_instance_start(dso->instance, &why), &why, err));
    bool is_for_start = dso->is_main && image->start != TN_NONE;
    if (image->initialize != TN_NONE && !is_for_start) {
        tn_link_trace(dso->space, "init %s %s", dso->name,
                      image->initialize_name);
        TN_TRY(call_own(dso, image->initialize, NULL, err));
    }
    dso->state = TN_LINK_READY;
    return TN_OK;
}

/* A constructor may open and close others: those are not in the list, or are
 * started by that. */
tn_status tn_link_start_all(struct tn_link_order *order, tn_error *err)
{
    for (uint32_t i = 0; i < order->count; i++) {
        tn_dso *dso = order->at[i];
        tn_status status = TN_OK;
        if (dso->state == TN_LINK_LOADED)
            status = start_one(dso, err);
        else if (dso->is_broken)
            return tn_fail(err, TN_E_DOWN, TN_NO_OFFSET,
                           "%s: its constructors failed", dso->name);
        dso->is_broken = status != TN_OK;
        TN_TRY(status);
    }
    return TN_OK;
}

/* --- The first load ---------------------------------------------------------------------- */

static tn_status make_global(tn_space *space, tn_error *err)
{
    space->global = TN_ALLOC(space->alloc, struct tn_link_group);
    if (space->global == NULL)
        return tn_no_memory(err);
    space->global->refs = 1;
    return TN_OK;
}

static tn_status collect_given(tn_space *space, const tn_named_module *given,
                               const char *name, tn_dso **out, tn_error *err)
{
    struct tn_link_wanted wanted = {
        tn_str_of(given->name != NULL ? given->name : name),
        given->bytes.at != NULL ? &given->bytes : NULL, NULL, false, false};
    return collect_one(space, &wanted, out, err);
}

static tn_status collect_first(struct loading *l, const tn_named_module *main,
                               const tn_space_config *config, tn_error *err)
{
    tn_space *space = l->space;
    TN_TRY(collect_given(space, main, "main", &space->main, err));
    l->root = space->main;
    space->main->is_main = true;
    for (size_t i = 0; i < config->preload_count; i++) {
        tn_dso *dso;
        TN_TRY(collect_given(space, &config->preload[i], "preload", &dso, err));
    }
    space->preloaded = (uint32_t)space->objects.count - 1;
    TN_TRY(collect_needed(l, err));
    /* Main, what stands behind it, and then what those need, breadth first. */
    return tn_link_promote(
        space,
        &(struct tn_link_group){.objects = {space->objects.at,
                                            space->objects.count,
                                            space->objects.cap}},
        0, err);
}

static tn_status load_first(struct loading *l, const tn_named_module *main,
                            const tn_space_config *config, tn_error *err)
{
    tn_space *space = l->space;
    TN_TRY(make_global(space, err));
    TN_TRY(collect_first(l, main, config, err));
    for (size_t i = 0; i < space->objects.count; i++) {
        space->objects.at[i]->is_startup = true;
        trace_load(space->objects.at[i]);
    }
    return make_all(l, err);
}

tn_status tn_link_load_first(tn_space *space, const tn_named_module *main,
                             const tn_space_config *config, tn_error *err)
{
    struct loading l = {.space = space,
                        .is_now = space->config.bind_now,
                        .id = ++space->next_load};
    space->is_loading = true;
    tn_status status = load_first(&l, main, config, err);
    if (status != TN_OK) {
        abandon_new(&l);
        return status;
    }
    for (size_t i = 0; i < space->objects.count; i++)
        space->objects.at[i]->load = 0;
    space->startup = l.order;
    space->is_loaded = true;
    space->is_loading = false;
    return TN_OK;
}

/* --- Opening ------------------------------------------------------------------------------- */

static uint32_t *openings_of(tn_dso *dso, const struct tn_link_wanted *wanted)
{
    return wanted->is_guest ? &dso->guest_count : &dso->open_count;
}

/* Constructors have run, or one of them has failed: then what of the load
 * nobody else uses goes, and what it showed to all is hidden again. */
static void end_load(struct loading *l, const struct tn_link_wanted *wanted,
                     int flags, tn_status status)
{
    tn_space *space = l->space;
    tn_link_drop_order(space, &l->order);
    if (status == TN_OK) {
        ++*openings_of(l->root, wanted);
        l->root->is_nodelete |= (flags & TN_RTLD_NODELETE) != 0;
    } else {
        tn_link_demote(space, l->id);
    }
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (dso->load == l->id)
            dso->load = 0;
        if (dso->promoted_by == l->id)
            dso->promoted_by = 0;
    }
    if (status != TN_OK)
        (void)tn_link_collect(space, status == TN_E_EXIT, NULL);
}

static tn_status promote_again(const struct loading *l, tn_error *err)
{
    struct tn_link_group *group = NULL;
    tn_status status = tn_link_group_new(l->root, &group, err);
    if (status == TN_OK)
        status = tn_link_promote(l->space, group, l->id, err);
    tn_link_group_release(l->space, group);
    return status;
}

/* What was there already is opened once more, perhaps for more to see. It may
 * be one that waits to be started: it does not wait any longer. */
static tn_status open_again(tn_dso *dso, const struct tn_link_wanted *wanted,
                            int flags, tn_error *err)
{
    struct loading l = {
        .space = dso->space, .root = dso, .id = ++dso->space->next_load};
    if (dso->is_broken)
        return tn_fail(err, TN_E_DOWN, TN_NO_OFFSET,
                       "%s: its constructors failed", dso->name);
    if ((flags & TN_RTLD_GLOBAL) != 0 && !dso->is_global)
        TN_TRY(promote_again(&l, err));
    tn_status status = TN_OK;
    if (dso->load == 0)
        dso->load = l.id; /* lest a constructor closes it */
    if (dso->state == TN_LINK_LOADED) {
        status = find_order(&l, err);
        if (status == TN_OK)
            status = tn_link_start_all(&l.order, err);
    }
    end_load(&l, wanted, flags, status);
    return status;
}

static tn_status load_more(struct loading *l, int flags, tn_error *err)
{
    tn_space *space = l->space;
    struct tn_link_group *group = NULL;
    TN_TRY(collect_needed(l, err));
    TN_TRY(tn_link_group_new(l->root, &group, err));
    for (size_t i = l->first; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        trace_load(dso);
        dso->group = group;
        group->refs++;
    }
    tn_link_group_release(space, group);
    TN_TRY(make_all(l, err));
    return (flags & TN_RTLD_GLOBAL) != 0
               ? tn_link_promote(space, l->root->group, l->id, err)
               : TN_OK;
}

static tn_status open_new(tn_space *space, const struct tn_link_wanted *wanted,
                          int flags, tn_dso **out, tn_error *err)
{
    struct loading l = {.space = space,
                        .is_now = (flags & TN_RTLD_NOW) != 0,
                        .is_confined = wanted->is_guest,
                        .first = space->objects.count,
                        .id = ++space->next_load};
    space->is_loading = true;
    tn_status status = collect_one(space, wanted, &l.root, err);
    bool is_known = status == TN_OK && space->objects.count == l.first;
    if (status == TN_OK && !is_known)
        status = load_more(&l, flags, err);
    if (status != TN_OK) {
        abandon_new(&l);
        return status;
    }
    space->is_loading = false;
    if (is_known) { /* the same library, by another name */
        status = open_again(l.root, wanted, flags, err);
    } else {
        status = tn_link_start_all(&l.order, err);
        end_load(&l, wanted, flags, status);
    }
    *out = status == TN_OK ? l.root : NULL;
    return status;
}

/* As it is there already; or null. */
static tn_dso *find_there(tn_space *space, const struct tn_link_wanted *wanted)
{
    struct tn_link_lib *lib = NULL;
    tn_dso *there =
        wanted->bytes == NULL ? tn_link_dso_named(space, wanted->name) : NULL;
    if (there == NULL &&
        tn_link_find(space->linker, wanted, &lib, NULL) == TN_OK)
        there = tn_link_dso_of(space, lib);
    return there;
}

static tn_status open_there(tn_space *space,
                            const struct tn_link_wanted *wanted, int flags,
                            tn_dso **out, tn_error *err)
{
    tn_dso *there = find_there(space, wanted);
    if (there == NULL)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET, "%.*s: not loaded",
                       TN_STR(wanted->name));
    TN_TRY(open_again(there, wanted, flags, err));
    *out = there;
    return TN_OK;
}

tn_status tn_link_open(tn_space *space, const struct tn_link_wanted *wanted,
                       int flags, tn_dso **out, tn_error *err)
{
    const int known = TN_RTLD_LAZY | TN_RTLD_NOW | TN_RTLD_NOLOAD |
                      TN_RTLD_LOCAL | TN_RTLD_GLOBAL | TN_RTLD_NODELETE;
    *out = NULL;
    if ((flags & ~known) != 0 || (flags & (TN_RTLD_LAZY | TN_RTLD_NOW)) == 0)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "%.*s: bad flags 0x%x: RTLD_LAZY or RTLD_NOW, and "
                       "perhaps others",
                       TN_STR(wanted->name), (unsigned)flags);
    if (space->is_loading)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "%.*s: opened while others are being loaded",
                       TN_STR(wanted->name));
    if ((flags & TN_RTLD_NOLOAD) != 0)
        return open_there(space, wanted, flags, out, err);
    return open_new(space, wanted, flags, out, err);
}
