/* verbs.h - what each verb gives to command.c. */
#ifndef TN_CLI_VERBS_H
#define TN_CLI_VERBS_H

#include "options.h"

/* `argv` is behind the verb and ends with null. Returns the exit status. */
#define TN_VERB(name, help)                 \
    extern const struct usage usage_##name; \
    int cmd_##name(struct report *report, char **argv);
#include "verbs.def"
#undef TN_VERB

#endif
