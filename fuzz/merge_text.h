/* merge_text.h - small modules that import from each other, from choices; for
 * fuzz_merge.c.
 *
 * They are called m0, m1 ... and export x0, x1 ...; the host is "env" and has
 *   see (i32) -> ()    m (memory 1 2)    t (table 8 8 funcref)    g i32, 3
 * All are valid. What they import may be there or not, and of another type. */
#ifndef TN_FUZZ_MERGE_TEXT_H
#define TN_FUZZ_MERGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tenon.h>

#include "choices.h"

enum {
    MERGE_MODULES = 4,
    MERGE_ITEMS = 24, /* of one module, imported and defined */
    MERGE_TEXT = 1 << 14
};

struct merge_item {
    tn_externkind kind;
    unsigned form; /* of its kind: merge_text.c */
    bool is_import;
    unsigned export; /* as x0 .. ; UINT32_MAX: not */
};

struct merge_module {
    char name[4];
    struct merge_item items[MERGE_ITEMS];
    size_t item_count;
    char text[MERGE_TEXT];
    size_t text_size;
    tn_text binary;
};

struct merge_texts {
    struct choices choices;
    struct merge_module modules[MERGE_MODULES];
    size_t count;
    bool has_forward; /* somebody imports from itself or a later one */
};

/* Options, and what they point to. */
struct merge_wishes {
    tn_merge_bind binds[2];
    tn_merge_memory memories[2];
    const char *exports[3];
    size_t fail_at; /* a request of memory */
};

void merge_texts_make(struct merge_texts *texts, const uint8_t *data,
                      size_t size);
void merge_texts_end(struct merge_texts *texts);
void merge_wishes_make(struct merge_texts *texts, struct merge_wishes *wishes,
                       tn_merge_options *options);

#endif
