/* ldd_text.c - a plan for people. */
#include "ldd.h"

#include <stdlib.h>
#include <string.h>

/* How far the columns behind the names begin. */
struct columns {
    int name, memory, table;
};

static void put_padded(const char *text, int width)
{
    int gap = width - (int)strlen(text);
    put_text(stdout, text);
    printf("%*s", gap > 0 ? gap : 0, "");
}

/* --- The tree --------------------------------------------------------------- */

static void describe_place(char *out, size_t room, uint64_t at, uint64_t size,
                           uint64_t align)
{
    snprintf(out, room, "0x%llx +%llu /%llu", (unsigned long long)at,
             (unsigned long long)size, (unsigned long long)align);
}

static void describe_elements(char *out, size_t room, const tn_dso_info *info)
{
    snprintf(out, room, "%llu +%llu /%llu",
             (unsigned long long)info->table_base,
             (unsigned long long)info->table_elements,
             (unsigned long long)info->table_align);
}

/* On the way from a root: an object, and which of its needs comes next. */
struct step {
    size_t object, next;
};

/* Walks the tree; each object's own needs below its first mention. */
struct walk {
    const struct ldd_plan *plan;
    bool *is_shown;    /* of each object */
    struct step *path; /* room for all: each is on it once */
    struct columns columns;
    bool is_measuring;
};

static void put_object(struct walk *w, size_t index)
{
    const struct ldd_object *object = &w->plan->objects[index];
    char memory[96], table[96];
    if (!object->info.is_position_independent) {
        printf("%-*s", w->columns.memory + w->columns.table,
               "where it was linked to");
        put_text(stdout, object->info.path);
        putchar('\n');
        return;
    }
    describe_place(memory, sizeof(memory), object->info.memory_base,
                   object->info.memory_bytes, object->info.memory_align);
    describe_elements(table, sizeof(table), &object->info);
    printf("%-*s%-*s", w->columns.memory, memory, w->columns.table, table);
    put_text(stdout, object->info.path);
    fputs(object->is_preloaded ? "  (preloaded)\n" : "\n", stdout);
}

static void measure(int *width, const char *text)
{
    int size = (int)strlen(text) + 2;
    if (size > *width)
        *width = size;
}

/* A line of the tree. True if what the object needs is to be told below. */
static bool put_row(struct walk *w, const char *name, size_t index, int depth)
{
    bool is_known = index != LDD_NONE && w->is_shown[index];
    int size = 2 * depth + (int)strlen(name) + 2;
    if (w->is_measuring && size > w->columns.name)
        w->columns.name = size;
    if (!w->is_measuring) {
        printf("%*s", 2 * depth, "");
        put_padded(name, w->columns.name - 2 * depth);
        if (index == LDD_NONE)
            fputs("not found\n", stdout);
        else if (is_known)
            fputs("above\n", stdout);
        else
            put_object(w, index);
    }
    if (index == LDD_NONE || is_known)
        return false;
    w->is_shown[index] = true;
    return true;
}

static void visit(struct walk *w, size_t root)
{
    const struct ldd_object *objects = w->plan->objects;
    int depth = 0;
    if (put_row(w, objects[root].info.name, root, 0))
        w->path[depth++] = (struct step){root, 0};
    while (depth > 0) {
        struct step *at = &w->path[depth - 1];
        const struct ldd_object *object = &objects[at->object];
        if (at->next == object->info.need_count) {
            depth--;
            continue;
        }
        const struct ldd_need *need = &object->needs[at->next++];
        if (put_row(w, need->name, need->object, depth))
            w->path[depth++] = (struct step){need->object, 0};
    }
}

/* Main's tree, and those of what is preloaded. */
static void visit_all(struct walk *w)
{
    const struct ldd_plan *plan = w->plan;
    memset(w->is_shown, 0, plan->object_count * sizeof(bool));
    for (size_t i = 0; i < plan->object_count; i++)
        if (i == 0 || plan->objects[i].is_preloaded)
            visit(w, i);
}

static void put_tree(struct walk *w)
{
    const struct ldd_plan *plan = w->plan;
    w->columns =
        (struct columns){(int)strlen("needed") + 2, (int)strlen("memory") + 2,
                         (int)strlen("table") + 2};
    for (size_t i = 0; i < plan->object_count; i++) {
        const tn_dso_info *info = &plan->objects[i].info;
        char text[96];
        describe_place(text, sizeof(text), info->memory_base,
                       info->memory_bytes, info->memory_align);
        measure(&w->columns.memory, text);
        describe_elements(text, sizeof(text), info);
        measure(&w->columns.table, text);
    }
    w->is_measuring = true;
    visit_all(w);
    w->is_measuring = false;
    printf("%-*s%-*s%-*sfile, or its name\n", w->columns.name, "needed",
           w->columns.memory, "memory", w->columns.table, "table");
    visit_all(w);
}

static bool walk_tree(const struct ldd_plan *plan)
{
    struct walk w = {
        .plan = plan,
        .is_shown = calloc(plan->object_count, sizeof(w.is_shown[0])),
        .path = calloc(plan->object_count, sizeof(w.path[0])),
    };
    bool has_room = w.is_shown != NULL && w.path != NULL;
    if (has_room)
        put_tree(&w);
    free(w.is_shown);
    free(w.path);
    return has_room;
}

/* --- Bindings --------------------------------------------------------------- */

static void put_import(const struct ldd_import *import)
{
    put_text(stdout, import->name);
    if (import->type[0] != '\0') {
        putchar(' ');
        put_text(stdout, import->type);
    }
}

static void put_symbols(const struct ldd_plan *plan,
                        const struct ldd_pair *pair)
{
    const struct ldd_object *object = &plan->objects[pair->from];
    for (size_t i = 0; i < object->import_count; i++) {
        if (!ldd_is_of_pair(pair, &object->imports[i]))
            continue;
        printf("    %-9s", ldd_use_name(object->imports[i].kind));
        put_import(&object->imports[i]);
        putchar('\n');
    }
}

/* What all share, every object has: only -v tells it. */
static void put_bindings(const struct ldd_plan *plan)
{
    const char *title = "\nbindings\n";
    for (size_t i = 0; i < plan->pair_count; i++) {
        const struct ldd_pair *pair = &plan->pairs[i];
        if (pair->source == LDD_SPACE && !plan->is_verbose)
            continue;
        printf("%s  ", title);
        title = "";
        put_text(stdout, plan->objects[pair->from].info.name);
        fputs(" -> ", stdout);
        ldd_put_target(stdout, plan, pair);
        fputs(": ", stdout);
        ldd_put_counts(stdout, pair);
        putchar('\n');
        if (plan->is_verbose)
            put_symbols(plan, pair);
    }
}

/* --- What nobody defines ---------------------------------------------------- */

static void put_misses(const struct ldd_plan *plan,
                       const struct ldd_import *import)
{
    struct ldd_miss misses[LDD_MISSES];
    size_t count = ldd_misses(plan, import, misses);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "      near: " : "            ", stdout);
        printf("%s ", ldd_kind_name(misses[i].kind));
        put_text(stdout, misses[i].name);
        if (misses[i].type[0] != '\0') {
            putchar(' ');
            put_text(stdout, misses[i].type);
        }
        fputs(" of ", stdout);
        put_text(stdout, plan->objects[misses[i].object].info.name);
        putchar('\n');
        ldd_miss_drop(&misses[i]);
    }
}

/* "main.wasm: function f (i32) -> i32", and who has it otherwise. */
static void put_unbound(const struct ldd_plan *plan, size_t from,
                        const struct ldd_import *import)
{
    fputs("  ", stdout);
    put_text(stdout, plan->objects[from].info.name);
    printf(": %s ", ldd_kind_name(import->kind));
    put_import(import);
    bool is_of_env = strcmp(import->module, "env") == 0 ||
                     strncmp(import->module, "GOT.", 4) == 0;
    if (!is_of_env) {
        fputs(" of module ", stdout);
        put_text(stdout, import->module);
    }
    if (import->fault == TN_FAULT_KIND || import->fault == TN_FAULT_TYPE) {
        fputs("; ", stdout);
        put_text(stdout, import->other == LDD_NONE
                             ? "the host"
                             : plan->objects[import->other].info.name);
        printf(" has it as a %s ", ldd_kind_name(import->other_kind));
        put_text(stdout, import->other_type);
    }
    putchar('\n');
    if (import->fault == TN_FAULT_MISSING)
        put_misses(plan, import);
}

/* Those that end the load, those that a call would meet, and weak ones. */
enum unbound {
    UNBOUND_FATAL,
    UNBOUND_LAZY,
    UNBOUND_WEAK
};

static bool is_unbound(const struct ldd_import *import, enum unbound which)
{
    if (import->source != LDD_NOBODY)
        return false;
    return which == (import->is_fatal                 ? UNBOUND_FATAL
                     : import->fault != TN_FAULT_NONE ? UNBOUND_LAZY
                                                      : UNBOUND_WEAK);
}

static void put_all_unbound(const struct ldd_plan *plan, enum unbound which)
{
    static const char *const titles[] = {
        "\nunresolved: the program cannot be loaded\n",
        "\nunresolved: a call, if there is one, traps\n",
        "\nweak, and nobody defines them: their address is 0, a call traps\n"};
    const char *title = titles[which];
    for (size_t k = 0; k < plan->object_count; k++) {
        const struct ldd_object *object = &plan->objects[k];
        for (size_t i = 0; i < object->import_count; i++) {
            if (!is_unbound(&object->imports[i], which))
                continue;
            fputs(title, stdout);
            title = "";
            put_unbound(plan, k, &object->imports[i]);
        }
    }
}

/* --- Places ----------------------------------------------------------------- */

static void put_regions(const struct ldd_plan *plan)
{
    fputs("\nmemory\n", stdout);
    for (size_t i = 0; i < plan->region_count; i++) {
        const struct ldd_region *region = &plan->regions[i];
        char at[24];
        snprintf(at, sizeof(at), "0x%llx", (unsigned long long)region->at);
        printf("  %-12s +%-10llu ", at, (unsigned long long)region->size);
        if (region->object != LDD_NONE)
            put_text(stdout, plan->objects[region->object].info.name);
        else
            fputs(region->what, stdout);
        if (strcmp(region->what, "tls") == 0)
            fputs(", thread-local", stdout);
        putchar('\n');
    }
}

/* Modules of the set that are not loaded. */
static void put_members(const struct ldd_plan *plan, enum ldd_member which,
                        const char *title)
{
    for (size_t i = 0; i < plan->set->count; i++) {
        if (plan->members[i] != which)
            continue;
        printf("%s  ", title);
        title = "";
        put_text(stdout, plan->set->modules[i].name);
        putchar('\n');
    }
}

bool ldd_as_text(const struct ldd_plan *plan)
{
    if (!plan->is_linked) {
        put_text(stdout, plan->file);
        fputs(plan->set->count > 1
                  ? ": needs no linker: isolated modules, as tenon inspect "
                    "shows them\n"
                  : ": needs no linker: a module at a fixed place, without "
                    "libraries\n",
              stdout);
        return true;
    }
    if (!walk_tree(plan))
        return false;
    put_bindings(plan);
    put_all_unbound(plan, UNBOUND_FATAL);
    put_all_unbound(plan, UNBOUND_LAZY);
    put_all_unbound(plan, UNBOUND_WEAK);
    put_regions(plan);
    put_members(plan, LDD_OPENABLE,
                "\nneeded by nobody, there for the guest to open\n");
    put_members(plan, LDD_ISOLATED, "\nisolated, with a memory of their own\n");
    return true;
}
