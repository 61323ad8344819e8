/* customs.c - what becomes of custom sections.
 *
 * One table says it for each name: joined with those of the other inputs by a
 * file of its own, used up, or dropped, and why. What stands in no table may
 * hold indices of any space or places in the code, so it is kept only where
 * all of these are as they were. docs/MERGING.md says the same to people. */
#include "rewrite/customs.h"
#include "rewrite/steps.h"

enum custom_fate {
    FATE_JOINED, /* by a file of its own */
    FATE_USED,   /* by the merger, before */
    FATE_DROPPED
};

/* clang-format off */
static const struct custom_rule {
    const char *name;
    bool is_head; /* of names that begin so */
    enum custom_fate fate;
    const char *why;
} custom_rules[] = {
    {"name",                false, FATE_JOINED,  NULL},
    {"producers",           false, FATE_JOINED,  NULL},
    {"target_features",     false, FATE_JOINED,  NULL},
    {".debug_",             true,  FATE_JOINED,  NULL},
    {"tenon.memories",      false, FATE_USED,    NULL},
    {"linking",             false, FATE_DROPPED, "it is for a static linker, and what it counts has moved"},
    {"reloc.",              true,  FATE_DROPPED, "it is for a static linker, and what it counts has moved"},
    {"dylink.0",            false, FATE_DROPPED, "the result is no library that a dynamic linker could place"},
    {"dylink",              false, FATE_DROPPED, "the result is no library that a dynamic linker could place"},
    {"sourceMappingURL",    false, FATE_DROPPED, "the source map counts bytes of another file"},
    {"external_debug_info", false, FATE_DROPPED, "the debug information counts bytes of another file"},
    {"build_id",            false, FATE_DROPPED, "it names another file"},
};
/* clang-format on */

enum {
    CUSTOM_RULES = sizeof custom_rules / sizeof *custom_rules
};

/* ----------------------------------------------------- what the files share */

size_t tn_rw_open(struct tn_buf *out)
{
    if (tn_buf_room(out, 5) != NULL)
        out->size += 5;
    return out->size;
}

void tn_rw_close(struct tn_buf *out, size_t begin)
{
    if (out->failed)
        return;
    size_t size = out->size - begin;
    uint8_t *at = out->at + begin;
    out->size = begin - 5;
    tn_buf_uleb(out, size);
    memmove(out->at + out->size, at, size);
    out->size += size;
}

void tn_rw_put_name(struct tn_buf *out, struct tn_str name)
{
    tn_buf_uleb(out, name.size);
    tn_buf_str(out, name);
}

size_t tn_rw_open_custom(struct tn_buf *out, struct tn_str name)
{
    tn_buf_byte(out, TN_SECTION_CUSTOM);
    size_t begin = tn_rw_open(out);
    tn_rw_put_name(out, name);
    return begin;
}

const struct tn_custom *tn_rw_find_custom(const struct tn_mod *mod,
                                          const char *name)
{
    for (uint32_t i = 0; i < mod->custom_count; i++)
        if (tn_str_is(mod->customs[i].name, name))
            return &mod->customs[i];
    return NULL;
}

struct tn_cursor tn_rw_cursor(const struct tn_mod *mod, struct tn_range range)
{
    const uint8_t *at = mod->bytes + range.offset;
    return (struct tn_cursor){mod->bytes, at, at + range.size, NULL, false};
}

uint32_t tn_rw_top(const uint32_t *map, uint32_t count, uint32_t least)
{
    uint32_t top = least;
    for (uint32_t i = 0; i < count; i++)
        if (map[i] != TN_NONE && map[i] >= top)
            top = map[i] + 1;
    return top;
}

uint32_t tn_rw_func_top(const struct tn_rw *rw)
{
    uint32_t top = 0;
    if (rw->own_funcs.count > 0)
        top = rw->first_own_func + (uint32_t)rw->own_funcs.count;
    for (uint32_t i = 0; i < rw->input_count; i++)
        top = tn_rw_top(rw->inputs[i].map.funcs, rw->inputs[i].mod->func_count,
                        top);
    return top;
}

void tn_rw_note_malformed(struct tn_rw *rw, uint32_t input, const char *name)
{
    tn_rw_note(rw, TN_NOTE_CUSTOM, false, input,
               "custom section \"%s\" dropped: it is malformed", name);
}

/* ------------------------------------------------------- is all as it was? */

static bool is_same_space(const uint32_t *map, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (map[i] != i)
            return false;
    return true;
}

static bool is_same_code(const struct tn_rw_input *input)
{
    const struct tn_mod *mod = input->mod;
    uint32_t contents = 0;
    for (uint32_t i = 0; i < mod->section_count; i++)
        if (mod->sections[i].id == TN_SECTION_CODE)
            contents = mod->sections[i].contents.offset;
    for (uint32_t i = 0; i < mod->func_count - mod->func_import_count; i++)
        if (input->body_at[i] != mod->bodies[i].range.offset - contents ||
            input->is_stretched[i])
            return false;
    return true;
}

static bool is_same(const struct tn_rw_input *input)
{
    const struct tn_mod *mod = input->mod;
    const struct tn_rw_map *map = &input->map;
    return is_same_space(map->types, mod->type_count) &&
           is_same_space(map->funcs, mod->func_count) &&
           is_same_space(map->tables, mod->table_count) &&
           is_same_space(map->memories, mod->memory_count) &&
           is_same_space(map->globals, mod->global_count) &&
           is_same_space(map->tags, mod->tag_count) &&
           is_same_space(map->elems, mod->elem_count) &&
           is_same_space(map->datas, mod->data_count) && is_same_code(input);
}

/* The one input that is not ours; TN_NONE if there are several. */
static uint32_t only_input(const struct tn_rw *rw)
{
    uint32_t only = TN_NONE;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        if (rw->inputs[i].is_own)
            continue;
        if (only != TN_NONE)
            return TN_NONE;
        only = i;
    }
    return only;
}

/* -------------------------------------------------------- dropped, or kept */

static const struct custom_rule *find_rule(struct tn_str name)
{
    for (int i = 0; i < CUSTOM_RULES; i++) {
        const struct custom_rule *rule = &custom_rules[i];
        if (rule->is_head ? tn_str_starts(name, rule->name)
                          : tn_str_is(name, rule->name))
            return rule;
    }
    return NULL;
}

/* A note for all that an input loses by one rule (null: by none of them). */
static void note_dropped(struct tn_rw *rw, uint32_t input,
                         const struct custom_rule *rule)
{
    const struct tn_mod *mod = rw->inputs[input].mod;
    const struct tn_custom *first = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < mod->custom_count; i++) {
        const struct tn_custom *custom = &mod->customs[i];
        if (find_rule(custom->name) != rule || tn_rw_is_metadata(custom->name))
            continue;
        first = first == NULL ? custom : first;
        count++;
    }
    if (count == 0)
        return;
    const char *why = rule != NULL ? rule->why
                                   : "nobody knows whether it holds indices, "
                                     "and these have changed";
    if (count == 1)
        tn_rw_note(rw, TN_NOTE_CUSTOM, false, input,
                   "custom section \"%.*s\" dropped: %s", TN_STR(first->name),
                   why);
    else
        tn_rw_note(rw, TN_NOTE_CUSTOM, false, input,
                   "custom sections \"%.*s\" and %u more dropped: %s",
                   TN_STR(first->name), (unsigned)count - 1, why);
}

static void keep_unknown(struct tn_rw *rw, const struct tn_mod *mod)
{
    for (uint32_t i = 0; i < mod->custom_count; i++) {
        const struct tn_custom *custom = &mod->customs[i];
        if (find_rule(custom->name) != NULL || tn_rw_is_metadata(custom->name))
            continue;
        size_t begin = tn_rw_open_custom(&rw->out, custom->name);
        tn_buf_put(&rw->out, mod->bytes + custom->bytes.offset,
                   custom->bytes.size);
        tn_rw_close(&rw->out, begin);
    }
}

static void end_others(struct tn_rw *rw)
{
    uint32_t only = only_input(rw);
    for (uint32_t i = 0; i < rw->input_count; i++) {
        for (int r = 0; r < CUSTOM_RULES; r++)
            if (custom_rules[r].fate == FATE_DROPPED)
                note_dropped(rw, i, &custom_rules[r]);
        if (i == only && is_same(&rw->inputs[i]))
            keep_unknown(rw, rw->inputs[i].mod);
        else
            note_dropped(rw, i, NULL);
    }
}

/* ------------------------------------------------------------ two libraries */

static bool is_base(const struct tn_import *import)
{
    return import->kind == TN_EXTERN_GLOBAL &&
           tn_str_is(import->module, "env") &&
           (tn_str_is(import->name, "__memory_base") ||
            tn_str_is(import->name, "__table_base"));
}

/* The first base that a library leaves to the host; TN_NONE for none. */
static uint32_t base_of_host(const struct tn_rw *rw, uint32_t input)
{
    const struct tn_rw_input *from = &rw->inputs[input];
    if (tn_rw_find_custom(from->mod, "dylink.0") == NULL &&
        tn_rw_find_custom(from->mod, "dylink") == NULL)
        return TN_NONE;
    for (uint32_t i = 0; i < from->mod->import_count; i++) {
        if (is_base(&from->mod->imports[i]) &&
            tn_rw_is_host(rw, from->links[i], TN_EXTERN_GLOBAL))
            return i;
    }
    return TN_NONE;
}

/* A dynamic linker gives each library a base of its own, though all import it
 * by one name. The result has one import of that name: the second library
 * would lie on top of the first. */
static tn_status refuse_two_libraries(struct tn_rw *rw)
{
    uint32_t first = TN_NONE;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        uint32_t import = base_of_host(rw, i);
        if (import == TN_NONE)
            continue;
        if (first == TN_NONE) {
            first = i;
            continue;
        }
        struct tn_str base = rw->inputs[i].mod->imports[import].name;
        return tn_fail(rw->err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "%.*s and %.*s are libraries that need a base each, "
                       "and the result can import only one env.%.*s",
                       TN_STR(rw->inputs[first].name),
                       TN_STR(rw->inputs[i].name), TN_STR(base));
    }
    return TN_OK;
}

tn_status tn_rw_customs(struct tn_rw *rw, uint64_t features)
{
    TN_TRY(refuse_two_libraries(rw));
    tn_rw_join_metadata(rw);
    tn_rw_join_names(rw);
    tn_rw_join_producers(rw);
    tn_rw_put_features(rw, features);
    tn_rw_join_dwarf(rw);
    end_others(rw);
    return rw->out.failed ? tn_no_memory(rw->err) : TN_OK;
}
