/* by_shim.h - the guest of ../wasi/guest.h, with a shim between it and the
 * host: who includes this before a test of WASI runs all of it that way.
 *
 * Program, shim and the host's memory are instances of their own. The program
 * comes before the shim, whose memory it has; so what it imports are functions
 * of ours that call the shim when it is there. In a merged module they are
 * one, and nothing of ours is between them. */
#ifndef TN_TEST_BY_SHIM_H
#define TN_TEST_BY_SHIM_H

#include "mod/features.h"
#include "rewrite/rewrite.h"
#include "text/wat.h"
#include "tn_test.h"

static tn_status import_trampolines(tn_imports *imports, tn_wasi *wasi,
                                    tn_error *err);

#define GUEST_HAS_SHIM true
#define GUEST_MEMORY   "memory"
#define GUEST_IMPORTS  import_trampolines
#include "../wasi/guest.h"

/* A test may put another host behind the shim, and another memory. */
static struct by_shim {
    tn_status (*host_imports)(tn_imports *imports, tn_wasi *wasi,
                              tn_error *err);
    const char *host_text;
    tn_func *funcs[GUEST_CALL_COUNT];
    tn_module *shim_module, *host_module;
    tn_instance *shim, *host;
    tn_imports *imports;
    tn_memory *memory; /* the host's */
} by_shim;

static tn_status call_shim(tn_call *call, uint64_t *slots, void *env,
                           tn_error *err)
{
    (void)call;
    tn_func **func = env;
    return tn_func_call_raw(*func, slots, err);
}

static tn_status import_trampolines(tn_imports *imports, tn_wasi *wasi,
                                    tn_error *err)
{
    (void)wasi;
    for (size_t i = 0; i < GUEST_CALL_COUNT; i++)
        guest_must(tn_imports_func(imports, "wasi_snapshot_preview1",
                                   guest_rows[i].name, guest_rows[i].type,
                                   call_shim, &by_shim.funcs[i], err));
    return TN_OK;
}

/* Its memory is what it exports as "memory". */
static struct tn_rw_program program_of(const struct tn_mod *mod)
{
    uint32_t i = tn_mod_find_export(mod, tn_str_of("memory"));
    bool has_memory = i != TN_NONE && mod->exports[i].kind == TN_EXTERN_MEMORY;
    return (struct tn_rw_program){
        mod, tn_str_of("program"), tn_str_of("memory"),
        has_memory ? &mod->memories[mod->exports[i].index].limits : NULL};
}

static void put_shim_of_guest(struct tn_buf *out)
{
    struct tn_buf program;
    struct tn_mod *mod = NULL;
    tn_buf_init(&program, &tn_alloc_libc);
    put_guest(&program);
    guest_must(tn_mod_decode(program.at, program.size, tn_features_all(),
                             &tn_alloc_libc, &mod, &guest.err));
    const struct tn_rw_program made_of = program_of(mod);
    guest_must(tn_rw_wasi_shim(&made_of, out, &guest.err));
    tn_mod_free(mod);
    tn_buf_clear(&program);
}

static void make_host_memory(void)
{
    struct tn_buf bytes;
    tn_buf_init(&bytes, &tn_alloc_libc);
    if (by_shim.host_text == NULL)
        tn_rw_wasi_memory(&bytes);
    else
        guest_must(tn_text_parse(by_shim.host_text, strlen(by_shim.host_text),
                                 &tn_alloc_libc, &bytes, &guest.err));
    guest_must(tn_module_new_copy(guest.engine, bytes.at, bytes.size,
                                  &by_shim.host_module, &guest.err));
    guest_must(tn_instance_new(guest.store, by_shim.host_module, NULL,
                               &by_shim.host, &guest.err));
    guest_must(tn_instance_memory(by_shim.host, "memory", &by_shim.memory,
                                  &guest.err));
    tn_buf_clear(&bytes);
}

static void make_shim_of_guest(void)
{
    struct tn_buf bytes;
    tn_buf_init(&bytes, &tn_alloc_libc);
    put_shim_of_guest(&bytes);
    guest_must(tn_imports_new(guest.store, &by_shim.imports, &guest.err));
    guest_must(
        (by_shim.host_imports != NULL ? by_shim.host_imports : tn_imports_wasi)(
            by_shim.imports, guest.wasi, &guest.err));
    guest_must(tn_imports_instance(by_shim.imports, "program", guest.instance,
                                   &guest.err));
    guest_must(tn_imports_instance(by_shim.imports, "tenon.wasi", by_shim.host,
                                   &guest.err));
    guest_must(tn_module_new_copy(guest.engine, bytes.at, bytes.size,
                                  &by_shim.shim_module, &guest.err));
    guest_must(tn_instance_new(guest.store, by_shim.shim_module,
                               by_shim.imports, &by_shim.shim, &guest.err));
    for (size_t i = 0; i < GUEST_CALL_COUNT; i++)
        guest_must(tn_instance_func(by_shim.shim, guest_rows[i].name,
                                    &by_shim.funcs[i], &guest.err));
    tn_buf_clear(&bytes);
}

static void guest_new_by_shim(const tn_wasi_config *config)
{
    guest_new(config);
    make_host_memory();
    make_shim_of_guest();
}

static void guest_free_by_shim(void)
{
    tn_instance_free(by_shim.shim);
    tn_instance_free(by_shim.host);
    tn_imports_free(by_shim.imports);
    tn_module_free(by_shim.shim_module);
    tn_module_free(by_shim.host_module);
    guest_free();
    by_shim = (struct by_shim){0};
}

#define guest_new  guest_new_by_shim
#define guest_free guest_free_by_shim

#endif
