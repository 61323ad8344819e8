/* atexit.c - destructors that objects register with __cxa_atexit.
 *
 * The space stands between, because only it knows whose they are: the third
 * argument, __dso_handle, is an address in the object's image. Those of the
 * first load go on to the guest's own __cxa_atexit, if it has one. Those of an
 * object that was opened later are kept here, since dlclose must run them; and
 * one call for each is registered with the guest's, so that exit() runs what
 * is still open in its place among all others. */
#include "link/space.h"

#define ATEXITS_MAX 65536 /* of an object: they are the host's memory */

static tn_func *guest_cxa_atexit(const tn_space *space)
{
    return tn_link_global_func(space, "__cxa_atexit", "(i32, i32, i32) -> i32",
                               "(i64, i64, i64) -> i32");
}

/* Takes entry `i` of the object out, and calls it. */
static tn_status run_entry(tn_dso *dso, size_t i, tn_error *err)
{
    tn_space *space = dso->space;
    struct tn_link_atexit entry = dso->atexits.at[i];
    memmove(dso->atexits.at + i, dso->atexits.at + i + 1,
            (--dso->atexits.count - i) * sizeof entry);
    if (entry.func >= space->table->size)
        return tn_fail(err, TN_E_TRAP, TN_NO_OFFSET,
                       "a destructor of %s is no function", dso->name);
    tn_func *func = atomic_load_explicit(&space->table->slots[entry.func],
                                         memory_order_acquire);
    const char *type = space->is_64 ? "(i64) -> ()" : "(i32) -> ()";
    if (func == &tn_null_func || !tn_func_is(func, type))
        return tn_fail(err, TN_E_TRAP, TN_NO_OFFSET,
                       "a destructor of %s is no function %s", dso->name, type);
    uint64_t slot = entry.arg;
    return tn_func_call_raw(func, &slot, err);
}

static tn_status run_last(tn_dso *dso, tn_error *err)
{
    return run_entry(dso, dso->atexits.count - 1, err);
}

static uint32_t last_id(const tn_dso *dso)
{
    size_t count = dso->atexits.count;
    return count != 0 ? dso->atexits.at[count - 1].id : 0;
}

/* Of all, the object whose entry is the latest; or null. */
static tn_dso *latest_of_all(const tn_space *space)
{
    tn_dso *latest = NULL;
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (last_id(dso) > (latest != NULL ? last_id(latest) : 0))
            latest = dso;
    }
    return latest;
}

tn_status tn_link_run_atexits(tn_space *space, tn_dso *dso, tn_error *err)
{
    if (dso != NULL) {
        while (dso->atexits.count != 0)
            TN_TRY(run_last(dso, err));
        return TN_OK;
    }
    for (tn_dso *latest; (latest = latest_of_all(space)) != NULL;)
        TN_TRY(run_last(latest, err));
    return TN_OK;
}

/* Where the entry is; the count if it is not there. */
static size_t place_of(const tn_dso *dso, uint64_t id)
{
    size_t low = 0, high = dso->atexits.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dso->atexits.at[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there = low < dso->atexits.count && dso->atexits.at[low].id == id;
    return is_there ? low : dso->atexits.count;
}

/* What the guest's exit() calls: nothing, if dlclose was first. */
static tn_status run_by_id(tn_call *call, uint64_t *slots, void *env,
                           tn_error *err)
{
    tn_space *space = ((struct tn_link_stub *)env)->space;
    (void)call;
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        size_t at = place_of(dso, slots[0]);
        if (at != dso->atexits.count)
            return run_entry(dso, at, err);
    }
    return TN_OK;
}

static tn_status tell_guest(tn_space *space, tn_func *guest, uint32_t id,
                            tn_error *err)
{
    if (space->atexit_slot == 0) {
        struct tn_link_stub *stub = NULL;
        uint64_t slot = 0;
        const char *type = space->is_64 ? "(i64) -> ()" : "(i32) -> ()";
        tn_status status =
            tn_link_typed_stub(space, type, run_by_id, &stub, err);
        if (status != TN_OK || stub == NULL)
            return status;
        TN_TRY(tn_link_take_slot(space, &stub->host->func, &slot, err));
        space->atexit_slot = slot;
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
    if (owner->atexits.count >= ATEXITS_MAX) {
        slots[0] = (uint32_t)-1;
        return TN_OK;
    }
    struct tn_link_atexit entry = {slots[0], slots[1], ++space->next_atexit};
    if (!TN_VEC_PUSH(&owner->atexits, space->alloc, entry)) {
        slots[0] = (uint32_t)-1;
        return TN_OK;
    }
    slots[0] = 0;
    return guest != NULL ? tell_guest(space, guest, entry.id, err) : TN_OK;
}

#undef ATEXITS_MAX
