/* parts.c - the one place that knows what this build is made of. */
#include "api/parts.h"

#include "base/compiler.h"
#include "interp/interp.h"

/* Fastest first. */
static const struct tn_tier *const tiers[] = {
#if TN_TAIL_CALLS
    &tn_interp_tail,
#endif
#if TN_LABELS
    &tn_interp_loop,
#endif
};

const struct tn_tier *tn_parts_tier(const char *name)
{
    if (name == NULL)
        return tiers[0];
    for (size_t i = 0; i < sizeof tiers / sizeof tiers[0]; i++)
        if (strcmp(tiers[i]->name, name) == 0)
            return tiers[i];
    return NULL;
}
