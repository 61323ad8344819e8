/* dwarf_by_hand.h - DWARF of a few bytes, behind that of another module.
 *
 *   struct dwarf_case c;
 *   dwarf_begin(&c);
 *   DWARF(&c, ".debug_str", 'x', 0);
 *   CHECK_STR("", dwarf_end(&c));  ... or why it was dropped
 *   CHECK_DWARF(&c, ".debug_str", ...); dwarf_clear(&c);
 *
 * The first module has a function of 3 bytes at 2, and 16 bytes of each
 * section that units refer to. The second has $f at 2 to 6 and $g at 7 to 10,
 * which become 6 to 10 and 11 to 14; so 16 and 4 are what is added. A body's
 * last address is that of its end. */
#ifndef TN_DWARF_BY_HAND_H
#define TN_DWARF_BY_HAND_H

#include "by_hand.h"

#define FIRST_BYTES 16 /* of each section, in the first module */

struct dwarf_case {
    struct by_hand h;
    struct tn_buf first, second;
};

static inline struct tn_buf dwarf_module(const char *text)
{
    struct tn_buf bytes;
    tn_buf_init(&bytes, &tn_alloc_libc);
    CHECK_EQ(TN_OK,
             tn_text_parse(text, strlen(text), &tn_alloc_libc, &bytes, NULL));
    return bytes;
}

static inline void dwarf_put(struct tn_buf *module, const char *name,
                             const uint8_t *bytes, size_t size)
{
    size_t length = strlen(name);
    tn_buf_byte(module, 0);
    tn_buf_uleb(module, 1 + length + size);
    tn_buf_byte(module, (uint8_t)length);
    tn_buf_put(module, name, length);
    tn_buf_put(module, bytes, size);
}

/* A section of the second module. */
#define DWARF(c, name, ...)                                       \
    dwarf_put(&(c)->second, name, (const uint8_t[]){__VA_ARGS__}, \
              sizeof((const uint8_t[]){__VA_ARGS__}))

static inline void dwarf_begin_with(struct dwarf_case *c,
                                    const tn_allocator *alloc)
{
    static const char *const names[] = {
        ".debug_abbrev", ".debug_str",      ".debug_line_str",
        ".debug_addr",   ".debug_ranges",   ".debug_rnglists",
        ".debug_loc",    ".debug_loclists", ".debug_macinfo",
    };
    static const uint8_t zeros[FIRST_BYTES] = {0};
    /* a unit without entries, and tables without rows: 16 bytes too */
    static const uint8_t unit[] = {12, 0, 0, 0, 4, 0, 0, 0,
                                   0,  0, 4, 0, 0, 0, 0, 0};
    static const uint8_t offsets[] = {12, 0, 0, 0, 5, 0, 0, 0,
                                      0,  0, 0, 0, 0, 0, 0, 0};
    static const uint8_t lines[] = {12, 0, 0, 0, 3, 0, 5, 0,
                                    0,  0, 1, 1, 1, 1, 1, 1};
    hand_begin(&c->h, alloc);
    c->first = dwarf_module("(func nop)");
    c->second = dwarf_module("(global $x i32 (i32.const 0))"
                             "(func nop nop) (func nop)");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        dwarf_put(&c->first, names[i], zeros, sizeof zeros);
    dwarf_put(&c->first, ".debug_info", unit, sizeof unit);
    dwarf_put(&c->first, ".debug_str_offsets", offsets, sizeof offsets);
    dwarf_put(&c->first, ".debug_line", lines, sizeof lines);
}

static inline void dwarf_begin(struct dwarf_case *c)
{
    dwarf_begin_with(c, &tn_alloc_libc);
}

/* The inputs, which may still be changed before dwarf_end. */
static inline struct tn_rw_input *dwarf_add(struct dwarf_case *c)
{
    hand_add_bytes(&c->h, "a", c->first);
    c->h.next[4] = 3; /* globals that the first module might have */
    return hand_add_bytes(&c->h, "b", c->second);
}

/* The note, without what all such notes begin with; "" for none. */
static inline const char *dwarf_end(struct dwarf_case *c)
{
    static const char begin[] = "DWARF dropped: ";
    if (c->h.rw.input_count == 0)
        (void)dwarf_add(c);
    CHECK_EQ(TN_OK, hand_end(&c->h, 0));
    const char *note = hand_note(&c->h, 0);
    if (*note == '\0')
        return "";
    CHECK_STR("b", c->h.rw.notes.at[0].module);
    CHECK_EQ(1, c->h.rw.notes.count);
    CHECK_EQ(0, strncmp(begin, note, sizeof begin - 1));
    /* then the first has what it had, and nobody else has any */
    CHECK_EQ(FIRST_BYTES, hand_custom(&c->h, ".debug_info").size);
    CHECK_EQ(FIRST_BYTES, hand_custom(&c->h, ".debug_line").size);
    return note + sizeof begin - 1;
}

static inline void dwarf_clear(struct dwarf_case *c)
{
    hand_clear(&c->h);
}

/* What the second module has of it in the result. */
#define CHECK_DWARF(c, name, ...) \
    CHECK_DWARF_AT(c, name, FIRST_BYTES, __VA_ARGS__)
/* The same, where the first has `before` bytes. */
#define CHECK_DWARF_AT(c, name, before, ...)                          \
    do {                                                              \
        const uint8_t want_bytes_[] = {__VA_ARGS__};                  \
        struct tn_range range_ = hand_custom(&(c)->h, name);          \
        CHECK_EQ((before) + sizeof want_bytes_, range_.size);         \
        for (size_t i_ = 0; i_ < sizeof want_bytes_; i_++)            \
            if ((c)->h.rw.out.at[range_.offset + (before) + i_] !=    \
                want_bytes_[i_])                                      \
                FAIL("byte %zu of " name " is 0x%x, want 0x%x", i_,   \
                     (c)->h.rw.out.at[range_.offset + (before) + i_], \
                     want_bytes_[i_]);                                \
    } while (0)

#endif
