#include "base/utf8.h"

/* Bytes of the well-formed sequence at `p`, or 0. The second byte carries
 * every irregularity of the format: overlong forms, surrogates and what lies
 * above U+10FFFF all show in the range that it may have. */
static size_t sequence(const uint8_t *p, size_t left)
{
    uint8_t first = p[0], low = 0x80, high = 0xbf;
    size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (n == 1)
        return 1;
    if (first < 0xc2 || first > 0xf4 || left < n)
        return 0;
    if (first == 0xe0)
        low = 0xa0;
    if (first == 0xed)
        high = 0x9f;
    if (first == 0xf0)
        low = 0x90;
    if (first == 0xf4)
        high = 0x8f;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

size_t tn_utf8_prefix(struct tn_str text)
{
    const uint8_t *p = (const uint8_t *)text.at;
    size_t i = 0;
    while (i < text.size) {
        size_t n = sequence(p + i, text.size - i);
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

bool tn_utf8_valid(struct tn_str text)
{
    return tn_utf8_prefix(text) == text.size;
}

size_t tn_utf8_put(uint32_t character, char out[4])
{
    size_t n = character < 0x80      ? 1
               : character < 0x800   ? 2
               : character < 0x10000 ? 3
                                     : 4;
    if (n == 1) {
        out[0] = (char)character;
        return 1;
    }
    for (size_t i = n; --i > 0; character >>= 6)
        out[i] = (char)(0x80 | (character & 0x3f));
    out[0] = (char)((0xf00u >> n & 0xf0) | character);
    return n;
}
