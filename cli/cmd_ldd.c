/* cmd_ldd.c - `tenon ldd`: what would be linked to what.
 *
 * The linker makes a plan, by the rules by which it would load: objects have
 * places and imports are resolved, but no instance is made and nothing runs. */
#include "files.h"
#include "ldd.h"
#include "verbs.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(name) offsetof(struct ldd_options, name)
static const struct option options[] = {
    {"bindings", 'v', OPTION_FLAG, FIELD(is_verbose), NULL,
     "each symbol that is bound, not only how many"},
    {"format", 0, OPTION_TEXT, FIELD(format), "FORMAT",
     "text, json (for programs) or dot (for Graphviz)"},
    {"dyld-path", 0, OPTION_LIST, FIELD(dyld_paths), "DIR",
     "where libraries are searched, before FILE's folder"},
    {"dyld-bindnow", 0, OPTION_FLAG, FIELD(is_bind_now), NULL,
     "undefined functions are errors, as in tenon run"},
    {"preload", 0, OPTION_LIST, FIELD(preload), "[NAME=]PATH",
     "one more library, bound before the others"},
    {0},
};
#undef FIELD

const struct usage usage_ldd = {
    "ldd",
    "[options] FILE",
    "Shows what tenon run would link, and runs nothing: the libraries that\n"
    "FILE needs and where each would lie in the one memory and table; who\n"
    "binds how many symbols of whom; what nobody defines, and what has nearly\n"
    "its name; the map of the memory. FILE is a module or a package.\n"
    "\n"
    "A library is searched in the package, in each --dyld-path, beside FILE, "
    "in\n"
    "the RUNTIME_PATH of the module that needs it, and beside that. Places "
    "are\n"
    "BASE +SIZE /ALIGNMENT. The status is 1 when a library is not found, or\n"
    "something is undefined by which the program cannot be loaded.",
    options,
    "  tenon ldd main.wasm\n"
    "  tenon ldd -v --dyld-path lib main.wasm         each symbol\n"
    "  tenon ldd --dyld-bindnow plugin.so             is all defined?\n"
    "  tenon ldd --format dot main.wasm | dot -Tsvg > main.svg\n",
    false,
};

/* One `tenon ldd`. */
struct ldd {
    struct report *report;
    struct ldd_options options;
    const char *file;
    tn_package *package;
    struct preloads preloads;
    struct set set;               /* of the package, then what is preloaded */
    enum ldd_member *members;     /* of each of the set */
    size_t packed;                /* how many are of the package */
    size_t root;                  /* the main one of the space */
    char folder[4096];            /* of the file */
    tn_named_module *behind_main; /* what is preloaded into the space */
    tn_engine *engine;
    tn_store *store;
    tn_wasi *wasi;
    tn_imports *imports;
    tn_linker *linker;
    tn_space *space;
};

static int no_memory(const struct ldd *l)
{
    return report_error(l->report, "memory", "out of memory");
}

/* --- Which modules are linked ----------------------------------------------- */

static bool imports_of(const tn_info *info, const char *module)
{
    for (size_t i = 0; i < tn_info_import_count(info); i++)
        if (strcmp(tn_info_import(info, i).module, module) == 0)
            return true;
    return false;
}

/* A main module at a fixed place that was linked with libraries. */
static bool needs_libraries(const tn_info *info)
{
    for (size_t i = 0; i < tn_info_section_count(info); i++)
        if (strcmp(tn_info_section(info, i).name, "dylink.0") == 0)
            return true;
    return imports_of(info, "GOT.mem") || imports_of(info, "GOT.func");
}

static int read_set(struct ldd *l)
{
    if (!open_package(l->report, l->file, NULL, &l->package) ||
        !set_of_package(l->report, l->file, l->package, &l->set))
        return STATUS_FAILED;
    l->packed = l->set.count;
    int status = preloads_open(l->report, &l->options.preload, &l->preloads);
    for (size_t i = 0; i < l->preloads.count && status == STATUS_OK; i++) {
        tn_bytes bytes = l->preloads.at[i].bytes;
        tn_error err = {0};
        if (set_add(&l->set, bytes.at, bytes.size, &err) != TN_OK)
            return report_failure(l->report, NULL, l->preloads.names[i], &err);
        struct set_module *module = &l->set.modules[l->set.count - 1];
        snprintf(module->name, sizeof(module->name), "%s",
                 l->preloads.names[i]);
        module->is_unnamed = false;
    }
    return status;
}

/* False if nothing is to be linked. */
static bool choose_root(struct ldd *l)
{
    l->root = l->set.count;
    for (size_t i = 0; i < l->set.count; i++) {
        const tn_info *info = l->set.modules[i].info;
        if (is_position_independent(info) || (i == 0 && needs_libraries(info)))
            l->members[i] = LDD_OPENABLE;
        if (l->members[i] != LDD_ISOLATED && l->root == l->set.count &&
            i < l->packed)
            l->root = i;
    }
    return l->root != l->set.count;
}

/* --- The plan ---------------------------------------------------------------- */

static tn_status find_in_set(void *ctx, const char *name, const char *needed_by,
                             tn_bytes *out, tn_error *err)
{
    const struct ldd *l = ctx;
    (void)needed_by, (void)err;
    for (size_t i = 0; i < l->set.count; i++) {
        const struct set_module *module = &l->set.modules[i];
        if (l->members[i] == LDD_ISOLATED || i == l->root ||
            (strcmp(module->name, base_name(name)) != 0 &&
             strcmp(tn_info_name(module->info), base_name(name)) != 0))
            continue;
        *out = (tn_bytes){module->bytes, module->size};
        return TN_OK;
    }
    return TN_E_NOT_FOUND;
}

static tn_status make_linker(struct ldd *l, tn_error *err)
{
    tn_config config = TN_CONFIG_INIT;
    tn_linker_config linker = TN_LINKER_CONFIG_INIT;
    config.features = tn_features_all();
    linker.find = find_in_set;
    linker.ctx = l;
    linker.paths = l->options.dyld_paths.at;
    linker.path_count = l->options.dyld_paths.count;
    tn_status status = tn_engine_new(&config, &l->engine, err);
    if (status == TN_OK)
        status = tn_store_new(l->engine, NULL, &l->store, err);
    if (status == TN_OK)
        status = tn_wasi_new(l->engine, NULL, &l->wasi, err);
    if (status == TN_OK)
        status = tn_imports_new(l->store, &l->imports, err);
    if (status == TN_OK)
        status = tn_imports_wasi(l->imports, l->wasi, err);
    if (status == TN_OK)
        status = tn_linker_new(l->engine, &linker, &l->linker, err);
    return status;
}

static tn_status make_space(struct ldd *l, tn_error *err)
{
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    const struct set_module *root = &l->set.modules[l->root];
    config.imports = l->imports;
    config.plan_only = true;
    config.bind_now = l->options.is_bind_now;
    config.preload = l->behind_main;
    for (size_t i = l->packed; i < l->set.count; i++)
        if (l->members[i] != LDD_ISOLATED)
            l->behind_main[config.preload_count++] =
                l->preloads.at[i - l->packed];
    bool is_file = l->packed == 1 && strcmp(l->file, "-") != 0;
    tn_named_module main = {is_file ? l->file : root->name,
                            {root->bytes, root->size}};
    return tn_space_new(l->linker, l->store, &main, &config, &l->space, err);
}

/* FILE's folder is the last in which libraries are searched. */
static int add_folder(struct ldd *l)
{
    const char *name = base_name(l->file);
    if (strcmp(l->file, "-") == 0)
        return STATUS_OK;
    size_t size = (size_t)(name - l->file);
    if (size >= sizeof(l->folder))
        return report_error(l->report, "io", "%s: name too long", l->file);
    snprintf(l->folder, sizeof(l->folder), "%.*s", size == 0 ? 1 : (int)size,
             size == 0 ? "." : l->file);
    if (!list_add(&l->options.dyld_paths, l->folder))
        return no_memory(l);
    return STATUS_OK;
}

static int make_plan(struct ldd *l)
{
    tn_error err = {0};
    int status = add_folder(l);
    if (status != STATUS_OK)
        return status;
    if (make_linker(l, &err) != TN_OK || make_space(l, &err) != TN_OK)
        return report_failure(l->report, NULL, shown_path(l->file), &err);
    return STATUS_OK;
}

/* --- Telling ------------------------------------------------------------------ */

static int put_plan(const struct ldd *l, const struct ldd_plan *plan)
{
    const char *format = l->options.format;
    if (format != NULL && strcmp(format, "json") == 0)
        ldd_as_json(plan);
    else if (format != NULL && strcmp(format, "dot") == 0)
        ldd_as_dot(plan);
    else if (!ldd_as_text(plan))
        return no_memory(l);
    if (plan->missing_count == 0 && plan->fatal_count == 0)
        return STATUS_OK;
    return report_error(l->report, "link",
                        "%s cannot be loaded: libraries not found: %zu, "
                        "symbols unresolved: %zu",
                        plan->file, plan->missing_count, plan->fatal_count);
}

static int tell(struct ldd *l)
{
    struct ldd_plan plan = {
        .file = shown_path(l->file),
        .is_verbose = l->options.is_verbose,
        .set = &l->set,
        .root = l->root,
        .members = l->members,
        .space = l->space,
        .is_linked = l->space != NULL,
    };
    int status = !plan.is_linked || ldd_plan_read(&plan, &l->preloads)
                     ? put_plan(l, &plan)
                     : no_memory(l);
    ldd_plan_free(&plan);
    return status;
}

static int ldd(struct ldd *l)
{
    int status = read_set(l);
    if (status != STATUS_OK)
        return status;
    l->members = calloc(l->set.count, sizeof(l->members[0]));
    l->behind_main = calloc(l->set.count, sizeof(l->behind_main[0]));
    if (l->members == NULL || l->behind_main == NULL)
        return no_memory(l);
    if (choose_root(l))
        status = make_plan(l);
    return status == STATUS_OK ? tell(l) : status;
}

static void end(struct ldd *l)
{
    tn_space_free(l->space);
    tn_linker_free(l->linker);
    tn_imports_free(l->imports);
    tn_store_free(l->store);
    tn_wasi_free(l->wasi);
    tn_engine_free(l->engine);
    set_free(&l->set);
    preloads_close(&l->preloads);
    tn_package_free(l->package);
    free(l->members);
    free(l->behind_main);
    free_options(&usage_ldd, &l->options);
}

static bool is_format(const char *format)
{
    return format == NULL || strcmp(format, "text") == 0 ||
           strcmp(format, "json") == 0 || strcmp(format, "dot") == 0;
}

int cmd_ldd(struct report *report, char **argv)
{
    struct ldd l = {.report = report};
    struct text_list files;
    enum parsed parsed =
        parse_options(report, &usage_ldd, &l.options, argv, &files);
    int status = parsed == PARSED_HELP ? STATUS_OK : STATUS_USAGE;
    if (parsed == PARSED_OK && files.count != 1) {
        status = report_usage(report, "ldd takes one FILE; see tenon help ldd");
    } else if (parsed == PARSED_OK && !is_format(l.options.format)) {
        status = report_usage(report,
                              "--format knows text, json and dot, not "
                              "%s",
                              l.options.format);
    } else if (parsed == PARSED_OK) {
        l.file = files.at[0];
        status = ldd(&l);
    }
    end(&l);
    return status;
}
