/* by_hand.h - inputs put side by side, as the least that a merger does.
 *
 *   struct by_hand h;
 *   hand_begin(&h, &alloc);
 *   hand_add(&h, "a", "(func $f)");
 *   hand_add(&h, "b", "(func $g call $f)");
 *   CHECK_EQ(TN_OK, hand_end(&h, features));
 *   hand_clear(&h);
 *
 * The result has a code section and what tn_rw_customs makes: enough to see
 * where things went. Each input's indices follow those of the one before. */
#ifndef TN_BY_HAND_H
#define TN_BY_HAND_H

#include "fault_alloc.h"
#include "mod/features.h"
#include "mod/instr.h"
#include "rewrite/rewrite.h"
#include "text/wat.h"
#include "tn_test.h"

enum {
    HAND_INPUTS = 3
};

struct by_hand {
    struct tn_rw rw;
    tn_merge_options options;
    tn_error err;
    struct tn_buf bytes[HAND_INPUTS];
    struct tn_rw_input inputs[HAND_INPUTS];
    struct tn_arena arena; /* of what the test makes: it never fails */
    uint32_t next[8];      /* types, funcs, ... datas */
    bool is_one_memory;    /* all memories are memory 0 */
};

static inline void hand_begin(struct by_hand *h, const tn_allocator *alloc)
{
    *h = (struct by_hand){.options = TN_MERGE_OPTIONS_INIT};
    h->rw = (struct tn_rw){.alloc = alloc,
                           .options = &h->options,
                           .err = &h->err,
                           .inputs = h->inputs};
    tn_arena_init(&h->rw.arena, alloc);
    tn_arena_init(&h->arena, &tn_alloc_libc);
    tn_buf_init(&h->rw.out, &tn_alloc_libc);
}

static inline uint32_t *hand_map(struct by_hand *h, int space, uint32_t count)
{
    uint32_t *map = TN_NEW_ARRAY(&h->arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        map[i] = h->next[space] + i;
    h->next[space] += count;
    return map;
}

/* Takes the bytes of a module. */
static inline struct tn_rw_input *
hand_add_bytes(struct by_hand *h, const char *name, struct tn_buf bytes)
{
    uint32_t i = h->rw.input_count++;
    struct tn_rw_input *input = &h->inputs[i];
    struct tn_mod *mod;
    h->bytes[i] = bytes;
    CHECK_EQ(TN_OK, tn_mod_decode(bytes.at, bytes.size, tn_features_all(),
                                  &tn_alloc_libc, &mod, &h->err));
    *input = (struct tn_rw_input){.name = tn_str_of(name), .mod = mod};
    input->map.types = hand_map(h, 0, mod->type_count);
    input->map.funcs = hand_map(h, 1, mod->func_count);
    input->map.tables = hand_map(h, 2, mod->table_count);
    input->map.memories = hand_map(h, 3, mod->memory_count);
    input->map.globals = hand_map(h, 4, mod->global_count);
    input->map.tags = hand_map(h, 5, mod->tag_count);
    input->map.elems = hand_map(h, 6, mod->elem_count);
    input->map.datas = hand_map(h, 7, mod->data_count);
    for (uint32_t m = 0; m < mod->memory_count && h->is_one_memory; m++)
        input->map.memories[m] = 0;
    uint32_t bodies = mod->func_count - mod->func_import_count;
    input->body_at = TN_NEW_ARRAY(&h->arena, uint32_t, bodies);
    input->is_stretched = TN_NEW_ARRAY(&h->arena, bool, bodies);
    input->links =
        TN_NEW_ARRAY(&h->arena, struct tn_rw_link, mod->import_count);
    for (uint32_t m = 0; m < mod->import_count; m++)
        input->links[m] = (struct tn_rw_link){(uint32_t)(input - h->rw.inputs),
                                              mod->imports[m].index};
    return input;
}

static inline struct tn_rw_input *hand_add(struct by_hand *h, const char *name,
                                           const char *text)
{
    struct tn_buf bytes;
    tn_buf_init(&bytes, &tn_alloc_libc);
    if (tn_text_parse(text, strlen(text), &tn_alloc_libc, &bytes, &h->err) !=
        TN_OK)
        FAIL("%s", h->err.text);
    return hand_add_bytes(h, name, bytes);
}

/* An equal function stands for this one. */
static inline void hand_fold(struct tn_rw_input *input, uint32_t func,
                             uint32_t is_now)
{
    input->map.funcs[func] = is_now;
    input->body_at[func - input->mod->func_import_count] = TN_NONE;
}

/* A call keeps the width of its index, if that is enough. */
static inline void hand_put_call(struct tn_buf *out, uint32_t func,
                                 size_t width)
{
    tn_buf_byte(out, 0x10);
    for (; func >= 0x80 || width > 1; func >>= 7, width -= width > 1)
        tn_buf_byte(out, (uint8_t)(func | 0x80));
    tn_buf_byte(out, (uint8_t)func);
}

static inline void hand_put_instr(const struct tn_rw_input *input,
                                  struct tn_instr *in, const uint8_t *end,
                                  struct tn_buf *out)
{
    uint8_t imm = tn_mod_opcodes[in->op].imm;
    if (in->op == TN_OP_call) {
        hand_put_call(out, input->map.funcs[in->a], (size_t)(end - in->at) - 1);
    } else if (tn_imm_is_memarg((enum tn_imm)imm) &&
               input->map.memories[in->memarg.memory] != in->memarg.memory) {
        in->memarg.memory = input->map.memories[in->memarg.memory];
        tn_instr_write(out, in);
    } else {
        tn_buf_put(out, in->at, (size_t)(end - in->at));
    }
}

static inline void hand_put_body(struct tn_rw_input *input, uint32_t i,
                                 struct tn_buf *contents)
{
    const struct tn_mod *mod = input->mod;
    const struct tn_body *body = &mod->bodies[i];
    const uint8_t *code = mod->bytes + body->code.offset;
    struct tn_cursor c = {mod->bytes, code, code + body->code.size, NULL,
                          false};
    struct tn_instr in;
    struct tn_buf out;
    tn_buf_init(&out, &tn_alloc_libc);
    tn_buf_put(&out, mod->bytes + body->range.offset,
               body->code.offset - body->range.offset);
    while (c.at != c.end && tn_instr_read(&c, &in))
        hand_put_instr(input, &in, c.at, &out);
    CHECK(!c.failed);
    if (out.size != body->range.size)
        input->is_stretched[i] = true;
    tn_buf_uleb(contents, out.size);
    input->body_at[i] = (uint32_t)contents->size;
    tn_buf_put(contents, out.at, out.size);
    tn_buf_clear(&out);
}

static inline void hand_put_code(struct by_hand *h)
{
    struct tn_buf *out = &h->rw.out, contents;
    uint32_t count = 0;
    tn_buf_init(&contents, &tn_alloc_libc);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            tn_buf_uleb(&contents, count);
        for (uint32_t i = 0; i < h->rw.input_count; i++) {
            const struct tn_mod *mod = h->inputs[i].mod;
            for (uint32_t k = 0; k < mod->func_count - mod->func_import_count;
                 k++) {
                if (h->inputs[i].body_at[k] == TN_NONE)
                    continue;
                count++;
                if (pass == 1)
                    hand_put_body(&h->inputs[i], k, &contents);
            }
        }
    }
    tn_buf_byte(out, 10);
    tn_buf_uleb(out, contents.size);
    h->rw.code_contents = (uint32_t)out->size;
    tn_buf_put(out, contents.at, contents.size);
    tn_buf_clear(&contents);
}

/* The result's code, and then its custom sections, with the allocator that
 * hand_begin was given. */
static inline tn_status hand_end(struct by_hand *h, uint64_t features)
{
    static const uint8_t head[] = {0, 'a', 's', 'm', 1,   0,   0,   0,   0,
                                   8, 6,   'b', 'e', 'f', 'o', 'r', 'e', 1};
    tn_buf_put(&h->rw.out, head, sizeof head);
    hand_put_code(h);
    struct tn_buf whole;
    tn_buf_init(&whole, h->rw.alloc);
    tn_buf_put(&whole, h->rw.out.at, h->rw.out.size);
    tn_buf_clear(&h->rw.out);
    h->rw.out = whole;
    return tn_rw_customs(&h->rw, features);
}

static inline void hand_clear(struct by_hand *h)
{
    for (uint32_t i = 0; i < h->rw.input_count; i++) {
        tn_mod_free(h->inputs[i].mod);
        tn_buf_clear(&h->bytes[i]);
    }
    TN_VEC_CLEAR(&h->rw.own_funcs, &tn_alloc_libc);
    TN_VEC_CLEAR(&h->rw.notes, h->rw.alloc);
    tn_buf_clear(&h->rw.out);
    tn_arena_clear(&h->rw.arena);
    tn_arena_clear(&h->arena);
}

/* The custom section of the result with this name, found by a plain look at
 * the bytes; size 0 for none. */
static inline struct tn_range hand_custom(const struct by_hand *h,
                                          const char *name)
{
    const struct tn_buf *out = &h->rw.out;
    struct tn_cursor c = {out->at, out->at + 8, out->at + out->size, NULL,
                          false};
    while (c.at != c.end) {
        uint8_t id = tn_cursor_byte(&c);
        struct tn_cursor sub = tn_cursor_sub(&c, tn_cursor_u32(&c));
        CHECK(!c.failed);
        if (id == 0 && tn_str_is(tn_cursor_name(&sub), name))
            return (struct tn_range){(uint32_t)(sub.at - out->at),
                                     (uint32_t)(sub.end - sub.at)};
    }
    return (struct tn_range){0, 0};
}

/* Is its content these bytes? */
#define CHECK_CUSTOM(h, name, ...)                                     \
    do {                                                               \
        const uint8_t want_bytes[] = {__VA_ARGS__};                    \
        struct tn_range range_ = hand_custom(h, name);                 \
        CHECK_EQ(sizeof want_bytes, range_.size);                      \
        CHECK_EQ(0, memcmp(want_bytes, (h)->rw.out.at + range_.offset, \
                           range_.size));                              \
    } while (0)

/* The text of note `i`; "" past the last. */
static inline const char *hand_note(const struct by_hand *h, size_t i)
{
    return i < h->rw.notes.count ? h->rw.notes.at[i].text : "";
}

#endif
