/* names.c - the name section.
 *
 *   namesec    ::= (id:byte size:u32 contents)*
 *   0: module    nm:name
 *   1: functions vec(idx:u32 nm:name), indices rising
 *
 * Names are a help, never a reason to refuse a module: what is malformed is
 * skipped, the rest counts. */
#include "mod/instr.h"
#include "mod/module.h"

static void read_func_names(struct tn_mod *mod, struct tn_cursor *c)
{
    if (mod->func_names != NULL || mod->func_count == 0)
        return;
    mod->func_names = TN_NEW_ARRAY(&mod->arena, struct tn_str, mod->func_count);
    if (mod->func_names == NULL)
        return;
    uint32_t count = tn_cursor_u32(c);
    for (uint32_t i = 0; i < count && !c->failed; i++) {
        uint32_t func = tn_cursor_u32(c);
        struct tn_str name = tn_cursor_name(c);
        if (!c->failed && func < mod->func_count)
            mod->func_names[func] = name;
    }
}

static void read_name_section(struct tn_mod *mod, struct tn_range bytes)
{
    const uint8_t *at = mod->bytes + bytes.offset;
    struct tn_cursor c = {mod->bytes, at, at + bytes.size, NULL, false};
    while (c.at != c.end) {
        uint8_t id = tn_cursor_byte(&c);
        struct tn_cursor sub = tn_cursor_sub(&c, tn_cursor_u32(&c));
        if (id == 0)
            mod->name = tn_cursor_name(&sub);
        else if (id == 1)
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
