/* validate.c - a module's sections, in the order of the specification's rule
 * for modules; the code of functions last. That types exist, and that what
 * sections hold is enabled, was asked by decoding and interning.
 *
 * Each constant expression sees the globals that are complete before it. */
#include "mod/validate.h"

#include "mod/features.h"

/* Errors from here on are placed at the section's contents, if there is one,
 * until something more exact is known. */
static void enter_section(struct tn_validator *v, enum tn_section_id id)
{
    v->at = v->mod->bytes + v->section_offsets[id];
}

static bool check_func_index(struct tn_validator *v, uint32_t index)
{
    return index < v->mod->func_count ||
           tn_mod_invalid(v, "unknown function %u", index);
}

/* -------------------------------------------------- memories and tables */

static bool check_range(struct tn_validator *v, const struct tn_limits *limits,
                        const char *noun, uint32_t index)
{
    if (limits->has_max && limits->min > limits->max)
        return tn_mod_invalid(
            v,
            "size minimum must not be greater than maximum: %llu > %llu "
            "(%s %u)",
            (unsigned long long)limits->min, (unsigned long long)limits->max,
            noun, index);
    return true;
}

static bool is_over(const struct tn_limits *limits, uint64_t most)
{
    return limits->min > most || (limits->has_max && limits->max > most);
}

/* How many pages can be addressed: of one byte one less than there are
 * addresses, since their number must be one itself. */
static uint64_t most_pages(const struct tn_limits *limits)
{
    unsigned bits = limits->is_64 ? 64 : 32;
    if (limits->page_log2 == 0)
        return limits->is_64 ? UINT64_MAX : UINT32_MAX;
    return (uint64_t)1 << (bits - limits->page_log2);
}

static bool check_memory_size(struct tn_validator *v, uint32_t index)
{
    const struct tn_limits *limits = &v->mod->memories[index].limits;
    if (!is_over(limits, most_pages(limits)))
        return true;
    if (limits->page_log2 == 0)
        return tn_mod_invalid(
            v, "memory size must be at most %s pages of a byte (memory %u)",
            limits->is_64 ? "2^64-1" : "2^32-1", index);
    return tn_mod_invalid(
        v, "memory size must be at most %s (memory %u)",
        limits->is_64 ? "2^48 pages (16EiB)" : "65536 pages (4GiB)", index);
}

static bool check_memory(struct tn_validator *v, uint32_t index)
{
    const struct tn_limits *limits = &v->mod->memories[index].limits;
    if (limits->page_log2 != 0 && limits->page_log2 != 16)
        return tn_mod_invalid(v,
                              "invalid custom page size 2^%u: it must be 1 or "
                              "65536 (memory %u)",
                              limits->page_log2, index);
    if (limits->is_shared && !limits->has_max)
        return tn_mod_invalid(v, "shared memory must have maximum (memory %u)",
                              index);
    return check_memory_size(v, index) &&
           check_range(v, limits, "memory", index);
}

static bool check_memories(struct tn_validator *v)
{
    const struct tn_mod *mod = v->mod;
    enter_section(v, TN_SECTION_IMPORT);
    for (uint32_t i = 0; i < mod->memory_count; i++) {
        if (i == mod->memory_import_count)
            enter_section(v, TN_SECTION_MEMORY);
        if (!check_memory(v, i))
            return false;
    }
    return true;
}

static bool check_table(struct tn_validator *v, uint32_t index)
{
    const struct tn_table_def *table = &v->mod->tables[index];
    if (!tn_mod_check_type_index(v, table->type) ||
        !check_range(v, &table->limits, "table", index))
        return false;
    if (!table->limits.is_64 && is_over(&table->limits, UINT32_MAX))
        return tn_mod_invalid(v,
                              "table size must be at most 2^32-1 elements "
                              "(table %u)",
                              index);
    if (table->init.size != 0)
        return tn_mod_check_const(v, table->init, table->type);
    if (index >= v->mod->table_import_count && !tn_is_nullable(table->type))
        return tn_mod_invalid(
            v,
            "type mismatch: table %u of references that are never null "
            "needs an initial value",
            index);
    return true;
}

/* An initial value sees the imported globals only: tables come first. */
static bool check_tables(struct tn_validator *v)
{
    const struct tn_mod *mod = v->mod;
    v->global_limit = mod->global_import_count;
    for (uint32_t i = 0; i < mod->table_count; i++) {
        enter_section(v, i < mod->table_import_count ? TN_SECTION_IMPORT
                                                     : TN_SECTION_TABLE);
        if (!check_table(v, i))
            return false;
    }
    return true;
}

/* ----------------------------------------------------------------- tags */

static bool check_tags(struct tn_validator *v)
{
    const struct tn_mod *mod = v->mod;
    for (uint32_t i = 0; i < mod->tag_count; i++) {
        enter_section(v, i < mod->tag_import_count ? TN_SECTION_IMPORT
                                                   : TN_SECTION_TAG);
        if (mod->type_defs[mod->tags[i].type_index].result_count != 0)
            return tn_mod_invalid(v, "non-empty tag result type (tag %u)", i);
    }
    return true;
}

/* -------------------------------------------------------------- globals */

static bool check_globals(struct tn_validator *v)
{
    const struct tn_mod *mod = v->mod;
    for (uint32_t i = 0; i < mod->global_count; i++) {
        bool is_imported = i < mod->global_import_count;
        enter_section(v, is_imported ? TN_SECTION_IMPORT : TN_SECTION_GLOBAL);
        v->global_limit = i; /* those before this one */
        const struct tn_global_def *global = &mod->globals[i];
        if (!tn_mod_check_type_index(v, global->type))
            return false;
        if (!is_imported && !tn_mod_check_const(v, global->init, global->type))
            return false;
    }
    v->global_limit = mod->global_count;
    return true;
}

/* ---------------------------------------------------- exports and start */

static bool check_export(struct tn_validator *v, const struct tn_export *export)
{
    static const char *const nouns[] = {"function", "table", "memory", "global",
                                        "tag"};
    const struct tn_mod *mod = v->mod;
    const uint32_t counts[] = {mod->func_count, mod->table_count,
                               mod->memory_count, mod->global_count,
                               mod->tag_count};
    if (export->index < counts[export->kind])
        return true;
    return tn_mod_invalid(v, "unknown %s %u (export \"%.*s\")",
                          nouns[export->kind], export->index,
                          TN_STR(export->name));
}

/* Names are unique: of equals the first is found, so each must be itself. */
static bool check_exports(struct tn_validator *v)
{
    const struct tn_mod *mod = v->mod;
    enter_section(v, TN_SECTION_EXPORT);
    for (uint32_t i = 0; i < mod->export_count; i++) {
        const struct tn_export *export = &mod->exports[i];
        if (!check_export(v, export))
            return false;
        if (tn_mod_find_export(mod, export->name) != i)
            return tn_mod_invalid(v, "duplicate export name \"%.*s\"",
                                  TN_STR(export->name));
    }
    return true;
}

static bool check_start(struct tn_validator *v)
{
    const struct tn_mod *mod = v->mod;
    enter_section(v, TN_SECTION_START);
    if (mod->start == TN_NONE)
        return true;
    if (!check_func_index(v, mod->start))
        return false;
    const struct tn_type_def *type = tn_mod_func_type(mod, mod->start);
    return (type->param_count == 0 && type->result_count == 0) ||
           tn_mod_invalid(v, "start function %u must take and return nothing",
                          mod->start);
}

/* ------------------------------------------------------------- segments */

static bool check_elem_items(struct tn_validator *v,
                             const struct tn_elem_def *elem)
{
    for (uint32_t i = 0; i < elem->count; i++) {
        bool ok = elem->funcs != NULL
                      ? check_func_index(v, elem->funcs[i])
                      : tn_mod_check_const(v, elem->exprs[i], elem->type);
        if (!ok)
            return false;
    }
    return true;
}

static bool check_elem(struct tn_validator *v, uint32_t index)
{
    const struct tn_mod *mod = v->mod;
    const struct tn_elem_def *elem = &mod->elems[index];
    if (!tn_mod_check_type_index(v, elem->type))
        return false;
    if (elem->mode == TN_SEGMENT_ACTIVE) {
        if (elem->table_index >= mod->table_count)
            return tn_mod_invalid(v, "unknown table %u (elem segment %u)",
                                  elem->table_index, index);
        const struct tn_table_def *table = &mod->tables[elem->table_index];
        tn_valtype held = tn_type_canon(mod, table->type);
        tn_valtype given = tn_type_canon(mod, elem->type);
        if (!tn_mod_matches(v, given, held))
            return tn_mod_mismatch(v, held, given);
        if (!tn_mod_check_const(v, elem->offset,
                                tn_mod_address(table->limits.is_64)))
            return false;
    }
    enter_section(v, TN_SECTION_ELEMENT);
    return check_elem_items(v, elem);
}

static bool check_elems(struct tn_validator *v)
{
    for (uint32_t i = 0; i < v->mod->elem_count; i++) {
        enter_section(v, TN_SECTION_ELEMENT);
        if (!check_elem(v, i))
            return false;
    }
    return true;
}

static bool check_datas(struct tn_validator *v)
{
    const struct tn_mod *mod = v->mod;
    for (uint32_t i = 0; i < mod->data_count; i++) {
        const struct tn_data_def *data = &mod->datas[i];
        if (data->mode != TN_SEGMENT_ACTIVE)
            continue;
        enter_section(v, TN_SECTION_DATA);
        if (data->memory_index >= mod->memory_count)
            return tn_mod_invalid(v, "unknown memory %u (data segment %u)",
                                  data->memory_index, i);
        bool is_64 = mod->memories[data->memory_index].limits.is_64;
        if (!tn_mod_check_const(v, data->offset, tn_mod_address(is_64)))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------- module */

static bool check_bodies(struct tn_validator *v)
{
    for (uint32_t i = v->mod->func_import_count; i < v->mod->func_count; i++)
        if (!tn_mod_check_body(v, i))
            return false;
    return true;
}

static bool check_module(struct tn_validator *v, bool with_code)
{
    for (uint32_t i = 0; i < v->mod->section_count; i++) {
        const struct tn_section *section = &v->mod->sections[i];
        v->section_offsets[section->id] = section->contents.offset;
    }
    v->at = v->mod->bytes;
    return tn_mod_need(v, v->mod->features_used, "in a section") &&
           check_tables(v) && check_memories(v) && check_tags(v) &&
           check_globals(v) && check_exports(v) && check_start(v) &&
           check_elems(v) && check_datas(v) && (!with_code || check_bodies(v));
}

/* The two arrays are as large as any function may need, once: nothing on the
 * way to the last function grows, and what is not used is not touched. */
static tn_status validate_parts(struct tn_mod *mod, bool with_code,
                                tn_error *err)
{
    const size_t bytes = (TN_MOD_MAX_SLOTS + 1) * sizeof(tn_valtype);
    tn_error failure = {0};
    struct tn_validator v = {.mod = mod,
                             .err = &failure,
                             .features = mod->features & tn_features_all(),
                             .func_index = TN_NONE,
                             .at = mod->bytes};
    v.stack = tn_alloc_resize(mod->alloc, NULL, 0, bytes);
    v.locals = tn_alloc_resize(mod->alloc, NULL, 0, bytes);
    mod->is_written = TN_NEW_ARRAY(&mod->arena, uint8_t,
                                   (size_t)mod->global_import_count / 8 + 1);
    if (v.stack == NULL || v.locals == NULL || mod->is_written == NULL)
        tn_no_memory(&failure);
    else
        (void)check_module(&v, with_code);
    tn_alloc_free(mod->alloc, v.stack, bytes);
    tn_alloc_free(mod->alloc, v.locals, bytes);
    TN_VEC_CLEAR(&v.controls, mod->alloc);
    TN_VEC_CLEAR(&v.inits, mod->alloc);
    if (failure.status != TN_OK)
        return tn_fail(err, failure.status, failure.offset, "%s", failure.text);
    return TN_OK;
}

tn_status tn_mod_validate(struct tn_mod *mod, tn_error *err)
{
    return validate_parts(mod, true, err);
}

tn_status tn_mod_validate_outline(struct tn_mod *mod, tn_error *err)
{
    return validate_parts(mod, false, err);
}
