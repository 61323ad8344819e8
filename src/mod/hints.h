/* hints.h - branch hints: the custom section metadata.code.branch_hint.
 *
 *   hints ::= vec(func:u32 vec(offset:u32 1:u32 value:byte))
 *
 * Functions and offsets rise. An offset counts from the first byte of the
 * body, its locals included, and names an if or br_if; the value says whether
 * the branch is likely (1) or not (0). It is metadata: no module is refused
 * for it, unless somebody asks. Specification: the branch hinting proposal. */
#ifndef TN_MOD_HINTS_H
#define TN_MOD_HINTS_H

#include "mod/module.h"

#define TN_HINTS_SECTION "metadata.code.branch_hint"

struct tn_hint {
    uint32_t func, offset;
    uint8_t value;
};

struct tn_hints {
    const struct tn_hint *at; /* in the order of the section */
    uint32_t count;
    uint32_t custom; /* the section: index into mod->customs, or TN_NONE */
};

/* Those of the first section of this name; its values are any bytes. Malformed
 * ones fail, with none read. Arrays are on `arena`. */
tn_status tn_hints_read(const struct tn_mod *mod, struct tn_arena *arena,
                        struct tn_hints *out, tn_error *err);

/* Does each hint name a branch? Works on valid modules. */
tn_status tn_hints_check(const struct tn_mod *mod, tn_error *err);

#endif
