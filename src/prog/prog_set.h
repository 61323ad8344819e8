/* prog_set.h - a set of modules as data: how each is named, which import is met by
 * whose export, and in which order they start. Nothing here runs.
 *
 * Module 0 is the primary one. The rules are those of docs/PACKAGE.md; they
 * are strict on purpose: modules that were built apart share names by chance
 * ("memory", "exec"), and an import that quietly finds a stranger's is worse
 * than one that finds nothing. */
#ifndef TN_PROG_PROG_SET_H
#define TN_PROG_PROG_SET_H

#include "mod/module.h"
#include "prog/fault.h"

enum tn_prog_by {
    TN_PROG_BY_NONE, /* nobody; the fault says why */
    TN_PROG_BY_HOST,
    TN_PROG_BY_MODULE_NAME,
    TN_PROG_BY_EXPORT_NAME,
    TN_PROG_BY_TRAP, /* unknown, and allowed to be: traps when called */
};

/* How one import is met. */
struct tn_prog_need {
    enum tn_prog_by by;
    bool is_bytes;         /* a "bytes:" import: through copied buffers */
    uint32_t to;           /* whose export; TN_NONE for the host's */
    uint32_t export_index; /* in `to`'s exports */
};

struct tn_prog_part {
    const struct tn_mod *mod;   /* validated, its types interned */
    struct tn_str given;        /* a name from outside; may be empty */
    struct tn_str name;         /* zero-terminated; set by tn_prog_set_names */
    bool is_unnamed;            /* then the name is "mN" */
    struct tn_prog_need *needs; /* one for each of mod's imports */
};

/* The type of a function that the host itself provides, or null. */
typedef const struct tn_type *tn_prog_host_type(void *ctx, struct tn_str module,
                                                struct tn_str name);

struct tn_prog_set {
    struct tn_arena arena;
    struct tn_prog_part *parts;
    uint32_t count;
    bool trap_unknown;
    tn_prog_host_type *wasi; /* functions of WASI; or null */
    void *wasi_ctx;
    uint32_t near_budget; /* exports that may yet be compared for near misses */
    uint32_t *order; /* set by tn_prog_set_order: parts, first to start first */
    uint8_t *reach;  /* count x count: does i need something of j, other than
                      * functions, perhaps through others? */
};

void tn_prog_set_init(struct tn_prog_set *set, const tn_allocator *alloc);
void tn_prog_set_clear(struct tn_prog_set *set);

/* Room for `count` parts, to be filled in by the caller. */
tn_status tn_prog_set_alloc(struct tn_prog_set *set, uint32_t count,
                            tn_error *err);

/* Given name, else the module's own less one ".wasm", else "mN". */
tn_status tn_prog_set_names(struct tn_prog_set *set, tn_error *err);

/* Resolves one import of part `user` into its need. On failure need->by is
 * NONE and `fault` says why, near misses included. */
bool tn_prog_resolve(struct tn_prog_set *set, uint32_t user,
                     uint32_t import_index, struct tn_prog_fault *fault);

/* Providers before users: first over imports of memories, tables, globals and
 * tags, then over functions where that is no contradiction; else as they
 * stand in the set. All needs are resolved, or NONE. */
tn_status tn_prog_set_order(struct tn_prog_set *set, tn_error *err);

static inline bool tn_prog_reaches(const struct tn_prog_set *set, uint32_t from,
                                   uint32_t to)
{
    return set->reach[(size_t)from * set->count + to] != 0;
}

/* The export of that name, or null. */
const struct tn_export *tn_prog_find_export(const struct tn_prog_part *part,
                                            struct tn_str name);

/* Does it export _start? */
bool tn_prog_is_command(const struct tn_prog_part *part);

/* Is export `name` a function of exactly this type: `params` and `results`
 * i32 values ("(i32) -> i32" is 1, 1)? */
bool tn_prog_exports_i32(const struct tn_prog_part *part, const char *name,
                         uint32_t params, uint32_t results);
/* (i32, i32) -> i64: a function that answers with bytes. */
bool tn_prog_is_bytes_type(const struct tn_type *type);

/* "(i32) -> i32", "memory", "global mut i64". */
void tn_prog_print_type(struct tn_buf *out, const struct tn_mod *mod,
                        tn_externkind kind, uint32_t index);

#endif
