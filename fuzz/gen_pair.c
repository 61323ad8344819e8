/* gen_pair.c - two modules that know each other: the second one's plan is made
 * as ever, and then some of what it has becomes what the first one exports.
 *
 * Imports come first in their index spaces, so plans are widened in front.
 * Global 0 stays the fuel: who borrows globals borrows that one too. */
#include "gen_inside.h"

#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- borrowing */

/* The index of a function type like `type`; made if there is room, else
 * plan->type_count. */
static uint32_t type_like(struct gen_plan *plan, const struct gen_type *type)
{
    for (uint32_t i = 0; i < plan->type_count; i++)
        if (strcmp(plan->types[i].params, type->params) == 0 &&
            strcmp(plan->types[i].results, type->results) == 0)
            return i;
    if (plan->type_count == GEN_MAX_TYPES)
        return plan->type_count;
    plan->types[plan->type_count] = *type;
    return plan->type_count++;
}

static void borrow_functions(struct gen_plan *plan,
                             const struct gen_plan *other)
{
    struct gen_borrowed *in = &plan->funcs_in;
    uint32_t types[GEN_MAX_BORROWED];
    for (uint32_t n = gen_choose(&plan->source, GEN_MAX_BORROWED); n > 0; n--) {
        uint32_t func = 1 + gen_choose(&plan->source, other->func_count - 1);
        uint32_t type = type_like(plan, &other->types[other->func_types[func]]);
        if (type == plan->type_count)
            continue;
        types[in->count] = type;
        in->of[in->count++] = func;
    }
    uint32_t own = plan->func_count - 1;
    plan->func_count += in->count;
    plan->func_types =
        realloc(plan->func_types, plan->func_count * sizeof *plan->func_types);
    if (plan->func_types == NULL)
        abort();
    memmove(plan->func_types + 1 + in->count, plan->func_types + 1,
            own * sizeof *plan->func_types);
    memcpy(plan->func_types + 1, types, in->count * sizeof *types);
    for (uint32_t i = 0; i < GEN_SLOTS; i++)
        plan->slots[i] = gen_choose(&plan->source, plan->func_count);
}

/* The same memory may come twice. */
static void borrow_memories(struct gen_plan *plan, const struct gen_plan *other)
{
    struct gen_borrowed *in = &plan->memories_in;
    in->count = gen_choose(&plan->source, plan->memory_count + 1);
    for (uint32_t i = 0; i < in->count; i++) {
        in->of[i] = gen_choose(&plan->source, other->memory_count);
        plan->memories[i] = other->memories[in->of[i]];
    }
}

/* Table 0 holds functions, in each module. */
static void borrow_tables(struct gen_plan *plan, const struct gen_plan *other)
{
    struct gen_borrowed *in = &plan->tables_in;
    in->count = gen_choose(&plan->source, plan->table_count + 1);
    for (uint32_t i = 0; i < in->count; i++) {
        uint32_t of = gen_choose(&plan->source, other->table_count);
        in->of[i] = i == 0 && other->tables[of].type != 'r' ? 0 : of;
        plan->tables[i] = other->tables[in->of[i]];
    }
}

static void borrow_globals(struct gen_plan *plan, const struct gen_plan *other)
{
    struct gen_borrowed *in = &plan->globals_in;
    uint32_t count = (uint32_t)strlen(other->globals);
    char own[GEN_MAX_GLOBALS + 1];
    if (gen_once_in(&plan->source, 3))
        return;
    in->count = 1;
    if (count > 1)
        in->count += gen_choose(&plan->source, GEN_MAX_BORROWED);
    strcpy(own, plan->globals + 1);
    for (uint32_t i = 0; i < in->count; i++) {
        in->of[i] = i == 0 ? 0 : 1 + gen_choose(&plan->source, count - 1);
        plan->globals[i] = other->globals[in->of[i]];
        if (plan->globals[i] == 'k')
            plan->constant = i;
    }
    strcpy(plan->globals + in->count, own);
}

static void borrow_tags(struct gen_plan *plan, const struct gen_plan *other)
{
    struct gen_borrowed *in = &plan->tags_in;
    if (!gen_has_tags(plan))
        return;
    in->count = gen_choose(&plan->source, GEN_TAGS + 1);
    for (uint32_t i = 0; i < in->count; i++) {
        in->of[i] = gen_choose(&plan->source, GEN_TAGS);
        for (uint32_t k = 0; k < 3; k++)
            plan->types[plan->tag_types[i] + k] =
                other->types[other->tag_types[in->of[i]] + k];
    }
}

static void borrow(struct gen_plan *plan, const struct gen_plan *other)
{
    borrow_tags(plan, other);
    borrow_functions(plan, other);
    borrow_memories(plan, other);
    borrow_tables(plan, other);
    borrow_globals(plan, other);
}

/* -------------------------------------------------------------------- pair */

/* A constant of its own; perhaps indices as linkers leave them; a start function, which must be of a type without
 * values: the last function becomes one. */
static void plan_more(struct gen_plan *plan)
{
    static const struct gen_type nothing = {"", ""};
    size_t count = strlen(plan->globals);
    if (gen_once_in(&plan->source, 2))
        plan->globals[count] = 'k', plan->globals[count + 1] = 0;
    plan->is_padded = gen_once_in(&plan->source, 4);
    uint32_t type = type_like(plan, &nothing);
    if (!gen_once_in(&plan->source, 4) || type == plan->type_count)
        return;
    plan->start = plan->func_count - 1;
    plan->func_types[plan->start] = type;
}

/* What the second module uses: what the first does, so that they can share
 * all; or whatever it likes, but not the other kind of exceptions. */
static unsigned with_of_second(struct gen_plan *plan, unsigned with,
                               unsigned allowed)
{
    unsigned some = gen_some_of(&plan->source, allowed);
    if (!gen_once_in(&plan->source, 4))
        return with;
    if ((with & GEN_EXCEPTIONS) != 0)
        some &= ~(unsigned)GEN_LEGACY;
    if ((with & GEN_LEGACY) != 0)
        some &= ~(unsigned)GEN_EXCEPTIONS;
    return some;
}

void gen_pair(const uint8_t *choices, size_t size,
              const struct gen_options *options, struct gen_bytes out[2])
{
    struct gen_plan first = {.source = gen_source_of(choices, size),
                             .prefix = "a"};
    gen_plan_module(&first, options, gen_some_of(&first.source, options->with));
    plan_more(&first);
    out[0] = gen_write_module(&first);

    struct gen_plan second = {.source = first.source, .prefix = "b"};
    gen_plan_module(&second, options,
                    with_of_second(&second, first.with, options->with));
    second.element = first.element; /* their types must be the same */
    if (second.with == first.with)
        borrow(&second, &first);
    plan_more(&second);
    out[1] = gen_write_module(&second);
    free(first.func_types);
    free(second.func_types);
}
