/* spec_script.c - one script: a list of commands, each checked by the function
 * of its type. A check returns whether it passed and says in `why` why not. */
#include "spec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_VALUES = 32
};

/* An instance under the name that the script gives it ("$m", or ""). */
struct named_instance {
    char *name;
    tn_instance *instance;
};

struct script {
    tn_engine *engine;
    const struct spec_options *options;
    struct spec_tally *tally;
    const char *path;
    tn_store *store;
    tn_imports *imports; /* spectest, and what was registered */
    struct named_instance *instances;
    size_t instance_count;
    char why[512];
    bool words_differ;
};

/* Bytes of a file or module; `at` is freed by the one who asked. */
struct blob {
    char *at;
    size_t size;
};

static bool because(struct script *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool because(struct script *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(s->why, sizeof s->why, format, args);
    va_end(args);
    return false;
}

/* ------------------------------------------------------------------ files */

static bool read_all_of(FILE *file, struct blob *out)
{
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0)
        return false;
    *out = (struct blob){malloc((size_t)size + 1), (size_t)size};
    if (out->at == NULL || fread(out->at, 1, out->size, file) != out->size)
        return false;
    out->at[size] = 0;
    return true;
}

static bool read_file(const char *path, struct blob *out)
{
    *out = (struct blob){NULL, 0};
    FILE *file = fopen(path, "rb");
    bool ok = file != NULL && read_all_of(file, out);
    if (file != NULL)
        fclose(file);
    return ok;
}

/* A module's file lies beside the script. */
static bool read_module(struct script *s, const struct json *command,
                        struct blob *out)
{
    char path[1024];
    const char *slash = strrchr(s->path, '/');
    int dir_size = slash != NULL ? (int)(slash - s->path) + 1 : 0;
    snprintf(path, sizeof path, "%.*s%s", dir_size, s->path,
             json_str(command, "filename"));
    if (read_file(path, out))
        return true;
    free(out->at);
    return because(s, "cannot read %s", path);
}

/* ---------------------------------------------------------------- modules */

/* Decodes and encodes `blob` first if that was asked for. What does not decode
 * stays as it is: the script wants to see it refused. */
static tn_status make_module(struct script *s, const struct blob *blob,
                             tn_module **out, tn_error *err)
{
    tn_text text;
    if (!s->options->roundtrip ||
        tn_module_encode(blob->at, blob->size, &text, NULL) != TN_OK)
        return tn_module_new_copy(s->engine, blob->at, blob->size, out, err);
    tn_status status =
        tn_module_new_copy(s->engine, text.at, text.size, out, err);
    tn_text_free(&text);
    return status;
}

static tn_status check_ir(tn_module *module, tn_error *err)
{
    tn_text text;
    tn_status status = tn_module_show_ir(module, UINT32_MAX, &text, err);
    tn_text_free(&text);
    return status;
}

static tn_status make_instance(struct script *s, const struct blob *blob,
                               tn_instance **out, tn_error *err)
{
    tn_module *module;
    *out = NULL;
    tn_status status = make_module(s, blob, &module, err);
    if (status != TN_OK)
        return status;
    if (s->options->check_ir)
        status = check_ir(module, err);
    if (status == TN_OK)
        status = tn_instance_new(s->store, module, s->imports, out, err);
    tn_module_free(module);
    return status;
}

static bool keep_instance(struct script *s, const char *name,
                          tn_instance *instance)
{
    size_t count = s->instance_count;
    struct named_instance *grown =
        realloc(s->instances, (count + 1) * sizeof *grown);
    if (grown == NULL)
        return because(s, "out of memory");
    s->instances = grown;
    s->instances[count] = (struct named_instance){strdup(name), instance};
    s->instance_count++;
    return true;
}

/* The latest of this name; "" is the latest of all, null if it failed. */
static tn_instance *find_instance(const struct script *s, const char *name)
{
    for (size_t i = s->instance_count; i > 0; i--)
        if (*name == 0 || strcmp(s->instances[i - 1].name, name) == 0)
            return s->instances[i - 1].instance;
    return NULL;
}

static bool check_module(struct script *s, const struct json *command)
{
    struct blob blob;
    tn_error err = {0};
    tn_instance *instance;
    if (!read_module(s, command, &blob))
        return false;
    tn_status status = make_instance(s, &blob, &instance, &err);
    free(blob.at);
    if (!keep_instance(s, json_str(command, "name"), instance))
        return false;
    return status == TN_OK ||
           because(s, "%s: %s", tn_status_text(status), err.text);
}

static bool check_register(struct script *s, const struct json *command)
{
    tn_error err = {0};
    tn_instance *instance = find_instance(s, json_str(command, "name"));
    if (instance == NULL)
        return because(s, "no such module");
    return tn_imports_instance(s->imports, json_str(command, "as"), instance,
                               &err) == TN_OK ||
           because(s, "%s", err.text);
}

/* ---------------------------------------------------------------- actions */

struct outcome {
    tn_status status;
    tn_error err;
    tn_val values[MAX_VALUES];
    size_t count;
};

/* By position, because names may hold zeros. */
static bool find_item(tn_instance *instance, const struct json *name,
                      tn_extern *out)
{
    size_t count = tn_instance_export_count(instance);
    for (size_t i = 0; i < count; i++) {
        const char *at;
        size_t size;
        *out = tn_instance_export_at(instance, i, &at, &size);
        if (size == name->text.size && memcmp(at, name->text.at, size) == 0)
            return true;
    }
    return false;
}

static bool invoke(struct script *s, const struct json *action, tn_func *func,
                   struct outcome *out)
{
    tn_val args[MAX_VALUES];
    size_t count = 0;
    const struct json *arg = json_first(json_get(action, "args"));
    for (; arg != NULL; arg = arg->next, count++)
        if (count == MAX_VALUES || !spec_value_read(arg, &args[count]))
            return because(s, "argument %zu: unknown type", count);
    out->count = tn_func_result_count(func);
    if (out->count > MAX_VALUES)
        return because(s, "too many results");
    out->status =
        tn_func_call(func, args, count, out->values, out->count, &out->err);
    return true;
}

/* False if the action could not even be tried. */
static bool act(struct script *s, const struct json *command,
                struct outcome *out)
{
    tn_extern item;
    const struct json *action = json_get(command, "action");
    const struct json *field = json_get(action, "field");
    *out = (struct outcome){.status = TN_OK};
    tn_instance *instance = find_instance(s, json_str(action, "module"));
    if (instance == NULL)
        return because(s, "no instance");
    if (!find_item(instance, field, &item))
        return because(s, "no export \"%s\"", field->text.at);
    bool is_invoke = strcmp(json_str(action, "type"), "invoke") == 0;
    if (item.kind != (is_invoke ? TN_EXTERN_FUNC : TN_EXTERN_GLOBAL))
        return because(s, "export \"%s\" is of another kind", field->text.at);
    if (is_invoke)
        return invoke(s, action, item.of.func, out);
    out->count = 1;
    out->values[0] = tn_global_get(item.of.global);
    return true;
}

static bool fails_with(struct script *s, const struct json *command,
                       const struct outcome *out)
{
    return because(s, "%s: %s: %s",
                   json_str(json_get(command, "action"), "field"),
                   tn_status_text(out->status), out->err.text);
}

static bool check_action(struct script *s, const struct json *command)
{
    struct outcome out;
    return act(s, command, &out) &&
           (out.status == TN_OK || fails_with(s, command, &out));
}

static bool check_return(struct script *s, const struct json *command)
{
    struct outcome out;
    char got[64];
    const struct json *expected = json_get(command, "expected");
    if (!act(s, command, &out))
        return false;
    if (out.status != TN_OK)
        return fails_with(s, command, &out);
    if (out.count != expected->children)
        return because(s, "%zu results, want %zu", out.count,
                       expected->children);
    const struct json *want = json_first(expected);
    for (size_t i = 0; want != NULL; want = want->next, i++) {
        if (spec_value_fits(want, &out.values[i]))
            continue;
        spec_value_print(&out.values[i], got, sizeof got);
        return because(s, "%s: result %zu is %s, want %s %s",
                       json_str(json_get(command, "action"), "field"), i, got,
                       json_str(want, "type"), json_str(want, "value"));
    }
    return true;
}

/* ------------------------------------------------------------- assertions */

/* `got` must begin as the script says, or be how that begins: "undefined
 * element" stands for "undefined element 2". */
static bool words_fit(const char *want, const char *got)
{
    size_t want_size = strlen(want), got_size = strlen(got);
    size_t size = want_size < got_size ? want_size : got_size;
    return size > 0 && memcmp(want, got, size) == 0;
}

static bool compare_words(struct script *s, const struct json *command,
                          const char *got)
{
    const char *want = json_str(command, "text");
    if (strstr(got, want) != NULL || words_fit(want, got))
        return true;
    s->words_differ = true;
    because(s, "says \"%s\", want \"%s\"", got, want);
    return !s->options->strict_words;
}

static bool trapped(struct script *s, const struct json *command,
                    tn_status status, const tn_error *err)
{
    const char *want = json_str(command, "text");
    const char *got = tn_trap_text(tn_store_trap_kind(s->store));
    if (status != TN_E_TRAP)
        return because(s, "%s (%s), want trap \"%s\"", tn_status_text(status),
                       err->text, want);
    return words_fit(want, got) ||
           because(s, "trap \"%s\", want \"%s\"", got, want);
}

/* assert_trap and assert_exhaustion. */
static bool check_trap(struct script *s, const struct json *command)
{
    struct outcome out;
    return act(s, command, &out) && trapped(s, command, out.status, &out.err);
}

static bool check_uninstantiable(struct script *s, const struct json *command)
{
    struct blob blob;
    tn_error err = {0};
    tn_instance *instance;
    if (!read_module(s, command, &blob))
        return false;
    tn_status status = make_instance(s, &blob, &instance, &err);
    free(blob.at);
    return trapped(s, command, status, &err);
}

static bool is_among(tn_status status, const tn_status *wanted)
{
    while (*wanted != TN_OK && *wanted != status)
        wanted++;
    return *wanted == status && status != TN_OK;
}

/* The module of `command` must be refused with one of `wanted`, which ends
 * with TN_OK. */
static bool refused(struct script *s, const struct json *command,
                    const tn_status *wanted)
{
    struct blob blob;
    tn_error err = {0};
    tn_instance *instance;
    if (!read_module(s, command, &blob))
        return false;
    tn_status status = make_instance(s, &blob, &instance, &err);
    free(blob.at);
    if (!is_among(status, wanted))
        return because(s, "%s (%s), want %s: \"%s\"", tn_status_text(status),
                       err.text, tn_status_text(wanted[0]),
                       json_str(command, "text"));
    return compare_words(s, command, err.text);
}

/* wast2json leaves the data count section away where there is no data, and
 * memory.init without that section is malformed, not invalid: these two are
 * taken as one where the script asks for an unknown data segment. And it
 * writes (ref $t), which an uninitialized local needs, as an early draft did:
 * today that byte is structref. */
static bool check_invalid(struct script *s, const struct json *command)
{
    static const tn_status wanted[] = {TN_E_INVALID, TN_OK};
    static const tn_status in_memory_init[] = {TN_E_INVALID, TN_E_MALFORMED,
                                               TN_OK};
    static const tn_status in_old_code[] = {TN_E_INVALID, TN_E_FEATURE, TN_OK};
    const char *text = json_str(command, "text");
    if (words_fit("unknown data segment", text))
        return refused(s, command, in_memory_init);
    if (words_fit("uninitialized local", text))
        return refused(s, command, in_old_code);
    return refused(s, command, wanted);
}

/* What was malformed once may belong to a proposal by now, one that is off. */
static bool check_malformed(struct script *s, const struct json *command)
{
    static const tn_status wanted[] = {TN_E_MALFORMED, TN_E_FEATURE, TN_OK};
    return refused(s, command, wanted);
}

static bool check_unlinkable(struct script *s, const struct json *command)
{
    static const tn_status wanted[] = {TN_E_UNLINKABLE, TN_E_MISSING, TN_E_TYPE,
                                       TN_OK};
    return refused(s, command, wanted);
}

/* ---------------------------------------------------------------- scripts */

static const struct {
    const char *type;
    bool (*check)(struct script *, const struct json *);
} commands[SPEC_KIND_COUNT] = {
    [SPEC_module] = {"module", check_module},
    [SPEC_register] = {"register", check_register},
    [SPEC_action] = {"action", check_action},
    [SPEC_assert_return] = {"assert_return", check_return},
    [SPEC_assert_trap] = {"assert_trap", check_trap},
    [SPEC_assert_exhaustion] = {"assert_exhaustion", check_trap},
    [SPEC_assert_invalid] = {"assert_invalid", check_invalid},
    [SPEC_assert_malformed] = {"assert_malformed", check_malformed},
    [SPEC_assert_unlinkable] = {"assert_unlinkable", check_unlinkable},
    [SPEC_assert_uninstantiable] = {"assert_uninstantiable",
                                    check_uninstantiable},
};

/* "call.wast:306": where a person looks next. */
static void print_place(const char *source, const struct json *command)
{
    const char *slash = strrchr(source, '/');
    printf("%s:%s: %s: ", slash != NULL ? slash + 1 : source,
           json_str(command, "line"), json_str(command, "type"));
}

static void run_command(struct script *s, const char *source,
                        const struct json *command)
{
    size_t kind = 0;
    const char *type = json_str(command, "type");
    if (strcmp(json_str(command, "module_type"), "text") == 0) {
        s->tally->text_skipped++;
        return;
    }
    while (kind < SPEC_KIND_COUNT && strcmp(commands[kind].type, type) != 0)
        kind++;
    s->words_differ = false;
    if (kind == SPEC_KIND_COUNT) {
        kind = SPEC_action;
        because(s, "unknown command");
        s->tally->failed[kind]++;
    } else if (commands[kind].check(s, command)) {
        s->tally->passed[kind]++;
        s->tally->words_differed += s->words_differ;
        if (!s->words_differ || !s->options->show_words)
            return;
    } else {
        s->tally->failed[kind]++;
    }
    print_place(source, command);
    puts(s->why);
}

static bool run_commands(struct script *s, const struct json *root)
{
    tn_error err = {0};
    if (tn_store_new(s->engine, NULL, &s->store, &err) != TN_OK ||
        tn_imports_new(s->store, &s->imports, &err) != TN_OK ||
        spectest_define(s->store, s->imports, &err) != TN_OK) {
        printf("%s: cannot set up: %s\n", s->path, err.text);
        s->tally->failed[SPEC_module]++;
        return true;
    }
    const struct json *command = json_first(json_get(root, "commands"));
    for (; command != NULL; command = command->next)
        run_command(s, json_str(root, "source_filename"), command);
    s->tally->scripts++;
    return true;
}

static void end_script(struct script *s)
{
    if (s->imports != NULL)
        tn_imports_free(s->imports);
    if (s->store != NULL)
        tn_store_free(s->store);
    for (size_t i = 0; i < s->instance_count; i++)
        free(s->instances[i].name);
    free(s->instances);
}

bool spec_script(tn_engine *engine, const struct spec_options *options,
                 const char *path, struct spec_tally *tally)
{
    struct script s = {
        .engine = engine, .options = options, .tally = tally, .path = path};
    struct blob text;
    bool ok = read_file(path, &text);
    struct json *root = ok ? json_read(text.at, text.size) : NULL;
    ok = root != NULL && run_commands(&s, root);
    end_script(&s);
    free(root);
    free(text.at);
    return ok;
}
