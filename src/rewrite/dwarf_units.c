/* dwarf_units.c - .debug_info and .debug_types: units of entries, each of
 * which says by an abbreviation which attributes it has, and in which form.
 *
 * The entry of a unit is read twice: its tables and its address are needed to
 * understand the attributes before them. */
#include "rewrite/dwarf.h"

/* ----------------------------------------------------- roles of attributes */

enum attr_role {
    ROLE_NONE,
    ROLE_PLAIN,
    ROLE_LOCATIONS,
    ROLE_RANGES,
    ROLE_LOW,
    ROLE_HIGH, /* an address, or a distance to the low one */
    ROLE_CODE,
    ROLE_STR_BASE,
    ROLE_ADDR_BASE,
    ROLE_RNG_BASE,
    ROLE_LOC_BASE
};

struct attr_row {
    uint16_t name;
    uint8_t role, section_4, section_5;
};

static const struct attr_row attr_rows[] = {
#define DWARF_ATTRIBUTE(name, role, section_4, section_5) \
    {name, ROLE_##role, TN_RW_DWARF_##section_4, TN_RW_DWARF_##section_5},
#include "rewrite/dwarf_attributes.def"
#undef DWARF_ATTRIBUTE
};

static struct attr_row attr_row_of(uint64_t name)
{
    for (size_t i = 0; i < sizeof attr_rows / sizeof *attr_rows; i++)
        if (attr_rows[i].name == name)
            return attr_rows[i];
    return (struct attr_row){0, ROLE_NONE, 0, 0};
}

/* ------------------------------------------------------------ abbreviations */

struct abbrev_attr {
    struct attr_row row;
    uint64_t form;
};

struct abbrev {
    uint64_t code;
    uint32_t first, count; /* of attributes */
};

/* A table of them: codes rise. The one of the last unit is kept, for others
 * may share it. */
struct abbrevs {
    const tn_allocator *alloc;
    uint64_t offset; /* UINT64_MAX: of none */
    struct tn_vec(struct abbrev) at;
    struct tn_vec(struct abbrev_attr) attrs;
};

enum {
    IMPLICIT_CONST = 0x21,
    /* Tables may be shared, but who reads the section more often than this
     * has been given a puzzle, not DWARF. */
    MOST_READINGS = 64
};

static void push_attr(struct abbrevs *t, struct tn_rw_dwarf *d,
                      struct abbrev_attr attr)
{
    if (TN_VEC_PUSH(&t->attrs, t->alloc, attr))
        return;
    d->rw->out.failed = true;
    tn_rw_dwarf_fail(d, "out of memory");
}

/* (name form value?)* 0 0 */
static void read_abbrev_attrs(struct abbrevs *t, struct tn_rw_reader *r)
{
    while (tn_rw_dwarf_ok(r)) {
        uint64_t name = tn_cursor_u64(&r->c);
        uint64_t form = tn_cursor_u64(&r->c);
        if (form == IMPLICIT_CONST)
            (void)tn_cursor_s64(&r->c);
        if (name == 0 && form == 0)
            return;
        push_attr(t, r->d, (struct abbrev_attr){attr_row_of(name), form});
    }
}

/* code tag has_children attributes; false at the end of the table. */
static bool read_abbrev(struct abbrevs *t, struct tn_rw_reader *r)
{
    struct abbrev abbrev = {tn_cursor_u64(&r->c), (uint32_t)t->attrs.count, 0};
    if (abbrev.code == 0 || !tn_rw_dwarf_ok(r))
        return false;
    if (t->at.count > 0 && t->at.at[t->at.count - 1].code >= abbrev.code)
        tn_rw_dwarf_fail(r->d, "codes of abbreviations do not rise");
    (void)tn_cursor_u64(&r->c);
    (void)tn_cursor_byte(&r->c);
    read_abbrev_attrs(t, r);
    abbrev.count = (uint32_t)t->attrs.count - abbrev.first;
    if (!TN_VEC_PUSH(&t->at, t->alloc, abbrev)) {
        r->d->rw->out.failed = true;
        tn_rw_dwarf_fail(r->d, "out of memory");
    }
    return tn_rw_dwarf_ok(r);
}

static void read_abbrevs(struct abbrevs *t, struct tn_rw_dwarf *d,
                         uint64_t offset)
{
    if (t->offset == offset)
        return;
    struct tn_rw_reader r = tn_rw_dwarf_reader(d, TN_RW_DWARF_ABBREV, offset);
    const uint8_t *from = r.c.at;
    t->offset = offset;
    t->at.count = t->attrs.count = 0;
    while (read_abbrev(t, &r)) {
    }
    d->abbrev_bytes += (size_t)(r.c.at - from);
    if (d->abbrev_bytes / MOST_READINGS > d->old[TN_RW_DWARF_ABBREV].size)
        tn_rw_dwarf_fail(d, "units share their abbreviations too often");
    (void)tn_rw_dwarf_ok(&r);
}

/* Most often codes are 1, 2, 3... */
static const struct abbrev *find_abbrev(const struct abbrevs *t, uint64_t code)
{
    size_t low = 0, high = t->at.count;
    if (code - 1 < high && t->at.at[code - 1].code == code)
        return &t->at.at[code - 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->at.at[middle].code == code)
            return &t->at.at[middle];
        if (t->at.at[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* --------------------------------------------------------------- attributes */

/* An entry's addresses, for distances between them. */
struct entry_span {
    uint64_t low, distance;
    bool has_low, has_distance;
};

static void pass_code_address(struct tn_rw_unit *u, uint64_t address,
                              unsigned role, struct entry_span *span)
{
    if (role != ROLE_LOW && role != ROLE_HIGH && role != ROLE_CODE)
        tn_rw_dwarf_fail(u->r.d, "an attribute holds an address of what "
                                 "nobody knows");
    if (role == ROLE_LOW) {
        span->low = address;
        span->has_low = true;
    }
}

/* From the low address, which most often stands before. */
static void pass_code_distance(struct tn_rw_unit *u,
                               const struct tn_rw_value *value,
                               struct entry_span *span)
{
    struct tn_rw_reader *r = &u->r;
    uint64_t distance = value->number;
    if (!span->has_low || value->form != TN_RW_FORM_CONSTANT) {
        span->distance = distance;
        span->has_distance = true;
        return;
    }
    uint64_t now = tn_rw_dwarf_distance(r, span->low, span->low + distance);
    if (now == distance)
        return;
    if (value->is_leb)
        tn_rw_dwarf_patch_leb(r, value->size, now);
    else if (value->size < 8 && now >> 8 * value->size != 0)
        tn_rw_dwarf_fail(r->d, "a length has no room for what became longer");
    else
        tn_rw_dwarf_patch(r, value->size, now);
}

static void pass_section_offset(struct tn_rw_unit *u, struct attr_row row,
                                uint64_t offset)
{
    struct tn_rw_dwarf *d = u->r.d;
    unsigned section = u->version == 4 ? row.section_4 : row.section_5;
    if (row.role == ROLE_NONE || row.role == ROLE_LOW ||
        row.role == ROLE_HIGH || row.role == ROLE_CODE)
        tn_rw_dwarf_fail(d, "an attribute holds an offset into what nobody "
                            "knows");
    else if (offset > d->old[section].size)
        tn_rw_dwarf_fail(d, "an attribute names what lies behind the end of "
                            "a section");
    tn_rw_dwarf_patch(
        &u->r, 4,
        tn_rw_dwarf_now_at(d, (enum tn_rw_dwarf_section)section, offset));
    if (tn_rw_dwarf_ok(&u->r) &&
        (row.role == ROLE_RANGES || row.role == ROLE_LOCATIONS))
        tn_rw_dwarf_list(u, (enum tn_rw_dwarf_section)section, offset);
}

static void pass_value(struct tn_rw_unit *u, struct attr_row row,
                       const struct tn_rw_value *value, struct entry_span *span)
{
    struct tn_rw_reader *r = &u->r;
    switch (value->form) {
    case TN_RW_FORM_ADDRESS:
        pass_code_address(u, value->number, row.role, span);
        r->c.at -= r->address_size;
        (void)tn_rw_dwarf_address(r);
        break;
    case TN_RW_FORM_ADDRX:
        pass_code_address(u, tn_rw_dwarf_addrx(u, value->number, true),
                          row.role, span);
        break;
    case TN_RW_FORM_CONSTANT:
    case TN_RW_FORM_SIGNED:
        if (row.role == ROLE_HIGH)
            pass_code_distance(u, value, span);
        break;
    case TN_RW_FORM_SEC_OFFSET:
        pass_section_offset(u, row, value->number);
        break;
    case TN_RW_FORM_EXPRESSION:
        tn_rw_dwarf_expr(u, value->inner);
        break;
    case TN_RW_FORM_LOCLISTX:
        tn_rw_dwarf_listx(u, TN_RW_DWARF_LOCLISTS, value->number);
        break;
    case TN_RW_FORM_RNGLISTX:
        tn_rw_dwarf_listx(u, TN_RW_DWARF_RNGLISTS, value->number);
        break;
    case TN_RW_FORM_STRX:
        if (u->str_base == UINT64_MAX)
            tn_rw_dwarf_fail(r->d, "a unit does not say where its strings "
                                   "are");
        break;
    default: /* of the others, offsets have moved, and the rest does not */
        break;
    }
}

/* ------------------------------------------------------------------ entries */

static void pass_entry_attrs(struct tn_rw_unit *u, const struct abbrevs *t,
                             const struct abbrev *abbrev)
{
    struct entry_span span = {0};
    for (uint32_t i = 0; i < abbrev->count && tn_rw_dwarf_ok(&u->r); i++) {
        struct abbrev_attr attr = t->attrs.at[abbrev->first + i];
        struct tn_rw_value value = tn_rw_dwarf_value(&u->r, attr.form);
        if (!tn_rw_dwarf_ok(&u->r))
            return;
        pass_value(u, attr.row, &value, &span);
        if (span.has_low && span.has_distance && tn_rw_dwarf_ok(&u->r)) {
            tn_rw_dwarf_keep(&u->r, span.low, span.low + span.distance);
            span.has_distance = false;
        }
    }
}

/* What the rest needs of the entry of a unit; the reader stays before it. */
static void read_unit_entry(struct tn_rw_unit *u, const struct abbrevs *t)
{
    struct tn_rw_reader r = u->r;
    const struct abbrev *abbrev = find_abbrev(t, tn_cursor_u64(&r.c));
    struct tn_rw_value low = {.form = TN_RW_FORM_NOTHING};
    for (uint32_t i = 0; abbrev != NULL && i < abbrev->count; i++) {
        struct abbrev_attr attr = t->attrs.at[abbrev->first + i];
        struct tn_rw_value value = tn_rw_dwarf_value(&r, attr.form);
        if (!tn_rw_dwarf_ok(&r))
            return;
        switch (attr.row.role) {
        case ROLE_LOW:
            low = value;
            break;
        case ROLE_STR_BASE:
            u->str_base = value.number;
            break;
        case ROLE_ADDR_BASE:
            u->addr_base = value.number;
            break;
        case ROLE_RNG_BASE:
            u->rng_base = value.number;
            break;
        case ROLE_LOC_BASE:
            u->loc_base = value.number;
            break;
        default:
            break;
        }
    }
    u->low = low.form == TN_RW_FORM_ADDRX
                 ? tn_rw_dwarf_addrx(u, low.number, true)
                 : low.number;
}

static void pass_entries(struct tn_rw_unit *u, const struct abbrevs *t)
{
    read_unit_entry(u, t);
    while (tn_rw_dwarf_ok(&u->r) && tn_cursor_left(&u->r.c) > 0) {
        uint64_t code = tn_cursor_u64(&u->r.c);
        if (code == 0)
            continue; /* the end of somebody's children */
        const struct abbrev *abbrev = find_abbrev(t, code);
        if (abbrev != NULL)
            pass_entry_attrs(u, t, abbrev);
        else if (tn_rw_dwarf_ok(&u->r))
            tn_rw_dwarf_fail(u->r.d, "an entry has no abbreviation");
    }
}

/* -------------------------------------------------------------------- units */

enum {
    UNIT_COMPILE = 1,
    UNIT_TYPE = 2,
    UNIT_PARTIAL = 3
};

/* version abbreviations address_size, and of version 5 a type first, and the
 * other two the other way round. Of types: a signature, and where it is. */
static uint64_t read_unit_header(struct tn_rw_unit *u)
{
    struct tn_rw_reader *r = &u->r;
    uint64_t abbrevs, type = UNIT_COMPILE;
    u->version = (unsigned)tn_rw_dwarf_fixed(r, 2);
    if ((u->version != 4 && u->version != 5) && tn_rw_dwarf_ok(r))
        tn_rw_dwarf_fail(r->d, "it is of version %u", u->version);
    if (u->version == 5) {
        type = tn_cursor_byte(&r->c);
        tn_rw_dwarf_address_size(r, tn_cursor_byte(&r->c));
        abbrevs = tn_rw_dwarf_offset(r, TN_RW_DWARF_ABBREV);
    } else {
        abbrevs = tn_rw_dwarf_offset(r, TN_RW_DWARF_ABBREV);
        tn_rw_dwarf_address_size(r, tn_cursor_byte(&r->c));
    }
    if (type < UNIT_COMPILE || type > UNIT_PARTIAL)
        tn_rw_dwarf_fail(r->d, "it is split over several files");
    if (type == UNIT_TYPE || r->section == TN_RW_DWARF_TYPES)
        (void)tn_cursor_take(&r->c, 12);
    return abbrevs;
}

static void pass_unit(struct tn_rw_reader r, struct abbrevs *t)
{
    struct tn_rw_unit u = {.r = r,
                           .str_base = UINT64_MAX,
                           .addr_base = UINT64_MAX,
                           .rng_base = UINT64_MAX,
                           .loc_base = UINT64_MAX};
    uint64_t offset = read_unit_header(&u);
    if (tn_rw_dwarf_ok(&u.r))
        read_abbrevs(t, r.d, offset);
    if (tn_rw_dwarf_ok(&u.r))
        pass_entries(&u, t);
}

void tn_rw_dwarf_units(struct tn_rw_reader *r)
{
    struct abbrevs t = {.alloc = r->d->rw->alloc, .offset = UINT64_MAX};
    while (tn_cursor_left(&r->c) > 0 && tn_rw_dwarf_ok(r)) {
        struct tn_rw_reader unit = tn_rw_dwarf_contribution(r);
        if (tn_rw_dwarf_ok(r))
            pass_unit(unit, &t);
    }
    TN_VEC_CLEAR(&t.at, t.alloc);
    TN_VEC_CLEAR(&t.attrs, t.alloc);
}
