/* instance.c - one block for each instance: made, taken out of service, freed. */
#include "os/pages.h"
#include "rt/store.h"

/* --- Object ids ------------------------------------------------------------------ */

/* The array moves when it grows, so every context is told; calls load it
 * anew each time. */
static bool grow_ctx(struct tn_store *store)
{
    uint32_t cap = store->ctx_cap ? store->ctx_cap * 2 : 16;
    struct tn_context **ctx =
        tn_alloc_resize(store->alloc, store->ctx,
                        store->ctx_cap * sizeof(void *), cap * sizeof(void *));
    if (ctx == NULL)
        return false;
    store->ctx = ctx;
    store->ctx_cap = cap;
    for (uint32_t i = 0; i < store->ctx_count; i++)
        if (ctx[i] != NULL)
            ctx[i]->ctx = ctx;
    return true;
}

/* Room for a free id comes with the id, so that freeing it cannot fail. */
static bool take_object_id(struct tn_store *store, struct tn_context *context)
{
    bool is_new = store->free_ids.count == 0;
    tn_mutex_lock(&store->lock);
    bool fits = !is_new || store->ctx_count < store->ctx_cap || grow_ctx(store);
    while (fits && store->free_ids.cap < store->ctx_cap)
        fits = tn_vec_grow(store->alloc, &store->free_ids, sizeof(uint32_t));
    if (fits) {
        context->object_id = is_new
                                 ? store->ctx_count++
                                 : store->free_ids.at[--store->free_ids.count];
        context->ctx = store->ctx;
        store->ctx[context->object_id] = context;
        tn_rt_set_limit(context);
    }
    tn_mutex_unlock(&store->lock);
    return fits;
}

static void give_object_id(struct tn_store *store,
                           const struct tn_context *context)
{
    tn_mutex_lock(&store->lock);
    store->ctx[context->object_id] = NULL;
    store->free_ids.at[store->free_ids.count++] = context->object_id;
    tn_mutex_unlock(&store->lock);
}

/* --- Making ------------------------------------------------------------------------ */

static void *part_of(struct tn_context *context, size_t offset)
{
    return (uint8_t *)context + offset;
}

static void point_to_parts(struct tn_instance *in, struct tn_context *context,
                           const struct tn_layout *l)
{
    in->context = context;
    in->funcs = part_of(context, l->funcs);
    in->memories = part_of(context, l->memories);
    in->tables = part_of(context, l->tables);
    in->globals = part_of(context, l->globals);
    in->memory_holds = part_of(context, l->memory_holds);
    in->table_holds = part_of(context, l->table_holds);
    in->all_memories = part_of(context, l->all_memories);
    in->all_tables = part_of(context, l->all_tables);
    in->all_globals = part_of(context, l->all_globals);
    in->tags = part_of(context, l->tags);
    in->all_tags = part_of(context, l->all_tags);
    in->dropped = part_of(context, l->dropped);
    in->elem_values = part_of(context, l->elem_values);
    context->imports = part_of(context, l->imports);
    context->globals_far = part_of(context, l->globals_far);
    context->memories = part_of(context, l->memory_views);
    context->tables = part_of(context, l->table_views);
    context->instance = in;
    context->store = in->store;
}

static void set_up_funcs(struct tn_instance *in)
{
    const tn_module *module = in->module;
    const struct tn_mod *mod = module->mod;
    const uint8_t *lazy = tn_rt_stub(&in->store->engine->stubs.lazy);
    for (uint32_t i = mod->func_import_count; i < mod->func_count; i++) {
        const struct tn_type *type = mod->types[mod->funcs[i]];
        uint32_t rank = module->ref_ranks[i - mod->func_import_count];
        if (rank == TN_NONE)
            continue;
        struct tn_func *func = &in->funcs[rank];
        func->type_id = type->id;
        func->object_id = in->context->object_id;
        atomic_init(&func->code, lazy);
        func->instance = in;
        func->index = i;
        func->header_slot = (uint16_t)(type->param_slots > type->result_slots
                                           ? type->param_slots
                                           : type->result_slots);
        func->result_slots = (uint16_t)type->result_slots;
        func->param_slots = type->param_slots;
        func->type = type;
    }
}

static void set_up_globals(struct tn_instance *in)
{
    const tn_module *module = in->module;
    const struct tn_mod *mod = module->mod;
    for (uint32_t i = mod->global_import_count; i < mod->global_count; i++) {
        uint32_t own = i - mod->global_import_count;
        struct tn_global *global = &in->globals[own];
        global->owner = in;
        global->at = &in->context->globals[module->global_slots[i]];
        global->type = tn_type_canon(mod, mod->globals[i].type);
        global->is_mutable = mod->globals[i].is_mutable;
        in->all_globals[i] = global;
    }
}

static void set_up_tags(struct tn_instance *in)
{
    const struct tn_mod *mod = in->module->mod;
    for (uint32_t i = mod->tag_import_count; i < mod->tag_count; i++) {
        struct tn_tag *tag = &in->tags[i - mod->tag_import_count];
        *tag = (struct tn_tag){in, mod->types[mod->tags[i].type_index], NULL};
        in->all_tags[i] = tag;
    }
}

/* 64: line 0 of a context is one cache line. */
static void *alloc_block(const tn_allocator *alloc, size_t bytes,
                         struct tn_context **context)
{
    uint8_t *block = TN_ALLOC_ARRAY(alloc, uint8_t, bytes + 64);
    if (block != NULL)
        *context = (void *)(block + (64 - (uintptr_t)block % 64) % 64);
    return block;
}

tn_status tn_rt_instance_alloc(struct tn_store *store, tn_module *module,
                               tn_instance **out, tn_error *err)
{
    const struct tn_layout *l = &module->layout;
    struct tn_context *context;
    if (store->open_count >= store->config.max_instances)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "the store may have only %u instances",
                       (unsigned)store->config.max_instances);
    void *block = alloc_block(store->alloc, l->bytes, &context);
    if (block == NULL)
        return tn_no_memory(err);
    struct tn_instance *in = part_of(context, l->instance);
    in->store = store;
    in->block = block;
    point_to_parts(in, context, l);
    if (!take_object_id(store, context)) {
        tn_alloc_free(store->alloc, block, l->bytes + 64);
        return tn_no_memory(err);
    }
    in->module = tn_module_retain(module);
    in->state = TN_INSTANCE_LIVE;
    in->reason = "";
    set_up_funcs(in);
    set_up_globals(in);
    set_up_tags(in);
    in->next = store->instances;
    in->link = &store->instances;
    if (in->next != NULL)
        in->next->link = &in->next;
    store->instances = in;
    store->open_count++;
    store->open_bytes += l->bytes;
    *out = in;
    return TN_OK;
}

static const size_t host_instance_at =
    (sizeof(struct tn_context) + 63) / 64 * 64;

tn_status tn_rt_instance_alloc_host(struct tn_store *store, tn_error *err)
{
    struct tn_context *context;
    size_t bytes = host_instance_at + sizeof(struct tn_instance);
    void *block = alloc_block(store->alloc, bytes, &context);
    if (block == NULL)
        return tn_no_memory(err);
    struct tn_instance *in = part_of(context, host_instance_at);
    in->store = store;
    in->block = block;
    in->context = context;
    in->state = TN_INSTANCE_LIVE;
    in->reason = "";
    context->instance = in;
    context->store = store;
    if (!take_object_id(store, context)) {
        tn_alloc_free(store->alloc, block, bytes + 64);
        return tn_no_memory(err);
    }
    store->host = in;
    return TN_OK;
}

struct tn_func *tn_rt_instance_func(const tn_instance *instance, uint32_t index)
{
    const struct tn_mod *mod = instance->module->mod;
    if (index < mod->func_import_count)
        return instance->context->imports[index].func;
    uint32_t rank = instance->module->ref_ranks[index - mod->func_import_count];
    return rank == TN_NONE ? NULL : &instance->funcs[rank];
}

uint64_t *tn_rt_near_global(const tn_instance *instance, uint32_t import)
{
    uint32_t slot = instance->module->global_slots[import];
    return import < instance->module->mod->global_import_count &&
                   slot != TN_NONE
               ? &instance->context->globals[slot]
               : NULL;
}

/* --- Service ------------------------------------------------------------------------ */

static void point_funcs_at(struct tn_instance *in, const int32_t *stub)
{
    for (uint32_t i = 0; i < in->module->ref_count; i++)
        atomic_store_explicit(&in->funcs[i].code, tn_rt_stub(stub),
                              memory_order_release);
}

void tn_rt_instance_set_state(tn_instance *in, enum tn_instance_state state,
                              const char *reason)
{
    const struct tn_stubs *stubs = &in->store->engine->stubs;
    if (in->state == TN_INSTANCE_CLOSED || in->module == NULL)
        return;
    in->reason = reason;
    if (in->state == state)
        return;
    in->state = state;
    point_funcs_at(in, state == TN_INSTANCE_LIVE ? &stubs->lazy : &stubs->gate);
}

void tn_rt_rebind_import(tn_instance *instance, uint32_t index,
                         struct tn_func *func)
{
    instance->context->imports[index].func = func;
}

tn_trap_kind tn_rt_gate(const struct tn_func *func)
{
    struct tn_instance *in = func->instance;
    in->store->stub_func = (struct tn_func *)func;
    if (in->state != TN_INSTANCE_CLOSED)
        return TN_TRAP_DOWN;
    in->store->unloaded = func;
    return TN_TRAP_UNLOADED;
}

static void release_parts(struct tn_instance *in)
{
    const struct tn_mod *mod = in->module->mod;
    for (uint32_t i = 0; i < mod->memory_count; i++)
        tn_rt_release_memory(in, i);
    for (uint32_t i = 0; i < mod->table_count; i++)
        tn_rt_release_table(in, i);
}

/* Frames of the instance may still be there, when one of them called the host
 * function that closes it. They find memories and tables of size zero. */
void tn_instance_close(tn_instance *in)
{
    if (in == NULL || in->state == TN_INSTANCE_CLOSED)
        return;
    tn_rt_instance_set_state(in, TN_INSTANCE_CLOSED, "closed");
    release_parts(in);
    in->store->open_count--;
    in->store->open_bytes -= in->module->layout.bytes;
    in->store->garbage_count++;
    in->store->garbage_bytes += in->module->layout.bytes;
}

void tn_rt_instance_destroy(tn_instance *in)
{
    struct tn_store *store = in->store;
    tn_module *module = in->module;
    size_t bytes = (module ? module->layout.bytes
                           : host_instance_at + sizeof(struct tn_instance)) +
                   64;
    if (module != NULL) {
        tn_instance_close(in);
        store->garbage_count -= in->is_orphan ? 2 : 1;
        store->garbage_bytes -= module->layout.bytes;
    }
    give_object_id(store, in->context);
    if (in->link != NULL) {
        *in->link = in->next;
        if (in->next != NULL)
            in->next->link = in->link;
    }
    tn_alloc_free(store->alloc, in->block, bytes);
    tn_module_free(module);
}

void tn_instance_free(tn_instance *in)
{
    if (in == NULL)
        return;
    struct tn_store *store = in->store;
    tn_instance_close(in);
    in->is_handle = false;
    tn_rt_sweep_some(store);
}

/* --- Asking ------------------------------------------------------------------------- */

tn_store *tn_instance_store(tn_instance *instance)
{
    return instance->store;
}

tn_module *tn_instance_module(tn_instance *instance)
{
    return instance->module;
}

tn_extern tn_rt_item(tn_instance *instance, tn_externkind kind, uint32_t index)
{
    tn_extern item = {.kind = kind};
    switch (kind) {
    case TN_EXTERN_FUNC:
        item.of.func = tn_rt_instance_func(instance, index);
        break;
    case TN_EXTERN_TABLE:
        item.of.table = instance->all_tables[index];
        break;
    case TN_EXTERN_MEMORY:
        item.of.memory = instance->all_memories[index];
        break;
    case TN_EXTERN_GLOBAL:
        item.of.global = instance->all_globals[index];
        break;
    case TN_EXTERN_TAG:
        item.of.tag = instance->all_tags[index];
        break;
    }
    return item;
}

tn_status tn_instance_export(tn_instance *instance, const char *name,
                             tn_extern *out, tn_error *err)
{
    const struct tn_mod *mod = instance->module->mod;
    uint32_t i = tn_mod_find_export(mod, tn_str_of(name));
    if (i == TN_NONE)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET, "no export \"%s\"",
                       name);
    *out = tn_rt_item(instance, mod->exports[i].kind, mod->exports[i].index);
    return TN_OK;
}

tn_status tn_instance_func(tn_instance *instance, const char *name,
                           tn_func **out, tn_error *err)
{
    tn_extern item = {0};
    *out = NULL;
    TN_TRY(tn_instance_export(instance, name, &item, err));
    if (item.kind != TN_EXTERN_FUNC)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "export \"%s\" is not a function", name);
    *out = item.of.func;
    return TN_OK;
}

tn_status tn_instance_memory(tn_instance *instance, const char *name,
                             tn_memory **out, tn_error *err)
{
    tn_extern item = {0};
    *out = NULL;
    TN_TRY(tn_instance_export(instance, name, &item, err));
    if (item.kind != TN_EXTERN_MEMORY)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "export \"%s\" is not a memory", name);
    *out = item.of.memory;
    return TN_OK;
}

size_t tn_instance_export_count(const tn_instance *instance)
{
    return instance->module->mod->export_count;
}

tn_extern tn_instance_export_at(tn_instance *instance, size_t i,
                                const char **name, size_t *name_size)
{
    const struct tn_export *e = &instance->module->mod->exports[i];
    *name = e->name.at;
    *name_size = e->name.size;
    return tn_rt_item(instance, e->kind, e->index);
}
