/* parts.h - which parts this build has. */
#ifndef TN_API_PARTS_H
#define TN_API_PARTS_H

#include "rt/tier.h"

/* The tier of that name, or the fastest for null; null when there is none. */
const struct tn_tier *tn_parts_tier(const char *name);

#endif
