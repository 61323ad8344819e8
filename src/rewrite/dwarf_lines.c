/* dwarf_lines.c - .debug_line: programs that make tables of addresses and
 * lines, one for each unit.
 *
 * A program sets an address, and from there on only adds to it, until the end
 * of the sequence. So the addresses that are set are moved, and of the others
 * it is checked that they stay as far away. Where code moved inside of
 * functions they do not: then each program is written anew, the same but for
 * its steps, which are put off until a row needs them.
 * Specification: DWARF 5, 6.2. */
#include "rewrite/dwarf.h"

struct line_program {
    struct tn_rw_reader r;
    unsigned version;
    uint8_t least_length, line_range, opcode_base;
    const uint8_t *operand_counts; /* of opcodes 1 to opcode_base - 1 */
    uint64_t start, address; /* of the sequence: as set, and as it is now */
    /* Of a program that is written anew: what `start` became, and the address
     * that the steps written so far come to. */
    bool is_rewritten;
    uint64_t start_now, written;
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

/* ----------------------------------------------------------- written anew */

static struct tn_buf *line_out(const struct line_program *p)
{
    return &p->r.d->rw->out;
}

/* What stays as it is: all from `from` to where the reader is. */
static void copy_line_op(struct line_program *p, const uint8_t *from)
{
    if (p->is_rewritten && tn_rw_dwarf_ok(&p->r))
        tn_buf_put(line_out(p), from, (size_t)(p->r.c.at - from));
}

/* How much the address grows until the row that comes. */
static uint64_t step_to_row(struct line_program *p)
{
    uint64_t now =
        p->start_now + tn_rw_dwarf_distance(&p->r, p->start, p->address);
    uint64_t step = now - p->written;
    if (now < p->written)
        tn_rw_dwarf_fail(p->r.d, "a line table goes back");
    p->written = now;
    return step;
}

static void put_step(struct line_program *p, uint64_t step)
{
    if (step == 0)
        return;
    tn_buf_byte(line_out(p), LINE_ADVANCE_PC);
    tn_buf_uleb(line_out(p), step);
}

/* A special opcode adds to the line too: `adds`, below the line range. */
static void put_special(struct line_program *p, unsigned adds)
{
    uint64_t step = step_to_row(p);
    uint64_t most = (255u - p->opcode_base - adds) / p->line_range;
    if (step > most) {
        put_step(p, step);
        step = 0;
    }
    tn_buf_byte(line_out(p), (uint8_t)(p->opcode_base + adds +
                                       (unsigned)step * p->line_range));
}

/* ------------------------------------------------------------------ program */

static void begin_sequence(struct line_program *p, uint64_t address,
                           uint64_t now)
{
    p->start = p->address = address;
    p->start_now = p->written = now;
}

static void pass_row(struct line_program *p)
{
    if (!tn_rw_dwarf_ok(&p->r))
        return;
    if (p->is_rewritten)
        put_step(p, step_to_row(p));
    else
        tn_rw_dwarf_keep(&p->r, p->start, p->address);
}

static void set_address(struct line_program *p, uint64_t size,
                        const uint8_t *from)
{
    uint64_t now, address;
    if (size != 4 && size != 8) {
        tn_rw_dwarf_fail(p->r.d, "a line table has addresses of %u bytes",
                         (unsigned)size);
        return;
    }
    p->r.address_size = (uint8_t)size;
    address = tn_rw_dwarf_fixed(&p->r, (unsigned)size);
    if (tn_rw_dwarf_move(&p->r, address, &now) == TN_RW_GONE)
        now = tn_rw_dwarf_tombstone(&p->r, 0);
    begin_sequence(p, address, now);
    if (!p->is_rewritten) {
        tn_rw_dwarf_patch(&p->r, (unsigned)size, now);
        return;
    }
    if (!tn_rw_dwarf_ok(&p->r))
        return;
    tn_buf_put(line_out(p), from, (size_t)(p->r.c.at - from) - (size_t)size);
    for (unsigned i = 0; i < size; i++)
        tn_buf_byte(line_out(p), (uint8_t)(now >> 8 * i));
}

/* 0 size opcode operands */
static void run_extended(struct line_program *p, const uint8_t *from)
{
    uint64_t size = tn_cursor_u64(&p->r.c);
    if (size == 0 || size > tn_cursor_left(&p->r.c)) {
        tn_cursor_fail(&p->r.c, "unexpected end");
        return;
    }
    uint8_t opcode = tn_cursor_byte(&p->r.c);
    if (opcode == LINE_SET_ADDRESS) {
        set_address(p, size - 1, from);
        return;
    }
    if (opcode == LINE_END_SEQUENCE) {
        pass_row(p);
        begin_sequence(p, 0, 0);
    }
    (void)tn_cursor_take(&p->r.c, size - 1);
    copy_line_op(p, from);
}

static void run_standard(struct line_program *p, uint8_t opcode,
                         const uint8_t *from)
{
    switch (opcode) {
    case LINE_COPY:
        pass_row(p);
        copy_line_op(p, from);
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
        copy_line_op(p, from);
    }
}

static void run_special(struct line_program *p, uint8_t opcode)
{
    unsigned adds = (unsigned)(opcode - p->opcode_base);
    p->address += (uint64_t)(adds / p->line_range) * p->least_length;
    if (p->is_rewritten)
        put_special(p, adds % p->line_range);
    else
        pass_row(p);
}

static void run_line_program(struct line_program *p)
{
    begin_sequence(p, 0, 0);
    while (tn_cursor_left(&p->r.c) > 0 && tn_rw_dwarf_ok(&p->r)) {
        const uint8_t *from = p->r.c.at;
        uint8_t opcode = tn_cursor_byte(&p->r.c);
        if (opcode == LINE_EXTENDED)
            run_extended(p, from);
        else if (opcode < p->opcode_base)
            run_standard(p, opcode, from);
        else
            run_special(p, opcode);
    }
    (void)tn_rw_dwarf_ok(&p->r);
}

void tn_rw_dwarf_lines(struct tn_rw_reader *r)
{
    if (r->d->is_stretched)
        return; /* they were written anew */
    while (tn_cursor_left(&r->c) > 0 && tn_rw_dwarf_ok(r)) {
        struct line_program p = {.r = tn_rw_dwarf_contribution(r)};
        if (tn_rw_dwarf_ok(r))
            read_line_header(&p);
        if (tn_rw_dwarf_ok(&p.r))
            run_line_program(&p);
    }
}

/* The header keeps its length, and is patched as ever, for which this unit's
 * place is the section's. */
static void rewrite_unit(struct line_program *p, size_t contents)
{
    struct tn_rw_dwarf *d = p->r.d;
    struct tn_buf *out = line_out(p);
    const uint8_t *from = p->r.c.at - 4; /* unit_length is before */
    size_t was = (size_t)(tn_cursor_offset(&p->r.c) - 4), begin = out->size;
    struct tn_rw_line_unit unit = {(uint32_t)was, (uint32_t)(begin - contents)};
    if (!TN_VEC_PUSH(&d->line_units, d->rw->alloc, unit))
        out->failed = true;
    d->now[TN_RW_DWARF_LINE] = begin - was;
    tn_buf_put(out, from, 4 + tn_cursor_left(&p->r.c));
    if (out->failed)
        return;
    read_line_header(p);
    out->size = begin + (size_t)(p->r.c.at - from);
    if (tn_rw_dwarf_ok(&p->r) && p->least_length != 1)
        tn_rw_dwarf_fail(d, "a line table counts other than bytes");
    if (tn_rw_dwarf_ok(&p->r))
        run_line_program(p);
    size_t size = out->size - begin - 4;
    for (unsigned i = 0; i < 4 && !out->failed; i++)
        out->at[begin + i] = (uint8_t)(size >> 8 * i);
}

void tn_rw_dwarf_rewrite_lines(struct tn_rw_dwarf *d)
{
    struct tn_rw_reader r = tn_rw_dwarf_reader(d, TN_RW_DWARF_LINE, 0);
    size_t contents = d->rw->out.size;
    while (tn_cursor_left(&r.c) > 0 && tn_rw_dwarf_ok(&r)) {
        struct line_program p = {.r = tn_rw_dwarf_contribution(&r),
                                 .is_rewritten = true};
        if (tn_rw_dwarf_ok(&r))
            rewrite_unit(&p, contents);
        if (d->rw->out.failed)
            return;
    }
}
