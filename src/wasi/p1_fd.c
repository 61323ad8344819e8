/* p1_fd.c - descriptors: what they are, and their numbers. */
#include "os/file.h"
#include "wasi/p1.h"

enum tn_wasi_errno tn_wasi_p1_fd_close(struct tn_wasi_p1 *p1,
                                       const uint64_t *args)
{
    return tn_wasi_fds_close(p1->wasi->files, (uint32_t)args[0]);
}

enum tn_wasi_errno tn_wasi_p1_fd_renumber(struct tn_wasi_p1 *p1,
                                          const uint64_t *args)
{
    return tn_wasi_fds_renumber(p1->wasi->files, (uint32_t)args[0],
                                (uint32_t)args[1]);
}

enum tn_wasi_errno tn_wasi_p1_fd_fdstat_get(struct tn_wasi_p1 *p1,
                                            const uint64_t *args)
{
    struct tn_wasi_file *file;
    enum tn_wasi_errno wrong = tn_wasi_p1_file(p1, args[0], 0, &file);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    uint8_t *out = tn_wasi_p1_span(p1, args[1], 24);
    if (out == NULL)
        return TN_WASI_FAULT;
    tn_wasi_set_u16(out, (uint16_t)file->type);
    tn_wasi_set_u16(out + 2, (uint16_t)file->flags);
    tn_wasi_set_u32(out + 4, 0);
    tn_wasi_set_u64(out + 8, file->rights);
    tn_wasi_set_u64(out + 16, file->inheriting);
    return TN_WASI_SUCCESS;
}

/* Non-blocking is a matter between the guest and us. Appending is the
 * system's, and not to be changed in a descriptor that belongs to the whole
 * process. Whether writes are synchronous is decided when a file is opened. */
enum tn_wasi_errno tn_wasi_p1_fd_fdstat_set_flags(struct tn_wasi_p1 *p1,
                                                  const uint64_t *args)
{
    struct tn_wasi_file *file;
    enum tn_wasi_errno wrong =
        tn_wasi_p1_file(p1, args[0], TN_WASI_FD_FDSTAT_SET_FLAGS, &file);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    unsigned flags = (unsigned)args[1];
    unsigned changed = flags ^ file->flags;
    if (flags & ~(unsigned)TN_WASI_FDFLAGS_ALL)
        return TN_WASI_INVAL;
    if (changed & (TN_WASI_DSYNC | TN_WASI_RSYNC | TN_WASI_SYNC))
        return TN_WASI_NOTSUP;
    if (changed & TN_WASI_APPEND) {
        if (file->fd < 0 || file->is_borrowed)
            return TN_WASI_NOTSUP;
        int failed = tn_os_set_append(file->fd, flags & TN_WASI_APPEND);
        if (failed != 0)
            return tn_wasi_errno_of(failed);
    }
    file->flags = flags;
    return TN_WASI_SUCCESS;
}

/* Rights can be given up, and do not come back. */
enum tn_wasi_errno tn_wasi_p1_fd_fdstat_set_rights(struct tn_wasi_p1 *p1,
                                                   const uint64_t *args)
{
    struct tn_wasi_file *file;
    enum tn_wasi_errno wrong = tn_wasi_p1_file(p1, args[0], 0, &file);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if ((args[1] & ~file->rights) || (args[2] & ~file->inheriting))
        return TN_WASI_NOTCAPABLE;
    file->rights = args[1];
    file->inheriting = args[2];
    return TN_WASI_SUCCESS;
}

/* ------------------------------------------------- preopened directories */

static enum tn_wasi_errno find_preopen(struct tn_wasi_p1 *p1, uint64_t fd,
                                       struct tn_str *name)
{
    const struct tn_wasi_file *file =
        tn_wasi_fds_get(p1->wasi->files, (uint32_t)fd);
    if (file == NULL || file->guest_path == NULL)
        return TN_WASI_BADF;
    *name = tn_str_of(file->guest_path);
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_fd_prestat_get(struct tn_wasi_p1 *p1,
                                             const uint64_t *args)
{
    struct tn_str name;
    enum tn_wasi_errno wrong = find_preopen(p1, args[0], &name);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    uint8_t *out = tn_wasi_p1_span(p1, args[1], 8);
    if (out == NULL)
        return TN_WASI_FAULT;
    tn_wasi_set_u32(out, 0); /* a directory; there is nothing else */
    tn_wasi_set_u32(out + 4, (uint32_t)name.size);
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_fd_prestat_dir_name(struct tn_wasi_p1 *p1,
                                                  const uint64_t *args)
{
    struct tn_str name;
    enum tn_wasi_errno wrong = find_preopen(p1, args[0], &name);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (args[2] < name.size)
        return TN_WASI_NAMETOOLONG;
    void *out = tn_wasi_p1_span(p1, args[1], name.size);
    if (out == NULL)
        return TN_WASI_FAULT;
    memcpy(out, name.at, name.size);
    return TN_WASI_SUCCESS;
}
