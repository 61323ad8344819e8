/* cmd_merge.c - `tenon merge`: several modules become one file. */
#include "files.h"
#include "merge.h"
#include "proposals.h"
#include "target_option.h"
#include "verbs.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELD(name) offsetof(struct merge_arguments, name)
static const struct option options[] = {
    {"output", 'o', OPTION_TEXT, FIELD(output), "FILE",
     "write there instead of standard output"},
    {"wasi", 0, OPTION_FLAG, FIELD(with_wasi), NULL,
     "programs that use WASI: shims, and one _start for all"},
    {"export", 'e', OPTION_LIST, FIELD(exports), "MODULE:NAME[=NEW]",
     "export this, nothing else; both may be *"},
    {"rename-export-conflicts", 0, OPTION_FLAG, FIELD(is_renaming), NULL,
     "the later of two is MODULE.NAME: so it is anyway"},
    {"skip-export-conflicts", 0, OPTION_FLAG, FIELD(is_skipping), NULL,
     "the later of two is no export; imports may mean it"},
    {"fail-export-conflicts", 0, OPTION_FLAG, FIELD(is_failing), NULL,
     "two exports of one name are an error"},
    {"bind", 0, OPTION_LIST, FIELD(binds), "[MODULE:]IMPORT=[NAME]",
     "MODULE's imports of IMPORT mean NAME, or the host"},
    {"memory", 0, OPTION_TEXT, FIELD(memory), "multi",
     "each keeps its memories (the only way so far)"},
    {"add-memory", 0, OPTION_LIST, FIELD(memories), "NAME=MIN[:MAX]",
     "one more memory of the first, exported as NAME"},
    {"target", 0, OPTION_TEXT, FIELD(target), "ENGINE",
     "refuse what cannot run there (--target help)"},
    {"dwarf", 0, OPTION_TEXT, FIELD(dwarf), "HOW",
     "remap (moved with the code), or strip"},
    {"name", 0, OPTION_TEXT, FIELD(name), "NAME", "name of the result"},
    {"features", 'f', OPTION_TEXT, FIELD(features), "SET",
     "what the inputs may use, as in tenon validate"},
    {"no-validate", 0, OPTION_FLAG, FIELD(is_trusted), NULL,
     "trust the code of inputs; the result is validated"},
    {"threads", 0, OPTION_TEXT, FIELD(threads), "N",
     "at most so many; the result is the same"},
    {"emit-text", 'S', OPTION_FLAG, FIELD(is_text), NULL,
     "write the text format, as to a FILE.wat"},
    {"emit-import-map", 0, OPTION_TEXT, FIELD(import_map), "FILE",
     "write what each import became, as JSON"},
    {"explain", 0, OPTION_FLAG, FIELD(is_explaining), NULL,
     "say what imports became, and what is needed"},
    {"quiet", 'q', OPTION_FLAG, FIELD(is_quiet), NULL,
     "do not say what differs or was dropped"},
    {0},
};
#undef FIELD

const struct usage usage_merge = {
    "merge",
    "[options] A.wasm NAME_A B.wasm NAME_B ... -o OUT.wasm",
    "Makes one module of several, each with the memories it had. NAME_A is\n"
    "what imports of module \"NAME_A\" mean. An import that names an input is\n"
    "that input's export, or an error: it is never left to the host. Segments\n"
    "and start functions come in the order of separate instances: who is\n"
    "imported first, else from left to right. What differs still is said.\n"
    "\n"
    "Text files (.wat) are read too; - is standard input.",
    options,
    "  tenon merge main.wasm main lib.wasm lib -o app.wasm\n"
    "  tenon merge --wasi a.wasm a b.wasm b -o both.wasm   two programs\n"
    "  tenon merge --export main:* main.wasm main lib.wasm lib -o app.wasm\n"
    "  tenon merge --target node-20 a.wasm a b.wasm b -o c.wasm\n"
    "  tenon merge --add-memory scratch=16:256 a.wasm a -o b.wasm\n",
    false,
};

static int no_memory(const struct merge_run *m)
{
    return report_error(m->report, "memory", "out of memory");
}

/* --- What was asked for -------------------------------------------------- */

/* A copy, cut at its last or first `mark`; null when there is none. */
static char *cut_at(char *text, char mark)
{
    char *at = strchr(text, mark);
    if (at != NULL)
        *at++ = 0;
    return at;
}

/* How long the name of an input is with which the text begins, and behind
 * which there is a colon; names of both kinds may have colons. */
static size_t leading_name(const struct text_list *operands, const char *text)
{
    size_t longest = 0;
    for (size_t i = 1; i < operands->count; i += 2) {
        size_t size = strlen(operands->at[i]);
        if (size > longest && strncmp(text, operands->at[i], size) == 0 &&
            text[size] == ':')
            longest = size;
    }
    return longest;
}

static int read_bind(struct merge_run *m, const struct text_list *operands,
                     const char *text, tn_merge_bind *out)
{
    size_t name = leading_name(operands, text);
    char *copy = merge_keep(m, text);
    if (copy == NULL)
        return no_memory(m);
    char *target = cut_at(copy, '=');
    if (target == NULL || copy[0] == 0)
        return report_usage(
            m->report, "--bind takes [MODULE:]IMPORT=[NAME], not '%s'", text);
    if (name > 0)
        copy[name] = 0;
    out->module = name > 0 ? copy : NULL;
    out->import_module = name > 0 ? copy + name + 1 : copy;
    out->target = target[0] != 0 ? target : NULL;
    return STATUS_OK;
}

static bool read_pages(const char **text, uint64_t *out)
{
    char *end;
    if (**text < '0' || **text > '9')
        return false;
    errno = 0;
    *out = strtoull(*text, &end, 10);
    *text = end;
    return errno == 0;
}

static int read_memory(struct merge_run *m, const char *text,
                       tn_merge_memory *out)
{
    char *copy = merge_keep(m, text);
    if (copy == NULL)
        return no_memory(m);
    const char *size = cut_at(copy, '=');
    out->name = copy;
    out->max = UINT64_MAX;
    bool ok = size != NULL && copy[0] != 0 && read_pages(&size, &out->min);
    if (ok && *size == ':') {
        size++;
        ok = read_pages(&size, &out->max) && out->max >= out->min;
    }
    if (!ok || *size != 0)
        return report_usage(m->report,
                            "--add-memory takes NAME=MIN[:MAX] in pages of 64 "
                            "KiB, not '%s'",
                            text);
    return STATUS_OK;
}

static int read_lists(struct merge_run *m, const struct text_list *operands)
{
    const struct merge_arguments *a = &m->arguments;
    m->binds = calloc(a->binds.count + 1, sizeof *m->binds);
    m->memories = calloc(a->memories.count + 1, sizeof *m->memories);
    if (m->binds == NULL || m->memories == NULL)
        return no_memory(m);
    int status = STATUS_OK;
    for (size_t i = 0; i < a->binds.count && status == STATUS_OK; i++)
        status = read_bind(m, operands, a->binds.at[i], &m->binds[i]);
    for (size_t i = 0; i < a->memories.count && status == STATUS_OK; i++)
        status = read_memory(m, a->memories.at[i], &m->memories[i]);
    m->options.binds = m->binds;
    m->options.bind_count = a->binds.count;
    m->options.memories = m->memories;
    m->options.memory_count = a->memories.count;
    m->options.exports = a->exports.at;
    m->options.export_count = a->exports.count;
    return status;
}

static int read_words(struct merge_run *m)
{
    const struct merge_arguments *a = &m->arguments;
    if (a->memory != NULL && strcmp(a->memory, "single") == 0)
        return report_error(m->report, "build",
                            "--memory single: this build cannot put several "
                            "memories into one");
    if (a->memory != NULL && strcmp(a->memory, "multi") != 0)
        return report_usage(m->report, "--memory is multi or single, not '%s'",
                            a->memory);
    if (a->dwarf != NULL && strcmp(a->dwarf, "strip") == 0)
        m->options.dwarf = TN_DWARF_DROP;
    else if (a->dwarf != NULL && strcmp(a->dwarf, "remap") != 0)
        return report_usage(m->report, "--dwarf is remap or strip, not '%s'",
                            a->dwarf);
    if (a->is_renaming + a->is_skipping + a->is_failing > 1)
        return report_usage(m->report, "conflicts are renamed, skipped or "
                                       "errors: one of them");
    m->options.conflict = a->is_skipping  ? TN_CONFLICT_SKIP
                          : a->is_failing ? TN_CONFLICT_FAIL
                                          : TN_CONFLICT_RENAME;
    return STATUS_OK;
}

static int read_numbers(struct merge_run *m)
{
    const struct merge_arguments *a = &m->arguments;
    const char *threads = a->threads;
    uint64_t count = 0;
    if (threads != NULL && (!read_pages(&threads, &count) || *threads != 0 ||
                            count == 0 || count > 1024))
        return report_usage(m->report,
                            "--threads takes a number from 1 to 1024, not "
                            "'%s'",
                            a->threads);
    m->options.thread_count = (unsigned)count;
    if (a->features != NULL &&
        !parse_features(m->report, a->features, &m->options.features))
        return STATUS_USAGE;
    m->options.is_trusted = a->is_trusted;
    m->options.with_wasi = a->with_wasi;
    m->options.target = a->target;
    m->options.name = a->name;
    const tn_target *target;
    return a->target == NULL || find_target(m->report, a->target, &target)
               ? STATUS_OK
               : STATUS_USAGE;
}

/* What is written must not be what is read, nor both one file. */
static int check_outputs(const struct merge_run *m,
                         const struct text_list *operands)
{
    const struct merge_arguments *a = &m->arguments;
    const char *outputs[] = {a->output, a->import_map};
    for (size_t i = 0; i < operands->count; i += 2)
        for (size_t k = 0; k < 2; k++)
            if (outputs[k] != NULL && is_same_file(operands->at[i], outputs[k]))
                return report_usage(m->report,
                                    "%s is an input: it would be overwritten",
                                    operands->at[i]);
    if (a->import_map != NULL &&
        (merge_is_stdout(a->import_map)
             ? merge_is_stdout(a->output)
             : a->output != NULL && strcmp(a->output, a->import_map) == 0))
        return report_usage(m->report,
                            "the result and the map of imports would be one "
                            "file");
    if (merge_is_stdout(a->output) && !a->is_text && isatty(STDOUT_FILENO))
        return report_usage(m->report, "a binary is not for a terminal: say "
                                       "-o OUT.wasm");
    return STATUS_OK;
}

/* What is not for merging, in words of more help than a decoder's. */
static int check_input(const struct merge_run *m, const char *path,
                       const struct file_bytes *file)
{
    static const char component[8] = "\0asm\x0d\0\1";
    const char *what = NULL;
    if (file->size == 0)
        what = "the file is empty";
    else if (file->size >= 4 && (memcmp(file->at, "PMOD", 4) == 0 ||
                                 memcmp(file->at, "POVR", 4) == 0))
        what = "a package: tenon pack --extract gives its modules";
    else if (file->size >= sizeof component &&
             memcmp(file->at, component, sizeof component) == 0)
        what = "a component, which is no module";
    return what == NULL ? STATUS_OK
                        : report_error(m->report, "format", "%s: %s",
                                       shown_path(path), what);
}

static int read_input(struct merge_run *m, const char *path, const char *name)
{
    struct file_bytes *file = &m->files[m->count];
    if (!read_module(m->report, path, file))
        return STATUS_FAILED;
    m->inputs[m->count++] = (tn_merge_input){name, {file->at, file->size}};
    return check_input(m, path, file);
}

static int read_inputs(struct merge_run *m, const struct text_list *operands)
{
    size_t count = operands->count / 2, streams = 0;
    if (count == 0 || operands->count % 2 != 0)
        return report_usage(m->report, "merge takes pairs of FILE and NAME; "
                                       "see tenon help merge");
    for (size_t i = 0; i < count; i++)
        streams += strcmp(operands->at[2 * i], "-") == 0;
    if (streams > 1)
        return report_usage(m->report, "standard input can be one input only");
    int status = check_outputs(m, operands);
    m->files = calloc(count, sizeof *m->files);
    m->inputs = calloc(count, sizeof *m->inputs);
    if (m->files == NULL || m->inputs == NULL)
        return no_memory(m);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = read_input(m, operands->at[2 * i], operands->at[2 * i + 1]);
    return status;
}

/* --- The merge ----------------------------------------------------------- */

/* The input that a failure is about: the library says "NAME: " first. */
static size_t failed_input(const struct merge_run *m,
                           const char *const *operands, const char *text)
{
    size_t found = m->count, longest = 0;
    for (size_t i = 0; i < m->count; i++) {
        const char *name = operands[2 * i + 1];
        size_t size = strlen(name);
        if (size >= longest && strncmp(text, name, size) == 0 &&
            strncmp(text + size, ": ", 2) == 0) {
            longest = size;
            found = i;
        }
    }
    return found;
}

/* Names of inputs that nobody has, and patterns that are none, are wrong
 * usage. Offsets are in files, so it is the file that is named with one. */
static int tell_merge_failure(const struct merge_run *m,
                              const char *const *operands, const tn_error *err)
{
    tn_error shown = *err;
    if (err->status == TN_E_NOT_FOUND || err->status == TN_E_MISUSE)
        return report_usage(m->report, "%s", err->text);
    if (err->offset == TN_NO_OFFSET)
        return report_error(m->report, report_kind(err->status), "%s",
                            err->text);
    size_t input = failed_input(m, operands, err->text);
    if (input == m->count)
        return report_failure(m->report, NULL, "result", err);
    size_t prefix = strlen(operands[2 * input + 1]) + 2;
    memmove(shown.text, err->text + prefix, strlen(err->text + prefix) + 1);
    return report_failure(m->report, NULL, shown_path(operands[2 * input]),
                          &shown);
}

static bool is_used(const tn_merged *merged, const tn_merge_bind *bind)
{
    size_t size = strlen(bind->import_module);
    for (size_t i = 0; i < tn_merged_link_count(merged); i++) {
        const tn_merge_link *link = tn_merged_link(merged, i);
        if (link->import_module.size == size &&
            memcmp(link->import_module.at, bind->import_module, size) == 0 &&
            (bind->module == NULL || strcmp(bind->module, link->module) == 0))
            return true;
    }
    return false;
}

/* A binding of what nobody imports is a slip of the pen. */
static int check_binds(const struct merge_run *m)
{
    for (size_t i = 0; i < m->options.bind_count; i++) {
        const tn_merge_bind *bind = &m->binds[i];
        if (is_used(m->merged, bind))
            continue;
        return bind->module != NULL
                   ? report_usage(m->report,
                                  "--bind %s: %s imports nothing from \"%s\"",
                                  m->arguments.binds.at[i], bind->module,
                                  bind->import_module)
                   : report_usage(
                         m->report, "--bind %s: no input imports from \"%s\"",
                         m->arguments.binds.at[i], bind->import_module);
    }
    return STATUS_OK;
}

static int merge_all(struct merge_run *m, const char *const *operands)
{
    tn_error err = {0};
    if (tn_merge(m->inputs, m->count, &m->options, &m->merged, &err) != TN_OK)
        return tell_merge_failure(m, operands, &err);
    int status = check_binds(m);
    if (status == STATUS_OK)
        status = merge_write(m);
    if (status == STATUS_OK)
        merge_tell(m);
    return status;
}

static void end_run(struct merge_run *m)
{
    tn_merged_free(m->merged);
    for (size_t i = 0; m->files != NULL && i < m->count; i++)
        free(m->files[i].at);
    while (m->kept != NULL) {
        struct merge_kept *next = m->kept->next;
        free(m->kept);
        m->kept = next;
    }
    free(m->files);
    free(m->inputs);
    free(m->binds);
    free(m->memories);
    free_options(&usage_merge, &m->arguments);
}

/* The names that wasm-merge has for two options, which are no letters here. */
static bool read_old_names(struct merge_run *m, char **argv)
{
    for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
        if (strcmp(*argv, "-rec") == 0)
            *argv = merge_keep(m, "--rename-export-conflicts");
        else if (strcmp(*argv, "-sec") == 0)
            *argv = merge_keep(m, "--skip-export-conflicts");
        if (*argv == NULL)
            return false;
    }
    return true;
}

static int run_merge(struct merge_run *m, const struct text_list *operands)
{
    const char *output = m->arguments.output;
    m->arguments.is_text |= output != NULL && ends_with(output, ".wat");
    int status = read_words(m);
    if (status == STATUS_OK)
        status = read_numbers(m);
    if (status == STATUS_OK)
        status = read_lists(m, operands);
    if (status == STATUS_OK)
        status = read_inputs(m, operands);
    return status == STATUS_OK ? merge_all(m, operands->at) : status;
}

int cmd_merge(struct report *report, char **argv)
{
    const tn_merge_options none = TN_MERGE_OPTIONS_INIT;
    struct merge_run m = {.report = report, .options = none};
    struct text_list operands;
    int status = STATUS_OK;
    if (!read_old_names(&m, argv))
        status = no_memory(&m);
    enum parsed parsed = PARSED_HELP;
    if (status == STATUS_OK)
        parsed =
            parse_options(report, &usage_merge, &m.arguments, argv, &operands);
    if (parsed == PARSED_WRONG)
        status = STATUS_USAGE;
    else if (parsed == PARSED_OK && m.arguments.target != NULL &&
             strcmp(m.arguments.target, "help") == 0)
        list_targets();
    else if (parsed == PARSED_OK)
        status = run_merge(&m, &operands);
    end_run(&m);
    return status;
}
