/* tn_info.c - facts about a module's bytes, for tools.
 *
 * All is copied into one arena when the info is read, so that it needs
 * neither the bytes nor the decoded module afterwards. */
#include <inttypes.h>

#include "mod/instr.h"
#include "mod/module.h"

struct tn_info {
    struct tn_arena arena;
    uint64_t features;
    const char *name;
    tn_section_info *sections;
    tn_item_info *imports, *exports, *memories, *tables;
    const char **producers, **func_names;
    size_t section_count, import_count, export_count, memory_count, table_count,
        producer_count, func_count;
};

/* Sticky, as a buffer is: what cannot be kept for want of memory sets
 * `failed`, and is asked once at the end. */
struct info_reader {
    struct tn_info *info;
    const struct tn_mod *mod;
    struct tn_buf text; /* what is being made */
    bool failed;
};

/* ---------------------------------------------------------------- texts */

static const char *keep_str(struct info_reader *r, struct tn_str str)
{
    char *at = tn_arena_take(&r->info->arena, str.size + 1, 1);
    if (at == NULL) {
        r->failed = true;
        return "";
    }
    if (str.size > 0)
        memcpy(at, str.at, str.size);
    return at;
}

/* What was printed into r->text. */
static const char *keep_text(struct info_reader *r)
{
    struct tn_str str = {(const char *)r->text.at, r->text.size};
    r->failed = r->failed || r->text.failed;
    r->text.size = 0;
    return r->failed ? "" : keep_str(r, str);
}

static void *keep_array(struct info_reader *r, size_t count, size_t size)
{
    void *array = tn_arena_take(&r->info->arena, count, size);
    r->failed = r->failed || array == NULL;
    return array;
}

/* "1..4", "1.." without a maximum. */
static void print_limits_of(struct tn_buf *out, const struct tn_limits *limits)
{
    tn_buf_print(out, "%" PRIu64 "..", limits->min);
    if (limits->has_max)
        tn_buf_print(out, "%" PRIu64, limits->max);
}

static void print_memory_type(struct tn_buf *out,
                              const struct tn_limits *limits)
{
    tn_buf_print(out, "memory ");
    print_limits_of(out, limits);
    if (limits->is_64)
        tn_buf_print(out, " i64");
    if (limits->is_shared)
        tn_buf_print(out, " shared");
}

static void print_table_type(struct tn_buf *out,
                             const struct tn_table_def *table)
{
    tn_buf_print(out, "table ");
    print_limits_of(out, &table->limits);
    tn_buf_print(out, table->limits.is_64 ? " i64 " : " ");
    tn_valtype_print(out, table->type);
}

static void print_global_type(struct tn_buf *out,
                              const struct tn_global_def *global)
{
    tn_buf_print(out, global->is_mutable ? "global mut " : "global ");
    tn_valtype_print(out, global->type);
}

static void print_func_type(struct info_reader *r, uint32_t type_index)
{
    const struct tn_type_def *type = &r->mod->type_defs[type_index];
    tn_functype_print(&r->text, type->params, type->param_count, type->results,
                      type->result_count);
}

/* Nothing is printed for what does not exist: such a module decodes. */
static void print_extern_type(struct info_reader *r, tn_externkind kind,
                              uint32_t index)
{
    const struct tn_mod *mod = r->mod;
    if (kind == TN_EXTERN_FUNC && index < mod->func_count) {
        print_func_type(r, mod->funcs[index]);
    } else if (kind == TN_EXTERN_TABLE && index < mod->table_count) {
        print_table_type(&r->text, &mod->tables[index]);
    } else if (kind == TN_EXTERN_MEMORY && index < mod->memory_count) {
        print_memory_type(&r->text, &mod->memories[index].limits);
    } else if (kind == TN_EXTERN_GLOBAL && index < mod->global_count) {
        print_global_type(&r->text, &mod->globals[index]);
    } else if (kind == TN_EXTERN_TAG && index < mod->tag_count) {
        tn_buf_print(&r->text, "tag ");
        print_func_type(r, mod->tags[index].type_index);
    }
}

/* ---------------------------------------------------------------- items */

static tn_limits_info limits_of(const struct tn_mod *mod, tn_externkind kind,
                                uint32_t index)
{
    const struct tn_limits *limits = NULL;
    if (kind == TN_EXTERN_MEMORY && index < mod->memory_count)
        limits = &mod->memories[index].limits;
    if (kind == TN_EXTERN_TABLE && index < mod->table_count)
        limits = &mod->tables[index].limits;
    if (limits == NULL)
        return (tn_limits_info){0};
    return (tn_limits_info){.min = limits->min,
                            .max = limits->max,
                            .is_64 = limits->is_64,
                            .is_shared = limits->is_shared,
                            .page_size_log2 = limits->page_log2};
}

static tn_item_info read_item(struct info_reader *r, tn_externkind kind,
                              uint32_t index)
{
    print_extern_type(r, kind, index);
    return (tn_item_info){.kind = kind,
                          .module = "",
                          .name = "",
                          .type = keep_text(r),
                          .index = index,
                          .limits = limits_of(r->mod, kind, index)};
}

static void read_imports(struct info_reader *r)
{
    const struct tn_mod *mod = r->mod;
    tn_item_info *items = keep_array(r, mod->import_count, sizeof *items);
    for (uint32_t i = 0; i < mod->import_count && !r->failed; i++) {
        const struct tn_import *import = &mod->imports[i];
        items[i] = read_item(r, import->kind, import->index);
        items[i].module = keep_str(r, import->module);
        items[i].name = keep_str(r, import->name);
    }
    r->info->imports = items;
    r->info->import_count = mod->import_count;
}

static void read_exports(struct info_reader *r)
{
    const struct tn_mod *mod = r->mod;
    tn_item_info *items = keep_array(r, mod->export_count, sizeof *items);
    for (uint32_t i = 0; i < mod->export_count && !r->failed; i++) {
        const struct tn_export *export = &mod->exports[i];
        items[i] = read_item(r, export->kind, export->index);
        items[i].name = keep_str(r, export->name);
    }
    r->info->exports = items;
    r->info->export_count = mod->export_count;
}

/* A whole index space; what is imported is named as it was there. */
static tn_item_info *read_space(struct info_reader *r, tn_externkind kind,
                                uint32_t count)
{
    tn_item_info *items = keep_array(r, count, sizeof *items);
    for (uint32_t i = 0; i < count && !r->failed; i++)
        items[i] = read_item(r, kind, i);
    for (uint32_t i = 0; i < r->mod->import_count && !r->failed; i++)
        if (r->info->imports[i].kind == kind)
            items[r->info->imports[i].index] = r->info->imports[i];
    return items;
}

/* ------------------------------------------------------------- sections */

static void read_sections(struct info_reader *r)
{
    const struct tn_mod *mod = r->mod;
    tn_section_info *out = keep_array(r, mod->section_count, sizeof *out);
    for (uint32_t i = 0; i < mod->section_count && !r->failed; i++) {
        const struct tn_section *section = &mod->sections[i];
        out[i] = (tn_section_info){.id = section->id,
                                   .name = tn_mod_section_text(section->id),
                                   .offset = section->contents.offset,
                                   .size = section->contents.size,
                                   .count = section->count};
        if (section->id == TN_SECTION_CUSTOM)
            out[i].name = keep_str(r, mod->customs[section->custom].name);
    }
    r->info->sections = out;
    r->info->section_count = mod->section_count;
}

/* producerssec ::= vec(field); field ::= name vec(value:name version:name).
 * Counted first, with `out` null; what is malformed ends it. */
static size_t read_producer_fields(struct info_reader *r, struct tn_cursor c,
                                   const char **out)
{
    size_t n = 0;
    for (uint32_t fields = tn_cursor_u32(&c); fields > 0; fields--) {
        struct tn_str field = tn_cursor_name(&c);
        for (uint32_t values = tn_cursor_u32(&c); values > 0; values--) {
            struct tn_str value = tn_cursor_name(&c);
            struct tn_str version = tn_cursor_name(&c);
            if (c.failed)
                return n;
            if (out != NULL) {
                tn_buf_print(&r->text, "%.*s %.*s%s%.*s", TN_STR(field),
                             TN_STR(value), version.size > 0 ? " " : "",
                             TN_STR(version));
                out[n] = keep_text(r);
            }
            n++;
        }
        if (c.failed)
            return n;
    }
    return n;
}

static void read_producers(struct info_reader *r)
{
    const struct tn_mod *mod = r->mod;
    for (uint32_t i = 0; i < mod->custom_count; i++) {
        if (!tn_str_is(mod->customs[i].name, "producers"))
            continue;
        struct tn_range range = mod->customs[i].bytes;
        struct tn_cursor c = {.base = mod->bytes,
                              .at = mod->bytes + range.offset,
                              .end = mod->bytes + range.offset + range.size};
        size_t count = read_producer_fields(r, c, NULL);
        r->info->producers = keep_array(r, count, sizeof(char *));
        if (r->failed)
            return;
        r->info->producer_count =
            read_producer_fields(r, c, r->info->producers);
        return;
    }
}

static void read_names(struct info_reader *r)
{
    const struct tn_mod *mod = r->mod;
    const char **names = keep_array(r, mod->func_count, sizeof *names);
    for (uint32_t i = 0; i < mod->func_count && !r->failed; i++) {
        struct tn_str name = tn_mod_func_name(mod, i);
        names[i] = name.size == 0 ? "" : keep_str(r, name);
    }
    r->info->func_names = names;
    r->info->func_count = mod->func_count;
    r->info->name = keep_str(r, mod->name);
}

/* ------------------------------------------------------------- features */

/* The proposals of the instructions in `range`, as far as it can be read. */
static uint64_t features_of_code(const struct tn_mod *mod,
                                 struct tn_range range)
{
    const uint8_t *at = mod->bytes + range.offset;
    struct tn_cursor c = {.base = mod->bytes, .at = at, .end = at + range.size};
    struct tn_instr in;
    uint64_t features = 0;
    while (c.at != c.end && tn_instr_read(&c, &in)) {
        const struct tn_opcode_info *row = &tn_mod_opcodes[in.op];
        features |= TN_FEATURE_BIT(row->feature);
        if (row->imm == TN_IMM_BLOCK && in.block.kind == TN_BLOCK_INDEX)
            features |= TN_FEATURE_BIT(TN_FEATURE_MULTI_VALUE);
    }
    return features;
}

/* In a constant expression, what is not an MVP constant is extended. */
static uint64_t features_of_const(const struct tn_mod *mod,
                                  struct tn_range range)
{
    const uint8_t *at = mod->bytes + range.offset;
    struct tn_cursor c = {.base = mod->bytes, .at = at, .end = at + range.size};
    struct tn_instr in;
    uint64_t features = features_of_code(mod, range);
    while (c.at != c.end && tn_instr_read(&c, &in)) {
        bool is_own_global =
            in.op == TN_OP_global_get && in.a >= mod->global_import_count;
        /* Arithmetic is what has operands. */
        if (is_own_global || (tn_mod_opcodes[in.op].feature == 0 &&
                              tn_mod_opcodes[in.op].sig[0] != '_' &&
                              tn_mod_opcodes[in.op].sig[0] != 'C'))
            features |= TN_FEATURE_BIT(TN_FEATURE_EXTENDED_CONST);
    }
    return features;
}

static void read_features(struct info_reader *r)
{
    const struct tn_mod *mod = r->mod;
    uint64_t features = mod->features_used | TN_FEATURE_BIT(TN_FEATURE_MVP);
    for (uint32_t i = 0; i < mod->func_count - mod->func_import_count; i++)
        features |= features_of_code(mod, mod->bodies[i].code);
    for (uint32_t i = mod->global_import_count; i < mod->global_count; i++)
        features |= features_of_const(mod, mod->globals[i].init);
    for (uint32_t i = 0; i < mod->elem_count; i++)
        features |= features_of_const(mod, mod->elems[i].offset);
    for (uint32_t i = 0; i < mod->data_count; i++)
        features |= features_of_const(mod, mod->datas[i].offset);
    r->info->features = features;
}

/* ------------------------------------------------------------------ info */

static void read_facts(struct info_reader *r)
{
    struct tn_info *info = r->info;
    read_names(r);
    read_imports(r);
    read_exports(r);
    info->memories = read_space(r, TN_EXTERN_MEMORY, r->mod->memory_count);
    info->memory_count = r->mod->memory_count;
    info->tables = read_space(r, TN_EXTERN_TABLE, r->mod->table_count);
    info->table_count = r->mod->table_count;
    read_sections(r);
    read_producers(r);
    read_features(r);
}

tn_status tn_info_read(const void *bytes, size_t size, tn_info **out,
                       tn_error *err)
{
    struct tn_mod *mod;
    *out = NULL;
    TN_TRY(tn_mod_decode(bytes, size, UINT64_MAX, &tn_alloc_libc, &mod, err));
    struct info_reader r = {.mod = mod,
                            .info = TN_ALLOC(&tn_alloc_libc, struct tn_info)};
    if (r.info == NULL) {
        tn_mod_free(mod);
        return tn_no_memory(err);
    }
    tn_arena_init(&r.info->arena, &tn_alloc_libc);
    tn_buf_init(&r.text, &tn_alloc_libc);
    read_facts(&r);
    tn_buf_clear(&r.text);
    tn_mod_free(mod);
    if (r.failed) {
        tn_info_free(r.info);
        return tn_no_memory(err);
    }
    *out = r.info;
    return TN_OK;
}

void tn_info_free(tn_info *info)
{
    if (info == NULL)
        return;
    tn_arena_clear(&info->arena);
    tn_alloc_free(&tn_alloc_libc, info, sizeof *info);
}

const char *tn_info_name(const tn_info *info)
{
    return info->name;
}

uint64_t tn_info_features(const tn_info *info)
{
    return info->features;
}

size_t tn_info_section_count(const tn_info *info)
{
    return info->section_count;
}

size_t tn_info_import_count(const tn_info *info)
{
    return info->import_count;
}

size_t tn_info_export_count(const tn_info *info)
{
    return info->export_count;
}

size_t tn_info_memory_count(const tn_info *info)
{
    return info->memory_count;
}

size_t tn_info_table_count(const tn_info *info)
{
    return info->table_count;
}

size_t tn_info_producer_count(const tn_info *info)
{
    return info->producer_count;
}

/* What is asked past an end is empty, so that its texts can be printed. */
static const tn_item_info no_item = {.module = "", .name = "", .type = ""};

tn_section_info tn_info_section(const tn_info *info, size_t i)
{
    return i < info->section_count ? info->sections[i]
                                   : (tn_section_info){.name = ""};
}

tn_item_info tn_info_import(const tn_info *info, size_t i)
{
    return i < info->import_count ? info->imports[i] : no_item;
}

tn_item_info tn_info_export(const tn_info *info, size_t i)
{
    return i < info->export_count ? info->exports[i] : no_item;
}

tn_item_info tn_info_memory(const tn_info *info, size_t i)
{
    return i < info->memory_count ? info->memories[i] : no_item;
}

tn_item_info tn_info_table(const tn_info *info, size_t i)
{
    return i < info->table_count ? info->tables[i] : no_item;
}

const char *tn_info_producer(const tn_info *info, size_t i)
{
    return i < info->producer_count ? info->producers[i] : "";
}

const char *tn_info_function_name(const tn_info *info, uint32_t index)
{
    return index < info->func_count ? info->func_names[index] : "";
}
