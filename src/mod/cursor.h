/* cursor.h - reading bytes that may lie.
 *
 * A cursor is sticky: the first read that fails records why and where, and
 * moves the cursor to the end, where every later read yields zero. So a
 * decoder reads a whole record plainly and asks once, at its end, whether it
 * was all there. No read passes `end`, whatever the bytes say. The stickiness
 * is in `failed`, not in the error, which may be null. */
#ifndef TN_MOD_CURSOR_H
#define TN_MOD_CURSOR_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

struct tn_cursor {
    const uint8_t *base;     /* offsets in errors count from here */
    const uint8_t *at, *end; /* base <= at <= end */
    tn_error *err;           /* may be null */
    bool failed;
};

static inline uint64_t tn_cursor_offset(const struct tn_cursor *c)
{
    return (uint64_t)(c->at - c->base);
}

static inline size_t tn_cursor_left(const struct tn_cursor *c)
{
    return (size_t)(c->end - c->at);
}

/* Records `why` (the suite's words where it has them) at the present place,
 * unless the cursor has failed already. */
void tn_cursor_fail(struct tn_cursor *c, const char *why);
/* The same at another place, which is >= base. */
void tn_cursor_fail_at(struct tn_cursor *c, const uint8_t *at, const char *why);

/* What the inline readers below leave to a call: longer than a byte, or not
 * there. */
uint32_t tn_cursor_long_u32(struct tn_cursor *c);
uint64_t tn_cursor_long_u64(struct tn_cursor *c);
int32_t tn_cursor_long_s32(struct tn_cursor *c);
int64_t tn_cursor_long_s64(struct tn_cursor *c);

static inline uint8_t tn_cursor_byte(struct tn_cursor *c)
{
    if (c->at != c->end)
        return *c->at++;
    tn_cursor_fail(c, "unexpected end of section or function");
    return 0;
}

/* LEB128, as all that follow. Most are one byte, also where they are written
 * by a linker (padded ones are its relocations). */
static inline uint32_t tn_cursor_u32(struct tn_cursor *c)
{
    if (c->at != c->end && *c->at < 0x80)
        return *c->at++;
    return tn_cursor_long_u32(c);
}

static inline uint64_t tn_cursor_u64(struct tn_cursor *c)
{
    if (c->at != c->end && *c->at < 0x80)
        return *c->at++;
    return tn_cursor_long_u64(c);
}

static inline int32_t tn_cursor_s32(struct tn_cursor *c)
{
    if (c->at != c->end && *c->at < 0x80) /* bit 6 is the sign */
        return (int32_t)(*c->at++ ^ 0x40) - 0x40;
    return tn_cursor_long_s32(c);
}

static inline int64_t tn_cursor_s64(struct tn_cursor *c)
{
    if (c->at != c->end && *c->at < 0x80)
        return (int64_t)(*c->at++ ^ 0x40) - 0x40;
    return tn_cursor_long_s64(c);
}

int64_t tn_cursor_s33(struct tn_cursor *c);

/* `size` raw bytes, or null (with size > 0) when they are not there. */
const uint8_t *tn_cursor_take(struct tn_cursor *c, uint64_t size);
/* name ::= b*:vec(byte), well-formed UTF-8. Borrowed from the input. */
struct tn_str tn_cursor_name(struct tn_cursor *c);
/* A cursor over the next `size` bytes, which this one skips; a failed one of
 * no bytes when they are not there. */
struct tn_cursor tn_cursor_sub(struct tn_cursor *c, uint64_t size);

#endif
