/* symbols.c - what a module defines, in a hash table of ELF's form.
 *
 * A linker asks many modules for many names, and nearly always in vain: so
 * the first thing is a Bloom filter, 64-bit words in each of which a symbol
 * has two bits. The symbols of a bucket lie side by side in arrays, their
 * hashes together: a false alarm compares some numbers, no text. It takes
 * about 16 bytes a symbol. */
#include "dyn/reading.h"

enum dyn_def_flag {
    DEF_KIND = 3,
    DEF_ABSOLUTE = 4,
    DEF_TLS = 8,
    DEF_INTERNAL = 16,
    DEF_NONE = 0xff /* while reading: an export that is no definition */
};

/* Chosen so that the filter's false alarms are 3 to 6 in a hundred. */
#define SYMBOLS_PER_BLOOM_WORD 8
#define SYMBOLS_PER_BUCKET     4

const char *tn_dyn_kind_text(enum tn_dyn_kind kind)
{
    static const char *const texts[] = {[TN_DYN_FUNC] = "function",
                                        [TN_DYN_DATA] = "data",
                                        [TN_DYN_TAG] = "tag"};
    return texts[kind];
}

uint32_t tn_dyn_hash(struct tn_str name)
{
    uint32_t hash = 5381;
    for (size_t i = 0; i < name.size; i++)
        hash = hash * 33 + (uint8_t)name.at[i];
    return hash;
}

/* ---------------------------------------------------------- internal names */

bool tn_dyn_is_internal(struct tn_str name)
{
#define NAME(text)            \
    {                         \
        text, sizeof text - 1 \
    }
    /* Those that begin with one of these ... */
    static const struct tn_str heads[] = {
        NAME("__wasm_apply_"), NAME("__tls_"),     NAME("__em_js__"),
        NAME("__start_em_"),   NAME("__stop_em_"),
    };
    /* ... and these. */
    static const struct tn_str names[] = {
        NAME("memory"),
        NAME("_start"),
        NAME("_initialize"),
        NAME("_emscripten_tls_init"),
        NAME("__indirect_function_table"),
        NAME("__stack_pointer"),
        NAME("__memory_base"),
        NAME("__memory_base32"),
        NAME("__table_base"),
        NAME("__table_base32"),
        NAME("__wasm_call_ctors"),
        NAME("__wasm_init_tls"),
        NAME("__wasm_init_memory"),
        NAME("__wasm_init_memory_flag"),
        NAME("__wasm_first_page_end"),
        NAME("__dso_handle"),
        NAME("__heap_base"),
        NAME("__heap_end"),
        NAME("__stack_low"),
        NAME("__stack_high"),
        NAME("__data_end"),
        NAME("__global_base"),
        NAME("__set_stack_limits"),
    };
#undef NAME
    if (name.size == 0 || (name.at[0] != '_' && name.at[0] != 'm'))
        return false;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (name.size >= heads[i].size &&
            memcmp(name.at, heads[i].at, heads[i].size) == 0)
            return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (tn_str_equal(name, names[i]))
            return true;
    return false;
}

/* --------------------------------------------------------- looking them up */

/* Names that differ in their last letter only have hashes side by side; this
 * spreads them over all bits. */
static uint32_t spread(uint32_t hash)
{
    return hash * 0x9e3779b1u;
}

static uint32_t symbol_bucket(const struct tn_dyn_image *image, uint32_t hash)
{
    return (uint32_t)((uint64_t)spread(hash) * image->bucket_count >> 32);
}

static uint64_t *bloom_word(const struct tn_dyn_image *image, uint32_t hash)
{
    return &image->bloom[hash / 64 & image->bloom_mask];
}

static uint64_t bloom_bits(uint32_t hash)
{
    return UINT64_C(1) << hash % 64 | UINT64_C(1) << (spread(hash) >> 26);
}

static bool may_define(const struct tn_dyn_image *image, uint32_t hash)
{
    uint64_t bits = bloom_bits(hash);
    return (*bloom_word(image, hash) & bits) == bits;
}

/* Where the definition is, or TN_NONE. */
static uint32_t search_bucket(const struct tn_dyn_image *image,
                              struct tn_str name, uint32_t hash)
{
    uint32_t bucket = symbol_bucket(image, hash);
    uint32_t end = image->buckets[bucket + 1];
    for (uint32_t i = image->buckets[bucket]; i < end; i++)
        if (image->hashes[i] == hash &&
            tn_str_equal(image->mod->exports[image->export_of[i]].name, name))
            return i;
    return TN_NONE;
}

static bool tell_def(const struct tn_dyn_image *image, uint32_t i,
                     struct tn_dyn_def *out)
{
    if (i == TN_NONE)
        return false;
    uint8_t flags = image->flags[i];
    uint64_t low = image->values == NULL ? 0 : image->values[i];
    uint64_t high = image->high_values == NULL ? 0 : image->high_values[i];
    *out = (struct tn_dyn_def){
        .kind = (enum tn_dyn_kind)(flags & DEF_KIND),
        .is_absolute = (flags & DEF_ABSOLUTE) != 0,
        .is_tls = (flags & DEF_TLS) != 0,
        .index = image->mod->exports[image->export_of[i]].index,
        .value = low | high << 32,
    };
    return true;
}

bool tn_dyn_is_symbol(const struct tn_dyn_image *image, uint32_t i)
{
    return (image->flags[i] & DEF_INTERNAL) == 0;
}

bool tn_dyn_find(const struct tn_dyn_image *image, struct tn_str name,
                 uint32_t hash, struct tn_dyn_def *out)
{
    if (!may_define(image, hash))
        return false;
    uint32_t i = search_bucket(image, name, hash);
    return i != TN_NONE && tn_dyn_is_symbol(image, i) &&
           tell_def(image, i, out);
}

bool tn_dyn_find_any(const struct tn_dyn_image *image, const char *name,
                     struct tn_dyn_def *out)
{
    struct tn_str text = tn_str_of(name);
    return tell_def(image, search_bucket(image, text, tn_dyn_hash(text)), out);
}

uint32_t tn_dyn_lookup(const struct tn_dyn_image *const *scope, uint32_t count,
                       struct tn_str name, uint32_t hash,
                       struct tn_dyn_def *out)
{
    for (uint32_t i = 0; i < count; i++)
        if (scope[i] != NULL && tn_dyn_find(scope[i], name, hash, out))
            return i;
    return TN_NONE;
}

/* -------------------------------------------------------------- making them */

/* While reading: of each export its hash, and its flags or DEF_NONE. */
struct def_list {
    uint32_t *hashes;
    uint8_t *flags;
    uint32_t data_count, high_count; /* values that are not 0, in halves */
};

static bool is_known_data(const struct tn_dyn_reading *r, uint32_t global)
{
    const struct tn_global_def *def = &r->mod->globals[global];
    return global >= r->mod->global_import_count && !def->is_mutable &&
           (def->type == TN_VT_I32 || def->type == TN_VT_I64) &&
           r->globals[global].base == TN_DYN_NO_BASE;
}

static uint8_t def_flags(const struct tn_dyn_reading *r,
                         const struct tn_export *export)
{
    unsigned internal = tn_dyn_is_internal(export->name) ? DEF_INTERNAL : 0;
    switch ((int)export->kind) {
    case TN_EXTERN_FUNC:
        if (export->index < r->mod->func_import_count)
            return DEF_NONE;
        return (uint8_t)(TN_DYN_FUNC | internal);
    case TN_EXTERN_TAG:
        if (export->index < r->mod->tag_import_count)
            return DEF_NONE;
        return (uint8_t)(TN_DYN_TAG | internal);
    case TN_EXTERN_GLOBAL:
        if (!is_known_data(r, export->index))
            return DEF_NONE;
        if (!r->image->is_pic)
            internal |= DEF_ABSOLUTE;
        return (uint8_t)(TN_DYN_DATA | internal);
    default:
        return DEF_NONE;
    }
}

/* What EXPORT_INFO says of data. */
static void add_export_info(const struct tn_dyn_reading *r, uint8_t *flags)
{
    const struct tn_dylink *dylink = &r->image->dylink;
    for (uint32_t i = 0; i < dylink->export_count; i++) {
        const struct tn_dylink_info *info = &dylink->exports[i];
        uint32_t k = tn_mod_find_export(r->mod, info->name);
        if (k == TN_NONE || (flags[k] & DEF_KIND) != TN_DYN_DATA)
            continue;
        if ((info->flags & TN_DYLINK_ABSOLUTE) != 0)
            flags[k] |= DEF_ABSOLUTE;
        if ((info->flags & TN_DYLINK_TLS) != 0)
            flags[k] |= DEF_TLS;
        if ((flags[k] & DEF_TLS) != 0)
            flags[k] &= (uint8_t)~DEF_ABSOLUTE;
    }
}

static bool list_defs(struct tn_dyn_reading *r, struct def_list *list)
{
    const struct tn_mod *mod = r->mod;
    list->hashes = TN_NEW_ARRAY(&r->scratch, uint32_t, mod->export_count);
    list->flags = TN_NEW_ARRAY(&r->scratch, uint8_t, mod->export_count);
    if (list->hashes == NULL || list->flags == NULL)
        return false;
    for (uint32_t i = 0; i < mod->export_count; i++) {
        const struct tn_export *export = &mod->exports[i];
        list->flags[i] = def_flags(r, export);
        if (list->flags[i] == DEF_NONE)
            continue;
        list->hashes[i] = tn_dyn_hash(export->name);
        r->image->def_count++;
        if ((list->flags[i] & DEF_KIND) != TN_DYN_DATA)
            continue;
        list->data_count += r->globals[export->index].value != 0;
        list->high_count += r->globals[export->index].value >> 32 != 0;
    }
    add_export_info(r, list->flags);
    return true;
}

static bool take_symbol_table(struct tn_dyn_image *image,
                              const struct def_list *list)
{
    struct tn_arena *arena = &image->arena;
    uint32_t n = image->def_count, words = 1;
    while (words < n / SYMBOLS_PER_BLOOM_WORD)
        words *= 2;
    image->bloom_mask = words - 1;
    image->bucket_count = n / SYMBOLS_PER_BUCKET + 1;
    image->bloom = TN_NEW_ARRAY(arena, uint64_t, words);
    image->buckets =
        TN_NEW_ARRAY(arena, uint32_t, (size_t)image->bucket_count + 1);
    image->hashes = TN_NEW_ARRAY(arena, uint32_t, n);
    image->export_of = TN_NEW_ARRAY(arena, uint32_t, n);
    image->flags = TN_NEW_ARRAY(arena, uint8_t, n);
    if (list->data_count > 0)
        image->values = TN_NEW_ARRAY(arena, uint32_t, n);
    if (list->high_count > 0)
        image->high_values = TN_NEW_ARRAY(arena, uint32_t, n);
    return image->bloom != NULL && image->buckets != NULL &&
           image->hashes != NULL && image->export_of != NULL &&
           image->flags != NULL &&
           (list->data_count == 0 || image->values != NULL) &&
           (list->high_count == 0 || image->high_values != NULL);
}

static void place_def(struct tn_dyn_reading *r, const struct def_list *list,
                      uint32_t export_index, uint32_t i)
{
    struct tn_dyn_image *image = r->image;
    uint32_t hash = list->hashes[export_index];
    image->hashes[i] = hash;
    image->export_of[i] = export_index;
    image->flags[i] = list->flags[export_index];
    *bloom_word(image, hash) |= bloom_bits(hash);
    if ((image->flags[i] & DEF_KIND) != TN_DYN_DATA)
        return;
    uint64_t value = r->globals[r->mod->exports[export_index].index].value;
    if (image->values != NULL)
        image->values[i] = (uint32_t)value;
    if (image->high_values != NULL)
        image->high_values[i] = (uint32_t)(value >> 32);
}

/* Sorted by counting: buckets[b] first counts those of all buckets up to b,
 * then goes down to where b begins as they are put in from its end. */
static void place_all_defs(struct tn_dyn_reading *r,
                           const struct def_list *list)
{
    struct tn_dyn_image *image = r->image;
    uint32_t *buckets = image->buckets, n = r->mod->export_count;
    for (uint32_t i = 0; i < n; i++)
        if (list->flags[i] != DEF_NONE)
            buckets[symbol_bucket(image, list->hashes[i])]++;
    for (uint32_t b = 1; b <= image->bucket_count; b++)
        buckets[b] += buckets[b - 1];
    for (uint32_t i = n; i-- > 0;)
        if (list->flags[i] != DEF_NONE)
            place_def(r, list, i,
                      --buckets[symbol_bucket(image, list->hashes[i])]);
}

tn_status tn_dyn_read_symbols(struct tn_dyn_reading *r)
{
    struct def_list list = {0};
    if (!list_defs(r, &list) || !take_symbol_table(r->image, &list))
        return tn_no_memory(r->err);
    place_all_defs(r, &list);
    return TN_OK;
}
