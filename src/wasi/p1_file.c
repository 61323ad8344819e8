/* p1_file.c - open files: their size, times, position. */
#include "os/file.h"
#include "wasi/p1.h"

/* A file of the system's with `rights`. */
static enum tn_wasi_errno find_host_file(struct tn_wasi_p1 *p1, uint64_t fd,
                                         uint64_t rights, int *out)
{
    struct tn_wasi_file *file;
    enum tn_wasi_errno wrong = tn_wasi_p1_file(p1, fd, rights, &file);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    *out = file->fd;
    return file->fd < 0 ? TN_WASI_NOTSUP : TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_fd_advise(struct tn_wasi_p1 *p1,
                                        const uint64_t *args)
{
    int fd;
    enum tn_wasi_errno wrong =
        find_host_file(p1, args[0], TN_WASI_FD_ADVISE, &fd);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return tn_wasi_errno_of(
        tn_os_advise(fd, args[1], args[2], (unsigned)args[3]));
}

enum tn_wasi_errno tn_wasi_p1_fd_allocate(struct tn_wasi_p1 *p1,
                                          const uint64_t *args)
{
    int fd;
    enum tn_wasi_errno wrong =
        find_host_file(p1, args[0], TN_WASI_FD_ALLOCATE, &fd);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return tn_wasi_errno_of(tn_os_allocate(fd, args[1], args[2]));
}

static enum tn_wasi_errno sync_file(struct tn_wasi_p1 *p1, uint64_t fd,
                                    uint64_t right, bool only_data)
{
    int host;
    enum tn_wasi_errno wrong = find_host_file(p1, fd, right, &host);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return tn_wasi_errno_of(tn_os_sync(host, only_data));
}

enum tn_wasi_errno tn_wasi_p1_fd_sync(struct tn_wasi_p1 *p1,
                                      const uint64_t *args)
{
    return sync_file(p1, args[0], TN_WASI_FD_SYNC, false);
}

enum tn_wasi_errno tn_wasi_p1_fd_datasync(struct tn_wasi_p1 *p1,
                                          const uint64_t *args)
{
    return sync_file(p1, args[0], TN_WASI_FD_DATASYNC, true);
}

enum tn_wasi_errno tn_wasi_p1_fd_filestat_get(struct tn_wasi_p1 *p1,
                                              const uint64_t *args)
{
    struct tn_wasi_file *file;
    enum tn_wasi_errno wrong =
        tn_wasi_p1_file(p1, args[0], TN_WASI_FD_FILESTAT_GET, &file);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_os_stat stat = {.links = 1};
    int failed = file->fd < 0 ? 0 : tn_os_stat(file->fd, &stat);
    if (failed != 0)
        return tn_wasi_errno_of(failed);
    stat.type = file->type;
    return tn_wasi_p1_put_stat(p1, args[1], &stat);
}

enum tn_wasi_errno tn_wasi_p1_fd_filestat_set_size(struct tn_wasi_p1 *p1,
                                                   const uint64_t *args)
{
    int fd;
    enum tn_wasi_errno wrong =
        find_host_file(p1, args[0], TN_WASI_FD_FILESTAT_SET_SIZE, &fd);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return tn_wasi_errno_of(tn_os_set_size(fd, args[1]));
}

enum tn_wasi_errno tn_wasi_p1_fd_filestat_set_times(struct tn_wasi_p1 *p1,
                                                    const uint64_t *args)
{
    const struct tn_wasi_file *file =
        tn_wasi_fds_get(p1->wasi->files, (uint32_t)args[0]);
    if (file != NULL && file->is_read_only)
        return TN_WASI_ROFS;
    int fd;
    enum tn_wasi_errno wrong =
        find_host_file(p1, args[0], TN_WASI_FD_FILESTAT_SET_TIMES, &fd);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_wasi_p1_times times;
    wrong = tn_wasi_p1_times(args + 1, &times);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return tn_wasi_errno_of(
        tn_os_set_times(fd, times.accessed, times.modified));
}

/* ---------------------------------------------------------- the position */

static enum tn_wasi_errno seek_file(struct tn_wasi_p1 *p1, uint64_t fd,
                                    int64_t by, uint64_t whence,
                                    uint64_t put_at)
{
    struct tn_wasi_file *file;
    enum tn_wasi_errno wrong = tn_wasi_p1_file(p1, fd, 0, &file);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (file->type != TN_OS_DIRECTORY && !file->can_seek)
        return TN_WASI_SPIPE;
    /* To learn the position needs no right to move it. */
    bool moves = by != 0 || whence != TN_OS_CUR;
    wrong = tn_wasi_p1_file(p1, fd, moves ? TN_WASI_FD_SEEK : TN_WASI_FD_TELL,
                            &file);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (whence > TN_OS_END)
        return TN_WASI_INVAL;
    if (tn_wasi_p1_span(p1, put_at, 8) == NULL)
        return TN_WASI_FAULT;
    uint64_t now;
    int failed = tn_os_seek(file->fd, by, (enum tn_os_whence)whence, &now);
    if (failed == 0)
        tn_wasi_p1_put_u64(p1, put_at, now);
    return tn_wasi_errno_of(failed);
}

enum tn_wasi_errno tn_wasi_p1_fd_seek(struct tn_wasi_p1 *p1,
                                      const uint64_t *args)
{
    return seek_file(p1, args[0], (int64_t)args[1], args[2], args[3]);
}

enum tn_wasi_errno tn_wasi_p1_fd_tell(struct tn_wasi_p1 *p1,
                                      const uint64_t *args)
{
    return seek_file(p1, args[0], 0, TN_OS_CUR, args[1]);
}
