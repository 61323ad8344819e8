/* module_set.h - the modules of a package as facts: names, and who resolves what.
 *
 * The rules are those by which programs are joined (docs/PACKAGE.md), applied
 * to what the modules say of themselves; nothing is run. */
#ifndef TN_CLI_MODULE_SET_H
#define TN_CLI_MODULE_SET_H

#include "report.h"

struct set_module {
    tn_info *info;
    const void *bytes; /* borrowed */
    size_t size;
    char name[128]; /* its own less ".wasm", else mN; cut when longer */
    bool is_unnamed;
    bool is_command; /* exports _start */
};

struct set {
    struct set_module *modules;
    size_t count;
};

enum origin {
    ORIGIN_HOST,
    ORIGIN_MODULE,
    ORIGIN_MISSING,
    ORIGIN_TYPE, /* there, but of another type */
    ORIGIN_AMBIGUOUS,
    ORIGIN_COMMAND /* of a command that is not the primary */
};

struct resolution {
    enum origin origin;
    size_t module; /* ORIGIN_MODULE, ORIGIN_TYPE, ORIGIN_COMMAND */
    bool is_bytes;
};

/* Adds a module; the bytes must outlive the set. */
tn_status set_add(struct set *set, const void *bytes, size_t size,
                  tn_error *err);
/* All modules of a package; false when it was reported. */
bool set_of_package(const struct report *report, const char *file,
                    const tn_package *package, struct set *out);
void set_free(struct set *set);

/* The file that module `i` is extracted to. */
void set_file_name(const struct set *set, size_t i, char *out, size_t room);

struct resolution set_resolve(const struct set *set, size_t importer,
                              const tn_item_info *import);

/* It shares a memory with others; the linker gives it its place. */
bool is_position_independent(const tn_info *info);

/* True for names that each module has for its own use: memory, _start ... */
bool is_own_name(const char *name);

/* "func", "table", "memory", "global", "tag". */
const char *kind_name(tn_externkind kind);

#endif
