/* cmd_wast.c - `tenon wast`: scripts of the specification's test suite. */
#include "wast.h"

#include "files.h"
#include "proposals.h"
#include "settings.h"
#include "verbs.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct wast_arguments {
    const char *features, *tier, *placement, *through, *gc;
    bool is_json, is_verbose, is_ir_checked, is_telling_words, is_deterministic;
    bool is_merging;
};

#define FIELD(name) offsetof(struct wast_arguments, name)
static const struct option options[] = {
    {"features", 'f', OPTION_TEXT, FIELD(features), "LIST",
     "proposals that are on: wasm2, all, NAME, -NAME"},
    {"verbose", 'v', OPTION_FLAG, FIELD(is_verbose), NULL,
     "name each script, and what it passed"},
    {"json", 0, OPTION_FLAG, FIELD(is_json), NULL, "print JSON"},
    {"words", 0, OPTION_FLAG, FIELD(is_telling_words), NULL,
     "tell where a refusal is right but says other words"},
    {"through", 0, OPTION_TEXT, FIELD(through), "WAY",
     "encode, text or merge: first write each module anew so"},
    {"merged", 0, OPTION_FLAG, FIELD(is_merging), NULL,
     "merge modules that are linked, where it cannot be seen"},
    {"check-ir", 0, OPTION_FLAG, FIELD(is_ir_checked), NULL,
     "check the register code of every function"},
    {"tier", 0, OPTION_TEXT, FIELD(tier), "NAME",
     "the interpreter: tail or loop"},
    {"placement", 0, OPTION_TEXT, FIELD(placement), "CLASS",
     "of memories: auto, slot, reserved or moving"},
    {"deterministic", 0, OPTION_FLAG, FIELD(is_deterministic), NULL,
     "make the same NaNs on every machine"},
    {"gc", 0, OPTION_TEXT, FIELD(gc), "MODE",
     "of collecting: precise, conservative or stress"},
    {0},
};
#undef FIELD

const struct usage usage_wast = {
    "wast",
    "[options] FILE...",
    "Runs scripts (.wast), each in a store of its own. Prints what fails as\n"
    "FILE:LINE, then how much passed of each kind; exits with 1 if any failed.",
    options,
    "  tenon wast core/*.wast\n"
    "  tenon wast --features all,-threads simd.wast\n"
    "  tenon wast --placement moving --through text - < memory.wast\n",
    false,
};

void wast_tell(struct wast_run *run, const char *path, uint32_t line,
               const char *kind, const char *what)
{
    flockfile(stdout);
    if (run->json != NULL) {
        json_open(run->json, NULL, '{');
        json_string(run->json, "file", path);
        json_number(run->json, "line", line);
        json_string(run->json, "kind", kind);
        json_string(run->json, "text", what);
        json_close(run->json, '}');
    } else {
        put_text(stdout, path);
        printf(":%u: %s: ", (unsigned)line, kind);
        put_text(stdout, what);
        putchar('\n');
    }
    funlockfile(stdout);
}

static size_t sum(const size_t counts[TN_COMMAND_KIND_COUNT])
{
    size_t all = 0;
    for (size_t i = 0; i < TN_COMMAND_KIND_COUNT; i++)
        all += counts[i];
    return all;
}

static void run_source(struct wast_run *run, const char *path,
                       const struct file_bytes *source)
{
    tn_script *script;
    tn_error err = {0};
    run->source = (tn_bytes){source->at, source->size};
    if (tn_script_read(source->at, source->size, &script, &err) == TN_OK) {
        struct wast_part whole = {
            .path = path, .script = script, .end = tn_script_count(script)};
        wast_commands(run, whole);
        run->scripts++;
        tn_script_free(script);
        return;
    }
    tn_position at = tn_text_position(source->at, source->size, err.offset);
    run->failed[TN_COMMAND_UNKNOWN]++;
    wast_tell(run, path, at.line, "script", err.text);
}

static void run_path(struct wast_run *run, const struct report *report,
                     const char *path, bool is_verbose)
{
    struct file_bytes source;
    size_t passed = sum(run->passed), failed = sum(run->failed);
    if (!read_bytes(report, path, &source)) {
        run->failed[TN_COMMAND_UNKNOWN]++;
        return;
    }
    run_source(run, path, &source);
    free(source.at);
    if (is_verbose && run->json == NULL) {
        put_text(stdout, path);
        printf(": %zu passed, %zu failed\n", sum(run->passed) - passed,
               sum(run->failed) - failed);
    }
}

static void print_totals(const struct wast_run *run)
{
    printf("%-24s %6zu\n", "scripts", run->scripts);
    for (size_t i = 0; i < TN_COMMAND_KIND_COUNT; i++)
        if (run->passed[i] + run->failed[i] > 0)
            printf("%-24s %6zu passed, %zu failed\n",
                   tn_command_name((tn_command_kind)i), run->passed[i],
                   run->failed[i]);
    if (run->options.is_merging)
        printf("%-24s %6zu modules into %zu; %zu apart, %zu refused\n",
               "merged", run->merged_modules, run->merged_groups, run->apart,
               run->refused);
    if (run->other_words > 0)
        printf("%-24s %6zu\n", "in other words", run->other_words);
    printf("%zu passed, %zu failed\n", sum(run->passed), sum(run->failed));
}

static void print_json_totals(const struct wast_run *run)
{
    struct json *json = run->json;
    json_close(json, ']');
    json_number(json, "scripts", run->scripts);
    if (run->options.is_merging) {
        json_open(json, "merged", '{');
        json_number(json, "modules", run->merged_modules);
        json_number(json, "into", run->merged_groups);
        json_number(json, "apart", run->apart);
        json_number(json, "refused", run->refused);
        json_close(json, '}');
    }
    json_open(json, "kinds", '{');
    for (size_t i = 0; i < TN_COMMAND_KIND_COUNT; i++) {
        if (run->passed[i] + run->failed[i] == 0)
            continue;
        json_open(json, tn_command_name((tn_command_kind)i), '{');
        json_number(json, "passed", run->passed[i]);
        json_number(json, "failed", run->failed[i]);
        json_close(json, '}');
    }
    json_close(json, '}');
    json_number(json, "passed", sum(run->passed));
    json_number(json, "failed", sum(run->failed));
    json_close(json, '}');
}

static int run_files(struct wast_run *run, const struct report *report,
                     const struct text_list *files, bool is_verbose)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (run->json != NULL) {
        json_open(run->json, NULL, '{');
        json_open(run->json, "failures", '[');
    }
    for (size_t i = 0; i < files->count; i++)
        run_path(run, report, files->at[i], is_verbose);
    if (run->json != NULL)
        print_json_totals(run);
    else
        print_totals(run);
    return sum(run->failed) == 0 ? STATUS_OK : STATUS_FAILED;
}

/* The options that are words. */
static bool read_words(const struct report *report,
                       const struct wast_arguments *a, struct wast_options *out)
{
    static const char *const ways[] = {"nothing", "encode", "text", "merge",
                                       NULL};
    int way;
    if (!parse_word(report, "through", a->through, ways, &way) ||
        !parse_gc_mode(report, a->gc, &out->gc_mode))
        return false;
    out->through = (enum wast_through)way;
    return true;
}

static int run_with(struct report *report, const struct wast_arguments *a,
                    const struct text_list *files)
{
    struct json json = {.out = stdout};
    struct wast_run run = {.options = {.is_ir_checked = a->is_ir_checked,
                                       .is_telling_words = a->is_telling_words,
                                       .is_merging = a->is_merging},
                           .json = a->is_json ? &json : NULL};
    tn_config config = TN_CONFIG_INIT;
    tn_error err = {0};
    config.tier = a->tier;
    config.deterministic = a->is_deterministic;
    if (files->count == 0)
        return report_usage(report, "wast needs a FILE; see tenon help wast");
    if (!parse_features(report, a->features ? a->features : "",
                        &config.features) ||
        !parse_placement(report, a->placement, &config.placement) ||
        !read_words(report, a, &run.options))
        return STATUS_USAGE;
    run.options.features = config.features;
    /* A merged module uses more than its parts. */
    if (a->is_merging || run.options.through == THROUGH_MERGE)
        config.features = tn_features_all();
    if (tn_engine_new(&config, &run.engine, &err) != TN_OK)
        return report_failure(report, NULL, "tenon", &err);
    int status = run_files(&run, report, files, a->is_verbose);
    tn_engine_free(run.engine);
    return status;
}

int cmd_wast(struct report *report, char **argv)
{
    struct wast_arguments a = {0};
    struct text_list files;
    enum parsed parsed = parse_options(report, &usage_wast, &a, argv, &files);
    if (parsed != PARSED_OK)
        return parsed == PARSED_HELP ? STATUS_OK : STATUS_USAGE;
    return run_with(report, &a, &files);
}
