/* run.h - one `tenon run`: what was asked for, and what it made. */
#ifndef TN_CLI_RUN_H
#define TN_CLI_RUN_H

#include "deadline.h"
#include "options.h"
#include "preload.h"
#include "settings.h"

struct run_options {
    struct text_list invoke, dirs, env, preload, dyld_paths, settings, trace;
    const char *argv0, *bytes, *sha256, *fallback, *show, *tier, *placement,
        *gc;
    bool is_strict, has_stats, is_deterministic, is_bind_now;
};

/* Lists behind tn_wasi_config and tn_program_config. */
struct run_inputs {
    struct text_list args, env;
    char **env_texts; /* made here, for names that inherit */
    tn_preopen *dirs;
    char **dir_texts;
    struct preloads preload;
};

struct run {
    struct report *report;
    struct run_options options;
    struct settings settings;
    tn_gc_mode gc_mode;
    const char *file;      /* that runs: FILE or the fallback */
    struct text_list args; /* behind FILE */
    bool traces_calls, traces_wasi, traces_route, traces_link;
    struct run_inputs inputs;
    tn_engine *engine;
    tn_program *program;
    struct deadline deadline;
    bool has_deadline, has_exited;
    uint64_t times_ns[4]; /* start, loaded, linked, done */
};

/* Fills run->inputs from the options. STATUS_OK or what was reported; free
 * them in any case. */
int make_inputs(struct run *run);
void free_inputs(struct run *run);

/* Module by module, then route by route, on standard error. */
void print_stats(const struct run *run);
uint64_t time_ns(void);

#endif
