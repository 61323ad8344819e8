/* throw.h - exceptions between the host and guests. */
#ifndef TN_RT_THROW_H
#define TN_RT_THROW_H

#include "rt/func.h"
#include "rt/gc.h"

/* A host function with this header lets store->exception go on to its caller:
 * a new one, or that of a call which it made. True if it was caught there:
 * the interpreter goes on as tn_rt_landing says. */
bool tn_rt_throw_from_host(struct tn_store *store, const uint64_t *header,
                           struct tn_context *caller, bool is_new);

/* TN_E_EXCEPTION, with the type of the pending exception. */
tn_status tn_rt_exception_fail(const struct tn_store *store, tn_error *err);

#endif
