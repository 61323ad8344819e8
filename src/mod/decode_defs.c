/* decode_defs.c - imports, exports, and what a module defines besides code:
 * functions' types, tables, memories, globals, tags, the start function. */
#include "mod/decode.h"

/* Before memories of 64 bits these were u32: then what is larger is malformed,
 * and not invalid as it is now. */
static uint64_t decode_limit(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    uint64_t limit = tn_cursor_u64(&d->c);
    if (limit > UINT32_MAX &&
        (d->mod->features & TN_FEATURE_BIT(TN_FEATURE_MEMORY64)) == 0)
        tn_cursor_fail_at(&d->c, at, "i32 constant out of range");
    return limit;
}

/* limits ::= flags:byte n:u64 (m:u64 if bit 0) (p:u32 if bit 3)
 *
 * Bit 1 says shared, bit 2 that addresses are 64 bits; bits 1 and 3 are of
 * memories only. The numbers are u64 whatever bit 2 says; their ranges are
 * validation's. */
static void decode_limits(struct tn_decoder *d, bool is_memory,
                          struct tn_limits *out)
{
    const uint8_t *at = d->c.at;
    uint8_t flags = tn_cursor_byte(&d->c);
    if (flags > (is_memory ? 15 : 7) || (!is_memory && (flags & 2) != 0))
        tn_cursor_fail_at(&d->c, at, "malformed limits flags");
    if ((flags & 2) != 0)
        tn_mod_decode_need(d, TN_FEATURE_THREADS, at, "a shared memory");
    if ((flags & 4) != 0)
        tn_mod_decode_need(d, TN_FEATURE_MEMORY64, at,
                           is_memory ? "a 64-bit memory" : "a 64-bit table");
    out->has_max = (flags & 1) != 0;
    out->is_shared = (flags & 2) != 0;
    out->is_64 = (flags & 4) != 0;
    out->min = decode_limit(d);
    out->max = out->has_max ? decode_limit(d) : UINT64_MAX;
    out->has_page_size = (flags & 8) != 0;
    uint32_t page_log2 = out->has_page_size ? tn_cursor_u32(&d->c) : 16;
    if (page_log2 > 63)
        tn_cursor_fail_at(&d->c, at, "invalid custom page size");
    if (out->has_page_size) /* asked last: a flag alone is just malformed */
        tn_mod_decode_need(d, TN_FEATURE_CUSTOM_PAGE_SIZES, at, "a page size");
    out->page_log2 = (uint8_t)page_log2;
}

static struct tn_table_def decode_table_type(struct tn_decoder *d)
{
    struct tn_table_def table = {0};
    table.type = tn_mod_decode_reftype(d);
    decode_limits(d, false, &table.limits);
    return table;
}

static struct tn_memory_def decode_memory_type(struct tn_decoder *d)
{
    struct tn_memory_def memory;
    decode_limits(d, true, &memory.limits);
    return memory;
}

static struct tn_global_def decode_global_type(struct tn_decoder *d)
{
    struct tn_global_def global = {0};
    global.type = tn_mod_decode_valtype(d);
    global.is_mutable = tn_mod_decode_mutability(d);
    return global;
}

/* Both proposals of exceptions have tags: which of them a module uses, its
 * instructions say. */
static struct tn_tag_def decode_tag_type(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    uint64_t legacy = TN_FEATURE_BIT(TN_FEATURE_LEGACY_EXCEPTIONS);
    if ((d->mod->features & legacy) == 0)
        tn_mod_decode_need(d, TN_FEATURE_EXCEPTIONS, at, "a tag");
    if (tn_cursor_byte(&d->c) != 0)
        tn_cursor_fail_at(&d->c, at, "malformed tag attribute");
    return (struct tn_tag_def){tn_mod_decode_functype(d)};
}

/* What an import is, whichever of these it is. */
struct import_type {
    uint32_t func;
    struct tn_table_def table;
    struct tn_memory_def memory;
    struct tn_global_def global;
    struct tn_tag_def tag;
};

/* import ::= mod:name nm:name externtype */
static void decode_import(struct tn_decoder *d, struct tn_import *out,
                          struct import_type *type)
{
    out->module = tn_cursor_name(&d->c);
    out->name = tn_cursor_name(&d->c);
    const uint8_t *at = d->c.at;
    uint8_t kind = tn_cursor_byte(&d->c);
    out->kind = (tn_externkind)kind;
    switch (kind) {
    case TN_EXTERN_FUNC:
        type->func = tn_mod_decode_functype(d);
        return;
    case TN_EXTERN_TABLE:
        type->table = decode_table_type(d);
        return;
    case TN_EXTERN_MEMORY:
        type->memory = decode_memory_type(d);
        return;
    case TN_EXTERN_GLOBAL:
        type->global = decode_global_type(d);
        if (type->global.is_mutable)
            tn_mod_decode_need(d, TN_FEATURE_MUTABLE_GLOBAL, at,
                               "an imported mutable global");
        return;
    case TN_EXTERN_TAG:
        type->tag = decode_tag_type(d);
        return;
    default:
        tn_cursor_fail_at(&d->c, at, "malformed import kind");
    }
}

/* Gives an import its place, which the first reading made. */
static void place_import(struct tn_mod *mod, struct tn_import *import,
                         const struct import_type *type)
{
    switch (import->kind) {
    case TN_EXTERN_FUNC:
        import->index = mod->func_count++;
        mod->funcs[import->index] = type->func;
        break;
    case TN_EXTERN_TABLE:
        import->index = mod->table_count++;
        mod->tables[import->index] = type->table;
        break;
    case TN_EXTERN_MEMORY:
        import->index = mod->memory_count++;
        mod->memories[import->index] = type->memory;
        break;
    case TN_EXTERN_GLOBAL:
        import->index = mod->global_count++;
        mod->globals[import->index] = type->global;
        break;
    case TN_EXTERN_TAG:
        import->index = mod->tag_count++;
        mod->tags[import->index] = type->tag;
        break;
    }
}

static void check_import_counts(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    if (mod->memory_import_count > TN_MAX_MEMORIES ||
        mod->table_import_count > TN_MAX_TABLES ||
        mod->tag_import_count > TN_MAX_TAGS)
        tn_mod_decode_fail(d, TN_E_LIMIT, d->c.at,
                           "too many imported memories, tables or tags");
}

/* The section is read twice, to know how many there are of each kind before
 * there is a place for them. */
void tn_mod_decode_imports(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    struct tn_import import;
    struct import_type type;
    uint32_t count = tn_mod_decode_count(d, 4, 0, TN_MAX_IMPORTS, "imports");
    const uint8_t *begin = d->c.at;
    uint32_t *const counts[] = {
        [TN_EXTERN_FUNC] = &mod->func_import_count,
        [TN_EXTERN_TABLE] = &mod->table_import_count,
        [TN_EXTERN_MEMORY] = &mod->memory_import_count,
        [TN_EXTERN_GLOBAL] = &mod->global_import_count,
        [TN_EXTERN_TAG] = &mod->tag_import_count,
    };
    for (uint32_t i = 0; i < count && !d->c.failed; i++) {
        const uint8_t *at = d->c.at;
        decode_import(d, &import, &type);
        if (d->c.failed)
            return;
        if (++*counts[import.kind] == 2 && import.kind == TN_EXTERN_MEMORY)
            tn_mod_decode_need(d, TN_FEATURE_MULTI_MEMORY, at,
                               "multiple memories");
        if (mod->table_import_count == 2)
            tn_mod_decode_need(d, TN_FEATURE_REFERENCE_TYPES, at,
                               "multiple tables");
    }
    check_import_counts(d);
    mod->imports = tn_mod_decode_array(d, count, sizeof import);
    mod->funcs =
        tn_mod_decode_array(d, mod->func_import_count, sizeof *mod->funcs);
    mod->tables =
        tn_mod_decode_array(d, mod->table_import_count, sizeof *mod->tables);
    mod->memories =
        tn_mod_decode_array(d, mod->memory_import_count, sizeof *mod->memories);
    mod->globals =
        tn_mod_decode_array(d, mod->global_import_count, sizeof *mod->globals);
    mod->tags =
        tn_mod_decode_array(d, mod->tag_import_count, sizeof *mod->tags);
    if (d->c.failed)
        return;
    d->c.at = begin;
    for (; mod->import_count < count; mod->import_count++) {
        decode_import(d, &import, &type);
        place_import(mod, &import, &type);
        mod->imports[mod->import_count] = import;
    }
}

void tn_mod_decode_funcs(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    uint32_t count =
        tn_mod_decode_count(d, 1, mod->func_count, TN_MAX_FUNCS, "functions");
    mod->funcs =
        tn_mod_decode_grown(d, mod->funcs, mod->func_count,
                            mod->func_count + count, sizeof *mod->funcs);
    for (uint32_t i = 0; i < count && !d->c.failed; i++)
        mod->funcs[mod->func_count++] = tn_mod_decode_functype(d);
}

/* table ::= tt:tabletype | 0x40 0x00 tt:tabletype e:expr */
static struct tn_table_def decode_table(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    if (at == d->c.end || *at != 0x40)
        return decode_table_type(d);
    (void)tn_cursor_byte(&d->c);
    tn_mod_decode_need(d, TN_FEATURE_FUNCTION_REFERENCES, at,
                       "a table with an initializer");
    if (tn_cursor_byte(&d->c) != 0)
        tn_cursor_fail_at(&d->c, at, "malformed table");
    struct tn_table_def table = decode_table_type(d);
    table.init = tn_mod_decode_expr(d);
    return table;
}

void tn_mod_decode_tables(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    const uint8_t *at = d->c.at;
    uint32_t count =
        tn_mod_decode_count(d, 3, mod->table_count, TN_MAX_TABLES, "tables");
    mod->tables =
        tn_mod_decode_grown(d, mod->tables, mod->table_count,
                            mod->table_count + count, sizeof *mod->tables);
    if (mod->table_count + count > 1)
        tn_mod_decode_need(d, TN_FEATURE_REFERENCE_TYPES, at,
                           "multiple tables");
    for (uint32_t i = 0; i < count && !d->c.failed; i++)
        mod->tables[mod->table_count++] = decode_table(d);
}

void tn_mod_decode_memories(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    const uint8_t *at = d->c.at;
    uint32_t count = tn_mod_decode_count(d, 2, mod->memory_count,
                                         TN_MAX_MEMORIES, "memories");
    mod->memories =
        tn_mod_decode_grown(d, mod->memories, mod->memory_count,
                            mod->memory_count + count, sizeof *mod->memories);
    if (mod->memory_count + count > 1)
        tn_mod_decode_need(d, TN_FEATURE_MULTI_MEMORY, at, "multiple memories");
    for (uint32_t i = 0; i < count && !d->c.failed; i++)
        mod->memories[mod->memory_count++] = decode_memory_type(d);
}

void tn_mod_decode_tags(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    uint32_t count =
        tn_mod_decode_count(d, 2, mod->tag_count, TN_MAX_TAGS, "tags");
    mod->tags = tn_mod_decode_grown(d, mod->tags, mod->tag_count,
                                    mod->tag_count + count, sizeof *mod->tags);
    for (uint32_t i = 0; i < count && !d->c.failed; i++)
        mod->tags[mod->tag_count++] = decode_tag_type(d);
}

void tn_mod_decode_globals(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    uint32_t count =
        tn_mod_decode_count(d, 3, mod->global_count, TN_MAX_GLOBALS, "globals");
    mod->globals =
        tn_mod_decode_grown(d, mod->globals, mod->global_count,
                            mod->global_count + count, sizeof *mod->globals);
    for (uint32_t i = 0; i < count && !d->c.failed; i++) {
        struct tn_global_def global = decode_global_type(d);
        global.init = tn_mod_decode_expr(d);
        mod->globals[mod->global_count++] = global;
    }
}

/* Where the name is in mod->export_places, or would be put. */
static uint32_t *export_place(const struct tn_mod *mod, struct tn_str name)
{
    for (uint32_t i = tn_str_hash(name);; i++) {
        uint32_t *place = &mod->export_places[i & mod->export_mask];
        if (*place == 0 || tn_str_equal(mod->exports[*place - 1].name, name))
            return place;
    }
}

uint32_t tn_mod_find_export(const struct tn_mod *mod, struct tn_str name)
{
    if (mod->export_count == 0)
        return TN_NONE;
    uint32_t place = *export_place(mod, name);
    return place == 0 ? TN_NONE : place - 1;
}

static void take_export_places(struct tn_decoder *d, uint32_t count)
{
    uint32_t mask = 1;
    while (mask < count * 2)
        mask = mask * 2 + 1;
    d->mod->export_mask = mask;
    d->mod->export_places =
        tn_mod_decode_array(d, mask + 1, sizeof *d->mod->export_places);
}

/* export ::= nm:name externidx. Of two of one name the first is found; that
 * there are two is for validation to say. */
static void decode_export(struct tn_decoder *d, struct tn_export *out)
{
    struct tn_mod *mod = d->mod;
    out->name = tn_cursor_name(&d->c);
    const uint8_t *at = d->c.at;
    uint8_t kind = tn_cursor_byte(&d->c);
    if (kind > TN_EXTERN_TAG)
        tn_cursor_fail_at(&d->c, at, "malformed export kind");
    out->kind = (tn_externkind)kind;
    out->index = tn_cursor_u32(&d->c);
    if (d->c.failed)
        return;
    if (kind == TN_EXTERN_FUNC)
        tn_mod_decode_reference(d, out->index);
    if (kind == TN_EXTERN_GLOBAL && out->index < mod->global_count &&
        mod->globals[out->index].is_mutable)
        tn_mod_decode_need(d, TN_FEATURE_MUTABLE_GLOBAL, at,
                           "an exported mutable global");
    uint32_t *place = export_place(mod, out->name);
    if (*place == 0)
        *place = mod->export_count + 1;
}

void tn_mod_decode_exports(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    uint32_t count = tn_mod_decode_count(d, 3, 0, TN_MAX_EXPORTS, "exports");
    mod->exports = tn_mod_decode_array(d, count, sizeof *mod->exports);
    take_export_places(d, count);
    for (; mod->export_count < count && !d->c.failed; mod->export_count++)
        decode_export(d, &mod->exports[mod->export_count]);
}

void tn_mod_decode_start(struct tn_decoder *d)
{
    d->mod->start = tn_cursor_u32(&d->c);
}
