/* dyn_image.c - a module as a dynamic linker sees it, put together. */
#include "dyn/image.h"

#include "base/map.h"
#include "dyn/reading.h"

/* ------------------------------------------------------------------ imports */

/* clang-format off */
static const struct env_row {
    const char *name;
    tn_externkind kind;
    bool is_mutable; /* of globals, which are i32 or i64 */
    enum tn_dyn_ref_kind ref;
} env_rows[] = {
    {"memory",                    TN_EXTERN_MEMORY, false, TN_DYN_REF_MEMORY},
    {"__indirect_function_table", TN_EXTERN_TABLE,  false, TN_DYN_REF_TABLE},
    {"__stack_pointer",           TN_EXTERN_GLOBAL, true,  TN_DYN_REF_STACK_POINTER},
    {"__memory_base",             TN_EXTERN_GLOBAL, false, TN_DYN_REF_MEMORY_BASE},
    {"__memory_base32",           TN_EXTERN_GLOBAL, false, TN_DYN_REF_MEMORY_BASE},
    {"__table_base",              TN_EXTERN_GLOBAL, false, TN_DYN_REF_TABLE_BASE},
    {"__table_base32",            TN_EXTERN_GLOBAL, false, TN_DYN_REF_TABLE_BASE},
};
/* clang-format on */

static bool is_address_global(const struct tn_mod *mod,
                              const struct tn_import *import, bool is_mutable)
{
    if (import->kind != TN_EXTERN_GLOBAL)
        return false;
    const struct tn_global_def *global = &mod->globals[import->index];
    return global->is_mutable == is_mutable &&
           (global->type == TN_VT_I32 || global->type == TN_VT_I64);
}

static enum tn_dyn_ref_kind env_ref_kind(const struct tn_mod *mod,
                                         const struct tn_import *import)
{
    if (import->kind == TN_EXTERN_FUNC)
        return TN_DYN_REF_FUNC;
    if (import->kind == TN_EXTERN_TAG)
        return TN_DYN_REF_TAG;
    for (size_t i = 0; i < sizeof env_rows / sizeof *env_rows; i++) {
        const struct env_row *row = &env_rows[i];
        if (row->kind == import->kind && tn_str_is(import->name, row->name) &&
            (import->kind != TN_EXTERN_GLOBAL ||
             is_address_global(mod, import, row->is_mutable)))
            return row->ref;
    }
    return TN_DYN_REF_HOST;
}

static enum tn_dyn_ref_kind ref_kind(const struct tn_mod *mod,
                                     const struct tn_import *import)
{
    if (tn_str_is(import->module, "env"))
        return env_ref_kind(mod, import);
    if (!is_address_global(mod, import, true))
        return TN_DYN_REF_HOST;
    return tn_str_is(import->module, "GOT.func")  ? TN_DYN_REF_GOT_FUNC
           : tn_str_is(import->module, "GOT.mem") ? TN_DYN_REF_GOT_MEM
                                                  : TN_DYN_REF_HOST;
}

static bool is_symbol_ref(uint8_t kind)
{
    return kind == TN_DYN_REF_FUNC || kind == TN_DYN_REF_TAG ||
           kind == TN_DYN_REF_GOT_FUNC || kind == TN_DYN_REF_GOT_MEM;
}

/* IMPORT_INFO speaks of a symbol once, as of module env; it may be imported as
 * a function and by both GOTs. */
static tn_status mark_weak_refs(struct tn_dyn_reading *r)
{
    const struct tn_dylink *dylink = &r->image->dylink;
    const tn_allocator *alloc = r->image->arena.alloc;
    struct tn_map weak = {0};
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < dylink->import_count && status == TN_OK; i++) {
        const struct tn_dylink_info *info = &dylink->imports[i];
        if ((info->flags & TN_DYLINK_BINDING) == TN_DYLINK_WEAK &&
            tn_str_is(info->module, "env") &&
            tn_map_put(&weak, alloc, info->name, 1) == TN_MAP_NO_MEMORY)
            status = tn_no_memory(r->err);
    }
    for (uint32_t i = 0; i < r->mod->import_count && weak.count > 0; i++) {
        struct tn_dyn_ref *ref = &r->image->refs[i];
        ref->is_weak =
            is_symbol_ref(ref->kind) &&
            tn_map_get(&weak, r->mod->imports[i].name) != TN_MAP_NONE;
    }
    tn_map_clear(&weak, alloc);
    return status;
}

static tn_status read_refs(struct tn_dyn_reading *r)
{
    const struct tn_mod *mod = r->mod;
    struct tn_dyn_image *image = r->image;
    image->refs =
        TN_NEW_ARRAY(&image->arena, struct tn_dyn_ref, mod->import_count);
    if (image->refs == NULL)
        return tn_no_memory(r->err);
    for (uint32_t i = 0; i < mod->import_count; i++) {
        const struct tn_import *import = &mod->imports[i];
        image->refs[i].hash = tn_dyn_hash(import->name);
        image->refs[i].kind = (uint8_t)ref_kind(mod, import);
        image->is_pic |= image->refs[i].kind == TN_DYN_REF_MEMORY_BASE ||
                         image->refs[i].kind == TN_DYN_REF_TABLE_BASE;
    }
    return mark_weak_refs(r);
}

/* What follows speaks of memory 0 and table 0. */
static tn_status check_shared_are_first(struct tn_dyn_reading *r)
{
    for (uint32_t i = 0; i < r->mod->import_count && r->image->is_pic; i++) {
        const struct tn_import *import = &r->mod->imports[i];
        uint8_t kind = r->image->refs[i].kind;
        if ((kind == TN_DYN_REF_MEMORY || kind == TN_DYN_REF_TABLE) &&
            import->index != 0)
            return tn_fail(r->err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                           "env.%.*s is %s %u of a position-independent "
                           "module, and must be its first",
                           TN_STR(import->name),
                           kind == TN_DYN_REF_MEMORY ? "memory" : "table",
                           import->index);
    }
    return TN_OK;
}

/* ------------------------------------------------------------------ exports */

/* The own function with this name, if it is of type () -> () or (address) ->
 * (); or TN_NONE. */
static uint32_t find_init_func(const struct tn_dyn_image *image,
                               const char *name, uint32_t param_count)
{
    struct tn_dyn_def def;
    if (!tn_dyn_find_any(image, name, &def) || def.kind != TN_DYN_FUNC)
        return TN_NONE;
    const struct tn_type_def *type = tn_mod_func_type(image->mod, def.index);
    if (type->result_count != 0 || type->param_count != param_count)
        return TN_NONE;
    if (param_count == 1 && type->params[0] != TN_VT_I32 &&
        type->params[0] != TN_VT_I64)
        return TN_NONE;
    return def.index;
}

static void find_init_funcs(struct tn_dyn_image *image)
{
    static const char *const initializers[] = {"_initialize",
                                               "__wasm_call_ctors"};
    image->apply_data_relocs =
        find_init_func(image, "__wasm_apply_data_relocs", 0);
    image->call_dtors = find_init_func(image, "__wasm_call_dtors", 0);
    image->start = find_init_func(image, "_start", 0);
    image->init_tls = find_init_func(image, "__wasm_init_tls", 1);
    image->initialize = TN_NONE;
    for (size_t i = 0; i < 2 && image->initialize == TN_NONE; i++) {
        image->initialize = find_init_func(image, initializers[i], 0);
        if (image->initialize != TN_NONE)
            image->initialize_name = initializers[i];
    }
}

static uint64_t find_constant(const struct tn_dyn_image *image,
                              const char *name, uint64_t otherwise)
{
    struct tn_dyn_def def;
    if (tn_dyn_find_any(image, name, &def) && def.kind == TN_DYN_DATA)
        return def.value;
    return otherwise;
}

static tn_status find_tls(struct tn_dyn_image *image, tn_error *err)
{
    image->tls_size = find_constant(image, "__tls_size", 0);
    uint64_t align =
        image->tls_size > 0 ? find_constant(image, "__tls_align", 1) : 1;
    image->tls_align = align;
    if (align == 0 || (align & (align - 1)) != 0)
        return tn_fail(err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "__tls_align is %llu, and must be a power of two",
                       (unsigned long long)align);
    return TN_OK;
}

/* ---------------------------------------------------------------- the whole */

static tn_status read_image(struct tn_dyn_reading *r)
{
    struct tn_dyn_image *image = r->image;
    TN_TRY(tn_dylink_read(r->mod, &image->arena, &image->dylink, r->err));
    TN_TRY(read_refs(r));
    TN_TRY(check_shared_are_first(r));
    TN_TRY(tn_dyn_read_globals(r));
    TN_TRY(tn_dyn_read_symbols(r));
    find_init_funcs(image);
    TN_TRY(find_tls(image, r->err));
    TN_TRY(tn_dyn_read_segments(r));
    return tn_dyn_read_start(r);
}

tn_status tn_dyn_image_read(const struct tn_mod *mod, const tn_allocator *alloc,
                            struct tn_dyn_image **out, tn_error *err)
{
    struct tn_dyn_image *image = TN_ALLOC(alloc, struct tn_dyn_image);
    *out = NULL;
    if (image == NULL)
        return tn_no_memory(err);
    struct tn_dyn_reading r = {.mod = mod, .image = image, .err = err};
    image->mod = mod;
    image->is_64 = mod->memory_count > 0 && mod->memories[0].limits.is_64;
    tn_arena_init(&image->arena, alloc);
    tn_arena_init(&r.scratch, alloc);
    tn_status status = read_image(&r);
    tn_arena_clear(&r.scratch);
    TN_VEC_CLEAR(&r.operands, alloc);
    if (status == TN_OK)
        *out = image;
    else
        tn_dyn_image_free(image);
    return status;
}

void tn_dyn_image_free(struct tn_dyn_image *image)
{
    if (image == NULL)
        return;
    const tn_allocator *alloc = image->arena.alloc;
    tn_arena_clear(&image->arena);
    tn_alloc_free(alloc, image, sizeof *image);
}
