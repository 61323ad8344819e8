/* options.h - one parser of options for all verbs, driven by tables.
 *
 * A verb describes itself once (struct usage): the parser, `--help` and
 * `tenon help VERB` read the same rows. `--name VALUE`, `--name=VALUE`,
 * `-n VALUE`, `-nVALUE`; `--` ends the options. `--help` and `--color` are
 * known to every verb. */
#ifndef TN_CLI_OPTIONS_H
#define TN_CLI_OPTIONS_H

#include "report.h"

/* The values of an option that may be given several times, in order. */
struct text_list {
    const char **at;
    size_t count;
};

enum option_kind {
    OPTION_FLAG, /* bool */
    OPTION_TEXT, /* const char *: the last one given */
    OPTION_LIST  /* struct text_list */
};

struct option {
    const char *name; /* without "--"; null when it has a letter only */
    char letter;      /* or 0 */
    enum option_kind kind;
    size_t offset;     /* of the field in the verb's options */
    const char *value; /* how help calls the value; null for flags */
    const char *help;  /* null: not shown */
};

struct usage {
    const char *verb;
    const char *synopsis; /* without "tenon VERB" */
    const char *about;
    const struct option *options; /* ends with a zero row */
    const char *examples;         /* lines */
    bool ends_at_file; /* what follows the first operand is the guest's */
};

enum parsed {
    PARSED_OK,
    PARSED_HELP,
    PARSED_WRONG
};

/* Fills `out`, a zeroed struct of the verb's, from argv[0..argc). Operands
 * are moved together: `*operands` points at them in argv. The lists in `out`
 * are to be freed with free_options, whatever the outcome. PARSED_HELP: help
 * was asked for and printed. PARSED_WRONG: reported. */
enum parsed parse_options(struct report *report, const struct usage *usage,
                          void *out, char **argv, struct text_list *operands);
void free_options(const struct usage *usage, void *out);

void print_usage(FILE *out, const struct usage *usage);

/* Appends; false without memory. */
bool list_add(struct text_list *list, const char *text);

#endif
