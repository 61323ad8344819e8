/* interrupt.h - ending a running call from outside of it.
 *
 * An interrupt is a level, not an edge: from tn_store_interrupt until the
 * outermost call of the store has ended, every poll of running code and every
 * new entry answers TN_TRAP_INTERRUPT, so that no host function can swallow
 * it. Host functions that block (WASI) wait for the wake descriptor beside
 * what they wait for, and return TN_E_TRAP by
 * `tn_call_trap(call, TN_TRAP_INTERRUPT)` when it wins. */
#ifndef TN_RT_INTERRUPT_H
#define TN_RT_INTERRUPT_H

#include <stdbool.h>
#include <tenon.h>

/* A descriptor that is readable while the store is interrupted; made when it
 * is first asked for, closed with the store. -1 when the system has none
 * left. Do not read from it. The store's thread. */
int tn_rt_wake_fd(tn_store *store);

/* Any thread. */
bool tn_rt_is_interrupted(const tn_store *store);

#endif
