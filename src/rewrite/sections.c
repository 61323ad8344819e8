/* sections.c - the result's bytes, section by section. */
#include "mod/encode.h"
#include "rewrite/bodies.h"
#include "rewrite/steps.h"

enum {
    PADDED_WIDTH = 5 /* of the sizes of code and data, known afterwards */
};

static void put_joined_section(struct tn_encoder *e, enum tn_section_id id)
{
    tn_buf_byte(e->out, (uint8_t)id);
    tn_mod_encode_bytes(e->out, e->section.at, e->section.size);
    e->section.size = 0;
}

static tn_status put_definitions(struct tn_encoder *e)
{
    const struct tn_mod *joined = e->mod;
    if (joined->group_count > 0)
        tn_mod_encode_types(e), put_joined_section(e, TN_SECTION_TYPE);
    if (joined->import_count > 0)
        tn_mod_encode_imports(e), put_joined_section(e, TN_SECTION_IMPORT);
    if (joined->func_count > joined->func_import_count)
        tn_mod_encode_funcs(e), put_joined_section(e, TN_SECTION_FUNCTION);
    if (joined->table_count > joined->table_import_count) {
        TN_TRY(tn_mod_encode_tables(e));
        put_joined_section(e, TN_SECTION_TABLE);
    }
    if (joined->memory_count > joined->memory_import_count)
        tn_mod_encode_memories(e), put_joined_section(e, TN_SECTION_MEMORY);
    if (joined->tag_count > joined->tag_import_count)
        tn_mod_encode_tags(e), put_joined_section(e, TN_SECTION_TAG);
    if (joined->global_count > joined->global_import_count) {
        TN_TRY(tn_mod_encode_globals(e));
        put_joined_section(e, TN_SECTION_GLOBAL);
    }
    if (joined->export_count > 0)
        tn_mod_encode_exports(e), put_joined_section(e, TN_SECTION_EXPORT);
    if (joined->start != TN_NONE)
        tn_buf_uleb(&e->section, joined->start),
            put_joined_section(e, TN_SECTION_START);
    if (joined->elem_count > 0) {
        TN_TRY(tn_mod_encode_elems(e));
        put_joined_section(e, TN_SECTION_ELEMENT);
    }
    return TN_OK;
}

/* A section whose size is known when it is there: begun, ended. */
static size_t begin_section(struct tn_buf *out, enum tn_section_id id)
{
    static const uint8_t room[PADDED_WIDTH] = {0};
    tn_buf_byte(out, (uint8_t)id);
    tn_buf_put(out, room, PADDED_WIDTH);
    return out->size;
}

static tn_status end_section(struct tn_rw *rw, size_t contents)
{
    if (rw->out.failed)
        return tn_no_memory(rw->err);
    size_t size = rw->out.size - contents;
    if (size > UINT32_MAX || rw->out.size > UINT32_MAX)
        return tn_fail(rw->err, TN_E_LIMIT, TN_NO_OFFSET,
                       "the result would be longer than 4 GiB");
    for (int i = 0; i < PADDED_WIDTH; i++, size >>= 7)
        rw->out.at[contents - PADDED_WIDTH + (size_t)i] =
            (uint8_t)((size & 0x7f) | (i + 1 < PADDED_WIDTH ? 0x80 : 0));
    return TN_OK;
}

static bool needs_data_count(const struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->joined.data_count; i++)
        if (rw->joined.datas[i].mode == TN_SEGMENT_PASSIVE)
            return true;
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (rw->inputs[i].mod->has_data_count)
            return true;
    return false;
}

static tn_status put_code(struct tn_rw *rw)
{
    if (tn_rw_body_count(rw) == 0)
        return TN_OK;
    size_t contents = begin_section(&rw->out, TN_SECTION_CODE);
    TN_TRY(tn_rw_write_bodies(rw));
    return end_section(rw, contents);
}

static void put_data(struct tn_rw *rw, const struct tn_rw_input *input,
                     uint32_t index)
{
    struct tn_buf *out = &rw->out;
    const struct tn_data_def *data = &rw->joined.datas[input->map.datas[index]];
    struct tn_range bytes = input->mod->datas[index].bytes;
    tn_buf_uleb(out, data->flags);
    if (data->flags == 2)
        tn_buf_uleb(out, data->memory_index);
    tn_buf_put(out, rw->exprs.at + data->offset.offset, data->offset.size);
    tn_mod_encode_bytes(out, input->mod->bytes + bytes.offset, bytes.size);
}

static tn_status put_datas(struct tn_rw *rw)
{
    if (rw->joined.data_count == 0)
        return TN_OK;
    size_t contents = begin_section(&rw->out, TN_SECTION_DATA);
    tn_buf_uleb(&rw->out, rw->joined.data_count);
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[rw->order[i]];
        for (uint32_t k = 0; k < input->mod->data_count; k++)
            put_data(rw, input, k);
    }
    return end_section(rw, contents);
}

tn_status tn_rw_write(struct tn_rw *rw)
{
    struct tn_encoder e = {.mod = &rw->joined, .err = rw->err, .out = &rw->out};
    rw->joined.bytes = rw->exprs.at;
    rw->joined.size = rw->exprs.size;
    tn_buf_init(&e.section, rw->alloc);
    tn_buf_init(&e.body, rw->alloc);
    tn_buf_put(&rw->out, "\0asm\1\0\0\0", 8);
    tn_status status = put_definitions(&e);
    if (status == TN_OK && needs_data_count(rw)) {
        tn_buf_uleb(&e.section, rw->joined.data_count);
        put_joined_section(&e, TN_SECTION_DATA_COUNT);
    }
    bool is_whole = !e.section.failed && !e.body.failed;
    tn_buf_clear(&e.section);
    tn_buf_clear(&e.body);
    TN_TRY(status);
    if (!is_whole)
        return tn_no_memory(rw->err);
    TN_TRY(put_code(rw));
    return put_datas(rw);
}
