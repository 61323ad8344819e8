/* settings.c - the keys of -W, and words that options take. */
#include "settings.h"

#include "proposals.h"
#include "values.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum key_kind {
    KEY_SIZE,
    KEY_DURATION,
    KEY_BOOL
};

struct key {
    const char *name; /* first: nearest_name looks here */
    enum key_kind kind;
    size_t offset;
    const char *value, *help;
};

#define FIELD(name) offsetof(struct settings, name)
static const struct key keys[] = {
    {"timeout", KEY_DURATION, FIELD(timeout_ns), "TIME",
     "ends the run after 1, 1s, 100ms"},
    {"max-memory-size", KEY_SIZE, FIELD(max_memory_size), "BYTES",
     "of all memories together; k, m, g may follow"},
    {"max-gc-size", KEY_SIZE, FIELD(max_gc_size), "BYTES",
     "of all structs, arrays and exceptions together"},
    {"max-wasm-stack", KEY_SIZE, FIELD(max_wasm_stack), "BYTES",
     "of the guest's stack"},
    {"max-table-elements", KEY_SIZE, FIELD(max_table_elements), "N",
     "of one table"},
    {"max-instances", KEY_SIZE, FIELD(max_instances), "N", "of the run"},
    {"max-heal", KEY_SIZE, FIELD(max_heal), "N",
     "how often a module that trapped is made anew"},
    {"unknown-imports-trap", KEY_BOOL, FIELD(is_unknown_trapping), "y|n",
     "imported functions that nobody has trap when called"},
};
#undef FIELD
enum {
    KEY_COUNT = sizeof(keys) / sizeof(keys[0])
};

static void print_keys(void)
{
    puts("keys of -W, as in -W timeout=2s,simd=n\n");
    for (size_t i = 0; i < KEY_COUNT; i++) {
        int size = printf("  %s=%s", keys[i].name, keys[i].value);
        printf("%*s%s\n", size < 30 ? 30 - size : 1, "", keys[i].help);
    }
    puts("\nproposals, each =y or =n; those of this build are on\n");
    for (unsigned i = 0; i < TN_FEATURE_COUNT; i++) {
        bool is_on = tn_features_default() & TN_FEATURE_BIT(i);
        int size = printf("  %s", tn_feature_name((tn_feature)i));
        printf("%*s%s\n", 30 - size, "", is_on ? "y" : "n");
    }
}

static bool parse_bool(const char *text, bool *out)
{
    static const char *const words[] = {"n",     "y",    "no", "yes",
                                        "false", "true", "0",  "1"};
    for (size_t i = 0; i < 8; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i % 2;
            return true;
        }
    }
    return false;
}

static bool set_key(const struct key *key, const char *value,
                    struct settings *out)
{
    void *field = (char *)out + key->offset;
    switch (key->kind) {
    case KEY_SIZE:
        return parse_size(value, field);
    case KEY_DURATION:
        return parse_duration(value, field) && *(uint64_t *)field > 0;
    case KEY_BOOL:
        return parse_bool(value, field);
    }
    return false;
}

static bool set_feature(uint64_t bit, const char *value, struct settings *out)
{
    bool is_on;
    if (!parse_bool(value, &is_on) ||
        (!is_on && bit == TN_FEATURE_BIT(TN_FEATURE_MVP)))
        return false;
    out->features = is_on ? out->features | bit : out->features & ~bit;
    return true;
}

/* What known name an unknown key is near to: of a key or of a proposal. */
static void unknown_key(const struct report *report, const char *name)
{
    const char *features[TN_FEATURE_COUNT];
    for (unsigned i = 0; i < TN_FEATURE_COUNT; i++)
        features[i] = tn_feature_name((tn_feature)i);
    const char *near = nearest_name(name, keys, KEY_COUNT, sizeof(keys[0]));
    if (near == NULL)
        near =
            nearest_name(name, features, TN_FEATURE_COUNT, sizeof(features[0]));
    if (near != NULL)
        report_usage(report, "-W has no key %s; did you mean %s?", name, near);
    else
        report_usage(report, "-W has no key %s; see tenon run -W help", name);
}

/* `text` is one key=value; a key alone means y. */
static enum parsed parse_setting(const struct report *report, char *text,
                                 struct settings *out)
{
    char *equals = strchr(text, '=');
    const char *value = equals ? equals + 1 : "y";
    bool is_set = false, is_known = false;
    if (strcmp(text, "help") == 0) {
        print_keys();
        return PARSED_HELP;
    }
    if (equals != NULL)
        *equals = '\0';
    uint64_t bit = feature_bit(text);
    if (bit != 0) {
        is_known = true;
        is_set = set_feature(bit, value, out);
    }
    for (size_t i = 0; i < KEY_COUNT && !is_known; i++) {
        if (strcmp(keys[i].name, text) == 0) {
            is_known = true;
            is_set = set_key(&keys[i], value, out);
        }
    }
    if (is_set)
        return PARSED_OK;
    if (is_known)
        report_usage(report,
                     "-W %s: %s is no value for it; see tenon run "
                     "-W help",
                     text, value);
    else
        unknown_key(report, text);
    return PARSED_WRONG;
}

enum parsed parse_settings(const struct report *report,
                           const struct text_list *texts, struct settings *out)
{
    tn_store_config store = TN_STORE_CONFIG_INIT;
    enum parsed parsed = PARSED_OK;
    tn_program_config program = TN_PROGRAM_CONFIG_INIT;
    *out = (struct settings){.features = tn_features_default(),
                             .max_memory_size = store.max_memory_bytes,
                             .max_gc_size = store.max_gc_bytes,
                             .max_wasm_stack = store.stack_bytes,
                             .max_table_elements = store.max_table_elements,
                             .max_instances = store.max_instances,
                             .max_heal = program.max_heal};
    for (size_t i = 0; i < texts->count && parsed == PARSED_OK; i++) {
        char *copy = strdup(texts->at[i]), *next = copy;
        if (copy == NULL) {
            report_error(report, "memory", "out of memory");
            return PARSED_WRONG;
        }
        while (next != NULL && parsed == PARSED_OK) {
            char *text = next;
            next = strchr(text, ',');
            if (next != NULL)
                *next++ = '\0';
            parsed = parse_setting(report, text, out);
        }
        free(copy);
    }
    if (out->max_instances > UINT32_MAX)
        out->max_instances = UINT32_MAX;
    if (out->max_heal > UINT32_MAX)
        out->max_heal = UINT32_MAX;
    return parsed;
}

bool parse_placement(const struct report *report, const char *text,
                     tn_placement *out)
{
    static const char *const names[] = {"auto", "slot", "reserved", "moving"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], text ? text : "auto") == 0) {
            *out = (tn_placement)i;
            return true;
        }
    }
    report_usage(report, "no placement %s; auto, slot, reserved, moving", text);
    return false;
}

bool parse_word(const struct report *report, const char *option,
                const char *text, const char *const *words, int *out)
{
    char list[80] = "";
    for (*out = 0; words[*out] != NULL; ++*out) {
        size_t size = strlen(list);
        bool is_last = words[*out + 1] == NULL;
        if (text == NULL || strcmp(words[*out], text) == 0)
            return true;
        (void)snprintf(list + size, sizeof list - size, "%s%s",
                       size == 0 ? ""
                       : is_last ? " or "
                                 : ", ",
                       words[*out]);
    }
    report_usage(report, "--%s takes %s, not %s", option, list, text);
    return false;
}

bool parse_gc_mode(const struct report *report, const char *text,
                   tn_gc_mode *out)
{
    static const char *const modes[] = {"precise", "conservative", "stress",
                                        NULL};
    int mode;
    if (!parse_word(report, "gc", text, modes, &mode))
        return false;
    *out = (tn_gc_mode)mode;
    return true;
}
