/* dso_unload.c - what nobody reaches any more.
 *
 * Roots are objects of the first load, those that are open, those that never
 * go, and those that are being loaded; edges are needs and bindings. The rest
 * ends, the latest that was initialized first, so that cycles go as a whole. */
#include "link/space.h"

/* --- Marking --------------------------------------------------------------------------- */

static void mark_dso(tn_dso *dso, tn_dso **todo)
{
    if (dso == NULL || dso->is_marked)
        return;
    dso->is_marked = true;
    dso->next_marked = *todo;
    *todo = dso;
}

static bool is_root(const tn_dso *dso)
{
    return dso->is_startup || dso->open_count != 0 || dso->guest_count != 0 ||
           dso->load != 0 || dso->state >= TN_LINK_ENDING || dso->is_nodelete;
}

static void mark_reached(tn_space *space)
{
    tn_dso *todo = NULL;
    for (size_t i = 0; i < space->objects.count; i++)
        space->objects.at[i]->is_marked = false;
    for (size_t i = 0; i < space->objects.count; i++)
        if (is_root(space->objects.at[i]))
            mark_dso(space->objects.at[i], &todo);
    while (todo != NULL) {
        tn_dso *dso = todo;
        todo = dso->next_marked;
        for (uint32_t k = 0; k < dso->lib->image->dylink.needed_count; k++)
            mark_dso(dso->needs[k], &todo);
        for (size_t k = 0; k < dso->bound.count; k++)
            mark_dso(dso->bound.at[k], &todo);
    }
}

/* --- Ending ---------------------------------------------------------------------------- */

/* Of those that end in this collection, the one that was initialized last. */
static tn_dso *next_to_end(const tn_space *space, uint32_t depth,
                           enum tn_link_state state)
{
    tn_dso *latest = NULL;
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (dso->state == state && dso->ends_in == depth &&
            (latest == NULL || dso->init_serial > latest->init_serial))
            latest = dso;
    }
    return latest;
}

static tn_status run_destructors(tn_dso *dso, tn_error *err)
{
    uint32_t func = dso->lib->image->call_dtors;
    tn_error why = {0};
    tn_link_trace(dso->space, "fini %s", dso->name);
    tn_status status = tn_link_run_atexits(dso->space, dso, &why);
    if (status == TN_OK && func != TN_NONE)
        status = tn_func_call_raw(tn_rt_instance_func(dso->instance, func),
                                  NULL, &why);
    return status == TN_OK ? TN_OK
                           : tn_fail(err, status, why.offset, "%s: %s",
                                     dso->name, why.text);
}

void tn_link_end(tn_dso *dso, bool is_quiet)
{
    tn_space *space = dso->space;
    tn_link_end_stubs(space, &dso->stubs);
    tn_link_unplace(dso, is_quiet);
    tn_instance_free(dso->instance);
    dso->instance = NULL;
    dso->is_going = true;
}

/* Also how many there are. */
static size_t choose_ending(tn_space *space, uint32_t depth)
{
    size_t count = 0;
    mark_reached(space);
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (dso->is_marked)
            continue;
        dso->state = TN_LINK_ENDING;
        dso->ends_in = depth;
        count++;
    }
    return count;
}

static tn_status run_all_destructors(tn_space *space, uint32_t depth,
                                     bool has_exited, tn_error *err)
{
    tn_status status = TN_OK;
    for (tn_dso *dso;
         (dso = next_to_end(space, depth, TN_LINK_ENDING)) != NULL;) {
        tn_error why = {0};
        tn_status ended = dso->init_serial != 0 && !has_exited
                              ? run_destructors(dso, &why)
                              : TN_OK;
        if (status == TN_OK && ended != TN_OK)
            status = tn_fail(err, ended, why.offset, "%s", why.text);
        dso->state = TN_LINK_ENDED;
    }
    return status;
}

static void end_chosen(tn_space *space, uint32_t depth)
{
    for (tn_dso *dso;
         (dso = next_to_end(space, depth, TN_LINK_ENDED)) != NULL;) {
        tn_link_trace(space, "unload %s", dso->name);
        tn_link_end(dso, true);
        dso->ends_in = 0;
    }
    tn_link_purge(space);
}

/* A destructor may close others: that is a collection inside of this one,
 * which leaves alone what ends here, and what that still reaches: so this one
 * looks again. */
tn_status tn_link_collect(tn_space *space, bool has_exited, tn_error *err)
{
    tn_status status = TN_OK;
    uint32_t depth = ++space->collect_depth;
    while (choose_ending(space, depth) != 0) {
        tn_status ended = run_all_destructors(space, depth, has_exited,
                                              status == TN_OK ? err : NULL);
        status = status == TN_OK ? ended : status;
        end_chosen(space, depth);
    }
    space->collect_depth--;
    return status;
}

tn_status tn_link_close(tn_dso *dso, bool is_guest, tn_error *err)
{
    uint32_t *count = is_guest ? &dso->guest_count : &dso->open_count;
    if (dso->space->is_loading)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "%s: closed while others are being loaded", dso->name);
    if (*count == 0)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET, "%s is not open",
                       dso->name);
    --*count;
    return tn_link_collect(dso->space, false, err);
}
