/* print_char.c - what MoonBit's programs print with: it is given one UTF-16 code
 * unit after the other, and lets lines out as UTF-8. */
#include <stdint.h>

#define IMPORT(from, name) \
    __attribute__((import_module(from), import_name(name)))

IMPORT("wasi_snapshot_preview1", "fd_write")
uint32_t fd_write(uint32_t fd, const void *vectors, uint32_t n, uint32_t *out);

static char line[65536];
static uint32_t size;
static uint32_t high; /* the first half of a pair */

static void put(uint32_t byte)
{
    line[size++] = (char)byte;
}

/* The leading byte and those that follow it. */
static void put_code(uint32_t code)
{
    uint32_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    put(more == 0 ? code : (0xff00u >> (more + 1) & 0xff) | code >> (6 * more));
    while (more-- > 0)
        put(0x80 | (code >> (6 * more) & 0x3f));
}

__attribute__((export_name("print_char"))) void print_char(uint32_t unit)
{
    if (unit >> 10 == 0xd800 >> 10) {
        high = unit & 0x3ff;
        return;
    }
    if (unit >> 10 == 0xdc00 >> 10)
        unit = 0x10000 + (high << 10) + (unit & 0x3ff);
    put_code(unit);
    if (unit != '\n' && size + 4 <= sizeof line)
        return;
    struct {
        const char *at;
        uint32_t size;
    } vector = {line, size};
    uint32_t written;
    fd_write(1, &vector, 1, &written);
    size = 0;
}
