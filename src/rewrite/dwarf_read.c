/* dwarf_read.c - what all readers of DWARF are made of: numbers, offsets, and
 * where addresses of code went. */
#include <stdarg.h>
#include <stdio.h>

#include "rewrite/dwarf.h"

static const char *const dwarf_names[TN_RW_DWARF_SECTIONS] = {
#define DWARF_SECTION(id, name, read) name,
#include "rewrite/dwarf_sections.def"
#undef DWARF_SECTION
};

void tn_rw_dwarf_fail(struct tn_rw_dwarf *d, const char *format, ...)
{
    va_list args;
    if (d->failed)
        return;
    d->failed = true;
    va_start(args, format);
    (void)vsnprintf(d->why, sizeof d->why, format, args);
    va_end(args);
}

static const struct tn_mod *dwarf_mod(const struct tn_rw_reader *r)
{
    return r->d->rw->inputs[r->d->input].mod;
}

struct tn_rw_reader tn_rw_dwarf_reader(struct tn_rw_dwarf *d,
                                       enum tn_rw_dwarf_section section,
                                       uint64_t at)
{
    struct tn_rw_reader r = {.d = d, .section = section, .address_size = 4};
    struct tn_range range = d->old[section];
    r.c = tn_rw_cursor(dwarf_mod(&r), range);
    r.c.base = r.c.at;
    (void)tn_cursor_take(&r.c, at);
    return r;
}

struct tn_rw_reader tn_rw_dwarf_sub(struct tn_rw_reader *r, uint64_t size)
{
    struct tn_rw_reader sub = *r;
    sub.c = tn_cursor_sub(&r->c, size);
    return sub;
}

bool tn_rw_dwarf_ok(struct tn_rw_reader *r)
{
    if (r->c.failed)
        tn_rw_dwarf_fail(r->d, "%s is cut, or says a size that cannot be",
                         dwarf_names[r->section]);
    return !r->d->failed;
}

uint64_t tn_rw_dwarf_fixed(struct tn_rw_reader *r, unsigned size)
{
    const uint8_t *at = tn_cursor_take(&r->c, size);
    uint64_t value = 0;
    for (unsigned i = 0; at != NULL && i < size; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

void tn_rw_dwarf_patch(struct tn_rw_reader *r, unsigned size, uint64_t value)
{
    struct tn_rw_dwarf *d = r->d;
    if (!tn_rw_dwarf_ok(r))
        return;
    uint8_t *to = d->rw->out.at + d->now[r->section] +
                  (size_t)tn_cursor_offset(&r->c) - size;
    for (unsigned i = 0; i < size; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

uint64_t tn_rw_dwarf_offset(struct tn_rw_reader *r, enum tn_rw_dwarf_section to)
{
    uint64_t offset = tn_rw_dwarf_fixed(r, 4);
    if (offset > r->d->old[to].size)
        tn_rw_dwarf_fail(r->d, "%s names offset 0x%x of %s, which ends before",
                         dwarf_names[r->section], (unsigned)offset,
                         dwarf_names[to]);
    tn_rw_dwarf_patch(r, 4, offset + r->d->before[to]);
    return offset;
}

struct tn_rw_reader tn_rw_dwarf_contribution(struct tn_rw_reader *r)
{
    uint64_t size = tn_rw_dwarf_fixed(r, 4);
    if (size >= 0xfffffff0)
        tn_rw_dwarf_fail(r->d, "%s is in the 64-bit format",
                         dwarf_names[r->section]);
    struct tn_rw_reader sub = tn_rw_dwarf_sub(r, size);
    (void)tn_rw_dwarf_ok(r);
    return sub;
}

void tn_rw_dwarf_address_size(struct tn_rw_reader *r, uint8_t size)
{
    if (size == 4 || size == 8)
        r->address_size = size;
    else if (tn_rw_dwarf_ok(r))
        tn_rw_dwarf_fail(r->d, "%s has addresses of %u bytes",
                         dwarf_names[r->section], size);
}

/* ------------------------------------------------------ addresses of code */

uint64_t tn_rw_dwarf_tombstone(const struct tn_rw_reader *r, unsigned less)
{
    return (r->address_size == 4 ? UINT32_MAX : UINT64_MAX) - less;
}

/* The last body that begins at or before the address; TN_NONE for none. */
static uint32_t find_body(struct tn_rw_dwarf *d, const struct tn_mod *mod,
                          uint64_t address)
{
    uint64_t offset =
        address > mod->size ? UINT64_MAX : address + d->code_contents;
    uint32_t count = mod->func_count - mod->func_import_count;
    uint32_t low = 0, high = count;
    if (d->near < count && offset >= mod->bodies[d->near].range.offset &&
        offset - mod->bodies[d->near].range.offset <=
            mod->bodies[d->near].range.size)
        return d->near;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (mod->bodies[middle].range.offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return TN_NONE;
    d->near = low - 1;
    return low - 1;
}

static enum tn_rw_moved lose_function(struct tn_rw_dwarf *d,
                                      const struct tn_mod *mod, uint32_t body)
{
    struct tn_str name = tn_mod_func_name(mod, body + mod->func_import_count);
    int size = (int)(name.size > 64 ? 64 : name.size);
    tn_rw_dwarf_fail(d, "code moved inside of function %u \"%.*s\"",
                     (unsigned)(body + mod->func_import_count), size, name.at);
    return TN_RW_LOST;
}

/* The end of a body is an address of it too: ranges and lines end there. */
enum tn_rw_moved tn_rw_dwarf_move(struct tn_rw_reader *r, uint64_t address,
                                  uint64_t *now)
{
    struct tn_rw_dwarf *d = r->d;
    const struct tn_mod *mod = dwarf_mod(r);
    const struct tn_rw_input *input = &d->rw->inputs[d->input];
    *now = address;
    if (address == 0 || address >= tn_rw_dwarf_tombstone(r, 1))
        return TN_RW_STAYS;
    uint32_t body = find_body(d, mod, address);
    if (body == TN_NONE)
        return TN_RW_STAYS;
    uint64_t begin = mod->bodies[body].range.offset - d->code_contents;
    if (address > mod->size || address - begin > mod->bodies[body].range.size) {
        tn_rw_dwarf_fail(d, "address 0x%llx is in no function",
                         (unsigned long long)address);
        return TN_RW_LOST;
    }
    if (input->body_at[body] == TN_NONE)
        return TN_RW_GONE;
    if (input->is_stretched[body])
        return lose_function(d, mod, body);
    *now = input->body_at[body] + (address - begin);
    return TN_RW_MOVED;
}

void tn_rw_dwarf_keep(struct tn_rw_reader *r, uint64_t low, uint64_t high)
{
    uint64_t now_low, now_high;
    enum tn_rw_moved moved = tn_rw_dwarf_move(r, low, &now_low);
    if (moved == TN_RW_LOST || moved == TN_RW_STAYS)
        return;
    uint32_t body = r->d->near;
    enum tn_rw_moved end = tn_rw_dwarf_move(r, high, &now_high);
    if (end == TN_RW_LOST || (moved == TN_RW_GONE && r->d->near == body))
        return;
    if (end != moved || now_high - now_low != high - low)
        tn_rw_dwarf_fail(r->d,
                         "addresses 0x%llx and 0x%llx are of functions that "
                         "moved apart",
                         (unsigned long long)low, (unsigned long long)high);
}

uint64_t tn_rw_dwarf_address(struct tn_rw_reader *r)
{
    uint64_t now, address = tn_rw_dwarf_fixed(r, r->address_size);
    enum tn_rw_moved moved = tn_rw_dwarf_move(r, address, &now);
    if (moved == TN_RW_GONE)
        now = tn_rw_dwarf_tombstone(r, 0);
    tn_rw_dwarf_patch(r, r->address_size, now);
    return address;
}

bool tn_rw_dwarf_mark(struct tn_rw_dwarf *d, uint8_t **map, uint32_t size,
                      uint64_t i)
{
    if (*map == NULL)
        *map = TN_NEW_ARRAY(&d->scratch, uint8_t, size / 8 + 1);
    if (*map == NULL) {
        d->rw->out.failed = true;
        tn_rw_dwarf_fail(d, "out of memory");
    }
    if (d->failed || i >= size)
        return true;
    bool was_set = ((*map)[i / 8] >> i % 8 & 1) != 0;
    (*map)[i / 8] |= (uint8_t)(1 << i % 8);
    return was_set;
}

static bool is_marked(const uint8_t *map, uint64_t i)
{
    return map != NULL && (map[i / 8] >> i % 8 & 1) != 0;
}

/* .debug_addr holds addresses of code and of data, and does not say which is
 * which. So an entry moves when something names it that means code. */
uint64_t tn_rw_dwarf_addrx(struct tn_rw_unit *u, uint64_t index, bool is_code)
{
    struct tn_rw_dwarf *d = u->r.d;
    uint32_t size = d->old[TN_RW_DWARF_ADDR].size;
    if (u->addr_base == UINT64_MAX || u->addr_base > size || index > size)
        tn_rw_dwarf_fail(d, "address %llu of a table that is not there",
                         (unsigned long long)index);
    if (d->failed)
        return 0;
    uint64_t at = u->addr_base + index * u->r.address_size;
    (void)tn_rw_dwarf_mark(d, is_code ? &d->is_code : &d->is_data, size, at);
    struct tn_rw_reader r = tn_rw_dwarf_reader(d, TN_RW_DWARF_ADDR, at);
    r.address_size = u->r.address_size;
    uint64_t address = is_code ? tn_rw_dwarf_address(&r)
                               : tn_rw_dwarf_fixed(&r, r.address_size);
    if (tn_rw_dwarf_ok(&r) && is_marked(d->is_code, at) &&
        is_marked(d->is_data, at))
        tn_rw_dwarf_fail(d, "address 0x%llx is of code and of data",
                         (unsigned long long)address);
    return address;
}
