/* files.c - whole files in and out. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

const char *shown_path(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* A binary begins with a zero, a package with a letter, and what is compressed
 * with what does not matter here: it has a name. */
static bool is_text_module(const char *path, const struct file_bytes *bytes)
{
    const char *at = bytes->at;
    size_t i = 0;
    if (strcmp(path, "-") != 0)
        return ends_with(path, ".wat");
    while (i < bytes->size &&
           (at[i] == ' ' || at[i] == '\t' || at[i] == '\r' || at[i] == '\n'))
        i++;
    return i < bytes->size && (at[i] == '(' || at[i] == ';');
}

/* Puts the binary in the place of the source. */
static bool parse_module(const struct report *report, const char *path,
                         struct file_bytes *bytes)
{
    tn_error err = {0};
    tn_text text;
    tn_status status = tn_module_parse(bytes->at, bytes->size, &text, &err);
    if (status != TN_OK) {
        report_source(report, shown_path(path), bytes->at, bytes->size, &err);
        free(bytes->at);
        bytes->at = NULL;
        return false;
    }
    free(bytes->at);
    *bytes = (struct file_bytes){malloc(text.size), text.size};
    if (bytes->at != NULL)
        memcpy(bytes->at, text.at, text.size);
    else
        report_error(report, "memory", "out of memory");
    tn_text_free(&text);
    return bytes->at != NULL;
}

bool read_module(const struct report *report, const char *path,
                 struct file_bytes *out)
{
    return read_bytes(report, path, out) &&
           (!is_text_module(path, out) || parse_module(report, path, out));
}

/* Of a text module it is the source that has the hash. */
static bool is_source_right(const struct report *report, const char *path,
                            const struct file_bytes *source, const char *sha256)
{
    char hash[TN_SHA256_HEX];
    tn_error err = {0};
    if (tn_sha256(source->at, source->size, hash, &err) != TN_OK)
        report_failure(report, NULL, shown_path(path), &err);
    else if (strcasecmp(hash, sha256) != 0)
        report_error(report, "hash", "%s: sha256 is %s, expected %s",
                     shown_path(path), hash, sha256);
    else
        return true;
    return false;
}

/* `bytes` as a package. Frees them. */
static bool open_bytes(const struct report *report, const char *path,
                       const char *sha256, struct file_bytes bytes,
                       tn_package **out)
{
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    tn_error err = {0};
    bool is_open = true;
    config.sha256 = sha256;
    if (is_text_module(path, &bytes)) {
        config.sha256 = NULL;
        is_open =
            (sha256 == NULL || is_source_right(report, path, &bytes, sha256)) &&
            parse_module(report, path, &bytes);
    }
    if (is_open &&
        tn_package_read(bytes.at, bytes.size, &config, out, &err) != TN_OK) {
        report_failure(report, NULL, shown_path(path), &err);
        is_open = false;
    }
    free(bytes.at);
    return is_open;
}

bool open_package(const struct report *report, const char *path,
                  const char *sha256, tn_package **out)
{
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    tn_error err = {0};
    struct file_bytes bytes;
    config.sha256 = sha256;
    *out = NULL;
    if (strcmp(path, "-") == 0 || ends_with(path, ".wat"))
        return read_bytes(report, path, &bytes) &&
               open_bytes(report, path, sha256, bytes, out);
    if (tn_package_read_file(path, &config, out, &err) == TN_OK)
        return true;
    report_failure(report, NULL, path, &err);
    return false;
}
