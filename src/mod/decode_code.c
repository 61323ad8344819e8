/* decode_code.c - the code section: where each body is, and its locals.
 *
 * Instructions are left to who reads them: validation does so for all. */
#include "mod/decode.h"

/* locals ::= vec(n:u32 t:valtype); the sum of all n is what counts. */
static uint32_t decode_locals(struct tn_decoder *d)
{
    uint64_t local_count = 0;
    uint32_t run_count = tn_mod_decode_count(d, 2, 0, UINT32_MAX, "locals");
    for (uint32_t i = 0; i < run_count && !d->c.failed; i++) {
        const uint8_t *at = d->c.at;
        local_count += tn_cursor_u32(&d->c);
        (void)tn_mod_decode_valtype(d);
        if (local_count > TN_MAX_LOCALS)
            tn_cursor_fail_at(&d->c, at, "too many locals");
    }
    return (uint32_t)local_count;
}

/* code ::= size:u32 func; func ::= locals expr */
static void decode_body(struct tn_decoder *d, struct tn_body *out)
{
    const uint8_t *at = d->c.at;
    uint32_t size = tn_cursor_u32(&d->c);
    if (size > tn_cursor_left(&d->c))
        tn_cursor_fail_at(&d->c, at, "unexpected end of section or function");
    if (size > TN_MAX_BODY_BYTES)
        tn_mod_decode_fail(d, TN_E_LIMIT, at,
                           "a body of %u bytes, at most %u are allowed",
                           (unsigned)size, (unsigned)TN_MAX_BODY_BYTES);
    if (d->c.failed)
        return;
    const uint8_t *section_end = d->c.end;
    const uint8_t *begin = d->c.at, *end = begin + size;
    d->c.end = end;
    out->local_count = decode_locals(d);
    const uint8_t *code = d->c.at;
    if (code == end)
        tn_cursor_fail(&d->c, "unexpected end of section or function");
    d->c.at = end;
    out->range = tn_mod_decode_range(d, begin);
    out->code = tn_mod_decode_range(d, code);
    d->c.end = section_end;
    if (d->c.failed)
        d->c.at = section_end;
}

/* That there are as many as functions is asked when all sections are read. */
void tn_mod_decode_code(struct tn_decoder *d)
{
    uint32_t count = tn_mod_decode_count(d, 3, 0, TN_MAX_FUNCS, "bodies");
    d->mod->bodies = tn_mod_decode_array(d, count, sizeof *d->mod->bodies);
    for (; d->body_count < count && !d->c.failed; d->body_count++)
        decode_body(d, &d->mod->bodies[d->body_count]);
}
