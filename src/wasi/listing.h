/* listing.h - a directory as it was when its reading began.
 *
 * A place in a directory is a number that the guest may keep: one that the
 * system gave could not be trusted when it comes back, and files that come
 * and go while a guest reads would make others appear twice or never. So all
 * names are read at once, and a place is an index. */
#ifndef TN_WASI_LISTING_H
#define TN_WASI_LISTING_H

#include "base/buf.h"
#include "os/file.h"
#include "wasi/errnos.h"

struct tn_wasi_entry {
    struct tn_str name;
    uint64_t inode;
    enum tn_os_type type;
};

struct tn_wasi_listing;

enum tn_wasi_errno tn_wasi_listing_new(const tn_allocator *alloc, int dir,
                                       struct tn_wasi_listing **out);
void tn_wasi_listing_free(struct tn_wasi_listing *listing); /* null is fine */

/* False when there are no more than `index` entries. Borrowed. */
bool tn_wasi_listing_at(const struct tn_wasi_listing *listing, uint64_t index,
                        struct tn_wasi_entry *out);

#endif
