/* run_inputs.c - arguments, environment, directories and further modules of
 * a run, as the library takes them. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(const struct run *run)
{
    return report_error(run->report, "memory", "out of memory");
}

static int make_args(struct run *run)
{
    const char *argv0 = run->options.argv0;
    struct text_list *args = &run->inputs.args;
    if (!list_add(args, argv0 ? argv0 : run->file))
        return no_memory(run);
    for (size_t i = 0; i < run->args.count; i++)
        if (!list_add(args, run->args.at[i]))
            return no_memory(run);
    return STATUS_OK;
}

/* NAME=VALUE as it is; NAME alone as it is here, or not at all. */
static int make_env(struct run *run)
{
    const struct text_list *given = &run->options.env;
    struct run_inputs *in = &run->inputs;
    in->env_texts = calloc(given->count + 1, sizeof(char *));
    if (in->env_texts == NULL)
        return no_memory(run);
    for (size_t i = 0; i < given->count; i++) {
        const char *text = given->at[i];
        if (text[0] == '\0' || text[0] == '=')
            return report_usage(run->report, "--env %s: say NAME or NAME=VALUE",
                                text);
        if (strchr(text, '=') == NULL) {
            const char *value = getenv(text);
            if (value == NULL)
                continue;
            size_t room = strlen(text) + strlen(value) + 2;
            in->env_texts[i] = malloc(room);
            if (in->env_texts[i] == NULL)
                return no_memory(run);
            snprintf(in->env_texts[i], room, "%s=%s", text, value);
            text = in->env_texts[i];
        }
        if (!list_add(&in->env, text))
            return no_memory(run);
    }
    return STATUS_OK;
}

/* HOST or HOST::GUEST. */
static int make_dirs(struct run *run)
{
    const struct text_list *given = &run->options.dirs;
    struct run_inputs *in = &run->inputs;
    in->dirs = calloc(given->count + 1, sizeof(in->dirs[0]));
    in->dir_texts = calloc(given->count + 1, sizeof(char *));
    if (in->dirs == NULL || in->dir_texts == NULL)
        return no_memory(run);
    for (size_t i = 0; i < given->count; i++) {
        in->dir_texts[i] = strdup(given->at[i]);
        if (in->dir_texts[i] == NULL)
            return no_memory(run);
        char *guest = strstr(in->dir_texts[i], "::");
        if (guest != NULL)
            *guest = '\0';
        in->dirs[i] =
            (tn_preopen){in->dir_texts[i], guest ? guest + 2 : NULL, false};
    }
    return STATUS_OK;
}

int make_inputs(struct run *run)
{
    int status = make_args(run);
    if (status == STATUS_OK)
        status = make_env(run);
    if (status == STATUS_OK)
        status = make_dirs(run);
    if (status == STATUS_OK)
        status = preloads_open(run->report, &run->options.preload,
                               &run->inputs.preload);
    return status;
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts != NULL && i < count; i++)
        free(texts[i]);
    free(texts);
}

void free_inputs(struct run *run)
{
    struct run_inputs *in = &run->inputs;
    preloads_close(&in->preload);
    free_texts(in->dir_texts, run->options.dirs.count);
    free_texts(in->env_texts, run->options.env.count);
    free(in->dirs);
    free(in->env.at);
    free(in->args.at);
    *in = (struct run_inputs){0};
}
