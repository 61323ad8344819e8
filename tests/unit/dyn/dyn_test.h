/* dyn_test.h - modules in text, and what a dynamic linker knows of them.
 *
 *   struct seen s = see("(func (export \"f\"))");
 *   CHECK_STR("", s.err.text);
 *   ... s.image ...
 *   unsee(&s);
 */
#ifndef TN_DYN_TEST_H
#define TN_DYN_TEST_H

#include "dyn/image.h"
#include "mod/features.h"
#include "text/wat.h"
#include "tn_test.h"

/* Fields of position-independent modules. MEM_INFO: 4096 bytes of 2^4, 8
 * elements of 2^0. */
#define DYLINK(bytes) "(@custom \"dylink.0\" (before first) \"" bytes "\")"
#define MEM_INFO      "\\01\\05\\80\\20\\04\\08\\00"
#define BASES                                                          \
    "(import \"env\" \"memory\" (memory 1))"                           \
    "(import \"env\" \"__indirect_function_table\" (table 8 funcref))" \
    "(import \"env\" \"__memory_base\" (global $mb i32))"              \
    "(import \"env\" \"__table_base\" (global $tb i32))"
#define PIC DYLINK(MEM_INFO) BASES

struct seen {
    struct tn_buf bytes;
    struct tn_types *types;
    struct tn_mod *mod;
    struct tn_dyn_image *image; /* null after a failure, told in err */
    tn_error err;
};

/* Decoded and valid, or a failure in s->err. */
static inline void see_bytes(struct seen *s)
{
    s->types = tn_types_new(&tn_alloc_libc);
    if (tn_mod_decode(s->bytes.at, s->bytes.size, tn_features_all(),
                      &tn_alloc_libc, &s->mod, &s->err) == TN_OK &&
        tn_types_intern(s->types, s->mod, &s->err) == TN_OK &&
        tn_mod_validate(s->mod, &s->err) == TN_OK)
        (void)tn_dyn_image_read(s->mod, &tn_alloc_libc, &s->image, &s->err);
}

static inline struct seen see(const char *text)
{
    struct seen s = {0};
    tn_buf_init(&s.bytes, &tn_alloc_libc);
    if (tn_text_parse(text, strlen(text), &tn_alloc_libc, &s.bytes, &s.err) !=
        TN_OK)
        printf("%s\n", text);
    else
        see_bytes(&s);
    return s;
}

static inline void unsee(struct seen *s)
{
    tn_dyn_image_free(s->image);
    tn_mod_free(s->mod);
    tn_types_free(s->types);
    tn_buf_clear(&s->bytes);
}

#endif
