/* ir_test.h - register code of small modules, as text.
 *
 * The target here is of no tier: each form's word is its number in fours, so
 * that what is tested does not hang on what this build can run. */
#ifndef TN_IR_TEST_H
#define TN_IR_TEST_H

#include "build_module.h"
#include "fault_alloc.h"
#include "ir/code.h"
#include "mod/features.h"
#include "mod/types.h"
#include "tn_test.h"

static inline const struct tn_ir_target *paper_target(void)
{
    static const char words[4 * TN_FORM_COUNT];
    static const void *entries[TN_FORM_COUNT];
    static const struct tn_ir_target target = {entries, words};
    for (size_t i = 0; i < TN_FORM_COUNT; i++)
        entries[i] = words + 4 * i;
    return &target;
}

struct paper {
    struct built_module bytes;
    struct tn_types *types;
    struct tn_mod *mod;
    struct tn_code *code;
};

/* `alloc` is the code's; the module's own is libc's. */
static inline void paper_open(struct paper *p, const char *sections,
                              const tn_allocator *alloc)
{
    tn_error err = {0};
    p->bytes = build_module(sections);
    p->types = tn_types_new(&tn_alloc_libc);
    if (tn_mod_decode(p->bytes.bytes, p->bytes.size, tn_features_default(),
                      &tn_alloc_libc, &p->mod, &err) != TN_OK ||
        tn_types_intern(p->types, p->mod, &err) != TN_OK ||
        tn_mod_validate(p->mod, &err) != TN_OK)
        FAIL("%s", err.text);
    p->code =
        tn_code_new(p->mod, paper_target(), (struct tn_flavour){false}, alloc);
}

static inline void paper_close(struct paper *p)
{
    tn_code_free(p->code);
    tn_types_release(p->types, p->mod);
    tn_mod_free(p->mod);
    tn_types_free(p->types);
}

/* The register code of function `index` without its first line. */
static inline const char *ir_of(const char *sections, uint32_t index)
{
    static char text[4096];
    struct paper p;
    struct tn_buf out;
    tn_error err = {0};
    paper_open(&p, sections, &tn_alloc_libc);
    tn_buf_init(&out, &tn_alloc_libc);
    if (tn_code_show(p.code, index, &out, &err) != TN_OK)
        FAIL("%s", err.text);
    const char *line = memchr(out.at, '\n', out.size);
    snprintf(text, sizeof text, "%.*s",
             (int)(out.size - (size_t)(line + 1 - (const char *)out.at)),
             line + 1);
    tn_buf_clear(&out);
    paper_close(&p);
    return text;
}

/* A module of one function, its type (i32 i32 f64) -> i32, with a memory and
 * two i32 locals; `body` is its instructions. */
static inline const char *ir_of_body(const char *body)
{
    char sections[1024];
    snprintf(sections, sizeof sections,
             "1:01 60 03 7f 7f 7c 01 7f;3:01 00;5:01 00 01;"
             "10:01 (01 02 7f %s 0b)",
             body);
    return ir_of(sections, 0);
}

#endif
