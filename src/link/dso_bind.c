/* dso_bind.c - from what was resolved to instances.
 *
 * An import of a function is a pointer to the definer's, wherever that lies
 * and whether or not that object is whole yet: nothing stands between. GOT
 * cells become the object's own near globals, written once. */
#include "link/space.h"

/* --- Edges --------------------------------------------------------------------------- */

tn_status tn_link_note_use(tn_dso *user, tn_dso *used, tn_error *err)
{
    if (user == used || used->is_startup)
        return TN_OK;
    for (size_t i = 0; i < user->bound.count; i++)
        if (user->bound.at[i] == used)
            return TN_OK;
    return TN_VEC_PUSH(&user->bound, user->space->alloc, used)
               ? TN_OK
               : tn_no_memory(err);
}

/* --- Addresses ------------------------------------------------------------------------ */

uint64_t tn_link_address(const tn_dso *dso, const struct tn_dyn_def *def)
{
    uint64_t at = def->value;
    if (def->is_tls)
        at += dso->tls_base;
    else if (!def->is_absolute)
        at += dso->memory_base;
    return dso->space->is_64 ? at : (uint32_t)at;
}

/* Slots are few beside functions, and asked for by number: an array of all
 * functions, made by the first. */
static tn_status new_slot(tn_dso *dso, uint32_t func, uint64_t *slot,
                          tn_error *err)
{
    tn_space *space = dso->space;
    const struct tn_mod *mod = tn_link_mod(dso);
    uint32_t count = mod->func_count - mod->func_import_count;
    if (dso->slot_of == NULL)
        dso->slot_of = TN_ALLOC_ARRAY(space->alloc, uint32_t, count);
    if (dso->slot_of == NULL)
        return tn_no_memory(err);
    struct tn_link_slot taken = {func, 0};
    if (!TN_VEC_PUSH(&dso->slots, space->alloc, taken))
        return tn_no_memory(err);
    tn_status status = tn_link_take_slot(
        space, tn_rt_instance_func(dso->instance, func), slot, err);
    if (status != TN_OK) {
        dso->slots.count--;
        return status;
    }
    dso->slots.at[dso->slots.count - 1].slot = *slot;
    dso->slot_of[func - mod->func_import_count] = (uint32_t)*slot;
    return TN_OK;
}

tn_status tn_link_slot_of(tn_dso *dso, uint32_t func, uint64_t *slot,
                          tn_error *err)
{
    const struct tn_dyn_image *image = dso->lib->image;
    uint32_t own = func - image->mod->func_import_count;
    bool is_shared =
        dso->imports_table ||
        (dso->is_main && tn_link_mod(dso)->table_import_count == 0);
    if (is_shared && image->elem_of != NULL && image->elem_of[own] != TN_NONE) {
        *slot = dso->table_base + image->elem_of[own];
        return TN_OK;
    }
    uint32_t known = dso->slot_of != NULL ? dso->slot_of[own] : 0;
    if (known != 0) {
        *slot = known;
        return TN_OK;
    }
    return new_slot(dso, func, slot, err);
}

/* Those that it had in an earlier life. */
static tn_status restore_slots(tn_dso *dso, tn_error *err)
{
    const struct tn_mod *mod = tn_link_mod(dso);
    if (dso->slots.count == 0)
        return TN_OK;
    dso->slot_of =
        TN_ALLOC_ARRAY(dso->space->alloc, uint32_t,
                       (size_t)mod->func_count - mod->func_import_count);
    if (dso->slot_of == NULL)
        return tn_no_memory(err);
    for (size_t i = 0; i < dso->slots.count; i++) {
        struct tn_link_slot s = dso->slots.at[i];
        dso->slot_of[s.func - mod->func_import_count] = (uint32_t)s.slot;
        tn_link_put_slot(dso->space, s.slot,
                         tn_rt_instance_func(dso->instance, s.func));
    }
    return TN_OK;
}

/* --- The instance ----------------------------------------------------------------------- */

/* Which imports are the module's own functions; null: none. */
static bool find_aliases(const tn_dso *dso, uint32_t **out)
{
    const struct tn_mod *mod = tn_link_mod(dso);
    *out = NULL;
    for (uint32_t i = 0; i < mod->import_count; i++) {
        const struct tn_link_bound *bound = &dso->bounds[i];
        if (bound->dso != dso || mod->imports[i].kind != TN_EXTERN_FUNC)
            continue;
        if (*out == NULL) {
            *out = TN_ALLOC_ARRAY(dso->space->alloc, uint32_t,
                                  mod->func_import_count);
            if (*out == NULL)
                return false;
            memset(*out, 0xff, mod->func_import_count * sizeof **out);
        }
        (*out)[mod->imports[i].index] = bound->def.index;
    }
    return true;
}

tn_status tn_link_prepare(tn_dso *dso, tn_error *err)
{
    tn_space *space = dso->space;
    uint32_t *aliases;
    tn_module *module;
    if (!find_aliases(dso, &aliases))
        return tn_no_memory(err);
    tn_status status =
        tn_link_variant(space->linker, dso->lib, aliases, &module, err);
    tn_alloc_free(space->alloc, aliases,
                  tn_link_mod(dso)->func_import_count * sizeof *aliases);
    TN_TRY(status);
    TN_TRY(tn_rt_instance_prepare(space->store, module, &dso->instance, err));
    return restore_slots(dso, err);
}

/* --- Imports ----------------------------------------------------------------------------- */

struct dso_binding {
    tn_dso *dso;
    uint32_t import;
    tn_extern *item;
    tn_error *err;
};

static tn_status bind_func_import(struct dso_binding *b)
{
    struct tn_link_bound *bound = &b->dso->bounds[b->import];
    struct tn_link_stub *stub = NULL;
    if (bound->interposed != NULL) {
        TN_TRY(
            tn_link_stub(b->dso, b->import, bound->interposed, &stub, b->err));
        b->item->of.func = &stub->host->func;
        return TN_OK;
    }
    if (bound->is_host) {
        *b->item = bound->host;
        return TN_OK;
    }
    if (bound->dso == NULL)
        return tn_link_lazy_func(b->dso, b->import, &b->item->of.func, b->err);
    b->item->of.func =
        tn_rt_instance_func(bound->dso->instance, bound->def.index);
    return tn_link_note_use(b->dso, bound->dso, b->err);
}

static tn_status got_func(struct dso_binding *b, uint64_t *value)
{
    struct tn_link_bound *bound = &b->dso->bounds[b->import];
    const struct tn_import *import = &tn_link_mod(b->dso)->imports[b->import];
    if (bound->interposed != NULL)
        return tn_link_interposed_slot(b->dso->space, import->name, value,
                                       b->err);
    if (bound->is_host)
        return tn_link_host_slot(b->dso->space, bound->host.of.func,
                                 import->name, value, b->err);
    if (bound->dso == NULL) {
        *value = 0;
        if (b->dso->lib->image->refs[b->import].is_weak)
            return TN_OK;
        return tn_link_lazy_slot(b->dso, import->name, value, b->err);
    }
    TN_TRY(tn_link_note_use(b->dso, bound->dso, b->err));
    return tn_link_slot_of(bound->dso, bound->def.index, value, b->err);
}

static tn_status got_mem(struct dso_binding *b, uint64_t *value)
{
    struct tn_link_bound *bound = &b->dso->bounds[b->import];
    const struct tn_import *import = &tn_link_mod(b->dso)->imports[b->import];
    *value = 0;
    if (tn_link_layout_address(b->dso->space, import->name, value) ||
        bound->dso == NULL)
        return TN_OK;
    *value = tn_link_address(bound->dso, &bound->def);
    return tn_link_note_use(b->dso, bound->dso, b->err);
}

/* A global that lives as long as the store, which an object that is gone may
 * have had before. */
static tn_status take_cell(tn_dso *dso, tn_val value, bool is_mutable,
                           tn_global **out, tn_error *err)
{
    tn_space *space = dso->space;
    tn_valtype type = value.kind == TN_I64 ? TN_VT_I64 : TN_VT_I32;
    tn_global **cells = space->free_cells.at;
    size_t i = space->free_cells.count;
    while (i > 0 && (cells[i - 1]->type != type ||
                     cells[i - 1]->is_mutable != is_mutable))
        i--;
    if (!TN_VEC_PUSH(&dso->cells, space->alloc, NULL))
        return tn_no_memory(err);
    dso->cells.count--; /* room for one */
    if (i == 0) {
        TN_TRY(tn_global_new(space->store, value, is_mutable, out, err));
    } else {
        *out = cells[i - 1];
        cells[i - 1] = cells[--space->free_cells.count];
        *(*out)->at =
            type == TN_VT_I64 ? (uint64_t)value.of.i64 : (uint32_t)value.of.i32;
    }
    dso->cells.at[dso->cells.count++] = *out;
    return TN_OK;
}

/* Into the near global; or, for a module that sets or exports it, into one of
 * the store's. */
static tn_status put_number(struct dso_binding *b, uint64_t value)
{
    const struct tn_mod *mod = tn_link_mod(b->dso);
    uint32_t index = mod->imports[b->import].index;
    const struct tn_global_def *def = &mod->globals[index];
    uint64_t *near = tn_rt_near_global(b->dso->instance, index);
    if (near != NULL) {
        *near = def->type == TN_VT_I64 ? value : (uint32_t)value;
        return TN_OK;
    }
    tn_val val = {.kind = def->type == TN_VT_I64 ? TN_I64 : TN_I32};
    if (val.kind == TN_I64)
        val.of.i64 = (int64_t)value;
    else
        val.of.i32 = (int32_t)(uint32_t)value;
    return take_cell(b->dso, val, def->is_mutable, &b->item->of.global, b->err);
}

static tn_status bind_tag_import(struct dso_binding *b)
{
    struct tn_link_bound *bound = &b->dso->bounds[b->import];
    if (bound->is_host) {
        *b->item = bound->host;
        return TN_OK;
    }
    if (bound->dso == NULL)
        return tn_link_own_tag(b->dso, b->import, &b->item->of.tag, b->err);
    b->item->of.tag = bound->dso->instance->all_tags[bound->def.index];
    return tn_link_note_use(b->dso, bound->dso, b->err);
}

static tn_status bind_import(struct dso_binding *b)
{
    tn_space *space = b->dso->space;
    uint64_t value = 0;
    b->item->kind = tn_link_mod(b->dso)->imports[b->import].kind;
    switch ((enum tn_dyn_ref_kind)b->dso->lib->image->refs[b->import].kind) {
    case TN_DYN_REF_FUNC:
        return bind_func_import(b);
    case TN_DYN_REF_TAG:
        return bind_tag_import(b);
    case TN_DYN_REF_GOT_FUNC:
        TN_TRY(got_func(b, &value));
        return put_number(b, value);
    case TN_DYN_REF_GOT_MEM:
        TN_TRY(got_mem(b, &value));
        return put_number(b, value);
    case TN_DYN_REF_MEMORY:
        b->item->of.memory = space->memory;
        return TN_OK;
    case TN_DYN_REF_TABLE:
        b->item->of.table = space->table;
        return TN_OK;
    case TN_DYN_REF_STACK_POINTER:
        b->item->of.global = space->stack_pointer;
        return TN_OK;
    case TN_DYN_REF_MEMORY_BASE:
        return put_number(b, b->dso->memory_base);
    case TN_DYN_REF_TABLE_BASE:
        return put_number(b, b->dso->table_base);
    case TN_DYN_REF_HOST:
        break;
    }
    if (b->item->kind == TN_EXTERN_FUNC)
        return bind_func_import(b);
    *b->item = b->dso->bounds[b->import].host;
    return TN_OK;
}

tn_status tn_link_bind(tn_dso *dso, tn_error *err)
{
    const struct tn_mod *mod = tn_link_mod(dso);
    const tn_allocator *alloc = dso->space->alloc;
    tn_error why = {0};
    tn_extern *items = TN_ALLOC_ARRAY(alloc, tn_extern, mod->import_count);
    if (items == NULL)
        return tn_no_memory(err);
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < mod->import_count && status == TN_OK; i++) {
        struct dso_binding b = {dso, i, &items[i], &why};
        status = bind_import(&b);
    }
    if (status == TN_OK)
        status = tn_rt_instance_define(dso->instance,
                                       (struct tn_rt_given){NULL, items}, &why);
    tn_alloc_free(alloc, items, mod->import_count * sizeof *items);
    if (status == TN_OK)
        return TN_OK;
    return tn_fail(err, status, TN_NO_OFFSET, "%s: %s", dso->name, why.text);
}
