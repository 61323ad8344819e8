/* settings.h - the keys of `tenon run -W key=value,..`: limits and
 * proposals. */
#ifndef TN_CLI_SETTINGS_H
#define TN_CLI_SETTINGS_H

#include "options.h"

struct settings {
    uint64_t features;
    uint64_t timeout_ns; /* 0: none */
    uint64_t max_memory_size, max_wasm_stack, max_table_elements;
    uint64_t max_instances, max_heal;
    bool is_unknown_trapping;
};

/* PARSED_HELP: `help` was among them, and was printed. */
enum parsed parse_settings(const struct report *report,
                           const struct text_list *texts, struct settings *out);

/* "slot" of --placement; null is "auto". False when it was reported. */
bool parse_placement(const struct report *report, const char *text,
                     tn_placement *out);

#endif
