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

static inline bool finds(const struct tn_dyn_image *image, const char *name,
                         struct tn_dyn_def *out)
{
    struct tn_str text = tn_str_of(name);
    return tn_dyn_find(image, text, tn_dyn_hash(text), out);
}

/* "data 4096 absolute", "function 3", "none". */
static inline const char *def_text(const struct tn_dyn_image *image,
                                   const char *name)
{
    static char line[80];
    struct tn_dyn_def def;
    if (!finds(image, name, &def))
        return "none";
    if (def.kind == TN_DYN_DATA)
        (void)snprintf(
            line, sizeof line, "data %llx%s%s", (unsigned long long)def.value,
            def.is_absolute ? " absolute" : "", def.is_tls ? " tls" : "");
    else
        (void)snprintf(line, sizeof line, "%s %u", tn_dyn_kind_text(def.kind),
                       def.index);
    return line;
}

static inline void check_unlinkable(const char *words, const char *text)
{
    struct seen s = see(text);
    bool has_image = s.image != NULL;
    unsee(&s);
    CHECK_STR(words, s.err.text);
    CHECK_EQ(TN_E_UNLINKABLE, s.err.status);
    CHECK(!has_image);
}

static inline void check_linkable(const char *text)
{
    struct seen s = see(text);
    unsee(&s);
    CHECK_STR("", s.err.text);
}

#endif
