/* facts.h - what can be known of one module, and what its readers share.
 *
 * tn_rw_facts_read looks at the sections, then once at the code (facts_code.c:
 * a scan of bytes, no stack, no memory), then decides how far the module could
 * be moved (facts_reloc.c). What the parameters of exported functions become
 * is asked apart (facts_pointers.c): it follows values, and only into those
 * functions that such a parameter reaches.
 *
 * The module is valid. Everything is on the arena. */
#ifndef TN_REWRITE_FACTS_H
#define TN_REWRITE_FACTS_H

#include "base/vec.h"
#include "mod/module.h"

/* Texts on an arena; sticky as a buffer is, so that a writer asks once. */
struct tn_rw_pen {
    struct tn_arena *arena;
    bool failed; /* for want of memory; what it said since is "" */
};
const char *tn_rw_say(struct tn_rw_pen *pen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "function 12 `foo`", "function 12". */
const char *tn_rw_func_text(struct tn_rw_pen *pen, const struct tn_mod *mod,
                            uint32_t func);

struct tn_rw_sites {
    uint64_t *at;
    size_t count, cap;
};

/* Of the scan. */
struct tn_rw_code {
    uint64_t call_count, padded_call_count;
    uint64_t site_count; /* padded constants and offsets */
    struct tn_rw_sites sites;
    /* The first address that is not told from a number: TN_NO_OFFSET for none.
     * A sure one is an operand of a load; else a number that lies in data. */
    uint64_t sure_at, likely_at;
    uint32_t sure_func, likely_func;
    uint64_t likely;        /* what it is */
    bool failed;            /* no memory for sites */
    uint8_t *calls_imports; /* which own functions do: a bit each */
};

/* What a module's calls hand to the functions that it imports, and do with
 * what these give back. */
struct tn_rw_handed {
    /* For each, a bit for each parameter: something that is neither null nor
     * only what an import has given back before, which is a handle. */
    uint64_t *own;
    bool follows_results; /* a result is used as an address */
    bool keeps_results;   /* or stored, so that nobody knows */
};

/* What a function does with its parameters. A parameter is a bit; the last
 * bit is "an address of the module's own". */
#define TN_RW_OWN_ADDRESS ((uint64_t)1 << 63)
#define TN_RW_MAX_PARAMS  61u

struct tn_rw_facts {
    tn_module_facts pub;
    const struct tn_mod *mod;
    uint32_t index; /* of the input, for evidence */
    const tn_allocator *alloc;
    struct tn_arena *arena;
    struct tn_rw_pen pen;
    bool with_sites, with_hashes;

    tn_memory_fact *memories;
    uint32_t *prologues; /* of each global: how often a frame begins with it */
    uint64_t *hashes;    /* of own bodies, or null: facts_code.c */
    uint64_t data_begin, data_end;     /* of memory 0; equal for none */
    uint64_t likely_begin, likely_end; /* numbers that may be addresses */
    /* What lies here is the module's from the start: data, zeroed data, and
     * the stack if that is above them; equal if nobody knows. */
    uint64_t own_begin, own_end;
    bool has_unknown_data; /* a segment at a place not known here */
    struct tn_rw_code code;
    bool has_bases;        /* imports them of a dynamic linker */
    bool has_dylink;       /* the section dylink.0 */
    uint32_t needed_count; /* libraries that it names */

    tn_func_fact *func_facts; /* = pub.func_facts */
    uint32_t *fact_of_export; /* index into them, or TN_NONE */
};

/* Everything but pub.func_facts' uses. */
tn_status tn_rw_facts_read(struct tn_rw_facts *facts, tn_error *err);

/* facts_code.c. */
tn_status tn_rw_facts_scan(struct tn_rw_facts *facts, tn_error *err);
/* facts_layout.c: the stack pointer, the regions of memory 0. */
void tn_rw_facts_layout(struct tn_rw_facts *facts);
/* facts_level.c: the level and its evidence, and sites. */
tn_status tn_rw_facts_level(struct tn_rw_facts *facts, tn_error *err);
/* facts_pointers.c: what exported functions do with their parameters. */
tn_status tn_rw_facts_pointers(struct tn_rw_facts *facts, tn_error *err);

/* The first access, of all functions, to an address that neither came from
 * outside nor is of the stack; `*func` TN_NONE for none. */
tn_status tn_rw_facts_addresses(struct tn_rw_facts *facts, uint32_t *func,
                                uint64_t *at, tn_error *err);

/* facts_calls.c: what is handed; on the arena. */
tn_status tn_rw_facts_calls(struct tn_rw_facts *facts, struct tn_rw_handed *out,
                            tn_error *err);

/* A constant expression that is one constant. */
bool tn_rw_constant(const struct tn_mod *mod, struct tn_range expr,
                    uint64_t *out);
/* Of the export's or global's value; false if it is none such. */
bool tn_rw_exported_constant(const struct tn_mod *mod, const char *name,
                             uint64_t *out);
/* The mask of parameters that are pointers, of a function of WASI preview 1;
 * 0 if there is no such function (or it has none). */
uint64_t tn_rw_wasi_pointers(struct tn_str name);
bool tn_rw_is_wasi(struct tn_str module);

#endif
