/* encode_hints.c - branch hints, written anew: the code that they count bytes
 * of may become shorter by being encoded, and they must go on to name the same
 * branches. */
#include "mod/encode.h"
#include "mod/hints.h"
#include "mod/instr.h"

/* How many hints, from the first on, are of the same function. */
static uint32_t run_of(const struct tn_hint *hints, uint32_t count)
{
    uint32_t run = 1;
    while (run < count && hints[run].func == hints[0].func)
        run++;
    return run;
}

/* Encodes a body to see where its instructions come to stand. False when a
 * hint names none, or they do not rise. */
static bool encode_run(struct tn_encoder *e, const struct tn_hint *hints,
                       uint32_t count)
{
    const struct tn_mod *mod = e->mod;
    uint32_t done = 0, index = hints->func - mod->func_import_count;
    if (hints->func < mod->func_import_count || hints->func >= mod->func_count)
        return false;
    const struct tn_body *body = &mod->bodies[index];
    struct tn_cursor c = tn_mod_encode_source(e, body->code);
    struct tn_instr in;
    c.err = NULL;
    e->body.size = 0;
    tn_mod_encode_locals(e, body);
    while (done < count && c.at != c.end && tn_instr_read(&c, &in)) {
        if (in.at == mod->bytes + body->range.offset + hints[done].offset) {
            tn_buf_uleb(&e->section, e->body.size);
            tn_buf_uleb(&e->section, 1);
            tn_buf_byte(&e->section, hints[done++].value);
        }
        tn_instr_write(&e->body, &in);
    }
    return done == count;
}

static uint32_t count_runs(const struct tn_hints *hints)
{
    uint32_t runs = 0;
    for (uint32_t i = 0; i < hints->count; runs++)
        i += run_of(hints->at + i, hints->count - i);
    return runs;
}

/* Each function is encoded once more; they rise, so none twice. */
static bool encode_all_runs(struct tn_encoder *e, const struct tn_hints *hints)
{
    bool ok = true;
    tn_buf_uleb(&e->section, count_runs(hints));
    for (uint32_t i = 0; i < hints->count && ok;) {
        const struct tn_hint *first = &hints->at[i];
        uint32_t run = run_of(first, hints->count - i);
        tn_buf_uleb(&e->section, first->func);
        tn_buf_uleb(&e->section, run);
        ok = (i == 0 || first[-1].func < first->func) &&
             encode_run(e, first, run);
        i += run;
    }
    return ok;
}

tn_status tn_mod_encode_hints(struct tn_encoder *e, uint32_t custom,
                              bool *is_done)
{
    struct tn_arena arena;
    struct tn_hints hints;
    size_t begin = e->section.size;
    tn_arena_init(&arena, e->mod->alloc);
    tn_status status = tn_hints_read(e->mod, &arena, &hints, NULL);
    *is_done =
        status == TN_OK && hints.custom == custom && encode_all_runs(e, &hints);
    if (!*is_done)
        e->section.size = begin;
    tn_arena_clear(&arena);
    return status == TN_E_NOMEM ? tn_no_memory(e->err) : TN_OK;
}
