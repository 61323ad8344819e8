/* cursor.c - the readers that are more than a byte. */
#include "mod/cursor.h"

#include "base/utf8.h"

void tn_cursor_fail_at(struct tn_cursor *c, const uint8_t *at, const char *why)
{
    if (!c->failed)
        (void)tn_fail(c->err, TN_E_MALFORMED, (uint64_t)(at - c->base), "%s",
                      why);
    c->failed = true;
    c->at = c->end;
}

void tn_cursor_fail(struct tn_cursor *c, const char *why)
{
    tn_cursor_fail_at(c, c->at, why);
}

/* uN ::= n:byte              => n                    (if n < 2^7, n < 2^N)
 *      | n:byte m:u(N-7)     => 2^7 * m + (n - 2^7)  (if n >= 2^7, N > 7)
 *
 * and sN the same with the sign in bit 6 of the last byte. So there are at
 * most ceil(N/7) bytes. The last of as many has fewer than seven bits to
 * give: the others must be zero, or, of a signed number, all be as its sign. */
static uint64_t read_leb(struct tn_cursor *c, unsigned bits, bool is_signed)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        if (c->at == c->end) {
            tn_cursor_fail(c, "unexpected end of section or function");
            return 0;
        }
        uint8_t byte = *c->at;
        if (bits - shift <= 7) {
            if (byte >= 0x80) {
                tn_cursor_fail(c, "integer representation too long");
                return 0;
            }
            unsigned kept = bits - shift - is_signed;
            unsigned rest = (unsigned)byte >> kept;
            if (rest != 0 && !(is_signed && rest == 0x7fu >> kept)) {
                tn_cursor_fail(c, "integer too large");
                return 0;
            }
        }
        c->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte >= 0x80)
            continue;
        if (is_signed && (byte & 0x40) != 0 && shift + 7 < 64)
            value |= UINT64_MAX << (shift + 7);
        return value;
    }
}

uint32_t tn_cursor_long_u32(struct tn_cursor *c)
{
    /* Two and three bytes are what is left of nearly all. */
    if (tn_cursor_left(c) >= 3) {
        const uint8_t *at = c->at;
        uint32_t value = (at[0] & 0x7fu) | (at[1] & 0x7fu) << 7;
        if (at[1] < 0x80) {
            c->at += 2;
            return value;
        }
        if (at[2] < 0x80) {
            c->at += 3;
            return value | (uint32_t)at[2] << 14;
        }
    }
    return (uint32_t)read_leb(c, 32, false);
}

uint64_t tn_cursor_long_u64(struct tn_cursor *c)
{
    return read_leb(c, 64, false);
}

int32_t tn_cursor_long_s32(struct tn_cursor *c)
{
    return (int32_t)(uint32_t)read_leb(c, 32, true);
}

int64_t tn_cursor_s33(struct tn_cursor *c)
{
    return (int64_t)read_leb(c, 33, true);
}

int64_t tn_cursor_long_s64(struct tn_cursor *c)
{
    return (int64_t)read_leb(c, 64, true);
}

const uint8_t *tn_cursor_take(struct tn_cursor *c, uint64_t size)
{
    if (size > tn_cursor_left(c)) {
        tn_cursor_fail(c, "unexpected end of section or function");
        return NULL;
    }
    const uint8_t *at = c->at;
    c->at += size;
    return at;
}

struct tn_str tn_cursor_name(struct tn_cursor *c)
{
    const uint8_t *begin = c->at;
    uint32_t size = tn_cursor_u32(c);
    if (size > tn_cursor_left(c)) {
        tn_cursor_fail_at(c, begin, "length out of bounds");
        return (struct tn_str){NULL, 0};
    }
    struct tn_str name = {(const char *)tn_cursor_take(c, size), size};
    if (!tn_utf8_valid(name)) {
        tn_cursor_fail_at(c, begin, "malformed UTF-8 encoding");
        return (struct tn_str){NULL, 0};
    }
    return name;
}

struct tn_cursor tn_cursor_sub(struct tn_cursor *c, uint64_t size)
{
    struct tn_cursor sub = *c;
    const uint8_t *at = tn_cursor_take(c, size);
    sub.at = at != NULL ? at : c->at;
    sub.end = c->at;
    sub.failed = c->failed;
    return sub;
}
