/* file.h - files and directories of the system, by descriptor.
 *
 * What has a name is named relative to an open directory, so that nothing
 * that happens elsewhere in the tree between two calls can lead them astray.
 * A name given to a call that ends in `_at` is one component: no slash in it,
 * and a symbolic link is not followed unless the call says so.
 *
 * Each call returns 0 or the system's errno. Any thread. */
#ifndef TN_OS_FILE_H
#define TN_OS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbered as WASI numbers them. */
enum tn_os_type {
    TN_OS_UNKNOWN = 0, /* pipes are of this type */
    TN_OS_BLOCK_DEVICE = 1,
    TN_OS_CHARACTER_DEVICE = 2,
    TN_OS_DIRECTORY = 3,
    TN_OS_REGULAR = 4,
    TN_OS_SOCKET_DGRAM = 5,
    TN_OS_SOCKET_STREAM = 6,
    TN_OS_SYMLINK = 7
};

struct tn_os_stat {
    uint64_t device, inode, links;
    uint64_t size;                        /* bytes */
    uint64_t accessed, modified, changed; /* ns since 1970 */
    enum tn_os_type type;
};

enum tn_os_open_flags {
    TN_OS_READ = 1 << 0,
    TN_OS_WRITE = 1 << 1,
    TN_OS_CREATE = 1 << 2,
    TN_OS_EXCLUSIVE = 1 << 3,
    TN_OS_TRUNCATE = 1 << 4,
    TN_OS_ONLY_DIRECTORY = 1 << 5, /* ENOTDIR for all else */
    TN_OS_APPEND = 1 << 6,
    TN_OS_SYNC = 1 << 7,
    TN_OS_DSYNC = 1 << 8,
    TN_OS_PLACE = 1 << 9,  /* to look from or at, not to read */
    TN_OS_FOLLOW = 1 << 10 /* a symbolic link at the end */
};

/* --- Opening. Descriptors are closed on exec and never block: who wants to
 * wait asks os/ready.h. ----------------------------------------------------- */

/* A directory, by the process's own rules for paths. */
int tn_os_open_directory(const char *path, int *out);

int tn_os_open_at(int dir, const char *name, unsigned flags, int *out);

/* Opens `path`, of any number of components, if the system itself can promise
 * that no part of it leads out of `dir`, even while others rename: EXDEV when
 * it does, EAGAIN when others renamed too busily. */
int tn_os_open_beneath(int dir, const char *path, unsigned flags, int *out);
/* Does tn_os_open_beneath work here? (It is missing from old kernels, and
 * some sandboxes forbid it.) */
bool tn_os_has_open_beneath(int dir);

void tn_os_close(int fd);

/* --- Bytes ------------------------------------------------------------------ */

struct tn_os_span {
    void *at;
    size_t size;
};

#define TN_OS_SPANS_MAX 1024 /* in one call; the system takes as many */
#define TN_OS_NO_OFFSET INT64_MIN

/* Reads or writes once, at `offset` or, with TN_OS_NO_OFFSET, at the file's
 * position. Never interrupted; may move fewer bytes than there is room for. */
int tn_os_read(int fd, const struct tn_os_span *spans, size_t count,
               int64_t offset, size_t *done);
int tn_os_write(int fd, const struct tn_os_span *spans, size_t count,
                int64_t offset, size_t *done);
/* tn_os_write at the file's position, for what may be a pipe: where nobody
 * reads any more it answers EPIPE, without the signal that ends a process. */
int tn_os_write_quietly(int fd, const struct tn_os_span *spans, size_t count,
                        size_t *done);

enum tn_os_whence {
    TN_OS_SET,
    TN_OS_CUR,
    TN_OS_END
};
int tn_os_seek(int fd, int64_t by, enum tn_os_whence whence, uint64_t *at);

/* --- Files ------------------------------------------------------------------ */

int tn_os_stat(int fd, struct tn_os_stat *out);
/* By the process's own rules for paths; follows symbolic links. */
int tn_os_stat_path(const char *path, struct tn_os_stat *out);
int tn_os_stat_at(int dir, const char *name, struct tn_os_stat *out);

enum tn_os_time_how {
    TN_OS_TIME_KEEP,
    TN_OS_TIME_NOW,
    TN_OS_TIME_GIVEN
};
struct tn_os_time {
    enum tn_os_time_how how;
    uint64_t ns; /* since 1970 */
};
int tn_os_set_times(int fd, struct tn_os_time accessed,
                    struct tn_os_time modified);
int tn_os_set_times_at(int dir, const char *name, struct tn_os_time accessed,
                       struct tn_os_time modified);

int tn_os_set_size(int fd, uint64_t size);
int tn_os_allocate(int fd, uint64_t offset, uint64_t size);
/* Numbered as WASI numbers them: normal, sequential, random, will need, don't
 * need, no reuse. */
int tn_os_advise(int fd, uint64_t offset, uint64_t size, unsigned advice);
int tn_os_sync(int fd, bool only_data);
int tn_os_set_append(int fd, bool append);
bool tn_os_is_append(int fd);
bool tn_os_is_terminal(int fd);

/* --- Names ------------------------------------------------------------------ */

int tn_os_mkdir_at(int dir, const char *name);
int tn_os_rmdir_at(int dir, const char *name);
int tn_os_unlink_at(int dir, const char *name);
int tn_os_rename_at(int from, const char *name, int to, const char *new_name);
int tn_os_link_at(int from, const char *name, int to, const char *new_name);
int tn_os_symlink_at(const char *target, int dir, const char *name);
/* Writes at most `size` bytes of the target, without a zero. EINVAL when
 * `name` is not a symbolic link. */
int tn_os_readlink_at(int dir, const char *name, char *target, size_t size,
                      size_t *length);

/* Calls `each` for every entry, "." and ".." too, until it returns false. */
typedef bool tn_os_entry_fn(void *ctx, const char *name, uint64_t inode,
                            enum tn_os_type type);
int tn_os_list(int dir, tn_os_entry_fn *each, void *ctx);

#endif
