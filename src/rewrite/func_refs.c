/* func_refs.c - functions that code refers to are declared.
 *
 * Code may say ref.func only of functions that are declared outside of code:
 * an export does that (specification 3.4.12, C.refs). One that the result does
 * not export is declared by an element segment instead, if code needs it. */
#include "rewrite/steps.h"

#include "mod/instr.h"

struct refs {
    struct tn_rw *rw;
    bool *is_exported; /* of the result's functions */
    bool *is_needed;
    uint32_t needed_count;
};

static bool has_lost_export(const struct refs *r,
                            const struct tn_rw_input *input)
{
    for (uint32_t i = 0; i < input->mod->export_count; i++) {
        const struct tn_export *export = &input->mod->exports[i];
        if (export->kind == TN_EXTERN_FUNC &&
            !r->is_exported[input->map.funcs[export->index]])
            return true;
    }
    return false;
}

static void look_at_body(struct refs *r, const struct tn_rw_input *input,
                         struct tn_range code)
{
    const uint8_t *at = input->mod->bytes + code.offset;
    struct tn_cursor c = {
        .base = input->mod->bytes, .at = at, .end = at + code.size};
    struct tn_instr in;
    if (memchr(at, 0xd2, code.size) == NULL) /* the opcode of ref.func */
        return;
    while (c.at != c.end && tn_instr_read(&c, &in)) {
        if (in.op != TN_OP_ref_func || in.a >= input->mod->func_count)
            continue;
        uint32_t func = input->map.funcs[in.a];
        r->needed_count += !r->is_exported[func] && !r->is_needed[func];
        r->is_needed[func] |= !r->is_exported[func];
    }
}

static void look_at_input(struct refs *r, const struct tn_rw_input *input)
{
    const struct tn_mod *mod = input->mod;
    if (!has_lost_export(r, input))
        return;
    for (uint32_t i = 0; i < mod->func_count - mod->func_import_count; i++)
        look_at_body(r, input, mod->bodies[i].code);
}

static tn_status add_declaration(struct refs *r)
{
    struct tn_mod *joined = &r->rw->joined;
    uint32_t *funcs = TN_NEW_ARRAY(&r->rw->arena, uint32_t, r->needed_count);
    uint32_t count = 0;
    if (funcs == NULL)
        return tn_no_memory(r->rw->err);
    for (uint32_t i = 0; i < joined->func_count; i++)
        if (r->is_needed[i])
            funcs[count++] = i;
    joined->elems[joined->elem_count++] =
        (struct tn_elem_def){.mode = TN_SEGMENT_DECLARATIVE,
                             .flags = 3,
                             .type = TN_FUNCREF_TYPE,
                             .count = count,
                             .funcs = funcs};
    return TN_OK;
}

tn_status tn_rw_declare_refs(struct tn_rw *rw)
{
    const struct tn_mod *joined = &rw->joined;
    struct refs r = {
        .rw = rw,
        .is_exported = TN_NEW_ARRAY(&rw->arena, bool, joined->func_count),
        .is_needed = TN_NEW_ARRAY(&rw->arena, bool, joined->func_count)};
    if (r.is_exported == NULL || r.is_needed == NULL)
        return tn_no_memory(rw->err);
    for (uint32_t i = 0; i < joined->export_count; i++)
        if (joined->exports[i].kind == TN_EXTERN_FUNC)
            r.is_exported[joined->exports[i].index] = true;
    for (uint32_t i = 0; i < rw->input_count; i++)
        look_at_input(&r, &rw->inputs[i]);
    return r.needed_count > 0 ? add_declaration(&r) : TN_OK;
}
