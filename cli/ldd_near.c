/* ldd_near.c - what a name that nobody defines was perhaps meant to be. */
#include "ldd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A definition, and how far it is: 0 the same name, 1 in another case, then
 * one more than the letters that differ. */
struct candidate {
    const struct ldd_definition *definition;
    size_t far;
};

enum {
    FARTHEST = 3,
    MOST_APART = 4 /* bits of the letters of such names */
};

uint64_t ldd_letters(const char *name, size_t size)
{
    uint64_t letters = 0;
    for (size_t i = 0; i < size; i++)
        letters |= UINT64_C(1) << (tolower((unsigned char)name[i]) & 63);
    return letters;
}

/* One letter for another is two in the sets: nearly all names of a large
 * library are told apart by that alone. */
static bool may_be_near(uint64_t a, uint64_t b)
{
    uint64_t apart = a ^ b;
    for (int i = 0; i < MOST_APART; i++)
        apart &= apart - 1;
    return apart == 0;
}

static size_t how_far(const char *wanted, const char *name, size_t size)
{
    char text[LONGEST_NEAR + 1];
    size_t length = strlen(wanted);
    size_t apart = size > length ? size - length : length - size;
    if (size > LONGEST_NEAR || apart > FARTHEST - 1)
        return FARTHEST + 1;
    memcpy(text, name, size);
    text[size] = '\0';
    if (strcmp(wanted, text) == 0)
        return 0;
    if (strcasecmp(wanted, text) == 0)
        return 1;
    /* Of a short name, half may differ: all of it would make anything near. */
    size_t letters = edit_distance(wanted, text);
    return letters * 2 <= length ? letters + 1 : FARTHEST + 1;
}

/* Nearer ones first; of equal ones, those of the earlier object. */
static size_t keep(struct candidate *best, size_t count,
                   struct candidate candidate)
{
    size_t at = count;
    while (at > 0 && candidate.far < best[at - 1].far)
        at--;
    if (at == LDD_MISSES)
        return count;
    if (count == LDD_MISSES)
        count--;
    memmove(best + at + 1, best + at, (count - at) * sizeof(best[0]));
    best[at] = candidate;
    return count + 1;
}

static size_t search(const struct ldd_plan *plan, const char *name,
                     struct candidate *best)
{
    size_t count = 0;
    uint64_t letters = ldd_letters(name, strlen(name));
    for (size_t i = 0; i < plan->definition_count; i++) {
        const struct ldd_definition *d = &plan->definitions[i];
        if (!may_be_near(letters, d->letters))
            continue;
        size_t far = how_far(name, d->name, d->size);
        if (far <= FARTHEST)
            count = keep(best, count, (struct candidate){d, far});
    }
    return count;
}

size_t ldd_misses(const struct ldd_plan *plan, const struct ldd_import *import,
                  struct ldd_miss out[LDD_MISSES])
{
    struct candidate best[LDD_MISSES];
    size_t count = search(plan, import->name, best);
    for (size_t i = 0; i < count; i++) {
        const struct ldd_definition *d = best[i].definition;
        tn_definition found;
        (void)tn_dso_definition(plan->objects[d->object].dso, d->index, &found);
        out[i] = (struct ldd_miss){d->object, found.kind,
                                   strndup(found.name, found.name_size),
                                   strdup(found.type)};
        if (out[i].name == NULL || out[i].type == NULL) {
            ldd_miss_drop(&out[i]);
            return i;
        }
    }
    return count;
}

void ldd_miss_drop(struct ldd_miss *miss)
{
    free(miss->name);
    free(miss->type);
    *miss = (struct ldd_miss){0};
}
