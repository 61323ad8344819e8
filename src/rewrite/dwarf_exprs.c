/* dwarf_exprs.c - expressions: where a variable is, as a program for a stack
 * machine.
 *
 * What moves in them: offsets into .debug_info, and indices of globals. The
 * operand of DW_OP_addr is an address of data, which stays.
 * Specification: DWARF 5, 7.7; "DWARF for WebAssembly" for locations. */
#include "rewrite/dwarf.h"

/* The operands of each operation, a letter each:
 *
 *   1 2 4 8  as many bytes          a  an address of data
 *   u s      LEB128, signed         x  an index of .debug_addr, of data
 *   b        a block, its length u  c  a block, its length a byte
 *   e        an expression: its length u, then operations as ever
 *   r        an offset into .debug_info
 *   w        a location of WebAssembly
 *
 * Not in the table are the rows of 32 registers and literals. */
static const char *const expr_operands[256] = {
    [0x03] = "a",  [0x06] = "",   [0x08] = "1",  [0x09] = "1",  [0x0a] = "2",
    [0x0b] = "2",  [0x0c] = "4",  [0x0d] = "4",  [0x0e] = "8",  [0x0f] = "8",
    [0x10] = "u",  [0x11] = "s",  [0x12] = "",   [0x13] = "",   [0x14] = "",
    [0x15] = "1",  [0x16] = "",   [0x17] = "",   [0x18] = "",   [0x19] = "",
    [0x1a] = "",   [0x1b] = "",   [0x1c] = "",   [0x1d] = "",   [0x1e] = "",
    [0x1f] = "",   [0x20] = "",   [0x21] = "",   [0x22] = "",   [0x23] = "u",
    [0x24] = "",   [0x25] = "",   [0x26] = "",   [0x27] = "",   [0x28] = "2",
    [0x29] = "",   [0x2a] = "",   [0x2b] = "",   [0x2c] = "",   [0x2d] = "",
    [0x2e] = "",   [0x2f] = "2",  [0x90] = "u",  [0x91] = "s",  [0x92] = "us",
    [0x93] = "u",  [0x94] = "1",  [0x95] = "1",  [0x96] = "",   [0x97] = "",
    [0x98] = "2",  [0x99] = "4",  [0x9a] = "r",  [0x9b] = "",   [0x9c] = "",
    [0x9d] = "uu", [0x9e] = "b",  [0x9f] = "",   [0xa0] = "rs", [0xa1] = "x",
    [0xa2] = "x",  [0xa3] = "e",  [0xa4] = "uc", [0xa5] = "uu", [0xa6] = "1u",
    [0xa7] = "1u", [0xa8] = "u",  [0xa9] = "u",  [0xe0] = "",   [0xed] = "w",
    [0xf0] = "",   [0xf2] = "rs", [0xf3] = "e",  [0xf4] = "uc", [0xf5] = "uu",
    [0xf6] = "1u", [0xf7] = "u",  [0xf9] = "u",  [0xfa] = "4",  [0xfd] = "r",
};

static const char *operands_of(uint8_t op)
{
    if (op >= 0x30 && op <= 0x6f) /* literals, registers */
        return "";
    if (op >= 0x70 && op <= 0x8f) /* a register and an offset */
        return "s";
    return expr_operands[op];
}

static uint32_t global_now(struct tn_rw_dwarf *d, uint64_t global)
{
    const struct tn_rw_input *input = &d->rw->inputs[d->input];
    if (global < input->mod->global_count &&
        input->map.globals[global] != TN_NONE)
        return input->map.globals[global];
    tn_rw_dwarf_fail(d, "an expression names global %llu, which is not there",
                     (unsigned long long)global);
    return 0;
}

static void pass_global_leb(struct tn_rw_reader *r)
{
    const uint8_t *from = r->c.at;
    uint64_t global = tn_cursor_u64(&r->c);
    if (tn_rw_dwarf_ok(r))
        tn_rw_dwarf_patch_leb(r, (size_t)(r->c.at - from),
                              global_now(r->d, global));
}

/* 0 a local, 1 a global, 2 a place on the stack, 3 a global in four bytes */
static void pass_wasm_location(struct tn_rw_reader *r)
{
    switch (tn_cursor_u64(&r->c)) {
    case 0:
    case 2:
        (void)tn_cursor_u64(&r->c);
        break;
    case 1:
        pass_global_leb(r);
        break;
    case 3: {
        uint64_t global = tn_rw_dwarf_fixed(r, 4);
        if (tn_rw_dwarf_ok(r))
            tn_rw_dwarf_patch(r, 4, global_now(r->d, global));
        break;
    }
    default:
        if (tn_rw_dwarf_ok(r))
            tn_rw_dwarf_fail(r->d, "a kind of location is not understood");
    }
}

static void pass_operand(struct tn_rw_unit *u, struct tn_rw_reader *r,
                         char operand)
{
    switch (operand) {
    case 'a':
        (void)tn_cursor_take(&r->c, r->address_size);
        break;
    case 'u':
    case 'e':
        (void)tn_cursor_u64(&r->c);
        break;
    case 's':
        (void)tn_cursor_s64(&r->c);
        break;
    case 'b':
        (void)tn_cursor_take(&r->c, tn_cursor_u64(&r->c));
        break;
    case 'c':
        (void)tn_cursor_take(&r->c, tn_cursor_byte(&r->c));
        break;
    case 'r':
        (void)tn_rw_dwarf_offset(r, TN_RW_DWARF_INFO);
        break;
    case 'x': {
        uint64_t index = tn_cursor_u64(&r->c);
        if (tn_rw_dwarf_ok(r))
            (void)tn_rw_dwarf_addrx(u, index, false);
        break;
    }
    case 'w':
        pass_wasm_location(r);
        break;
    default: /* 1, 2, 4, 8 */
        (void)tn_cursor_take(&r->c, (uint64_t)(operand - '0'));
    }
}

void tn_rw_dwarf_expr(struct tn_rw_unit *u, struct tn_rw_reader r)
{
    while (tn_cursor_left(&r.c) > 0 && tn_rw_dwarf_ok(&r)) {
        uint8_t op = tn_cursor_byte(&r.c);
        const char *operands = operands_of(op);
        if (operands == NULL) {
            tn_rw_dwarf_fail(r.d, "operation 0x%x is not understood", op);
            return;
        }
        for (; *operands != '\0'; operands++)
            pass_operand(u, &r, *operands);
    }
    (void)tn_rw_dwarf_ok(&r);
}
