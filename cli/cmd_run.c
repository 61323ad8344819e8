/* cmd_run.c - `tenon run`: modules and packages as programs.
 *
 * A single module is a package of one: all take the same way. The status is
 * the guest's own; 134 for a trap in a call that was asked for; 1 for all
 * else that fails; 2 for wrong usage. */
#include "files.h"
#include "invoke.h"
#include "proposals.h"
#include "run.h"
#include "verbs.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELD(name) offsetof(struct run_options, name)
static const struct option options[] = {
    {"invoke", 0, OPTION_LIST, FIELD(invoke), "CALL",
     "call [MODULE:]NAME, 'f(1,2)', 'bytes:f(\"text\")'"},
    {"bytes", 0, OPTION_TEXT, FIELD(bytes), "FILE",
     "the buffer for a (ptr,len)->i64 function; - is stdin"},
    {"dir", 0, OPTION_LIST, FIELD(dirs), "HOST[::GUEST]",
     "a directory that the guest may use"},
    {"env", 0, OPTION_LIST, FIELD(env), "NAME[=VALUE]",
     "a variable for the guest; NAME alone takes yours"},
    {"argv0", 0, OPTION_TEXT, FIELD(argv0), "NAME",
     "what the guest is called, instead of FILE"},
    {"preload", 0, OPTION_LIST, FIELD(preload), "[NAME=]PATH",
     "one more module; a library is bound before others"},
    {"dyld-path", 0, OPTION_LIST, FIELD(dyld_paths), "DIR",
     "where libraries are searched, before FILE's folder"},
    {"dyld-bindnow", 0, OPTION_FLAG, FIELD(is_bind_now), NULL,
     "undefined functions end the run before it starts"},
    {"wasm", 'W', OPTION_LIST, FIELD(settings), "KEY=VAL,..",
     "limits and proposals, as timeout=2s; -W help"},
    {"sha256", 0, OPTION_TEXT, FIELD(sha256), "HEX",
     "the hash of FILE; else FILE.sha256, if there"},
    {"fallback", 0, OPTION_TEXT, FIELD(fallback), "FILE",
     "run this when FILE cannot be started"},
    {"strict", 0, OPTION_FLAG, FIELD(is_strict), NULL,
     "end the run when any module is out of service"},
    {"trace", 0, OPTION_LIST, FIELD(trace), "WHAT",
     "tell calls, wasi, route, link (with commas) on stderr"},
    {"stats", 0, OPTION_FLAG, FIELD(has_stats), NULL,
     "tell sizes, memories, calls and bytes routed, time"},
    {"show", 0, OPTION_TEXT, FIELD(show), "ir",
     "print the register code, run nothing"},
    {"tier", 0, OPTION_TEXT, FIELD(tier), "NAME",
     "the interpreter: tail or loop"},
    {"gc", 0, OPTION_TEXT, FIELD(gc), "MODE",
     "of collecting: precise, conservative or stress"},
    {"deterministic", 0, OPTION_FLAG, FIELD(is_deterministic), NULL,
     "make the same NaNs on every machine; slower"},
    {"placement", 0, OPTION_TEXT, FIELD(placement), "CLASS", NULL},
    {0},
};
#undef FIELD

const struct usage usage_run = {
    "run",
    "[options] FILE [ARGS...]",
    "Runs FILE (.wasm, or a package, also .br): its _start, or what --invoke\n"
    "names. What follows FILE is for the guest. Exits with the guest's\n"
    "status; 134 for a trap, 1 for what else fails, 2 for wrong usage.",
    options,
    "  tenon run hello.wasm one two\n"
    "  tenon run --dir data::/data --env LANG app.pmod /data/in.txt\n"
    "  tenon run --invoke add math.wasm 2 -3\n"
    "  tenon run --invoke 'add(2,-3)' --invoke 'sqrt(2)' math.wasm\n"
    "  tenon run --invoke 'bytes:db:exec(\"select 6*7\")' app.pmod\n"
    "  tenon run -W timeout=100ms,max-memory-size=16m --stats app.pmod\n",
    true,
};

static void tell(void *ctx, const char *kind, const char *text)
{
    const struct run *run = ctx;
    if (strcmp(kind, "warning") == 0)
        report_warning(run->report, "%s", text);
    else if (strcmp(kind, "note") == 0 || strcmp(kind, "heal") == 0)
        report_note(run->report, "%s", text);
    else
        report_error(run->report, kind, "%s", text);
}

static void trace(void *ctx, const char *text)
{
    const struct run *run = ctx;
    report_line(run->report, "trace", text);
}

static void trace_link(void *ctx, const char *text)
{
    const struct run *run = ctx;
    report_line(run->report, "link", text);
}

/* What the library logs is shown only where it traces calls: whatever fails
 * is told by the call that fails. */
static void trace_log(void *ctx, tn_log_level level, const char *part,
                      const char *text)
{
    (void)level, (void)part;
    trace(ctx, text);
}

static void watch_store(void *ctx, tn_store *store)
{
    struct run *run = ctx;
    if (run->has_deadline)
        deadline_watch(&run->deadline, store);
}

/* ------------------------------------------------------------- options */

static int read_traces(struct run *run)
{
    const struct text_list *given = &run->options.trace;
    for (size_t i = 0; i < given->count; i++) {
        for (const char *at = given->at[i]; *at != '\0';) {
            size_t size = strcspn(at, ",");
            if (size == 5 && memcmp(at, "calls", 5) == 0)
                run->traces_calls = true;
            else if (size == 4 && memcmp(at, "wasi", 4) == 0)
                run->traces_wasi = true;
            else if (size == 5 && memcmp(at, "route", 5) == 0)
                run->traces_route = true;
            else if (size == 4 && memcmp(at, "link", 4) == 0)
                run->traces_link = true;
            else
                return report_usage(run->report,
                                    "--trace knows calls, wasi, route and "
                                    "link, not %.*s",
                                    (int)size, at);
            at += size + (at[size] == ',');
        }
    }
    return STATUS_OK;
}

static int make_engine(struct run *run)
{
    tn_config config = TN_CONFIG_INIT;
    tn_error err = {0};
    if (!parse_placement(run->report, run->options.placement,
                         &config.placement) ||
        !parse_gc_mode(run->report, run->options.gc, &run->gc_mode))
        return STATUS_USAGE;
    config.features = run->settings.features;
    config.tier = run->options.tier;
    config.trace_calls = run->traces_calls;
    config.deterministic = run->options.is_deterministic;
    config.log = run->traces_calls ? trace_log : NULL;
    config.log_ctx = run;
    if (tn_engine_new(&config, &run->engine, &err) != TN_OK)
        return report_failure(run->report, NULL, "tenon", &err);
    return STATUS_OK;
}

/* ------------------------------------------------------------- programs */

/* What made it impossible to start, by the kind that tn_program_new's status
 * stands for: the modules told of their own causes already. */
static const char *start_kind(tn_status status)
{
    switch (status) {
    case TN_E_MALFORMED:
    case TN_E_INVALID:
    case TN_E_FEATURE:
        return "module";
    case TN_E_NOMEM:
    case TN_E_IO:
    case TN_E_LIMIT:
    case TN_E_UNSUPPORTED:
    case TN_E_MISUSE:
        return NULL;
    default:
        return "start";
    }
}

static int make_program(struct run *run, const tn_package *package)
{
    tn_wasi_config wasi = TN_WASI_CONFIG_INIT;
    tn_program_config config = TN_PROGRAM_CONFIG_INIT;
    tn_linker_config linker = TN_LINKER_CONFIG_INIT;
    tn_error err = {0};
    wasi.args = run->inputs.args.at;
    wasi.arg_count = run->inputs.args.count;
    wasi.env = run->inputs.env.at;
    wasi.env_count = run->inputs.env.count;
    wasi.preopens = run->inputs.dirs;
    wasi.preopen_count = run->options.dirs.count;
    wasi.inherit_stdio = true;
    wasi.stdout_is_terminal = isatty(STDOUT_FILENO);
    wasi.trace = run->traces_wasi ? trace : NULL;
    wasi.trace_ctx = run;
    config.wasi = &wasi;
    config.preload = run->inputs.preload.at;
    config.preload_count = run->inputs.preload.count;
    config.strict = run->options.is_strict;
    config.max_heal = (uint32_t)run->settings.max_heal;
    config.trap_unknown_imports = run->settings.is_unknown_trapping;
    config.store.max_memory_bytes = run->settings.max_memory_size;
    config.store.max_gc_bytes = run->settings.max_gc_size;
    config.store.gc_mode = run->gc_mode;
    config.store.stack_bytes = run->settings.max_wasm_stack;
    config.store.max_table_elements = run->settings.max_table_elements;
    config.store.max_instances = (uint32_t)run->settings.max_instances;
    config.report = tell;
    config.trace = run->traces_route ? trace : NULL;
    config.link_trace = run->traces_link ? trace_link : NULL;
    config.linker = &linker;
    config.path = strcmp(run->file, "-") != 0 ? run->file : NULL;
    config.bind_now = run->options.is_bind_now;
    linker.paths = run->options.dyld_paths.at;
    linker.path_count = run->options.dyld_paths.count;
    config.store_ready = watch_store;
    config.ctx = run;
    config.stats = run->options.has_stats;
    tn_status status =
        tn_program_new(run->engine, package, &config, &run->program, &err);
    if (status == TN_OK)
        return STATUS_OK;
    return report_failure(run->report, start_kind(status), run->file, &err);
}

/* The registers of every function, and nothing is run. */
static int show_ir(struct run *run, const tn_package *package)
{
    for (size_t i = 0; i < tn_package_module_count(package); i++) {
        size_t size;
        const void *bytes = tn_package_module(package, i, &size);
        tn_module *module;
        tn_text text = {0};
        tn_error err = {0};
        tn_status status =
            tn_module_new_borrow(run->engine, bytes, size, &module, &err);
        if (status == TN_OK)
            status = tn_module_show_ir(module, UINT32_MAX, &text, &err);
        if (status == TN_OK && tn_package_module_count(package) > 1)
            printf("module %zu\n", i);
        if (status == TN_OK)
            fwrite(text.at, 1, text.size, stdout);
        tn_text_free(&text);
        tn_module_free(module);
        if (status != TN_OK)
            return report_failure(run->report, NULL, run->file, &err);
    }
    return STATUS_OK;
}

/* Loads run->file and makes a program of it. */
static int start(struct run *run, const char *sha256)
{
    tn_package *package;
    int status = STATUS_OK;
    run->times_ns[0] = time_ns();
    if (!open_package(run->report, run->file, sha256, &package))
        return STATUS_FAILED;
    run->times_ns[1] = time_ns();
    if (run->options.show != NULL)
        status = show_ir(run, package);
    else
        status = make_program(run, package);
    run->times_ns[2] = time_ns();
    tn_package_free(package);
    return status;
}

/* Another file is no help where the inputs are wrong. */
static int start_or_fall_back(struct run *run)
{
    int status = make_inputs(run);
    if (status != STATUS_OK)
        return status;
    status = start(run, run->options.sha256);
    if (status != STATUS_FAILED || run->options.fallback == NULL)
        return status;
    report_note(run->report, "fallback: running %s", run->options.fallback);
    free_inputs(run);
    run->file = run->options.fallback;
    status = make_inputs(run);
    return status == STATUS_OK ? start(run, NULL) : status;
}

/* --------------------------------------------------------------- calls */

static int report_trap(struct run *run, const char *kind, const tn_error *err)
{
    const char *chain = tn_program_trap_chain(run->program);
    report_error(run->report, kind, "%s", err->text);
    if (chain[0] != '\0') {
        fputs("  in ", stderr);
        put_text(stderr, chain);
        putc('\n', stderr);
    }
    report_backtrace(run->report, tn_program_store(run->program));
    return STATUS_TRAP;
}

static int status_of_call(struct run *run, tn_status status,
                          const tn_error *err)
{
    const char *kind = tn_program_error_kind(run->program);
    if (status == TN_OK)
        return STATUS_OK;
    if (status == TN_E_EXIT) {
        run->has_exited = true;
        return (int)(tn_store_exit_code(tn_program_store(run->program)) & 0xff);
    }
    if (status == TN_E_NOMEM || kind[0] == '\0')
        kind = report_kind(status);
    if (status == TN_E_TRAP)
        return report_trap(run, kind, err);
    report_error(run->report, kind, "%s", err->text);
    return strcmp(kind, "usage") == 0 ? STATUS_USAGE : STATUS_FAILED;
}

static int invoke_one(struct run *run, const char *text, const tn_bytes *bytes)
{
    struct invocation invocation = {text, &run->args, bytes};
    bool is_usage = false;
    tn_error err = {0};
    tn_status status = invoke(run->program, &invocation, &is_usage, &err);
    fflush(stdout);
    if (is_usage)
        return report_usage(run->report, "%s", err.text);
    return status_of_call(run, status, &err);
}

/* Each outermost call fails alone; the first failure is the status. The exit
 * of a guest ends the run. */
static int make_calls(struct run *run)
{
    const struct text_list *calls = &run->options.invoke;
    struct file_bytes file = {NULL, 0};
    int status = STATUS_OK;
    if (calls->count == 0) {
        tn_error err = {0};
        tn_status result = tn_program_run(run->program, &err);
        return status_of_call(run, result, &err);
    }
    if (run->options.bytes != NULL &&
        !read_bytes(run->report, run->options.bytes, &file))
        return STATUS_FAILED;
    tn_bytes bytes = {file.at, file.size};
    for (size_t i = 0; i < calls->count && !run->has_exited; i++) {
        int result =
            invoke_one(run, calls->at[i], run->options.bytes ? &bytes : NULL);
        if (status == STATUS_OK || run->has_exited)
            status = result;
    }
    free(file.at);
    return status;
}

static int run_file(struct run *run)
{
    uint64_t timeout_ns = run->settings.timeout_ns;
    int status = make_engine(run);
    if (status == STATUS_OK && timeout_ns > 0) {
        run->has_deadline = deadline_start(&run->deadline, timeout_ns);
        if (!run->has_deadline)
            status = report_error(run->report, "memory",
                                  "no thread or pipe for -W timeout");
    }
    if (status == STATUS_OK)
        status = start_or_fall_back(run);
    if (status == STATUS_OK && run->program != NULL) {
        status = make_calls(run);
        run->times_ns[3] = time_ns();
        if (run->options.has_stats)
            print_stats(run);
    }
    if (run->has_deadline) {
        if (status != STATUS_OK && deadline_is_over(&run->deadline))
            report_note(run->report, "the time limit (-W timeout) was reached");
        deadline_stop(&run->deadline);
    }
    run->has_deadline = false;
    tn_program_free(run->program);
    tn_engine_free(run->engine);
    free_inputs(run);
    return status;
}

/* What the table of options cannot tell. */
static int check_options(const struct run *run)
{
    const struct run_options *o = &run->options;
    const char *sha256 = o->sha256;
    if (o->show != NULL && strcmp(o->show, "ir") != 0)
        return report_usage(run->report, "--show knows ir, not %s", o->show);
    if (sha256 != NULL && (strlen(sha256) != 64 ||
                           strspn(sha256, "0123456789abcdefABCDEF") != 64))
        return report_usage(run->report,
                            "--sha256 takes 64 hexadecimal digits");
    if (o->bytes != NULL && o->invoke.count == 0)
        return report_usage(run->report, "--bytes needs --invoke: which "
                                         "function are they for?");
    return STATUS_OK;
}

int cmd_run(struct report *report, char **argv)
{
    struct run run = {.report = report};
    struct text_list operands;
    enum parsed parsed =
        parse_options(report, &usage_run, &run.options, argv, &operands);
    if (parsed == PARSED_OK)
        parsed = parse_settings(report, &run.options.settings, &run.settings);
    int status = parsed == PARSED_OK     ? read_traces(&run)
                 : parsed == PARSED_HELP ? STATUS_OK
                                         : STATUS_USAGE;
    if (parsed == PARSED_OK && status == STATUS_OK)
        status = operands.count > 0
                     ? check_options(&run)
                     : report_usage(report, "run needs a FILE; see tenon help "
                                            "run");
    if (parsed == PARSED_OK && status == STATUS_OK) {
        run.file = operands.at[0];
        run.args.at = operands.at + 1;
        run.args.count = operands.count - 1;
        status = run_file(&run);
    }
    free_options(&usage_run, &run.options);
    return status;
}
