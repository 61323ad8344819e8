/* encode.c - from a module to its bytes, in the order in which they came.
 *
 * Every section is written anew from what was decoded, every instruction read
 * and written again: so what comes out is in shortest form, and what decoding
 * lost would show. Custom sections are copied; branch hints follow the code. */
#include "mod/encode.h"

#include "mod/hints.h"
#include "mod/instr.h"

void tn_mod_encode_bytes(struct tn_buf *out, const void *bytes, size_t size)
{
    tn_buf_uleb(out, size);
    tn_buf_put(out, bytes, size);
}

struct tn_cursor tn_mod_encode_source(const struct tn_encoder *e,
                                      struct tn_range range)
{
    const uint8_t *at = e->mod->bytes + range.offset;
    return (struct tn_cursor){e->mod->bytes, at, at + range.size, e->err,
                              false};
}

tn_status tn_mod_encode_instrs(struct tn_encoder *e, struct tn_buf *out,
                               struct tn_range range)
{
    struct tn_cursor c = tn_mod_encode_source(e, range);
    struct tn_instr instr;
    while (c.at != c.end && tn_instr_read(&c, &instr))
        tn_instr_write(out, &instr);
    return c.failed ? TN_E_MALFORMED : TN_OK;
}

/* Copied, but for branch hints: what they count is encoded anew. */
static tn_status encode_custom(struct tn_encoder *e, uint32_t index)
{
    const struct tn_custom *custom = &e->mod->customs[index];
    bool is_done = false;
    tn_mod_encode_bytes(&e->section, custom->name.at, custom->name.size);
    if (tn_str_is(custom->name, TN_HINTS_SECTION))
        TN_TRY(tn_mod_encode_hints(e, index, &is_done));
    if (!is_done)
        tn_buf_put(&e->section, e->mod->bytes + custom->bytes.offset,
                   custom->bytes.size);
    return TN_OK;
}

static tn_status encode_contents(struct tn_encoder *e,
                                 const struct tn_section *section)
{
    switch ((enum tn_section_id)section->id) {
    case TN_SECTION_CUSTOM:
        return encode_custom(e, section->custom);
    case TN_SECTION_TYPE:
        tn_mod_encode_types(e);
        break;
    case TN_SECTION_IMPORT:
        tn_mod_encode_imports(e);
        break;
    case TN_SECTION_FUNCTION:
        tn_mod_encode_funcs(e);
        break;
    case TN_SECTION_TABLE:
        return tn_mod_encode_tables(e);
    case TN_SECTION_MEMORY:
        tn_mod_encode_memories(e);
        break;
    case TN_SECTION_TAG:
        tn_mod_encode_tags(e);
        break;
    case TN_SECTION_GLOBAL:
        return tn_mod_encode_globals(e);
    case TN_SECTION_EXPORT:
        tn_mod_encode_exports(e);
        break;
    case TN_SECTION_START:
        tn_buf_uleb(&e->section, e->mod->start);
        break;
    case TN_SECTION_ELEMENT:
        return tn_mod_encode_elems(e);
    case TN_SECTION_DATA_COUNT:
        tn_buf_uleb(&e->section, e->mod->declared_data_count);
        break;
    case TN_SECTION_CODE:
        return tn_mod_encode_code(e);
    case TN_SECTION_DATA:
        return tn_mod_encode_datas(e);
    case TN_SECTION_COUNT:
        break;
    }
    return TN_OK;
}

static tn_status encode_sections(struct tn_encoder *e)
{
    tn_buf_put(e->out, "\0asm\1\0\0", 8);
    for (uint32_t i = 0; i < e->mod->section_count; i++) {
        const struct tn_section *section = &e->mod->sections[i];
        e->section.size = 0;
        TN_TRY(encode_contents(e, section));
        tn_buf_byte(e->out, section->id);
        tn_mod_encode_bytes(e->out, e->section.at, e->section.size);
    }
    bool failed = e->out->failed || e->section.failed || e->body.failed;
    return failed ? tn_no_memory(e->err) : TN_OK;
}

tn_status tn_mod_encode(const struct tn_mod *mod, struct tn_buf *out,
                        tn_error *err)
{
    struct tn_encoder e = {.mod = mod, .err = err, .out = out};
    tn_buf_init(&e.section, mod->alloc);
    tn_buf_init(&e.body, mod->alloc);
    tn_status status = encode_sections(&e);
    tn_buf_clear(&e.section);
    tn_buf_clear(&e.body);
    return status;
}
