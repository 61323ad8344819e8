/* dwarf_lines.c - .debug_line: programs that make tables of addresses and
 * lines, one for each unit.
 *
 * A program sets an address, and from there on only adds to it, until the end
 * of the sequence. So the addresses that are set are moved, and of the others
 * it is checked that they stay as far away. Specification: DWARF 5, 6.2. */
#include "rewrite/dwarf.h"

struct line_program {
    struct tn_rw_reader r;
    unsigned version;
    uint8_t least_length, line_range, opcode_base;
    const uint8_t *operand_counts; /* of opcodes 1 to opcode_base - 1 */
    uint64_t start, address; /* of the sequence: as set, and as it is now */
};

enum line_opcode {
    LINE_EXTENDED = 0,
    LINE_COPY = 1,
    LINE_ADVANCE_PC = 2,
    LINE_CONST_ADD_PC = 8,
    LINE_FIXED_ADVANCE_PC = 9,
    /* and behind an extended one: */
    LINE_END_SEQUENCE = 1,
    LINE_SET_ADDRESS = 2
};

/* ------------------------------------------------------------------- header */

/* count (content form)* count (values)* */
static void pass_file_table(struct tn_rw_reader *r)
{
    unsigned count = tn_cursor_byte(&r->c);
    struct tn_cursor formats = r->c;
    for (unsigned i = 0; i < 2 * count; i++)
        (void)tn_cursor_u64(&r->c);
    uint64_t entries = tn_cursor_u64(&r->c);
    if (count == 0)
        return;
    for (; entries > 0 && tn_rw_dwarf_ok(r); entries--) {
        struct tn_cursor c = formats;
        const uint8_t *from = r->c.at;
        for (unsigned i = 0; i < count; i++) {
            (void)tn_cursor_u64(&c);
            (void)tn_rw_dwarf_value(r, tn_cursor_u64(&c));
        }
        if (r->c.at == from)
            return; /* entries of no bytes, however many */
    }
}

/* Leaves the reader behind the header. */
static void read_line_header(struct line_program *p)
{
    struct tn_rw_reader *r = &p->r;
    p->version = (unsigned)tn_rw_dwarf_fixed(r, 2);
    if ((p->version < 2 || p->version > 5) && tn_rw_dwarf_ok(r))
        tn_rw_dwarf_fail(r->d, "a line table is of version %u", p->version);
    if (p->version == 5) {
        tn_rw_dwarf_address_size(r, tn_cursor_byte(&r->c));
        (void)tn_cursor_byte(&r->c); /* of segment selectors */
    }
    struct tn_rw_reader header = tn_rw_dwarf_sub(r, tn_rw_dwarf_fixed(r, 4));
    p->least_length = tn_cursor_byte(&header.c);
    if (p->version >= 4 && tn_cursor_byte(&header.c) != 1 &&
        tn_rw_dwarf_ok(&header))
        tn_rw_dwarf_fail(r->d, "a line table is of a machine with bundles");
    (void)tn_cursor_take(&header.c, 2); /* default_is_stmt line_base */
    p->line_range = tn_cursor_byte(&header.c);
    p->opcode_base = tn_cursor_byte(&header.c);
    p->operand_counts = tn_cursor_take(
        &header.c, p->opcode_base == 0 ? 0 : p->opcode_base - 1u);
    if (tn_rw_dwarf_ok(&header) && (p->line_range == 0 || p->opcode_base == 0))
        tn_rw_dwarf_fail(r->d, "a line table counts lines by nothing");
    for (int i = 0; i < 2 && p->version == 5 && tn_rw_dwarf_ok(&header); i++)
        pass_file_table(&header);
    (void)tn_rw_dwarf_ok(&header);
}

/* ------------------------------------------------------------------ program */

static void begin_sequence(struct line_program *p, uint64_t address)
{
    p->start = p->address = address;
}

static void check_row(struct line_program *p)
{
    if (tn_rw_dwarf_ok(&p->r))
        tn_rw_dwarf_keep(&p->r, p->start, p->address);
}

static void set_address(struct line_program *p, uint64_t size)
{
    if (size != 4 && size != 8) {
        tn_rw_dwarf_fail(p->r.d, "a line table has addresses of %u bytes",
                         (unsigned)size);
        return;
    }
    p->r.address_size = (uint8_t)size;
    begin_sequence(p, tn_rw_dwarf_address(&p->r));
}

/* 0 size opcode operands */
static void run_extended(struct line_program *p)
{
    uint64_t size = tn_cursor_u64(&p->r.c);
    if (size == 0 || size > tn_cursor_left(&p->r.c)) {
        tn_cursor_fail(&p->r.c, "unexpected end");
        return;
    }
    switch (tn_cursor_byte(&p->r.c)) {
    case LINE_END_SEQUENCE:
        check_row(p);
        begin_sequence(p, 0);
        (void)tn_cursor_take(&p->r.c, size - 1);
        break;
    case LINE_SET_ADDRESS:
        set_address(p, size - 1);
        break;
    default:
        (void)tn_cursor_take(&p->r.c, size - 1);
    }
}

static void run_standard(struct line_program *p, uint8_t opcode)
{
    switch (opcode) {
    case LINE_COPY:
        check_row(p);
        break;
    case LINE_ADVANCE_PC:
        p->address += tn_cursor_u64(&p->r.c) * p->least_length;
        break;
    case LINE_CONST_ADD_PC:
        p->address += (uint64_t)((255 - p->opcode_base) / p->line_range) *
                      p->least_length;
        break;
    case LINE_FIXED_ADVANCE_PC:
        p->address += tn_rw_dwarf_fixed(&p->r, 2);
        break;
    default:
        for (unsigned i = p->operand_counts[opcode - 1]; i > 0; i--)
            (void)tn_cursor_u64(&p->r.c);
    }
}

static void run_special(struct line_program *p, uint8_t opcode)
{
    p->address +=
        (uint64_t)((opcode - p->opcode_base) / p->line_range) * p->least_length;
    check_row(p);
}

static void run_line_program(struct line_program *p)
{
    begin_sequence(p, 0);
    while (tn_cursor_left(&p->r.c) > 0 && tn_rw_dwarf_ok(&p->r)) {
        uint8_t opcode = tn_cursor_byte(&p->r.c);
        if (opcode == LINE_EXTENDED)
            run_extended(p);
        else if (opcode < p->opcode_base)
            run_standard(p, opcode);
        else
            run_special(p, opcode);
    }
    (void)tn_rw_dwarf_ok(&p->r);
}

void tn_rw_dwarf_lines(struct tn_rw_reader *r)
{
    while (tn_cursor_left(&r->c) > 0 && tn_rw_dwarf_ok(r)) {
        struct line_program p = {.r = tn_rw_dwarf_contribution(r)};
        if (tn_rw_dwarf_ok(r))
            read_line_header(&p);
        if (tn_rw_dwarf_ok(&p.r))
            run_line_program(&p);
    }
}
