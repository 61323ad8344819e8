/* encode.h - what the files of the encoder share. */
#ifndef TN_MOD_ENCODE_H
#define TN_MOD_ENCODE_H

#include "mod/module.h"

/* Sections and bodies have their size before them. So each is written to a
 * buffer of its own, and from there to where it belongs. */
struct tn_encoder {
    const struct tn_mod *mod;
    tn_error *err;
    struct tn_buf *out;
    struct tn_buf section, body;
};

/* The contents of a section, into e->section. Only code can fail: where it
 * cannot be read. */
void tn_mod_encode_types(struct tn_encoder *e);
void tn_mod_encode_imports(struct tn_encoder *e);
void tn_mod_encode_funcs(struct tn_encoder *e);
tn_status tn_mod_encode_tables(struct tn_encoder *e);
void tn_mod_encode_memories(struct tn_encoder *e);
void tn_mod_encode_tags(struct tn_encoder *e);
tn_status tn_mod_encode_globals(struct tn_encoder *e);
void tn_mod_encode_exports(struct tn_encoder *e);
tn_status tn_mod_encode_elems(struct tn_encoder *e);
tn_status tn_mod_encode_datas(struct tn_encoder *e);
tn_status tn_mod_encode_code(struct tn_encoder *e);

/* The hints of a custom section, with the offsets that code will have. Where
 * they are not hints of instructions, nothing is written. */
tn_status tn_mod_encode_hints(struct tn_encoder *e, uint32_t custom,
                              bool *is_done);

/* The locals of a body, into e->body. */
void tn_mod_encode_locals(struct tn_encoder *e, const struct tn_body *body);
/* vec(byte) */
void tn_mod_encode_bytes(struct tn_buf *out, const void *bytes, size_t size);
/* A cursor over a part of the module. */
struct tn_cursor tn_mod_encode_source(const struct tn_encoder *e,
                                      struct tn_range range);
/* The instructions of a range, each in shortest form. */
tn_status tn_mod_encode_instrs(struct tn_encoder *e, struct tn_buf *out,
                               struct tn_range range);

#endif
