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

/* The same in two steps, for files that belong together: all of them are
 * staged before the first is placed. `*out` is for place_file, and then, in
 * any case, for drop_staged, which takes a null too. */
bool stage_file(const struct report *report, const char *path,
                const void *bytes, size_t size, char **out);
bool place_file(const struct report *report, const char *staged,
                const char *path);
void drop_staged(char *staged);
/* A file has its place for good once the directory has been written too. */
void sync_directory(const char *path);

/* Both are there, and are one file: what is written must not be what is read. */
bool is_same_file(const char *path, const char *other);

/* As read_bytes, but a module in the text format (a path that ends in .wat, or
 * text from standard input) comes as its binary. */
bool read_module(const struct report *report, const char *path,
                 struct file_bytes *out);

/* Opens a file as a package; a single module is one of one, in the text format
 * too. `sha256` (of the file) may be null. False when it was reported. */
bool open_package(const struct report *report, const char *path,
                  const char *sha256, tn_package **out);

/* "-" as people should read it. */
const char *shown_path(const char *path);
/* The part of a path behind its last slash. */
const char *base_name(const char *path);
bool ends_with(const char *text, const char *end);

#endif
