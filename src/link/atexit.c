/* atexit.c - destructors that objects register with __cxa_atexit.
 *
 * The space stands between, because only it knows whose they are: the third
 * argument, __dso_handle, is an address in the object's image. Those of the
 * first load go on to the guest's own __cxa_atexit, if it has one. Those of an
 * object that was opened later are kept here, since dlclose must run them; and
 * one call for each is registered with the guest's, so that exit() runs what
 * is still open in its place among all others. */
#include "link/space.h"

static tn_func *guest_cxa_atexit(const tn_space *space)
{
    struct tn_str name = tn_str_of("__cxa_atexit");
    struct tn_link_found found =
        tn_link_look(space, NULL, name, tn_dyn_hash(name));
    if (found.dso == NULL || found.def.kind != TN_DYN_FUNC)
        return NULL;
    tn_func *func = tn_rt_instance_func(found.dso->instance, found.def.index);
    return tn_func_is(func, space->is_64 ? "(i64, i64, i64) -> i32"
                                         : "(i32, i32, i32) -> i32")
               ? func
               : NULL;
}

/* Takes the entry out, and calls it. */
static tn_status run_entry(tn_space *space, size_t i, tn_error *err)
{
    struct tn_link_atexit entry = space->atexits.at[i];
    memmove(space->atexits.at + i, space->atexits.at + i + 1,
            (--space->atexits.count - i) * sizeof entry);
    if (entry.func >= space->table->size)
        return tn_fail(err, TN_E_TRAP, TN_NO_OFFSET,
                       "a destructor of %s is no function", entry.dso->name);
    tn_func *func = atomic_load_explicit(&space->table->slots[entry.func],
                                         memory_order_acquire);
    const char *type = space->is_64 ? "(i64) -> ()" : "(i32) -> ()";
    if (func == &tn_null_func || !tn_func_is(func, type))
        return tn_fail(err, TN_E_TRAP, TN_NO_OFFSET,
                       "a destructor of %s is no function %s", entry.dso->name,
                       type);
    uint64_t slot = entry.arg;
    return tn_func_call_raw(func, &slot, err);
}

static size_t latest_of(const tn_space *space, const tn_dso *dso)
{
    size_t i = space->atexits.count;
    while (i > 0 && dso != NULL && space->atexits.at[i - 1].dso != dso)
        i--;
    return i;
}

tn_status tn_link_run_atexits(tn_space *space, const tn_dso *dso, tn_error *err)
{
    for (size_t i; (i = latest_of(space, dso)) != 0;)
        TN_TRY(run_entry(space, i - 1, err));
    return TN_OK;
}

void tn_link_drop_atexits(tn_space *space, const tn_dso *dso)
{
    for (size_t i; (i = latest_of(space, dso)) != 0;)
        memmove(space->atexits.at + i - 1, space->atexits.at + i,
                (space->atexits.count-- - i) * sizeof *space->atexits.at);
}

/* What the guest's exit() calls: nothing, if dlclose was first. */
static tn_status run_by_id(tn_call *call, uint64_t *slots, void *env,
                           tn_error *err)
{
    tn_space *space = ((struct tn_link_stub *)env)->space;
    (void)call;
    for (size_t i = 0; i < space->atexits.count; i++)
        if (space->atexits.at[i].id == slots[0])
            return run_entry(space, i, err);
    return TN_OK;
}

static tn_status tell_guest(tn_space *space, tn_func *guest, uint32_t id,
                            tn_error *err)
{
    if (space->atexit_slot == 0) {
        struct tn_link_stub *stub = NULL;
        const char *type = space->is_64 ? "(i64) -> ()" : "(i32) -> ()";
        TN_TRY(tn_link_typed_stub(space, type, run_by_id, &stub, err));
        TN_TRY(tn_link_take_slot(space, &stub->host->func, &space->atexit_slot,
                                 err));
    }
    uint64_t slots[3] = {space->atexit_slot, id, 0};
    return tn_func_call_raw(guest, slots, err);
}

tn_status tn_link_cxa_atexit(tn_call *call, uint64_t *slots, void *env,
                             tn_error *err)
{
    tn_space *space = ((struct tn_link_stub *)env)->space;
    tn_func *guest = guest_cxa_atexit(space);
    tn_dso *owner = tn_link_dso_at(space, slots[2]);
    if (owner == NULL)
        owner = tn_link_dso_of_instance(space, tn_call_instance(call));
    if (owner == NULL)
        owner = space->main;
    if (guest != NULL && owner->is_startup)
        return tn_func_call_raw(guest, slots, err);
    struct tn_link_atexit entry = {slots[0], slots[1], owner,
                                   ++space->next_atexit};
    if (!TN_VEC_PUSH(&space->atexits, space->alloc, entry)) {
        slots[0] = (uint32_t)-1;
        return TN_OK;
    }
    slots[0] = 0;
    return guest != NULL ? tell_guest(space, guest, entry.id, err) : TN_OK;
}
