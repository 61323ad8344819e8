/* zip.c - zlib as a module: 4 bytes of raw size (little-endian), then the
 * deflated bytes. */
#include "bytes.h"
#include "zlib.h"

BYTES_ALLOCATOR

void zip_pack(const uint8_t *in, size_t len, uint8_t **out, size_t *out_len)
{
    uLongf size = compressBound((uLong)len);
    uint8_t *packed = malloc(size + 4);
    if (packed == NULL ||
        compress2(packed + 4, &size, in, (uLong)len, 9) != Z_OK) {
        free(packed);
        return;
    }
    for (int i = 0; i < 4; i++)
        packed[i] = (uint8_t)(len >> 8 * i);
    *out = packed;
    *out_len = size + 4;
}
BYTES_SERVICE("pack", zip_pack)

void zip_unpack(const uint8_t *in, size_t len, uint8_t **out, size_t *out_len)
{
    if (len < 4)
        return;
    uLongf size = (uLongf)in[0] | (uLongf)in[1] << 8 | (uLongf)in[2] << 16 |
                  (uLongf)in[3] << 24;
    uint8_t *raw = malloc(size + 1);
    if (raw == NULL ||
        uncompress(raw, &size, in + 4, (uLong)(len - 4)) != Z_OK) {
        free(raw);
        return;
    }
    *out = raw;
    *out_len = size;
}
BYTES_SERVICE("unpack", zip_unpack)
