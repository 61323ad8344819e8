/* spaces.c - what each index becomes.
 *
 * Imports of the host come first, each once; then what the inputs define, in
 * their order; what the merger makes comes last. A type that several inputs
 * have is there once: the registry says which are equal. */
#include "rewrite/steps.h"

#include "base/map.h"

/* ----------------------------------------------------------------- types */

static uint32_t greatest_type_id(const struct tn_rw *rw)
{
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < rw->input_count; i++)
        for (uint32_t k = 0; k < rw->inputs[i].mod->type_count; k++)
            if (rw->inputs[i].mod->types[k]->id > greatest)
                greatest = rw->inputs[i].mod->types[k]->id;
    return greatest;
}

static const tn_valtype *join_values(struct tn_rw *rw,
                                     const struct tn_rw_map *map,
                                     const tn_valtype *types, uint32_t count)
{
    tn_valtype *to = TN_NEW_ARRAY(&rw->arena, tn_valtype, count);
    for (uint32_t i = 0; to != NULL && i < count; i++)
        to[i] = tn_rw_valtype(map, types[i]);
    return to;
}

/* A type under the map, which must be complete up to its group. */
static bool join_type(struct tn_rw *rw, const struct tn_rw_map *map,
                      const struct tn_type_def *from, struct tn_type_def *to)
{
    *to = *from;
    if (from->super != TN_NONE)
        to->super = map->types[from->super];
    to->params = join_values(rw, map, from->params, from->param_count);
    to->results = join_values(rw, map, from->results, from->result_count);
    struct tn_field *fields =
        TN_NEW_ARRAY(&rw->arena, struct tn_field, from->field_count);
    for (uint32_t i = 0; fields != NULL && i < from->field_count; i++) {
        fields[i] = from->fields[i];
        fields[i].type = tn_rw_valtype(map, fields[i].type);
    }
    to->fields = fields;
    return to->params != NULL && to->results != NULL && fields != NULL;
}

/* A group that is new goes behind those that there are. */
static bool join_group(struct tn_rw *rw, struct tn_rw_input *input,
                       const struct tn_rec_group *group, uint32_t *of_id)
{
    struct tn_mod *joined = &rw->joined;
    const struct tn_mod *mod = input->mod;
    bool is_new = of_id[mod->types[group->first]->id] == 0;
    uint32_t first = joined->type_count;
    for (uint32_t k = group->first; k < group->first + group->count; k++) {
        uint32_t *known = &of_id[mod->types[k]->id];
        if (is_new)
            *known = ++joined->type_count; /* plus one */
        input->map.types[k] = *known - 1;
    }
    if (!is_new)
        return true;
    joined->groups[joined->group_count++] =
        (struct tn_rec_group){first, group->count, group->is_explicit};
    for (uint32_t k = 0; k < group->count; k++)
        if (!join_type(rw, &input->map, &mod->type_defs[group->first + k],
                       &joined->type_defs[first + k]))
            return false;
    return true;
}

static tn_status join_types(struct tn_rw *rw)
{
    struct tn_mod *joined = &rw->joined;
    uint32_t types = 1, groups = 1; /* one more: () -> () */
    for (uint32_t i = 0; i < rw->input_count; i++) {
        types += rw->inputs[i].mod->type_count;
        groups += rw->inputs[i].mod->group_count;
    }
    uint32_t *of_id =
        TN_NEW_ARRAY(&rw->arena, uint32_t, (size_t)greatest_type_id(rw) + 1);
    joined->type_defs = TN_NEW_ARRAY(&rw->arena, struct tn_type_def, types);
    joined->groups = TN_NEW_ARRAY(&rw->arena, struct tn_rec_group, groups);
    if (of_id == NULL || joined->type_defs == NULL || joined->groups == NULL)
        return tn_no_memory(rw->err);
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_mod *mod = rw->inputs[i].mod;
        for (uint32_t k = 0; k < mod->group_count; k++)
            if (!join_group(rw, &rw->inputs[i], &mod->groups[k], of_id))
                return tn_no_memory(rw->err);
    }
    return TN_OK;
}

uint32_t tn_rw_plain_type(struct tn_rw *rw)
{
    struct tn_mod *joined = &rw->joined;
    for (uint32_t i = 0; i < joined->type_count; i++) {
        const struct tn_type_def *def = &joined->type_defs[i];
        if (def->comp == TN_COMP_FUNC && def->is_final &&
            def->super == TN_NONE && def->param_count == 0 &&
            def->result_count == 0)
            return i;
    }
    joined->groups[joined->group_count++] =
        (struct tn_rec_group){joined->type_count, 1, false};
    joined->type_defs[joined->type_count] =
        (struct tn_type_def){.comp = TN_COMP_FUNC,
                             .is_final = true,
                             .super = TN_NONE,
                             .group = joined->group_count - 1};
    return joined->type_count++;
}

/* ------------------------------------------------------------ the host's */

static uint32_t *map_of(const struct tn_rw_map *map, tn_externkind kind)
{
    uint32_t *const maps[TN_RW_KINDS] = {map->funcs, map->tables, map->memories,
                                         map->globals, map->tags};
    return maps[kind];
}

static uint32_t *count_of(struct tn_mod *mod, tn_externkind kind)
{
    uint32_t *const counts[TN_RW_KINDS] = {&mod->func_count, &mod->table_count,
                                           &mod->memory_count,
                                           &mod->global_count, &mod->tag_count};
    return counts[kind];
}

static uint32_t *import_count_of(struct tn_mod *mod, tn_externkind kind)
{
    uint32_t *const counts[TN_RW_KINDS] = {
        &mod->func_import_count, &mod->table_import_count,
        &mod->memory_import_count, &mod->global_import_count,
        &mod->tag_import_count};
    return counts[kind];
}

/* The definition of one item in the result. */
static void join_definition(struct tn_rw *rw, struct tn_rw_link item,
                            tn_externkind kind, uint32_t index)
{
    const struct tn_rw_input *input = &rw->inputs[item.input];
    const struct tn_rw_map *map = &input->map;
    const struct tn_mod *mod = input->mod;
    struct tn_mod *joined = &rw->joined;
    switch (kind) {
    case TN_EXTERN_FUNC:
        joined->funcs[index] = map->types[mod->funcs[item.index]];
        break;
    case TN_EXTERN_TABLE:
        joined->tables[index] = mod->tables[item.index];
        joined->tables[index].type =
            tn_rw_valtype(map, mod->tables[item.index].type);
        break;
    case TN_EXTERN_MEMORY:
        joined->memories[index] = mod->memories[item.index];
        break;
    case TN_EXTERN_GLOBAL:
        joined->globals[index] = mod->globals[item.index];
        joined->globals[index].type =
            tn_rw_valtype(map, mod->globals[item.index].type);
        break;
    case TN_EXTERN_TAG:
        joined->tags[index].type_index =
            map->types[mod->tags[item.index].type_index];
        break;
    }
}

static bool are_limits_equal(const struct tn_limits *a,
                             const struct tn_limits *b)
{
    return a->min == b->min && a->max == b->max && a->has_max == b->has_max &&
           a->is_64 == b->is_64 && a->is_shared == b->is_shared &&
           a->page_log2 == b->page_log2;
}

/* Are two imports of the result, of one kind, of one type? */
static bool is_same_type(const struct tn_mod *joined, tn_externkind kind,
                         uint32_t a, uint32_t b)
{
    switch (kind) {
    case TN_EXTERN_FUNC:
        return joined->funcs[a] == joined->funcs[b];
    case TN_EXTERN_TABLE:
        return joined->tables[a].type == joined->tables[b].type &&
               are_limits_equal(&joined->tables[a].limits,
                                &joined->tables[b].limits);
    case TN_EXTERN_MEMORY:
        return are_limits_equal(&joined->memories[a].limits,
                                &joined->memories[b].limits);
    case TN_EXTERN_GLOBAL:
        return joined->globals[a].type == joined->globals[b].type &&
               joined->globals[a].is_mutable == joined->globals[b].is_mutable;
    case TN_EXTERN_TAG:
        return joined->tags[a].type_index == joined->tags[b].type_index;
    }
    return false;
}

/* Imports that are there already, found by their names. */
struct seen_imports {
    struct tn_map names; /* kind, module, a zero, name: the first such */
    uint32_t *next;      /* of each, the one of the same names behind it */
};

static bool import_key(struct tn_rw *rw, const struct tn_import *import,
                       struct tn_str *out)
{
    size_t size = 2 + import->module.size + import->name.size;
    char *key = TN_NEW_ARRAY(&rw->arena, char, size);
    if (key == NULL)
        return false;
    key[0] = (char)import->kind;
    if (import->module.size > 0)
        memcpy(key + 1, import->module.at, import->module.size);
    if (import->name.size > 0)
        memcpy(key + 2 + import->module.size, import->name.at,
               import->name.size);
    *out = (struct tn_str){key, size};
    return true;
}

/* An import of the host's, at the end of the result's or as one of them. */
static bool join_import(struct tn_rw *rw, struct seen_imports *seen,
                        uint32_t input, const struct tn_import *import)
{
    struct tn_mod *joined = &rw->joined;
    const tn_externkind kind = import->kind;
    uint32_t *count = count_of(joined, kind);
    uint32_t *to = &map_of(&rw->inputs[input].map, kind)[import->index];
    struct tn_str key;
    if (!import_key(rw, import, &key))
        return false;
    join_definition(rw, (struct tn_rw_link){input, import->index}, kind,
                    *count);
    uint32_t last = TN_NONE;
    for (uint32_t i = tn_map_get(&seen->names, key); i != TN_NONE;
         last = i, i = seen->next[i])
        if (is_same_type(joined, kind, joined->imports[i].index, *count)) {
            *to = joined->imports[i].index;
            return true;
        }
    uint32_t at = joined->import_count++;
    joined->imports[at] = *import;
    joined->imports[at].index = *to = (*count)++;
    seen->next[at] = TN_NONE;
    if (last != TN_NONE) {
        seen->next[last] = at;
        return true;
    }
    return tn_map_put(&seen->names, rw->alloc, key, at) == TN_MAP_ADDED;
}

static bool is_own_import(const struct tn_rw *rw, uint32_t input, uint32_t i)
{
    const struct tn_import *import = &rw->inputs[input].mod->imports[i];
    struct tn_rw_link to = rw->inputs[input].links[i];
    return to.input == input && to.index == import->index &&
           tn_rw_is_host(rw, to, import->kind);
}

static bool join_input_imports(struct tn_rw *rw, struct seen_imports *seen,
                               uint32_t input)
{
    const struct tn_mod *mod = rw->inputs[input].mod;
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (is_own_import(rw, input, i) &&
            !join_import(rw, seen, input, &mod->imports[i]))
            return false;
    return true;
}

static tn_status join_imports(struct tn_rw *rw)
{
    size_t most = 0;
    for (uint32_t i = 0; i < rw->input_count; i++)
        most += rw->inputs[i].mod->import_count;
    struct seen_imports seen = {.next =
                                    TN_NEW_ARRAY(&rw->arena, uint32_t, most)};
    rw->joined.imports = TN_NEW_ARRAY(&rw->arena, struct tn_import, most);
    bool is_done = seen.next != NULL && rw->joined.imports != NULL;
    for (uint32_t i = 0; is_done && i < rw->input_count; i++)
        is_done = join_input_imports(rw, &seen, i);
    tn_map_clear(&seen.names, rw->alloc);
    for (int kind = 0; kind < TN_RW_KINDS; kind++)
        *import_count_of(&rw->joined, (tn_externkind)kind) =
            *count_of(&rw->joined, (tn_externkind)kind);
    return is_done ? TN_OK : tn_no_memory(rw->err);
}

/* ----------------------------------------------------- what inputs define */

static void define(struct tn_rw *rw, uint32_t input, tn_externkind kind,
                   uint32_t index)
{
    uint32_t *count = count_of(&rw->joined, kind);
    map_of(&rw->inputs[input].map, kind)[index] = *count;
    join_definition(rw, (struct tn_rw_link){input, index}, kind, *count);
    (*count)++;
}

static void join_definitions(struct tn_rw *rw)
{
    static const tn_externkind in_order[] = {TN_EXTERN_FUNC, TN_EXTERN_TABLE,
                                             TN_EXTERN_MEMORY, TN_EXTERN_TAG};
    for (uint32_t i = 0; i < rw->input_count; i++)
        for (size_t k = 0; k < 4; k++) {
            struct tn_mod *mod = rw->inputs[i].mod;
            uint32_t count = *count_of(mod, in_order[k]);
            for (uint32_t at = *import_count_of(mod, in_order[k]); at < count;
                 at++)
                define(rw, i, in_order[k], at);
        }
    for (uint32_t i = 0; i < rw->global_order_count; i++)
        define(rw, rw->global_order[i].input, TN_EXTERN_GLOBAL,
               rw->global_order[i].index);
}

/* What an import means has its index by now. */
static void map_links(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[i];
        for (uint32_t k = 0; k < input->mod->import_count; k++) {
            const struct tn_import *import = &input->mod->imports[k];
            struct tn_rw_link to = input->links[k];
            if (to.index != TN_NONE) /* no instruction */
                map_of(&input->map, import->kind)[import->index] =
                    map_of(&rw->inputs[to.input].map, import->kind)[to.index];
        }
    }
}

static void map_segments(struct tn_rw *rw)
{
    uint32_t elems = 0, datas = 0;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[rw->order[i]];
        for (uint32_t k = 0; k < input->mod->elem_count; k++)
            input->map.elems[k] = elems++;
        for (uint32_t k = 0; k < input->mod->data_count; k++)
            input->map.datas[k] = datas++;
    }
    rw->joined.elem_count = elems;
    rw->joined.data_count = datas;
}

/* ---------------------------------------------------------------- arrays */

static bool make_map(struct tn_rw *rw, struct tn_rw_input *input)
{
    const struct tn_mod *mod = input->mod;
    struct tn_rw_map *map = &input->map;
    struct tn_arena *arena = &rw->arena;
    uint32_t defined = mod->func_count - mod->func_import_count;
    map->types = TN_NEW_ARRAY(arena, uint32_t, mod->type_count);
    map->funcs = TN_NEW_ARRAY(arena, uint32_t, mod->func_count);
    map->tables = TN_NEW_ARRAY(arena, uint32_t, mod->table_count);
    map->memories = TN_NEW_ARRAY(arena, uint32_t, mod->memory_count);
    map->globals = TN_NEW_ARRAY(arena, uint32_t, mod->global_count);
    map->tags = TN_NEW_ARRAY(arena, uint32_t, mod->tag_count);
    map->elems = TN_NEW_ARRAY(arena, uint32_t, mod->elem_count);
    map->datas = TN_NEW_ARRAY(arena, uint32_t, mod->data_count);
    input->folded = TN_NEW_ARRAY(arena, struct tn_range, mod->global_count);
    input->is_late_elem =
        TN_NEW_ARRAY(arena, uint8_t, (size_t)mod->elem_count / 8 + 1);
    input->is_late_data =
        TN_NEW_ARRAY(arena, uint8_t, (size_t)mod->data_count / 8 + 1);
    input->body_at = TN_NEW_ARRAY(arena, uint32_t, defined);
    input->is_stretched = TN_NEW_ARRAY(arena, bool, defined);
    return map->types != NULL && map->funcs != NULL && map->tables != NULL &&
           map->memories != NULL && map->globals != NULL && map->tags != NULL &&
           map->elems != NULL && map->datas != NULL && input->folded != NULL &&
           input->is_late_elem != NULL && input->is_late_data != NULL &&
           input->body_at != NULL && input->is_stretched != NULL;
}

static tn_status make_arrays(struct tn_rw *rw)
{
    struct tn_mod *joined = &rw->joined;
    size_t counts[TN_RW_KINDS] = {tn_rw_most_own_funcs(rw), 0, 0, 1, 0};
    for (uint32_t i = 0; i < rw->input_count; i++) {
        if (!make_map(rw, &rw->inputs[i]))
            return tn_no_memory(rw->err);
        for (int kind = 0; kind < TN_RW_KINDS; kind++)
            counts[kind] += *count_of(rw->inputs[i].mod, (tn_externkind)kind);
    }
    joined->funcs = TN_NEW_ARRAY(&rw->arena, uint32_t, counts[0]);
    joined->tables = TN_NEW_ARRAY(&rw->arena, struct tn_table_def, counts[1]);
    joined->memories =
        TN_NEW_ARRAY(&rw->arena, struct tn_memory_def, counts[2]);
    joined->globals = TN_NEW_ARRAY(&rw->arena, struct tn_global_def, counts[3]);
    joined->tags = TN_NEW_ARRAY(&rw->arena, struct tn_tag_def, counts[4]);
    bool is_done = joined->funcs != NULL && joined->tables != NULL &&
                   joined->memories != NULL && joined->globals != NULL &&
                   joined->tags != NULL;
    return is_done ? TN_OK : tn_no_memory(rw->err);
}

tn_status tn_rw_lay_out(struct tn_rw *rw)
{
    TN_TRY(make_arrays(rw));
    TN_TRY(join_types(rw));
    TN_TRY(join_imports(rw));
    TN_TRY(tn_rw_order_globals(rw));
    join_definitions(rw);
    tn_rw_hold_mem_funcs(rw);
    map_links(rw);
    map_segments(rw);
    TN_TRY(tn_rw_fold(rw));
    TN_TRY(tn_rw_add_mem_funcs(rw));
    map_links(rw); /* to those that stand for others now */
    return TN_OK;
}
