/* merged.h - what many images define, in one table.
 *
 * Asking one image after the other is best for a few names, or a few images:
 * most say no at once. With hundreds of both, a table of all names, made for
 * one load and forgotten, is faster than the noes. */
#ifndef TN_DYN_MERGED_H
#define TN_DYN_MERGED_H

#include "dyn/image.h"

struct tn_dyn_merged;

/* Of the scope as it is, which stays so until the table is freed. Null: there
 * is no memory for it. */
struct tn_dyn_merged *tn_dyn_merged_new(const struct tn_dyn_image *const *scope,
                                        uint32_t count,
                                        const tn_allocator *alloc);
/* May be null. */
void tn_dyn_merged_free(struct tn_dyn_merged *merged);

/* As tn_dyn_lookup in the whole of the scope. */
uint32_t tn_dyn_merged_lookup(const struct tn_dyn_merged *merged,
                              struct tn_str name, uint32_t hash,
                              struct tn_dyn_def *out);

#endif
