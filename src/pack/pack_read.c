/* pack_read.c - the strict reader of format.h. */
#include <string.h>

#include "pack/format.h"

/* The part of the file at hand: all of it, or what a POVR holds. */
struct pack_input {
    const uint8_t *bytes;
    size_t at, size; /* of the whole file: errors count from its start */
    tn_error *err;
};

static const uint8_t module_head[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};

bool tn_pack_is_module(const uint8_t *bytes, size_t size)
{
    return size >= sizeof module_head &&
           memcmp(bytes, module_head, sizeof module_head) == 0;
}

static tn_status pack_bad(const struct pack_input *in, size_t at,
                          const char *what)
{
    return tn_fail(in->err, TN_E_FORMAT, at, "%s", what);
}

static size_t pack_left(const struct pack_input *in)
{
    return in->size - in->at;
}

static bool pack_starts(const struct pack_input *in, const char *magic)
{
    return pack_left(in) >= 4 && memcmp(in->bytes + in->at, magic, 4) == 0;
}

static uint32_t pack_u32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

/* Steps over the overlay, so that the inner bytes are at hand. */
static tn_status skip_overlay(struct pack_input *in)
{
    if (pack_left(in) < 12)
        return pack_bad(in, in->at, "the POVR header is cut short");
    const uint8_t *head = in->bytes + in->at;
    if (pack_u32(head + 4) != 1)
        return pack_bad(in, in->at + 4,
                        "the POVR version is not 1, or a reserved byte not 0");
    uint32_t overlay = pack_u32(head + 8);
    in->at += 12;
    if (pack_left(in) < 4 || overlay > pack_left(in) - 4)
        return pack_bad(in, in->at, "the POVR overlay is cut short");
    in->at += overlay;
    uint32_t inner = pack_u32(in->bytes + in->at);
    if (inner != pack_left(in) - 4)
        return pack_bad(in, in->at,
                        "the size inside POVR does not end with the file");
    in->at += 4;
    return TN_OK;
}

static tn_status read_pack_header(struct pack_input *in, uint32_t *count)
{
    if (pack_left(in) < TN_PACK_HEADER_BYTES)
        return pack_bad(in, in->at, "the PMOD header is cut short");
    const uint8_t *head = in->bytes + in->at;
    if (head[4] != 1)
        return tn_fail(in->err, TN_E_FORMAT, in->at + 4,
                       "PMOD version %u, but this reads version 1", head[4]);
    if (head[5] == 0)
        return pack_bad(in, in->at + 5, "a package of no modules");
    if (head[6] != 0 || head[7] != 0)
        return pack_bad(in, in->at + 6, "reserved bytes are not 0");
    *count = head[5];
    in->at += TN_PACK_HEADER_BYTES;
    return TN_OK;
}

static tn_status read_pack_entry(struct pack_input *in, uint32_t index,
                                 struct tn_pack_entry *out)
{
    if (pack_left(in) < TN_PACK_ENTRY_BYTES)
        return tn_fail(in->err, TN_E_FORMAT, in->at,
                       "the size of module %u is cut short", index);
    uint32_t size = pack_u32(in->bytes + in->at);
    if (size > pack_left(in) - TN_PACK_ENTRY_BYTES)
        return tn_fail(in->err, TN_E_FORMAT, in->at,
                       "module %u is said to have %u bytes, but %zu are left",
                       index, size, pack_left(in) - TN_PACK_ENTRY_BYTES);
    in->at += TN_PACK_ENTRY_BYTES;
    if (!tn_pack_is_module(in->bytes + in->at, size))
        return tn_fail(in->err, TN_E_FORMAT, in->at,
                       "module %u is not a core module", index);
    *out = (struct tn_pack_entry){in->at, size};
    in->at += size;
    return TN_OK;
}

tn_status tn_pack_parse(const uint8_t *bytes, size_t size,
                        struct tn_pack_layout *out, tn_error *err)
{
    struct pack_input in = {bytes, 0, size, err};
    out->count = 0;
    if (pack_starts(&in, "POVR"))
        TN_TRY(skip_overlay(&in));
    if (pack_starts(&in, "\0asm")) {
        out->modules[0] = (struct tn_pack_entry){in.at, pack_left(&in)};
        out->count = 1;
        return TN_OK;
    }
    if (!pack_starts(&in, "PMOD"))
        return pack_bad(&in, in.at, "neither PMOD, POVR nor a wasm module");
    uint32_t count = 0;
    TN_TRY(read_pack_header(&in, &count));
    for (uint32_t i = 0; i < count; i++)
        TN_TRY(read_pack_entry(&in, i, &out->modules[i]));
    if (pack_left(&in) != 0)
        return pack_bad(&in, in.at, "bytes after the last module");
    out->count = count;
    return TN_OK;
}
