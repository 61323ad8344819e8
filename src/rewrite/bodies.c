/* bodies.c - bodies, copied under the maps.
 *
 * Functions do not depend on one another, so pieces of about a megabyte are
 * copied by several threads, a piece each, and put behind one another when all
 * are there. The result is the same for any number of threads. */
#include "rewrite/bodies.h"

#include "rewrite/walk.h"
#include "rewrite/workers.h"

enum {
    PIECE_BYTES = 1 << 20,
    MOST_PIECES = 16 /* at a time */
};

/* Functions first..end of those that an input defines. */
struct piece {
    uint32_t input, first, end;
    struct tn_buf buf;
    const uint8_t *failed_at; /* null: nothing failed */
};

struct pieces {
    struct tn_rw *rw;
    struct piece at[MOST_PIECES];
    uint32_t count;
};

static size_t leb_width(size_t value)
{
    size_t width = 1;
    while ((value >>= 7) != 0)
        width++;
    return width;
}

static void put_width(uint8_t *to, size_t value, size_t width)
{
    for (size_t i = 0; i + 1 < width; i++, value >>= 7)
        to[i] = (uint8_t)(value | 0x80);
    to[width - 1] = (uint8_t)value;
}

/* Its size is written before it, so room is left for as many bytes as the old
 * one takes; that is nearly always right. Returns where the body begins. */
static size_t put_size(struct tn_buf *out, size_t begin, size_t width)
{
    size_t size = out->size - begin - width;
    size_t now = leb_width(size);
    if (now > width && tn_buf_room(out, now - width) != NULL)
        memmove(out->at + begin + now, out->at + begin + width, size);
    if (out->failed)
        return 0;
    if (now > width)
        out->size += now - width;
    else
        now = width;
    put_width(out->at + begin, size, now);
    return begin + now;
}

static bool copy_body(struct tn_rw_input *input,
                      const struct tn_rw_coder *coder, uint32_t index,
                      struct tn_buf *out, const uint8_t **failed_at)
{
    const struct tn_body *body = &input->mod->bodies[index];
    const uint8_t *at = input->mod->bytes + body->range.offset;
    const uint8_t *end = at + body->range.size;
    struct tn_rw_piece piece = {at, end, end, true, false};
    size_t begin = out->size, width = leb_width(body->range.size);
    if (tn_buf_room(out, width) == NULL)
        return false;
    out->size += width;
    if (!tn_rw_walk(coder, &piece, out)) {
        *failed_at = piece.at;
        return false;
    }
    if (out->failed)
        return false;
    input->is_stretched[index] = piece.is_stretched;
    input->body_at[index] = (uint32_t)put_size(out, begin, width);
    return !out->failed;
}

static bool is_written(const struct tn_rw_input *input, uint32_t index)
{
    return input->stand_ins == NULL || input->stand_ins[index].input == TN_NONE;
}

static void copy_piece(struct tn_rw *rw, struct piece *piece,
                       struct tn_buf *out)
{
    struct tn_rw_input *input = &rw->inputs[piece->input];
    struct tn_rw_coder coder;
    tn_rw_coder_init(&coder, input);
    tn_rw_coder_plan(&coder);
    for (uint32_t i = piece->first; i < piece->end; i++)
        if (!is_written(input, i))
            input->body_at[i] = TN_NONE;
        else if (!copy_body(input, &coder, i, out, &piece->failed_at))
            return;
}

/* The next piece of an input that begins at function `first`. */
static uint32_t end_of_piece(const struct tn_mod *mod, uint32_t first)
{
    uint32_t count = mod->func_count - mod->func_import_count;
    size_t bytes = 0;
    while (first < count && bytes < PIECE_BYTES)
        bytes += mod->bodies[first++].range.size;
    return first;
}

static tn_status check_piece(struct tn_rw *rw, const struct piece *piece,
                             const struct tn_buf *out)
{
    const struct tn_rw_input *input = &rw->inputs[piece->input];
    if (piece->failed_at != NULL)
        return tn_fail(rw->err, TN_E_INVALID,
                       (uint64_t)(piece->failed_at - input->mod->bytes),
                       "%s: code that cannot be read (it was not validated)",
                       input->name.at);
    return out->failed ? tn_no_memory(rw->err) : TN_OK;
}

/* --------------------------------------------------------------- together */

static void copy_one(void *context, uint32_t i)
{
    struct pieces *pieces = context;
    copy_piece(pieces->rw, &pieces->at[i], &pieces->at[i].buf);
}

/* A piece that was copied beside the result goes behind it. */
static tn_status append_piece(struct tn_rw *rw, struct piece *piece)
{
    struct tn_rw_input *input = &rw->inputs[piece->input];
    TN_TRY(check_piece(rw, piece, &piece->buf));
    uint32_t moved = (uint32_t)(rw->out.size - rw->code_contents);
    for (uint32_t i = piece->first; i < piece->end; i++)
        if (input->body_at[i] != TN_NONE)
            input->body_at[i] += moved;
    tn_buf_put(&rw->out, piece->buf.at, piece->buf.size);
    piece->buf.size = 0;
    return TN_OK;
}

static tn_status copy_pieces(struct pieces *pieces, unsigned workers)
{
    struct tn_rw *rw = pieces->rw;
    tn_rw_work(workers, pieces->count, copy_one, pieces);
    for (uint32_t i = 0; i < pieces->count; i++)
        TN_TRY(append_piece(rw, &pieces->at[i]));
    pieces->count = 0;
    return TN_OK;
}

static tn_status copy_together(struct pieces *pieces, unsigned workers)
{
    struct tn_rw *rw = pieces->rw;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_mod *mod = rw->inputs[i].mod;
        uint32_t count = mod->func_count - mod->func_import_count;
        for (uint32_t first = 0; first < count;) {
            struct piece *piece = &pieces->at[pieces->count++];
            piece->input = i;
            piece->first = first;
            piece->end = first = end_of_piece(mod, first);
            if (pieces->count == workers)
                TN_TRY(copy_pieces(pieces, workers));
        }
    }
    return copy_pieces(pieces, workers);
}

/* Alone, bodies are copied to where they belong. */
static tn_status copy_alone(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++) {
        struct tn_rw_input *input = &rw->inputs[i];
        uint32_t count = input->mod->func_count - input->mod->func_import_count;
        struct piece all = {.input = i, .end = count};
        copy_piece(rw, &all, &rw->out);
        TN_TRY(check_piece(rw, &all, &rw->out));
        for (uint32_t k = 0; k < count; k++)
            if (input->body_at[k] != TN_NONE)
                input->body_at[k] -= rw->code_contents;
    }
    return TN_OK;
}

static size_t code_bytes(const struct tn_rw *rw)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < rw->input_count; i++)
        for (uint32_t k = 0; k < rw->inputs[i].mod->section_count; k++)
            if (rw->inputs[i].mod->sections[k].id == TN_SECTION_CODE)
                bytes += rw->inputs[i].mod->sections[k].contents.size;
    return bytes;
}

uint32_t tn_rw_body_count(const struct tn_rw *rw)
{
    return rw->joined.func_count - rw->joined.func_import_count;
}

tn_status tn_rw_write_bodies(struct tn_rw *rw)
{
    unsigned workers = tn_rw_worker_count(rw->options->thread_count);
    rw->code_contents = (uint32_t)rw->out.size;
    tn_buf_uleb(&rw->out, tn_rw_body_count(rw));
    if (workers == 1 || code_bytes(rw) < (size_t)2 * PIECE_BYTES) {
        TN_TRY(copy_alone(rw));
    } else {
        struct pieces pieces = {.rw = rw};
        for (int i = 0; i < MOST_PIECES; i++)
            tn_buf_init(&pieces.at[i].buf, rw->alloc);
        tn_status status = copy_together(&pieces, workers);
        for (int i = 0; i < MOST_PIECES; i++)
            tn_buf_clear(&pieces.at[i].buf);
        TN_TRY(status);
    }
    for (size_t i = 0; i < rw->own_funcs.count; i++) {
        tn_buf_uleb(&rw->out, rw->own_funcs.at[i].code.size);
        tn_buf_put(&rw->out, rw->own_funcs.at[i].code.at,
                   rw->own_funcs.at[i].code.size);
    }
    return rw->out.failed ? tn_no_memory(rw->err) : TN_OK;
}
