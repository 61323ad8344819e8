/* pair.h - modules of gen_pair, merged: for the targets that run them apart and
 * as one. */
#ifndef TN_FUZZ_PAIR_H
#define TN_FUZZ_PAIR_H

#include "gen.h"

/* The first is called "a", the second "b". Ends the process if they are
 * refused, because nothing in them is a reason to. Free its `at`. */
struct gen_bytes pair_merge(const struct gen_bytes modules[2]);

#endif
