/* names_join.c - one name section of many.
 *
 * For each kind of name there is a slot for each index of the result, and the
 * inputs fill them, the first ones first: of types and imports that are stored
 * once, the first name counts. A slot borrows the input's bytes; the names
 * inside of a function or type keep their indices, so their bytes are copied
 * as they are. */
#include "mod/names.h"
#include "rewrite/customs.h"

struct names_join {
    struct tn_rw *rw;
    struct tn_arena scratch;
    struct tn_names *names; /* of each input */
    struct tn_str *slots;   /* of the kind at hand */
    uint32_t slot_count;
};

static const uint32_t *map_of_names(const struct tn_rw_map *map,
                                    enum tn_name_kind kind)
{
    const uint32_t *maps[TN_NAME_KINDS] = {
        [TN_NAME_FUNC] = map->funcs,     [TN_NAME_LOCAL] = map->funcs,
        [TN_NAME_LABEL] = map->funcs,    [TN_NAME_TYPE] = map->types,
        [TN_NAME_TABLE] = map->tables,   [TN_NAME_MEMORY] = map->memories,
        [TN_NAME_GLOBAL] = map->globals, [TN_NAME_ELEM] = map->elems,
        [TN_NAME_DATA] = map->datas,     [TN_NAME_FIELD] = map->types,
        [TN_NAME_TAG] = map->tags,
    };
    return maps[kind];
}

/* The bytes that say how a thing is called, or all that is in it; at null for
 * none. */
static struct tn_str name_bytes(const struct tn_mod *mod,
                                const struct tn_names *names,
                                enum tn_name_kind kind, uint32_t index)
{
    if (!tn_name_is_inner(kind))
        return names->of[kind][index];
    struct tn_range range = names->inside[kind][index];
    const char *at = (const char *)mod->bytes + range.offset;
    if (range.size == 0 || *at == 0)
        return (struct tn_str){NULL, 0};
    return (struct tn_str){at, range.size};
}

static bool has_names(const struct tn_names *names, enum tn_name_kind kind)
{
    return names->of[kind] != NULL || names->inside[kind] != NULL;
}

static uint32_t count_slots(const struct names_join *j, enum tn_name_kind kind)
{
    const struct tn_rw *rw = j->rw;
    uint32_t top = 0;
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (has_names(&j->names[i], kind))
            top = tn_rw_top(map_of_names(&rw->inputs[i].map, kind),
                            j->names[i].counts[kind], top);
    if (kind == TN_NAME_FUNC && rw->own_funcs.count > 0) {
        uint32_t end = rw->first_own_func + (uint32_t)rw->own_funcs.count;
        top = end > top ? end : top;
    }
    return top;
}

static void fill_name_slots(struct names_join *j, enum tn_name_kind kind,
                            uint32_t input)
{
    const struct tn_names *names = &j->names[input];
    const struct tn_rw_input *from = &j->rw->inputs[input];
    const uint32_t *map = map_of_names(&from->map, kind);
    if (!has_names(names, kind))
        return;
    for (uint32_t i = 0; i < names->counts[kind]; i++) {
        struct tn_str bytes = name_bytes(from->mod, names, kind, i);
        if (bytes.at != NULL && map[i] != TN_NONE &&
            j->slots[map[i]].at == NULL)
            j->slots[map[i]] = bytes;
    }
}

static void fill_own_slots(struct names_join *j)
{
    const struct tn_rw *rw = j->rw;
    for (uint32_t i = 0; i < rw->own_funcs.count; i++)
        j->slots[rw->first_own_func + i] = rw->own_funcs.at[i].name;
}

static void put_name_slots(struct names_join *j, enum tn_name_kind kind)
{
    struct tn_buf *out = &j->rw->out;
    uint32_t count = 0;
    for (uint32_t i = 0; i < j->slot_count; i++)
        count += j->slots[i].at != NULL;
    if (count == 0)
        return;
    tn_buf_byte(out, (uint8_t)kind);
    size_t begin = tn_rw_open(out);
    tn_buf_uleb(out, count);
    for (uint32_t i = 0; i < j->slot_count; i++) {
        if (j->slots[i].at == NULL)
            continue;
        tn_buf_uleb(out, i);
        if (tn_name_is_inner(kind))
            tn_buf_str(out, j->slots[i]);
        else
            tn_rw_put_name(out, j->slots[i]);
    }
    tn_rw_close(out, begin);
}

static bool join_kind(struct names_join *j, enum tn_name_kind kind)
{
    const tn_allocator *alloc = j->rw->alloc;
    j->slot_count = count_slots(j, kind);
    if (j->slot_count == 0)
        return true;
    j->slots = TN_ALLOC_ARRAY(alloc, struct tn_str, j->slot_count);
    if (j->slots == NULL)
        return false;
    for (uint32_t i = 0; i < j->rw->input_count; i++)
        fill_name_slots(j, kind, i);
    if (kind == TN_NAME_FUNC)
        fill_own_slots(j);
    put_name_slots(j, kind);
    tn_alloc_free(alloc, j->slots, j->slot_count * sizeof *j->slots);
    return true;
}

static void put_module_name(struct tn_rw *rw)
{
    if (rw->options->name == NULL)
        return;
    tn_buf_byte(&rw->out, TN_NAME_MODULE);
    size_t begin = tn_rw_open(&rw->out);
    tn_rw_put_name(&rw->out, tn_str_of(rw->options->name));
    tn_rw_close(&rw->out, begin);
}

static bool join_all_names(struct names_join *j)
{
    struct tn_rw *rw = j->rw;
    j->names = TN_NEW_ARRAY(&j->scratch, struct tn_names, rw->input_count);
    bool ok = j->names != NULL;
    for (uint32_t i = 0; i < rw->input_count && ok; i++)
        ok = tn_names_read(rw->inputs[i].mod, &j->scratch, &j->names[i]);
    put_module_name(rw);
    for (int kind = TN_NAME_FUNC; kind < TN_NAME_KINDS && ok; kind++)
        ok = join_kind(j, (enum tn_name_kind)kind);
    return ok;
}

void tn_rw_join_names(struct tn_rw *rw)
{
    struct names_join j = {.rw = rw};
    size_t before = rw->out.size;
    tn_arena_init(&j.scratch, rw->alloc);
    size_t begin = tn_rw_open_custom(&rw->out, tn_str_of("name"));
    size_t empty = rw->out.size;
    if (!join_all_names(&j))
        rw->out.failed = true;
    if (rw->out.size == empty)
        rw->out.size = before;
    else
        tn_rw_close(&rw->out, begin);
    tn_arena_clear(&j.scratch);
}
