/* p1_dir.c - reading directories.
 *
 * A cookie is an index into the listing made when the guest began: 0 makes a
 * new one. The last entry is cut where the buffer ends; a full buffer tells
 * the guest to ask again from the last whole entry. */
#include "wasi/listing.h"
#include "wasi/p1.h"

enum {
    DIRENT_SIZE = 24
}; /* then the name */

struct entries_out {
    uint8_t *at;
    size_t size, used;
};

static void put_cut(struct entries_out *out, const void *bytes, size_t size)
{
    size_t room = out->size - out->used;
    size_t part = size < room ? size : room;
    if (part > 0)
        memcpy(out->at + out->used, bytes, part);
    out->used += part;
}

static void put_entry(struct entries_out *out,
                      const struct tn_wasi_entry *entry, uint64_t next)
{
    uint8_t head[DIRENT_SIZE];
    tn_wasi_set_u64(head, next);
    tn_wasi_set_u64(head + 8, entry->inode);
    tn_wasi_set_u32(head + 16, (uint32_t)entry->name.size);
    tn_wasi_set_u32(head + 20, entry->type);
    put_cut(out, head, sizeof head);
    put_cut(out, entry->name.at, entry->name.size);
}

static enum tn_wasi_errno list_directory(struct tn_wasi_p1 *p1,
                                         struct tn_wasi_file *file,
                                         uint64_t cookie)
{
    if (cookie != 0 && file->listing != NULL)
        return TN_WASI_SUCCESS;
    tn_wasi_listing_free(file->listing);
    file->listing = NULL;
    return tn_wasi_listing_new(p1->wasi->alloc, file->fd, &file->listing);
}

enum tn_wasi_errno tn_wasi_p1_fd_readdir(struct tn_wasi_p1 *p1,
                                         const uint64_t *args)
{
    struct tn_wasi_file *file;
    enum tn_wasi_errno wrong =
        tn_wasi_p1_dir(p1, args[0], TN_WASI_FD_READDIR, &file);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct entries_out out = {tn_wasi_p1_span(p1, args[1], args[2]),
                              (size_t)args[2], 0};
    if (out.at == NULL || tn_wasi_p1_span(p1, args[4], 4) == NULL)
        return TN_WASI_FAULT;
    uint64_t cookie = args[3];
    wrong = list_directory(p1, file, cookie);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_wasi_entry entry;
    while (out.used < out.size &&
           tn_wasi_listing_at(file->listing, cookie, &entry))
        put_entry(&out, &entry, ++cookie);
    tn_wasi_p1_put_u32(p1, args[4], (uint32_t)out.used);
    return TN_WASI_SUCCESS;
}
