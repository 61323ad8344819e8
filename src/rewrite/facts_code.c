/* facts_code.c - all of the code, once, as fast as bytes can be told apart.
 *
 * The module is valid, so nothing is checked: an instruction is its byte, a
 * class for that byte, and as many bytes of immediates as there are. What is
 * rare goes to the reader that everybody uses (mod/instr.h).
 *
 * Measured on 10 to 20 MB of real code: see bench/advise.c. */
#include "mod/instr.h"
#include "rewrite/facts.h"

enum class {
    CLASS_SLOW,
    CLASS_PLAIN, /* no immediates */
    CLASS_INDEX, /* one that does not matter */
    CLASS_MEMARG,
    CLASS_CONST32,
    CLASS_CONST64,
    CLASS_GLOBAL_GET,
    CLASS_CALL,
    CLASS_INDIRECT,
    CLASS_BLOCK,
    CLASS_FLOAT32,
    CLASS_FLOAT64,
};

struct scan {
    const struct tn_mod *mod;
    struct tn_rw_facts *facts;
    struct tn_rw_code *code;
    uint64_t *access_counts; /* of each memory */
    uint32_t *grow_counts;
    uint32_t func; /* at hand */
    uint8_t classes[256];
};

static enum class class_of(uint32_t byte) {
    static const uint8_t of_form[] =
        {
            [TN_FORM_NONE] = CLASS_PLAIN,     [TN_FORM_INDEX] = CLASS_INDEX,
            [TN_FORM_MEMARG] = CLASS_MEMARG,  [TN_FORM_BLOCK] = CLASS_BLOCK,
            [TN_FORM_S32] = CLASS_CONST32,    [TN_FORM_S64] = CLASS_CONST64,
            [TN_FORM_BITS32] = CLASS_FLOAT32, [TN_FORM_BITS64] = CLASS_FLOAT64,
            [TN_FORM_ZERO] = CLASS_SLOW,
        };
        struct tn_opcode_key key = tn_mod_opcode_keys[byte];
        if (key.row == 0) return CLASS_SLOW;
        switch (tn_mod_opcodes[key.row - 1].imm){
            case TN_IMM_FUNC : return CLASS_CALL;
            case TN_IMM_CALL_INDIRECT : return CLASS_INDIRECT;
            case TN_IMM_GLOBAL : return key.row - 1 == TN_OP_global_get
                ? CLASS_GLOBAL_GET
                : CLASS_SLOW;
            case TN_IMM_LOCAL : case TN_IMM_LABEL : return CLASS_INDEX;
            default : return key.form == TN_FORM_INDEX ? CLASS_SLOW
                                                       : of_form[key.form];
}
}

/* --- What is found ---------------------------------------------------------------- */

static inline uint64_t mix_hash(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * 0x9e3779b97f4a7c15u;
}

static void note_scan_site(struct scan *s, const uint8_t *at)
{
    s->code->site_count++;
    if (s->facts->with_sites && !TN_VEC_PUSH(&s->code->sites, s->facts->alloc,
                                             (uint64_t)(at - s->mod->bytes)))
        s->code->failed = true;
}

static void note_sure(struct scan *s, const uint8_t *at)
{
    if (s->code->sure_at != TN_NO_OFFSET)
        return;
    s->code->sure_at = (uint64_t)(at - s->mod->bytes);
    s->code->sure_func = s->func;
}

static void note_likely(struct scan *s, const uint8_t *at, uint64_t value)
{
    if (s->code->likely_at != TN_NO_OFFSET)
        return;
    s->code->likely_at = (uint64_t)(at - s->mod->bytes);
    s->code->likely_func = s->func;
    s->code->likely = value;
}

static inline bool is_in_data(const struct scan *s, uint64_t value)
{
    return value - s->facts->likely_begin <
           s->facts->likely_end - s->facts->likely_begin;
}

/* --- Immediates --------------------------------------------------------------------- */

static inline const uint8_t *pass_leb(const uint8_t *at)
{
    while (*at++ >= 0x80) {
    }
    return at;
}

static inline const uint8_t *scan_leb(const uint8_t *at, uint64_t *out)
{
    uint64_t value = *at & 0x7f;
    for (unsigned shift = 7; *at++ >= 0x80; shift += 7)
        value |= (uint64_t)(*at & 0x7f) << shift;
    *out = value;
    return at;
}

/* A padded number is one that a linker left room for: five bytes, where fewer
 * would do. */
static inline bool is_padded_u32(const uint8_t *at, const uint8_t *end,
                                 uint64_t value)
{
    return end - at == 5 && value < (uint64_t)1 << 28;
}

/* As what follows, gives in `*said` what counts for the body's hash: what a
 * linker chooses does not. */
static inline const uint8_t *scan_memarg(struct scan *s, const uint8_t *at,
                                         uint64_t *said)
{
    uint64_t align = *at++, memory = 0, offset;
    if (align >= 0x40) {
        at = scan_leb(at - 1, &align);
        if (align & 0x40)
            at = scan_leb(at, &memory);
    }
    s->access_counts[memory]++;
    offset = *at;
    if (offset < 0x80) {
        *said = align | offset << 8;
        return at + 1;
    }
    const uint8_t *begin = at;
    at = scan_leb(at, &offset);
    *said = align | (offset < 1024 ? offset : 1024) << 8;
    if (is_padded_u32(begin, at, offset) ||
        (at - begin == 10 && offset < (uint64_t)1 << 56))
        note_scan_site(s, begin);
    if (memory == 0 && is_in_data(s, offset))
        note_likely(s, begin, offset);
    return at;
}

static inline const uint8_t *scan_const(struct scan *s, const uint8_t *at,
                                        bool is_64, uint64_t *said)
{
    const uint8_t *begin = at;
    uint64_t value = *at++;
    *said = value;
    if (value >= 0x80) {
        at = scan_leb(begin, &value);
        /* The last byte says no more than the sign of the one before does. */
        bool is_padded = at - begin == (is_64 ? 10 : 5) &&
                         at[-1] == ((at[-2] & 0x40) != 0 ? 0x7f : 0);
        value = is_64 ? value : (uint32_t)value;
        *said = at - begin == 2 ? value : 0x8000;
        if (is_padded)
            note_scan_site(s, begin);
        if (is_in_data(s, value))
            note_likely(s, begin, value);
    }
    /* A load behind it takes it as its address, whatever it is. */
    if (*at >= 0x28 && *at <= 0x35)
        note_sure(s, begin);
    return at;
}

/* global.get g; i32.const k; i32.sub: a frame begins. */
static const uint8_t *scan_global_get(struct scan *s, const uint8_t *at,
                                      bool is_first)
{
    uint64_t global;
    at = scan_leb(at, &global);
    if (*at == 0x41 || *at == 0x42) {
        const uint8_t *next = pass_leb(at + 1);
        if (*next == (*at == 0x41 ? 0x6b : 0x7d))
            s->facts->prologues[global] += 4;
    }
    s->facts->prologues[global] += is_first;
    return at;
}

static const uint8_t *scan_call(struct scan *s, const uint8_t *at)
{
    uint64_t callee;
    const uint8_t *next = scan_leb(at, &callee);
    if (callee < s->mod->func_import_count) {
        uint32_t own = s->func - s->mod->func_import_count;
        s->code->calls_imports[own / 8] |= (uint8_t)(1 << own % 8);
    }
    s->code->call_count++;
    s->code->padded_call_count += next - at == 5;
    return next;
}

static uint64_t hash_vector(const struct tn_instr *in)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < 16; i++)
        hash = mix_hash(hash, in->of.v128[i]);
    return hash;
}

/* What the others are, by the reader for all. */
static const uint8_t *scan_slow(struct scan *s, const uint8_t *at,
                                const uint8_t *end, uint64_t *said)
{
    struct tn_cursor c = {s->mod->bytes, at, end, NULL, false};
    struct tn_instr in;
    if (!tn_instr_read(&c, &in))
        return end;
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[in.op].imm;
    *said = (uint64_t)in.op;
    if (tn_imm_is_memarg(imm)) {
        s->access_counts[in.memarg.memory]++;
        if (in.memarg.memory == 0 && is_in_data(s, in.memarg.offset))
            note_likely(s, at, in.memarg.offset);
    } else if (imm == TN_IMM_MEM) {
        s->access_counts[in.a]++;
        s->grow_counts[in.a] += in.op == TN_OP_memory_grow;
    } else if (imm == TN_IMM_MEM_MEM) {
        s->access_counts[in.a]++;
        s->access_counts[in.b] += in.b != in.a;
    } else if (imm == TN_IMM_DATA_MEM) {
        s->access_counts[in.b]++;
    } else if (imm == TN_IMM_V128 || imm == TN_IMM_LANES16) {
        *said ^= hash_vector(&in);
    }
    return c.at;
}

/* The hash is all that one instruction waits for of the one before: it stays
 * in a register, and takes one product for each. */
static uint64_t scan_body(struct scan *s, const struct tn_body *body)
{
    const uint8_t *begin = s->mod->bytes + body->code.offset;
    const uint8_t *at = begin, *end = begin + body->code.size;
    uint64_t hash = mix_hash(body->local_count, 0x746e);
    while (at < end) {
        const uint8_t *op = at++;
        uint64_t said = 0;
        switch ((enum class)s->classes[*op]) {
        case CLASS_PLAIN:
            break;
        case CLASS_INDEX:
            said = *at++;
            if (said >= 0x80)
                at = scan_leb(at - 1, &said);
            break;
        case CLASS_MEMARG:
            at = scan_memarg(s, at, &said);
            break;
        case CLASS_CONST32:
        case CLASS_CONST64:
            at = scan_const(s, at, *op == 0x42, &said);
            break;
        case CLASS_GLOBAL_GET:
            at = scan_global_get(s, at, op == begin);
            break;
        case CLASS_CALL:
            at = scan_call(s, at);
            break;
        case CLASS_INDIRECT:
            at = pass_leb(pass_leb(at));
            break;
        case CLASS_BLOCK:
            said = *at++;
            if (said != 0x40 && (said < 0x7b || said > 0x7f))
                at = scan_slow(s, op, end, &said);
            break;
        case CLASS_FLOAT32:
            at += 4;
            break;
        case CLASS_FLOAT64:
            at += 8;
            break;
        case CLASS_SLOW:
            at = scan_slow(s, op, end, &said);
            break;
        }
        hash = mix_hash(hash, *op | said << 8);
    }
    return hash;
}

static bool make_counts(struct tn_rw_facts *facts, struct scan *s)
{
    const struct tn_mod *mod = facts->mod;
    facts->prologues = TN_NEW_ARRAY(facts->arena, uint32_t, mod->global_count);
    s->access_counts = TN_NEW_ARRAY(facts->arena, uint64_t, mod->memory_count);
    s->grow_counts = TN_NEW_ARRAY(facts->arena, uint32_t, mod->memory_count);
    facts->code.calls_imports =
        TN_NEW_ARRAY(facts->arena, uint8_t, mod->func_count / 8 + 1);
    if (facts->with_hashes)
        facts->hashes = TN_NEW_ARRAY(facts->arena, uint64_t,
                                     mod->func_count - mod->func_import_count);
    return facts->prologues != NULL && s->access_counts != NULL &&
           s->grow_counts != NULL && facts->code.calls_imports != NULL &&
           (!facts->with_hashes || facts->hashes != NULL);
}

tn_status tn_rw_facts_scan(struct tn_rw_facts *facts, tn_error *err)
{
    const struct tn_mod *mod = facts->mod;
    struct scan s = {.mod = mod, .facts = facts, .code = &facts->code};
    if (!make_counts(facts, &s))
        return tn_no_memory(err);
    facts->code.sure_at = facts->code.likely_at = TN_NO_OFFSET;
    for (uint32_t i = 0; i < 256; i++)
        s.classes[i] = (uint8_t)class_of(i);
    for (uint32_t i = mod->func_import_count; i < mod->func_count; i++) {
        s.func = i;
        uint64_t hash = scan_body(&s, &mod->bodies[i - mod->func_import_count]);
        if (facts->hashes != NULL)
            facts->hashes[i - mod->func_import_count] = hash;
    }
    for (uint32_t i = 0; i < mod->memory_count; i++) {
        facts->memories[i].access_count = s.access_counts[i];
        facts->memories[i].grow_count = s.grow_counts[i];
    }
    return facts->code.failed ? tn_no_memory(err) : TN_OK;
}
