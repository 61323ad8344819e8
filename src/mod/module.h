/* module.h - a module as data: what the bytes say, section by section.
 *
 * Everything hangs on the arena and on the bytes, which are borrowed: names,
 * bodies, initializers and segments are ranges of them. A decoded module is
 * never changed, but for mod->types, which tn_types_intern sets once.
 *
 * Index spaces hold the imports first, as the specification has it; for each,
 * `<space>s` has `<space>_count` entries of which the first
 * `<space>_import_count` are imported. */
#ifndef TN_MOD_MODULE_H
#define TN_MOD_MODULE_H

#include "mod/types.h"

/* A part of the module's bytes. */
struct tn_range {
    uint32_t offset, size;
};

struct tn_limits {
    uint64_t min, max; /* max: UINT64_MAX for none */
    bool has_max, is_64, is_shared;
    bool has_page_size; /* written, by custom-page-sizes */
    uint8_t page_log2;  /* memories: 16, or what was written (at most 63) */
};

struct tn_import {
    struct tn_str module, name;
    tn_externkind kind;
    uint32_t index; /* in its index space */
};

struct tn_export {
    struct tn_str name;
    tn_externkind kind;
    uint32_t index;
};

struct tn_table_def {
    tn_valtype type;
    struct tn_limits limits;
    struct tn_range init; /* constant expression with its `end`; or size 0 */
};

struct tn_memory_def {
    struct tn_limits limits;
};

struct tn_global_def {
    tn_valtype type;
    bool is_mutable;
    struct tn_range init; /* with its `end`; size 0 for an import */
};

struct tn_tag_def {
    uint32_t type_index; /* of a function type that exists */
};

enum tn_segment_mode {
    TN_SEGMENT_ACTIVE,
    TN_SEGMENT_PASSIVE,
    TN_SEGMENT_DECLARATIVE
};

struct tn_elem_def {
    enum tn_segment_mode mode;
    uint8_t flags; /* as encoded, 0..7, so that the encoder says the same */
    uint32_t table_index;
    tn_valtype type;
    struct tn_range offset; /* constant expression; active only */
    uint32_t count;
    const uint32_t *funcs;        /* function indices, or null: then */
    const struct tn_range *exprs; /* constant expressions */
};

struct tn_data_def {
    enum tn_segment_mode mode;
    uint8_t flags; /* 0..2 */
    uint32_t memory_index;
    struct tn_range offset;
    struct tn_range bytes;
};

struct tn_body {
    struct tn_range range; /* locals and code, without the size before it */
    struct tn_range code;  /* instructions, the last `end` included */
    uint32_t local_count;  /* parameters not counted */
    uint32_t max_slots;    /* set by validation: operand stack, in slots */
};

/* Ids of sections: TN_SECTION_CODE. */
enum tn_section_id {
#define SECTION(name, id, text) TN_SECTION_##name = (id),
#include "mod/section.def"
#undef SECTION
    TN_SECTION_COUNT = 14
};

/* "code"; "" for an id that is none. */
const char *tn_mod_section_text(uint8_t id);

/* A custom section, kept as it is. `after` is the id of the last known
 * section before it, 0 for none, so that the encoder can put it back. */
struct tn_custom {
    struct tn_str name;
    struct tn_range bytes; /* after the name */
    uint8_t after;
    uint32_t order; /* among all sections of the file */
};

struct tn_section {
    uint8_t id;
    struct tn_range contents;
    uint32_t count;
    uint32_t custom; /* index into customs, if id is 0 */
};

struct tn_mod {
    const tn_allocator *alloc;
    struct tn_arena arena;
    const uint8_t *bytes; /* borrowed */
    size_t size;
    uint64_t features;      /* allowed, as given to tn_mod_decode */
    uint64_t features_used; /* of the sections; validation adds the code's */

    uint32_t type_count, group_count;
    struct tn_type_def *type_defs;
    struct tn_rec_group *groups;
    const struct tn_type **types; /* null until interned */
    struct tn_types *registry;    /* where they are interned */

    uint32_t import_count, export_count;
    struct tn_import *imports;
    struct tn_export *exports;
    /* By name, at most half full: indices into exports, plus 1. */
    uint32_t *export_places;
    uint32_t export_mask; /* their number, less 1 */

    uint32_t func_count, func_import_count;
    uint32_t *funcs; /* type index of each: of a function type that exists */
    uint32_t table_count, table_import_count;
    struct tn_table_def *tables;
    uint32_t memory_count, memory_import_count;
    struct tn_memory_def *memories;
    uint32_t global_count, global_import_count;
    struct tn_global_def *globals;
    uint32_t tag_count, tag_import_count;
    struct tn_tag_def *tags;

    uint32_t start; /* function index, or TN_NONE */
    uint32_t elem_count, data_count;
    struct tn_elem_def *elems;
    struct tn_data_def *datas;
    bool has_data_count; /* then it says declared_data_count = data_count */
    uint32_t declared_data_count;
    struct tn_body *bodies; /* func_count - func_import_count of them */

    uint32_t custom_count, section_count;
    struct tn_custom *customs;
    struct tn_section *sections; /* in file order */

    /* Functions that a reference can name: exported, in an element segment
     * or initializer, or named by ref.func. One bit each; set by decoding
     * (bodies may only name functions that are declared outside of them). */
    uint8_t *is_referenced;

    /* Imported globals that code sets. One bit each; set by validation. */
    uint8_t *is_written;

    /* Names, from the name section; malformed parts of it are ignored. */
    struct tn_str name;        /* the module's own */
    struct tn_str *func_names; /* func_count of them, or null */
};

/* Decodes `size` bytes. Limits are checked before memory is taken for what
 * they promise. `features`: proposals allowed; a construct of another one
 * fails with TN_E_FEATURE and its name. Code is decoded structurally (sizes,
 * locals); its instructions are read by tn_mod_validate. The result borrows
 * `bytes`. Any thread. */
tn_status tn_mod_decode(const uint8_t *bytes, size_t size, uint64_t features,
                        const tn_allocator *alloc, struct tn_mod **out,
                        tn_error *err);
/* Releases what it interned, and frees. Null is allowed. The registry must be
 * locked by the caller if it is shared. */
void tn_mod_free(struct tn_mod *mod);

/* Validates a decoded module whose types are interned. Sets max_slots of each
 * body and adds to features_used. Any thread, but each module by one. */
tn_status tn_mod_validate(struct tn_mod *mod, tn_error *err);
/* The same of all but code: every index and every expression outside of it is
 * in order then. */
tn_status tn_mod_validate_outline(struct tn_mod *mod, tn_error *err);

/* Puts the module's binary form into `out`. For what an encoder would have
 * written shortest, the result equals the input. Works on modules that do not
 * validate, if each instruction can be read. */
tn_status tn_mod_encode(const struct tn_mod *mod, struct tn_buf *out,
                        tn_error *err);

/* Reads the parts of the name section into mod->name and func_names; called
 * by tn_mod_decode. */
void tn_mod_read_names(struct tn_mod *mod);

/* Index of the export with this name; TN_NONE for none. */
uint32_t tn_mod_find_export(const struct tn_mod *mod, struct tn_str name);

/* May item `i` of `a` be what `b` imports as its item `j`? Both are of `kind`,
 * and interned in one registry. As an engine compares (specification 3.2,
 * Matching), by what is declared: what a memory grew to is not known here. */
bool tn_mod_fits(const struct tn_mod *a, uint32_t i, const struct tn_mod *b,
                 uint32_t j, tn_externkind kind);

/* Names that each module has for its own use: "memory", "_start" ... Linking
 * by names alone leaves them out. */
bool tn_mod_is_own_name(struct tn_str name);

/* Names for messages: the function's, or "" ; never null. */
struct tn_str tn_mod_func_name(const struct tn_mod *mod, uint32_t func_index);

static inline const struct tn_type_def *
tn_mod_func_type(const struct tn_mod *mod, uint32_t func_index)
{
    return &mod->type_defs[mod->funcs[func_index]];
}

/* Does it import something of this name (null: anything) from `module`? */
static inline bool tn_mod_imports(const struct tn_mod *mod, const char *module,
                                  const char *name)
{
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (tn_str_is(mod->imports[i].module, module) &&
            (name == NULL || tn_str_is(mod->imports[i].name, name)))
            return true;
    return false;
}

static inline bool tn_mod_is_written(const struct tn_mod *mod, uint32_t global)
{
    return (mod->is_written[global / 8] >> global % 8 & 1) != 0;
}

static inline bool tn_mod_is_referenced(const struct tn_mod *mod, uint32_t func)
{
    return (mod->is_referenced[func / 8] >> func % 8 & 1) != 0;
}

#endif
