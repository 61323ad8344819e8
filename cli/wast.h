/* wast.h - running scripts of the specification's test suite.
 *
 *   cmd_wast.c        options, files, totals
 *   wast_run.c        one script: each kind of command has its check
 *   wast_module.c     modules and instances of a script, by their names
 *   wast_thread.c     threads of a script, and what they share
 *   wast_stranger.c   a module merged with what has nothing to do with it
 *   wast_merged.c     modules that are linked, merged into one
 *   wast_value.c      arguments, and results against what is expected
 *   wast_spectest.c   the host module that scripts import
 */
#ifndef TN_CLI_WAST_H
#define TN_CLI_WAST_H

#include "json_out.h"

#include <tenon.h>

/* What a binary is put through before it is used. */
enum wast_through {
    THROUGH_NOTHING,
    THROUGH_ENCODE, /* decoded and encoded */
    THROUGH_TEXT,   /* printed and parsed */
    THROUGH_MERGE   /* merged with strangers */
};

struct wast_options {
    enum wast_through through;
    bool is_ir_checked; /* every body's register code must be sound */
    bool is_telling_words;
    bool is_merging;   /* modules that are linked become one */
    uint64_t features; /* that modules may use, as the script has them */
    tn_gc_mode gc_mode;
};

/* One for all scripts of a run. */
struct wast_run {
    struct wast_options options;
    tn_engine *engine;
    struct json *json; /* null: failures are lines on standard output */
    tn_bytes source;   /* of the script at hand */
    size_t scripts;
    size_t passed[TN_COMMAND_KIND_COUNT], failed[TN_COMMAND_KIND_COUNT];
    size_t other_words; /* the right failure, said in other words */
    /* With is_merging: modules that are part of so many merged ones; that
     * stayed apart from what they import because it could be seen; that the
     * merger refused. */
    size_t merged_modules, merged_groups, apart, refused;
};

/* What a script made, and may name: a definition, an instance of one, or
 * both at once. */
struct wast_item {
    tn_bytes id; /* borrowed from the script */
    bool is_definition, is_instance;
    tn_module *module;     /* null when it failed, or is no definition */
    tn_instance *instance; /* null when it failed, or is none */
    /* Of a merged instance, what this item has of it: the exports that `part`
     * has, whose names may have the prefix and a dot before them. Else null. */
    const tn_info *part;
    char prefix[24];
};

struct wast_merged;

struct wast_thread;

/* What a thread may register: a memory of an instance of the script's. */
struct wast_share {
    tn_bytes id, name; /* of the instance, of its export; borrowed */
    tn_shared_memory *memory;
};

/* Commands first .. end - 1 of a script. */
struct wast_part {
    const char *path;
    const tn_script *script;
    size_t first, end;
    const struct wast_share *shares; /* of a thread; else none */
    size_t share_count;
};

/* One script, or thread of a script, while it runs. */
struct wast_state {
    struct wast_run *run;
    struct wast_part part;
    size_t at; /* of the command at work; a thread's begin behind it */
    struct wast_thread *threads;
    tn_store *store;
    tn_imports *imports;     /* spectest, and what was registered */
    struct wast_item *items; /* newest last */
    size_t item_count;
    struct wast_merged *merged; /* null: modules stay apart */
    char why[768];              /* of the last check that failed */
};

/* Runs commands in a store of their own; failures are told and counted. */
void wast_commands(struct wast_run *run, struct wast_part part);
/* One line of the report, or one entry of the JSON. Any thread. */
void wast_tell(struct wast_run *run, const char *path, uint32_t line,
               const char *kind, const char *what);

/* Says in s->why why a check failed; false. */
bool because(struct wast_state *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The module of a command, decoded and validated, after it was put through
 * what was asked for. False when that went wrong, which is no failure of the
 * module's. */
bool wast_module(struct wast_state *s, const tn_command *command,
                 tn_status *status, tn_module **out, tn_error *err);
/* Adds to the items, which own the module then, also on failure. */
bool wast_keep(struct wast_state *s, struct wast_item item);
/* The newest of this name, or of all if it is empty; null. */
const struct wast_item *wast_definition(const struct wast_state *s,
                                        tn_bytes id);
/* With a null instance if there is none. */
struct wast_item wast_instance(const struct wast_state *s, tn_bytes id);
/* By bytes, because names may hold zeros. */
bool wast_export(const struct wast_item *item, tn_bytes name, tn_extern *out);
void wast_drop_items(struct wast_state *s);

/* The module between two strangers; tn_merged_free. */
tn_status wast_with_strangers(tn_bytes module, tn_merged **out, tn_error *err);

/* What of a script can be merged; null only if there is no memory. */
struct wast_merged *wast_merge_script(struct wast_run *run, const char *path,
                                      const tn_script *script);
void wast_merged_free(struct wast_merged *merged);
/* If the command at work makes a part of a merged module: sets the item's
 * instance, which is made by the first of them, and its part of it. */
bool wast_merged_instance(struct wast_state *s, struct wast_item *item,
                          tn_status *status, tn_error *err);

/* The checks of TN_COMMAND_THREAD and TN_COMMAND_WAIT, and of registering an
 * instance that is shared. */
bool wast_start_thread(struct wast_state *s, const tn_command *c);
bool wast_wait(struct wast_state *s, const tn_command *c);
bool wast_register_shared(struct wast_state *s, tn_bytes id, const char *name);
/* Waits for all threads, and counts what they counted. */
void wast_end_threads(struct wast_state *s);

/* False for a reference of the host's that does not exist. */
bool wast_argument(tn_store *store, const tn_pattern *pattern, tn_val *out);
bool wast_fits(const tn_pattern *pattern, const tn_val *got);
/* Into `text`: "f32 0x7fc00000", "one of ..". */
void wast_describe(const tn_pattern *pattern, char *text, size_t size);
/* With the lanes that `like` has. */
void wast_describe_value(const tn_val *value, const tn_pattern *like,
                         char *text, size_t size);

/* Defines the module "spectest". */
tn_status wast_spectest(tn_engine *engine, tn_store *store, tn_imports *imports,
                        tn_error *err);

#endif
