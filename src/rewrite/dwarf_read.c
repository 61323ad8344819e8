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

struct tn_rw_reader tn_rw_dwarf_reader(struct tn_rw_dwarf *d,
                                       enum tn_rw_dwarf_section section,
                                       uint64_t at)
{
    struct tn_rw_reader r = {.d = d, .section = section, .address_size = 4};
    struct tn_range range = d->old[section];
    r.c = tn_rw_cursor(d->rw->inputs[d->input].mod, range);
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
    tn_rw_dwarf_patch(r, 4, tn_rw_dwarf_now_at(r->d, to, offset));
    return offset;
}

uint64_t tn_rw_dwarf_now_at(struct tn_rw_dwarf *d,
                            enum tn_rw_dwarf_section section, uint64_t offset)
{
    size_t low = 0, high = d->line_units.count;
    if (section != TN_RW_DWARF_LINE || !d->is_stretched)
        return offset + d->before[section];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->line_units.at[middle].was == offset)
            return d->before[section] + d->line_units.at[middle].now;
        if (d->line_units.at[middle].was < offset)
            low = middle + 1;
        else
            high = middle;
    }
    tn_rw_dwarf_fail(d, "0x%llx is where no line table begins",
                     (unsigned long long)offset);
    return 0;
}

void tn_rw_dwarf_patch_leb(struct tn_rw_reader *r, size_t width, uint64_t value)
{
    struct tn_rw_dwarf *d = r->d;
    if (!tn_rw_dwarf_ok(r))
        return;
    uint8_t *to = d->rw->out.at + d->now[r->section] +
                  (size_t)tn_cursor_offset(&r->c) - width;
    for (; width > 1; width--, value >>= 7)
        *to++ = (uint8_t)(value | 0x80);
    *to = (uint8_t)(value & 0x7f);
    if (value > 0x7f)
        tn_rw_dwarf_fail(d, "%s has no room for what became longer",
                         dwarf_names[r->section]);
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
