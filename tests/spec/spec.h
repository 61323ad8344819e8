/* spec.h - the conformance runner: scripts that wast2json made of the
 * specification's .wast files, run through <tenon.h> alone.
 *
 *   spec.c         options, the list of scripts, totals
 *   spec_script.c  one script: modules, actions, assertions
 *   spec_value.c   values: from JSON, compared, printed
 *   spectest.c     the host module that scripts import
 *   json.c         JSON
 */
#ifndef TN_SPEC_SPEC_H
#define TN_SPEC_SPEC_H

#include "json.h"

#include <tenon.h>

/* What can be counted, once: TN_SPEC_KIND(name). The names are wast2json's. */
#define TN_SPEC_KINDS(TN_SPEC_KIND) \
    TN_SPEC_KIND(module)            \
    TN_SPEC_KIND(register)          \
    TN_SPEC_KIND(action)            \
    TN_SPEC_KIND(assert_return)     \
    TN_SPEC_KIND(assert_trap)       \
    TN_SPEC_KIND(assert_exhaustion) \
    TN_SPEC_KIND(assert_invalid)    \
    TN_SPEC_KIND(assert_malformed)  \
    TN_SPEC_KIND(assert_unlinkable) \
    TN_SPEC_KIND(assert_uninstantiable)

#define TN_SPEC_ENUM(name) SPEC_##name,
enum spec_kind {
    TN_SPEC_KINDS(TN_SPEC_ENUM) SPEC_KIND_COUNT
};
#undef TN_SPEC_ENUM

struct spec_tally {
    size_t scripts;
    size_t passed[SPEC_KIND_COUNT], failed[SPEC_KIND_COUNT];
    size_t text_skipped;   /* modules in the text format: not ours to read */
    size_t words_differed; /* right kind of refusal, other words */
};

struct spec_options {
    bool check_ir;     /* the register code of every body must be sound */
    bool roundtrip;    /* send each binary through decode and encode first */
    bool strict_words; /* other words are a failure */
    bool show_words;   /* tell each difference of words */
};

/* Runs the script whose JSON lies at `path`, in a store of its own, and counts
 * in `tally`. Failures are printed. False when the file cannot be read. */
bool spec_script(tn_engine *engine, const struct spec_options *options,
                 const char *path, struct spec_tally *tally);

/* A constant of a script. False for a type that we do not know. */
bool spec_value_read(const struct json *json, tn_val *out);
/* True if `got` is what the script expects, NaN classes included. */
bool spec_value_fits(const struct json *expected, const tn_val *got);
/* "f32 0x7fc00000" into `text`. */
void spec_value_print(const tn_val *value, char *text, size_t size);

/* Defines the module "spectest". */
tn_status spectest_define(tn_store *store, tn_imports *imports, tn_error *err);

#endif
