/* wast_run.c - one script: a list of commands, each checked by the function of
 * its kind. A check returns whether it passed, and says why not. */
#include "wast.h"

#include "report.h"

#include <stdarg.h>
#include <string.h>

enum {
    MAX_VALUES = 1000 /* as many as a function may take or give */
};

bool because(struct wast_state *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(s->why, sizeof s->why, format, args);
    va_end(args);
    return false;
}

static bool failed_with(struct wast_state *s, tn_status status,
                        const tn_error *err)
{
    return because(s, "%s: %s", tn_status_text(status), err->text);
}

/* --------------------------------------------------------------- modules */

static tn_status make_instance(struct wast_state *s, tn_module *module,
                               struct wast_item *item, tn_error *err)
{
    tn_status status;
    if (wast_merged_instance(s, item, &status, err))
        return status;
    return tn_instance_new(s->store, module, s->imports, &item->instance, err);
}

static bool check_module(struct wast_state *s, const tn_command *c)
{
    tn_status status;
    tn_error err = {0};
    struct wast_item item = {
        .id = c->id, .is_definition = true, .is_instance = true};
    bool ok = wast_module(s, c, &status, &item.module, &err);
    if (ok && status == TN_OK)
        status = make_instance(s, item.module, &item, &err);
    return wast_keep(s, item) && ok &&
           (status == TN_OK || failed_with(s, status, &err));
}

static bool check_definition(struct wast_state *s, const tn_command *c)
{
    tn_status status;
    tn_error err = {0};
    struct wast_item item = {.id = c->id, .is_definition = true};
    bool ok = wast_module(s, c, &status, &item.module, &err);
    return wast_keep(s, item) && ok &&
           (status == TN_OK || failed_with(s, status, &err));
}

static bool check_instance(struct wast_state *s, const tn_command *c)
{
    tn_error err = {0};
    struct wast_item item = {.id = c->id, .is_instance = true};
    const struct wast_item *of = wast_definition(s, c->of);
    tn_status status = TN_OK;
    if (of != NULL && of->module != NULL)
        status = make_instance(s, of->module, &item, &err);
    if (!wast_keep(s, item))
        return false;
    if (status != TN_OK)
        return failed_with(s, status, &err);
    return item.instance != NULL || because(s, "no such module");
}

/* The exports of a part of a merged instance, under the script's names. */
static bool register_part(struct wast_state *s, const char *module,
                          const struct wast_item *of)
{
    tn_error err = {0};
    for (size_t i = 0; i < tn_info_export_count(of->part); i++) {
        const char *name = tn_info_export(of->part, i).name;
        tn_extern item;
        if (!wast_export(of, (tn_bytes){name, strlen(name)}, &item))
            return because(s, "the merged module has no \"%s\"", name);
        if (tn_imports_define(s->imports, module, name, item, &err) != TN_OK)
            return because(s, "%s", err.text);
    }
    return true;
}

static bool check_register(struct wast_state *s, const tn_command *c)
{
    char name[512];
    tn_error err = {0};
    struct wast_item item = wast_instance(s, c->of);
    if (c->name.size >= sizeof name ||
        memchr(c->name.at, 0, c->name.size) != NULL)
        return because(s, "no name that imports can be given");
    memcpy(name, c->name.at, c->name.size);
    name[c->name.size] = 0;
    if (item.instance == NULL)
        return wast_register_shared(s, c->of, name);
    if (item.part != NULL)
        return register_part(s, name, &item);
    return tn_imports_instance(s->imports, name, item.instance, &err) ==
               TN_OK ||
           because(s, "%s", err.text);
}

/* --------------------------------------------------------------- actions */

struct outcome {
    tn_status status;
    tn_error err;
    tn_val values[MAX_VALUES];
    size_t count;
};

static bool invoke(struct wast_state *s, const tn_command *c, tn_func *func,
                   struct outcome *out)
{
    tn_val args[MAX_VALUES];
    out->count = tn_func_result_count(func);
    if (c->arg_count > MAX_VALUES || out->count > MAX_VALUES)
        return because(s, "more than %d values", MAX_VALUES);
    for (size_t i = 0; i < c->arg_count; i++)
        if (!wast_argument(s->store, &c->args[i], &args[i]))
            return because(s, "argument %zu is no value of this host's", i);
    out->status = tn_func_call(func, args, c->arg_count, out->values,
                               out->count, &out->err);
    return true;
}

/* False if the action could not even be tried. */
static bool act(struct wast_state *s, const tn_command *c, struct outcome *out)
{
    tn_extern item;
    out->status = TN_OK; /* not all of it: there is room for many values */
    out->err = (tn_error){0};
    out->count = 0;
    struct wast_item of = wast_instance(s, c->of);
    tn_externkind kind =
        c->action == TN_ACTION_GET ? TN_EXTERN_GLOBAL : TN_EXTERN_FUNC;
    if (of.instance == NULL)
        return because(s, "no instance");
    if (!wast_export(&of, c->name, &item) || item.kind != kind)
        return because(s, "no exported %s of that name",
                       kind == TN_EXTERN_FUNC ? "function" : "global");
    if (kind == TN_EXTERN_FUNC)
        return invoke(s, c, item.of.func, out);
    out->count = 1;
    out->values[0] = tn_global_get(item.of.global);
    return true;
}

static bool check_action(struct wast_state *s, const tn_command *c)
{
    struct outcome out;
    return act(s, c, &out) &&
           (out.status == TN_OK || failed_with(s, out.status, &out.err));
}

static bool check_return(struct wast_state *s, const tn_command *c)
{
    struct outcome out;
    char got[256], want[256];
    if (!act(s, c, &out))
        return false;
    if (out.status != TN_OK)
        return failed_with(s, out.status, &out.err);
    if (out.count != c->result_count)
        return because(s, "%zu results, want %zu", out.count, c->result_count);
    for (size_t i = 0; i < out.count; i++) {
        if (wast_fits(&c->results[i], &out.values[i]))
            continue;
        wast_describe(&c->results[i], want, sizeof want);
        wast_describe_value(&out.values[i], &c->results[i], got, sizeof got);
        return because(s, "result %zu is %s, want %s", i, got, want);
    }
    return true;
}

/* ------------------------------------------------------------ assertions */

/* `got` must begin as the script says, or be how that begins: "undefined
 * element" stands for "undefined element 2". No words fit all. */
static bool words_fit(tn_bytes want, const char *got)
{
    size_t got_size = strlen(got);
    size_t size = want.size < got_size ? want.size : got_size;
    return size == 0 || memcmp(want.at, got, size) == 0;
}

/* Refusals are judged by their kind, but other words can be told. */
static bool compare_words(struct wast_state *s, const tn_command *c,
                          const char *got)
{
    if (!words_fit(c->words, got)) {
        s->run->other_words++;
        (void)because(s, "says \"%s\", the script \"%.*s\"", got,
                      (int)c->words.size, (const char *)c->words.at);
    }
    return true;
}

/* Which trap it was, only its words say. */
static bool trapped(struct wast_state *s, const tn_command *c, tn_status status,
                    const tn_error *err)
{
    const char *got = tn_trap_text(tn_store_trap_kind(s->store));
    int size = (int)c->words.size;
    if (status == TN_OK)
        return because(s, "no trap, want \"%.*s\"", size,
                       (const char *)c->words.at);
    if (status != TN_E_TRAP)
        return failed_with(s, status, err);
    return words_fit(c->words, got) ||
           because(s, "trap \"%s\", want \"%.*s\"", got, size,
                   (const char *)c->words.at);
}

/* An instance that is not kept: what came of making it. */
static bool try_instance(struct wast_state *s, const tn_command *c,
                         tn_status *status, tn_error *err)
{
    tn_module *module;
    tn_instance *instance = NULL;
    if (!wast_module(s, c, status, &module, err))
        return false;
    if (*status != TN_OK)
        return failed_with(s, *status, err);
    *status = tn_instance_new(s->store, module, s->imports, &instance, err);
    tn_module_free(module);
    return true;
}

/* assert_trap and assert_exhaustion. */
static bool check_trap(struct wast_state *s, const tn_command *c)
{
    struct outcome out;
    tn_status status;
    tn_error err = {0};
    if (c->action != TN_ACTION_NONE)
        return act(s, c, &out) && trapped(s, c, out.status, &out.err);
    return try_instance(s, c, &status, &err) && trapped(s, c, status, &err);
}

static bool check_exception(struct wast_state *s, const tn_command *c)
{
    struct outcome out;
    if (!act(s, c, &out))
        return false;
    if (out.status == TN_OK)
        return because(s, "no exception");
    return out.status == TN_E_EXCEPTION || failed_with(s, out.status, &out.err);
}

static bool check_unlinkable(struct wast_state *s, const tn_command *c)
{
    tn_status status;
    tn_error err = {0};
    if (!try_instance(s, c, &status, &err))
        return false;
    if (status == TN_OK)
        return because(s, "links");
    if (status != TN_E_UNLINKABLE && status != TN_E_MISSING &&
        status != TN_E_TYPE)
        return failed_with(s, status, &err);
    return compare_words(s, c, err.text);
}

/* The module must be refused with `want`, or with `also`. */
static bool refused(struct wast_state *s, const tn_command *c, tn_status want,
                    tn_status also)
{
    tn_status status;
    tn_error err = {0};
    tn_module *module;
    if (!wast_module(s, c, &status, &module, &err))
        return false;
    if (module != NULL)
        tn_module_free(module);
    if (status == TN_OK)
        return because(s, "is valid, want \"%.*s\"", (int)c->words.size,
                       (const char *)c->words.at);
    if (status != want && status != also)
        return because(s, "%s (%s), want %s: \"%.*s\"", tn_status_text(status),
                       err.text, tn_status_text(want), (int)c->words.size,
                       (const char *)c->words.at);
    return compare_words(s, c, err.text);
}

/* What no proposal that is on gives a meaning is invalid, or malformed: that
 * was the script's to say. */
static bool check_invalid(struct wast_state *s, const tn_command *c)
{
    return refused(s, c, TN_E_INVALID, TN_E_FEATURE);
}

static bool check_malformed(struct wast_state *s, const tn_command *c)
{
    return refused(s, c, TN_E_MALFORMED, TN_E_FEATURE);
}

/* Annotations are checked where the text is parsed, custom sections of a
 * binary by nobody who is not asked. */
static bool check_custom(struct wast_state *s, const tn_command *c)
{
    tn_error err = {0};
    if (c->error.status == TN_OK &&
        tn_validate_customs(c->module.at, c->module.size, &err) != TN_OK)
        return compare_words(s, c, err.text);
    return refused(s, c, TN_E_MALFORMED, TN_E_INVALID);
}

static bool check_unknown(struct wast_state *s, const tn_command *c)
{
    return because(s, "%s", c->error.text);
}

/* --------------------------------------------------------------- scripts */

static bool (*const checks[TN_COMMAND_KIND_COUNT])(struct wast_state *,
                                                   const tn_command *) = {
    [TN_COMMAND_UNKNOWN] = check_unknown,
    [TN_COMMAND_MODULE] = check_module,
    [TN_COMMAND_DEFINITION] = check_definition,
    [TN_COMMAND_INSTANCE] = check_instance,
    [TN_COMMAND_REGISTER] = check_register,
    [TN_COMMAND_ACTION] = check_action,
    [TN_COMMAND_ASSERT_RETURN] = check_return,
    [TN_COMMAND_ASSERT_TRAP] = check_trap,
    [TN_COMMAND_ASSERT_EXHAUSTION] = check_trap,
    [TN_COMMAND_ASSERT_EXCEPTION] = check_exception,
    [TN_COMMAND_ASSERT_MALFORMED] = check_malformed,
    [TN_COMMAND_ASSERT_INVALID] = check_invalid,
    [TN_COMMAND_ASSERT_MALFORMED_CUSTOM] = check_custom,
    [TN_COMMAND_ASSERT_INVALID_CUSTOM] = check_custom,
    [TN_COMMAND_ASSERT_UNLINKABLE] = check_unlinkable,
    [TN_COMMAND_THREAD] = wast_start_thread,
    [TN_COMMAND_WAIT] = wast_wait,
};

/* Where a person looks next: inside a text that is no module, or at the
 * command. */
static uint32_t line_of_failure(const struct wast_run *run, const tn_command *c)
{
    if (c->error.status == TN_OK || c->error.offset == TN_NO_OFFSET ||
        c->is_quoted || c->kind > TN_COMMAND_DEFINITION)
        return c->line;
    return tn_text_position(run->source.at, run->source.size, c->error.offset)
        .line;
}

static void tell(const struct wast_state *s, const tn_command *c)
{
    char text[1024];
    if (c->action == TN_ACTION_NONE)
        (void)snprintf(text, sizeof text, "%s", s->why);
    else
        (void)snprintf(text, sizeof text, "%s \"%.*s\": %s",
                       c->action == TN_ACTION_GET ? "get" : "invoke",
                       c->name.size > 100 ? 100 : (int)c->name.size,
                       (const char *)c->name.at, s->why);
    wast_tell(s->run, s->part.path, line_of_failure(s->run, c),
              tn_command_name(c->kind), text);
}

static void run_command(struct wast_state *s, const tn_command *c)
{
    s->why[0] = 0;
    if (!checks[c->kind](s, c)) {
        s->run->failed[c->kind]++;
        tell(s, c);
        return;
    }
    s->run->passed[c->kind]++;
    if (s->why[0] != 0 && s->run->options.is_telling_words)
        tell(s, c);
}

/* A thread's commands are run by the thread. */
static void run_commands(struct wast_state *s)
{
    bool is_thread = s->part.first > 0;
    for (s->at = s->part.first; s->at < s->part.end; s->at++) {
        const tn_command *c = tn_script_at(s->part.script, s->at);
        if (c->in_thread == is_thread)
            run_command(s, c);
    }
}

void wast_commands(struct wast_run *run, struct wast_part part)
{
    tn_error err = {0};
    struct wast_state s = {.run = run, .part = part};
    if (run->options.is_merging && part.first == 0)
        s.merged = wast_merge_script(run, part.path, part.script);
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.gc_mode = run->options.gc_mode;
    if (tn_store_new(run->engine, &config, &s.store, &err) == TN_OK &&
        tn_imports_new(s.store, &s.imports, &err) == TN_OK &&
        wast_spectest(run->engine, s.store, s.imports, &err) == TN_OK) {
        run_commands(&s);
    } else {
        run->failed[TN_COMMAND_UNKNOWN]++;
        wast_tell(run, part.path, 0, "spectest", err.text);
    }
    wast_end_threads(&s);
    if (s.imports != NULL)
        tn_imports_free(s.imports);
    if (s.store != NULL)
        tn_store_free(s.store);
    wast_drop_items(&s);
    if (s.merged != NULL)
        wast_merged_free(s.merged);
}
