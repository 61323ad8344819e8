/* dl.c - spaces as tenon.h has them. */
#include "link/space.h"

/* --- Making and ending -------------------------------------------------------------------- */

static void init_space(tn_space *space, tn_linker *linker, tn_store *store,
                       const tn_space_config *config)
{
    space->linker = linker;
    space->store = store;
    space->alloc = &linker->engine->alloc;
    space->config = *config;
    space->config.preload = NULL;
    tn_room_init(&space->memory_room, space->alloc);
    tn_room_init(&space->table_room, space->alloc);
}

tn_status tn_space_new(tn_linker *linker, tn_store *store,
                       const tn_named_module *main,
                       const tn_space_config *given, tn_space **out,
                       tn_error *err)
{
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    if (given != NULL)
        memcpy(&config, given,
               given->size < sizeof config ? given->size : sizeof config);
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    if (store->engine != linker->engine)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "store of another engine");
    if (config.imports != NULL && config.imports->store != store)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "imports of another store");
    if (config.stack_bytes > (uint64_t)1 << 31)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "a stack of more than 2 GiB");
    tn_space *space = TN_ALLOC(&linker->engine->alloc, tn_space);
    if (space == NULL)
        return tn_no_memory(err);
    init_space(space, linker, store, &config);
    tn_status status = tn_link_load_first(space, main, &config, err);
    if (status == TN_OK) {
        *out = space;
        return TN_OK;
    }
    tn_link_drop_storage(space);
    tn_space_free(space);
    return status;
}

void tn_space_free(tn_space *space)
{
    if (space == NULL)
        return;
    const tn_allocator *alloc = space->alloc;
    if (space->table != NULL) /* which may be main's */
        tn_link_end_graves(space);
    for (size_t i = space->objects.count; i > 0; i--)
        tn_link_end(space->objects.at[i - 1], false);
    tn_link_purge(space);
    tn_link_end_stubs(space, &space->stubs);
    tn_link_group_release(space, space->global);
    tn_link_drop_order(space, &space->startup);
    tn_room_clear(&space->memory_room);
    tn_room_clear(&space->table_room);
    tn_map_clear(&space->undefined, alloc);
    TN_VEC_CLEAR(&space->objects, alloc);
    TN_VEC_CLEAR(&space->undefined_slots, alloc);
    TN_VEC_CLEAR(&space->tags, alloc);
    TN_VEC_CLEAR(&space->free_cells, alloc);
    TN_VEC_CLEAR(&space->graves, alloc);
    tn_map_clear(&space->texts, alloc);
    TN_VEC_CLEAR(&space->text_at, alloc);
    TN_VEC_CLEAR(&space->given, alloc);
    TN_VEC_CLEAR(&space->late, alloc);
    tn_alloc_free(alloc, space, sizeof *space);
}

/* --- Running --------------------------------------------------------------------------------- */

static tn_status check_is_made(const tn_space *space, tn_error *err)
{
    return space->config.plan_only ? tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                                             "the space is only a plan")
                                   : tn_rt_check_owner(space->store, err);
}

tn_status tn_space_init(tn_space *space, tn_error *err)
{
    TN_TRY(check_is_made(space, err));
    if (space->is_broken)
        return tn_fail(err, TN_E_DOWN, TN_NO_OFFSET,
                       "a constructor of the space failed");
    if (space->is_initialized)
        return TN_OK;
    space->is_initialized = true;
    tn_status status = tn_link_start_all(&space->startup, err);
    space->is_broken = status != TN_OK;
    tn_link_drop_order(space, &space->startup);
    return status;
}

tn_status tn_space_start(tn_space *space, tn_error *err)
{
    uint32_t start = space->main->lib->image->start;
    TN_TRY(check_is_made(space, err));
    TN_TRY(tn_space_init(space, err));
    if (start == TN_NONE || space->is_started)
        return TN_OK;
    space->is_started = true;
    TN_TRY(tn_func_call_raw(tn_rt_instance_func(space->main->instance, start),
                            NULL, err));
    return tn_link_run_atexits(space, NULL, err);
}

tn_memory *tn_space_memory(tn_space *space)
{
    return space->memory;
}

tn_table *tn_space_table(tn_space *space)
{
    return space->table;
}

tn_dso *tn_space_main(tn_space *space)
{
    return space->main;
}

/* --- Opening and closing ------------------------------------------------------------------------ */

tn_status tn_dlopen(tn_space *space, const char *name, const tn_bytes *bytes,
                    int flags, tn_dso **out, tn_error *err)
{
    *out = NULL;
    TN_TRY(check_is_made(space, err));
    struct tn_link_wanted wanted = {tn_str_of(name), bytes, space->main->lib,
                                    false, false};
    if (name != NULL)
        return tn_link_open(space, &wanted, flags, out, err);
    space->main->open_count++;
    *out = space->main;
    return TN_OK;
}

tn_status tn_dlclose(tn_dso *dso, tn_error *err)
{
    TN_TRY(check_is_made(dso->space, err));
    return tn_link_close(dso, false, err);
}

/* --- Symbols -------------------------------------------------------------------------------------- */

static tn_status show_symbol(const struct tn_link_found *found,
                             struct tn_str name, tn_symbol *out, tn_error *err)
{
    *out =
        (tn_symbol){.dso = found->dso, .name = name.at, .name_size = name.size};
    if (found->def.kind == TN_DYN_DATA) {
        out->address = tn_link_address(found->dso, &found->def);
        return TN_OK;
    }
    if (found->def.kind == TN_DYN_TAG) {
        out->tag = found->dso->instance->all_tags[found->def.index];
        return TN_OK;
    }
    out->func = tn_rt_instance_func(found->dso->instance, found->def.index);
    return tn_link_slot_of(found->dso, found->def.index, &out->address, err);
}

tn_status tn_dlsym(tn_space *space, tn_dso *dso, const char *name,
                   tn_symbol *out, tn_error *err)
{
    struct tn_str text = tn_str_of(name);
    uint32_t hash = tn_dyn_hash(text);
    tn_error why = {0};
    *out = (tn_symbol){0};
    TN_TRY(check_is_made(space, err));
    if (dso != NULL && dso->space != space)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "%s is an object of another space", dso->name);
    struct tn_link_found found = dso != NULL
                                     ? tn_link_look_from(dso, text, hash, &why)
                                     : tn_link_look(space, NULL, text, hash);
    if (why.status != TN_OK)
        return tn_no_memory(err);
    if (found.dso == NULL)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "undefined symbol \"%s\"", name);
    return show_symbol(&found, text, out, err);
}

/* --- Addresses ---------------------------------------------------------------------------------------- */

/* The nearest definition of data at or before an address of the object. */
static void nearest_data(const tn_dso *dso, uint64_t address, tn_symbol *out)
{
    const struct tn_dyn_image *image = dso->lib->image;
    struct tn_dyn_def def;
    for (uint32_t i = 0; i < image->def_count; i++) {
        struct tn_str name = image->mod->exports[image->export_of[i]].name;
        if (!tn_dyn_find(image, name, image->hashes[i], &def) ||
            def.kind != TN_DYN_DATA || def.is_tls ||
            (def.is_absolute && image->is_pic)) /* a number, not a place */
            continue;
        uint64_t at = tn_link_address(dso, &def);
        if (at > address || (out->name != NULL && at <= out->address))
            continue;
        out->address = at;
        out->name = name.at;
        out->name_size = name.size;
    }
}

static void name_function(const tn_func *func, tn_symbol *out)
{
    const struct tn_mod *mod = func->instance->module->mod;
    for (uint32_t i = 0; i < mod->export_count && out->name == NULL; i++)
        if (mod->exports[i].kind == TN_EXTERN_FUNC &&
            mod->exports[i].index == func->index) {
            out->name = mod->exports[i].name.at;
            out->name_size = mod->exports[i].name.size;
        }
}

static tn_status function_at(tn_space *space, uint64_t slot, tn_symbol *out,
                             tn_error *err)
{
    tn_func *func = slot < space->table->size
                        ? atomic_load_explicit(&space->table->slots[slot],
                                               memory_order_acquire)
                        : (void *)&tn_null_func;
    if (func == &tn_null_func || func->instance->state == TN_INSTANCE_CLOSED)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "no function at table element %llu",
                       (unsigned long long)slot);
    out->func = func;
    out->address = slot;
    out->dso = tn_link_dso_of_instance(space, func->instance);
    if (out->dso != NULL)
        name_function(func, out);
    return TN_OK;
}

tn_status tn_dladdr(tn_space *space, uint64_t address, bool is_function,
                    tn_symbol *out, tn_error *err)
{
    *out = (tn_symbol){0};
    TN_TRY(check_is_made(space, err));
    if (is_function)
        return function_at(space, address, out, err);
    out->dso = tn_link_dso_at(space, address);
    if (out->dso == NULL)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "no object at address 0x%llx",
                       (unsigned long long)address);
    nearest_data(out->dso, address, out);
    return TN_OK;
}
