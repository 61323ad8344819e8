/* reach.c - what a start function may reach.
 *
 * A linker's own start functions relocate globals and fill memory; they call
 * nothing of other modules, and can run before those are there. */
#include "dyn/reading.h"
#include "mod/instr.h"

struct start_walk {
    const struct tn_mod *mod;
    uint8_t *seen;     /* own functions */
    uint32_t *pending; /* of those, seen but not looked at */
    uint32_t count;
};

/* False when the function is not the module's. */
static bool reach_func(struct start_walk *walk, uint32_t func)
{
    if (func < walk->mod->func_import_count)
        return false;
    uint32_t own = func - walk->mod->func_import_count;
    if (!walk->seen[own])
        walk->pending[walk->count++] = own;
    walk->seen[own] = 1;
    return true;
}

static bool calls_own_only(struct start_walk *walk, uint32_t own)
{
    struct tn_range code = walk->mod->bodies[own].code;
    const uint8_t *at = walk->mod->bytes + code.offset;
    struct tn_cursor c = {walk->mod->bytes, at, at + code.size, NULL, false};
    struct tn_instr in;
    while (c.at != c.end && tn_instr_read(&c, &in)) {
        switch ((int)in.op) {
        case TN_OP_call:
        case TN_OP_return_call:
            if (!reach_func(walk, in.a))
                return false;
            break;
        case TN_OP_call_indirect:
        case TN_OP_call_ref:
        case TN_OP_return_call_indirect:
        case TN_OP_return_call_ref:
            return false;
        default:
            break;
        }
    }
    return true;
}

tn_status tn_dyn_read_start(struct tn_dyn_reading *r)
{
    const struct tn_mod *mod = r->mod;
    uint32_t own_count = mod->func_count - mod->func_import_count;
    r->image->start_is_local = true;
    if (mod->start == TN_NONE)
        return TN_OK;
    struct start_walk walk = {
        mod, TN_NEW_ARRAY(&r->scratch, uint8_t, own_count),
        TN_NEW_ARRAY(&r->scratch, uint32_t, own_count), 0};
    if (walk.seen == NULL || walk.pending == NULL)
        return tn_no_memory(r->err);
    bool is_local = reach_func(&walk, mod->start);
    while (is_local && walk.count > 0)
        is_local = calls_own_only(&walk, walk.pending[--walk.count]);
    r->image->start_is_local = is_local;
    return TN_OK;
}
