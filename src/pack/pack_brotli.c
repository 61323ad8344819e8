/* pack_brotli.c - brotli by libbrotli, with limits and with our memory. */
#include <brotli/decode.h>
#include <brotli/encode.h>
#include <setjmp.h>

#include "pack/codec.h"

/* The library's memory. It frees without saying how much, so each block
 * begins with its size; and its encoder ends the process when memory is
 * refused (1.0.9), so a refusal does not return to it: `give_up` leaves its
 * frames behind, and what they held is in the list. */
struct brotli_heap {
    const tn_allocator *alloc;
    struct brotli_block *first;
    jmp_buf *give_up; /* null: a refusal is answered with null */
};

struct brotli_block {
    struct brotli_block *next, **link; /* link: what points here */
    size_t bytes;                      /* this header included */
    size_t align_to_16;
};

static void *brotli_alloc(void *opaque, size_t size)
{
    struct brotli_heap *heap = opaque;
    struct brotli_block *block = NULL;
    size_t bytes = size + sizeof *block;
    if (bytes > size)
        block = tn_alloc_resize(heap->alloc, NULL, 0, bytes);
    if (block == NULL) {
        if (heap->give_up != NULL)
            longjmp(*heap->give_up, 1);
        return NULL;
    }
    *block = (struct brotli_block){heap->first, &heap->first, bytes, 0};
    if (block->next != NULL)
        block->next->link = &block->next;
    heap->first = block;
    return block + 1;
}

static void brotli_free(void *opaque, void *at)
{
    struct brotli_heap *heap = opaque;
    if (at == NULL)
        return;
    struct brotli_block *block = (struct brotli_block *)at - 1;
    *block->link = block->next;
    if (block->next != NULL)
        block->next->link = block->link;
    tn_alloc_free(heap->alloc, block, block->bytes);
}

static void brotli_free_all(struct brotli_heap *heap)
{
    while (heap->first != NULL)
        brotli_free(heap, heap->first + 1);
}

/* What is left of the input and of the room in `out`. */
struct brotli_run {
    const uint8_t *in;
    size_t in_left;
    struct tn_buf *out;
    size_t begin;       /* out->size when it began */
    uint64_t max_bytes; /* to be added */
};

static bool is_memory_error(BrotliDecoderErrorCode code)
{
    return code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
           code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES;
}

/* Room for more output, never past the limit. Null: the limit is reached and
 * `*room` is 0, or there is no memory. */
static uint8_t *decode_room(struct brotli_run *run, size_t *room)
{
    uint64_t left = run->max_bytes - (run->out->size - run->begin);
    size_t want = (size_t)(left < 65536 ? left : 65536);
    *room = want;
    if (want == 0)
        return NULL;
    uint8_t *at = tn_buf_room(run->out, want);
    if (at == NULL)
        return NULL;
    size_t have = run->out->cap - run->out->size;
    *room = have < left ? have : (size_t)left;
    return at;
}

static tn_status decode_failed(BrotliDecoderState *state, tn_error *err)
{
    BrotliDecoderErrorCode code = BrotliDecoderGetErrorCode(state);
    if (is_memory_error(code))
        return tn_no_memory(err);
    return tn_fail(err, TN_E_FORMAT, TN_NO_OFFSET,
                   "malformed brotli stream (%s)",
                   BrotliDecoderErrorString(code));
}

static tn_status decode_all(BrotliDecoderState *state, struct brotli_run *run,
                            tn_error *err)
{
    for (;;) {
        size_t room, before;
        uint8_t *at = decode_room(run, &room);
        if (at == NULL && room != 0)
            return tn_no_memory(err);
        before = room;
        BrotliDecoderResult result = BrotliDecoderDecompressStream(
            state, &run->in_left, &run->in, &room, &at, NULL);
        run->out->size += before - room;
        switch (result) {
        case BROTLI_DECODER_RESULT_SUCCESS:
            if (run->in_left == 0)
                return TN_OK;
            return tn_fail(err, TN_E_FORMAT, TN_NO_OFFSET,
                           "%zu bytes after the brotli stream", run->in_left);
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
            return tn_fail(err, TN_E_FORMAT, TN_NO_OFFSET,
                           "the brotli stream is cut short");
        case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
            if (before != 0)
                break;
            return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                           "the brotli stream holds more than %llu bytes",
                           (unsigned long long)run->max_bytes);
        case BROTLI_DECODER_RESULT_ERROR:
            return decode_failed(state, err);
        }
    }
}

tn_status tn_pack_brotli_decode(const void *bytes, size_t size,
                                uint64_t max_bytes, struct tn_buf *out,
                                tn_error *err)
{
    struct brotli_heap heap = {out->alloc, NULL, NULL};
    BrotliDecoderState *state =
        BrotliDecoderCreateInstance(brotli_alloc, brotli_free, &heap);
    if (state == NULL)
        return tn_no_memory(err);
    struct brotli_run run = {bytes, size, out, out->size, max_bytes};
    tn_status status = decode_all(state, &run, err);
    BrotliDecoderDestroyInstance(state);
    return status;
}

static tn_status encode_all(BrotliEncoderState *state, struct brotli_run *run,
                            tn_error *err)
{
    while (!BrotliEncoderIsFinished(state)) {
        uint8_t *at = tn_buf_room(run->out, 65536);
        if (at == NULL)
            return tn_no_memory(err);
        size_t room = run->out->cap - run->out->size, before = room;
        if (!BrotliEncoderCompressStream(state, BROTLI_OPERATION_FINISH,
                                         &run->in_left, &run->in, &room, &at,
                                         NULL))
            return tn_no_memory(err);
        run->out->size += before - room;
    }
    return TN_OK;
}

static tn_status encode_with(struct brotli_heap *heap, struct brotli_run *run,
                             tn_error *err)
{
    BrotliEncoderState *state =
        BrotliEncoderCreateInstance(brotli_alloc, brotli_free, heap);
    if (state == NULL)
        return tn_no_memory(err);
    /* Fitted to the size: a decoder of a small file then needs little. */
    uint32_t window = BROTLI_MIN_WINDOW_BITS;
    while (window < 22 && ((size_t)1 << window) - 16 < run->in_left)
        window++;
    uint32_t hint =
        run->in_left < UINT32_MAX ? (uint32_t)run->in_left : UINT32_MAX;
    BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, 11);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, window);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, hint);
    return encode_all(state, run, err);
}

tn_status tn_pack_brotli_encode(const void *bytes, size_t size,
                                struct tn_buf *out, tn_error *err)
{
    jmp_buf give_up;
    struct brotli_heap heap = {out->alloc, NULL, &give_up};
    struct brotli_run run = {bytes, size, out, out->size, 0};
    tn_status status;
    if (setjmp(give_up) == 0)
        status = encode_with(&heap, &run, err);
    else
        status = tn_no_memory(err);
    brotli_free_all(&heap);
    return status;
}
