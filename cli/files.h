/* files.h - whole files in and out; "-" is standard input. */
#ifndef TN_CLI_FILES_H
#define TN_CLI_FILES_H

#include "report.h"

struct file_bytes {
    void *at; /* free() it */
    size_t size;
};

/* False when it was reported. */
bool read_bytes(const struct report *report, const char *path,
                struct file_bytes *out);

/* The new content appears under `path` at once or not at all: written beside
 * it, forced to the disk, renamed over it. False when it was reported. */
bool write_file(const struct report *report, const char *path,
                const void *bytes, size_t size);

/* Opens a file as a package; a single module is one of one. `sha256` may be
 * null. False when it was reported. */
bool open_package(const struct report *report, const char *path,
                  const char *sha256, tn_package **out);

/* The part of a path behind its last slash. */
const char *base_name(const char *path);
bool ends_with(const char *text, const char *end);

#endif
