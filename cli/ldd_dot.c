/* ldd_dot.c - a plan as a graph for Graphviz: `tenon ldd --format dot | dot
 * -Tsvg`. Boxes are objects; dashed arrows say who needs whom, the others who
 * is bound to whom. */
#include "ldd.h"

/* As a label may hold it. */
static void put_escaped(const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            printf("\\\\%02x", c);
        else
            putchar(c);
    }
}

static void put_object(const struct ldd_plan *plan, size_t index)
{
    const struct ldd_object *object = &plan->objects[index];
    const tn_dso_info *info = &object->info;
    printf("  o%zu [label=\"", index);
    put_escaped(info->name);
    if (info->is_position_independent)
        printf("\\nmemory 0x%llx +%llu\\ntable %llu +%llu",
               (unsigned long long)info->memory_base,
               (unsigned long long)info->memory_bytes,
               (unsigned long long)info->table_base,
               (unsigned long long)info->table_elements);
    fputs(object->is_preloaded ? "\\npreloaded\"];\n" : "\"];\n", stdout);
}

static void put_needs(const struct ldd_plan *plan, size_t index)
{
    const struct ldd_object *object = &plan->objects[index];
    for (size_t i = 0; i < object->info.need_count; i++) {
        const struct ldd_need *need = &object->needs[i];
        if (need->object != LDD_NONE) {
            printf("  o%zu -> o%zu [style=dashed];\n", index, need->object);
            continue;
        }
        printf("  \"missing ");
        put_escaped(need->name);
        printf("\" [label=\"");
        put_escaped(need->name);
        printf("\\nnot found\", color=red];\n  o%zu -> \"missing ", index);
        put_escaped(need->name);
        printf("\" [style=dashed, color=red];\n");
    }
}

/* With -v the names, one a line; no more than a graph can hold. */
static void put_names(const struct ldd_plan *plan, const struct ldd_pair *pair)
{
    enum {
        SHOWN = 40
    };
    const struct ldd_object *object = &plan->objects[pair->from];
    size_t count = 0;
    for (size_t i = 0; i < object->import_count; i++) {
        if (!ldd_is_of_pair(pair, &object->imports[i]) || count++ >= SHOWN)
            continue;
        printf("\\l%s ", ldd_use_name(object->imports[i].kind));
        put_escaped(object->imports[i].name);
    }
    if (count > SHOWN)
        printf("\\land %zu more", count - SHOWN);
    fputs("\\l", stdout);
}

static void put_pair(const struct ldd_plan *plan, const struct ldd_pair *pair)
{
    if (pair->source == LDD_SPACE)
        return;
    printf("  o%zu -> ", pair->from);
    if (pair->source == LDD_OBJECT) {
        printf("o%zu", pair->to);
    } else {
        printf("\"%s ", pair->source == LDD_HOST ? "host" : "isolated");
        put_escaped(pair->source == LDD_HOST
                        ? pair->module
                        : plan->set->modules[pair->to].name);
        putchar('"');
    }
    fputs(" [label=\"", stdout);
    ldd_put_counts(stdout, pair);
    if (plan->is_verbose)
        put_names(plan, pair);
    fputs("\"];\n", stdout);
}

/* To a node of its own, for what must be there and is not. */
static void put_unresolved(const struct ldd_plan *plan, size_t index)
{
    const struct ldd_object *object = &plan->objects[index];
    for (size_t i = 0; i < object->import_count; i++) {
        const struct ldd_import *import = &object->imports[i];
        if (import->source != LDD_NOBODY || import->fault == TN_FAULT_NONE)
            continue;
        printf("  o%zu -> unresolved [label=\"%s ", index,
               ldd_use_name(import->kind));
        put_escaped(import->name);
        printf("\", color=%s];\n", import->is_fatal ? "red" : "orange");
    }
}

void ldd_as_dot(const struct ldd_plan *plan)
{
    fputs("digraph ldd {\n  rankdir=LR;\n  node [shape=box];\n", stdout);
    for (size_t i = 0; i < plan->object_count; i++)
        put_object(plan, i);
    for (size_t i = 0; i < plan->object_count; i++)
        put_needs(plan, i);
    for (size_t i = 0; i < plan->pair_count; i++)
        put_pair(plan, &plan->pairs[i]);
    for (size_t i = 0; i < plan->object_count; i++)
        put_unresolved(plan, i);
    if (!plan->is_linked) {
        fputs("  o0 [label=\"", stdout);
        put_escaped(plan->file);
        fputs("\"];\n", stdout);
    }
    fputs("}\n", stdout);
}
