/* p1_open.c - path_open: what a guest asks for, as flags of the system's. */
#include "os/file.h"
#include "wasi/p1.h"

enum {
    LOOKUP_FOLLOWS = 1,
    OFLAG_CREATE = 1,
    OFLAG_DIRECTORY = 2,
    OFLAG_EXCLUSIVE = 4,
    OFLAG_TRUNCATE = 8,
    OFLAGS_ALL = 15
};

/* The arguments, in their order. */
struct open_request {
    uint64_t dir, lookup, path, path_size, oflags, rights, inheriting, fdflags,
        put_at;
};

/* A directory is opened for reading, whatever rights are asked for. */
static unsigned access_flags(const struct open_request *asked)
{
    const uint64_t reading = TN_WASI_FD_READ | TN_WASI_FD_READDIR;
    const uint64_t writing =
        TN_WASI_FD_WRITE | TN_WASI_FD_ALLOCATE | TN_WASI_FD_FILESTAT_SET_SIZE;
    if (asked->oflags & OFLAG_DIRECTORY || !(asked->rights & writing))
        return TN_OS_READ;
    return asked->rights & reading ? TN_OS_READ | TN_OS_WRITE : TN_OS_WRITE;
}

static unsigned flags_of(const struct open_request *asked)
{
    unsigned flags = access_flags(asked);
    flags |= asked->lookup & LOOKUP_FOLLOWS ? TN_OS_FOLLOW : 0;
    flags |= asked->oflags & OFLAG_CREATE ? TN_OS_CREATE : 0;
    flags |= asked->oflags & OFLAG_DIRECTORY ? TN_OS_ONLY_DIRECTORY : 0;
    flags |= asked->oflags & OFLAG_EXCLUSIVE ? TN_OS_EXCLUSIVE : 0;
    flags |= asked->oflags & OFLAG_TRUNCATE ? TN_OS_TRUNCATE : 0;
    flags |= asked->fdflags & TN_WASI_APPEND ? TN_OS_APPEND : 0;
    flags |= asked->fdflags & TN_WASI_DSYNC ? TN_OS_DSYNC : 0;
    flags |= asked->fdflags & (TN_WASI_SYNC | TN_WASI_RSYNC) ? TN_OS_SYNC : 0;
    return flags;
}

static bool is_sensible(const struct open_request *asked)
{
    const uint64_t making = OFLAG_CREATE | OFLAG_EXCLUSIVE | OFLAG_TRUNCATE;
    if (asked->oflags > OFLAGS_ALL || asked->fdflags > TN_WASI_FDFLAGS_ALL)
        return false;
    return !(asked->oflags & OFLAG_DIRECTORY) || !(asked->oflags & making);
}

/* May this be opened in `dir`? */
static enum tn_wasi_errno check_rights(const struct open_request *asked,
                                       const struct tn_wasi_file *dir,
                                       unsigned flags)
{
    uint64_t needed = TN_WASI_PATH_OPEN;
    if (flags & TN_OS_CREATE)
        needed |= TN_WASI_PATH_CREATE_FILE;
    if (flags & TN_OS_TRUNCATE)
        needed |= TN_WASI_PATH_FILESTAT_SET_SIZE;
    if (dir->is_read_only &&
        (flags & (TN_OS_WRITE | TN_OS_CREATE | TN_OS_TRUNCATE)))
        return TN_WASI_ROFS;
    if ((dir->rights & needed) != needed)
        return TN_WASI_NOTCAPABLE;
    if ((flags & TN_OS_WRITE) && !(asked->rights & dir->inheriting &
                                   (TN_WASI_FD_WRITE | TN_WASI_FD_ALLOCATE |
                                    TN_WASI_FD_FILESTAT_SET_SIZE)))
        return TN_WASI_NOTCAPABLE;
    return TN_WASI_SUCCESS;
}

static enum tn_wasi_errno open_in(struct tn_wasi_p1 *p1,
                                  const struct tn_wasi_file *dir,
                                  const struct open_request *asked,
                                  unsigned flags)
{
    struct tn_str path;
    if (!tn_wasi_p1_str(p1, asked->path, asked->path_size, &path) ||
        tn_wasi_p1_span(p1, asked->put_at, 4) == NULL)
        return TN_WASI_FAULT;
    struct tn_wasi_fds *files = p1->wasi->files;
    struct tn_wasi_root root = {dir->fd, files->kernel_resolves};
    int host;
    enum tn_wasi_errno wrong = tn_wasi_open(root, path, flags, &host);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_wasi_file file = {.flags = (unsigned)asked->fdflags,
                                .rights = asked->rights,
                                .inheriting = asked->inheriting};
    uint32_t fd;
    wrong = tn_wasi_fds_add_opened(files, dir, host, file, &fd);
    if (wrong == TN_WASI_SUCCESS)
        tn_wasi_p1_put_u32(p1, asked->put_at, fd);
    return wrong;
}

enum tn_wasi_errno tn_wasi_p1_path_open(struct tn_wasi_p1 *p1,
                                        const uint64_t *args)
{
    struct open_request asked = {args[0], args[1], args[2], args[3], args[4],
                                 args[5], args[6], args[7], args[8]};
    struct tn_wasi_file *dir;
    enum tn_wasi_errno wrong = tn_wasi_p1_dir(p1, asked.dir, 0, &dir);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (!is_sensible(&asked))
        return TN_WASI_INVAL;
    unsigned flags = flags_of(&asked);
    wrong = check_rights(&asked, dir, flags);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return open_in(p1, dir, &asked, flags);
}
