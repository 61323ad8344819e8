/* walk.c - code copied under a map, in spans.
 *
 * Room for the worst case is made once for a piece of code: then every byte
 * is written without a look at what is left. No instruction becomes longer
 * than three times its length: an index of one byte becomes one of five, but
 * has an opcode or a flag before it; the index of a memory, which may be new,
 * takes two bytes at most, beside flags and offset. A call of two bytes may
 * become an instruction of five. */
#include "rewrite/walk.h"

#include <string.h>

#include "mod/opcode.h"

enum {
    GROWTH = 3,
    COPIED_AT_ONCE = 16,
    HAS_MEMORY = 0x40, /* in the flags of a memarg */
    OP_CALL = 0x10
};

struct code_walk {
    const struct tn_rw_coder *coder;
    const uint8_t *at, *end;
    const uint8_t *copied; /* all before it is in the result */
    uint8_t *to;
    bool failed;
};

/* What the immediates of a kind name. */
static const struct {
    uint8_t first, second;
} imm_spaces[TN_IMM_COUNT] = {
#define IMM(kind, form, first, second) {TN_RW_##first, TN_RW_##second},
#include "mod/imm.def"
#undef IMM
};

/* Most spans are short: then more than the span is copied, for a fixed number
 * of bytes takes no call. There is room for it, and the rest is written over. */
static inline void copy_span(struct code_walk *w, const uint8_t *until)
{
    size_t size = (size_t)(until - w->copied);
    if (size <= COPIED_AT_ONCE && w->end - w->copied >= COPIED_AT_ONCE)
        memcpy(w->to, w->copied, COPIED_AT_ONCE);
    else
        memcpy(w->to, w->copied, size);
    w->to += size;
}

/* LEB128 of at least `width` bytes; all of an index's are at most 5. */
static inline void put_leb(struct code_walk *w, uint32_t value, size_t width)
{
    while (value >= 0x80 || width > 1) {
        *w->to++ = (uint8_t)(value | 0x80);
        value >>= 7;
        width -= width > 1;
    }
    *w->to++ = (uint8_t)value;
}

static void skip_leb(struct code_walk *w)
{
    while (w->at != w->end && *w->at >= 0x80)
        w->at++;
    if (w->at == w->end)
        w->failed = true;
    else
        w->at++;
}

static void skip_bytes(struct code_walk *w, size_t count)
{
    if ((size_t)(w->end - w->at) < count) {
        w->failed = true;
        return;
    }
    w->at += count;
}

static uint8_t read_byte(struct code_walk *w)
{
    if (w->at != w->end)
        return *w->at++;
    w->failed = true;
    return 0;
}

static uint32_t read_long_u32(struct code_walk *w)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        uint8_t byte = read_byte(w);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value <= UINT32_MAX ? (uint32_t)value : UINT32_MAX;
    }
    w->failed = true;
    return 0;
}

/* An index of at most five bytes; those of one to three are read at once. */
static inline uint32_t read_u32(struct code_walk *w)
{
    const uint8_t *at = w->at;
    size_t width = w->end - at < 3 ? 0
                   : at[0] < 0x80  ? 1
                   : at[1] < 0x80  ? 2
                   : at[2] < 0x80  ? 3
                                   : 0;
    if (width == 0)
        return read_long_u32(w);
    w->at += width;
    uint32_t value = at[0] & 0x7fu;
    if (width > 1)
        value |= (at[1] & 0x7fu) << 7;
    return width > 2 ? value | (uint32_t)at[2] << 14 : value;
}

/* What index `x` is in the result. */
static uint32_t mapped(struct code_walk *w, enum tn_rw_space space, uint32_t x)
{
    if (x < w->coder->counts[space])
        return w->coder->to[space][x];
    w->failed = true;
    return x;
}

/* Is there a number that a linker padded to five bytes? */
static inline bool is_padded(const struct code_walk *w)
{
    const uint8_t *at = w->at;
    return w->end - at >= 5 && (at[0] & at[1] & at[2] & at[3]) >= 0x80 &&
           at[4] < 0x10;
}

/* The same as below for such a number, which is nearly every one of large
 * programs: a third of the time of a merge was in the loops there. */
static void map_padded(struct code_walk *w, enum tn_rw_space space)
{
    const uint8_t *at = w->at;
    uint32_t old = (at[0] & 0x7fu) | (at[1] & 0x7fu) << 7 |
                   (at[2] & 0x7fu) << 14 | (at[3] & 0x7fu) << 21 |
                   (uint32_t)at[4] << 28;
    uint32_t now = mapped(w, space, old);
    w->at += 5;
    if (now == old)
        return;
    copy_span(w, at);
    w->to[0] = (uint8_t)(now | 0x80);
    w->to[1] = (uint8_t)(now >> 7 | 0x80);
    w->to[2] = (uint8_t)(now >> 14 | 0x80);
    w->to[3] = (uint8_t)(now >> 21 | 0x80);
    w->to[4] = (uint8_t)(now >> 28);
    w->to += 5;
    w->copied = w->at;
}

static void map_index(struct code_walk *w, enum tn_rw_space space)
{
    const uint8_t *from = w->at;
    if (is_padded(w)) {
        map_padded(w, space);
        return;
    }
    uint32_t old = read_u32(w);
    uint32_t now = mapped(w, space, old);
    if (now == old || w->failed)
        return;
    copy_span(w, from);
    put_leb(w, now, (size_t)(w->at - from));
    w->copied = w->at;
}

static void pass_index(struct code_walk *w, enum tn_rw_space space)
{
    if (space < TN_RW_SPACES)
        map_index(w, space);
    else
        skip_leb(w);
}

/* A type index as s33: never negative, so it must have a zero on top. */
static void map_type_s33(struct code_walk *w)
{
    const uint8_t *from = w->at;
    uint32_t old = read_u32(w);
    uint32_t now = mapped(w, TN_RW_type, old);
    if (now == old || w->failed)
        return;
    size_t width = (size_t)(w->at - from), least = 1;
    while (least < 5 && now >> (7 * least - 1) != 0)
        least++;
    copy_span(w, from);
    put_leb(w, now, width > least ? width : least);
    w->copied = w->at;
}

/* heaptype ::= absheaptype | x:s33 */
static void pass_heap(struct code_walk *w)
{
    if (w->at != w->end && (*w->at & 0xc0) == 0x40)
        w->at++; /* negative, in one byte */
    else
        map_type_s33(w);
}

static void pass_valtype(struct code_walk *w)
{
    uint8_t byte = read_byte(w);
    if (byte == 0x63 || byte == 0x64)
        pass_heap(w);
}

/* blocktype ::= 0x40 | valtype | x:s33 */
static void pass_block(struct code_walk *w)
{
    if (w->at != w->end && (*w->at & 0xc0) == 0x40)
        pass_valtype(w);
    else
        map_type_s33(w);
}

/* memarg ::= n:u32 m:u64 | n:u32 x:memidx m:u64 */
static void pass_memarg(struct code_walk *w)
{
    const uint8_t *from = w->at;
    uint8_t flags = read_byte(w);
    if (flags >= 0x80)
        w->failed = true;
    if ((flags & HAS_MEMORY) != 0) {
        map_index(w, TN_RW_mem);
    } else if (!w->coder->is_same_memory) {
        uint32_t now = mapped(w, TN_RW_mem, 0);
        copy_span(w, from);
        *w->to++ = flags | HAS_MEMORY;
        put_leb(w, now, 1);
        w->copied = w->at;
    }
    skip_leb(w);
}

static void pass_labels(struct code_walk *w)
{
    uint32_t count = read_u32(w);
    for (uint64_t i = 0; i <= count && !w->failed; i++)
        skip_leb(w);
}

static void pass_valtypes(struct code_walk *w)
{
    uint32_t count = read_u32(w);
    for (uint32_t i = 0; i < count && !w->failed; i++)
        pass_valtype(w);
}

/* catch ::= 0 x:tagidx l | 1 x:tagidx l | 2 l | 3 l */
static void pass_try_table(struct code_walk *w)
{
    pass_block(w);
    uint32_t count = read_u32(w);
    for (uint32_t i = 0; i < count && !w->failed; i++) {
        if (read_byte(w) < 2)
            map_index(w, TN_RW_tag);
        skip_leb(w);
    }
}

static void pass_immediates(struct code_walk *w, uint8_t imm,
                            enum tn_imm_form form)
{
    enum tn_rw_space first = imm_spaces[imm].first;
    switch (form) {
    case TN_FORM_NONE:
        break;
    case TN_FORM_INDEX:
        pass_index(w, first);
        break;
    case TN_FORM_INDICES:
        pass_index(w, first);
        pass_index(w, imm_spaces[imm].second);
        break;
    case TN_FORM_MEMARG:
        pass_memarg(w);
        break;
    case TN_FORM_MEMARG_LANE:
        pass_memarg(w);
        skip_bytes(w, 1);
        break;
    case TN_FORM_LANE:
    case TN_FORM_ZERO:
        skip_bytes(w, 1);
        break;
    case TN_FORM_BLOCK:
        pass_block(w);
        break;
    case TN_FORM_LABELS:
        pass_labels(w);
        break;
    case TN_FORM_VALTYPES:
        pass_valtypes(w);
        break;
    case TN_FORM_TRY_TABLE:
        pass_try_table(w);
        break;
    case TN_FORM_S32:
    case TN_FORM_S64:
        skip_leb(w);
        break;
    case TN_FORM_BITS32:
        skip_bytes(w, 4);
        break;
    case TN_FORM_BITS64:
        skip_bytes(w, 8);
        break;
    case TN_FORM_BYTES16:
        skip_bytes(w, 16);
        break;
    case TN_FORM_HEAP:
        pass_heap(w);
        break;
    case TN_FORM_CAST:
        skip_bytes(w, 1);
        skip_leb(w);
        pass_heap(w);
        pass_heap(w);
        break;
    }
}

static void put_mem_call(struct code_walk *w, const struct tn_rw_mem_call *call,
                         size_t width)
{
    const uint8_t *begin = w->to;
    if (call->prefix != 0)
        *w->to++ = call->prefix;
    *w->to++ = call->opcode;
    if (call->memarg != 0)
        *w->to++ = call->memarg;
    if (call->memory_count == 2)
        put_leb(w, mapped(w, TN_RW_mem, call->memories[0]), 1);
    /* The last index makes it as long as the call was. */
    size_t rest = (size_t)(w->to - begin) + (call->memarg != 0);
    put_leb(w, mapped(w, TN_RW_mem, call->memories[call->memory_count - 1]),
            width > rest + 1 ? width - rest : 1);
    if (call->memarg != 0)
        *w->to++ = 0; /* offset */
}

/* A call of a function that is an instruction becomes it, of the same width
 * where that fits. True unless the call is one of others, or of one that is too
 * long for its place: then there is a function for it; and so there is for tail
 * calls, since instructions are to be as many as they were. */
static bool pass_mem_call(struct code_walk *w, const uint8_t *from)
{
    struct code_walk then = *w;
    uint32_t func = read_u32(&then);
    if (then.failed || func >= w->coder->mem_call_count ||
        w->coder->mem_calls[func].opcode == 0)
        return false;
    const struct tn_rw_mem_call *call = &w->coder->mem_calls[func];
    if (call->memory_count == 2 && w->coder->has_long_memories)
        return false;
    copy_span(w, from);
    put_mem_call(w, call, (size_t)(then.at - from));
    w->at = w->copied = then.at;
    return true;
}

static void pass_instr(struct code_walk *w)
{
    const uint8_t *from = w->at;
    uint8_t byte = read_byte(w);
    if (byte == OP_CALL && w->coder->mem_calls != NULL &&
        pass_mem_call(w, from))
        return;
    struct tn_opcode_key key = tn_mod_opcode_keys[byte];
    if (byte >= 0xfb && byte <= 0xfe)
        key = tn_mod_opcode_key(byte, read_u32(w));
    if (key.row == 0) {
        w->failed = true;
        return;
    }
    pass_immediates(w, tn_mod_opcodes[key.row - 1].imm,
                    (enum tn_imm_form)key.form);
}

/* locals ::= vec(n:u32 t:valtype) */
static void pass_locals(struct code_walk *w)
{
    uint32_t count = read_u32(w);
    for (uint32_t i = 0; i < count && !w->failed; i++) {
        skip_leb(w);
        pass_valtype(w);
    }
}

/* ---------------------------------------------------------------- quickly */

/* Most instructions name nothing that moves. What is passed over is told by
 * the first byte; the rest is left to pass_instr. A table of lengths, without
 * a branch for each kind, was tried and is slower: each step then waits for
 * the load of the one before, where branches are foretold. */
enum quick {
    QUICK_NO,
    QUICK_BARE,   /* an opcode and nothing else */
    QUICK_LEB,    /* and one number */
    QUICK_MEMARG, /* of memory 0, which stays that */
    QUICK_BLOCK,  /* most have a type of one byte */
    QUICK_4,
    QUICK_8,
    QUICK_FUNC, /* these are not passed over, but known at once */
    QUICK_GLOBAL,
    QUICK_MOVED /* a memarg of memory 0, which is another one */
};

static const uint8_t *leb_end(const uint8_t *at, const uint8_t *end)
{
    while (at != end && *at >= 0x80)
        at++;
    return at != end ? at + 1 : NULL;
}

static const uint8_t *bytes_end(const uint8_t *at, const uint8_t *end,
                                size_t count)
{
    return (size_t)(end - at) >= count ? at + count : NULL;
}

/* Behind the instruction at `at`, or null: it must be looked at. */
static inline const uint8_t *pass_quickly(const struct tn_rw_coder *coder,
                                          const uint8_t *at, const uint8_t *end)
{
    switch ((enum quick)coder->quick[*at++]) {
    case QUICK_BARE:
        return at;
    case QUICK_LEB:
        return leb_end(at, end);
    case QUICK_MEMARG:
        return at != end && *at < HAS_MEMORY ? leb_end(at + 1, end) : NULL;
    case QUICK_BLOCK:
        return at != end && (*at & 0xc0) == 0x40 && *at != 0x63 && *at != 0x64
                   ? at + 1
                   : NULL;
    case QUICK_4:
        return bytes_end(at, end, 4);
    case QUICK_8:
        return bytes_end(at, end, 8);
    default:
        return NULL;
    }
}

static void change_instr(struct code_walk *w)
{
    switch ((int)w->coder->quick[*w->at]) {
    case QUICK_FUNC:
        w->at++;
        map_index(w, TN_RW_func);
        break;
    case QUICK_GLOBAL:
        w->at++;
        map_index(w, TN_RW_global);
        break;
    case QUICK_MOVED:
        w->at++;
        pass_memarg(w);
        break;
    default:
        pass_instr(w);
    }
}

static void pass_code(struct code_walk *w, const uint8_t *stop)
{
    while (w->at < stop && !w->failed) {
        const uint8_t *next = pass_quickly(w->coder, w->at, w->end);
        if (next != NULL)
            w->at = next;
        else
            change_instr(w);
    }
}

bool tn_rw_walk(const struct tn_rw_coder *coder, struct tn_rw_piece *piece,
                struct tn_buf *out)
{
    size_t size = (size_t)(piece->end - piece->at);
    struct code_walk w = {coder, piece->at, piece->end, piece->at, NULL, false};
    uint8_t *begin = w.to = tn_buf_room(out, size * GROWTH + COPIED_AT_ONCE);
    if (begin == NULL)
        return true;
    if (piece->with_locals)
        pass_locals(&w);
    pass_code(&w, piece->stop);
    size = (size_t)(w.at - piece->at);
    piece->at = w.at;
    if (w.failed)
        return false;
    copy_span(&w, w.at);
    piece->is_stretched = (size_t)(w.to - begin) != size;
    out->size += (size_t)(w.to - begin);
    return true;
}

/* Do indices of its memories take more than a byte? */
static bool has_long_memories(const struct tn_rw_input *input)
{
    for (uint32_t i = 0; i < input->mod->memory_count; i++)
        if (input->map.memories[i] >= 0x80)
            return true;
    return false;
}

static bool is_identity(const struct tn_rw_coder *coder, enum tn_rw_space space)
{
    for (uint32_t i = 0; i < coder->counts[space]; i++)
        if (coder->to[space][i] != i)
            return false;
    return true;
}

/* Calls may be instructions: then each is looked at. */
static enum quick index_quick(const struct tn_rw_coder *coder,
                              const bool *is_same, enum tn_rw_space space)
{
    if (space >= TN_RW_SPACES)
        return QUICK_LEB;
    if (space == TN_RW_func && coder->mem_calls != NULL)
        return QUICK_NO;
    if (is_same[space])
        return QUICK_LEB;
    return space == TN_RW_func     ? QUICK_FUNC
           : space == TN_RW_global ? QUICK_GLOBAL
                                   : QUICK_NO;
}

static enum quick quick_of(const struct tn_rw_coder *coder, const bool *is_same,
                           struct tn_opcode_key key)
{
    if (key.row == 0)
        return QUICK_NO;
    enum tn_rw_space space = imm_spaces[tn_mod_opcodes[key.row - 1].imm].first;
    switch ((int)key.form) {
    case TN_FORM_NONE:
        return QUICK_BARE;
    case TN_FORM_INDEX:
        return index_quick(coder, is_same, space);
    case TN_FORM_S32:
    case TN_FORM_S64:
        return QUICK_LEB;
    case TN_FORM_MEMARG:
        return coder->is_same_memory ? QUICK_MEMARG : QUICK_MOVED;
    case TN_FORM_BLOCK:
        return QUICK_BLOCK;
    case TN_FORM_BITS32:
        return QUICK_4;
    case TN_FORM_BITS64:
        return QUICK_8;
    default:
        return QUICK_NO;
    }
}

void tn_rw_coder_plan(struct tn_rw_coder *coder)
{
    bool is_same[TN_RW_SPACES];
    for (int i = 0; i < TN_RW_SPACES; i++)
        is_same[i] = is_identity(coder, (enum tn_rw_space)i);
    for (unsigned byte = 0; byte < 256; byte++)
        coder->quick[byte] =
            byte >= 0xfb && byte <= 0xfe
                ? QUICK_NO
                : (uint8_t)quick_of(coder, is_same, tn_mod_opcode_keys[byte]);
}

void tn_rw_coder_init(struct tn_rw_coder *coder,
                      const struct tn_rw_input *input)
{
    const struct tn_mod *mod = input->mod;
    const struct tn_rw_map *map = &input->map;
    *coder =
        (struct tn_rw_coder){{[TN_RW_func] = map->funcs,
                              [TN_RW_type] = map->types,
                              [TN_RW_table] = map->tables,
                              [TN_RW_mem] = map->memories,
                              [TN_RW_global] = map->globals,
                              [TN_RW_elem] = map->elems,
                              [TN_RW_data] = map->datas,
                              [TN_RW_tag] = map->tags},
                             {[TN_RW_func] = mod->func_count,
                              [TN_RW_type] = mod->type_count,
                              [TN_RW_table] = mod->table_count,
                              [TN_RW_mem] = mod->memory_count,
                              [TN_RW_global] = mod->global_count,
                              [TN_RW_elem] = mod->elem_count,
                              [TN_RW_data] = mod->data_count,
                              [TN_RW_tag] = mod->tag_count},
                             mod->memory_count == 0 || map->memories[0] == 0,
                             {QUICK_NO},
                             input->mem_calls,
                             mod->func_import_count,
                             has_long_memories(input)};
}

tn_valtype tn_rw_valtype(const struct tn_rw_map *map, tn_valtype type)
{
    if (!tn_is_ref(type) || tn_heap_of(type) < TN_HEAP_DEFINED)
        return type;
    uint32_t index = tn_heap_of(type) - TN_HEAP_DEFINED;
    return TN_REF(TN_HEAP_DEFINED + map->types[index], tn_is_nullable(type));
}
