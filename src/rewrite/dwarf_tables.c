/* dwarf_tables.c - the smaller sections of DWARF: tables that name units,
 * strings and addresses, one behind the other. */
#include "rewrite/dwarf.h"

/* length version:2 padding:2 (offset of a string)* */
void tn_rw_dwarf_str_offsets(struct tn_rw_reader *r)
{
    while (tn_cursor_left(&r->c) > 0 && tn_rw_dwarf_ok(r)) {
        struct tn_rw_reader table = tn_rw_dwarf_contribution(r);
        (void)tn_cursor_take(&table.c, 4);
        while (tn_cursor_left(&table.c) > 0 && tn_rw_dwarf_ok(&table))
            (void)tn_rw_dwarf_offset(&table, TN_RW_DWARF_STR);
        (void)tn_rw_dwarf_ok(&table);
    }
}

/* (address length)* 0 0, from the first multiple of a pair's size on */
static void pass_address_ranges(struct tn_rw_reader *r, size_t header)
{
    size_t pair = (size_t)2 * r->address_size;
    (void)tn_cursor_take(&r->c, (pair - header % pair) % pair);
    while (tn_cursor_left(&r->c) >= pair && tn_rw_dwarf_ok(r)) {
        uint64_t address = tn_rw_dwarf_address(r);
        uint64_t length = tn_rw_dwarf_fixed(r, r->address_size);
        if (tn_rw_dwarf_ok(r))
            tn_rw_dwarf_patch(
                r, r->address_size,
                tn_rw_dwarf_distance(r, address, address + length));
    }
    (void)tn_rw_dwarf_ok(r);
}

/* length version:2 unit address_size:1 segment_size:1 */
void tn_rw_dwarf_aranges(struct tn_rw_reader *r)
{
    while (tn_cursor_left(&r->c) > 0 && tn_rw_dwarf_ok(r)) {
        struct tn_rw_reader table = tn_rw_dwarf_contribution(r);
        (void)tn_cursor_take(&table.c, 2);
        (void)tn_rw_dwarf_offset(&table, TN_RW_DWARF_INFO);
        tn_rw_dwarf_address_size(&table, tn_cursor_byte(&table.c));
        if (tn_cursor_byte(&table.c) != 0 && tn_rw_dwarf_ok(&table))
            tn_rw_dwarf_fail(r->d, ".debug_aranges has segments");
        if (tn_rw_dwarf_ok(&table))
            pass_address_ranges(&table, 4 + 8);
    }
}

/* length version:2 unit ..., the rest counting from the unit */
void tn_rw_dwarf_pubs(struct tn_rw_reader *r)
{
    while (tn_cursor_left(&r->c) > 0 && tn_rw_dwarf_ok(r)) {
        struct tn_rw_reader table = tn_rw_dwarf_contribution(r);
        (void)tn_cursor_take(&table.c, 2);
        (void)tn_rw_dwarf_offset(&table, TN_RW_DWARF_INFO);
    }
}

static void pass_offsets(struct tn_rw_reader *r, uint64_t count,
                         enum tn_rw_dwarf_section to)
{
    for (; count > 0 && tn_rw_dwarf_ok(r); count--)
        (void)tn_rw_dwarf_offset(r, to);
}

/* length version:2 padding:2, counts of units, of local types, foreign types,
 * buckets and names, sizes of the abbreviations and of a text; then units and
 * types, buckets, hashes, names, and what counts from the units */
static void pass_name_index(struct tn_rw_reader *r)
{
    uint64_t counts[7];
    (void)tn_cursor_take(&r->c, 4);
    for (int i = 0; i < 7; i++)
        counts[i] = tn_rw_dwarf_fixed(r, 4);
    (void)tn_cursor_take(&r->c, (counts[6] + 3) / 4 * 4);
    pass_offsets(r, counts[0] + counts[1], TN_RW_DWARF_INFO);
    (void)tn_cursor_take(&r->c, counts[2] * 8 + counts[3] * 4);
    if (counts[3] > 0)
        (void)tn_cursor_take(&r->c, counts[4] * 4);
    pass_offsets(r, counts[4], TN_RW_DWARF_STR);
    (void)tn_rw_dwarf_ok(r);
}

void tn_rw_dwarf_names(struct tn_rw_reader *r)
{
    while (tn_cursor_left(&r->c) > 0 && tn_rw_dwarf_ok(r)) {
        struct tn_rw_reader index = tn_rw_dwarf_contribution(r);
        if (tn_rw_dwarf_ok(r))
            pass_name_index(&index);
    }
}

/* ------------------------------------------------------------------- macros */

/* The operands of each opcode: u LEB128, t text, s a string's offset, m that
 * of another list. */
static const char *const macro_operands[] = {
    "", "ut", "ut", "uu", "", "us", "us", "m", NULL, NULL, NULL, "uu", "uu",
};

static void pass_macro_operand(struct tn_rw_reader *r, char operand)
{
    switch (operand) {
    case 'u':
        (void)tn_cursor_u64(&r->c);
        break;
    case 't':
        while (!r->c.failed && tn_cursor_byte(&r->c) != 0) {
        }
        break;
    case 's':
        (void)tn_rw_dwarf_offset(r, TN_RW_DWARF_STR);
        break;
    default:
        (void)tn_rw_dwarf_offset(r, TN_RW_DWARF_MACRO);
    }
}

static bool pass_macro(struct tn_rw_reader *r)
{
    uint8_t opcode = tn_cursor_byte(&r->c);
    if (!tn_rw_dwarf_ok(r) || opcode == 0)
        return false;
    const char *operands = NULL;
    if (opcode < sizeof macro_operands / sizeof *macro_operands)
        operands = macro_operands[opcode];
    if (operands == NULL) {
        tn_rw_dwarf_fail(r->d, "macro opcode 0x%x is not understood", opcode);
        return false;
    }
    for (; *operands != '\0'; operands++)
        pass_macro_operand(r, *operands);
    return tn_rw_dwarf_ok(r);
}

/* version:2 flags:1 line_table? (opcode operands)* 0 */
void tn_rw_dwarf_macros(struct tn_rw_reader *r)
{
    while (tn_cursor_left(&r->c) > 0 && tn_rw_dwarf_ok(r)) {
        unsigned version = (unsigned)tn_rw_dwarf_fixed(r, 2);
        uint8_t flags = tn_cursor_byte(&r->c);
        if (tn_rw_dwarf_ok(r) && ((version != 4 && version != 5) || flags & 5))
            tn_rw_dwarf_fail(r->d, "macros are of a form that is not "
                                   "understood");
        if (flags & 2)
            (void)tn_rw_dwarf_offset(r, TN_RW_DWARF_LINE);
        while (pass_macro(r)) {
        }
    }
}
