/* hints.c - branch hints, read and checked. */
#include "mod/hints.h"

#include "mod/instr.h"

static uint32_t find_hint_section(const struct tn_mod *mod)
{
    for (uint32_t i = 0; i < mod->custom_count; i++)
        if (tn_str_is(mod->customs[i].name, TN_HINTS_SECTION))
            return i;
    return TN_NONE;
}

/* Each hint is three bytes at least, so there are no more than this. */
static uint32_t most_hints(struct tn_range bytes)
{
    return bytes.size / 3;
}

static struct tn_hint read_hint(struct tn_cursor *c, uint32_t func)
{
    struct tn_hint hint = {.func = func, .offset = tn_cursor_u32(c)};
    const uint8_t *at = c->at;
    if (tn_cursor_u32(c) != 1)
        tn_cursor_fail_at(c, at, "malformed branch hint");
    hint.value = tn_cursor_byte(c);
    return hint;
}

static uint32_t read_hints(struct tn_cursor *c, struct tn_hint *out)
{
    uint32_t count = 0;
    for (uint32_t funcs = tn_cursor_u32(c); funcs > 0 && !c->failed; funcs--) {
        uint32_t func = tn_cursor_u32(c);
        for (uint32_t left = tn_cursor_u32(c); left > 0; left--) {
            struct tn_hint hint = read_hint(c, func);
            if (c->failed)
                return 0;
            out[count++] = hint;
        }
    }
    if (c->at != c->end)
        tn_cursor_fail(c, "section size mismatch");
    return c->failed ? 0 : count;
}

tn_status tn_hints_read(const struct tn_mod *mod, struct tn_arena *arena,
                        struct tn_hints *out, tn_error *err)
{
    uint32_t custom = find_hint_section(mod);
    *out = (struct tn_hints){NULL, 0, TN_NONE};
    if (custom == TN_NONE)
        return TN_OK;
    struct tn_range bytes = mod->customs[custom].bytes;
    struct tn_hint *hints =
        TN_NEW_ARRAY(arena, struct tn_hint, most_hints(bytes));
    if (hints == NULL)
        return tn_no_memory(err);
    const uint8_t *at = mod->bytes + bytes.offset;
    struct tn_cursor c = {mod->bytes, at, at + bytes.size, err, false};
    uint32_t count = read_hints(&c, hints);
    if (c.failed)
        return TN_E_MALFORMED;
    *out = (struct tn_hints){hints, count, custom};
    return TN_OK;
}

/* ---------------------------------------------------------------- checking */

static tn_status invalid_hint(const struct tn_mod *mod,
                              const struct tn_hint *hint, const char *what,
                              tn_error *err)
{
    uint64_t offset = TN_NO_OFFSET;
    if (hint->func >= mod->func_import_count && hint->func < mod->func_count)
        offset = mod->bodies[hint->func - mod->func_import_count].range.offset +
                 (uint64_t)hint->offset;
    return tn_fail(err, TN_E_INVALID, offset,
                   "@" TN_HINTS_SECTION
                   " annotation: %s (function %u, offset %u of its body)",
                   what, (unsigned)hint->func, (unsigned)hint->offset);
}

/* Moves the cursor to the instruction at `offset` of the body. Hints of one
 * function rise, so it never goes back. */
static bool is_branch_at(struct tn_cursor *c, const uint8_t *body,
                         uint32_t offset)
{
    struct tn_instr in;
    while (c->at != c->end && tn_instr_read(c, &in)) {
        if (in.at < body + offset)
            continue;
        return in.at == body + offset &&
               (in.op == TN_OP_if_ || in.op == TN_OP_br_if);
    }
    return false;
}

static tn_status check_hints(const struct tn_mod *mod,
                             const struct tn_hints *hints, tn_error *err)
{
    struct tn_cursor c = {NULL, NULL, NULL, NULL, false};
    const struct tn_hint *before = NULL;
    for (uint32_t i = 0; i < hints->count; i++) {
        const struct tn_hint *hint = &hints->at[i];
        bool is_same = before != NULL && before->func == hint->func;
        if (hint->func < mod->func_import_count ||
            hint->func >= mod->func_count)
            return invalid_hint(mod, hint, "invalid function", err);
        if (before != NULL && (before->func > hint->func ||
                               (is_same && before->offset >= hint->offset)))
            return invalid_hint(mod, hint, "not in order", err);
        const struct tn_body *body =
            &mod->bodies[hint->func - mod->func_import_count];
        const uint8_t *code = mod->bytes + body->code.offset;
        if (!is_same)
            c = (struct tn_cursor){mod->bytes, code, code + body->code.size,
                                   NULL, false};
        if (!is_branch_at(&c, mod->bytes + body->range.offset, hint->offset))
            return invalid_hint(mod, hint, "invalid target", err);
        if (hint->value > 1)
            return invalid_hint(mod, hint, "invalid value", err);
        before = hint;
    }
    return TN_OK;
}

tn_status tn_hints_check(const struct tn_mod *mod, tn_error *err)
{
    struct tn_arena arena;
    struct tn_hints hints;
    tn_arena_init(&arena, mod->alloc);
    tn_status status = tn_hints_read(mod, &arena, &hints, err);
    if (status == TN_OK)
        status = check_hints(mod, &hints, err);
    tn_arena_clear(&arena);
    return status;
}
