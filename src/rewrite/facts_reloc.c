/* facts_reloc.c - relocations that a linker recorded: is each of them one?
 *
 * tool-conventions, Linking.md: the custom section `linking` (version 2) has
 * the symbols; for each section with relocations, `reloc.NAME` has
 *
 *   reloc ::= type:byte offset:u32 index:u32 addend:s32 or s64 (of some types)
 *
 * where the offset counts from the section's contents, and rises. A site of
 * code must be an operand, five or ten bytes wide, of an instruction that has
 * such an operand; one of data, a word inside of a segment. What does not
 * match was changed by a tool that did not know of relocations. */
#include "rewrite/facts_reloc.h"

#include "mod/instr.h"

/* What a site is an operand of. */
enum site_kind {
    SITE_NONE,
    SITE_FUNC,
    SITE_CONST32,
    SITE_CONST64,
    SITE_OFFSET, /* of a memarg */
    SITE_TYPE,
    SITE_GLOBAL,
    SITE_TAG,
    SITE_TABLE,
    SITE_WORD, /* of data */
};

/* By type. Kinds of symbols: 0 function, 1 data, 2 global, 3 section, 4 tag,
 * 5 table; -1 for any, -2 for an index that is no symbol's. */
static const struct reloc_row {
    const char *name;
    uint8_t site, width;
    int8_t symbol;
    bool has_addend;
} reloc_rows[] = {
    {"FUNCTION_INDEX_LEB", SITE_FUNC, 5, 0, false},
    {"TABLE_INDEX_SLEB", SITE_CONST32, 5, 0, false},
    {"TABLE_INDEX_I32", SITE_WORD, 4, 0, false},
    {"MEMORY_ADDR_LEB", SITE_OFFSET, 5, 1, true},
    {"MEMORY_ADDR_SLEB", SITE_CONST32, 5, 1, true},
    {"MEMORY_ADDR_I32", SITE_WORD, 4, 1, true},
    {"TYPE_INDEX_LEB", SITE_TYPE, 5, -2, false},
    {"GLOBAL_INDEX_LEB", SITE_GLOBAL, 5, -1, false},
    {"FUNCTION_OFFSET_I32", SITE_WORD, 4, 0, true},
    {"SECTION_OFFSET_I32", SITE_WORD, 4, 3, true},
    {"TAG_INDEX_LEB", SITE_TAG, 5, 4, false},
    {"MEMORY_ADDR_REL_SLEB", SITE_CONST32, 5, 1, true},
    {"TABLE_INDEX_REL_SLEB", SITE_CONST32, 5, 0, false},
    {"GLOBAL_INDEX_I32", SITE_WORD, 4, -1, false},
    {"MEMORY_ADDR_LEB64", SITE_OFFSET, 10, 1, true},
    {"MEMORY_ADDR_SLEB64", SITE_CONST64, 10, 1, true},
    {"MEMORY_ADDR_I64", SITE_WORD, 8, 1, true},
    {"MEMORY_ADDR_REL_SLEB64", SITE_CONST64, 10, 1, true},
    {"TABLE_INDEX_SLEB64", SITE_CONST64, 10, 0, false},
    {"TABLE_INDEX_I64", SITE_WORD, 8, 0, false},
    {"TABLE_NUMBER_LEB", SITE_TABLE, 5, 5, false},
    {"MEMORY_ADDR_TLS_SLEB", SITE_CONST32, 5, 1, true},
    {"FUNCTION_OFFSET_I64", SITE_WORD, 8, 0, true},
    {"MEMORY_ADDR_LOCREL_I32", SITE_WORD, 4, 1, true},
    {"TABLE_INDEX_REL_SLEB64", SITE_CONST64, 10, 0, false},
    {"MEMORY_ADDR_TLS_SLEB64", SITE_CONST64, 10, 1, true},
    {"FUNCTION_INDEX_I32", SITE_WORD, 4, 0, false},
};

struct reloc {
    const struct reloc_row *row;
    uint64_t at; /* byte in the module */
};

struct reading {
    struct tn_rw_facts *facts;
    const struct tn_mod *mod;
    struct tn_rw_relocs *out;
    uint8_t *symbols; /* the kind of each */
    uint32_t symbol_count;
    /* Where a walk of the code is. */
    uint32_t body;
    struct tn_cursor code;
    struct tn_instr instr;
    uint32_t data; /* the segment */
};

static bool unmatched(struct reading *r, uint64_t at, const char *why)
{
    if (r->out->why == NULL) {
        r->out->why = why;
        r->out->why_at = at;
    }
    return false;
}

/* --- Symbols ------------------------------------------------------------------- */

static void skip_symbol(struct tn_cursor *c, uint8_t kind)
{
    uint32_t flags = tn_cursor_u32(c);
    bool is_undefined = (flags & 0x10) != 0;
    if (kind == 1) {
        (void)tn_cursor_name(c);
        for (int i = 0; i < 3 && !is_undefined; i++)
            (void)tn_cursor_u64(c);
        return;
    }
    (void)tn_cursor_u32(c);
    if (kind != 3 && (!is_undefined || (flags & 0x40) != 0))
        (void)tn_cursor_name(c);
}

static bool read_symbols(struct reading *r, struct tn_cursor *c)
{
    uint32_t count = tn_cursor_u32(c);
    if (count > tn_cursor_left(c))
        return false;
    r->symbols = TN_NEW_ARRAY(r->facts->arena, uint8_t, count);
    if (r->symbols == NULL) {
        r->facts->pen.failed = true;
        return false;
    }
    r->symbol_count = count;
    for (uint32_t i = 0; i < count; i++) {
        r->symbols[i] = tn_cursor_byte(c);
        if (r->symbols[i] > 5)
            return false;
        skip_symbol(c, r->symbols[i]);
    }
    return !c->failed;
}

static struct tn_cursor custom_cursor(const struct tn_mod *mod,
                                      const struct tn_custom *custom)
{
    const uint8_t *at = mod->bytes + custom->bytes.offset;
    return (struct tn_cursor){mod->bytes, at, at + custom->bytes.size, NULL,
                              false};
}

static bool read_linking_section(struct reading *r,
                                 const struct tn_custom *custom)
{
    struct tn_cursor c = custom_cursor(r->mod, custom);
    if (tn_cursor_u32(&c) != 2)
        return unmatched(r, custom->bytes.offset,
                         "`linking` is not of version 2");
    while (c.at != c.end && !c.failed) {
        uint8_t kind = tn_cursor_byte(&c);
        uint64_t size = tn_cursor_u32(&c);
        struct tn_cursor sub = tn_cursor_sub(&c, size);
        if (kind == 8 && !read_symbols(r, &sub))
            c.failed = true;
    }
    return !c.failed ||
           unmatched(r, custom->bytes.offset, "`linking` is malformed");
}

/* --- Sites of code ---------------------------------------------------------------- */

static const uint8_t *behind_leb(const uint8_t *at)
{
    while (*at++ >= 0x80) {
    }
    return at;
}

static const uint8_t *first_operand(const struct tn_instr *in)
{
    return tn_mod_opcodes[in->op].prefix == 0 ? in->at + 1
                                              : behind_leb(in->at + 1);
}

static const uint8_t *offset_operand(const struct tn_instr *in)
{
    const uint8_t *at = first_operand(in);
    bool has_memory = (*at & 0x40) != 0;
    at = behind_leb(at);
    return has_memory ? behind_leb(at) : at;
}

/* A tag of try_table's clauses. */
static bool is_clause_tag(const struct tn_instr *in, const uint8_t *site)
{
    struct tn_cursor rest = in->rest;
    for (uint32_t i = 0; i < in->count; i++) {
        const uint8_t *at = rest.at + 1;
        if (tn_instr_catch(&rest).kind <= 1 && at == site)
            return true;
    }
    return false;
}

/* Is the operand at `site` one of this kind? */
static bool is_operand(const struct tn_instr *in, enum site_kind kind,
                       const uint8_t *site)
{
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[in->op].imm;
    const uint8_t *first = first_operand(in);
    switch (kind) {
    case SITE_FUNC:
        return imm == TN_IMM_FUNC && site == first;
    case SITE_CONST32:
        return in->op == TN_OP_i32_const && site == first;
    case SITE_CONST64:
        return in->op == TN_OP_i64_const && site == first;
    case SITE_OFFSET:
        return tn_imm_is_memarg(imm) && site == offset_operand(in);
    case SITE_TYPE:
        return (imm == TN_IMM_CALL_INDIRECT || imm == TN_IMM_BLOCK ||
                imm == TN_IMM_TYPE || imm == TN_IMM_TRY_TABLE) &&
               site == first;
    case SITE_GLOBAL:
        return imm == TN_IMM_GLOBAL && site == first;
    case SITE_TAG:
        return imm == TN_IMM_TRY_TABLE ? is_clause_tag(in, site)
                                       : imm == TN_IMM_TAG && site == first;
    case SITE_TABLE:
        if (imm == TN_IMM_CALL_INDIRECT || imm == TN_IMM_ELEM_TABLE)
            return site == behind_leb(first);
        return (imm == TN_IMM_TABLE && site == first) ||
               (imm == TN_IMM_TABLE_TABLE &&
                (site == first || site == behind_leb(first)));
    default:
        return false;
    }
}

/* The instruction that has the byte at `site`; false for none. */
static bool find_instr(struct reading *r, const uint8_t *site)
{
    const struct tn_mod *mod = r->mod;
    uint32_t count = mod->func_count - mod->func_import_count;
    while (r->code.at <= site) {
        if (r->code.at == r->code.end) {
            if (r->body == count)
                return false;
            struct tn_range code = mod->bodies[r->body++].code;
            r->code.at = mod->bytes + code.offset;
            r->code.end = r->code.at + code.size;
            r->instr.at = r->code.end;
        } else if (!tn_instr_read(&r->code, &r->instr)) {
            return false;
        }
    }
    return r->instr.at < site;
}

static bool is_wide(const uint8_t *site, const uint8_t *end, uint32_t width)
{
    if (end - site < (ptrdiff_t)width)
        return false;
    for (uint32_t i = 0; i + 1 < width; i++)
        if (site[i] < 0x80)
            return false;
    return site[width - 1] < 0x80;
}

static bool check_code_site(struct reading *r, struct reloc reloc)
{
    const uint8_t *site = r->mod->bytes + reloc.at;
    if (reloc.row->site == SITE_WORD || !find_instr(r, site) ||
        !is_operand(&r->instr, (enum site_kind)reloc.row->site, site) ||
        !is_wide(site, r->code.end, reloc.row->width))
        return unmatched(r, reloc.at,
                         tn_rw_say(&r->facts->pen,
                                   "a relocation %s names no such operand",
                                   reloc.row->name));
    r->out->code_count++;
    return true;
}

/* --- Sites of data ----------------------------------------------------------------- */

static bool check_data_site(struct reading *r, struct reloc reloc)
{
    const struct tn_mod *mod = r->mod;
    while (r->data < mod->data_count &&
           (uint64_t)mod->datas[r->data].bytes.offset +
                   mod->datas[r->data].bytes.size <=
               reloc.at)
        r->data++;
    if (reloc.row->site == SITE_WORD && r->data < mod->data_count) {
        struct tn_range bytes = mod->datas[r->data].bytes;
        if (reloc.at >= bytes.offset &&
            reloc.at + reloc.row->width <=
                (uint64_t)bytes.offset + bytes.size) {
            r->out->data_count++;
            return true;
        }
    }
    return unmatched(r, reloc.at,
                     tn_rw_say(&r->facts->pen,
                               "a relocation %s names no word of data",
                               reloc.row->name));
}

/* --- Sections of relocations ---------------------------------------------------------- */

static bool read_reloc(struct reading *r, struct tn_cursor *c,
                       const struct tn_section *target, struct reloc *out)
{
    uint64_t here = tn_cursor_offset(c);
    uint8_t type = tn_cursor_byte(c);
    uint64_t offset = tn_cursor_u32(c);
    uint32_t index = tn_cursor_u32(c);
    if (type >= sizeof reloc_rows / sizeof *reloc_rows)
        return unmatched(r, here, "a relocation of a type that is not known");
    out->row = &reloc_rows[type];
    if (out->row->has_addend)
        (void)tn_cursor_s64(c);
    out->at = target->contents.offset + offset;
    if (c->failed || offset >= target->contents.size)
        return unmatched(r, here, "a section of relocations is malformed");
    bool is_known = out->row->symbol == -2 ? index < r->mod->type_count
                                           : index < r->symbol_count;
    if (!is_known || (out->row->symbol >= 0 &&
                      r->symbols[index] != (uint8_t)out->row->symbol))
        return unmatched(r, here, "a relocation names no such symbol");
    return true;
}

static bool keep_site(struct reading *r, bool is_code, uint64_t at)
{
    struct tn_rw_sites *sites =
        is_code ? &r->out->code_sites : &r->out->data_sites;
    if (!r->facts->with_sites || TN_VEC_PUSH(sites, r->facts->alloc, at))
        return true;
    r->facts->pen.failed = true;
    return false;
}

static bool read_relocs(struct reading *r, const struct tn_custom *custom)
{
    struct tn_cursor c = custom_cursor(r->mod, custom);
    uint32_t index = tn_cursor_u32(&c);
    uint32_t count = tn_cursor_u32(&c);
    if (c.failed || index >= r->mod->section_count)
        return unmatched(r, custom->bytes.offset,
                         "a section of relocations is malformed");
    const struct tn_section *target = &r->mod->sections[index];
    bool is_code = target->id == TN_SECTION_CODE;
    if (!is_code && target->id != TN_SECTION_DATA)
        return true; /* of debugging */
    r->out->has_code |= is_code;
    uint64_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct reloc reloc;
        if (!read_reloc(r, &c, target, &reloc))
            return false;
        if (reloc.at < last)
            return unmatched(r, tn_cursor_offset(&c),
                             "relocations do not rise in their offsets");
        last = reloc.at;
        if (!(is_code ? check_code_site(r, reloc)
                      : check_data_site(r, reloc)) ||
            !keep_site(r, is_code, reloc.at))
            return false;
    }
    return true;
}

bool tn_rw_relocs_read(struct tn_rw_facts *facts, struct tn_rw_relocs *out)
{
    const struct tn_mod *mod = facts->mod;
    struct reading r = {.facts = facts, .mod = mod, .out = out};
    r.code.base = r.code.at = r.code.end = mod->bytes;
    bool has_linking = false, fits = true;
    for (uint32_t i = 0; i < mod->custom_count && fits; i++)
        if (tn_str_is(mod->customs[i].name, "linking")) {
            has_linking = true;
            fits = read_linking_section(&r, &mod->customs[i]);
        }
    if (!has_linking)
        return false;
    for (uint32_t i = 0; i < mod->custom_count && fits; i++)
        if (tn_str_starts(mod->customs[i].name, "reloc."))
            fits = read_relocs(&r, &mod->customs[i]);
    if (fits && !out->has_code && facts->code.call_count != 0)
        fits = unmatched(&r, TN_NO_OFFSET,
                         "`linking` is there, but no relocations of code");
    return fits;
}
