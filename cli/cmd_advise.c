/* cmd_advise.c - `tenon advise`: which way of joining modules is right.
 *
 * The library reads the facts out of the modules and judges each way
 * (tn_advise); here files come in, and what was found is shown. */
#include "advice.h"
#include "files.h"
#include "target_option.h"
#include "verbs.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(name) offsetof(struct advise_options, name)
static const struct option options[] = {
    {"target", 0, OPTION_TEXT, FIELD(target), "ENGINE",
     "where the result must run; help: a list"},
    {"json", 0, OPTION_FLAG, FIELD(is_json), NULL, "as JSON, for programs"},
    {"relocatable", 0, OPTION_FLAG, FIELD(with_sites), NULL,
     "how far each module can be moved, and every site"},
    {"html", 0, OPTION_TEXT, FIELD(html), "PATH", "a report of one page"},
    {"svg", 0, OPTION_TEXT, FIELD(svg), "PATH", "memories and imports, drawn"},
    {"dot", 0, OPTION_TEXT, FIELD(dot), "PATH", "imports, for Graphviz"},
    {"try", 0, OPTION_FLAG, FIELD(is_tried), NULL,
     "join them so, run both, and compare"},
    {"way", 0, OPTION_TEXT, FIELD(way), "WAY",
     "that --try joins them in; the one that is advised"},
    {"seed", 0, OPTION_TEXT, FIELD(seed), "N",
     "of the arguments that --try calls with; 1"},
    {0},
};
#undef FIELD

const struct usage usage_advise = {
    "advise",
    "[options] [NAME=]FILE... | PACKAGE | FOLDER",
    "Says which way of joining the modules is right, and why not the others:\n"
    "an instance for each, one address space, one module with several\n"
    "memories or with one, components. Each is sound, unsound or unknown, "
    "with\n"
    "the places in the modules that make it so; what this build does not do\n"
    "yet is judged too. Then: the command line, the engines that run the\n"
    "result, who passes pointers to whom, code that is there twice, and a\n"
    "picture of each memory. Imports of module NAME mean the input of that\n"
    "name, which is the file's without .wasm. docs/ADVISE.md explains.\n"
    "\n"
    "The status is 0 if there is a sound way, 1 if there is none (or --try\n"
    "found a difference), 2 if the modules cannot be read.",
    options,
    "  tenon advise main.wasm lib.wasm\n"
    "  tenon advise --target node-20 a.wasm b.wasm\n"
    "  tenon advise --try --html report.html app.pmod\n"
    "  tenon advise --relocatable old.wasm\n",
    false,
};

/* --- Files that are written ------------------------------------------------- */

/* Fills a stream with what is to be shown. */
typedef void show_fn(const struct advise *advise, FILE *out);

/* What `show` says, zero-terminated; free it. Null without memory. */
static char *shown(const struct advise *advise, show_fn *show, size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (out == NULL)
        return NULL;
    show(advise, out);
    bool is_whole = !ferror(out);
    if (fclose(out) == 0 && is_whole)
        return text;
    free(text);
    return NULL;
}

static int write_shown(const struct advise *advise, const char *path,
                       show_fn *show)
{
    size_t size;
    if (path == NULL)
        return STATUS_OK;
    char *text = shown(advise, show, &size);
    bool is_written = text != NULL;
    if (text == NULL)
        report_error(advise->report, "memory", "out of memory");
    else
        is_written = write_file(advise->report, path, text, size);
    free(text);
    return is_written ? STATUS_OK : STATUS_USAGE;
}

/* Has the graph drawn, if a picture of it is wanted. Freed by the caller. */
static char *draw_graph(const struct advise *advise)
{
    size_t size;
    if (advise->options.svg == NULL && advise->options.html == NULL)
        return NULL;
    char *dot = shown(advise, advise_as_dot, &size);
    char *graph = dot == NULL ? NULL : advise_draw_graph(dot, size);
    if (graph == NULL)
        report_note(advise->report, "the graph of imports is not drawn: "
                                    "Graphviz's dot is not there");
    free(dot);
    return graph;
}

static int write_files(struct advise *advise)
{
    char *graph = draw_graph(advise);
    advise->graph = graph;
    int status = write_shown(advise, advise->options.dot, advise_as_dot);
    if (status == STATUS_OK)
        status = write_shown(advise, advise->options.svg, advise_as_svg);
    if (status == STATUS_OK)
        status = write_shown(advise, advise->options.html, advise_as_html);
    advise->graph = NULL;
    free(graph);
    return status;
}

/* --- The advice -------------------------------------------------------------- */

static int ask(struct advise *advise)
{
    tn_advise_options given = TN_ADVISE_OPTIONS_INIT;
    tn_error err = {0};
    given.features = tn_features_all();
    given.target = advise->target == NULL ? NULL : advise->target->name;
    given.with_sites = advise->options.with_sites;
    given.paths = advise->inputs.paths;
    if (tn_advise(advise->inputs.at, advise->inputs.count, &given,
                  &advise->advice, &err) == TN_OK)
        return STATUS_OK;
    report_failure(advise->report, NULL, "advise", &err);
    return STATUS_USAGE;
}

static int tell(struct advise *advise)
{
    int status = write_files(advise);
    if (status != STATUS_OK)
        return status;
    if (advise->options.is_json)
        advise_as_json(advise, stdout);
    else
        advise_as_text(advise, stdout);
    if (advise->trial != NULL && advise->trial->end == TRIAL_DIFFERS)
        return STATUS_FAILED;
    return tn_advice_way(advise->advice, NULL) == TN_WAY_COUNT ? STATUS_FAILED
                                                               : STATUS_OK;
}

static bool parse_seed(const struct advise *advise, uint64_t *out)
{
    const char *text = advise->options.seed;
    char *end;
    *out = 1;
    if (text == NULL)
        return true;
    errno = 0;
    *out = strtoull(text, &end, 0);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0)
        return true;
    report_usage(advise->report, "--seed %s: a number is meant", text);
    return false;
}

/* The way to be tried; false when it was reported. */
static bool parse_way(const struct advise *advise, tn_way *out)
{
    const char *text = advise->options.way;
    for (int i = 0; i < TN_WAY_COUNT && text != NULL; i++) {
        *out = (tn_way)i;
        if (strcmp(text, tn_way_name(*out)) == 0)
            return true;
    }
    *out = TN_WAY_COUNT;
    if (text == NULL)
        return true;
    report_usage(advise->report,
                 "--way %s: isolated, linked, merged-multi, merged-single or "
                 "composed is meant",
                 text);
    return false;
}

static int advise_all(struct advise *advise, const struct text_list *files)
{
    struct trial trial = {0};
    if (!parse_seed(advise, &trial.seed) || !parse_way(advise, &trial.way))
        return STATUS_USAGE;
    int status = advise_inputs_open(advise->report, files, &advise->inputs);
    if (status == STATUS_OK)
        status = ask(advise);
    if (status == STATUS_OK && advise->options.is_tried) {
        if (advise->options.way == NULL)
            trial.way = tn_advice_way(advise->advice, NULL);
        advise_try(advise, &trial);
        advise->trial = &trial;
    }
    if (status == STATUS_OK)
        status = tell(advise);
    advise->trial = NULL;
    return status;
}

/* --- The command line -------------------------------------------------------- */

int cmd_advise(struct report *report, char **argv)
{
    struct advise advise = {.report = report};
    struct text_list files;
    enum parsed parsed =
        parse_options(report, &usage_advise, &advise.options, argv, &files);
    int status = parsed == PARSED_HELP ? STATUS_OK : STATUS_USAGE;
    const char *target = advise.options.target;
    if (parsed == PARSED_OK && target != NULL && strcmp(target, "help") == 0) {
        list_targets();
        status = STATUS_OK;
    } else if (parsed == PARSED_OK && files.count == 0) {
        status = report_usage(report, "advise takes modules, a package or a "
                                      "folder; see tenon help advise");
    } else if (parsed == PARSED_OK) {
        if (target == NULL || find_target(report, target, &advise.target))
            status = advise_all(&advise, &files);
    }
    tn_advice_free(advise.advice);
    advise_inputs_close(&advise.inputs);
    free_options(&usage_advise, &advise.options);
    return status;
}
