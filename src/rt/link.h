/* link.h - binds what a new instance imports. */
#ifndef TN_RT_LINK_H
#define TN_RT_LINK_H

#include "rt/store.h"

/* What is given to a new instance: by name, or by position. */
struct tn_rt_given {
    struct tn_imports *imports; /* may be null */
    const tn_extern *items;     /* not null: one for each import, in order */
};

/* TN_E_MISSING, TN_E_TYPE, TN_E_MISUSE. */
tn_status tn_rt_link(struct tn_instance *instance, struct tn_rt_given given,
                     tn_error *err);

/* tn_instance_new, with one item for each import of the module. */
tn_status tn_rt_instantiate(struct tn_store *store, struct tn_module *module,
                            const tn_extern *items, struct tn_instance **out,
                            tn_error *err);

#endif
