/* lazy.c - host functions of the space's own, and functions that nobody
 * defines (yet). */
#include "link/space.h"

#include "rt/func.h"

/* --- Stubs ---------------------------------------------------------------------------- */

static tn_status call_gone(tn_call *call, uint64_t *slots, void *env,
                           tn_error *err)
{
    (void)slots, (void)env;
    (void)err;
    return tn_call_trap(call, TN_TRAP_UNLOADED);
}

/* Into one of the lists, the space's or an object's. Null: no memory. */
static struct tn_link_stub *new_stub(tn_space *space,
                                     struct tn_link_stub **list,
                                     const struct tn_type *type,
                                     tn_module *module, tn_host_fn *fn)
{
    struct tn_link_stub *stub = TN_ALLOC(space->alloc, struct tn_link_stub);
    if (stub == NULL)
        return NULL;
    stub->host = tn_rt_host_func_new(space->store, type, module, fn, stub);
    if (stub->host == NULL) {
        tn_alloc_free(space->alloc, stub, sizeof *stub);
        return NULL;
    }
    stub->space = space;
    stub->next = *list;
    *list = stub;
    return stub;
}

tn_status tn_link_stub(tn_dso *dso, uint32_t import, tn_host_fn *fn,
                       struct tn_link_stub **out, tn_error *err)
{
    tn_module *module = dso->instance->module;
    const struct tn_import *i = &module->mod->imports[import];
    const struct tn_type *type =
        module->mod->types[module->mod->funcs[i->index]];
    struct tn_link_stub *stub =
        new_stub(dso->space, &dso->stubs, type, module, fn);
    if (stub == NULL)
        return tn_no_memory(err);
    stub->dso = dso;
    stub->import = import;
    stub->name = i->name;
    *out = stub;
    return TN_OK;
}

tn_status tn_link_typed_stub(tn_space *space, const char *type, tn_host_fn *fn,
                             struct tn_link_stub **out, tn_error *err)
{
    const struct tn_type *parsed = NULL;
    TN_TRY(tn_rt_type_parse(space->linker->engine, type, &parsed, err));
    *out = new_stub(space, &space->stubs, parsed, NULL, fn);
    if (*out != NULL)
        return TN_OK;
    tn_rt_type_release(space->linker->engine, parsed);
    return tn_no_memory(err);
}

/* Whoever has the function still may call it: it then says that what it
 * belonged to is gone. */
void tn_link_end_stubs(tn_space *space, struct tn_link_stub **list)
{
    for (struct tn_link_stub *stub = *list, *next; stub != NULL; stub = next) {
        next = stub->next;
        stub->host->fn = call_gone;
        stub->host->env = NULL;
        stub->host->is_pinned = false;
        space->store->garbage_count++;
        tn_alloc_free(space->alloc, stub, sizeof *stub);
    }
    *list = NULL;
}

/* --- Undefined functions, called --------------------------------------------------------- */

static tn_status call_undefined(tn_call *call, uint64_t *slots, void *env,
                                tn_error *err)
{
    struct tn_link_stub *stub = env;
    tn_dso *user = stub->dso;
    (void)call;
    struct tn_link_found found =
        tn_link_look(stub->space, user, stub->name, tn_dyn_hash(stub->name));
    if (found.dso == NULL)
        return tn_fail(err, TN_E_MISSING, TN_NO_OFFSET,
                       "undefined function \"%.*s\" called by %s",
                       TN_STR(stub->name), user->name);
    if (!tn_link_func_fits(&found, user, stub->import)) {
        struct tn_buf type;
        tn_buf_init(&type, stub->space->alloc);
        tn_link_print_import_type(&type, user, stub->import);
        tn_status status =
            tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                    "\"%.*s\" is called by %s as %.*s, but %s defines it "
                    "otherwise",
                    TN_STR(stub->name), user->name, (int)type.size,
                    (const char *)type.at, found.dso->name);
        tn_buf_clear(&type);
        return status;
    }
    /* Bound now, for this call and all that come. */
    tn_func *func = tn_rt_instance_func(found.dso->instance, found.def.index);
    TN_TRY(tn_link_note_use(user, found.dso, err));
    tn_rt_rebind_import(user->instance,
                        tn_link_mod(user)->imports[stub->import].index, func);
    return tn_func_call_raw(func, slots, err);
}

tn_status tn_link_lazy_func(tn_dso *dso, uint32_t import, tn_func **out,
                            tn_error *err)
{
    struct tn_link_stub *stub = NULL;
    tn_status status = tn_link_stub(dso, import, call_undefined, &stub, err);
    if (status == TN_OK && stub != NULL)
        *out = &stub->host->func;
    return status;
}

/* --- Undefined functions, and the host's, by address --------------------------------------- */

/* The slot that goes by this name, or 0. */
static uint64_t known_slot(const tn_space *space, struct tn_str name)
{
    uint32_t i = tn_map_get(&space->undefined, name);
    return i == TN_MAP_NONE ? 0 : space->undefined_slots.at[i];
}

/* A new element, by name. Names are of libraries' bytes, which stay as long as
 * the linker. */
static tn_status take_named_slot(tn_space *space, const tn_func *func,
                                 struct tn_str name, uint64_t *slot,
                                 tn_error *err)
{
    uint32_t next = (uint32_t)space->undefined_slots.count;
    TN_TRY(tn_link_take_slot(space, func, slot, err));
    if (TN_VEC_PUSH(&space->undefined_slots, space->alloc, *slot)) {
        if (tn_map_put(&space->undefined, space->alloc, name, next) !=
            TN_MAP_NO_MEMORY)
            return TN_OK;
        space->undefined_slots.count--;
    }
    tn_link_give_slot(space, *slot);
    return tn_no_memory(err);
}

tn_status tn_link_host_slot(tn_space *space, const tn_func *func,
                            struct tn_str name, uint64_t *slot, tn_error *err)
{
    *slot = known_slot(space, name);
    return *slot != 0 ? TN_OK : take_named_slot(space, func, name, slot, err);
}

tn_status tn_link_stub_slot(tn_space *space, struct tn_str name,
                            const char *type, tn_host_fn *fn, uint64_t *slot,
                            tn_error *err)
{
    struct tn_link_stub *stub = NULL;
    *slot = known_slot(space, name);
    if (*slot != 0)
        return TN_OK;
    tn_status status = tn_link_typed_stub(space, type, fn, &stub, err);
    if (status != TN_OK || stub == NULL)
        return status;
    stub->name = name;
    status = take_named_slot(space, &stub->host->func, name, slot, err);
    if (status == TN_OK)
        return TN_OK;
    space->stubs = stub->next;
    stub->next = NULL;
    tn_link_end_stubs(space, &stub);
    return status;
}

static tn_status call_undefined_pointer(tn_call *call, uint64_t *slots,
                                        void *env, tn_error *err)
{
    const struct tn_link_stub *stub = env;
    (void)call, (void)slots;
    return tn_fail(err, TN_E_MISSING, TN_NO_OFFSET,
                   "undefined function \"%.*s\" called through a pointer",
                   TN_STR(stub->name));
}

/* Nobody knows its type: a call through it is of the wrong one, unless it is
 * () -> (), and then says which it was. */
tn_status tn_link_lazy_slot(tn_dso *dso, struct tn_str name, uint64_t *slot,
                            tn_error *err)
{
    return tn_link_stub_slot(dso->space, name, "() -> ()",
                             call_undefined_pointer, slot, err);
}

/* --- Tags that nobody defines ---------------------------------------------------------------- */

tn_status tn_link_own_tag(tn_dso *dso, uint32_t import, tn_tag **out,
                          tn_error *err)
{
    tn_space *space = dso->space;
    const struct tn_mod *mod = tn_link_mod(dso);
    const struct tn_import *i = &mod->imports[import];
    const struct tn_type *type = mod->types[mod->tags[i->index].type_index];
    for (size_t k = 0; k < space->tags.count; k++)
        if (tn_str_equal(space->tags.at[k].name, i->name) &&
            space->tags.at[k].tag->type == type) {
            *out = space->tags.at[k].tag;
            return TN_OK;
        }
    TN_TRY(tn_rt_tag_new(space->store, type, out, err));
    struct tn_link_tag made = {i->name, *out};
    return TN_VEC_PUSH(&space->tags, space->alloc, made) ? TN_OK
                                                         : tn_no_memory(err);
}
