/* interp.h - the tiers of this part; api/parts.c chooses. */
#ifndef TN_INTERP_INTERP_H
#define TN_INTERP_INTERP_H

#include "rt/tier.h"

/* One function a handler, each ending in a jump to the next (tail.c). */
extern const struct tn_tier tn_interp_tail;
/* All handlers in one function, jumping through labels (loop.c). */
extern const struct tn_tier tn_interp_loop;

#endif
