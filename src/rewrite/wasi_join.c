/* wasi_join.c - several programs and one host.
 *
 * A host of WASI reads and writes the memory that is exported as "memory", so
 * of several programs it would serve one, and the others silently wrongly.
 * Each gets a shim (wasi_shim.c): its imports of WASI mean the shim's exports,
 * and the shims share one more memory, which is the one that is exported. */
#include "rewrite/steps.h"

#define PREVIEW_1 "wasi_snapshot_preview1"
#define SHIM_HOST "tenon.wasi"

/* Does it ask WASI for more than its end? All but that may take pointers. */
static bool uses_wasi(const struct tn_rw *rw, uint32_t i)
{
    const struct tn_mod *mod = rw->inputs[i].mod;
    for (uint32_t k = 0; k < mod->import_count; k++) {
        const struct tn_import *import = &mod->imports[k];
        bool is_wasi = tn_str_is(import->module, PREVIEW_1) ||
                       tn_str_is(import->module, "wasi_unstable");
        if (is_wasi && import->kind == TN_EXTERN_FUNC &&
            !tn_str_is(import->name, "proc_exit") &&
            tn_rw_target(rw, i, import->module) == TN_NONE)
            return true;
    }
    return false;
}

static const struct tn_export *memory_of(const struct tn_rw *rw, uint32_t i)
{
    const struct tn_export *export =
        tn_rw_find_export(&rw->inputs[i], tn_str_of("memory"));
    return export != NULL && export->kind == TN_EXTERN_MEMORY ? export : NULL;
}

/* One program that uses WASI needs no shim, if its memory is called "memory"
 * in the result too: if no input before it exports one. */
static bool needs_shims(const struct tn_rw *rw)
{
    uint32_t users = 0, first_user = TN_NONE, first_memory = TN_NONE;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        if (uses_wasi(rw, i) && users++ == 0)
            first_user = i;
        if (first_memory == TN_NONE && memory_of(rw, i) != NULL)
            first_memory = i;
    }
    return users > 1 || (users == 1 && first_memory != first_user);
}

static tn_status add_made(struct tn_rw *rw, struct tn_str name,
                          const struct tn_buf *made)
{
    if (made->failed)
        return tn_no_memory(rw->err);
    tn_bytes kept =
        tn_rw_keep(rw, (struct tn_str){(const char *)made->at, made->size});
    return kept.at == NULL ? tn_no_memory(rw->err)
                           : tn_rw_add_input(rw, name, kept, true);
}

static tn_status add_shim(struct tn_rw *rw, uint32_t i)
{
    struct tn_buf made;
    struct tn_str name =
        tn_rw_join_name(rw, tn_str_of("wasi"), rw->inputs[i].name);
    if (name.at == NULL)
        return tn_no_memory(rw->err);
    tn_buf_init(&made, rw->alloc);
    tn_status status =
        tn_rw_wasi_shim(rw->inputs[i].mod, rw->inputs[i].name, &made, rw->err);
    if (status == TN_OK)
        status = add_made(rw, name, &made);
    tn_buf_clear(&made);
    TN_TRY(status);
    const struct tn_rw_bind bind = {i, tn_str_of(PREVIEW_1),
                                    rw->input_count - 1};
    return TN_VEC_PUSH(&rw->binds, rw->alloc, bind) ? TN_OK
                                                    : tn_no_memory(rw->err);
}

tn_status tn_rw_add_shims(struct tn_rw *rw)
{
    uint32_t count = rw->input_count;
    struct tn_buf made;
    if (!needs_shims(rw))
        return TN_OK;
    tn_buf_init(&made, rw->alloc);
    tn_rw_wasi_memory(&made);
    tn_status status = add_made(rw, tn_str_of(SHIM_HOST), &made);
    tn_buf_clear(&made);
    for (uint32_t i = 0; i < count && status == TN_OK; i++)
        if (uses_wasi(rw, i) && memory_of(rw, i) != NULL)
            status = add_shim(rw, i);
    return status;
}

tn_status tn_rw_export_wasi_memory(struct tn_rw *rw)
{
    uint32_t host = tn_rw_find_input(rw, tn_str_of(SHIM_HOST));
    if (host == TN_NONE || !rw->inputs[host].is_own)
        return TN_OK;
    const struct tn_rw_chosen chosen = {
        .input = TN_NONE,
        .name = tn_str_of("memory"),
        .kind = TN_EXTERN_MEMORY,
        .index = rw->inputs[host].map.memories[memory_of(rw, host)->index]};
    return TN_VEC_PUSH(&rw->chosen, rw->alloc, chosen) ? TN_OK
                                                       : tn_no_memory(rw->err);
}

static uint32_t exported_memory(const struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->joined.export_count; i++)
        if (tn_str_is(rw->joined.exports[i].name, "memory") &&
            rw->joined.exports[i].kind == TN_EXTERN_MEMORY)
            return rw->joined.exports[i].index;
    return TN_NONE;
}

tn_status tn_rw_check_wasi(struct tn_rw *rw)
{
    uint32_t seen = exported_memory(rw);
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[i];
        const struct tn_export *memory = memory_of(rw, i);
        if (input->is_own || memory == NULL || !uses_wasi(rw, i) ||
            input->map.memories[memory->index] == seen)
            continue;
        return tn_fail(rw->err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "%s uses WASI, whose host looks at the memory that is "
                       "exported as \"memory\", and that is not its own%s",
                       input->name.at,
                       rw->options->with_wasi
                           ? ""
                           : " (--wasi gives each program a shim)");
    }
    return TN_OK;
}
