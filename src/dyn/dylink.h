/* dylink.h - the custom section dylink.0 as data.
 *
 * Implements tool-conventions' DynamicLinking.md: what a module that shares
 * its memory and table needs of them, and which libraries it needs. */
#ifndef TN_DYN_DYLINK_H
#define TN_DYN_DYLINK_H

#include "mod/module.h"

/* Of EXPORT_INFO and IMPORT_INFO. */
enum tn_dylink_flag {
    TN_DYLINK_WEAK = 1, /* the low two bits are the binding */
    TN_DYLINK_LOCAL = 2,
    TN_DYLINK_BINDING = 3,
    TN_DYLINK_HIDDEN = 4,
    TN_DYLINK_UNDEFINED = 0x10,
    TN_DYLINK_TLS = 0x100,
    TN_DYLINK_ABSOLUTE = 0x200
};

struct tn_dylink_info {
    struct tn_str module, name; /* module: of imports only */
    uint32_t flags;
};

/* Names are borrowed from the module's bytes, arrays from the arena. */
struct tn_dylink {
    bool is_present;
    uint64_t memory_size; /* bytes of data, zeroed ones included */
    uint64_t table_size;  /* elements */
    uint32_t memory_align_log2, table_align_log2; /* at most 32 */
    uint32_t needed_count, path_count, export_count, import_count;
    struct tn_str *needed; /* in the order in which the linker got them */
    struct tn_str *paths;  /* RUNTIME_PATH */
    struct tn_dylink_info *exports, *imports;
};

/* A module without the section gives one that is not present. A section that
 * is not the first of the module, a second one, a subsection twice, or one
 * that does not end where it says, is TN_E_MALFORMED with its offset in the
 * module; subsections of unknown kinds are passed over. Any thread. */
tn_status tn_dylink_read(const struct tn_mod *mod, struct tn_arena *arena,
                         struct tn_dylink *out, tn_error *err);

#endif
