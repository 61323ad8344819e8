/* journal.h - runs a module that gen.c made and writes down all that can be
 * seen of it, a line for each thing:
 *
 *   call f3 0:7 1:fff            an export is called; arguments as KIND:BITS
 *   mix 5 77                     the module calls env.mix
 *   nest f9                      which calls an export in its turn
 *   = 0:1 3:nan                  results, or
 *   ! cast @3:5a2 ...            what ended the call, and where
 *   memory m0 65536 9a3f01       bytes, a hash of them
 *   table t0 9 011000100         elements; 1 for those that are not null
 *   global g2 1:ff
 *   refused                      the module could not be made or started
 *   ...                          there is more than a journal holds
 *
 * Two engines that agree write the same journal. One that is portable leaves
 * out what other engines do not tell: places of traps, and which of several
 * like traps it was. */
#ifndef TN_FUZZ_JOURNAL_H
#define TN_FUZZ_JOURNAL_H

#include "gen.h"

#include <tenon.h>

enum {
    JOURNAL_SIZE = 1 << 20,
    JOURNAL_MAX_MODULES = 2
};

struct journal {
    char text[JOURNAL_SIZE];
    size_t size;
    bool is_portable;
    tn_gc_mode gc_mode; /* set by the caller; must not be seen */
    tn_instance *instances[JOURNAL_MAX_MODULES];
    size_t instance_count;
    const char *nested; /* an export of no parameters that mix may call */
    char nested_name[16];
    int nesting;
};

/* Ends the process if a module is refused that must be valid. */
void journal_run(struct journal *j, tn_engine *engine, bool is_portable,
                 const struct gen_bytes *bytes);
/* Of modules that gen_pair made, an instance of each, in order; the first one
 * is called "a". What can be seen is what all of them export; and if one
 * cannot be made, that is all there is to see. */
void journal_run_set(struct journal *j, tn_engine *engine, bool is_portable,
                     const struct gen_bytes *modules, size_t count);

/* Prints the first line in which they differ and ends the process; `one` and
 * `other` say whose they are. */
void journal_compare(const char *one, const struct journal *a,
                     const char *other, const struct journal *b);

/* Of enum gen_with, what these proposals allow; `is_portable`: and other
 * engines have in the same way. */
unsigned journal_with(uint64_t features, bool is_portable);

/* Every body's register code must be sound; ends the process if not. */
void journal_check_code(tn_engine *engine, const struct gen_bytes *bytes);

#endif
