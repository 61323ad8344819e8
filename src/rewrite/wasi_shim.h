/* wasi_shim.h - a shim of WASI in the making (wasi_shim.c tells what that is):
 * what its two files share. */
#ifndef TN_REWRITE_WASI_SHIM_H
#define TN_REWRITE_WASI_SHIM_H

#include <assert.h>

#include "rewrite/rewrite.h"

/* The functions of preview 1. */
enum {
#define P1(name, type, passes) TN_RW_SHIM_##name,
#include "mod/wasi_p1.def"
#undef P1
    TN_RW_SHIM_ROWS
};
static_assert(TN_RW_SHIM_ROWS <= 64, "a set of them is 64 bits");

struct tn_rw_shim_row {
    const char *name, *type, *passes;
};
extern const struct tn_rw_shim_row tn_rw_shim_rows[TN_RW_SHIM_ROWS];

/* Functions that those of a shim call. */
enum tn_rw_shim_help {
    SHIM_BEGIN,
    SHIM_CHECK,
    SHIM_GROW,
    SHIM_IN,
    SHIM_VECTOR,
    SHIM_MOVE,
    SHIM_REBASE,
    TN_RW_SHIM_HELPS
};

struct tn_rw_shim {
    struct tn_buf *out, section, body;
    uint64_t exported; /* rows that the program imports: bits */
    uint64_t imported; /* and those that the host is asked for */
    uint64_t made;     /* exported ones that are functions of the shim */
    unsigned helps;    /* helpers that these need: bits */
    const char *types[TN_RW_SHIM_ROWS + TN_RW_SHIM_HELPS];
    uint32_t type_count;
    uint32_t host[TN_RW_SHIM_ROWS]; /* function indices */
    uint32_t own[TN_RW_SHIM_ROWS];  /* what is exported for it */
    uint32_t help[TN_RW_SHIM_HELPS];
};

/* Memories of a shim. The host's is 0, for hosts that go by their caller's
 * memory and not by what is exported. */
enum {
    SHIM_H = 0,
    SHIM_PROGRAM = 1
};

/* Which helpers it takes to pass these parameters: bits; none when the host's
 * own function will do. */
unsigned tn_rw_shim_needs(const struct tn_rw_shim_row *row);
/* Has the function of preview 1 a pointer? True of names that are none. */
bool tn_rw_wasi_has_pointers(struct tn_str name);
/* "(i32) -> i32". */
const char *tn_rw_shim_help_type(size_t help);

/* Bodies into s->body. Globals are all that the code needs beside that. */
void tn_rw_shim_globals(struct tn_rw_shim *s, uint8_t page_log2);
void tn_rw_shim_func(struct tn_rw_shim *s, size_t row);
void tn_rw_shim_helper(struct tn_rw_shim *s, size_t help);

#endif
