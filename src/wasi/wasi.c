/* wasi.c - making and ending a tn_wasi. */
#include "wasi/wasi.h"

#include "base/error.h"
#include "rt/engine.h"
#include "wasi/p1.h"

/* Addresses of preview 1 have 32 bits, so its texts must fit in that. */
static tn_status copy_wasi_texts(const tn_allocator *alloc,
                                 const char *const *from, size_t count,
                                 struct tn_wasi_texts *out, tn_error *err)
{
    uint64_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += strlen(from[i]) + 1;
    if (size > UINT32_MAX || count > UINT32_MAX / 4)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "arguments or environment of 4 GiB and more");
    *out = (struct tn_wasi_texts){.size = (size_t)size, .count = count};
    if (size == 0)
        return TN_OK;
    out->bytes = tn_alloc_new(alloc, out->size, 1);
    if (out->bytes == NULL)
        return tn_no_memory(err);
    char *at = out->bytes;
    for (size_t i = 0; i < count; i++) {
        size_t bytes = strlen(from[i]) + 1;
        memcpy(at, from[i], bytes);
        at += bytes;
    }
    return TN_OK;
}

static tn_status add_stdio(struct tn_wasi_fds *files,
                           const tn_wasi_config *config, tn_error *err)
{
    for (uint32_t i = 0; i < 3; i++) {
        bool is_terminal = i > 0 && config->stdout_is_terminal;
        struct tn_wasi_file file =
            config->inherit_stdio ? tn_wasi_file_of_stdio(i, is_terminal)
                                  : tn_wasi_file_of_stream(i, config->stdio[i]);
        uint32_t fd;
        if (tn_wasi_fds_add(files, file, &fd) != TN_WASI_SUCCESS)
            return tn_no_memory(err);
    }
    return TN_OK;
}

static tn_status open_files(tn_wasi *wasi, const tn_wasi_config *config,
                            tn_error *err)
{
    if (config->share_files_with != NULL) {
        wasi->files = tn_wasi_fds_retain(config->share_files_with->files);
        return TN_OK;
    }
    wasi->files = tn_wasi_fds_new(wasi->alloc);
    if (wasi->files == NULL)
        return tn_no_memory(err);
    TN_TRY(add_stdio(wasi->files, config, err));
    for (size_t i = 0; i < config->preopen_count; i++)
        TN_TRY(tn_wasi_fds_preopen(wasi->files, &config->preopens[i], err));
    return TN_OK;
}

static tn_status fill_wasi(tn_wasi *wasi, const tn_wasi_config *config,
                           tn_error *err)
{
    TN_TRY(copy_wasi_texts(wasi->alloc, config->args, config->arg_count,
                           &wasi->args, err));
    TN_TRY(copy_wasi_texts(wasi->alloc, config->env, config->env_count,
                           &wasi->env, err));
    wasi->p1 = tn_wasi_p1_bind(wasi);
    if (wasi->p1 == NULL)
        return tn_no_memory(err);
    return open_files(wasi, config, err);
}

tn_status tn_wasi_new(tn_engine *engine, const tn_wasi_config *config,
                      tn_wasi **out, tn_error *err)
{
    static const tn_wasi_config nothing = TN_WASI_CONFIG_INIT;
    if (config == NULL)
        config = &nothing;
    *out = NULL;
    tn_wasi *wasi = TN_ALLOC(&engine->alloc, tn_wasi);
    if (wasi == NULL)
        return tn_no_memory(err);
    wasi->alloc = &engine->alloc;
    wasi->trace = config->trace;
    wasi->trace_ctx = config->trace_ctx;
    tn_status status = fill_wasi(wasi, config, err);
    if (status != TN_OK) {
        tn_wasi_free(wasi);
        return status;
    }
    *out = wasi;
    return TN_OK;
}

void tn_wasi_free(tn_wasi *wasi)
{
    if (wasi == NULL)
        return;
    if (wasi->files != NULL)
        tn_wasi_fds_release(wasi->files);
    tn_wasi_p1_unbind(wasi);
    tn_alloc_free(wasi->alloc, wasi->args.bytes, wasi->args.size);
    tn_alloc_free(wasi->alloc, wasi->env.bytes, wasi->env.size);
    tn_alloc_free(wasi->alloc, wasi, sizeof *wasi);
}
