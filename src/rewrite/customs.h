/* customs.h - what the files that write custom sections share.
 *
 * Each appends to rw->out. Out of memory is seen in rw->out.failed, as it is
 * with notes. What of an input is malformed is left out, with a note: no
 * module is refused for a custom section. */
#ifndef TN_REWRITE_CUSTOMS_H
#define TN_REWRITE_CUSTOMS_H

#include "mod/cursor.h"
#include "rewrite/rewrite.h"

/* A size, then what has it: between open and close that is put. Room is left
 * for the longest size; closing moves what was put to where the shortest
 * ends. So nothing is written twice, or to a buffer of its own. */
size_t tn_rw_open(struct tn_buf *out);
void tn_rw_close(struct tn_buf *out, size_t begin);

/* The same for a custom section of this name. */
size_t tn_rw_open_custom(struct tn_buf *out, struct tn_str name);

/* name ::= b*:vec(byte) */
void tn_rw_put_name(struct tn_buf *out, struct tn_str name);

/* The input's first custom section of this name; null for none. */
const struct tn_custom *tn_rw_find_custom(const struct tn_mod *mod,
                                          const char *name);
/* A cursor over a part of a module. */
struct tn_cursor tn_rw_cursor(const struct tn_mod *mod, struct tn_range range);

/* One more than the highest of `count` indices, or `least` if that is more. */
uint32_t tn_rw_top(const uint32_t *map, uint32_t count, uint32_t least);
/* How many functions the result has, so far as inputs and own ones say. */
uint32_t tn_rw_func_top(const struct tn_rw *rw);

/* What the sections of one kind say that were dropped. */
void tn_rw_note_malformed(struct tn_rw *rw, uint32_t input, const char *name);

/* names_join.c */
void tn_rw_join_names(struct tn_rw *rw);

/* producers.c */
void tn_rw_join_producers(struct tn_rw *rw);

/* target_features.c */
void tn_rw_put_features(struct tn_rw *rw, uint64_t features);

/* code_metadata.c: sections metadata.code.*, which stand before the code: so
 * rw->code_contents moves. */
void tn_rw_join_metadata(struct tn_rw *rw);
/* Does such a section hold no index, so far as is known? */
bool tn_rw_is_metadata(struct tn_str name);

/* A body as it was and as it is, from the first instruction on: read side by
 * side, for the n-th instruction stays the n-th. */
struct tn_rw_body_pair {
    struct tn_cursor old, now;
    const uint8_t *old_begin, *now_begin; /* of the bodies, with locals */
};
struct tn_rw_body_pair tn_rw_pair_bodies(const struct tn_rw *rw, uint32_t input,
                                         uint32_t index);

/* dwarf.c */
void tn_rw_join_dwarf(struct tn_rw *rw);

#endif
