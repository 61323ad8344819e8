/* merge.h - what the files of `tenon merge` share. */
#ifndef TN_CLI_MERGE_H
#define TN_CLI_MERGE_H

#include "files.h"
#include "options.h"

struct merge_arguments {
    const char *output, *memory, *target, *dwarf, *name, *features, *threads,
        *import_map;
    struct text_list exports, binds, memories;
    bool with_wasi, is_renaming, is_skipping, is_failing, is_trusted, is_text,
        is_explaining, is_quiet;
};

/* A copy of an argument that was cut into its parts. */
struct merge_kept {
    struct merge_kept *next;
    char text[];
};

/* One `tenon merge`. */
struct merge_run {
    struct report *report;
    struct merge_arguments arguments;
    tn_merge_options options;
    tn_merge_bind *binds;
    tn_merge_memory *memories;
    struct merge_kept *kept;
    struct file_bytes *files;
    tn_merge_input *inputs;
    size_t count; /* of files and inputs */
    tn_merged *merged;
};

/* A copy that lives as long as the run; null: out of memory. */
char *merge_keep(struct merge_run *m, const char *text);
/* On standard error: what differs, and with --explain all. */
void merge_tell(const struct merge_run *m);
/* Is that where the result goes if it is said to go to `path`, or not said? */
bool merge_is_stdout(const char *path);
/* The result, and the map of imports; the exit status. */
int merge_write(const struct merge_run *m);

#endif
