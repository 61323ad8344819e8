/* invoke.h - calls of a program's functions as they are written on the
 * command line: NAME, MODULE:NAME, 'f(1,2)', 'bytes:f("text")'. */
#ifndef TN_CLI_INVOKE_H
#define TN_CLI_INVOKE_H

#include "options.h"

struct invocation {
    const char *text;             /* of --invoke */
    const struct text_list *args; /* behind FILE, used when not inline */
    const tn_bytes *bytes;        /* of --bytes, or null */
};

/* Prints the results. What failed: `*is_usage` true when it was the wording,
 * which is in `err` then. */
tn_status invoke(tn_program *program, const struct invocation *invocation,
                 bool *is_usage, tn_error *err);

#endif
