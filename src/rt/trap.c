/* trap.c - what is known of the last trap. */
#include "base/error.h"
#include <assert.h>

#include "rt/store.h"

const char *tn_trap_text(tn_trap_kind kind)
{
    switch (kind) {
#define TN_TRAP(name, value, words) \
    case TN_TRAP_##name:            \
        return words;
#include "rt/traps.def"
#undef TN_TRAP
    }
    return "unknown trap";
}

#define TN_TRAP(name, value, words) \
    static_assert(TN_TRAP_##name == (value), "pinned");
#include "rt/traps.def"
#undef TN_TRAP

void tn_rt_trap_begin(struct tn_store *store, tn_trap_kind kind)
{
    store->trap.kind = kind;
    store->trap.serial++;
    store->trap.depth = 0;
    store->trap.frame_count = 0;
    store->trap.error.status = TN_OK;
    tn_arena_reset(&store->names);
}

/* Of a linked program, which library it was matters more than anything. */
static tn_status fail_unloaded(const struct tn_func *func, tn_error *err)
{
    const struct tn_mod *mod = func->instance->module->mod;
    struct tn_str name = tn_mod_func_name(mod, func->index);
    return tn_fail(err, TN_E_TRAP, TN_NO_OFFSET, "%s: %.*s%s%.*s",
                   tn_trap_text(TN_TRAP_UNLOADED), TN_STR(mod->name),
                   name.size != 0 ? ", " : "", TN_STR(name));
}

tn_status tn_rt_trap_fail(struct tn_store *store, tn_error *err)
{
    const struct tn_trap *trap = &store->trap;
    const struct tn_func *unloaded = store->unloaded;
    store->unloaded = NULL;
    if (trap->kind == TN_TRAP_UNLOADED && unloaded != NULL &&
        unloaded->instance->module->mod->name.size != 0)
        return fail_unloaded(unloaded, err);
    bool has_words = trap->kind == TN_TRAP_HOST && trap->error.status != TN_OK;
    return tn_fail(err, TN_E_TRAP, TN_NO_OFFSET, "%s",
                   has_words ? trap->error.text : tn_trap_text(trap->kind));
}

tn_trap_kind tn_store_trap_kind(const tn_store *store)
{
    return store->trap.kind;
}

uint32_t tn_store_exit_code(const tn_store *store)
{
    return store->exit_code;
}
