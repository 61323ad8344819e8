/* dwarf_lists.c - of what ranges a thing consists, and where a variable is
 * when: lists of addresses, which units name.
 *
 *   version 4   (begin end)* 0 0, counting from a base: that of the unit, or
 *               of an entry (-1 base)
 *   version 5   (kind operands)*, kinds as in the table
 *
 * Locations have an expression behind each pair. Absolute addresses are moved;
 * distances stay, but where code moved inside of a function: then they must
 * have the room for what they become. In version 4 all of it is
 * written as distances, and the base of a unit with several functions is 0. */
#include "rewrite/dwarf.h"

/* Of version 5: what follows a kind. */
enum list_kind {
    LIST_END,
    LIST_BASEX,         /* the base: an index of .debug_addr */
    LIST_STARTX_ENDX,   /* two of them */
    LIST_STARTX_LENGTH, /* one, and a length */
    LIST_OFFSET_PAIR,   /* distances to the base */
    LIST_DEFAULT,       /* everywhere else */
    LIST_BASE,
    LIST_START_END,
    LIST_START_LENGTH,
    LIST_KINDS
};

/* Kinds of ranges have no default; so they are numbered otherwise. */
static const uint8_t range_kinds[] = {
    LIST_END,         LIST_BASEX, LIST_STARTX_ENDX, LIST_STARTX_LENGTH,
    LIST_OFFSET_PAIR, LIST_BASE,  LIST_START_END,   LIST_START_LENGTH,
};

struct list {
    struct tn_rw_unit *u;
    struct tn_rw_reader r;
    uint64_t base;
    bool has_locations;
};

static void pass_list_expr(struct list *l, uint64_t size)
{
    struct tn_rw_reader inner = tn_rw_dwarf_sub(&l->r, size);
    if (tn_rw_dwarf_ok(&l->r))
        tn_rw_dwarf_expr(l->u, inner);
}

/* ---------------------------------------------------------------- version 4 */

/* Patches the two words that were read last. */
static void patch_pair(struct list *l, uint64_t begin, uint64_t end)
{
    struct tn_rw_reader first = l->r;
    first.c.at -= l->r.address_size;
    tn_rw_dwarf_patch(&first, first.address_size, begin);
    tn_rw_dwarf_patch(&l->r, l->r.address_size, end);
}

/* A pair that counts from 0 is of addresses. -2 stands for what is gone, for
 * -1 would make the pair a base. */
static void move_pair(struct list *l, uint64_t begin, uint64_t end)
{
    uint64_t now_begin;
    if (!tn_rw_dwarf_ok(&l->r))
        return;
    enum tn_rw_moved moved = tn_rw_dwarf_move(&l->r, begin, &now_begin);
    if (moved == TN_RW_STAYS)
        return;
    uint64_t now_end = now_begin + tn_rw_dwarf_distance(&l->r, begin, end);
    if (moved == TN_RW_GONE)
        now_begin = now_end = tn_rw_dwarf_tombstone(&l->r, 1);
    patch_pair(l, now_begin, now_end);
}

static void move_base(struct list *l, uint64_t base)
{
    uint64_t now;
    if (tn_rw_dwarf_move(&l->r, base, &now) == TN_RW_GONE)
        now = tn_rw_dwarf_tombstone(&l->r, 0);
    tn_rw_dwarf_patch(&l->r, l->r.address_size, now);
    l->base = base;
}

static bool is_no_base(const struct list *l)
{
    return l->base >= tn_rw_dwarf_tombstone(&l->r, 1);
}

static bool pass_pair(struct list *l)
{
    uint64_t begin = tn_rw_dwarf_fixed(&l->r, l->r.address_size);
    uint64_t end = tn_rw_dwarf_fixed(&l->r, l->r.address_size);
    if (!tn_rw_dwarf_ok(&l->r) || (begin == 0 && end == 0))
        return false;
    if (begin == tn_rw_dwarf_tombstone(&l->r, 0)) {
        move_base(l, end);
        return true;
    }
    /* An empty range means nothing, wherever it is: optimizers leave them. */
    bool is_empty = begin == end;
    if (l->base == 0 && !is_empty)
        move_pair(l, begin, end);
    else if (!is_empty && !is_no_base(l) &&
             begin < tn_rw_dwarf_tombstone(&l->r, 1))
        patch_pair(l, tn_rw_dwarf_distance(&l->r, l->base, l->base + begin),
                   tn_rw_dwarf_distance(&l->r, l->base, l->base + end));
    if (l->has_locations)
        pass_list_expr(l, tn_rw_dwarf_fixed(&l->r, 2));
    return true;
}

/* ---------------------------------------------------------------- version 5 */

/* A distance from `low`, LEB128, which keeps its width. */
static void pass_distance(struct list *l, uint64_t low)
{
    const uint8_t *from = l->r.c.at;
    uint64_t distance = tn_cursor_u64(&l->r.c);
    if (!tn_rw_dwarf_ok(&l->r))
        return;
    uint64_t now = tn_rw_dwarf_distance(&l->r, low, low + distance);
    if (now != distance)
        tn_rw_dwarf_patch_leb(&l->r, (size_t)(l->r.c.at - from), now);
}

/* A distance to 0 would be an address, and has no room to move. */
static void pass_from_base(struct list *l)
{
    uint64_t now;
    if (is_no_base(l)) {
        (void)tn_cursor_u64(&l->r.c);
        return;
    }
    if (l->base != 0) {
        pass_distance(l, l->base);
        return;
    }
    uint64_t distance = tn_cursor_u64(&l->r.c);
    if (tn_rw_dwarf_ok(&l->r) &&
        tn_rw_dwarf_move(&l->r, distance, &now) != TN_RW_STAYS &&
        now != distance)
        tn_rw_dwarf_fail(l->r.d, "a list has addresses of no fixed width");
}

static uint64_t read_list_index(struct list *l)
{
    uint64_t index = tn_cursor_u64(&l->r.c);
    return tn_rw_dwarf_ok(&l->r) ? tn_rw_dwarf_addrx(l->u, index, true) : 0;
}

static void check_pair(struct list *l, uint64_t start, uint64_t end)
{
    if (tn_rw_dwarf_ok(&l->r))
        (void)tn_rw_dwarf_distance(&l->r, start, end);
}

static void pass_operands(struct list *l, enum list_kind kind)
{
    uint64_t start;
    switch (kind) {
    case LIST_BASEX:
        l->base = read_list_index(l);
        break;
    case LIST_STARTX_ENDX:
        start = read_list_index(l);
        check_pair(l, start, read_list_index(l));
        break;
    case LIST_STARTX_LENGTH:
        start = read_list_index(l);
        pass_distance(l, start);
        break;
    case LIST_OFFSET_PAIR:
        pass_from_base(l);
        pass_from_base(l);
        break;
    case LIST_BASE:
        l->base = tn_rw_dwarf_address(&l->r);
        break;
    case LIST_START_END:
        start = tn_rw_dwarf_address(&l->r);
        check_pair(l, start, tn_rw_dwarf_address(&l->r));
        break;
    case LIST_START_LENGTH:
        start = tn_rw_dwarf_address(&l->r);
        pass_distance(l, start);
        break;
    default: /* LIST_DEFAULT: only a location */
        break;
    }
}

static enum list_kind read_list_kind(struct list *l)
{
    uint8_t byte = tn_cursor_byte(&l->r.c);
    if (!l->has_locations && byte < sizeof range_kinds)
        return (enum list_kind)range_kinds[byte];
    if (l->has_locations && byte < LIST_KINDS)
        return (enum list_kind)byte;
    tn_rw_dwarf_fail(l->r.d, "a list has entries of kind %u", byte);
    return LIST_END;
}

static bool pass_entry(struct list *l)
{
    enum list_kind kind = read_list_kind(l);
    if (kind == LIST_END)
        return false;
    pass_operands(l, kind);
    if (l->has_locations && kind != LIST_BASE && kind != LIST_BASEX)
        pass_list_expr(l, tn_cursor_u64(&l->r.c));
    return tn_rw_dwarf_ok(&l->r);
}

/* --------------------------------------------------------------------- both */

/* An entry that was read ends the list, so that lists which share their ends
 * are not read time and again. */
void tn_rw_dwarf_list(struct tn_rw_unit *u, enum tn_rw_dwarf_section section,
                      uint64_t offset)
{
    struct tn_rw_dwarf *d = u->r.d;
    bool is_4 = section == TN_RW_DWARF_RANGES || section == TN_RW_DWARF_LOC;
    struct list l = {u, tn_rw_dwarf_reader(d, section, offset), u->low,
                     section == TN_RW_DWARF_LOC ||
                         section == TN_RW_DWARF_LOCLISTS};
    l.r.address_size = u->r.address_size;
    bool more = tn_rw_dwarf_ok(&l.r);
    while (more &&
           !tn_rw_dwarf_mark(d, &d->is_read[section], d->old[section].size,
                             tn_cursor_offset(&l.r.c)))
        more = is_4 ? pass_pair(&l) : pass_entry(&l);
    (void)tn_rw_dwarf_ok(&l.r);
}

void tn_rw_dwarf_listx(struct tn_rw_unit *u, enum tn_rw_dwarf_section section,
                       uint64_t index)
{
    struct tn_rw_dwarf *d = u->r.d;
    uint64_t base = section == TN_RW_DWARF_RNGLISTS ? u->rng_base : u->loc_base;
    uint32_t size = d->old[section].size;
    if (base > size || index > size) {
        tn_rw_dwarf_fail(d, "list %llu of a table that is not there",
                         (unsigned long long)index);
        return;
    }
    struct tn_rw_reader r = tn_rw_dwarf_reader(d, section, base + index * 4);
    uint64_t offset = tn_rw_dwarf_fixed(&r, 4);
    if (tn_rw_dwarf_ok(&r))
        tn_rw_dwarf_list(u, section, base + offset);
}
