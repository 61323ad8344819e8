/* apart.c - a WASI program, its shim and the host's memory as instances of
 * their own.
 *
 *   apart write PROGRAM SHIM HOST  writes the two modules
 *   apart run PROGRAM [ARG...]     runs them here: the directory is open to
 *                                  the program, in an environment of two */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

#include "mod/features.h"
#include "rewrite/rewrite.h"

static void must(tn_status status, const tn_error *err)
{
    if (status == TN_OK)
        return;
    fprintf(stderr, "apart: %s: %s\n", tn_status_text(status), err->text);
    exit(125);
}

static const struct row {
    const char *name, *type;
} rows[] = {
#define P1(name, type, passes) {#name, type},
#include "mod/wasi_p1.def"
#undef P1
};

enum {
    ROW_COUNT = sizeof rows / sizeof *rows
};

struct files {
    struct tn_buf program, shim, host;
};

static void read_program(const char *path, struct tn_buf *out)
{
    FILE *file = fopen(path, "rb");
    uint8_t bytes[4096];
    size_t size;
    while (file != NULL && (size = fread(bytes, 1, sizeof bytes, file)) > 0)
        tn_buf_put(out, bytes, size);
    if (file == NULL || out->failed) {
        fprintf(stderr, "apart: cannot read %s\n", path);
        exit(125);
    }
    fclose(file);
}

static struct files make_files(const char *path)
{
    struct files files;
    struct tn_mod *mod = NULL;
    tn_error err = {0};
    tn_buf_init(&files.program, &tn_alloc_libc);
    tn_buf_init(&files.shim, &tn_alloc_libc);
    tn_buf_init(&files.host, &tn_alloc_libc);
    read_program(path, &files.program);
    must(tn_mod_decode(files.program.at, files.program.size, tn_features_all(),
                       &tn_alloc_libc, &mod, &err),
         &err);
    const struct tn_rw_program program = {mod, tn_str_of("program"),
                                          tn_str_of("memory"),
                                          &mod->memories[0].limits};
    must(tn_rw_wasi_shim(&program, &files.shim, &err), &err);
    tn_rw_wasi_memory(&files.host);
    tn_mod_free(mod);
    return files;
}

static void free_files(struct files *files)
{
    tn_buf_clear(&files->program);
    tn_buf_clear(&files->shim);
    tn_buf_clear(&files->host);
}

/* ------------------------------------------------------------------- write */

static int write_file(const char *path, const struct tn_buf *bytes)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return 1;
    size_t wrote = fwrite(bytes->at, 1, bytes->size, file);
    return fclose(file) != 0 || wrote != bytes->size;
}

static int write_them(char **paths)
{
    struct files files = make_files(paths[0]);
    int failed =
        write_file(paths[1], &files.shim) | write_file(paths[2], &files.host);
    free_files(&files);
    return failed;
}

/* --------------------------------------------------------------------- run */

static struct running {
    tn_engine *engine;
    tn_store *store;
    tn_error err;
    tn_module *modules[3];
    tn_imports *imports[3];
    tn_instance *program, *shim, *host;
    tn_func *shims[ROW_COUNT]; /* null for those not imported */
} now;

static tn_status call_shim(tn_call *call, uint64_t *slots, void *env,
                           tn_error *err)
{
    (void)call;
    tn_func **func = env;
    return tn_func_call_raw(*func, slots, err);
}

static tn_instance *new_instance(int i, const struct tn_buf *bytes)
{
    tn_instance *instance = NULL;
    must(tn_module_new_copy(now.engine, bytes->at, bytes->size, &now.modules[i],
                            &now.err),
         &now.err);
    must(tn_instance_new(now.store, now.modules[i], now.imports[i], &instance,
                         &now.err),
         &now.err);
    return instance;
}

static void new_imports(int i)
{
    must(tn_imports_new(now.store, &now.imports[i], &now.err), &now.err);
}

static void new_instances(const struct files *files, tn_wasi *wasi)
{
    tn_error *err = &now.err;
    for (int i = 0; i < 3; i++)
        new_imports(i);
    for (int i = 0; i < ROW_COUNT; i++)
        must(tn_imports_func(now.imports[0], "wasi_snapshot_preview1",
                             rows[i].name, rows[i].type, call_shim,
                             &now.shims[i], err),
             err);
    now.program = new_instance(0, &files->program);
    now.host = new_instance(1, &files->host);
    must(tn_imports_wasi(now.imports[2], wasi, err), err);
    must(tn_imports_instance(now.imports[2], "program", now.program, err), err);
    must(tn_imports_instance(now.imports[2], "tenon.wasi", now.host, err), err);
    now.shim = new_instance(2, &files->shim);
    for (int i = 0; i < ROW_COUNT; i++)
        tn_instance_func(now.shim, rows[i].name, &now.shims[i], NULL);
}

static int run_start(void)
{
    tn_func *start = NULL;
    must(tn_instance_func(now.program, "_start", &start, &now.err), &now.err);
    tn_status status = tn_func_call_raw(start, NULL, &now.err);
    if (status == TN_E_EXIT)
        return (int)tn_store_exit_code(now.store);
    must(status, &now.err);
    return 0;
}

static int run_it(int count, char **args)
{
    static const char *const env[] = {"A=1", "BB=two"};
    static const tn_preopen here = {".", ".", false};
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    config.args = (const char *const *)args;
    config.arg_count = (size_t)count;
    config.env = env;
    config.env_count = 2;
    config.preopens = &here;
    config.preopen_count = 1;
    config.inherit_stdio = true;
    struct files files = make_files(args[0]);
    tn_wasi *wasi = NULL;
    must(tn_engine_new(NULL, &now.engine, &now.err), &now.err);
    must(tn_store_new(now.engine, NULL, &now.store, &now.err), &now.err);
    must(tn_wasi_new(now.engine, &config, &wasi, &now.err), &now.err);
    new_instances(&files, wasi);
    int status = run_start();
    tn_instance_free(now.shim);
    tn_instance_free(now.host);
    tn_instance_free(now.program);
    for (int i = 0; i < 3; i++) {
        tn_imports_free(now.imports[i]);
        tn_module_free(now.modules[i]);
    }
    tn_wasi_free(wasi);
    tn_store_free(now.store);
    tn_engine_free(now.engine);
    free_files(&files);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "write") == 0)
        return write_them(&argv[2]);
    if (argc >= 3 && strcmp(argv[1], "run") == 0)
        return run_it(argc - 2, &argv[2]);
    fputs("usage: apart write PROGRAM SHIM HOST | run PROGRAM [ARG...]\n",
          stderr);
    return 125;
}
