/* files.c - whole files in and out. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool fail_io(const struct report *report, const char *path)
{
    report_error(report, "io", "%s: %s", path, strerror(errno));
    return false;
}

/* Reads to the end; false with errno, and what was read in `out`. */
static bool read_all(int fd, struct file_bytes *out)
{
    size_t room = 0;
    for (;;) {
        if (out->size == room) {
            room = room ? 2 * room : 1 << 16;
            void *at = realloc(out->at, room);
            if (at == NULL)
                return false;
            out->at = at;
        }
        ssize_t got = read(fd, (char *)out->at + out->size, room - out->size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        out->size += (size_t)got;
    }
}

bool read_bytes(const struct report *report, const char *path,
                struct file_bytes *out)
{
    bool is_stdin = strcmp(path, "-") == 0;
    *out = (struct file_bytes){NULL, 0};
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_io(report, path);
    bool is_read = read_all(fd, out) || fail_io(report, path);
    if (!is_stdin)
        close(fd);
    if (!is_read) {
        free(out->at);
        *out = (struct file_bytes){NULL, 0};
    }
    return is_read;
}

static bool write_all(int fd, const char *at, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, at, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        size -= (size_t)put;
    }
    return true;
}

void sync_directory(const char *path)
{
    char *folder = strdup(path);
    if (folder == NULL)
        return;
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder] = '\0';
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

bool is_same_file(const char *path, const char *other)
{
    struct stat one, two;
    return stat(path, &one) == 0 && stat(other, &two) == 0 &&
           one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* A rename would put a file in the place of a pipe or a device. */
static bool is_replaceable(const struct report *report, const char *path)
{
    struct stat now;
    if (stat(path, &now) != 0 || S_ISREG(now.st_mode))
        return true;
    report_error(report, "io", "%s: not a regular file", path);
    return false;
}

bool stage_file(const struct report *report, const char *path,
                const void *bytes, size_t size, char **out)
{
    size_t room = strlen(path) + 32;
    if (!is_replaceable(report, path))
        return false;
    char *beside = malloc(room);
    if (beside == NULL)
        return fail_io(report, path);
    snprintf(beside, room, "%s.tmp.%ld", path, (long)getpid());
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool is_written = fd >= 0 && write_all(fd, bytes, size) && fsync(fd) == 0;
    if (fd >= 0)
        is_written = close(fd) == 0 && is_written;
    if (is_written) {
        *out = beside;
        return true;
    }
    fail_io(report, path);
    if (fd >= 0)
        unlink(beside);
    free(beside);
    return false;
}

bool place_file(const struct report *report, const char *staged,
                const char *path)
{
    return rename(staged, path) == 0 || fail_io(report, path);
}

void drop_staged(char *staged)
{
    if (staged != NULL)
        unlink(staged);
    free(staged);
}

bool write_file(const struct report *report, const char *path,
                const void *bytes, size_t size)
{
    char *staged = NULL;
    bool is_written = stage_file(report, path, bytes, size, &staged) &&
                      place_file(report, staged, path);
    if (is_written)
        sync_directory(path);
    drop_staged(staged);
    return is_written;
}

bool open_package(const struct report *report, const char *path,
                  const char *sha256, tn_package **out)
{
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    tn_error err = {0};
    tn_status status;
    config.sha256 = sha256;
    *out = NULL;
    if (strcmp(path, "-") == 0) {
        struct file_bytes bytes;
        if (!read_bytes(report, path, &bytes))
            return false;
        status = tn_package_read(bytes.at, bytes.size, &config, out, &err);
        free(bytes.at);
        path = "standard input";
    } else {
        status = tn_package_read_file(path, &config, out, &err);
    }
    if (status != TN_OK)
        report_failure(report, NULL, path, &err);
    return status == TN_OK;
}
