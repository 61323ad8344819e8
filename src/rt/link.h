/* link.h - binds what a new instance imports. */
#ifndef TN_RT_LINK_H
#define TN_RT_LINK_H

#include "rt/store.h"

/* What is given to a new instance: by name, or by position. */
struct tn_rt_given {
    struct tn_imports *imports; /* may be null */
    /* Not null: one for each import, in order. A near global that the caller
     * has set is a TN_EXTERN_GLOBAL that is null. */
    const tn_extern *items;
};

/* TN_E_MISSING, TN_E_TYPE, TN_E_MISUSE. */
tn_status tn_rt_link(struct tn_instance *instance, struct tn_rt_given given,
                     tn_error *err);

/* An instance in steps, so that several can be bound to each other before any
 * of them is whole: `prepare` makes one whose functions are there to be bound,
 * `define` binds its imports and makes what it defines, `fill` writes its
 * segments; then `start` runs its start function. One that failed is ended by
 * tn_instance_free, like others. */
tn_status tn_rt_instance_prepare(struct tn_store *store,
                                 struct tn_module *module,
                                 struct tn_instance **out, tn_error *err);
tn_status tn_rt_instance_define(struct tn_instance *instance,
                                struct tn_rt_given given, tn_error *err);
tn_status tn_rt_instance_fill(struct tn_instance *instance, tn_error *err);
tn_status tn_rt_instance_start(struct tn_instance *instance, tn_error *err);

/* tn_instance_new, with one item for each import of the module. */
tn_status tn_rt_instantiate(struct tn_store *store, struct tn_module *module,
                            const tn_extern *items, struct tn_instance **out,
                            tn_error *err);

#endif
