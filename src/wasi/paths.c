/* paths.c - a path becomes a held directory and one name in it.
 *
 * Everything rests on open_directory, which finds a directory beneath the
 * root; the last name is then dealt with here. No call below names more than
 * one component to the system, except tn_os_open_beneath. */
#include "wasi/paths.h"

#include <errno.h>

#include "os/file.h"

enum {
    LINKS_MAX = 40,  /* as the kernel has it */
    DEPTH_MAX = 256, /* directories held open during a walk */
    BUSY_MAX = 16    /* how often we ask again when others rename */
};

static enum tn_wasi_errno errno_of_beneath(int failed)
{
    return failed == EXDEV ? TN_WASI_PERM : tn_wasi_errno_of(failed);
}

/* ---------------------------------------------------------------- a walk */

struct walk {
    int dirs[DEPTH_MAX]; /* [0] is the root's; the others are ours */
    size_t depth;        /* of the last */
    unsigned link_count;
    const char *rest; /* in text: what is still to be walked */
    char text[TN_WASI_PATH_MAX];
};

static void step_back(struct walk *walk)
{
    tn_os_close(walk->dirs[walk->depth--]);
}

/* Takes the next component off the rest. False at the end. */
static bool next_component(struct walk *walk, struct tn_str *name)
{
    while (*walk->rest == '/')
        walk->rest++;
    size_t size = strcspn(walk->rest, "/");
    *name = (struct tn_str){walk->rest, size};
    walk->rest += size;
    return size > 0;
}

/* Puts `link`, and a slash, before `rest`: into `out`, of PATH_MAX bytes. */
static enum tn_wasi_errno join_path(char *out, struct tn_str head,
                                    const char *rest)
{
    size_t rest_size = strlen(rest);
    if (head.size + 1 + rest_size >= TN_WASI_PATH_MAX)
        return TN_WASI_NAMETOOLONG;
    memmove(out + head.size + 1, rest, rest_size + 1);
    memcpy(out, head.at, head.size);
    out[head.size] = '/';
    return TN_WASI_SUCCESS;
}

/* Reads the link `name`, if it is one: else `*target` is empty. */
static enum tn_wasi_errno read_link(int dir, const char *name,
                                    char text[TN_WASI_PATH_MAX],
                                    struct tn_str *target)
{
    *target = (struct tn_str){text, 0};
    if (tn_os_readlink_at(dir, name, text, TN_WASI_PATH_MAX, &target->size))
        return TN_WASI_SUCCESS;
    if (target->size == TN_WASI_PATH_MAX)
        return TN_WASI_NAMETOOLONG;
    return target->size > 0 && text[0] == '/' ? TN_WASI_PERM : TN_WASI_SUCCESS;
}

/* `name` could not be opened as a directory: `failed`. If it is a link, what
 * it says is walked instead. */
static enum tn_wasi_errno expand_link(struct walk *walk, const char *name,
                                      int failed)
{
    char text[TN_WASI_PATH_MAX];
    struct tn_str target;
    enum tn_wasi_errno wrong =
        read_link(walk->dirs[walk->depth], name, text, &target);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (target.size == 0)
        return tn_wasi_errno_of(failed);
    if (++walk->link_count > LINKS_MAX)
        return TN_WASI_LOOP;
    wrong = join_path(walk->text, target, walk->rest);
    walk->rest = walk->text;
    return wrong;
}

static bool copy_component(struct tn_str name, char out[TN_WASI_NAME_MAX])
{
    if (name.size >= TN_WASI_NAME_MAX)
        return false;
    memcpy(out, name.at, name.size);
    out[name.size] = 0;
    return true;
}

static enum tn_wasi_errno step_into(struct walk *walk, struct tn_str name)
{
    char text[TN_WASI_NAME_MAX];
    if (!copy_component(name, text))
        return TN_WASI_NAMETOOLONG;
    if (walk->depth + 1 == DEPTH_MAX)
        return TN_WASI_NAMETOOLONG;
    int fd;
    int failed = tn_os_open_at(walk->dirs[walk->depth], text,
                               TN_OS_PLACE | TN_OS_ONLY_DIRECTORY, &fd);
    if (failed == ENOTDIR || failed == ELOOP)
        return expand_link(walk, text, failed);
    if (failed != 0)
        return tn_wasi_errno_of(failed);
    walk->dirs[++walk->depth] = fd;
    return TN_WASI_SUCCESS;
}

static enum tn_wasi_errno take_step(struct walk *walk, struct tn_str name)
{
    if (tn_str_is(name, "."))
        return TN_WASI_SUCCESS;
    if (!tn_str_is(name, ".."))
        return step_into(walk, name);
    if (walk->depth == 0)
        return TN_WASI_PERM;
    step_back(walk);
    return TN_WASI_SUCCESS;
}

/* The way without the kernel's help. `*out` is the root's own descriptor when
 * the path leads back to it. */
static enum tn_wasi_errno walk_to(int root, const char *path, int *out)
{
    struct walk walk;
    walk.dirs[0] = root;
    walk.depth = 0;
    walk.link_count = 0;
    memcpy(walk.text, path, strlen(path) + 1);
    walk.rest = walk.text;

    enum tn_wasi_errno wrong = TN_WASI_SUCCESS;
    struct tn_str name;
    while (wrong == TN_WASI_SUCCESS && next_component(&walk, &name))
        wrong = take_step(&walk, name);

    *out = walk.dirs[walk.depth];
    if (wrong == TN_WASI_SUCCESS && walk.depth > 0)
        walk.depth--;
    while (walk.depth > 0)
        step_back(&walk);
    return wrong;
}

/* ----------------------------------------------------------- directories */

/* Asks the kernel; EAGAIN when it cannot tell because others rename. */
static int open_beneath(int dir, const char *path, unsigned flags, int *out)
{
    int failed = EAGAIN;
    for (int i = 0; i < BUSY_MAX && failed == EAGAIN; i++)
        failed = tn_os_open_beneath(dir, path, flags, out);
    return failed;
}

/* Finds the directory `path`, which may be empty; `*out` may be root.dir. */
static enum tn_wasi_errno open_directory(struct tn_wasi_root root,
                                         const char *path, int *out)
{
    *out = root.dir;
    if (*path == 0)
        return TN_WASI_SUCCESS;
    int failed = EAGAIN;
    if (root.kernel_resolves)
        failed = open_beneath(root.dir, path,
                              TN_OS_PLACE | TN_OS_FOLLOW | TN_OS_ONLY_DIRECTORY,
                              out);
    if (failed == EAGAIN)
        return walk_to(root.dir, path, out);
    return errno_of_beneath(failed);
}

/* -------------------------------------------------------------- the rest */

/* Checked as a copy: the guest's memory may be shared. */
static enum tn_wasi_errno copy_path(struct tn_str path,
                                    char out[TN_WASI_PATH_MAX])
{
    if (path.size == 0)
        return TN_WASI_NOENT;
    if (path.size >= TN_WASI_PATH_MAX)
        return TN_WASI_NAMETOOLONG;
    memcpy(out, path.at, path.size);
    out[path.size] = 0;
    if (strlen(out) != path.size)
        return TN_WASI_INVAL;
    return out[0] == '/' ? TN_WASI_PERM : TN_WASI_SUCCESS;
}

/* Takes the last name off `path` and puts it into the place: "a/b//" becomes
 * "a/" and b. What ends in a dot or two is a directory as a whole. */
static enum tn_wasi_errno split_path(char *path, struct tn_wasi_place *place)
{
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    struct tn_str name = {path + start, end - start};
    if (tn_str_is(name, ".") || tn_str_is(name, "..")) {
        place->wants_directory = true;
        memcpy(place->name, ".", 2);
        return TN_WASI_SUCCESS;
    }
    place->wants_directory = path[end] == '/';
    if (!copy_component(name, place->name))
        return TN_WASI_NAMETOOLONG;
    path[start] = 0;
    return TN_WASI_SUCCESS;
}

/* What is done with a link at the end of a path. What creates a file does not
 * go on from a name with a slash behind it: it cannot be a file's. */
struct lookup {
    bool follows_link, creates;
};

/* Goes to the place that `path` names now. If a link is there that must be
 * followed, `path` becomes what it means and `*again` is set. */
static enum tn_wasi_errno approach_place(struct tn_wasi_root root, char *path,
                                         struct lookup how,
                                         struct tn_wasi_place *place,
                                         bool *again)
{
    *again = false;
    enum tn_wasi_errno wrong = split_path(path, place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    wrong = open_directory(root, path, &place->dir);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    place->is_owned = place->dir != root.dir;
    if (place->wants_directory ? how.creates : !how.follows_link)
        return TN_WASI_SUCCESS;

    char text[TN_WASI_PATH_MAX];
    struct tn_str target;
    wrong = read_link(place->dir, place->name, text, &target);
    if (wrong == TN_WASI_SUCCESS && target.size == 0)
        return TN_WASI_SUCCESS;
    *again = true;
    tn_wasi_leave(place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    size_t parent_size = strlen(path);
    if (parent_size + target.size + 2 > TN_WASI_PATH_MAX)
        return TN_WASI_NAMETOOLONG;
    memcpy(path + parent_size, target.at, target.size);
    memcpy(path + parent_size + target.size, place->wants_directory ? "/" : "",
           2 - !place->wants_directory);
    return TN_WASI_SUCCESS;
}

static enum tn_wasi_errno locate_by(struct tn_wasi_root root,
                                    struct tn_str path, struct lookup how,
                                    struct tn_wasi_place *out)
{
    char text[TN_WASI_PATH_MAX];
    enum tn_wasi_errno wrong = copy_path(path, text);
    bool again = true;
    for (int links = 0; wrong == TN_WASI_SUCCESS && again; links++) {
        if (links > LINKS_MAX)
            return TN_WASI_LOOP;
        wrong = approach_place(root, text, how, out, &again);
    }
    return wrong;
}

enum tn_wasi_errno tn_wasi_locate(struct tn_wasi_root root, struct tn_str path,
                                  bool follows_link, struct tn_wasi_place *out)
{
    return locate_by(root, path, (struct lookup){follows_link, false}, out);
}

void tn_wasi_leave(struct tn_wasi_place *place)
{
    if (place->is_owned)
        tn_os_close(place->dir);
}

/* Opens by place. `*again` when a link came there after we had looked. */
static enum tn_wasi_errno open_located(struct tn_wasi_root root,
                                       struct tn_str path, unsigned flags,
                                       int *out, bool *again)
{
    /* Something new is made at the very place that was named. */
    bool creates = flags & TN_OS_CREATE;
    bool follows =
        (flags & TN_OS_FOLLOW) && !(creates && (flags & TN_OS_EXCLUSIVE));
    struct tn_wasi_place place;
    *again = false;
    enum tn_wasi_errno wrong =
        locate_by(root, path, (struct lookup){follows, creates}, &place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    int failed = EISDIR;
    if (!place.wants_directory || !creates) {
        if (place.wants_directory)
            flags |= TN_OS_ONLY_DIRECTORY;
        failed = tn_os_open_at(place.dir, place.name,
                               flags & ~(unsigned)TN_OS_FOLLOW, out);
        *again = failed == ELOOP && follows;
    }
    tn_wasi_leave(&place);
    return tn_wasi_errno_of(failed);
}

enum tn_wasi_errno tn_wasi_open(struct tn_wasi_root root, struct tn_str path,
                                unsigned flags, int *out)
{
    *out = -1;
    char text[TN_WASI_PATH_MAX];
    enum tn_wasi_errno wrong = copy_path(path, text);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (root.kernel_resolves) {
        int failed = open_beneath(root.dir, text, flags, out);
        if (failed != EAGAIN)
            return errno_of_beneath(failed);
    }
    struct tn_str copy = {text, path.size};
    bool again = true;
    for (int i = 0; i < BUSY_MAX && again; i++)
        wrong = open_located(root, copy, flags, out, &again);
    return wrong;
}
