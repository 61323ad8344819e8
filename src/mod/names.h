/* names.h - all of the name section, read when somebody asks.
 *
 * Decoding keeps the names of the module and its functions, for messages
 * (module.h); a printer wants those of everything. As there: names are a help,
 * what is malformed is skipped. Specification: 7.4.1 (name section), and the
 * proposal for extended names. */
#ifndef TN_MOD_NAMES_H
#define TN_MOD_NAMES_H

#include "mod/module.h"

/* The subsections, by their ids. */
enum tn_name_kind {
    TN_NAME_MODULE = 0,
    TN_NAME_FUNC = 1,
    TN_NAME_LOCAL = 2, /* of each function */
    TN_NAME_LABEL = 3, /* of each function, blocks as they begin */
    TN_NAME_TYPE = 4,
    TN_NAME_TABLE = 5,
    TN_NAME_MEMORY = 6,
    TN_NAME_GLOBAL = 7,
    TN_NAME_ELEM = 8,
    TN_NAME_DATA = 9,
    TN_NAME_FIELD = 10, /* of each type */
    TN_NAME_TAG = 11,
    TN_NAME_KINDS = 12,
};

static inline bool tn_name_is_inner(enum tn_name_kind kind)
{
    return kind == TN_NAME_LOCAL || kind == TN_NAME_LABEL ||
           kind == TN_NAME_FIELD;
}

struct tn_names {
    /* Names by index, or null when the kind has none; of inner kinds, where
     * the names of each function or type lie (size 0: there are none). An
     * entry is absent when its `at` is null, for "" is a name. */
    struct tn_str *of[TN_NAME_KINDS];
    struct tn_range *inside[TN_NAME_KINDS];
    uint32_t counts[TN_NAME_KINDS]; /* of both kinds of array */
};

/* Reads what `mod` says, first things first: a later name for the same thing
 * is ignored. Arrays are on `arena`; false only when memory is out. */
bool tn_names_read(const struct tn_mod *mod, struct tn_arena *arena,
                   struct tn_names *out);

/* Those inside of one function or type: `out[i]` for the indices below
 * `count`, which the caller cleared. */
void tn_names_inside(const struct tn_mod *mod, const struct tn_names *names,
                     enum tn_name_kind kind, uint32_t outer, struct tn_str *out,
                     uint32_t count);

#endif
