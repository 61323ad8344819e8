/* decode.h - what the files of the decoder share.
 *
 * The decoder is sticky, as its cursor is: the first failure, of whichever
 * kind, stops the cursor, and what is read after that is zero. So sections are
 * read plainly, loops ask `c.failed`, and tn_mod_decode asks once a section
 * what became of it. */
#ifndef TN_MOD_DECODE_H
#define TN_MOD_DECODE_H

#include "mod/instr.h"
#include "mod/module.h"

/* How much of each a module may have. What a count promises is compared with
 * these, and with the bytes that are left, before memory is taken for it. */
enum {
    TN_MAX_TYPES = 1000000,
    TN_MAX_IMPORTS = 1000000,
    TN_MAX_EXPORTS = 1000000,
    TN_MAX_FUNCS = 1000000,
    TN_MAX_GLOBALS = 1000000,
    TN_MAX_TABLES = 100000,
    TN_MAX_MEMORIES = 1000,
    TN_MAX_TAGS = 100000,
    TN_MAX_ELEMS = 100000,
    TN_MAX_ELEM_ENTRIES = 10000000,
    TN_MAX_DATAS = 100000,
    TN_MAX_PARAMS = 1000, /* and as many results */
    TN_MAX_FIELDS = 10000,
    TN_MAX_LOCALS = 50000,
    TN_MAX_BODY_BYTES = 7654321,
    TN_MAX_SECTIONS = 1000000,
};

struct tn_decoder {
    struct tn_mod *mod;
    struct tn_cursor c; /* over the present section */
    tn_status status;   /* of a failure that was not the cursor's own */
    uint32_t body_count;
    uint8_t last_known; /* id of the last section that was not custom; or 0 */
};

/* Records a failure that is not TN_E_MALFORMED (cursors record those). */
void tn_mod_decode_fail(struct tn_decoder *d, tn_status status,
                        const uint8_t *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A proposal is used at `at`, by `what` ("a 64-bit memory"): if it is not
 * allowed, that is a failure. */
void tn_mod_decode_need(struct tn_decoder *d, enum tn_feature feature,
                        const uint8_t *at, const char *what);

/* The number of entries of a vec, each of `min_bytes` at least; a failure if
 * they are, with `have`, more than `limit`. When more are promised than the
 * bytes left can hold, the answer is one more than they can: so there is no
 * great array for a great lie, and reading that one fails, in its own words. */
uint32_t tn_mod_decode_count(struct tn_decoder *d, uint32_t min_bytes,
                             uint32_t have, uint32_t limit, const char *what);

/* An array of the module's arena; null only after a failure, which this may
 * be itself. */
void *tn_mod_decode_array(struct tn_decoder *d, size_t count, size_t size);
/* The same, beginning with the `old_count` entries at `old`. */
void *tn_mod_decode_grown(struct tn_decoder *d, const void *old,
                          size_t old_count, size_t count, size_t size);

/* What lies between `at` and the cursor. */
struct tn_range tn_mod_decode_range(const struct tn_decoder *d,
                                    const uint8_t *at);

/* Types, with the proposals that they need. */
tn_valtype tn_mod_decode_valtype(struct tn_decoder *d);
tn_valtype tn_mod_decode_reftype(struct tn_decoder *d);
void tn_mod_decode_type_need(struct tn_decoder *d, tn_valtype type,
                             const uint8_t *at);
/* The index of a function type that exists, or a failure. */
uint32_t tn_mod_decode_functype(struct tn_decoder *d);
bool tn_mod_decode_mutability(struct tn_decoder *d);

/* A constant expression to its `end`. Functions that it names become
 * referenced. */
struct tn_range tn_mod_decode_expr(struct tn_decoder *d);
void tn_mod_decode_reference(struct tn_decoder *d, uint32_t func_index);

/* A section each. */
void tn_mod_decode_types(struct tn_decoder *d);
void tn_mod_decode_imports(struct tn_decoder *d);
void tn_mod_decode_funcs(struct tn_decoder *d);
void tn_mod_decode_tables(struct tn_decoder *d);
void tn_mod_decode_memories(struct tn_decoder *d);
void tn_mod_decode_tags(struct tn_decoder *d);
void tn_mod_decode_globals(struct tn_decoder *d);
void tn_mod_decode_exports(struct tn_decoder *d);
void tn_mod_decode_start(struct tn_decoder *d);
void tn_mod_decode_elems(struct tn_decoder *d);
void tn_mod_decode_datas(struct tn_decoder *d);
void tn_mod_decode_code(struct tn_decoder *d);

#endif
