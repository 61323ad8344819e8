/* names.c - the name section.
 *
 *   namesec       ::= (id:byte size:u32 contents)*
 *   0             nm:name, of the module
 *   2, 3, 10      vec(idx:u32 namemap), of each function or type
 *   others        namemap
 *   namemap       ::= vec(idx:u32 nm:name), indices rising
 *
 * Names are a help, never a reason to refuse a module: what is malformed is
 * skipped, the rest counts. */
#include "mod/names.h"

#include "mod/instr.h"

static struct tn_cursor cursor_in(const struct tn_mod *mod,
                                  struct tn_range range)
{
    const uint8_t *at = mod->bytes + range.offset;
    return (struct tn_cursor){mod->bytes, at, at + range.size, NULL, false};
}

/* A name's bytes lie in the module's, so that null is free to mean none. */
static void read_name_map(struct tn_cursor *c, struct tn_str *out,
                          uint32_t count)
{
    for (uint32_t left = tn_cursor_u32(c); left > 0 && !c->failed; left--) {
        uint32_t index = tn_cursor_u32(c);
        struct tn_str name = tn_cursor_name(c);
        if (!c->failed && index < count && out[index].at == NULL)
            out[index] = name;
    }
}

/* ------------------------------------------- what decoding keeps: functions */

static void read_func_names(struct tn_mod *mod, struct tn_cursor *c)
{
    if (mod->func_names != NULL || mod->func_count == 0)
        return;
    mod->func_names = TN_NEW_ARRAY(&mod->arena, struct tn_str, mod->func_count);
    if (mod->func_names != NULL)
        read_name_map(c, mod->func_names, mod->func_count);
}

static void read_name_section(struct tn_mod *mod, struct tn_range bytes)
{
    struct tn_cursor c = cursor_in(mod, bytes);
    while (c.at != c.end) {
        uint8_t id = tn_cursor_byte(&c);
        struct tn_cursor sub = tn_cursor_sub(&c, tn_cursor_u32(&c));
        if (id == TN_NAME_MODULE)
            mod->name = tn_cursor_name(&sub);
        else if (id == TN_NAME_FUNC)
            read_func_names(mod, &sub);
    }
}

void tn_mod_read_names(struct tn_mod *mod)
{
    for (uint32_t i = 0; i < mod->custom_count; i++)
        if (tn_str_is(mod->customs[i].name, "name"))
            read_name_section(mod, mod->customs[i].bytes);
}

struct tn_str tn_mod_func_name(const struct tn_mod *mod, uint32_t func_index)
{
    struct tn_str name = {"", 0};
    if (mod->func_names != NULL && func_index < mod->func_count &&
        mod->func_names[func_index].size > 0)
        name = mod->func_names[func_index];
    return name;
}

/* ------------------------------------------------------------- all of them */

static void count_things(const struct tn_mod *mod, uint32_t *counts)
{
    counts[TN_NAME_MODULE] = 1;
    counts[TN_NAME_FUNC] = mod->func_count;
    counts[TN_NAME_LOCAL] = mod->func_count;
    counts[TN_NAME_LABEL] = mod->func_count;
    counts[TN_NAME_TYPE] = mod->type_count;
    counts[TN_NAME_TABLE] = mod->table_count;
    counts[TN_NAME_MEMORY] = mod->memory_count;
    counts[TN_NAME_GLOBAL] = mod->global_count;
    counts[TN_NAME_ELEM] = mod->elem_count;
    counts[TN_NAME_DATA] = mod->data_count;
    counts[TN_NAME_FIELD] = mod->type_count;
    counts[TN_NAME_TAG] = mod->tag_count;
}

static void read_inner_maps(const struct tn_mod *mod, struct tn_cursor *c,
                            struct tn_range *out, uint32_t count)
{
    for (uint32_t left = tn_cursor_u32(c); left > 0 && !c->failed; left--) {
        uint32_t index = tn_cursor_u32(c);
        const uint8_t *at = c->at;
        for (uint32_t n = tn_cursor_u32(c); n > 0 && !c->failed; n--) {
            (void)tn_cursor_u32(c);
            (void)tn_cursor_name(c);
        }
        if (!c->failed && index < count && out[index].size == 0)
            out[index] = (struct tn_range){(uint32_t)(at - mod->bytes),
                                           (uint32_t)(c->at - at)};
    }
}

/* One subsection; false when memory is out. */
static bool read_kind(const struct tn_mod *mod, struct tn_cursor *c,
                      enum tn_name_kind kind, struct tn_arena *arena,
                      struct tn_names *out)
{
    uint32_t count = out->counts[kind];
    if (tn_name_is_inner(kind)) {
        if (out->inside[kind] == NULL)
            out->inside[kind] = TN_NEW_ARRAY(arena, struct tn_range, count);
        if (out->inside[kind] == NULL)
            return false;
        read_inner_maps(mod, c, out->inside[kind], count);
        return true;
    }
    if (out->of[kind] == NULL)
        out->of[kind] = TN_NEW_ARRAY(arena, struct tn_str, count);
    if (out->of[kind] == NULL)
        return false;
    if (kind != TN_NAME_MODULE)
        read_name_map(c, out->of[kind], count);
    else if (out->of[kind]->at == NULL)
        *out->of[kind] = tn_cursor_name(c);
    return true;
}

static bool read_all_kinds(const struct tn_mod *mod, struct tn_range bytes,
                           struct tn_arena *arena, struct tn_names *out)
{
    struct tn_cursor c = cursor_in(mod, bytes);
    bool ok = true;
    while (c.at != c.end && ok) {
        uint8_t id = tn_cursor_byte(&c);
        struct tn_cursor sub = tn_cursor_sub(&c, tn_cursor_u32(&c));
        if (id < TN_NAME_KINDS && !c.failed)
            ok = read_kind(mod, &sub, (enum tn_name_kind)id, arena, out);
    }
    return ok;
}

bool tn_names_read(const struct tn_mod *mod, struct tn_arena *arena,
                   struct tn_names *out)
{
    bool ok = true;
    *out = (struct tn_names){0};
    count_things(mod, out->counts);
    for (uint32_t i = 0; i < mod->custom_count && ok; i++)
        if (tn_str_is(mod->customs[i].name, "name"))
            ok = read_all_kinds(mod, mod->customs[i].bytes, arena, out);
    return ok;
}

void tn_names_inside(const struct tn_mod *mod, const struct tn_names *names,
                     enum tn_name_kind kind, uint32_t outer, struct tn_str *out,
                     uint32_t count)
{
    if (names->inside[kind] == NULL || outer >= names->counts[kind])
        return;
    struct tn_cursor c = cursor_in(mod, names->inside[kind][outer]);
    if (c.at != c.end)
        read_name_map(&c, out, count);
}
