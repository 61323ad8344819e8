/* fds.h - the files that a guest has open, by number.
 *
 * A table has owners, counted: instances that share one see each other's
 * files. A file is a descriptor of the system's or a stream of the embedder's.
 * Its flags and rights are kept here as the guest sees them. All descriptors
 * that we opened are non-blocking underneath: waiting is done in waits.h,
 * where it can be interrupted.
 *
 * Calls of several threads take turns by the table's lock. While one of them
 * waits, or calls the embedder, it pauses: others may then come in, and a file
 * that they close stays whole until nobody pauses any more. */
#ifndef TN_WASI_FDS_H
#define TN_WASI_FDS_H

#include "base/vec.h"
#include "os/file.h"
#include "os/sync.h"
#include "wasi/paths.h"

enum tn_wasi_rights {
    TN_WASI_FD_DATASYNC = 1 << 0,
    TN_WASI_FD_READ = 1 << 1,
    TN_WASI_FD_SEEK = 1 << 2,
    TN_WASI_FD_FDSTAT_SET_FLAGS = 1 << 3,
    TN_WASI_FD_SYNC = 1 << 4,
    TN_WASI_FD_TELL = 1 << 5,
    TN_WASI_FD_WRITE = 1 << 6,
    TN_WASI_FD_ADVISE = 1 << 7,
    TN_WASI_FD_ALLOCATE = 1 << 8,
    TN_WASI_PATH_CREATE_DIRECTORY = 1 << 9,
    TN_WASI_PATH_CREATE_FILE = 1 << 10,
    TN_WASI_PATH_LINK_SOURCE = 1 << 11,
    TN_WASI_PATH_LINK_TARGET = 1 << 12,
    TN_WASI_PATH_OPEN = 1 << 13,
    TN_WASI_FD_READDIR = 1 << 14,
    TN_WASI_PATH_READLINK = 1 << 15,
    TN_WASI_PATH_RENAME_SOURCE = 1 << 16,
    TN_WASI_PATH_RENAME_TARGET = 1 << 17,
    TN_WASI_PATH_FILESTAT_GET = 1 << 18,
    TN_WASI_PATH_FILESTAT_SET_SIZE = 1 << 19,
    TN_WASI_PATH_FILESTAT_SET_TIMES = 1 << 20,
    TN_WASI_FD_FILESTAT_GET = 1 << 21,
    TN_WASI_FD_FILESTAT_SET_SIZE = 1 << 22,
    TN_WASI_FD_FILESTAT_SET_TIMES = 1 << 23,
    TN_WASI_PATH_SYMLINK = 1 << 24,
    TN_WASI_PATH_REMOVE_DIRECTORY = 1 << 25,
    TN_WASI_PATH_UNLINK_FILE = 1 << 26,
    TN_WASI_POLL_FD_READWRITE = 1 << 27,
    TN_WASI_SOCK_SHUTDOWN = 1 << 28,
    TN_WASI_SOCK_ACCEPT = 1 << 29
};

enum tn_wasi_fdflags {
    TN_WASI_APPEND = 1,
    TN_WASI_DSYNC = 2,
    TN_WASI_NONBLOCK = 4,
    TN_WASI_RSYNC = 8,
    TN_WASI_SYNC = 16,
    TN_WASI_FDFLAGS_ALL = 31
};

struct tn_wasi_file {
    int fd;           /* -1: a stream */
    tn_stream stream; /* if fd is -1 */
    bool is_borrowed; /* the process's own: not closed, its flags not changed */
    bool is_read_only; /* nothing beneath it may be changed */
    bool can_seek;
    bool can_wait;        /* reading or writing may have to wait */
    enum tn_os_type type; /* as the guest is told */
    unsigned flags;       /* enum tn_wasi_fdflags */
    uint64_t rights, inheriting;
    char *guest_path;                /* a preopened directory's; else null */
    struct tn_wasi_listing *listing; /* while it is read as a directory */
    struct tn_wasi_file *next_closed;
};

struct tn_wasi_slot {
    struct tn_wasi_file *file; /* null when the number is free */
};

struct tn_wasi_fds {
    const tn_allocator *alloc;
    uint32_t refs;
    bool kernel_resolves;                     /* see paths.h */
    struct tn_vec(struct tn_wasi_slot) slots; /* by number */
    struct tn_mutex lock;
    uint32_t pause_count;
    struct tn_wasi_file *closed; /* while somebody pauses */
};

/* An empty table with one owner; null without memory. */
struct tn_wasi_fds *tn_wasi_fds_new(const tn_allocator *alloc);
struct tn_wasi_fds *tn_wasi_fds_retain(struct tn_wasi_fds *fds);
/* The last owner closes all files. */
void tn_wasi_fds_release(struct tn_wasi_fds *fds);

/* Around each call of a guest's, which may pause in between. */
void tn_wasi_fds_enter(struct tn_wasi_fds *fds);
void tn_wasi_fds_leave(struct tn_wasi_fds *fds);
void tn_wasi_fds_pause(struct tn_wasi_fds *fds);
void tn_wasi_fds_resume(struct tn_wasi_fds *fds);

/* Null when `fd` is not open. Stale after anything that changes the table. */
struct tn_wasi_file *tn_wasi_fds_get(const struct tn_wasi_fds *fds,
                                     uint32_t fd);

/* Takes over what `file` holds, also when it fails, and gives it the lowest
 * free number. */
enum tn_wasi_errno tn_wasi_fds_add(struct tn_wasi_fds *fds,
                                   struct tn_wasi_file file, uint32_t *fd);
enum tn_wasi_errno tn_wasi_fds_close(struct tn_wasi_fds *fds, uint32_t fd);
/* Closes `to`, which must be open, and calls `from` by its number. */
enum tn_wasi_errno tn_wasi_fds_renumber(struct tn_wasi_fds *fds, uint32_t from,
                                        uint32_t to);

/* A standard stream; 0 is read, others are written. */
struct tn_wasi_file tn_wasi_file_of_stream(uint32_t fd, tn_stream stream);
/* The process's own descriptor `fd`, 0 to 2; a stream at its end when the
 * process has none. */
struct tn_wasi_file tn_wasi_file_of_stdio(uint32_t fd, bool is_terminal);
/* A directory of the host's, under a name of the guest's. */
tn_status tn_wasi_fds_preopen(struct tn_wasi_fds *fds,
                              const tn_preopen *preopen, tn_error *err);
/* What was opened beneath `dir` as `fd`, which is taken over also when it
 * fails: rights are at most those that `dir` passes on. */
enum tn_wasi_errno tn_wasi_fds_add_opened(struct tn_wasi_fds *fds,
                                          const struct tn_wasi_file *dir,
                                          int fd, struct tn_wasi_file asked,
                                          uint32_t *out);

#endif
