/* dso.c - objects, and the scopes in which symbols are looked for. */
#include "link/space.h"

#include <stdarg.h>
#include <stdio.h>

void tn_link_trace(const tn_space *space, const char *format, ...)
{
    char line[1024];
    if (space->config.trace == NULL)
        return;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    space->config.trace(space->config.ctx, line);
}

/* --- Objects ---------------------------------------------------------------------- */

/* What it is called in messages: the last part of a path. */
struct tn_str tn_link_last_part(struct tn_str name)
{
    for (size_t i = name.size; i > 0; i--)
        if (name.at[i - 1] == '/')
            return (struct tn_str){name.at + i, name.size - i};
    return name;
}

static void free_parts(tn_dso *dso)
{
    const tn_allocator *alloc = dso->space->alloc;
    tn_link_drop_bounds(dso);
    tn_alloc_free(alloc, dso->needs,
                  dso->lib->image->dylink.needed_count * sizeof *dso->needs);
    tn_alloc_free(alloc, dso->name, (size_t)dso->name_size + 1);
    TN_VEC_CLEAR(&dso->slots, alloc);
    TN_VEC_CLEAR(&dso->cells, alloc);
    const struct tn_mod *mod = tn_link_mod(dso);
    tn_alloc_free(alloc, dso->slot_of,
                  (mod->func_count - mod->func_import_count) *
                      sizeof *dso->slot_of);
    TN_VEC_CLEAR(&dso->bound, alloc);
    TN_VEC_CLEAR(&dso->atexits, alloc);
    tn_buf_clear(&dso->type_text);
    tn_alloc_free(alloc, dso, sizeof *dso);
}

/* Is its first table the one that all share? */
static bool imports_table(const struct tn_link_lib *lib)
{
    const struct tn_mod *mod = lib->image->mod;
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (mod->imports[i].kind == TN_EXTERN_TABLE)
            return lib->image->refs[i].kind == TN_DYN_REF_TABLE;
    return false;
}

tn_status tn_link_dso_new(tn_space *space, struct tn_link_lib *lib,
                          struct tn_str name, tn_dso **out, tn_error *err)
{
    const tn_allocator *alloc = space->alloc;
    tn_dso *dso = TN_ALLOC(alloc, tn_dso);
    *out = NULL;
    if (dso == NULL)
        return tn_no_memory(err);
    name = tn_link_last_part(name);
    dso->space = space;
    dso->lib = lib;
    dso->id = ++space->next_id;
    dso->load = space->next_load;
    dso->imports_table = imports_table(lib);
    tn_buf_init(&dso->type_text, alloc);
    dso->needs =
        TN_ALLOC_ARRAY(alloc, tn_dso *, lib->image->dylink.needed_count);
    dso->name = TN_ALLOC_ARRAY(alloc, char, name.size + 1);
    dso->name_size = (uint32_t)name.size;
    if (dso->needs == NULL || dso->name == NULL ||
        !TN_VEC_PUSH(&space->objects, alloc, dso)) {
        free_parts(dso);
        return tn_no_memory(err);
    }
    if (name.size != 0)
        memcpy(dso->name, name.at, name.size);
    *out = dso;
    return TN_OK;
}

static bool has_slash(struct tn_str name)
{
    return name.size != 0 && memchr(name.at, '/', name.size) != NULL;
}

tn_dso *tn_link_dso_named(const tn_space *space, struct tn_str name)
{
    bool is_path = has_slash(name);
    for (size_t i = 0; i < space->objects.count && name.size != 0; i++) {
        tn_dso *dso = space->objects.at[i];
        bool is_it = is_path ? tn_str_is(name, dso->lib->path)
                             : tn_str_is(name, dso->name) ||
                                   tn_str_equal(name, tn_link_mod(dso)->name);
        if (is_it && dso->state < TN_LINK_ENDING)
            return dso;
    }
    return NULL;
}

tn_dso *tn_link_dso_of(const tn_space *space, const struct tn_link_lib *lib)
{
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (dso->lib == lib && dso->state < TN_LINK_ENDING)
            return dso;
    }
    return NULL;
}

tn_dso *tn_link_dso_of_instance(const tn_space *space,
                                const tn_instance *instance)
{
    for (size_t i = 0; i < space->objects.count; i++)
        if (instance != NULL && space->objects.at[i]->instance == instance)
            return space->objects.at[i];
    return NULL;
}

tn_dso *tn_link_dso_at(const tn_space *space, uint64_t address)
{
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (dso->has_memory && address >= dso->memory_base &&
            address - dso->memory_base < dso->lib->image->dylink.memory_size)
            return dso;
    }
    return address < space->main_end ? space->main : NULL;
}

/* --- Groups ------------------------------------------------------------------------- */

/* Room for `more` objects. */
static bool widen_group(const tn_space *space, struct tn_link_group *group,
                        size_t more)
{
    size_t count = group->objects.count + more;
    while (group->images.cap < count)
        if (!tn_vec_grow(space->alloc, &group->images,
                         sizeof *group->images.at))
            return false;
    while (group->objects.cap < count)
        if (!tn_vec_grow(space->alloc, &group->objects,
                         sizeof *group->objects.at))
            return false;
    return true;
}

static bool push_to_group(const tn_space *space, struct tn_link_group *group,
                          tn_dso *dso)
{
    if (!widen_group(space, group, 1))
        return false;
    group->objects.at[group->objects.count++] = dso;
    group->images.at[group->images.count++] = dso->lib->image;
    return true;
}

/* Each object once: those that this walk has seen bear its stamp. */
static bool breadth_first(struct tn_link_group *group, tn_dso *dso)
{
    tn_space *space = dso->space;
    uint64_t stamp = ++space->stamp;
    dso->stamp = stamp;
    if (!push_to_group(space, group, dso))
        return false;
    for (size_t i = 0; i < group->objects.count; i++) {
        const tn_dso *user = group->objects.at[i];
        uint32_t count = user->lib->image->dylink.needed_count;
        for (uint32_t k = 0; k < count; k++) {
            tn_dso *needed = user->needs[k];
            if (needed->stamp != stamp && !push_to_group(space, group, needed))
                return false;
            needed->stamp = stamp;
        }
    }
    return true;
}

tn_status tn_link_group_new(tn_dso *dso, struct tn_link_group **out,
                            tn_error *err)
{
    *out = NULL;
    struct tn_link_group *group =
        TN_ALLOC(dso->space->alloc, struct tn_link_group);
    if (group == NULL)
        return tn_no_memory(err);
    group->refs = 1;
    if (!breadth_first(group, dso)) {
        tn_link_group_release(dso->space, group);
        return tn_no_memory(err);
    }
    *out = group;
    return TN_OK;
}

void tn_link_group_release(const tn_space *space, struct tn_link_group *group)
{
    if (group == NULL || --group->refs != 0)
        return;
    TN_VEC_CLEAR(&group->objects, space->alloc);
    TN_VEC_CLEAR(&group->images, space->alloc);
    tn_alloc_free(space->alloc, group, sizeof *group);
}

/* Half of the images are asked for each name, and say no in as much time as it
 * takes to put a name into the table, or less. */
void tn_link_group_merge(const tn_space *space, struct tn_link_group *group,
                         uint64_t lookups)
{
    uint64_t defs = 0;
    uint32_t count = (uint32_t)group->images.count;
    for (uint32_t i = 0; i < count; i++)
        defs += group->images.at[i]->def_count;
    if (lookups * count > 8 * defs)
        group->merged =
            tn_dyn_merged_new(group->images.at, count, space->alloc);
}

void tn_link_group_unmerge(struct tn_link_group *group)
{
    tn_dyn_merged_free(group->merged);
    group->merged = NULL;
}

tn_status tn_link_promote(tn_space *space, const struct tn_link_group *group,
                          uint32_t load, tn_error *err)
{
    if (!widen_group(space, space->global, group->objects.count))
        return tn_no_memory(err);
    for (size_t i = 0; i < group->objects.count; i++) {
        tn_dso *dso = group->objects.at[i];
        if (dso->is_global)
            continue;
        dso->is_global = true;
        dso->promoted_by = load;
        (void)push_to_group(space, space->global, dso);
    }
    return TN_OK;
}

/* --- Going ---------------------------------------------------------------------------- */

static bool is_demoted(const tn_dso *dso)
{
    return !dso->is_global;
}

static bool is_leaving(const tn_dso *dso)
{
    return dso->is_going;
}

static void forget_in_group(struct tn_link_group *group,
                            bool (*is_out)(const tn_dso *dso))
{
    size_t kept = 0;
    for (size_t i = 0; i < group->objects.count; i++)
        if (!is_out(group->objects.at[i])) {
            group->objects.at[kept] = group->objects.at[i];
            group->images.at[kept++] = group->images.at[i];
        }
    group->objects.count = group->images.count = kept;
}

void tn_link_demote(tn_space *space, uint32_t load)
{
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (dso->promoted_by != load)
            continue;
        dso->promoted_by = 0;
        dso->is_global = false;
    }
    forget_in_group(space->global, is_demoted);
}

static void forget_in_bound(tn_dso *dso)
{
    size_t kept = 0;
    for (size_t k = 0; k < dso->bound.count; k++)
        if (!dso->bound.at[k]->is_going)
            dso->bound.at[kept++] = dso->bound.at[k];
    dso->bound.count = kept;
}

/* Each group once, though many objects have it. */
static void forget_everywhere(tn_space *space)
{
    uint64_t stamp = ++space->stamp;
    if (space->global != NULL)
        forget_in_group(space->global, is_leaving);
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (dso->is_going)
            continue;
        forget_in_bound(dso);
        if (dso->group == NULL || dso->group->stamp == stamp)
            continue;
        dso->group->stamp = stamp;
        forget_in_group(dso->group, is_leaving);
    }
}

void tn_link_purge(tn_space *space)
{
    size_t kept = 0;
    forget_everywhere(space);
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (!dso->is_going) {
            space->objects.at[kept++] = dso;
            continue;
        }
        tn_link_group_release(space, dso->group);
        for (size_t k = 0; k < dso->cells.count; k++)
            (void)TN_VEC_PUSH(&space->free_cells, space->alloc,
                              dso->cells.at[k]);
        free_parts(dso);
    }
    space->objects.count = kept;
}

/* --- Looking symbols up ------------------------------------------------------------ */

static bool sees(const tn_dso *user, const tn_dso *dso)
{
    if (dso->state == TN_LINK_NEW)
        return user != NULL && user->state == TN_LINK_NEW;
    return dso->state < TN_LINK_ENDING ||
           (user != NULL && user->state >= TN_LINK_ENDING);
}

struct tn_link_found tn_link_look_in(const struct tn_link_group *group,
                                     const tn_dso *user, uint32_t from,
                                     struct tn_str name, uint32_t hash)
{
    struct tn_link_found found = {NULL, {0}};
    uint32_t count = group != NULL ? (uint32_t)group->objects.count : 0;
    while (from < count) {
        uint32_t i =
            group->merged != NULL && from == 0
                ? tn_dyn_merged_lookup(group->merged, name, hash, &found.def)
                : tn_dyn_lookup(group->images.at + from, count - from, name,
                                hash, &found.def);
        if (i == TN_NONE)
            return found;
        from += i;
        if (sees(user, group->objects.at[from])) {
            found.dso = group->objects.at[from];
            return found;
        }
        from++;
    }
    return found;
}

struct tn_link_found tn_link_look(const tn_space *space, const tn_dso *dso,
                                  struct tn_str name, uint32_t hash)
{
    struct tn_link_found found =
        tn_link_look_in(space->global, dso, 0, name, hash);
    if (found.dso == NULL && dso != NULL)
        found = tn_link_look_in(dso->group, dso, 0, name, hash);
    return found;
}

struct tn_link_found tn_link_look_from(tn_dso *dso, struct tn_str name,
                                       uint32_t hash, tn_error *err)
{
    struct tn_link_group *group = NULL;
    struct tn_link_found found = {NULL, {0}};
    tn_space *space = dso->space;
    if (dso == space->main)
        return tn_link_look_in(space->global, dso, 0, name, hash);
    if (tn_link_group_new(dso, &group, err) != TN_OK)
        return found;
    found = tn_link_look_in(group, dso, 0, name, hash);
    tn_link_group_release(space, group);
    return found;
}

static uint32_t place_in(const struct tn_link_group *group, const tn_dso *dso)
{
    for (size_t i = 0; group != NULL && i < group->objects.count; i++)
        if (group->objects.at[i] == dso)
            return (uint32_t)i;
    return TN_NONE;
}

struct tn_link_found tn_link_look_behind(const tn_space *space,
                                         const tn_dso *dso, struct tn_str name,
                                         uint32_t hash)
{
    const struct tn_link_group *scope = space->global;
    uint32_t at = place_in(scope, dso);
    if (at == TN_NONE) {
        scope = dso->group;
        at = place_in(scope, dso);
    }
    if (at == TN_NONE)
        return (struct tn_link_found){NULL, {0}};
    return tn_link_look_in(scope, dso, at + 1, name, hash);
}

tn_func *tn_link_global_func(const tn_space *space, const char *name,
                             const char *type32, const char *type64)
{
    struct tn_str text = tn_str_of(name);
    struct tn_link_found found =
        tn_link_look(space, NULL, text, tn_dyn_hash(text));
    if (found.dso == NULL || found.def.kind != TN_DYN_FUNC)
        return NULL;
    tn_func *func = tn_rt_instance_func(found.dso->instance, found.def.index);
    return tn_func_is(func, space->is_64 ? type64 : type32) ? func : NULL;
}
