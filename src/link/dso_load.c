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
    bool is_now;
    size_t first;               /* objects from here on are new */
    struct tn_link_order order; /* of those: what is needed comes first */
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
                                            false};
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

/* Of new objects only. Those behind main in the scope start as if main needed
 * them. */
static bool list_edges(const struct loading *l, struct tn_arena *arena,
                       struct tn_dyn_graph *graph)
{
    const tn_space *space = l->space;
    tn_dso *const *fresh = space->objects.at + l->first;
    uint32_t count = (uint32_t)(space->objects.count - l->first), edge = 0;
    size_t most = space->preloaded;
    for (uint32_t i = 0; i < count; i++) {
        fresh[i]->number = i;
        most += fresh[i]->lib->image->dylink.needed_count;
    }
    uint32_t *starts = TN_NEW_ARRAY(arena, uint32_t, (size_t)count + 1);
    uint32_t *edges = TN_NEW_ARRAY(arena, uint32_t, most);
    if (starts == NULL || edges == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const tn_dso *dso = fresh[i];
        starts[i] = edge;
        for (uint32_t k = 1; dso->is_main && k <= space->preloaded; k++)
            edges[edge++] = k;
        for (uint32_t k = 0; k < dso->lib->image->dylink.needed_count; k++)
            if (dso->needs[k]->state == TN_LINK_NEW)
                edges[edge++] = dso->needs[k]->number;
    }
    starts[count] = edge;
    *graph = (struct tn_dyn_graph){count, starts, edges};
    return true;
}

static bool sort_new(struct loading *l, struct tn_arena *arena)
{
    tn_space *space = l->space;
    struct tn_dyn_graph graph;
    uint32_t count = (uint32_t)(space->objects.count - l->first), sorted = 0;
    uint32_t *numbers = TN_NEW_ARRAY(arena, uint32_t, count);
    l->order.at = TN_ALLOC_ARRAY(space->alloc, tn_dso *, count);
    l->order.cap = count;
    if (numbers == NULL || l->order.at == NULL ||
        !list_edges(l, arena, &graph) ||
        !tn_dyn_needed_first(&graph, l->root->number, arena, numbers, &sorted))
        return false;
    l->order.count = sorted;
    for (uint32_t i = 0; i < sorted; i++)
        l->order.at[i] = space->objects.at[l->first + numbers[i]];
    return true;
}

static tn_status find_order(struct loading *l, tn_error *err)
{
    struct tn_arena arena;
    tn_arena_init(&arena, l->space->alloc);
    bool is_done = sort_new(l, &arena);
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
    const struct tn_link_order *o = &l->order;
    bool is_adopting = !space->is_loaded && !space->main->lib->image->is_pic;
    for (uint32_t i = 0; i < o->count; i++)
        TN_TRY(tn_link_prepare(o->at[i], err));
    if (is_adopting) {
        TN_TRY(tn_link_bind(space->main, err));
        TN_TRY(tn_link_adopt(space, err));
    }
    for (uint32_t i = 0; i < o->count; i++)
        if (!is_adopting || o->at[i] != space->main)
            TN_TRY(tn_link_bind(o->at[i], err));
    for (uint32_t i = 0; i < o->count; i++)
        tn_link_drop_bounds(o->at[i]);
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

static tn_status relocate_all(const struct loading *l, tn_error *err)
{
    const struct tn_link_order *o = &l->order;
    for (uint32_t i = 0; i < o->count; i++)
        TN_TRY(fill_one(o->at[i], err));
    for (uint32_t i = 0; i < o->count; i++)
        TN_TRY(init_tls_of(o->at[i], err));
    for (uint32_t i = 0; i < o->count; i++)
        TN_TRY(relocate_one(o->at[i], err));
    return TN_OK;
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
    while (space->objects.count > l->first)
        tn_link_end(space->objects.at[space->objects.count - 1], false);
    tn_link_drop_order(space, &l->order);
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

/* A constructor may open and close others: those are not in the list. */
tn_status tn_link_start_all(struct tn_link_order *order, tn_error *err)
{
    for (uint32_t i = 0; i < order->count; i++)
        if (order->at[i]->state == TN_LINK_LOADED)
            TN_TRY(start_one(order->at[i], err));
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

/* Main, what stands behind it, and then what those need, breadth first. */
static tn_status add_to_global(tn_space *space, tn_dso *dso, tn_error *err)
{
    dso->is_global = true;
    return tn_link_group_add(space, space->global, dso, err);
}

static tn_status collect_given(tn_space *space, const tn_named_module *given,
                               const char *name, tn_dso **out, tn_error *err)
{
    struct tn_link_wanted wanted = {
        tn_str_of(given->name != NULL ? given->name : name),
        given->bytes.at != NULL ? &given->bytes : NULL, NULL, false};
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
    for (size_t i = 0; i < space->objects.count; i++)
        TN_TRY(add_to_global(space, space->objects.at[i], err));
    return TN_OK;
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
    struct loading l = {.space = space, .is_now = space->config.bind_now};
    tn_status status = load_first(&l, main, config, err);
    if (status != TN_OK) {
        abandon_new(&l);
        return status;
    }
    space->startup = l.order;
    space->is_loaded = true;
    return TN_OK;
}

/* --- Opening ------------------------------------------------------------------------------- */

static tn_status make_global_all(tn_space *space,
                                 const struct tn_link_group *group,
                                 tn_error *err)
{
    for (uint32_t i = 0; i < group->count; i++)
        TN_TRY(add_to_global(space, group->objects[i], err));
    return TN_OK;
}

/* What was there already is opened once more, perhaps for more to see. */
static tn_status open_again(tn_dso *dso, int flags, tn_error *err)
{
    struct tn_link_group *group = NULL;
    if ((flags & TN_RTLD_GLOBAL) != 0 && !dso->is_global) {
        TN_TRY(tn_link_group_new(dso, &group, err));
        tn_status status = make_global_all(dso->space, group, err);
        tn_link_group_release(dso->space, group);
        TN_TRY(status);
    }
    dso->is_nodelete |= (flags & TN_RTLD_NODELETE) != 0;
    dso->open_count++;
    return TN_OK;
}

static tn_status load_more(struct loading *l, tn_error *err)
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
    return make_all(l, err);
}

/* Its constructors failed: what of the load nobody else uses goes. */
static void abandon_started(struct loading *l)
{
    l->root->open_count = 0;
    for (uint32_t i = 0; i < l->order.count; i++)
        l->order.at[i]->is_failed = true;
    tn_link_drop_order(l->space, &l->order);
    (void)tn_link_collect(l->space, NULL);
}

static tn_status open_new(tn_space *space, const struct tn_link_wanted *wanted,
                          int flags, tn_dso **out, tn_error *err)
{
    struct loading l = {.space = space,
                        .is_now = (flags & TN_RTLD_NOW) != 0,
                        .first = space->objects.count};
    tn_status status = collect_one(space, wanted, &l.root, err);
    if (status == TN_OK && space->objects.count == l.first) {
        *out = l.root; /* the same library, by another name */
        return open_again(l.root, flags, err);
    }
    if (status == TN_OK)
        status = load_more(&l, err);
    if (status != TN_OK) {
        abandon_new(&l);
        return status;
    }
    status = open_again(l.root, flags, err);
    if (status == TN_OK)
        status = tn_link_start_all(&l.order, err);
    if (status != TN_OK)
        abandon_started(&l);
    else
        *out = l.root;
    tn_link_drop_order(space, &l.order);
    return status;
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
    tn_dso *there =
        wanted->bytes == NULL ? tn_link_dso_named(space, wanted->name) : NULL;
    if (there != NULL) {
        TN_TRY(open_again(there, flags, err));
        *out = there;
        return TN_OK;
    }
    if ((flags & TN_RTLD_NOLOAD) != 0)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET, "%.*s: not loaded",
                       TN_STR(wanted->name));
    return open_new(space, wanted, flags, out, err);
}
