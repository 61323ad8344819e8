/* target_option.h - what --target takes: the engines and versions of the
 * standard that the library knows. */
#ifndef TN_CLI_TARGET_OPTION_H
#define TN_CLI_TARGET_OPTION_H

#include "report.h"

/* --target help: each with what it runs, since when that is known, and from
 * where. Names begin their line, nothing else does. */
void list_targets(void);
/* False when it was reported. */
bool find_target(const struct report *report, const char *name,
                 const tn_target **out);

#endif
