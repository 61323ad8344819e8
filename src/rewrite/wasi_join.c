/* wasi_join.c - several programs and one host.
 *
 * A host of WASI reads and writes the memory that is exported as "memory", so
 * of several programs it would serve one, and the others silently wrongly.
 * Each gets a shim (wasi_shim.c): its imports of WASI mean the shim's exports,
 * and the shims share one more memory, which is the one that is exported. */
#include "rewrite/steps.h"
#include "rewrite/wasi_shim.h"

#define PREVIEW_1 "wasi_snapshot_preview1"
#define SHIM_HOST "tenon.wasi"

/* Does it give the host addresses? What asks for more than its end is taken to
 * do so where nobody knows. */
static bool uses_wasi(const struct tn_rw *rw, uint32_t i)
{
    const struct tn_mod *mod = rw->inputs[i].mod;
    for (uint32_t k = 0; k < mod->import_count; k++) {
        const struct tn_import *import = &mod->imports[k];
        bool has_pointers = tn_str_is(import->module, PREVIEW_1)
                                ? tn_rw_wasi_has_pointers(import->name)
                                : tn_str_is(import->module, "wasi_unstable") &&
                                      !tn_str_is(import->name, "proc_exit");
        if (has_pointers && import->kind == TN_EXTERN_FUNC &&
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

/* The memory that a host means which is called by this input: what it exports
 * as "memory", or its first, for a library has that from its program. TN_NONE
 * when it has none. */
static uint32_t memory_meant(const struct tn_rw *rw, uint32_t i)
{
    const struct tn_export *export = memory_of(rw, i);
    if (export != NULL)
        return export->index;
    return rw->inputs[i].mod->memory_count != 0 ? 0 : TN_NONE;
}

/* Where a memory comes from. */
struct memory_source {
    const struct tn_import *import; /* null: it is the input's own */
    uint32_t target;                /* who answers the import; TN_NONE: host */
    const struct tn_export *export; /* of `target`; null for the host's */
};

static struct memory_source source_of(const struct tn_rw *rw,
                                      struct tn_rw_link at)
{
    struct memory_source source = {NULL, TN_NONE, NULL};
    const struct tn_mod *mod = rw->inputs[at.input].mod;
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (mod->imports[i].kind == TN_EXTERN_MEMORY &&
            mod->imports[i].index == at.index)
            source.import = &mod->imports[i];
    if (source.import == NULL)
        return source;
    source.target = tn_rw_target(rw, at.input, source.import->module);
    if (source.target != TN_NONE)
        source.export =
            tn_rw_find_export(&rw->inputs[source.target], source.import->name);
    return source;
}

/* The memory behind imports. Links are checked later: here those that lead to
 * no memory end, and of a ring it is any. */
static struct tn_rw_link memory_origin(const struct tn_rw *rw, uint32_t i,
                                       uint32_t index)
{
    struct tn_rw_link at = {i, index};
    for (uint32_t steps = 0; steps <= 1000 * rw->input_count; steps++) {
        struct memory_source source = source_of(rw, at);
        if (source.export == NULL || source.export->kind != TN_EXTERN_MEMORY)
            break;
        at = (struct tn_rw_link){source.target, source.export->index};
    }
    return at;
}

/* Is it a memory that the host made? Then it knows where to look. */
static bool is_of_host(const struct tn_rw *rw, struct tn_rw_link origin)
{
    return source_of(rw, origin).import != NULL;
}

static bool is_same_memory(struct tn_rw_link a, struct tn_rw_link b)
{
    return a.input == b.input && a.index == b.index;
}

/* No shims are needed when all that WASI reads is one memory, and no other is
 * called "memory" in the result, as that of the first is which exports one. */
static bool needs_shims(const struct tn_rw *rw)
{
    const struct tn_rw_link none = {TN_NONE, TN_NONE};
    struct tn_rw_link shown = none, used = none;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        uint32_t meant = memory_meant(rw, i);
        if (meant == TN_NONE)
            continue;
        struct tn_rw_link origin = memory_origin(rw, i, meant);
        if (is_same_memory(shown, none) && memory_of(rw, i) != NULL)
            shown = origin;
        if (!uses_wasi(rw, i))
            continue;
        if (!is_same_memory(used, none) && !is_same_memory(used, origin))
            return true;
        used = origin;
    }
    return !is_same_memory(used, none) && !is_same_memory(shown, none) &&
           !is_same_memory(used, shown);
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

static tn_status add_bind(struct tn_rw *rw, uint32_t input,
                          struct tn_str module, uint32_t target)
{
    const struct tn_rw_bind bind = {input, module, target};
    return TN_VEC_PUSH(&rw->binds, rw->alloc, bind) ? TN_OK
                                                    : tn_no_memory(rw->err);
}

/* What a shim of the input must know: by which name another module has its
 * memory, if by any. */
static struct tn_rw_program program_of_input(const struct tn_rw *rw, uint32_t i)
{
    const struct tn_rw_input *input = &rw->inputs[i];
    struct tn_rw_program program = {.mod = input->mod};
    uint32_t meant = memory_meant(rw, i);
    if (meant == TN_NONE)
        return program;
    struct memory_source source = source_of(rw, (struct tn_rw_link){i, meant});
    program.limits = &input->mod->memories[meant].limits;
    program.module = input->name;
    program.memory = tn_str_of("memory");
    if (memory_of(rw, i) != NULL)
        return program;
    if (source.import == NULL) {
        program.limits = NULL;
        return program;
    }
    program.module = source.target != TN_NONE ? rw->inputs[source.target].name
                                              : source.import->module;
    program.memory = source.import->name;
    return program;
}

static tn_status add_shim(struct tn_rw *rw, uint32_t i)
{
    struct tn_buf made;
    tn_error why = {0};
    const struct tn_rw_program program = program_of_input(rw, i);
    struct tn_str name =
        tn_rw_join_name(rw, tn_str_of("wasi"), rw->inputs[i].name);
    if (name.at == NULL)
        return tn_no_memory(rw->err);
    tn_buf_init(&made, rw->alloc);
    tn_status status = tn_rw_wasi_shim(&program, &made, &why);
    if (status == TN_OK)
        status = add_made(rw, name, &made);
    else
        status = tn_rw_fail_input(rw, &rw->inputs[i], &why);
    tn_buf_clear(&made);
    TN_TRY(status);
    /* Said, for an input may be called so. */
    uint32_t shim = rw->input_count - 1;
    TN_TRY(add_bind(rw, shim, tn_str_of(PREVIEW_1), TN_NONE));
    return add_bind(rw, i, tn_str_of(PREVIEW_1), shim);
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
        if (uses_wasi(rw, i))
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

/* Does the host look at the memory that the input means, if it is `seen`? One
 * that no host serves as it is may stay so, if there is none to be seen. */
static bool is_served(const struct tn_rw *rw, uint32_t i, uint32_t seen)
{
    uint32_t meant = memory_meant(rw, i);
    if (seen == TN_NONE && memory_of(rw, i) == NULL)
        return true;
    return meant != TN_NONE && (rw->inputs[i].map.memories[meant] == seen ||
                                is_of_host(rw, memory_origin(rw, i, meant)));
}

/* Does it import a function of a host's, other than WASI's, that takes an i32?
 * That may be an address. */
static bool may_give_addresses(const struct tn_rw *rw, uint32_t i)
{
    const struct tn_mod *mod = rw->inputs[i].mod;
    for (uint32_t k = 0; k < mod->import_count; k++) {
        const struct tn_import *import = &mod->imports[k];
        if (import->kind != TN_EXTERN_FUNC ||
            tn_str_is(import->module, PREVIEW_1) ||
            tn_rw_target(rw, i, import->module) != TN_NONE)
            continue;
        if (tn_rw_may_take_address(tn_mod_func_type(mod, import->index)))
            return true;
    }
    return false;
}

/* Other hosts look at memories by their names, too, and nobody knows when. */
static void note_moved_memory(struct tn_rw *rw, uint32_t i, uint32_t seen)
{
    const struct tn_export *memory = memory_of(rw, i);
    const struct tn_rw_input *input = &rw->inputs[i];
    if (input->is_own || memory == NULL || !may_give_addresses(rw, i) ||
        input->map.memories[memory->index] == seen)
        return;
    tn_rw_note(rw, TN_NOTE_IMPORT, true, i,
               "functions of the host's that it gives addresses to would look "
               "for them in %s",
               seen == TN_NONE ? "an export \"memory\", which is not there"
                               : "another input's memory, which is exported "
                                 "as \"memory\"");
}

tn_status tn_rw_check_wasi(struct tn_rw *rw)
{
    uint32_t seen = exported_memory(rw);
    for (uint32_t i = 0; i < rw->input_count; i++)
        note_moved_memory(rw, i, seen);
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[i];
        if (input->is_own || !uses_wasi(rw, i) || is_served(rw, i, seen))
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
