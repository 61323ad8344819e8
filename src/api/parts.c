/* parts.c - the one place that knows what this build is made of. */
#include "api/parts.h"

#include "interp/interp.h"

/* Fastest first. Tail calls are sure to be jumps in clang only; gcc's
 * computed gotos are as fast. */
static const struct tn_tier *const tiers[] = {
#ifdef __clang__
    &tn_interp_tail,
    &tn_interp_loop,
#else
    &tn_interp_loop,
#endif
};

const struct tn_tier *tn_parts_tier(const char *name)
{
    if (name == NULL)
        return tiers[0];
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++)
        if (strcmp(tiers[i]->name, name) == 0)
            return tiers[i];
    return NULL;
}
