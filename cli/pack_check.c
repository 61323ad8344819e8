/* pack_check.c - warnings of `tenon pack`. */
#include "pack_check.h"

#include "files.h"

#include <stdlib.h>
#include <string.h>

/* Modules that are position independent meet in one space: what they have in
 * common there, and what each finds, is the dynamic linker's to tell. */
static bool is_linkers_import(const tn_item_info *item)
{
    return strcmp(item->module, "env") == 0 ||
           strncmp(item->module, "GOT.", 4) == 0;
}

/* One exported function of one module. */
struct entry {
    const char *name;
    size_t module;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    if (order != 0)
        return order;
    return (left->module > right->module) - (left->module < right->module);
}

static size_t collect_exports(const struct set *set, struct entry *entries)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        const tn_info *info = set->modules[i].info;
        if (is_position_independent(info))
            continue;
        for (size_t e = 0; e < tn_info_export_count(info); e++) {
            tn_item_info item = tn_info_export(info, e);
            if (item.kind == TN_EXTERN_FUNC && !is_own_name(item.name))
                entries[count++] = (struct entry){item.name, i};
        }
    }
    return count;
}

/* A call from outside goes to the first module that exports the name; an
 * import by export name has no answer at all. */
static void check_exports(const struct report *report, const struct set *set)
{
    size_t room = 0;
    for (size_t i = 0; i < set->count; i++)
        room += tn_info_export_count(set->modules[i].info);
    struct entry *entries = calloc(room + 1, sizeof(*entries));
    if (entries == NULL)
        return;
    size_t count = collect_exports(set, entries);
    qsort(entries, count, sizeof(*entries), compare_entries);
    for (size_t i = 1; i < count; i++)
        if (strcmp(entries[i - 1].name, entries[i].name) == 0)
            report_warning(report,
                           "%s and %s both export %s; #%zu:%s is the "
                           "second one's",
                           set->modules[entries[i - 1].module].name,
                           set->modules[entries[i].module].name,
                           entries[i].name, entries[i].module, entries[i].name);
    free(entries);
}

static void check_names(const struct report *report, const struct set *set)
{
    for (size_t i = 0; i < set->count && set->count > 1; i++) {
        const struct set_module *module = &set->modules[i];
        if (module->is_unnamed)
            report_warning(report,
                           "module %zu has no name; it is called %s "
                           "here (wasm-ld names it for its output "
                           "file, unless it is stripped)",
                           i, module->name);
        size_t j = 0;
        while (strcmp(set->modules[j].name, module->name) != 0)
            j++;
        if (j < i)
            report_warning(report,
                           "modules %zu and %zu are both named %s: nobody can "
                           "import from them by that name",
                           j, i, module->name);
    }
}

static const char *complaint(enum origin origin)
{
    switch (origin) {
    case ORIGIN_HOST:
    case ORIGIN_MODULE:
        return NULL;
    case ORIGIN_MISSING:
        return "nobody has it";
    case ORIGIN_TYPE:
        return "nobody has it with this type";
    case ORIGIN_AMBIGUOUS:
        return "several modules have it; import it from one by its name";
    case ORIGIN_COMMAND:
        return "only a command has it; build that one as a reactor";
    }
    return NULL;
}

static void check_imports(const struct report *report, const struct set *set,
                          size_t module)
{
    const struct set_module *m = &set->modules[module];
    for (size_t i = 0; i < tn_info_import_count(m->info); i++) {
        tn_item_info item = tn_info_import(m->info, i);
        if (is_linkers_import(&item) && is_position_independent(m->info))
            continue;
        const char *words = complaint(set_resolve(set, module, &item).origin);
        if (words != NULL)
            report_warning(report, "%s imports \"%s\" \"%s\" %s: %s", m->name,
                           item.module, item.name, item.type, words);
    }
}

/* The usual start file of a command makes the linker wrap each export. */
static void check_wrappers(const struct report *report,
                           const struct set_module *module)
{
    size_t count = 0;
    for (size_t i = 0; i < tn_info_export_count(module->info); i++) {
        tn_item_info item = tn_info_export(module->info, i);
        if (item.kind == TN_EXTERN_FUNC &&
            ends_with(tn_info_function_name(module->info, item.index),
                      ".command_export"))
            count++;
    }
    if (count > 0)
        report_warning(report,
                       "%s: exports are wrapped (*.command_export, %zu of "
                       "them): each call runs constructors and destructors "
                       "again and loses what was allocated; link it with a "
                       "start file that calls __wasm_call_ctors once",
                       module->name, count);
}

void pack_check(const struct report *report, const struct set *set)
{
    check_names(report, set);
    check_exports(report, set);
    for (size_t i = 0; i < set->count; i++) {
        check_imports(report, set, i);
        check_wrappers(report, &set->modules[i]);
    }
}
