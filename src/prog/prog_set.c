/* prog_set.c - the set itself, the names in it, and small questions about it. */
#include "prog/prog_set.h"

#include <stdio.h>

void tn_prog_set_init(struct tn_prog_set *set, const tn_allocator *alloc)
{
    *set = (struct tn_prog_set){.near_budget = 1 << 22};
    tn_arena_init(&set->arena, alloc);
}

void tn_prog_set_clear(struct tn_prog_set *set)
{
    tn_arena_clear(&set->arena);
}

tn_status tn_prog_set_alloc(struct tn_prog_set *set, uint32_t count,
                            tn_error *err)
{
    set->parts = TN_NEW_ARRAY(&set->arena, struct tn_prog_part, count);
    if (set->parts == NULL)
        return tn_no_memory(err);
    set->count = count;
    return TN_OK;
}

/* --- names -------------------------------------------------------------- */

/* A linker names a module after the file that it wrote. */
static struct tn_str without_suffix(struct tn_str name)
{
    static const char suffix[] = ".wasm";
    size_t n = sizeof suffix - 1;
    if (name.size >= n && memcmp(name.at + name.size - n, suffix, n) == 0)
        name.size -= n;
    return name;
}

static tn_status name_part(struct tn_prog_set *set, uint32_t index,
                           tn_error *err)
{
    struct tn_prog_part *part = &set->parts[index];
    struct tn_str own =
        part->given.size != 0 ? part->given : without_suffix(part->mod->name);
    size_t room = own.size + 16;
    char *text = TN_NEW_ARRAY(&set->arena, char, room);
    if (text == NULL)
        return tn_no_memory(err);
    part->is_unnamed = own.size == 0;
    if (part->is_unnamed)
        own.size = (size_t)snprintf(text, room, "m%u", index);
    else
        memcpy(text, own.at, own.size);
    part->name = (struct tn_str){text, own.size};
    return TN_OK;
}

tn_status tn_prog_set_names(struct tn_prog_set *set, tn_error *err)
{
    for (uint32_t i = 0; i < set->count; i++) {
        struct tn_prog_part *part = &set->parts[i];
        TN_TRY(name_part(set, i, err));
        part->needs = TN_NEW_ARRAY(&set->arena, struct tn_prog_need,
                                   part->mod->import_count);
        if (part->needs == NULL)
            return tn_no_memory(err);
    }
    return TN_OK;
}

/* --- questions ---------------------------------------------------------- */

const struct tn_export *tn_prog_find_export(const struct tn_prog_part *part,
                                            struct tn_str name)
{
    uint32_t i = tn_mod_find_export(part->mod, name);
    return i == TN_NONE ? NULL : &part->mod->exports[i];
}

bool tn_prog_is_command(const struct tn_prog_part *part)
{
    return tn_prog_find_export(part, tn_str_of("_start")) != NULL;
}

static const struct tn_type *type_of_func(const struct tn_mod *mod,
                                          uint32_t index)
{
    return mod->types[mod->funcs[index]];
}

static bool is_i32s(const tn_valtype *types, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (types[i] != TN_VT_I32)
            return false;
    return true;
}

bool tn_prog_exports_i32(const struct tn_prog_part *part, const char *name,
                         uint32_t params, uint32_t results)
{
    const struct tn_export *e = tn_prog_find_export(part, tn_str_of(name));
    if (e == NULL || e->kind != TN_EXTERN_FUNC)
        return false;
    const struct tn_type *type = type_of_func(part->mod, e->index);
    return type->param_count == params && type->result_count == results &&
           is_i32s(type->params, params) && is_i32s(type->results, results);
}

bool tn_prog_is_bytes_type(const struct tn_type *type)
{
    return type->param_count == 2 && is_i32s(type->params, 2) &&
           type->result_count == 1 && type->results[0] == TN_VT_I64;
}

static void put_func_type(struct tn_buf *out, const struct tn_mod *mod,
                          uint32_t type_index)
{
    const struct tn_type_def *def = &mod->type_defs[type_index];
    tn_functype_print(out, def->params, def->param_count, def->results,
                      def->result_count);
}

static void put_limit_flags(struct tn_buf *out, const struct tn_limits *limits)
{
    tn_buf_print(out, "%s%s", limits->is_64 ? " i64" : "",
                 limits->is_shared ? " shared" : "");
}

void tn_prog_print_type(struct tn_buf *out, const struct tn_mod *mod,
                        tn_externkind kind, uint32_t index)
{
    switch (kind) {
    case TN_EXTERN_FUNC:
        put_func_type(out, mod, mod->funcs[index]);
        break;
    case TN_EXTERN_TABLE:
        tn_buf_print(out, "table ");
        tn_valtype_print(out, mod->tables[index].type);
        put_limit_flags(out, &mod->tables[index].limits);
        break;
    case TN_EXTERN_MEMORY:
        tn_buf_print(out, "memory");
        put_limit_flags(out, &mod->memories[index].limits);
        break;
    case TN_EXTERN_GLOBAL:
        tn_buf_print(out, mod->globals[index].is_mutable ? "global mut "
                                                         : "global ");
        tn_valtype_print(out, mod->globals[index].type);
        break;
    case TN_EXTERN_TAG:
        tn_buf_print(out, "tag ");
        put_func_type(out, mod, mod->tags[index].type_index);
        break;
    }
}
