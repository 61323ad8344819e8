/* instantiate.c - from a module to an instance, in the specification's order
 * (4.5.4): imports; tables, memories, globals; segments; the start function. */
#include "os/pages.h"
#include "rt/func.h"
#include "rt/link.h"

/* --- What the module defines -------------------------------------------------------------- */

static tn_status make_memories(struct tn_instance *in, tn_error *err)
{
    const struct tn_mod *mod = in->module->mod;
    for (uint32_t i = mod->memory_import_count; i < mod->memory_count; i++) {
        struct tn_memory *memory = &in->memories[i - mod->memory_import_count];
        memory->owner = in;
        memory->limits = mod->memories[i].limits;
        TN_TRY(tn_rt_memory_init_storage(memory, err));
        tn_rt_hold_memory(in, i, memory);
    }
    return TN_OK;
}

/* In order: an initializer may name globals that come before it only. */
static tn_status init_globals(struct tn_instance *in, tn_error *err)
{
    const struct tn_mod *mod = in->module->mod;
    for (uint32_t i = mod->global_import_count; i < mod->global_count; i++) {
        const struct tn_global *global = in->all_globals[i];
        uint64_t value[2];
        TN_TRY(tn_rt_constant(in, mod->globals[i].init, value, err));
        memcpy(global->at, value, tn_slots_of(global->type) * sizeof *value);
    }
    return TN_OK;
}

static tn_status make_tables(struct tn_instance *in, tn_error *err)
{
    const struct tn_mod *mod = in->module->mod;
    tn_engine *engine = in->store->engine;
    for (uint32_t i = mod->table_import_count; i < mod->table_count; i++) {
        const struct tn_table_def *def = &mod->tables[i];
        struct tn_table *table = &in->tables[i - mod->table_import_count];
        uint64_t value[2] = {0, 0};
        if (def->init.size != 0)
            TN_TRY(tn_rt_constant(in, def->init, value, err));
        table->owner = in;
        table->limits = def->limits;
        table->type = tn_type_canon(mod, def->type);
        table->is_func = tn_rt_kind_of(engine, table->type) == TN_FUNCREF;
        TN_TRY(tn_rt_table_init_storage(table, tn_slot_pointer(value[0]), err));
        tn_rt_hold_table(in, i, table);
    }
    return TN_OK;
}

/* --- Segments -------------------------------------------------------------------------------- */

static tn_status segment_trap(struct tn_instance *in, tn_trap_kind kind,
                              tn_error *err)
{
    if (kind == TN_TRAP_NONE)
        return TN_OK;
    tn_rt_trap_begin(in->store, kind);
    return tn_rt_trap_fail(in->store, err);
}

static tn_status place_elems(struct tn_instance *in, tn_error *err)
{
    const struct tn_mod *mod = in->module->mod;
    for (uint32_t i = 0; i < mod->elem_count; i++) {
        const struct tn_elem_def *elem = &mod->elems[i];
        uint64_t at[2];
        if (elem->mode == TN_SEGMENT_ACTIVE) {
            TN_TRY(tn_rt_constant(in, elem->offset, at, err));
            TN_TRY(segment_trap(
                in,
                tn_rt_copy_elems(in, i, in->all_tables[elem->table_index],
                                 at[0], 0, elem->count),
                err));
        }
        if (elem->mode != TN_SEGMENT_PASSIVE)
            tn_rt_drop_elem(in, i);
    }
    return TN_OK;
}

/* Over fresh pages, which are zero where no segment lies. */
static bool map_image(struct tn_instance *in)
{
    const struct tn_mod *mod = in->module->mod;
    if (mod->data_count == 0 || mod->memory_count == 0 ||
        mod->memory_import_count != 0 ||
        in->memories[0].place.kind != TN_PLACE_RESERVED)
        return false;
    int image = tn_rt_module_image(in->module);
    return image >= 0 && tn_os_image_map(image, in->memories[0].place.base,
                                         (size_t)in->module->image_bytes);
}

static tn_status place_datas(struct tn_instance *in, tn_error *err)
{
    const struct tn_mod *mod = in->module->mod;
    bool is_mapped = map_image(in);
    for (uint32_t i = 0; i < mod->data_count; i++) {
        const struct tn_data_def *data = &mod->datas[i];
        uint64_t at[2];
        if (data->mode != TN_SEGMENT_ACTIVE)
            continue;
        if (!is_mapped || data->memory_index != 0) {
            TN_TRY(tn_rt_constant(in, data->offset, at, err));
            TN_TRY(segment_trap(
                in,
                tn_rt_copy_data(in, i, in->all_memories[data->memory_index],
                                at[0], 0, data->bytes.size),
                err));
        }
        tn_rt_drop_data(in, i);
    }
    return TN_OK;
}

/* --- The whole ---------------------------------------------------------------------------------- */

tn_status tn_rt_instance_define(tn_instance *in, struct tn_rt_given given,
                                tn_error *err)
{
    TN_TRY(tn_rt_link(in, given, err));
    TN_TRY(make_memories(in, err));
    TN_TRY(init_globals(in, err));
    TN_TRY(make_tables(in, err));
    return tn_rt_keep_elems(in, err);
}

tn_status tn_rt_instance_fill(tn_instance *in, tn_error *err)
{
    TN_TRY(place_elems(in, err));
    return place_datas(in, err);
}

tn_status tn_rt_instance_start(tn_instance *in, tn_error *err)
{
    uint32_t start = in->module->mod->start;
    if (start == TN_NONE)
        return TN_OK;
    return tn_rt_call(tn_rt_instance_func(in, start), NULL, err);
}

static tn_status run_segments(struct tn_instance *in, tn_error *err)
{
    TN_TRY(tn_rt_instance_fill(in, err));
    return tn_rt_instance_start(in, err);
}

tn_status tn_rt_instance_prepare(tn_store *store, tn_module *module,
                                 tn_instance **out, tn_error *err)
{
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    if (module->engine != store->engine)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "module of another engine");
    struct tn_instance *in = NULL;
    tn_status status = tn_rt_instance_alloc(store, module, &in, err);
    if (status != TN_OK || in == NULL)
        return status;
    in->is_handle = true; /* while it may run: no sweep takes it */
    *out = in;
    return TN_OK;
}

/* Once segments have been written, others may know the instance's functions
 * through an imported table, even if it then fails, and may go on calling them
 * (specification 4.7.2: what a trap left stays). So it lives on without a
 * handle, until nobody refers to it. */
static void orphan(struct tn_instance *in)
{
    in->is_orphan = true;
    in->store->garbage_count++;
    tn_rt_sweep_some(in->store);
}

static tn_status new_instance(tn_store *store, tn_module *module,
                              struct tn_rt_given given, tn_instance **out,
                              tn_error *err)
{
    struct tn_instance *in = NULL;
    *out = NULL;
    tn_status status = tn_rt_instance_prepare(store, module, &in, err);
    if (status != TN_OK || in == NULL)
        return status;
    status = tn_rt_instance_define(in, given, err);
    if (status != TN_OK) {
        tn_rt_instance_destroy(in);
        store->garbage_count++; /* functions for imports that nobody defined */
        tn_rt_sweep_some(store);
        return status;
    }
    status = run_segments(in, err);
    in->is_handle = status == TN_OK;
    if (status == TN_OK)
        *out = in;
    else
        orphan(in);
    return status;
}

tn_status tn_instance_new(tn_store *store, tn_module *module,
                          tn_imports *imports, tn_instance **out, tn_error *err)
{
    return new_instance(store, module, (struct tn_rt_given){imports, NULL}, out,
                        err);
}

tn_status tn_rt_instantiate(tn_store *store, tn_module *module,
                            const tn_extern *items, tn_instance **out,
                            tn_error *err)
{
    return new_instance(store, module, (struct tn_rt_given){NULL, items}, out,
                        err);
}

tn_status tn_instance_initialize(tn_instance *instance, tn_error *err)
{
    tn_extern item;
    if (tn_instance_export(instance, "_initialize", &item, NULL) != TN_OK)
        return TN_OK;
    if (item.kind != TN_EXTERN_FUNC || !tn_func_is(item.of.func, "() -> ()"))
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                       "_initialize is not a function of type () -> ()");
    return tn_func_call_raw(item.of.func, NULL, err);
}
