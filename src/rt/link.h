/* link.h - binds what a new instance imports. */
#ifndef TN_RT_LINK_H
#define TN_RT_LINK_H

#include "rt/store.h"

/* `imports` may be null. TN_E_MISSING, TN_E_TYPE, TN_E_MISUSE. */
tn_status tn_rt_link(struct tn_instance *instance, struct tn_imports *imports,
                     tn_error *err);

#endif
