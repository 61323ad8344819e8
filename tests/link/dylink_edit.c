/* dylink_edit.c - adds to a module's dylink.0 what wasm-ld-19 cannot write.
 *
 *   dylink_edit FILE rpath DIRECTORY      RUNTIME_PATH, subsection 5
 *   dylink_edit FILE absolute NAME        EXPORT_INFO: not relative to a base
 *   dylink_edit FILE table-align POWER    of two, in MEM_INFO
 *
 * dylinksection ::= 0x00 size:u32 "dylink.0" subsection*, as the first one. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER = 8,
    MEM_INFO = 1,
    EXPORT_INFO = 3,
    RUNTIME_PATH = 5,
    ABSOLUTE = 0x200
};

struct bytes {
    uint8_t at[1 << 20];
    size_t count;
};

static struct bytes module, section, added;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "dylink_edit: %s\n", what);
    exit(1);
}

static void put_bytes(struct bytes *out, const void *from, size_t count)
{
    if (count > sizeof out->at - out->count)
        fail("the module is too large");
    memcpy(out->at + out->count, from, count);
    out->count += count;
}

static void put_u32(struct bytes *out, size_t value)
{
    do {
        uint8_t low = value & 0x7f;
        value >>= 7;
        put_bytes(out, &(uint8_t){(uint8_t)(low | (value ? 0x80 : 0))}, 1);
    } while (value != 0);
}

static void put_name(struct bytes *out, const char *name)
{
    put_u32(out, strlen(name));
    put_bytes(out, name, strlen(name));
}

static size_t get_u32(size_t *offset)
{
    size_t value = 0, shift = 0;
    uint8_t byte;
    do {
        if (*offset >= module.count)
            fail("the module ends too early");
        byte = module.at[(*offset)++];
        value |= (size_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return value;
}

/* A subsection of one item. */
static void add_subsection(uint8_t id, const struct bytes *item)
{
    put_bytes(&section, &id, 1);
    put_u32(&section, item->count);
    put_bytes(&section, item->at, item->count);
}

/* MEM_INFO is the first subsection, and its last byte the table's alignment,
 * which is always 0. */
static void set_table_align(const char *power)
{
    size_t offset = strlen("dylink.0") + 1;
    if (section.at[offset] != MEM_INFO || section.at[offset + 1] > 0x7f)
        fail("dylink.0 does not begin with MEM_INFO");
    section.at[offset + 1 + section.at[offset + 1]] = (uint8_t)atoi(power);
}

static void edit(const char *what, const char *value)
{
    put_u32(&added, 1);
    put_name(&added, value);
    if (strcmp(what, "rpath") == 0) {
        add_subsection(RUNTIME_PATH, &added);
    } else if (strcmp(what, "absolute") == 0) {
        put_u32(&added, ABSOLUTE);
        add_subsection(EXPORT_INFO, &added);
    } else if (strcmp(what, "table-align") == 0) {
        set_table_align(value);
    } else {
        fail("what is to be done?");
    }
}

int main(int argc, char **argv)
{
    if (argc != 4)
        fail("usage: dylink_edit FILE rpath|absolute|table-align VALUE");
    FILE *file = fopen(argv[1], "r+b");
    if (file == NULL)
        fail("the file cannot be opened");
    module.count = fread(module.at, 1, sizeof module.at, file);
    size_t offset = HEADER + 1;
    size_t size = get_u32(&offset);
    if (size > module.count - offset || memcmp(module.at + offset,
                                               "\x08"
                                               "dylink.0",
                                               9) != 0)
        fail("the first section is not dylink.0");
    put_bytes(&section, module.at + offset, size);
    edit(argv[2], argv[3]);

    rewind(file);
    static struct bytes out;
    put_bytes(&out, module.at, HEADER + 1);
    put_u32(&out, section.count);
    put_bytes(&out, section.at, section.count);
    put_bytes(&out, module.at + offset + size, module.count - offset - size);
    if (fwrite(out.at, 1, out.count, file) != out.count || fclose(file) != 0)
        fail("the file cannot be written");
    return 0;
}
