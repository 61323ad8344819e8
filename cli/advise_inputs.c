/* advise_inputs.c - what is to be joined: files with names, a package, or all
 * modules of a folder. */
#include "advice.h"
#include "files.h"
#include "module_set.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int fail_memory(const struct report *report)
{
    report_error(report, "memory", "out of memory");
    return STATUS_USAGE;
}

/* A text that lives as long as the inputs; null without memory. */
static const char *keep(struct advise_inputs *inputs, const char *text,
                        size_t size)
{
    char **texts =
        realloc(inputs->texts, (inputs->text_count + 1) * sizeof(texts[0]));
    if (texts == NULL)
        return NULL;
    inputs->texts = texts;
    char *copy = malloc(size + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, text, size);
    copy[size] = '\0';
    texts[inputs->text_count++] = copy;
    return copy;
}

static bool add(struct advise_inputs *inputs, const char *name,
                const char *path, tn_bytes module)
{
    size_t count = inputs->count + 1;
    tn_merge_input *at = realloc(inputs->at, count * sizeof(at[0]));
    if (at == NULL)
        return false;
    inputs->at = at;
    const char **paths = realloc(inputs->paths, count * sizeof(paths[0]));
    if (paths == NULL)
        return false;
    inputs->paths = paths;
    if (name == NULL || path == NULL)
        return false;
    at[inputs->count] = (tn_merge_input){name, module};
    paths[inputs->count++] = path;
    return true;
}

/* --- One file ---------------------------------------------------------------- */

/* The name of a file's module: that of the file, less its ending. */
static size_t name_size(const char *file)
{
    static const char *const ends[] = {".wasm", ".wat", ".wasm.br"};
    size_t size = strlen(file);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (ends_with(file, ends[i]) && size > strlen(ends[i]))
            return size - strlen(ends[i]);
    return size;
}

/* The command that makes files of a package's modules, `file` as a shell takes
 * it for one word. Null without memory. */
static const char *extract_command(struct advise_inputs *inputs,
                                   const char *file)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    fputs("tenon pack --extract modules '", out);
    for (; *file != '\0'; file++)
        if (*file == '\'')
            fputs("'\\''", out);
        else
            putc(*file, out);
    putc('\'', out);
    const char *kept = fclose(out) == 0 ? keep(inputs, text, size) : NULL;
    free(text);
    return kept;
}

/* The modules of a package, in the files to which tenon pack extracts them. */
static int add_package(const struct report *report, const char *file,
                       const tn_package *package, struct advise_inputs *inputs)
{
    struct set set;
    if (!set_of_package(report, file, package, &set))
        return STATUS_USAGE;
    inputs->extract = extract_command(inputs, file);
    bool is_kept = inputs->extract != NULL;
    for (size_t i = 0; i < set.count && is_kept; i++) {
        const struct set_module *module = &set.modules[i];
        char name[192], path[256];
        set_file_name(&set, i, name, sizeof(name));
        snprintf(path, sizeof(path), "modules/%s", name);
        is_kept = add(inputs, keep(inputs, module->name, strlen(module->name)),
                      keep(inputs, path, strlen(path)),
                      (tn_bytes){module->bytes, module->size});
    }
    set_free(&set);
    return is_kept ? STATUS_OK : fail_memory(report);
}

/* Takes the package over. */
static bool keep_package(struct advise_inputs *inputs, tn_package *package)
{
    tn_package **packages =
        realloc(inputs->packages,
                (inputs->package_count + 1) * sizeof(inputs->packages[0]));
    if (packages == NULL) {
        tn_package_free(package);
        return false;
    }
    inputs->packages = packages;
    packages[inputs->package_count++] = package;
    return true;
}

/* `is_alone`: it may be a package of several modules. */
static int add_file(const struct report *report, const char *given,
                    bool is_alone, struct advise_inputs *inputs)
{
    const char *equals = strchr(given, '=');
    const char *slash = strchr(given, '/');
    bool is_named = equals != NULL && (slash == NULL || equals < slash);
    const char *path = is_named ? equals + 1 : given;
    tn_package *package;
    if (is_named && (equals == given || path[0] == '\0'))
        return report_usage(report, "%s: NAME=FILE is meant", given);
    if (!open_package(report, path, NULL, &package))
        return STATUS_USAGE;
    if (!keep_package(inputs, package))
        return fail_memory(report);
    if (tn_package_module_count(package) != 1 && (is_named || !is_alone))
        return report_usage(report,
                            "%s is a package of %zu modules: it stands alone",
                            path, tn_package_module_count(package));
    if (tn_package_module_count(package) != 1)
        return add_package(report, path, package, inputs);
    const char *name = is_named ? given : base_name(path);
    tn_bytes module;
    module.at = tn_package_module(package, 0, &module.size);
    bool is_kept =
        add(inputs,
            keep(inputs, name,
                 is_named ? (size_t)(equals - given) : name_size(name)),
            keep(inputs, path, strlen(path)), module);
    return is_kept ? STATUS_OK : fail_memory(report);
}

/* --- A folder ---------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The paths of its modules, in `out`, sorted. */
static bool list_folder(struct advise_inputs *inputs, const char *path,
                        DIR *folder, struct text_list *out)
{
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        char file[4096];
        struct stat about;
        int size = snprintf(file, sizeof(file), "%s%s%s", path,
                            ends_with(path, "/") ? "" : "/", entry->d_name);
        if (!ends_with(entry->d_name, ".wasm") || size < 0 ||
            (size_t)size >= sizeof(file) || stat(file, &about) != 0 ||
            !S_ISREG(about.st_mode))
            continue;
        const char *kept = keep(inputs, file, (size_t)size);
        if (kept == NULL || !list_add(out, kept))
            return false;
    }
    if (out->count > 0)
        qsort(out->at, out->count, sizeof(out->at[0]), compare_texts);
    return true;
}

static int add_folder(const struct report *report, const char *path,
                      struct advise_inputs *inputs)
{
    struct text_list files = {NULL, 0};
    DIR *folder = opendir(path);
    int status = STATUS_OK;
    if (folder == NULL) {
        report_error(report, "io", "%s: %s", path, strerror(errno));
        return STATUS_USAGE;
    }
    if (!list_folder(inputs, path, folder, &files))
        status = fail_memory(report);
    closedir(folder);
    for (size_t i = 0; i < files.count && status == STATUS_OK; i++)
        status = add_file(report, files.at[i], false, inputs);
    if (status == STATUS_OK && files.count == 0)
        status = report_usage(report, "%s: no .wasm in this folder", path);
    free(files.at);
    return status;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Others import by these names. */
static int check_names(const struct report *report,
                       const struct advise_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(inputs->at[i].name, inputs->at[k].name) == 0)
                return report_usage(report,
                                    "%s and %s are both called %s; name them: "
                                    "NAME=FILE",
                                    inputs->paths[k], inputs->paths[i],
                                    inputs->at[i].name);
    return STATUS_OK;
}

int advise_inputs_open(struct report *report, const struct text_list *files,
                       struct advise_inputs *out)
{
    int status = STATUS_OK;
    *out = (struct advise_inputs){0};
    if (files->count == 1 && is_folder(files->at[0]))
        status = add_folder(report, files->at[0], out);
    else
        for (size_t i = 0; i < files->count && status == STATUS_OK; i++)
            status = add_file(report, files->at[i], files->count == 1, out);
    return status == STATUS_OK ? check_names(report, out) : status;
}

void advise_inputs_close(struct advise_inputs *inputs)
{
    for (size_t i = 0; i < inputs->package_count; i++)
        tn_package_free(inputs->packages[i]);
    for (size_t i = 0; i < inputs->text_count; i++)
        free(inputs->texts[i]);
    free(inputs->packages);
    free(inputs->texts);
    free(inputs->paths);
    free(inputs->at);
}
