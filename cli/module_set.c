/* module_set.c - names, and who resolves what. */
#include "module_set.h"

#include "files.h"

#include <stdlib.h>
#include <string.h>

bool is_own_name(const char *name)
{
    static const char *const own[] = {
        "memory",         "_start",     "_initialize",
        "patch_malloc",   "patch_free", "__indirect_function_table",
        "__stack_pointer"};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (strcmp(own[i], name) == 0)
            return true;
    return false;
}

bool is_position_independent(const tn_info *info)
{
    for (size_t i = 0; i < tn_info_import_count(info); i++) {
        tn_item_info item = tn_info_import(info, i);
        if (strcmp(item.module, "env") == 0 &&
            (strcmp(item.name, "__memory_base") == 0 ||
             strcmp(item.name, "__table_base") == 0))
            return true;
    }
    return false;
}

const char *kind_name(tn_externkind kind)
{
    static const char *const names[] = {"func", "table", "memory", "global",
                                        "tag"};
    return (size_t)kind < 5 ? names[kind] : "?";
}

static bool find_export(const struct set_module *module, const char *name,
                        tn_item_info *out)
{
    for (size_t i = 0; i < tn_info_export_count(module->info); i++) {
        *out = tn_info_export(module->info, i);
        if (strcmp(out->name, name) == 0)
            return true;
    }
    return false;
}

static void name_module(struct set_module *module, size_t index)
{
    const char *name = tn_info_name(module->info);
    size_t size = strlen(name);
    if (ends_with(name, ".wasm"))
        size -= 5;
    module->is_unnamed = size == 0;
    if (size == 0)
        snprintf(module->name, sizeof(module->name), "m%zu", index);
    else
        snprintf(module->name, sizeof(module->name), "%.*s", (int)size, name);
}

tn_status set_add(struct set *set, const void *bytes, size_t size,
                  tn_error *err)
{
    struct set_module module = {.bytes = bytes, .size = size};
    tn_item_info start;
    tn_status status = tn_info_read(bytes, size, &module.info, err);
    if (status != TN_OK)
        return status;
    struct set_module *modules =
        realloc(set->modules, (set->count + 1) * sizeof(module));
    if (modules == NULL) {
        tn_info_free(module.info);
        *err = (tn_error){TN_E_NOMEM, TN_NO_OFFSET, "out of memory"};
        return TN_E_NOMEM;
    }
    name_module(&module, set->count);
    module.is_command = find_export(&module, "_start", &start);
    set->modules = modules;
    set->modules[set->count++] = module;
    return TN_OK;
}

bool set_of_package(const struct report *report, const char *file,
                    const tn_package *package, struct set *out)
{
    *out = (struct set){NULL, 0};
    for (size_t i = 0; i < tn_package_module_count(package); i++) {
        size_t size;
        tn_error err = {0};
        char subject[4096];
        const void *bytes = tn_package_module(package, i, &size);
        if (set_add(out, bytes, size, &err) == TN_OK)
            continue;
        snprintf(subject, sizeof(subject), "%s: module %zu", file, i);
        report_failure(report, NULL,
                       tn_package_module_count(package) > 1 ? subject : file,
                       &err);
        set_free(out);
        return false;
    }
    return true;
}

/* A package is not trusted to name files: only plain letters, digits and
 * `_ - .` are taken over, and the position comes first. */
void set_file_name(const struct set *set, size_t i, char *out, size_t room)
{
    const char *name = set->modules[i].name;
    int width = set->count > 100 ? 3 : set->count > 10 ? 2 : 1;
    size_t safe = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
    snprintf(out, room, "%0*zu-%.*s.wasm", width, i, name[safe] ? 6 : (int)safe,
             name[safe] ? "module" : name);
}

void set_free(struct set *set)
{
    for (size_t i = 0; i < set->count; i++)
        tn_info_free(set->modules[i].info);
    free(set->modules);
    *set = (struct set){NULL, 0};
}

/* True when the module exports what is imported. `*is_other`: it exports the
 * name, as something else. */
static bool fits(const struct set_module *module, const tn_item_info *import,
                 bool *is_other)
{
    tn_item_info found;
    if (!find_export(module, import->name, &found))
        return false;
    bool is_same = found.kind == import->kind;
    if (is_same &&
        (found.kind == TN_EXTERN_MEMORY || found.kind == TN_EXTERN_TABLE))
        is_same = found.limits.is_64 == import->limits.is_64;
    else
        is_same = is_same && strcmp(found.type, import->type) == 0;
    *is_other |= !is_same;
    return is_same;
}

/* The import names a module that is there: that one has it, or nobody. */
static struct resolution resolve_named(const struct set *set, size_t named,
                                       const tn_item_info *import)
{
    bool is_other = false;
    bool fit = fits(&set->modules[named], import, &is_other);
    return (struct resolution){fit        ? ORIGIN_MODULE
                               : is_other ? ORIGIN_TYPE
                                          : ORIGIN_MISSING,
                               named, false};
}

/* By the export's name alone: from anybody for "env" and "", else only from
 * modules without a name; exactly one must fit. */
static struct resolution resolve_by_export(const struct set *set,
                                           size_t importer,
                                           const tn_item_info *import,
                                           const char *from)
{
    struct resolution result = {ORIGIN_MISSING, 0, false};
    bool is_open = from[0] == '\0' || strcmp(from, "env") == 0;
    if (is_own_name(import->name))
        return result;
    for (size_t i = 0; i < set->count; i++) {
        bool is_other = false;
        if (i == importer)
            continue;
        bool fit = fits(&set->modules[i], import, &is_other);
        if (fit && (is_open || set->modules[i].is_unnamed)) {
            if (result.origin == ORIGIN_MODULE)
                return (struct resolution){ORIGIN_AMBIGUOUS, i, false};
            result = (struct resolution){ORIGIN_MODULE, i, false};
        } else if (is_other && result.origin == ORIGIN_MISSING) {
            result = (struct resolution){ORIGIN_TYPE, i, false};
        }
    }
    return result;
}

struct resolution set_resolve(const struct set *set, size_t importer,
                              const tn_item_info *import)
{
    bool is_bytes = import->kind == TN_EXTERN_FUNC &&
                    strncmp(import->module, "bytes:", 6) == 0;
    const char *from = import->module + (is_bytes ? 6 : 0);
    size_t named = set->count;
    if (strcmp(import->module, "wasi_snapshot_preview1") == 0)
        return (struct resolution){ORIGIN_HOST, 0, false};
    for (size_t i = 0; i < set->count; i++) {
        if (i == importer || strcmp(set->modules[i].name, from) != 0)
            continue;
        if (named != set->count)
            return (struct resolution){ORIGIN_AMBIGUOUS, i, is_bytes};
        named = i;
    }
    struct resolution result =
        named != set->count ? resolve_named(set, named, import)
                            : resolve_by_export(set, importer, import, from);
    if (result.origin == ORIGIN_MODULE && import->kind == TN_EXTERN_FUNC &&
        set->modules[result.module].is_command && result.module != 0)
        result.origin = ORIGIN_COMMAND;
    result.is_bytes = is_bytes;
    return result;
}
