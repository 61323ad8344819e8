/* decode.c - from bytes to a module: the sections, in order.
 *
 *   module  ::= magic version (customsec* section)* customsec*
 *   section ::= id:byte size:u32 contents
 *
 * First the headers of all sections are read, to know how many there are;
 * then each goes to its own function (decode_*.c). */
#include "mod/decode.h"

/* The place of each id in the order that a module must keep. */
enum section_order {
#define SECTION(name, id, text) ORDER_##name,
#include "mod/section.def"
#undef SECTION
};

static void decode_custom(struct tn_decoder *d);
static void decode_data_count(struct tn_decoder *d);

/* clang-format off */
static const struct section_row {
    const char *text;
    enum section_order order;
} section_rows[TN_SECTION_COUNT] = {
#define SECTION(name, id, text) [id] = {text, ORDER_##name},
#include "mod/section.def"
#undef SECTION
};

static void (*const section_decoders[TN_SECTION_COUNT])(struct tn_decoder *) = {
    [TN_SECTION_CUSTOM]     = decode_custom,
    [TN_SECTION_TYPE]       = tn_mod_decode_types,
    [TN_SECTION_IMPORT]     = tn_mod_decode_imports,
    [TN_SECTION_FUNCTION]   = tn_mod_decode_funcs,
    [TN_SECTION_TABLE]      = tn_mod_decode_tables,
    [TN_SECTION_MEMORY]     = tn_mod_decode_memories,
    [TN_SECTION_TAG]        = tn_mod_decode_tags,
    [TN_SECTION_GLOBAL]     = tn_mod_decode_globals,
    [TN_SECTION_EXPORT]     = tn_mod_decode_exports,
    [TN_SECTION_START]      = tn_mod_decode_start,
    [TN_SECTION_ELEMENT]    = tn_mod_decode_elems,
    [TN_SECTION_DATA_COUNT] = decode_data_count,
    [TN_SECTION_CODE]       = tn_mod_decode_code,
    [TN_SECTION_DATA]       = tn_mod_decode_datas,
};
/* clang-format on */

const char *tn_mod_section_text(uint8_t id)
{
    return id < TN_SECTION_COUNT ? section_rows[id].text : "";
}

static void decode_custom(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    struct tn_custom custom = {0};
    custom.name = tn_cursor_name(&d->c);
    const uint8_t *at = d->c.at;
    d->c.at = d->c.end;
    custom.bytes = tn_mod_decode_range(d, at);
    custom.after = d->last_known;
    custom.order = mod->section_count;
    if (!d->c.failed)
        mod->customs[mod->custom_count++] = custom;
}

static void decode_data_count(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    tn_mod_decode_need(d, TN_FEATURE_BULK_MEMORY, d->c.at,
                       "a data count section");
    mod->has_data_count = true;
    mod->declared_data_count = tn_cursor_u32(&d->c);
}

static void decode_header(struct tn_cursor *c)
{
    static const uint8_t magic[4] = {0, 'a', 's', 'm'};
    const uint8_t *begin = c->at;
    size_t size = tn_cursor_left(c) < 4 ? tn_cursor_left(c) : 4;
    if (size > 0 && memcmp(begin, magic, size) != 0 && size == 4)
        tn_cursor_fail(c, "magic header not detected");
    const uint8_t *version = tn_cursor_take(c, 8);
    if (version != NULL && memcmp(begin + 4, "\1\0\0", 4) != 0)
        tn_cursor_fail_at(c, begin + 4, "unknown binary version");
}

/* Makes room for as many sections as the headers say. A bad header ends the
 * count: the second reading will stop there too, and say why. */
static void reserve_sections(struct tn_decoder *d)
{
    struct tn_cursor c = d->c;
    uint32_t count = 0, custom_count = 0;
    c.err = NULL;
    while (c.at != c.end && count <= TN_MAX_SECTIONS) {
        count++;
        custom_count += tn_cursor_byte(&c) == TN_SECTION_CUSTOM;
        (void)tn_cursor_take(&c, tn_cursor_u32(&c));
    }
    if (count > TN_MAX_SECTIONS)
        tn_mod_decode_fail(d, TN_E_LIMIT, d->c.at,
                           "more sections than %u, which are allowed",
                           (unsigned)TN_MAX_SECTIONS);
    struct tn_mod *mod = d->mod;
    mod->sections = tn_mod_decode_array(d, count, sizeof *mod->sections);
    mod->customs = tn_mod_decode_array(d, custom_count, sizeof *mod->customs);
}

/* All functions are known: their bits, before any section names one. */
static void reserve_references(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    if (mod->is_referenced == NULL)
        mod->is_referenced =
            tn_mod_decode_array(d, (size_t)mod->func_count / 8 + 1, 1);
}

static uint32_t entries_of(const struct tn_mod *mod, uint8_t id)
{
    switch (id) {
    case TN_SECTION_TYPE:
        return mod->group_count;
    case TN_SECTION_IMPORT:
        return mod->import_count;
    case TN_SECTION_FUNCTION:
    case TN_SECTION_CODE:
        return mod->func_count - mod->func_import_count;
    case TN_SECTION_TABLE:
        return mod->table_count - mod->table_import_count;
    case TN_SECTION_MEMORY:
        return mod->memory_count - mod->memory_import_count;
    case TN_SECTION_TAG:
        return mod->tag_count - mod->tag_import_count;
    case TN_SECTION_GLOBAL:
        return mod->global_count - mod->global_import_count;
    case TN_SECTION_EXPORT:
        return mod->export_count;
    case TN_SECTION_START:
    case TN_SECTION_DATA_COUNT:
        return 1;
    case TN_SECTION_ELEMENT:
        return mod->elem_count;
    case TN_SECTION_DATA:
        return mod->data_count;
    default:
        return 0;
    }
}

/* Reads the section at `outer` through d->c; false when something failed. */
static bool decode_section(struct tn_decoder *d, struct tn_cursor *outer)
{
    struct tn_mod *mod = d->mod;
    const uint8_t *at = outer->at;
    uint8_t id = tn_cursor_byte(outer);
    if (id >= TN_SECTION_COUNT) {
        tn_cursor_fail_at(outer, at, "malformed section id");
        return false;
    }
    const uint8_t *size_at = outer->at;
    uint32_t size = tn_cursor_u32(outer);
    if (size > tn_cursor_left(outer))
        tn_cursor_fail_at(outer, size_at, "length out of bounds");
    if (outer->failed)
        return false;
    enum section_order order = section_rows[id].order;
    if (id != TN_SECTION_CUSTOM && order <= section_rows[d->last_known].order) {
        tn_cursor_fail_at(outer, at, "unexpected content after last section");
        return false;
    }
    if (order > ORDER_FUNCTION)
        reserve_references(d);
    struct tn_section section = {.id = id, .custom = mod->custom_count};
    section.contents =
        (struct tn_range){(uint32_t)tn_cursor_offset(outer), size};
    d->c = tn_cursor_sub(outer, size);
    section_decoders[id](d);
    if (!d->c.failed && d->c.at != d->c.end)
        tn_cursor_fail(&d->c, "section size mismatch");
    section.count = entries_of(mod, id);
    if (d->c.failed)
        return false;
    mod->sections[mod->section_count++] = section;
    if (id != TN_SECTION_CUSTOM)
        d->last_known = id;
    return true;
}

/* What no single section can know. */
static void check_lengths(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    if (d->body_count != mod->func_count - mod->func_import_count)
        tn_cursor_fail(&d->c,
                       "function and code section have inconsistent lengths");
    if (mod->has_data_count && mod->declared_data_count != mod->data_count)
        tn_cursor_fail(&d->c,
                       "data count and data section have inconsistent lengths");
}

static tn_status decode_module(struct tn_decoder *d)
{
    decode_header(&d->c);
    reserve_sections(d);
    struct tn_cursor outer = d->c;
    while (!outer.failed && outer.at != outer.end)
        if (!decode_section(d, &outer))
            break;
    if (!outer.failed && !d->c.failed) {
        d->c = outer;
        reserve_references(d);
        check_lengths(d);
    }
    if (d->status != TN_OK)
        return d->status;
    return outer.failed || d->c.failed ? TN_E_MALFORMED : TN_OK;
}

tn_status tn_mod_decode(const uint8_t *bytes, size_t size, uint64_t features,
                        const tn_allocator *alloc, struct tn_mod **out,
                        tn_error *err)
{
    *out = NULL;
    if (size > UINT32_MAX)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "a module of 4 gigabytes or more");
    struct tn_mod *mod = TN_ALLOC(alloc, struct tn_mod);
    if (mod == NULL)
        return tn_no_memory(err);
    mod->alloc = alloc;
    tn_arena_init(&mod->arena, alloc);
    mod->bytes = bytes;
    mod->size = size;
    mod->features = features | TN_FEATURE_BIT(TN_FEATURE_MVP);
    mod->features_used = TN_FEATURE_BIT(TN_FEATURE_MVP);
    mod->start = TN_NONE;
    static const uint8_t nothing[1] = {0};
    const uint8_t *base = bytes != NULL ? bytes : nothing;
    struct tn_decoder d = {.mod = mod,
                           .c = {base, base, base + size, err, false}};
    tn_status status = decode_module(&d);
    if (status != TN_OK) {
        tn_mod_free(mod);
        return status;
    }
    tn_mod_read_names(mod);
    *out = mod;
    return TN_OK;
}

void tn_mod_free(struct tn_mod *mod)
{
    if (mod == NULL)
        return;
    if (mod->registry != NULL)
        tn_types_release(mod->registry, mod);
    const tn_allocator *alloc = mod->alloc;
    tn_arena_clear(&mod->arena);
    tn_alloc_free(alloc, mod, sizeof *mod);
}
