/* p1_path.c - names of files. Where a path leads is decided in paths.c; here
 * something is done at that place. */
#include <errno.h>

#include "os/file.h"
#include "wasi/p1.h"

enum {
    LOOKUP_FOLLOW = 1
};

static struct tn_wasi_root root_of(const struct tn_wasi_p1 *p1,
                                   const struct tn_wasi_file *dir)
{
    return (struct tn_wasi_root){dir->fd, p1->wasi->files->kernel_resolves};
}

/* A directory in which `right` allows to change something. */
static enum tn_wasi_errno find_changeable(struct tn_wasi_p1 *p1, uint64_t fd,
                                          uint64_t right,
                                          struct tn_wasi_file **out)
{
    enum tn_wasi_errno wrong = tn_wasi_p1_dir(p1, fd, 0, out);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if ((*out)->is_read_only)
        return TN_WASI_ROFS;
    return tn_wasi_p1_dir(p1, fd, right, out);
}

/* args: path, its size. */
static enum tn_wasi_errno locate_in(struct tn_wasi_p1 *p1,
                                    const struct tn_wasi_file *dir,
                                    const uint64_t *args, bool follows,
                                    struct tn_wasi_place *out)
{
    struct tn_str path;
    if (!tn_wasi_p1_str(p1, args[0], args[1], &path))
        return TN_WASI_FAULT;
    return tn_wasi_locate(root_of(p1, dir), path, follows, out);
}

/* args: directory, path, its size. To change what is there. */
static enum tn_wasi_errno locate_changeable(struct tn_wasi_p1 *p1,
                                            const uint64_t *args,
                                            uint64_t right,
                                            struct tn_wasi_place *out)
{
    struct tn_wasi_file *dir;
    enum tn_wasi_errno wrong = find_changeable(p1, args[0], right, &dir);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return locate_in(p1, dir, args + 1, false, out);
}

/* A name that ends in a slash cannot be that of a link or of a file: EEXIST
 * when there is something, as the system says. */
static int refuse_slash(const struct tn_wasi_place *place)
{
    struct tn_os_stat stat;
    if (!place->wants_directory)
        return 0;
    int failed = tn_os_stat_at(place->dir, place->name, &stat);
    return failed == 0 ? EEXIST : failed;
}

/* ------------------------------------------------- directories and files */

static int make_directory(const struct tn_wasi_place *place)
{
    return tn_os_mkdir_at(place->dir, place->name);
}

static int remove_directory(const struct tn_wasi_place *place)
{
    return tn_os_rmdir_at(place->dir, place->name);
}

/* "file/" is no file. */
static int unlink_place(const struct tn_wasi_place *place)
{
    struct tn_os_stat stat;
    if (!place->wants_directory)
        return tn_os_unlink_at(place->dir, place->name);
    int failed = tn_os_stat_at(place->dir, place->name, &stat);
    if (failed != 0)
        return failed;
    return stat.type == TN_OS_DIRECTORY ? EISDIR : ENOTDIR;
}

/* The calls with one name: find its place, change what is there. */
static enum tn_wasi_errno
change_place(struct tn_wasi_p1 *p1, const uint64_t *args, uint64_t right,
             int (*change)(const struct tn_wasi_place *place))
{
    struct tn_wasi_place place;
    enum tn_wasi_errno wrong = locate_changeable(p1, args, right, &place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    int failed = change(&place);
    tn_wasi_leave(&place);
    return tn_wasi_errno_of(failed);
}

enum tn_wasi_errno tn_wasi_p1_path_create_directory(struct tn_wasi_p1 *p1,
                                                    const uint64_t *args)
{
    return change_place(p1, args, TN_WASI_PATH_CREATE_DIRECTORY,
                        make_directory);
}

enum tn_wasi_errno tn_wasi_p1_path_remove_directory(struct tn_wasi_p1 *p1,
                                                    const uint64_t *args)
{
    return change_place(p1, args, TN_WASI_PATH_REMOVE_DIRECTORY,
                        remove_directory);
}

enum tn_wasi_errno tn_wasi_p1_path_unlink_file(struct tn_wasi_p1 *p1,
                                               const uint64_t *args)
{
    return change_place(p1, args, TN_WASI_PATH_UNLINK_FILE, unlink_place);
}

/* ------------------------------------------------------- two names at once */

static int rename_places(const struct tn_wasi_place *from,
                         const struct tn_wasi_place *to)
{
    struct tn_os_stat stat;
    if (from->wants_directory || to->wants_directory) {
        int failed = tn_os_stat_at(from->dir, from->name, &stat);
        if (failed != 0)
            return failed;
        if (stat.type != TN_OS_DIRECTORY)
            return ENOTDIR;
    }
    return tn_os_rename_at(from->dir, from->name, to->dir, to->name);
}

enum tn_wasi_errno tn_wasi_p1_path_rename(struct tn_wasi_p1 *p1,
                                          const uint64_t *args)
{
    struct tn_wasi_place from, to;
    enum tn_wasi_errno wrong =
        locate_changeable(p1, args, TN_WASI_PATH_RENAME_SOURCE, &from);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    wrong = locate_changeable(p1, args + 3, TN_WASI_PATH_RENAME_TARGET, &to);
    if (wrong == TN_WASI_SUCCESS) {
        wrong = tn_wasi_errno_of(rename_places(&from, &to));
        tn_wasi_leave(&to);
    }
    tn_wasi_leave(&from);
    return wrong;
}

static int link_places(const struct tn_wasi_place *from,
                       const struct tn_wasi_place *to)
{
    int failed = refuse_slash(to);
    if (failed != 0)
        return failed;
    if (from->wants_directory) /* which cannot be linked, or is none */
        return unlink_place(from) == ENOTDIR ? ENOTDIR : EPERM;
    return tn_os_link_at(from->dir, from->name, to->dir, to->name);
}

/* args: directory, lookup flags, path, its size, directory, path, its size.
 * The source too must be changeable: else a link in another directory would
 * make a read-only file writable. */
enum tn_wasi_errno tn_wasi_p1_path_link(struct tn_wasi_p1 *p1,
                                        const uint64_t *args)
{
    struct tn_wasi_file *dir;
    struct tn_wasi_place from, to;
    enum tn_wasi_errno wrong =
        find_changeable(p1, args[0], TN_WASI_PATH_LINK_SOURCE, &dir);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    wrong = locate_in(p1, dir, args + 2, args[1] & LOOKUP_FOLLOW, &from);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    wrong = locate_changeable(p1, args + 4, TN_WASI_PATH_LINK_TARGET, &to);
    if (wrong == TN_WASI_SUCCESS) {
        wrong = tn_wasi_errno_of(link_places(&from, &to));
        tn_wasi_leave(&to);
    }
    tn_wasi_leave(&from);
    return wrong;
}

/* --------------------------------------------------------- symbolic links */

static enum tn_wasi_errno copy_target(struct tn_wasi_p1 *p1,
                                      const uint64_t *args,
                                      char out[TN_WASI_PATH_MAX])
{
    struct tn_str target;
    if (!tn_wasi_p1_str(p1, args[0], args[1], &target))
        return TN_WASI_FAULT;
    if (target.size >= TN_WASI_PATH_MAX)
        return TN_WASI_NAMETOOLONG;
    memcpy(out, target.at, target.size);
    out[target.size] = 0;
    if (strlen(out) != target.size)
        return TN_WASI_INVAL;
    return out[0] == '/' ? TN_WASI_PERM : TN_WASI_SUCCESS;
}

/* args: target, its size, directory, path, its size. What a target leads out
 * of is refused when the link is followed; an absolute one already here. */
enum tn_wasi_errno tn_wasi_p1_path_symlink(struct tn_wasi_p1 *p1,
                                           const uint64_t *args)
{
    char target[TN_WASI_PATH_MAX];
    enum tn_wasi_errno wrong = copy_target(p1, args, target);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_wasi_place place;
    wrong = locate_changeable(p1, args + 2, TN_WASI_PATH_SYMLINK, &place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    int failed = refuse_slash(&place);
    if (failed == 0)
        failed = tn_os_symlink_at(target, place.dir, place.name);
    tn_wasi_leave(&place);
    return tn_wasi_errno_of(failed);
}

/* args: directory, path, its size, buffer, its size, where its use goes. */
enum tn_wasi_errno tn_wasi_p1_path_readlink(struct tn_wasi_p1 *p1,
                                            const uint64_t *args)
{
    struct tn_wasi_file *dir;
    enum tn_wasi_errno wrong =
        tn_wasi_p1_dir(p1, args[0], TN_WASI_PATH_READLINK, &dir);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    char *out = tn_wasi_p1_span(p1, args[3], args[4]);
    if (out == NULL || tn_wasi_p1_span(p1, args[5], 4) == NULL)
        return TN_WASI_FAULT;
    struct tn_wasi_place place;
    wrong = locate_in(p1, dir, args + 1, false, &place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    char target[TN_WASI_PATH_MAX];
    size_t size;
    int failed =
        tn_os_readlink_at(place.dir, place.name, target, sizeof target, &size);
    tn_wasi_leave(&place);
    if (failed != 0)
        return tn_wasi_errno_of(failed);
    if (size > args[4])
        size = (size_t)args[4];
    memcpy(out, target, size);
    tn_wasi_p1_put_u32(p1, args[5], (uint32_t)size);
    return TN_WASI_SUCCESS;
}

/* ---------------------------------------------------------- what is there */

static int stat_place(const struct tn_wasi_place *place, struct tn_os_stat *out)
{
    int failed = tn_os_stat_at(place->dir, place->name, out);
    if (failed == 0 && place->wants_directory && out->type != TN_OS_DIRECTORY)
        return ENOTDIR;
    return failed;
}

/* args: directory, lookup flags, path, its size, filestat. */
enum tn_wasi_errno tn_wasi_p1_path_filestat_get(struct tn_wasi_p1 *p1,
                                                const uint64_t *args)
{
    struct tn_wasi_file *dir;
    enum tn_wasi_errno wrong =
        tn_wasi_p1_dir(p1, args[0], TN_WASI_PATH_FILESTAT_GET, &dir);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_wasi_place place;
    wrong = locate_in(p1, dir, args + 2, args[1] & LOOKUP_FOLLOW, &place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_os_stat stat;
    int failed = stat_place(&place, &stat);
    tn_wasi_leave(&place);
    if (failed != 0)
        return tn_wasi_errno_of(failed);
    return tn_wasi_p1_put_stat(p1, args[4], &stat);
}

/* args: directory, lookup flags, path, its size, times. */
enum tn_wasi_errno tn_wasi_p1_path_filestat_set_times(struct tn_wasi_p1 *p1,
                                                      const uint64_t *args)
{
    struct tn_wasi_file *dir;
    enum tn_wasi_errno wrong =
        find_changeable(p1, args[0], TN_WASI_PATH_FILESTAT_SET_TIMES, &dir);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_wasi_p1_times times;
    wrong = tn_wasi_p1_times(args + 4, &times);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_wasi_place place;
    wrong = locate_in(p1, dir, args + 2, args[1] & LOOKUP_FOLLOW, &place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    struct tn_os_stat stat;
    int failed = place.wants_directory ? stat_place(&place, &stat) : 0;
    if (failed == 0)
        failed = tn_os_set_times_at(place.dir, place.name, times.accessed,
                                    times.modified);
    tn_wasi_leave(&place);
    return tn_wasi_errno_of(failed);
}
