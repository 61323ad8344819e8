/* listing.c - names in one buffer, and where each begins. */
#include "wasi/listing.h"

#include <errno.h>

#include "base/vec.h"

struct listed {
    size_t name_at, name_size; /* in names */
    uint64_t inode;
    enum tn_os_type type;
};

struct tn_wasi_listing {
    const tn_allocator *alloc;
    uint64_t own_inode;
    struct tn_buf names;
    struct tn_vec(struct listed) entries;
};

static bool add_entry(void *ctx, const char *name, uint64_t inode,
                      enum tn_os_type type)
{
    struct tn_wasi_listing *listing = ctx;
    struct tn_str text = tn_str_of(name);
    /* What lies above the directory is none of the guest's business. */
    if (tn_str_is(text, ".."))
        inode = listing->own_inode;
    struct listed entry = {listing->names.size, text.size, inode, type};
    tn_buf_str(&listing->names, text);
    if (!listing->names.failed)
        listing->names.failed =
            !TN_VEC_PUSH(&listing->entries, listing->alloc, entry);
    return !listing->names.failed;
}

enum tn_wasi_errno tn_wasi_listing_new(const tn_allocator *alloc, int dir,
                                       struct tn_wasi_listing **out)
{
    struct tn_wasi_listing *listing = TN_ALLOC(alloc, struct tn_wasi_listing);
    *out = NULL;
    if (listing == NULL)
        return TN_WASI_NOMEM;
    listing->alloc = alloc;
    tn_buf_init(&listing->names, alloc);
    struct tn_os_stat stat;
    int failed = tn_os_stat(dir, &stat);
    if (failed == 0) {
        listing->own_inode = stat.inode;
        failed = tn_os_list(dir, add_entry, listing);
    }
    if (listing->names.failed)
        failed = ENOMEM;
    if (failed != 0) {
        tn_wasi_listing_free(listing);
        return tn_wasi_errno_of(failed);
    }
    *out = listing;
    return TN_WASI_SUCCESS;
}

void tn_wasi_listing_free(struct tn_wasi_listing *listing)
{
    if (listing == NULL)
        return;
    TN_VEC_CLEAR(&listing->entries, listing->alloc);
    tn_buf_clear(&listing->names);
    tn_alloc_free(listing->alloc, listing, sizeof *listing);
}

bool tn_wasi_listing_at(const struct tn_wasi_listing *listing, uint64_t index,
                        struct tn_wasi_entry *out)
{
    if (index >= listing->entries.count)
        return false;
    const struct listed *entry = &listing->entries.at[index];
    const char *names = (const char *)listing->names.at;
    *out = (struct tn_wasi_entry){
        {names + entry->name_at, entry->name_size}, entry->inode, entry->type};
    return true;
}
