/* global.c - globals: a typed place for one value. */
#include "rt/func.h"
#include "rt/store.h"

tn_status tn_global_new(tn_store *store, tn_val value, bool is_mutable,
                        tn_global **out, tn_error *err)
{
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    tn_valtype type = tn_rt_type_of_kind(value.kind);
    if (type == TN_VT_NONE)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET, "no kind of value");
    struct tn_global *global = TN_ALLOC(store->alloc, struct tn_global);
    if (global == NULL)
        return tn_no_memory(err);
    global->owner = store->host;
    global->at = global->own;
    global->type = type;
    global->is_mutable = is_mutable;
    tn_status status = tn_rt_val_write(store, type, &value, global->own, err);
    if (status != TN_OK) {
        tn_alloc_free(store->alloc, global, sizeof *global);
        return status;
    }
    global->next = store->globals;
    store->globals = global;
    *out = global;
    return TN_OK;
}

tn_val tn_global_get(const tn_global *global)
{
    tn_val value;
    tn_rt_val_read(global->owner->store->engine, global->type, global->at,
                   &value);
    return value;
}

tn_status tn_global_set(tn_global *global, tn_val value, tn_error *err)
{
    if (!global->is_mutable)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET, "global is constant");
    return tn_rt_val_write(global->owner->store, global->type, &value,
                           global->at, err);
}
