/* merged.c - what many images define, in one table.
 *
 * It holds hashes only: an entry says which image to ask. Of one name the first
 * image's entry is in it, of two names with one hash both. */
#include "dyn/merged.h"

struct merged_entry {
    uint32_t hash;
    uint32_t image; /* its place in the scope and 1; 0: nothing is here */
};

struct tn_dyn_merged {
    const tn_allocator *alloc;
    const struct tn_dyn_image *const *scope;
    uint32_t mask;
    struct merged_entry entries[]; /* mask + 1 of them, at most 2/3 full */
};

static size_t merged_bytes(uint32_t mask)
{
    return sizeof(struct tn_dyn_merged) +
           ((size_t)mask + 1) * sizeof(struct merged_entry);
}

/* Names that differ in a few letters have hashes side by side. */
static uint32_t first_place(uint32_t hash, uint32_t mask)
{
    uint32_t spread = hash * 0x9e3779b1u;
    return (spread ^ spread >> 16) & mask;
}

/* Where the name is, or could be put. */
static uint32_t merged_place(const struct tn_dyn_merged *merged,
                             struct tn_str name, uint32_t hash,
                             struct tn_dyn_def *out)
{
    uint32_t at = first_place(hash, merged->mask);
    for (;; at = (at + 1) & merged->mask) {
        struct merged_entry e = merged->entries[at];
        if (e.image == 0 ||
            (e.hash == hash &&
             tn_dyn_find(merged->scope[e.image - 1], name, hash, out)))
            return at;
    }
}

static void merge_image(struct tn_dyn_merged *merged, uint32_t i)
{
    const struct tn_dyn_image *image = merged->scope[i];
    for (uint32_t k = 0; k < image->def_count; k++) {
        struct tn_str name = image->mod->exports[image->export_of[k]].name;
        struct tn_dyn_def def;
        if (!tn_dyn_is_symbol(image, k))
            continue;
        uint32_t at = merged_place(merged, name, image->hashes[k], &def);
        if (merged->entries[at].image == 0)
            merged->entries[at] =
                (struct merged_entry){image->hashes[k], i + 1};
    }
}

struct tn_dyn_merged *tn_dyn_merged_new(const struct tn_dyn_image *const *scope,
                                        uint32_t count,
                                        const tn_allocator *alloc)
{
    uint64_t defs = 0, mask = 7;
    for (uint32_t i = 0; i < count; i++)
        defs += scope[i]->def_count;
    while (mask < defs + defs / 2)
        mask = mask * 2 + 1;
    if (mask > UINT32_MAX / 16)
        return NULL;
    struct tn_dyn_merged *merged =
        tn_alloc_new(alloc, 1, merged_bytes((uint32_t)mask));
    if (merged == NULL)
        return NULL;
    merged->alloc = alloc;
    merged->scope = scope;
    merged->mask = (uint32_t)mask;
    for (uint32_t i = 0; i < count; i++)
        merge_image(merged, i);
    return merged;
}

void tn_dyn_merged_free(struct tn_dyn_merged *merged)
{
    if (merged != NULL)
        tn_alloc_free(merged->alloc, merged, merged_bytes(merged->mask));
}

uint32_t tn_dyn_merged_lookup(const struct tn_dyn_merged *merged,
                              struct tn_str name, uint32_t hash,
                              struct tn_dyn_def *out)
{
    uint32_t at = merged_place(merged, name, hash, out);
    return merged->entries[at].image - 1; /* TN_NONE where nothing is */
}
