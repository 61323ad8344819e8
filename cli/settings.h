/* settings.h - the keys of `tenon run -W key=value,..`: limits and
 * proposals; and the words of options that several verbs have. */
#ifndef TN_CLI_SETTINGS_H
#define TN_CLI_SETTINGS_H

#include "options.h"

struct settings {
    uint64_t features;
    uint64_t timeout_ns; /* 0: none */
    uint64_t max_memory_size, max_gc_size, max_wasm_stack;
    uint64_t max_table_elements, max_instances, max_heal;
    bool is_unknown_trapping;
};

/* PARSED_HELP: `help` was among them, and was printed. */
enum parsed parse_settings(const struct report *report,
                           const struct text_list *texts, struct settings *out);

/* "slot" of --placement; null is "auto". False when it was reported. */
bool parse_placement(const struct report *report, const char *text,
                     tn_placement *out);

/* The position of `text`, the value of --`option`, among words, a null behind
 * the last; 0 if it is null. False when it was reported. */
bool parse_word(const struct report *report, const char *option,
                const char *text, const char *const *words, int *out);
/* "stress" of --gc; null is "precise". False when it was reported. */
bool parse_gc_mode(const struct report *report, const char *text,
                   tn_gc_mode *out);

#endif
