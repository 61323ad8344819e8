/* ldd_near.c - what a name that nobody defines was perhaps meant to be. */
#include "ldd.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A definition, and how far it is: 0 the same name, 1 in another case, then
 * one more than the letters that differ. */
struct candidate {
    size_t object, definition, far;
};

enum {
    FARTHEST = 3
};

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
    for (size_t k = 0; k < plan->object_count; k++) {
        tn_dso *dso = plan->objects[k].dso;
        for (size_t i = 0; i < tn_dso_definition_count(dso); i++) {
            tn_definition found;
            if (!tn_dso_definition(dso, i, &found))
                continue;
            size_t far = how_far(name, found.name, found.name_size);
            if (far <= FARTHEST)
                count = keep(best, count, (struct candidate){k, i, far});
        }
    }
    return count;
}

size_t ldd_misses(const struct ldd_plan *plan, const struct ldd_import *import,
                  struct ldd_miss out[LDD_MISSES])
{
    struct candidate best[LDD_MISSES];
    size_t count = search(plan, import->name, best);
    for (size_t i = 0; i < count; i++) {
        tn_definition found;
        (void)tn_dso_definition(plan->objects[best[i].object].dso,
                                best[i].definition, &found);
        out[i] = (struct ldd_miss){best[i].object, found.kind,
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
