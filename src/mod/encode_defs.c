/* encode_defs.c - types, imports, exports and other definitions, written.
 * The productions are those of decode_types.c and decode_defs.c. */
#include "mod/encode.h"
#include "mod/instr.h"

static void encode_result_type(struct tn_buf *out, const tn_valtype *types,
                               uint32_t count)
{
    tn_buf_uleb(out, count);
    for (uint32_t i = 0; i < count; i++)
        tn_write_valtype(out, types[i]);
}

static void encode_comp_type(struct tn_buf *out, const struct tn_type_def *def)
{
    if (def->comp == TN_COMP_FUNC) {
        tn_buf_byte(out, 0x60);
        encode_result_type(out, def->params, def->param_count);
        encode_result_type(out, def->results, def->result_count);
        return;
    }
    tn_buf_byte(out, def->comp == TN_COMP_ARRAY ? 0x5e : 0x5f);
    if (def->comp == TN_COMP_STRUCT)
        tn_buf_uleb(out, def->field_count);
    for (uint32_t i = 0; i < def->field_count; i++) {
        tn_write_valtype(out, def->fields[i].type);
        tn_buf_byte(out, def->fields[i].is_mutable);
    }
}

static void encode_sub_type(struct tn_buf *out, const struct tn_type_def *def)
{
    if (!def->is_final || def->super != TN_NONE) {
        tn_buf_byte(out, def->is_final ? 0x4f : 0x50);
        tn_buf_uleb(out, def->super != TN_NONE);
        if (def->super != TN_NONE)
            tn_buf_uleb(out, def->super);
    }
    encode_comp_type(out, def);
}

void tn_mod_encode_types(struct tn_encoder *e)
{
    const struct tn_mod *mod = e->mod;
    tn_buf_uleb(&e->section, mod->group_count);
    for (uint32_t i = 0; i < mod->group_count; i++) {
        const struct tn_rec_group *group = &mod->groups[i];
        if (group->is_explicit) {
            tn_buf_byte(&e->section, 0x4e);
            tn_buf_uleb(&e->section, group->count);
        }
        for (uint32_t k = 0; k < group->count; k++)
            encode_sub_type(&e->section, &mod->type_defs[group->first + k]);
    }
}

static void encode_limits(struct tn_buf *out, const struct tn_limits *limits)
{
    tn_buf_byte(out,
                (uint8_t)(limits->has_max | limits->is_shared << 1 |
                          limits->is_64 << 2 | limits->has_page_size << 3));
    tn_buf_uleb(out, limits->min);
    if (limits->has_max)
        tn_buf_uleb(out, limits->max);
    if (limits->has_page_size)
        tn_buf_uleb(out, limits->page_log2);
}

static void encode_table_type(struct tn_buf *out,
                              const struct tn_table_def *table)
{
    tn_write_valtype(out, table->type);
    encode_limits(out, &table->limits);
}

static void encode_global_type(struct tn_buf *out,
                               const struct tn_global_def *global)
{
    tn_write_valtype(out, global->type);
    tn_buf_byte(out, global->is_mutable);
}

static void encode_tag_type(struct tn_buf *out, const struct tn_tag_def *tag)
{
    tn_buf_byte(out, 0);
    tn_buf_uleb(out, tag->type_index);
}

static void encode_import(struct tn_encoder *e, const struct tn_import *import)
{
    const struct tn_mod *mod = e->mod;
    struct tn_buf *out = &e->section;
    tn_mod_encode_bytes(out, import->module.at, import->module.size);
    tn_mod_encode_bytes(out, import->name.at, import->name.size);
    tn_buf_byte(out, (uint8_t)import->kind);
    switch (import->kind) {
    case TN_EXTERN_FUNC:
        tn_buf_uleb(out, mod->funcs[import->index]);
        break;
    case TN_EXTERN_TABLE:
        encode_table_type(out, &mod->tables[import->index]);
        break;
    case TN_EXTERN_MEMORY:
        encode_limits(out, &mod->memories[import->index].limits);
        break;
    case TN_EXTERN_GLOBAL:
        encode_global_type(out, &mod->globals[import->index]);
        break;
    case TN_EXTERN_TAG:
        encode_tag_type(out, &mod->tags[import->index]);
        break;
    }
}

void tn_mod_encode_imports(struct tn_encoder *e)
{
    tn_buf_uleb(&e->section, e->mod->import_count);
    for (uint32_t i = 0; i < e->mod->import_count; i++)
        encode_import(e, &e->mod->imports[i]);
}

void tn_mod_encode_funcs(struct tn_encoder *e)
{
    const struct tn_mod *mod = e->mod;
    tn_buf_uleb(&e->section, mod->func_count - mod->func_import_count);
    for (uint32_t i = mod->func_import_count; i < mod->func_count; i++)
        tn_buf_uleb(&e->section, mod->funcs[i]);
}

tn_status tn_mod_encode_tables(struct tn_encoder *e)
{
    const struct tn_mod *mod = e->mod;
    tn_buf_uleb(&e->section, mod->table_count - mod->table_import_count);
    for (uint32_t i = mod->table_import_count; i < mod->table_count; i++) {
        const struct tn_table_def *table = &mod->tables[i];
        if (table->init.size > 0)
            tn_buf_put(&e->section, "\x40", 2);
        encode_table_type(&e->section, table);
        TN_TRY(tn_mod_encode_instrs(e, &e->section, table->init));
    }
    return TN_OK;
}

void tn_mod_encode_memories(struct tn_encoder *e)
{
    const struct tn_mod *mod = e->mod;
    tn_buf_uleb(&e->section, mod->memory_count - mod->memory_import_count);
    for (uint32_t i = mod->memory_import_count; i < mod->memory_count; i++)
        encode_limits(&e->section, &mod->memories[i].limits);
}

void tn_mod_encode_tags(struct tn_encoder *e)
{
    const struct tn_mod *mod = e->mod;
    tn_buf_uleb(&e->section, mod->tag_count - mod->tag_import_count);
    for (uint32_t i = mod->tag_import_count; i < mod->tag_count; i++)
        encode_tag_type(&e->section, &mod->tags[i]);
}

tn_status tn_mod_encode_globals(struct tn_encoder *e)
{
    const struct tn_mod *mod = e->mod;
    tn_buf_uleb(&e->section, mod->global_count - mod->global_import_count);
    for (uint32_t i = mod->global_import_count; i < mod->global_count; i++) {
        encode_global_type(&e->section, &mod->globals[i]);
        TN_TRY(tn_mod_encode_instrs(e, &e->section, mod->globals[i].init));
    }
    return TN_OK;
}

void tn_mod_encode_exports(struct tn_encoder *e)
{
    tn_buf_uleb(&e->section, e->mod->export_count);
    for (uint32_t i = 0; i < e->mod->export_count; i++) {
        const struct tn_export *export = &e->mod->exports[i];
        tn_mod_encode_bytes(&e->section, export->name.at, export->name.size);
        tn_buf_byte(&e->section, (uint8_t) export->kind);
        tn_buf_uleb(&e->section, export->index);
    }
}
