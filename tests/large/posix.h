/* posix.h - included before SQLite's sources when compiled for WASI: what its
 * Unix files ask of an operating system and wasi-libc does not declare. Used
 * with the VFS "unix-none", so that locks are never asked for. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum {
    F_RDLCK,
    F_WRLCK,
    F_UNLCK,
    F_GETLK = 100,
    F_SETLK
};

static inline uid_t geteuid(void)
{
    return 0;
}
static inline int fchown(int fd, uid_t uid, gid_t gid)
{
    (void)fd, (void)uid, (void)gid;
    return 0;
}
static inline int fchmod(int fd, mode_t mode)
{
    (void)fd, (void)mode;
    return 0;
}
