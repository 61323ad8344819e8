/* code_metadata.c - what is said of places in the code: branch hints and the
 * like, moved with the code.
 *
 *   metadata ::= vec(func:u32 vec(offset:u32 vec(byte)))
 *
 * Functions and offsets rise; an offset counts from the first byte of the
 * body, and 0 means the function. There is a slot for each function of the
 * result, which says where the entries are that became its own. Where nothing
 * moved inside of the body they are copied; else the old and the new body are
 * read side by side, for the n-th instruction stays the n-th.
 *
 * Readers want these sections before the code. So they are made apart and put
 * in there: what stands behind moves, once. Specification: the tool
 * conventions' code metadata framework, and the proposals for branch hinting
 * and compilation hints. */
#include "mod/hints.h"
#include "mod/instr.h"
#include "rewrite/customs.h"

/* Those whose bytes are known to hold no index. */
static const char *const metadata_names[] = {
    TN_HINTS_SECTION,
    "metadata.code.compilation_priority",
    "metadata.code.instr_freq",
};

enum {
    METADATA_NAMES = sizeof metadata_names / sizeof *metadata_names
};

/* Of a function of the result: where its entries are. */
struct metadata_slot {
    const uint8_t *entries; /* vec(offset:u32 vec(byte)); null: none */
    uint32_t input, func;   /* whose they are, and of which function there */
};

struct metadata_join {
    struct tn_rw *rw;
    const char *name; /* of the sections at hand */
    struct metadata_slot *slots;
    uint32_t slot_count, func_count; /* func_count: slots in use */
    struct tn_buf out;               /* the sections, before they are put in */
};

bool tn_rw_is_metadata(struct tn_str name)
{
    for (int i = 0; i < METADATA_NAMES; i++)
        if (tn_str_is(name, metadata_names[i]))
            return true;
    return false;
}

/* ------------------------------------------------------ bodies side by side */

/* locals ::= vec(n:u32 t:valtype) */
static void skip_locals(struct tn_cursor *c)
{
    for (uint32_t left = tn_cursor_u32(c); left > 0 && !c->failed; left--) {
        (void)tn_cursor_u32(c);
        (void)tn_read_valtype(c);
    }
}

struct tn_rw_body_pair tn_rw_pair_bodies(const struct tn_rw *rw, uint32_t input,
                                         uint32_t index)
{
    const struct tn_rw_input *from = &rw->inputs[input];
    const struct tn_buf *out = &rw->out;
    const uint8_t *now = out->at + rw->code_contents + from->body_at[index];
    struct tn_rw_body_pair pair;
    pair.old = tn_rw_cursor(from->mod, from->mod->bodies[index].range);
    pair.now =
        (struct tn_cursor){out->at, now, out->at + out->size, NULL, false};
    pair.old_begin = pair.old.at;
    pair.now_begin = now;
    skip_locals(&pair.old);
    skip_locals(&pair.now);
    return pair;
}

/* Where the instruction at `offset` of the old body is in the new one; TN_NONE
 * if none is there. Offsets rise, so the pair never goes back. */
static uint32_t move_offset(struct tn_rw_body_pair *pair, uint32_t offset)
{
    struct tn_instr in;
    while (pair->old.at - pair->old_begin < (ptrdiff_t)offset)
        if (!tn_instr_read(&pair->old, &in) || !tn_instr_read(&pair->now, &in))
            return TN_NONE;
    if (pair->old.at - pair->old_begin != (ptrdiff_t)offset)
        return TN_NONE;
    return (uint32_t)(pair->now.at - pair->now_begin);
}

/* ------------------------------------------------------------------ reading */

/* Reads the entries of one function; true if they rise, and can be moved. */
static bool check_entries(const struct tn_rw *rw, uint32_t input,
                          uint32_t index, struct tn_cursor *c)
{
    const struct tn_rw_input *from = &rw->inputs[input];
    bool is_moved =
        from->body_at[index] != TN_NONE && from->is_stretched[index];
    struct tn_rw_body_pair pair = {0};
    if (is_moved)
        pair = tn_rw_pair_bodies(rw, input, index);
    uint64_t least = 0;
    for (uint32_t left = tn_cursor_u32(c); left > 0 && !c->failed; left--) {
        uint32_t offset = tn_cursor_u32(c);
        (void)tn_cursor_take(c, tn_cursor_u32(c));
        if (offset < least || offset >= from->mod->bodies[index].range.size)
            return false;
        if (is_moved && offset > 0 && move_offset(&pair, offset) == TN_NONE)
            return false;
        least = (uint64_t)offset + 1;
    }
    return !c->failed;
}

/* Reads all of an input's section. With `j` not null, fills the slots. */
static bool read_metadata(const struct tn_rw *rw, struct metadata_join *j,
                          uint32_t input, struct tn_cursor c)
{
    const struct tn_rw_input *from = &rw->inputs[input];
    uint64_t least = from->mod->func_import_count;
    for (uint32_t left = tn_cursor_u32(&c); left > 0 && !c.failed; left--) {
        uint32_t func = tn_cursor_u32(&c);
        const uint8_t *entries = c.at;
        if (c.failed || func < least || func >= from->mod->func_count)
            return false;
        least = (uint64_t)func + 1;
        uint32_t index = func - from->mod->func_import_count;
        if (!check_entries(rw, input, index, &c))
            return false;
        if (j == NULL || from->body_at[index] == TN_NONE)
            continue;
        j->slots[from->map.funcs[func]] =
            (struct metadata_slot){entries, input, func};
        j->func_count++;
    }
    return !c.failed && c.at == c.end;
}

static bool make_slots(struct metadata_join *j)
{
    if (j->slots == NULL) {
        j->slot_count = tn_rw_func_top(j->rw);
        j->slots =
            TN_ALLOC_ARRAY(j->rw->alloc, struct metadata_slot, j->slot_count);
    } else {
        memset(j->slots, 0, j->slot_count * sizeof *j->slots);
    }
    return j->slots != NULL;
}

static void read_metadata_of(struct metadata_join *j, uint32_t input)
{
    struct tn_rw *rw = j->rw;
    const struct tn_mod *mod = rw->inputs[input].mod;
    const struct tn_custom *custom = tn_rw_find_custom(mod, j->name);
    if (custom == NULL)
        return;
    struct tn_cursor c = tn_rw_cursor(mod, custom->bytes);
    if (!read_metadata(rw, NULL, input, c)) {
        tn_rw_note_malformed(rw, input, j->name);
        return;
    }
    if (j->func_count == 0 && !make_slots(j)) {
        rw->out.failed = true;
        return;
    }
    (void)read_metadata(rw, j, input, c);
}

/* ------------------------------------------------------------------ writing */

/* The function's entries, as they were or moved. */
static void put_entries(struct metadata_join *j, uint32_t func,
                        const struct metadata_slot *slot)
{
    const struct tn_rw_input *from = &j->rw->inputs[slot->input];
    const struct tn_mod *mod = from->mod;
    uint32_t index = slot->func - mod->func_import_count;
    bool is_moved = from->is_stretched[index];
    struct tn_cursor c = {mod->bytes, slot->entries, mod->bytes + mod->size,
                          NULL, false};
    struct tn_rw_body_pair pair = {0};
    if (is_moved)
        pair = tn_rw_pair_bodies(j->rw, slot->input, index);
    uint32_t count = tn_cursor_u32(&c);
    tn_buf_uleb(&j->out, func);
    tn_buf_uleb(&j->out, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t offset = tn_cursor_u32(&c);
        uint32_t size = tn_cursor_u32(&c);
        if (is_moved && offset > 0)
            offset = move_offset(&pair, offset);
        tn_buf_uleb(&j->out, offset);
        tn_buf_uleb(&j->out, size);
        tn_buf_put(&j->out, tn_cursor_take(&c, size), size);
    }
}

static void join_metadata_named(struct metadata_join *j)
{
    struct tn_rw *rw = j->rw;
    j->func_count = 0;
    for (uint32_t i = 0; i < rw->input_count && !rw->out.failed; i++)
        read_metadata_of(j, i);
    if (j->func_count == 0 || rw->out.failed)
        return;
    size_t begin = tn_rw_open_custom(&j->out, tn_str_of(j->name));
    tn_buf_uleb(&j->out, j->func_count);
    for (uint32_t i = 0; i < j->slot_count; i++)
        if (j->slots[i].entries != NULL)
            put_entries(j, i, &j->slots[i]);
    tn_rw_close(&j->out, begin);
}

/* Where the code section begins, its id included. */
static size_t find_code_section(const struct tn_rw *rw)
{
    const uint8_t *at = rw->out.at;
    struct tn_cursor c = {at, at + 8, at + rw->code_contents, NULL, false};
    size_t begin = 8;
    while (tn_cursor_left(&c) > 0) {
        begin = (size_t)tn_cursor_offset(&c);
        (void)tn_cursor_byte(&c);
        uint32_t size = tn_cursor_u32(&c);
        if (tn_cursor_left(&c) == 0)
            break;
        (void)tn_cursor_take(&c, size);
    }
    return begin;
}

static void put_before_code(struct tn_rw *rw, const struct tn_buf *sections)
{
    struct tn_buf *out = &rw->out;
    if (sections->size == 0 || tn_buf_room(out, sections->size) == NULL)
        return;
    uint8_t *code = out->at + find_code_section(rw);
    memmove(code + sections->size, code, (size_t)(out->at + out->size - code));
    memcpy(code, sections->at, sections->size);
    out->size += sections->size;
    rw->code_contents += (uint32_t)sections->size;
}

void tn_rw_join_metadata(struct tn_rw *rw)
{
    struct metadata_join j = {.rw = rw};
    tn_buf_init(&j.out, rw->alloc);
    for (int i = 0; i < METADATA_NAMES; i++) {
        j.name = metadata_names[i];
        join_metadata_named(&j);
    }
    rw->out.failed |= j.out.failed;
    if (!rw->out.failed)
        put_before_code(rw, &j.out);
    tn_alloc_free(rw->alloc, j.slots, j.slot_count * sizeof *j.slots);
    tn_buf_clear(&j.out);
}
