/* inspect.h - between cmd_inspect.c, which reads what is asked for, and the
 * two ways to show it. */
#ifndef TN_CLI_INSPECT_H
#define TN_CLI_INSPECT_H

#include "module_set.h"

/* What is shown of each module: a set of bits. */
enum view {
    VIEW_FEATURES = 1,
    VIEW_PRODUCERS = 2,
    VIEW_MEMORIES = 4, /* and tables */
    VIEW_IMPORTS = 8,
    VIEW_EXPORTS = 16,
    VIEW_SECTIONS = 32,
    VIEW_HEAD = 64,
    VIEW_ALL = 127
};

struct inspection {
    const char *file;
    const tn_package *package;
    const struct set *set;
    unsigned views;
    const char *section; /* only sections of this name, or null */
    bool is_raw;         /* their bytes too */
};

void inspect_as_text(const struct inspection *inspection);
void inspect_as_json(const struct inspection *inspection);

/* True when the section is one that was asked for; names match in any case. */
bool is_section_shown(const struct inspection *inspection,
                      const tn_section_info *section);

#endif
