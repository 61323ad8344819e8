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

bool tn_utf8_valid(struct tn_str text)
{
    const uint8_t *p = (const uint8_t *)text.at;
    for (size_t i = 0; i < text.size;) {
        size_t n = sequence(p + i, text.size - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}
