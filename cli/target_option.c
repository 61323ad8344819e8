/* target_option.c - --target. */
#include "target_option.h"

void list_targets(void)
{
    const tn_target *target;
    for (size_t i = 0; (target = tn_target_at(i)) != NULL; i++) {
        printf("%-18s %s\n  as of %s: %s\n ", target->name, target->title,
               target->since, target->source);
        for (int k = 0; k < TN_FEATURE_COUNT; k++)
            if ((target->features & TN_FEATURE_BIT(k)) != 0)
                printf(" %s", tn_feature_name((tn_feature)k));
        putchar('\n');
    }
}

static const char *near_target(const char *name)
{
    size_t least = 3; /* letters that may differ, and one */
    const char *best = NULL;
    const tn_target *target;
    for (size_t i = 0; (target = tn_target_at(i)) != NULL; i++) {
        size_t far = edit_distance(name, target->name);
        if (far < least) {
            least = far;
            best = target->name;
        }
    }
    return best;
}

bool find_target(const struct report *report, const char *name,
                 const tn_target **out)
{
    *out = tn_target_find(name);
    if (*out != NULL)
        return true;
    const char *near = near_target(name);
    if (near != NULL)
        report_usage(report, "no target %s; did you mean %s?", name, near);
    else
        report_usage(report, "no target %s; --target help lists them", name);
    return false;
}
