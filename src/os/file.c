/* file.c - files by POSIX, and by openat2 where Linux has it. */
#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

_Static_assert(sizeof(off_t) == 8, "files are as long as WASI says");
_Static_assert(sizeof(struct tn_os_span) == sizeof(struct iovec) &&
                   offsetof(struct tn_os_span, at) ==
                       offsetof(struct iovec, iov_base) &&
                   offsetof(struct tn_os_span, size) ==
                       offsetof(struct iovec, iov_len),
               "spans are passed as they are");

#if defined(O_PATH)
enum {
    OPEN_PLACE = O_PATH
};
#else
enum {
    OPEN_PLACE = O_RDONLY
};
#endif

static int errno_of(int result)
{
    return result < 0 ? errno : 0;
}

/* ------------------------------------------------------------- opening */

static int access_of(unsigned flags)
{
    if (!(flags & TN_OS_WRITE))
        return O_RDONLY;
    return flags & TN_OS_READ ? O_RDWR : O_WRONLY;
}

static int open_flags(unsigned flags)
{
    int how = O_CLOEXEC;
    if (!(flags & TN_OS_FOLLOW))
        how |= O_NOFOLLOW;
    if (flags & TN_OS_ONLY_DIRECTORY)
        how |= O_DIRECTORY;
    /* The system refuses a place that asks for anything more. */
    if (flags & TN_OS_PLACE)
        return how | OPEN_PLACE;
    how |= access_of(flags) | O_NONBLOCK | O_NOCTTY;
    how |= flags & TN_OS_CREATE ? O_CREAT : 0;
    how |= flags & TN_OS_EXCLUSIVE ? O_EXCL : 0;
    how |= flags & TN_OS_TRUNCATE ? O_TRUNC : 0;
    how |= flags & TN_OS_APPEND ? O_APPEND : 0;
    how |= flags & TN_OS_SYNC ? O_SYNC : 0;
    how |= flags & TN_OS_DSYNC ? O_DSYNC : 0;
    return how;
}

int tn_os_open_directory(const char *path, int *out)
{
    *out = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return errno_of(*out);
}

int tn_os_open_at(int dir, const char *name, unsigned flags, int *out)
{
    do {
        *out = openat(dir, name, open_flags(flags), 0666);
    } while (*out < 0 && errno == EINTR);
    return errno_of(*out);
}

#if defined(SYS_openat2)

/* As linux/openat2.h has it; the C library may be older than the kernel. */
struct open_how_v0 {
    uint64_t flags, mode, resolve;
};
enum {
    RESOLVE_MAGICLINKS_NOT = 0x02,
    RESOLVE_BENEATH_DIR = 0x08
};

int tn_os_open_beneath(int dir, const char *path, unsigned flags, int *out)
{
    struct open_how_v0 how = {
        .flags = (uint64_t)(unsigned)open_flags(flags),
        .mode = flags & TN_OS_CREATE ? 0666 : 0,
        .resolve = RESOLVE_MAGICLINKS_NOT | RESOLVE_BENEATH_DIR,
    };
    if (!(flags & TN_OS_PLACE))
        how.flags |= O_LARGEFILE;
    do {
        *out = (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
    } while (*out < 0 && errno == EINTR);
    return errno_of(*out);
}

#else

int tn_os_open_beneath(int dir, const char *path, unsigned flags, int *out)
{
    (void)dir, (void)path, (void)flags;
    *out = -1;
    return ENOSYS;
}

#endif

bool tn_os_has_open_beneath(int dir)
{
    int fd;
    int failed =
        tn_os_open_beneath(dir, ".", TN_OS_PLACE | TN_OS_ONLY_DIRECTORY, &fd);
    if (failed != 0)
        return false;
    tn_os_close(fd);
    return true;
}

void tn_os_close(int fd)
{
    /* Not again on EINTR: Linux has closed it by then. */
    close(fd);
}

/* --------------------------------------------------------------- bytes */

int tn_os_read(int fd, const struct tn_os_span *spans, size_t count,
               int64_t offset, size_t *done)
{
    const struct iovec *iov = (const void *)spans;
    ssize_t n;
    do {
        n = offset == TN_OS_NO_OFFSET ? readv(fd, iov, (int)count)
                                      : preadv(fd, iov, (int)count, offset);
    } while (n < 0 && errno == EINTR);
    *done = n < 0 ? 0 : (size_t)n;
    return n < 0 ? errno : 0;
}

int tn_os_write(int fd, const struct tn_os_span *spans, size_t count,
                int64_t offset, size_t *done)
{
    const struct iovec *iov = (const void *)spans;
    ssize_t n;
    do {
        n = offset == TN_OS_NO_OFFSET ? writev(fd, iov, (int)count)
                                      : pwritev(fd, iov, (int)count, offset);
    } while (n < 0 && errno == EINTR);
    *done = n < 0 ? 0 : (size_t)n;
    return n < 0 ? errno : 0;
}

int tn_os_write_quietly(int fd, const struct tn_os_span *spans, size_t count,
                        size_t *done)
{
    sigset_t pipe, before, waiting;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    sigpending(&waiting);
    int failed = tn_os_write(fd, spans, count, TN_OS_NO_OFFSET, done);
    /* Ours, unless one was there before: then it is somebody else's. */
    if (failed == EPIPE && !sigismember(&waiting, SIGPIPE)) {
        struct timespec now = {0, 0};
        while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR)
            continue;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

int tn_os_seek(int fd, int64_t by, enum tn_os_whence whence, uint64_t *at)
{
    static const int whences[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    off_t now = lseek(fd, by, whences[whence]);
    *at = now < 0 ? 0 : (uint64_t)now;
    return now < 0 ? errno : 0;
}

/* --------------------------------------------------------------- files */

static enum tn_os_type type_of_mode(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFBLK:
        return TN_OS_BLOCK_DEVICE;
    case S_IFCHR:
        return TN_OS_CHARACTER_DEVICE;
    case S_IFDIR:
        return TN_OS_DIRECTORY;
    case S_IFREG:
        return TN_OS_REGULAR;
    case S_IFSOCK:
        return TN_OS_SOCKET_STREAM;
    case S_IFLNK:
        return TN_OS_SYMLINK;
    default:
        return TN_OS_UNKNOWN;
    }
}

static uint64_t ns_of(struct timespec time)
{
    /* WASI cannot say what was before 1970. */
    if (time.tv_sec < 0)
        return 0;
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int stat_result(int result, const struct stat *from,
                       struct tn_os_stat *out)
{
    if (result < 0)
        return errno;
    *out = (struct tn_os_stat){
        .device = from->st_dev,
        .inode = from->st_ino,
        .links = from->st_nlink,
        .size = from->st_size < 0 ? 0 : (uint64_t)from->st_size,
        .accessed = ns_of(from->st_atim),
        .modified = ns_of(from->st_mtim),
        .changed = ns_of(from->st_ctim),
        .type = type_of_mode(from->st_mode),
    };
    return 0;
}

int tn_os_stat(int fd, struct tn_os_stat *out)
{
    struct stat stat;
    return stat_result(fstat(fd, &stat), &stat, out);
}

int tn_os_stat_path(const char *path, struct tn_os_stat *out)
{
    struct stat result;
    return stat_result(stat(path, &result), &result, out);
}

int tn_os_stat_at(int dir, const char *name, struct tn_os_stat *out)
{
    struct stat stat;
    return stat_result(fstatat(dir, name, &stat, AT_SYMLINK_NOFOLLOW), &stat,
                       out);
}

static struct timespec timespec_of(struct tn_os_time time)
{
    if (time.how == TN_OS_TIME_KEEP)
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    if (time.how == TN_OS_TIME_NOW)
        return (struct timespec){.tv_nsec = UTIME_NOW};
    return (struct timespec){.tv_sec = (time_t)(time.ns / 1000000000u),
                             .tv_nsec = (long)(time.ns % 1000000000u)};
}

int tn_os_set_times(int fd, struct tn_os_time accessed,
                    struct tn_os_time modified)
{
    struct timespec times[2] = {timespec_of(accessed), timespec_of(modified)};
    return errno_of(futimens(fd, times));
}

int tn_os_set_times_at(int dir, const char *name, struct tn_os_time accessed,
                       struct tn_os_time modified)
{
    struct timespec times[2] = {timespec_of(accessed), timespec_of(modified)};
    return errno_of(utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW));
}

int tn_os_set_size(int fd, uint64_t size)
{
    if (size > INT64_MAX)
        return EINVAL;
    int result;
    do {
        result = ftruncate(fd, (off_t)size);
    } while (result < 0 && errno == EINTR);
    return errno_of(result);
}

int tn_os_allocate(int fd, uint64_t offset, uint64_t size)
{
    if (size == 0)
        return EINVAL;
    if (offset > INT64_MAX || size > INT64_MAX - offset)
        return EFBIG;
    int failed;
    do {
        failed = posix_fallocate(fd, (off_t)offset, (off_t)size);
    } while (failed == EINTR);
    return failed;
}

int tn_os_advise(int fd, uint64_t offset, uint64_t size, unsigned advice)
{
    static const int advices[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL,
                                  POSIX_FADV_RANDOM,   POSIX_FADV_WILLNEED,
                                  POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE};
    if (advice >= sizeof advices / sizeof *advices)
        return EINVAL;
    if (offset > INT64_MAX || size > INT64_MAX - offset)
        return EINVAL;
    return posix_fadvise(fd, (off_t)offset, (off_t)size, advices[advice]);
}

int tn_os_sync(int fd, bool only_data)
{
    return errno_of(only_data ? fdatasync(fd) : fsync(fd));
}

int tn_os_set_append(int fd, bool append)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0)
        return errno;
    flags = append ? flags | O_APPEND : flags & ~O_APPEND;
    return errno_of(fcntl(fd, F_SETFL, flags));
}

bool tn_os_is_append(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && (flags & O_APPEND);
}

bool tn_os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

/* --------------------------------------------------------------- names */

int tn_os_mkdir_at(int dir, const char *name)
{
    return errno_of(mkdirat(dir, name, 0777));
}

int tn_os_rmdir_at(int dir, const char *name)
{
    return errno_of(unlinkat(dir, name, AT_REMOVEDIR));
}

int tn_os_unlink_at(int dir, const char *name)
{
    return errno_of(unlinkat(dir, name, 0));
}

int tn_os_rename_at(int from, const char *name, int to, const char *new_name)
{
    return errno_of(renameat(from, name, to, new_name));
}

int tn_os_link_at(int from, const char *name, int to, const char *new_name)
{
    return errno_of(linkat(from, name, to, new_name, 0));
}

int tn_os_symlink_at(const char *target, int dir, const char *name)
{
    return errno_of(symlinkat(target, dir, name));
}

int tn_os_readlink_at(int dir, const char *name, char *target, size_t size,
                      size_t *length)
{
    ssize_t n = readlinkat(dir, name, target, size);
    *length = n < 0 ? 0 : (size_t)n;
    return n < 0 ? errno : 0;
}

static enum tn_os_type type_of_entry(const struct dirent *entry)
{
#if defined(DTTOIF)
    return type_of_mode((mode_t)DTTOIF(entry->d_type));
#else
    (void)entry;
    return TN_OS_UNKNOWN;
#endif
}

int tn_os_list(int dir, tn_os_entry_fn *each, void *ctx)
{
    /* Opened anew: a duplicate would share its position. */
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    DIR *stream = fdopendir(fd);
    if (stream == NULL) {
        int failed = errno;
        tn_os_close(fd);
        return failed;
    }
    struct dirent *entry;
    while (errno = 0, (entry = readdir(stream)) != NULL) {
        if (!each(ctx, entry->d_name, entry->d_ino, type_of_entry(entry)))
            break;
    }
    int failed = entry == NULL ? errno : 0;
    closedir(stream);
    return failed;
}
