/* preload.h - the modules of --preload [NAME=]PATH, read. */
#ifndef TN_CLI_PRELOAD_H
#define TN_CLI_PRELOAD_H

#include "options.h"

struct preloads {
    tn_named_module *at; /* count of them */
    size_t count;
    char **names;
    tn_package **packages;
};

/* STATUS_OK or what was reported; close it in any case. */
int preloads_open(struct report *report, const struct text_list *given,
                  struct preloads *out);
void preloads_close(struct preloads *preloads);

#endif
