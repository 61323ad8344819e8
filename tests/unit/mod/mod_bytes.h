/* mod_bytes.h - modules for the tests of mod, put together from bytes. */
#ifndef TN_MOD_BYTES_H
#define TN_MOD_BYTES_H

#include "mod/decode.h"
#include "tn_test.h"

#define ALL_FEATURES (TN_FEATURE_BIT(TN_FEATURE_COUNT) - 1)

#define BYTES(...) \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

/* SECTION_OF(&buf, id, bytes...) adds a section, with its size. */
#define SECTION_OF(out, id, ...) put_section(out, id, BYTES(__VA_ARGS__))

static inline void put_section(struct tn_buf *out, uint8_t id,
                               const uint8_t *bytes, size_t size)
{
    tn_buf_byte(out, id);
    tn_buf_uleb(out, size);
    tn_buf_put(out, bytes, size);
}

static inline struct tn_buf module_begin(void)
{
    struct tn_buf out;
    tn_buf_init(&out, &tn_alloc_libc);
    tn_buf_put(&out, "\0asm\1\0\0", 8);
    return out;
}

/* One of everything, in the form that an encoder writes. It decodes; it need
 * not validate. */
static inline struct tn_buf module_of_everything(void)
{
    struct tn_buf m = module_begin();
    /* clang-format off */
    SECTION_OF(&m, 0, 3, 'o', 'n', 'e', 1, 2, 3);
    SECTION_OF(&m, 1, 6,
        0x60, 2, 0x7f, 0x7e, 1, 0x7d,             /* 0: (i32, i64) -> f32 */
        0x60, 0, 0,                               /* 1: () -> () */
        0x4e, 2,                                  /* 2, 3: a group */
            0x50, 0, 0x5f, 1, 0x63, 3, 1,
            0x4f, 1, 2, 0x5f, 2, 0x63, 3, 1, 0x78, 0,
        0x5e, 0x77, 1,                            /* 4: array of i16 */
        0x60, 1, 0x64, 0x6e, 2, 0x7b, 0x69,       /* 5: a function of others */
        0x4e, 0);                                 /* an empty group */
    SECTION_OF(&m, 2, 5,
        1, 'm', 1, 'f', 0, 1,
        1, 'm', 1, 't', 1, 0x6f, 1, 2, 9,
        1, 'm', 1, 'm', 2, 5, 1, 2,
        1, 'm', 1, 'g', 3, 0x7f, 1,
        1, 'm', 0,      4, 0, 1);
    SECTION_OF(&m, 3, 2, 1, 0);
    SECTION_OF(&m, 4, 2, 0x70, 0, 4, 0x40, 0, 0x64, 0x70, 4, 1, 0xd2, 2, 0x0b);
    SECTION_OF(&m, 5, 3, 0, 1, 3, 1, 2, 9, 1, 2, 0);
    SECTION_OF(&m, 13, 1, 0, 1);
    SECTION_OF(&m, 0, 3, 't', 'w', 'o');
    SECTION_OF(&m, 6, 2, 0x7f, 0, 0x41, 0x7f, 0x0b,
                         0x70, 1, 0xd2, 1, 0x0b);
    SECTION_OF(&m, 7, 3, 1, 'a', 0, 0, 1, 'b', 2, 1, 0, 3, 1);
    SECTION_OF(&m, 8, 1);
    SECTION_OF(&m, 9, 8,
        0, 0x41, 0, 0x0b, 2, 0, 1,
        1, 0, 1, 0,
        2, 1, 0x41, 1, 0x0b, 0, 0,
        3, 0, 1, 2,
        4, 0x41, 2, 0x0b, 1, 0xd0, 0x70, 0x0b,
        5, 0x6f, 0,
        6, 2, 0x41, 3, 0x0b, 0x64, 0x70, 1, 0xd2, 0, 0x0b,
        7, 0x70, 0);
    SECTION_OF(&m, 12, 3);
    SECTION_OF(&m, 10, 2,
        2, 0, 0x0b,
        23, 2, 3, 0x7f, 1, 0x63, 4,               /* i32 i32 i32 (ref null 4) */
            0x20, 0, 0x28, 0x42, 1, 4, 0x1a,      /* i32.load of memory 1 */
            0x0e, 1, 0, 0,                        /* br_table */
            0x43, 0, 0, 0x80, 0x3f, 0x0b);        /* f32.const 1 */
    SECTION_OF(&m, 11, 3,
        0, 0x41, 0, 0x0b, 2, 'h', 'i',
        1, 1, 'x',
        2, 1, 0x41, 8, 0x0b, 0);
    SECTION_OF(&m, 0, 4, 'n', 'a', 'm', 'e',
        0, 4, 3, 'z', 'o', 'o', 1, 6, 1, 1, 3, 'r', 'u', 'n');
    /* clang-format on */
    return m;
}

struct outcome {
    tn_status status;
    tn_error err;
    struct tn_mod *mod;
};

static inline struct outcome decode_with(const struct tn_buf *bytes,
                                         uint64_t features)
{
    struct outcome o = {TN_OK, {0}, NULL};
    o.status = tn_mod_decode(bytes->at, bytes->size, features, &tn_alloc_libc,
                             &o.mod, &o.err);
    return o;
}

/* Decodes, expects a failure, and ends both. */
static inline void check_refused(struct tn_buf *bytes, uint64_t features,
                                 tn_status status, const char *text)
{
    struct outcome o = decode_with(bytes, features);
    tn_buf_clear(bytes);
    tn_mod_free(o.mod);
    CHECK_STR(text, o.err.text);
    CHECK_EQ(status, o.status);
    CHECK_EQ(status, o.err.status);
    CHECK(o.mod == NULL);
}

#endif
