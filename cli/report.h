/* report.h - what the command says on standard error, and in which colours.
 *
 *   error[KIND]: text          warning: text          note: text
 *
 * Names and texts may come out of a module that nobody has vetted: control
 * characters are shown as \xx and never reach the terminal. */
#ifndef TN_CLI_REPORT_H
#define TN_CLI_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <tenon.h>

/* Exit statuses; a guest's own status passes through. */
enum {
    STATUS_OK = 0,
    STATUS_FAILED = 1,
    STATUS_USAGE = 2,
    STATUS_TRAP = 134
};

struct report {
    bool is_coloured;
};

/* `mode`: "auto" (a terminal, and NO_COLOR is not set), "always", "never";
 * false for anything else. */
bool report_color(struct report *report, const char *mode);

/* Each returns the exit status that goes with it. */
int report_error(const struct report *report, const char *kind,
                 const char *format, ...) __attribute__((format(printf, 3, 4)));
int report_usage(const struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* error[kind]: subject: offset 0x12: text. `kind` null: the status's own. */
int report_failure(const struct report *report, const char *kind,
                   const char *subject, const tn_error *err);

/* FILE:LINE:COLUMN: error[kind]: text, and the line with a caret under the
 * place; `source` is what err->offset counts in. */
int report_source(const struct report *report, const char *file,
                  const char *source, size_t size, const tn_error *err);

void report_warning(const struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void report_note(const struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `label: text`, for lines that the library gives. */
void report_line(const struct report *report, const char *label,
                 const char *text);

/* The calls that led to the trap: `  0: module!function @ 0x1234`. */
void report_backtrace(const struct report *report, tn_store *store);

/* "malformed", "hash": the word for errors of a status. */
const char *report_kind(tn_status status);

/* Writes `text` with control characters made visible. */
void put_text(FILE *out, const char *text);

/* The one of `names` (`count` of them, `stride` bytes apart, each entry
 * beginning with its `const char *`) that `word` was perhaps meant to be, or
 * null. */
const char *nearest_name(const char *word, const void *names, size_t count,
                         size_t stride);

enum {
    LONGEST_NEAR = 160
};
/* How many letters must be changed, put in, taken out or swapped with their
 * neighbour; longer words than LONGEST_NEAR are as far from everything. */
size_t edit_distance(const char *a, const char *b);

#endif
