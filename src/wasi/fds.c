/* fds.c - numbers, and what stands behind them. */
#include "wasi/fds.h"

#include "base/error.h"
#include "wasi/listing.h"

enum {
    RIGHTS_OF_FILES = TN_WASI_FD_DATASYNC | TN_WASI_FD_READ | TN_WASI_FD_SEEK |
                      TN_WASI_FD_FDSTAT_SET_FLAGS | TN_WASI_FD_SYNC |
                      TN_WASI_FD_TELL | TN_WASI_FD_WRITE | TN_WASI_FD_ADVISE |
                      TN_WASI_FD_ALLOCATE | TN_WASI_FD_FILESTAT_GET |
                      TN_WASI_FD_FILESTAT_SET_SIZE |
                      TN_WASI_FD_FILESTAT_SET_TIMES | TN_WASI_POLL_FD_READWRITE,
    RIGHTS_OF_CHANGING_PATHS =
        TN_WASI_PATH_CREATE_DIRECTORY | TN_WASI_PATH_CREATE_FILE |
        TN_WASI_PATH_LINK_SOURCE | TN_WASI_PATH_LINK_TARGET |
        TN_WASI_PATH_RENAME_SOURCE | TN_WASI_PATH_RENAME_TARGET |
        TN_WASI_PATH_FILESTAT_SET_SIZE | TN_WASI_PATH_FILESTAT_SET_TIMES |
        TN_WASI_PATH_SYMLINK | TN_WASI_PATH_REMOVE_DIRECTORY |
        TN_WASI_PATH_UNLINK_FILE,
    RIGHTS_OF_CHANGING_FILES = TN_WASI_FD_WRITE | TN_WASI_FD_ALLOCATE |
                               TN_WASI_FD_FILESTAT_SET_SIZE |
                               TN_WASI_FD_FILESTAT_SET_TIMES,
    RIGHTS_OF_DIRECTORIES =
        RIGHTS_OF_CHANGING_PATHS | TN_WASI_PATH_OPEN | TN_WASI_FD_READDIR |
        TN_WASI_PATH_READLINK | TN_WASI_PATH_FILESTAT_GET |
        TN_WASI_FD_FILESTAT_GET | TN_WASI_FD_FILESTAT_SET_TIMES |
        TN_WASI_FD_FDSTAT_SET_FLAGS | TN_WASI_FD_SYNC | TN_WASI_FD_DATASYNC,
    RIGHTS_OF_STREAMS = TN_WASI_FD_FDSTAT_SET_FLAGS | TN_WASI_FD_FILESTAT_GET |
                        TN_WASI_POLL_FD_READWRITE
};

/* ------------------------------------------------------------- the table */

struct tn_wasi_fds *tn_wasi_fds_new(const tn_allocator *alloc)
{
    struct tn_wasi_fds *fds = TN_ALLOC(alloc, struct tn_wasi_fds);
    if (fds == NULL)
        return NULL;
    fds->alloc = alloc;
    fds->refs = 1;
    tn_mutex_init(&fds->lock);
    return fds;
}

struct tn_wasi_fds *tn_wasi_fds_retain(struct tn_wasi_fds *fds)
{
    fds->refs++;
    return fds;
}

/* Gives up what a file holds, but not its own memory. */
static void end_file(const tn_allocator *alloc, struct tn_wasi_file *file)
{
    if (file->fd >= 0 && !file->is_borrowed)
        tn_os_close(file->fd);
    if (file->guest_path != NULL)
        tn_alloc_free(alloc, file->guest_path, strlen(file->guest_path) + 1);
    tn_wasi_listing_free(file->listing);
}

void tn_wasi_fds_release(struct tn_wasi_fds *fds)
{
    if (--fds->refs > 0)
        return;
    for (uint32_t fd = 0; fd < fds->slots.count; fd++)
        tn_wasi_fds_close(fds, fd);
    const tn_allocator *alloc = fds->alloc;
    TN_VEC_CLEAR(&fds->slots, alloc);
    tn_mutex_clear(&fds->lock);
    tn_alloc_free(alloc, fds, sizeof *fds);
}

static void bury_file(struct tn_wasi_fds *fds, struct tn_wasi_file *file)
{
    end_file(fds->alloc, file);
    tn_alloc_free(fds->alloc, file, sizeof *file);
}

void tn_wasi_fds_enter(struct tn_wasi_fds *fds)
{
    tn_mutex_lock(&fds->lock);
}

void tn_wasi_fds_leave(struct tn_wasi_fds *fds)
{
    while (fds->pause_count == 0 && fds->closed != NULL) {
        struct tn_wasi_file *file = fds->closed;
        fds->closed = file->next_closed;
        bury_file(fds, file);
    }
    tn_mutex_unlock(&fds->lock);
}

void tn_wasi_fds_pause(struct tn_wasi_fds *fds)
{
    fds->pause_count++;
    tn_mutex_unlock(&fds->lock);
}

void tn_wasi_fds_resume(struct tn_wasi_fds *fds)
{
    tn_mutex_lock(&fds->lock);
    fds->pause_count--;
}

struct tn_wasi_file *tn_wasi_fds_get(const struct tn_wasi_fds *fds, uint32_t fd)
{
    return fd < fds->slots.count ? fds->slots.at[fd].file : NULL;
}

static bool find_free(struct tn_wasi_fds *fds, uint32_t *fd)
{
    for (*fd = 0; *fd < fds->slots.count; ++*fd)
        if (fds->slots.at[*fd].file == NULL)
            return true;
    return TN_VEC_PUSH(&fds->slots, fds->alloc, (struct tn_wasi_slot){NULL});
}

enum tn_wasi_errno tn_wasi_fds_add(struct tn_wasi_fds *fds,
                                   struct tn_wasi_file file, uint32_t *fd)
{
    struct tn_wasi_file *kept = TN_ALLOC(fds->alloc, struct tn_wasi_file);
    if (kept == NULL || !find_free(fds, fd)) {
        tn_alloc_free(fds->alloc, kept, sizeof *kept);
        end_file(fds->alloc, &file);
        return TN_WASI_NOMEM;
    }
    *kept = file;
    fds->slots.at[*fd].file = kept;
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_fds_close(struct tn_wasi_fds *fds, uint32_t fd)
{
    struct tn_wasi_file *file = tn_wasi_fds_get(fds, fd);
    if (file == NULL)
        return TN_WASI_BADF;
    fds->slots.at[fd].file = NULL;
    if (fds->pause_count == 0) {
        bury_file(fds, file);
    } else {
        file->next_closed = fds->closed;
        fds->closed = file;
    }
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_fds_renumber(struct tn_wasi_fds *fds, uint32_t from,
                                        uint32_t to)
{
    struct tn_wasi_file *file = tn_wasi_fds_get(fds, from);
    if (file == NULL || tn_wasi_fds_get(fds, to) == NULL)
        return TN_WASI_BADF;
    if (from == to)
        return TN_WASI_SUCCESS;
    tn_wasi_fds_close(fds, to);
    fds->slots.at[to].file = file;
    fds->slots.at[from].file = NULL;
    return TN_WASI_SUCCESS;
}

/* ------------------------------------------------------ standard streams */

static uint64_t rights_of_stdio(uint32_t fd)
{
    uint64_t own = fd == 0 ? TN_WASI_FD_READ : TN_WASI_FD_WRITE;
    return own | RIGHTS_OF_STREAMS;
}

struct tn_wasi_file tn_wasi_file_of_stream(uint32_t fd, tn_stream stream)
{
    return (struct tn_wasi_file){
        .fd = -1,
        .stream = stream,
        .type = stream.is_terminal ? TN_OS_CHARACTER_DEVICE : TN_OS_UNKNOWN,
        .rights = rights_of_stdio(fd),
    };
}

struct tn_wasi_file tn_wasi_file_of_stdio(uint32_t fd, bool is_terminal)
{
    struct tn_os_stat stat;
    if (tn_os_stat((int)fd, &stat) != 0)
        return tn_wasi_file_of_stream(fd, (tn_stream){0});
    struct tn_wasi_file file = {
        .fd = (int)fd,
        .is_borrowed = true,
        .can_wait = stat.type != TN_OS_REGULAR,
        .type = stat.type,
        .flags = tn_os_is_append((int)fd) ? TN_WASI_APPEND : 0,
        .rights = rights_of_stdio(fd),
    };
    if (is_terminal)
        file.type = TN_OS_CHARACTER_DEVICE;
    uint64_t at;
    if (!is_terminal && !tn_os_is_terminal((int)fd) &&
        tn_os_seek((int)fd, 0, TN_OS_CUR, &at) == 0) {
        file.can_seek = true;
        file.rights |= TN_WASI_FD_SEEK | TN_WASI_FD_TELL;
    }
    if (stat.type == TN_OS_REGULAR)
        file.rights |=
            TN_WASI_FD_SYNC | TN_WASI_FD_DATASYNC | TN_WASI_FD_ADVISE;
    return file;
}

/* ----------------------------------------------------------- directories */

static uint64_t rights_of_directory(bool is_read_only)
{
    if (is_read_only)
        return RIGHTS_OF_DIRECTORIES &
               ~(uint64_t)(RIGHTS_OF_CHANGING_PATHS |
                           TN_WASI_FD_FILESTAT_SET_TIMES);
    return RIGHTS_OF_DIRECTORIES;
}

tn_status tn_wasi_fds_preopen(struct tn_wasi_fds *fds,
                              const tn_preopen *preopen, tn_error *err)
{
    const char *guest = preopen->guest ? preopen->guest : preopen->host;
    /* A read-only directory passes on rights to write all the same: a guest's
     * libc asks for no more than these, and would open for reading what its
     * program asked to write, instead of telling it ROFS. */
    struct tn_wasi_file file = {
        .is_read_only = preopen->read_only,
        .type = TN_OS_DIRECTORY,
        .rights = rights_of_directory(preopen->read_only),
        .inheriting = RIGHTS_OF_DIRECTORIES | RIGHTS_OF_FILES,
    };
    int failed = tn_os_open_directory(preopen->host, &file.fd);
    if (failed != 0)
        return tn_fail(err, TN_E_IO, TN_NO_OFFSET,
                       "the directory \"%s\" cannot be opened: %s",
                       preopen->host, strerror(failed));
    fds->kernel_resolves = tn_os_has_open_beneath(file.fd);
    file.guest_path = tn_alloc_new(fds->alloc, strlen(guest) + 1, 1);
    if (file.guest_path == NULL) {
        end_file(fds->alloc, &file);
        return tn_no_memory(err);
    }
    memcpy(file.guest_path, guest, strlen(guest) + 1);
    uint32_t fd;
    if (tn_wasi_fds_add(fds, file, &fd) != TN_WASI_SUCCESS)
        return tn_no_memory(err);
    return TN_OK;
}

/* ------------------------------------------------------ what guests open */

/* The rights that make sense for what `file` turned out to be. */
static uint64_t sensible_rights(const struct tn_wasi_file *file)
{
    if (file->type == TN_OS_DIRECTORY)
        return rights_of_directory(file->is_read_only);
    uint64_t rights = RIGHTS_OF_FILES;
    if (file->is_read_only)
        rights &= ~(uint64_t)RIGHTS_OF_CHANGING_FILES;
    if (!file->can_seek)
        rights &= ~(uint64_t)(TN_WASI_FD_SEEK | TN_WASI_FD_TELL);
    return rights;
}

enum tn_wasi_errno tn_wasi_fds_add_opened(struct tn_wasi_fds *fds,
                                          const struct tn_wasi_file *dir,
                                          int fd, struct tn_wasi_file asked,
                                          uint32_t *out)
{
    struct tn_wasi_file file = asked;
    file.fd = fd;
    file.is_read_only = dir->is_read_only;
    struct tn_os_stat stat;
    int failed = tn_os_stat(fd, &stat);
    if (failed != 0) {
        end_file(fds->alloc, &file);
        return tn_wasi_errno_of(failed);
    }
    uint64_t at;
    file.type = stat.type;
    file.can_seek = stat.type == TN_OS_REGULAR ||
                    (stat.type != TN_OS_DIRECTORY && !tn_os_is_terminal(fd) &&
                     tn_os_seek(fd, 0, TN_OS_CUR, &at) == 0);
    file.can_wait = stat.type != TN_OS_REGULAR && stat.type != TN_OS_DIRECTORY;
    file.rights &= dir->inheriting & sensible_rights(&file);
    file.inheriting &= dir->inheriting;
    return tn_wasi_fds_add(fds, file, out);
}
