/* pack_check.h - what will not join well in a package. */
#ifndef TN_CLI_PACK_CHECK_H
#define TN_CLI_PACK_CHECK_H

#include "module_set.h"

/* Warns of each; a package with warnings is written all the same. */
void pack_check(const struct report *report, const struct set *set);

#endif
