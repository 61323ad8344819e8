/* cmd_pack.c - `tenon pack`: writes, lists and extracts packages. */
#include "files.h"
#include "pack_check.h"
#include "verbs.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct pack_options {
    const char *output, *extract;
    bool is_list;
};

static const struct option options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(struct pack_options, output), "OUT",
     "the package to write; OUT.br is compressed"},
    {"list", 0, OPTION_FLAG, offsetof(struct pack_options, is_list), NULL,
     "list the modules of the package FILE"},
    {"extract", 0, OPTION_TEXT, offsetof(struct pack_options, extract), "DIR",
     "write the modules of the package FILE into DIR"},
    {0},
};

const struct usage usage_pack = {
    "pack",
    "-o OUT A.wasm B.wasm...  |  --list FILE  |  --extract DIR FILE",
    "Puts modules into one package, the one to start first, and writes its\n"
    "hash beside it (OUT.sha256), which tenon run checks. Warns of what will\n"
    "not join well.",
    options,
    "  tenon pack -o app.pmod main.wasm db.wasm zip.wasm\n"
    "  tenon pack -o app.pmod.br main.wasm db.wasm\n"
    "  tenon pack --list app.pmod\n"
    "  tenon pack --extract modules app.pmod\n",
    false,
};

/* The modules named on the command line. */
struct inputs {
    const struct text_list *files;
    struct file_bytes *bytes; /* of each file */
    struct set set;
};

static bool is_wrong_module(const struct report *report, const char *file,
                            const struct file_bytes *bytes)
{
    tn_error err = {0};
    tn_status status =
        tn_validate(bytes->at, bytes->size, tn_features_default(), &err);
    if (status == TN_E_FEATURE)
        report_warning(report, "%s: %s: this build cannot run it", file,
                       err.text);
    else if (status != TN_OK)
        report_failure(report, NULL, file, &err);
    return status != TN_OK && status != TN_E_FEATURE;
}

static int read_input(const struct report *report, struct inputs *inputs,
                      size_t i)
{
    const char *file = inputs->files->at[i];
    struct file_bytes *bytes = &inputs->bytes[i];
    tn_error err = {0};
    if (strchr(file, '=') != NULL && access(file, F_OK) != 0)
        return report_usage(report,
                            "%s: this version of packages has no names; a "
                            "module is called as its name section says",
                            file);
    if (!read_module(report, file, bytes) ||
        is_wrong_module(report, file, bytes))
        return STATUS_FAILED;
    if (set_add(&inputs->set, bytes->at, bytes->size, &err) != TN_OK)
        return report_failure(report, NULL, file, &err);
    return STATUS_OK;
}

/* What OUT.sha256 holds, as `sha256sum -c` reads it: the hash is of the raw
 * bytes, so for OUT.br it names OUT. */
static int hash_line(char *line, size_t room, const char *output,
                     const char *hash)
{
    int size = (int)strlen(base_name(output));
    if (ends_with(output, ".br"))
        size -= 3;
    return snprintf(line, room, "%s  %.*s\n", hash, size, base_name(output));
}

/* OUT and its hash. Whenever this is killed, what lies there can be run: both
 * are on the disk before the first is put in its place, and an old hash,
 * which would damn the new package, goes before that comes. No hash (null) is
 * written where this build can make none. */
static bool write_pair(const struct report *report, const char *output,
                       const tn_text *package, const char *hash)
{
    size_t room = strlen(output) + 96;
    char *side = malloc(room), *line = malloc(room);
    char *staged = NULL, *staged_side = NULL;
    bool is_written = false;
    if (side != NULL && line != NULL) {
        snprintf(side, room, "%s.sha256", output);
        size_t size = hash ? (size_t)hash_line(line, room, output, hash) : 0;
        is_written =
            stage_file(report, output, package->at, package->size, &staged) &&
            (!hash || stage_file(report, side, line, size, &staged_side));
        if (is_written)
            unlink(side);
        is_written = is_written && place_file(report, staged, output) &&
                     (!hash || place_file(report, staged_side, side));
        if (is_written)
            sync_directory(output);
    } else {
        report_error(report, "memory", "out of memory");
    }
    drop_staged(staged);
    drop_staged(staged_side);
    free(side);
    free(line);
    return is_written;
}

/* Builds without libcrypto pack all the same. */
static bool can_hash(void)
{
    char hash[TN_SHA256_HEX];
    return tn_sha256("", 0, hash, NULL) == TN_OK;
}

static int write_package(const struct report *report, const char *output,
                         const struct inputs *inputs, tn_bytes *modules)
{
    tn_error err = {0};
    tn_text text = {0};
    char space[TN_SHA256_HEX], *hash = can_hash() ? space : NULL;
    uint64_t raw_size = 0;
    size_t count = inputs->set.count;
    for (size_t i = 0; i < count; i++) {
        modules[i] = (tn_bytes){inputs->bytes[i].at, inputs->bytes[i].size};
        raw_size += modules[i].size;
    }
    if (tn_package_write(modules, count, ends_with(output, ".br"), &text, hash,
                         &err) != TN_OK)
        return report_failure(report, NULL, output, &err);
    bool is_written = write_pair(report, output, &text, hash);
    if (is_written) {
        for (size_t i = 0; i < count; i++) {
            printf("%9zu  ", inputs->set.modules[i].size);
            put_text(stdout, inputs->set.modules[i].name);
            putchar('\n');
        }
        printf("%9zu  %s, %zu modules of %llu bytes\n", text.size, output,
               count, (unsigned long long)raw_size);
        printf("sha256 %s\n", hash ? hash : "not known to this build");
    }
    tn_text_free(&text);
    return is_written ? STATUS_OK : STATUS_FAILED;
}

static int pack(const struct report *report, const char *output,
                const struct text_list *files)
{
    struct inputs inputs = {
        files, calloc(files->count, sizeof(*inputs.bytes)), {NULL, 0}};
    tn_bytes *modules = calloc(files->count, sizeof(*modules));
    int status = STATUS_OK;
    if (inputs.bytes == NULL || modules == NULL) {
        report_error(report, "memory", "out of memory");
        status = STATUS_FAILED;
    }
    for (size_t i = 0; i < files->count && status == STATUS_OK; i++)
        status = read_input(report, &inputs, i);
    if (status == STATUS_OK) {
        pack_check(report, &inputs.set);
        status = write_package(report, output, &inputs, modules);
    }
    set_free(&inputs.set);
    for (size_t i = 0; inputs.bytes != NULL && i < files->count; i++)
        free(inputs.bytes[i].at);
    free(inputs.bytes);
    free(modules);
    return status;
}

static void list_set(const struct set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        printf("%3zu %9zu  ", i, set->modules[i].size);
        put_text(stdout, set->modules[i].name);
        puts(set->modules[i].is_command ? " (command)" : "");
    }
}

static int extract_set(const struct report *report, const char *folder,
                       const struct set *set)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return report_error(report, "io", "%s: %s", folder, strerror(errno));
    for (size_t i = 0; i < set->count; i++) {
        char name[192], path[4096];
        set_file_name(set, i, name, sizeof(name));
        int size = snprintf(path, sizeof(path), "%s/%s", folder, name);
        if (size < 0 || (size_t)size >= sizeof(path))
            return report_error(report, "io", "%s: name too long", folder);
        if (!write_file(report, path, set->modules[i].bytes,
                        set->modules[i].size))
            return STATUS_FAILED;
        puts(path);
    }
    return STATUS_OK;
}

/* --list and --extract. */
static int unpack(const struct report *report, const struct pack_options *o,
                  const char *file)
{
    tn_package *package;
    struct set set;
    int status = STATUS_FAILED;
    if (!open_package(report, file, NULL, &package))
        return STATUS_FAILED;
    if (set_of_package(report, file, package, &set)) {
        status = STATUS_OK;
        if (o->is_list)
            list_set(&set);
        if (o->extract != NULL)
            status = extract_set(report, o->extract, &set);
        set_free(&set);
    }
    tn_package_free(package);
    return status;
}

int cmd_pack(struct report *report, char **argv)
{
    struct pack_options o = {0};
    struct text_list files;
    enum parsed parsed = parse_options(report, &usage_pack, &o, argv, &files);
    if (parsed != PARSED_OK)
        return parsed == PARSED_HELP ? STATUS_OK : STATUS_USAGE;
    bool is_unpack = o.is_list || o.extract != NULL;
    if (is_unpack && (o.output != NULL || files.count != 1))
        return report_usage(report, "--list and --extract take one FILE");
    if (is_unpack)
        return unpack(report, &o, files.at[0]);
    if (o.output == NULL || files.count == 0)
        return report_usage(report, "pack needs -o OUT and modules; see "
                                    "tenon help pack");
    if (strcmp(o.output, "-") == 0)
        return report_usage(report, "pack writes two files, OUT and its hash: "
                                    "-o needs a name, not -");
    for (size_t i = 0; i < files.count; i++)
        if (is_same_file(files.at[i], o.output))
            return report_usage(
                report, "%s would be overwritten by its package", files.at[i]);
    return pack(report, o.output, &files);
}
