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
static struct tn_str last_part(struct tn_str name)
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
    tn_buf_clear(&dso->type_text);
    tn_alloc_free(alloc, dso, sizeof *dso);
}

tn_status tn_link_dso_new(tn_space *space, struct tn_link_lib *lib,
                          struct tn_str name, tn_dso **out, tn_error *err)
{
    const tn_allocator *alloc = space->alloc;
    tn_dso *dso = TN_ALLOC(alloc, tn_dso);
    *out = NULL;
    if (dso == NULL)
        return tn_no_memory(err);
    name = last_part(name);
    dso->space = space;
    dso->lib = lib;
    dso->id = ++space->next_id;
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

void tn_link_dso_free(tn_dso *dso)
{
    tn_space *space = dso->space;
    size_t i = 0;
    while (space->objects.at[i] != dso)
        i++;
    memmove(space->objects.at + i, space->objects.at + i + 1,
            (--space->objects.count - i) * sizeof(tn_dso *));
    tn_link_forget(space, dso);
    tn_link_group_release(space, dso->group);
    for (size_t k = 0; k < dso->cells.count; k++)
        (void)TN_VEC_PUSH(&space->free_cells, space->alloc, dso->cells.at[k]);
    free_parts(dso);
}

tn_dso *tn_link_dso_named(const tn_space *space, struct tn_str name)
{
    name = last_part(name);
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (tn_str_is(name, dso->name) ||
            tn_str_equal(name, tn_link_mod(dso)->name))
            return dso;
    }
    return NULL;
}

tn_dso *tn_link_dso_of(const tn_space *space, const struct tn_link_lib *lib)
{
    for (size_t i = 0; i < space->objects.count; i++)
        if (space->objects.at[i]->lib == lib)
            return space->objects.at[i];
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
    return NULL;
}

/* --- Groups ------------------------------------------------------------------------- */

static void free_lists(const tn_space *space, tn_dso **objects,
                       const struct tn_dyn_image **images, uint32_t cap)
{
    tn_alloc_free(space->alloc, objects, cap * sizeof *objects);
    tn_alloc_free(space->alloc, (void *)images, cap * sizeof *images);
}

/* Both lists, or neither. */
static bool widen_group(const tn_space *space, struct tn_link_group *group)
{
    uint32_t cap = group->cap != 0 ? group->cap * 2 : 8;
    tn_dso **objects = TN_ALLOC_ARRAY(space->alloc, tn_dso *, cap);
    const struct tn_dyn_image **images =
        TN_ALLOC_ARRAY(space->alloc, const struct tn_dyn_image *, cap);
    if (objects == NULL || images == NULL) {
        free_lists(space, objects, images, cap);
        return false;
    }
    for (uint32_t i = 0; i < group->count; i++) {
        objects[i] = group->objects[i];
        images[i] = group->images[i];
    }
    free_lists(space, group->objects, group->images, group->cap);
    group->objects = objects;
    group->images = images;
    group->cap = cap;
    return true;
}

tn_status tn_link_group_add(tn_space *space, struct tn_link_group *group,
                            tn_dso *dso, tn_error *err)
{
    for (uint32_t i = 0; i < group->count; i++)
        if (group->objects[i] == dso)
            return TN_OK;
    if (group->count == group->cap && !widen_group(space, group))
        return tn_no_memory(err);
    group->objects[group->count] = dso;
    group->images[group->count++] = dso->lib->image;
    return TN_OK;
}

static tn_status breadth_first(struct tn_link_group *group, tn_dso *dso,
                               tn_error *err)
{
    tn_space *space = dso->space;
    TN_TRY(tn_link_group_add(space, group, dso, err));
    for (uint32_t i = 0; i < group->count; i++) {
        tn_dso *user = group->objects[i];
        uint32_t count = user->lib->image->dylink.needed_count;
        for (uint32_t k = 0; k < count; k++)
            TN_TRY(tn_link_group_add(space, group, user->needs[k], err));
    }
    return TN_OK;
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
    tn_status status = breadth_first(group, dso, err);
    if (status == TN_OK)
        *out = group;
    else
        tn_link_group_release(dso->space, group);
    return status;
}

void tn_link_group_release(const tn_space *space, struct tn_link_group *group)
{
    if (group == NULL || --group->refs != 0)
        return;
    free_lists(space, group->objects, group->images, group->cap);
    tn_alloc_free(space->alloc, group, sizeof *group);
}

/* Half of the images are asked for each name, and say no in as much time as it
 * takes to put a name into the table, or less. */
void tn_link_group_merge(const tn_space *space, struct tn_link_group *group,
                         uint64_t lookups)
{
    uint64_t defs = 0;
    for (uint32_t i = 0; i < group->count; i++)
        defs += group->images[i]->def_count;
    if (lookups * group->count > 8 * defs)
        group->merged =
            tn_dyn_merged_new(group->images, group->count, space->alloc);
}

void tn_link_group_unmerge(struct tn_link_group *group)
{
    tn_dyn_merged_free(group->merged);
    group->merged = NULL;
}

static void forget_in_group(struct tn_link_group *group, const tn_dso *dso)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < group->count; i++)
        if (group->objects[i] != dso) {
            group->objects[kept] = group->objects[i];
            group->images[kept++] = group->images[i];
        }
    group->count = kept;
}

void tn_link_forget(tn_space *space, tn_dso *dso)
{
    struct tn_link_group *last = space->global;
    if (last != NULL)
        forget_in_group(last, dso);
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *other = space->objects.at[i];
        size_t kept = 0;
        /* Those of one load stand together, and share their group. */
        if (other->group != NULL && other->group != last) {
            last = other->group;
            forget_in_group(last, dso);
        }
        for (size_t k = 0; k < other->bound.count; k++)
            if (other->bound.at[k] != dso)
                other->bound.at[kept++] = other->bound.at[k];
        other->bound.count = kept;
    }
}

/* --- Looking symbols up ------------------------------------------------------------ */

struct tn_link_found tn_link_look_in(const struct tn_link_group *group,
                                     uint32_t from, struct tn_str name,
                                     uint32_t hash)
{
    struct tn_link_found found = {NULL, {0}};
    if (group == NULL || from >= group->count)
        return found;
    uint32_t i =
        group->merged != NULL && from == 0
            ? tn_dyn_merged_lookup(group->merged, name, hash, &found.def)
            : tn_dyn_lookup(group->images + from, group->count - from, name,
                            hash, &found.def);
    if (i != TN_NONE)
        found.dso = group->objects[from + i];
    return found;
}

struct tn_link_found tn_link_look(const tn_space *space, const tn_dso *dso,
                                  struct tn_str name, uint32_t hash)
{
    struct tn_link_found found = tn_link_look_in(space->global, 0, name, hash);
    if (found.dso == NULL && dso != NULL)
        found = tn_link_look_in(dso->group, 0, name, hash);
    return found;
}

struct tn_link_found tn_link_look_from(tn_dso *dso, struct tn_str name,
                                       uint32_t hash, tn_error *err)
{
    struct tn_link_group *group = NULL;
    struct tn_link_found found = {NULL, {0}};
    tn_space *space = dso->space;
    if (dso == space->main)
        return tn_link_look_in(space->global, 0, name, hash);
    if (tn_link_group_new(dso, &group, err) != TN_OK)
        return found;
    found = tn_link_look_in(group, 0, name, hash);
    tn_link_group_release(space, group);
    return found;
}

static uint32_t place_in(const struct tn_link_group *group, const tn_dso *dso)
{
    for (uint32_t i = 0; group != NULL && i < group->count; i++)
        if (group->objects[i] == dso)
            return i;
    return TN_NONE;
}

struct tn_link_found tn_link_look_behind(const tn_space *space,
                                         const tn_dso *dso, struct tn_str name,
                                         uint32_t hash)
{
    uint32_t at = place_in(space->global, dso);
    if (at != TN_NONE)
        return tn_link_look_in(space->global, at + 1, name, hash);
    at = place_in(dso->group, dso);
    return tn_link_look_in(dso->group, at == TN_NONE ? TN_NONE : at + 1, name,
                           hash);
}
