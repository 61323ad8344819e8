/* start_order.c - in which order the modules of a set start.
 *
 * A walk in depth, providers before users. Memories, tables, globals and tags
 * must be there when their user is made, so these imports are followed first
 * and always. A function is only needed once it is called: its import is
 * followed too, unless that would put a module before one of those that it
 * must come after. What is left of a circle of functions is decided by the
 * order of the package. The walk keeps its own stack. */
#include "prog/prog_set.h"

struct order_step {
    uint32_t part;
    uint32_t next;     /* import to look at */
    bool is_func_pass; /* functions come second */
};

struct order_walk {
    const struct tn_prog_set *set;
    struct order_step *steps; /* the modules being visited, outermost first */
    uint32_t depth;
    uint8_t *seen;
    uint32_t *out, out_count;
};

static bool is_hard(const struct tn_prog_part *part, uint32_t import_index)
{
    return part->mod->imports[import_index].kind != TN_EXTERN_FUNC;
}

/* Which modules need which others before they can be made: the imports
 * themselves, then everything that follows from two of them. */
static void find_reach(struct tn_prog_set *set)
{
    uint32_t n = set->count;
    for (uint32_t i = 0; i < n; i++) {
        const struct tn_prog_part *part = &set->parts[i];
        for (uint32_t k = 0; k < part->mod->import_count; k++)
            if (is_hard(part, k) && part->needs[k].to != TN_NONE)
                set->reach[(size_t)i * n + part->needs[k].to] = 1;
    }
    for (uint32_t via = 0; via < n; via++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; tn_prog_reaches(set, i, via) && j < n; j++)
                set->reach[(size_t)i * n + j] |=
                    set->reach[(size_t)via * n + j];
}

static bool contradicts(const struct order_walk *walk, uint32_t provider)
{
    for (uint32_t i = 0; i < walk->depth; i++)
        if (tn_prog_reaches(walk->set, provider, walk->steps[i].part))
            return true;
    return false;
}

static void visit(struct order_walk *walk, uint32_t part)
{
    if (walk->seen[part])
        return;
    walk->seen[part] = 1;
    walk->steps[walk->depth++] = (struct order_step){part, 0, false};
}

/* Looks at one import of the innermost module, or ends its visit. */
static void order_next(struct order_walk *walk)
{
    struct order_step *step = &walk->steps[walk->depth - 1];
    const struct tn_prog_part *part = &walk->set->parts[step->part];
    if (step->next < part->mod->import_count) {
        uint32_t i = step->next++, to = part->needs[i].to;
        if (to == TN_NONE || is_hard(part, i) == step->is_func_pass)
            return;
        if (!step->is_func_pass || !contradicts(walk, to))
            visit(walk, to);
    } else if (!step->is_func_pass) {
        step->next = 0;
        step->is_func_pass = true;
    } else {
        walk->out[walk->out_count++] = step->part;
        walk->depth--;
    }
}

tn_status tn_prog_set_order(struct tn_prog_set *set, tn_error *err)
{
    size_t n = set->count;
    struct order_walk walk = {.set = set};
    set->reach = TN_NEW_ARRAY(&set->arena, uint8_t, n * n);
    walk.steps = TN_NEW_ARRAY(&set->arena, struct order_step, n);
    walk.seen = TN_NEW_ARRAY(&set->arena, uint8_t, n);
    walk.out = TN_NEW_ARRAY(&set->arena, uint32_t, n);
    if (set->reach == NULL || walk.steps == NULL || walk.seen == NULL ||
        walk.out == NULL)
        return tn_no_memory(err);
    find_reach(set);
    for (uint32_t i = 0; i < n; i++) {
        visit(&walk, i);
        while (walk.depth != 0)
            order_next(&walk);
    }
    set->order = walk.out;
    return TN_OK;
}
