/* slurp.c - reads until the end: the size that the system names is only a
 * hint, for a pipe has none and a file may grow while it is read. */
#include "os/slurp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEAST_ROOM 4096

static tn_status slurp_failed(const char *path, tn_error *err)
{
    return tn_fail(err, TN_E_IO, TN_NO_OFFSET, "%s: %s", path, strerror(errno));
}

static size_t first_room(int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_size < 0 || st.st_size > INT32_MAX)
        return LEAST_ROOM;
    return (size_t)st.st_size + 1; /* one more, so that the end shows at once */
}

static tn_status slurp_all(int fd, const char *path, uint64_t max_bytes,
                           struct tn_buf *out, tn_error *err)
{
    size_t room = first_room(fd), begin = out->size;
    for (;;) {
        uint8_t *at = tn_buf_room(out, room);
        if (at == NULL)
            return tn_no_memory(err);
        ssize_t n = read(fd, at, out->cap - out->size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return slurp_failed(path, err);
        if (n == 0)
            return TN_OK;
        out->size += (size_t)n;
        if (out->size - begin > max_bytes)
            return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                           "%s: more than %llu bytes", path,
                           (unsigned long long)max_bytes);
        room = LEAST_ROOM;
    }
}

tn_status tn_os_slurp(const char *path, uint64_t max_bytes, struct tn_buf *out,
                      bool *is_missing, tn_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (is_missing != NULL)
        *is_missing = fd < 0 && errno == ENOENT;
    if (fd < 0)
        return slurp_failed(path, err);
    tn_status status = slurp_all(fd, path, max_bytes, out, err);
    (void)close(fd);
    return status;
}

#undef LEAST_ROOM
