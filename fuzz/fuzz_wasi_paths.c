/* fuzz_wasi_paths.c - paths against small trees of symbolic links: whatever
 * is opened, made or found lies beneath the directory that was given, told by
 * device and inode; and the kernel and our own walk agree.
 *
 *   base/outside/        must stay empty
 *   base/root/           is given: the fixed directories below, and in each of
 *                        them files and links named e to h, by choice
 *
 * An input is read as choices: first the entries, then the paths. */
#include "target.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "wasi/paths.h"

static const char *const fixed[] = {".", "a", "b", "a/c", "a/c/d"};
enum {
    FIXED_COUNT = sizeof fixed / sizeof *fixed,
    TEXT_MAX = 512
};

static char base_path[] = "/tmp/tenon-fuzz-paths-XXXXXX";
static int base_dir, root_dir, outside_dir;
static int fixed_dirs[FIXED_COUNT];

struct choices {
    const uint8_t *at, *end;
};

static unsigned choose(struct choices *from, unsigned count)
{
    return from->at < from->end ? *from->at++ % count : 0;
}

static void fault(const char *what, const char *path)
{
    fprintf(stderr, "fuzz_wasi_paths: %s: \"%s\" in %s\n", what, path,
            base_path);
    abort();
}

/* -------------------------------------------------------------- the tree */

static void remove_tree(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", base_path);
    if (system(command) != 0)
        abort();
}

static void make_base(void)
{
    if (mkdtemp(base_path) == NULL)
        abort();
    atexit(remove_tree);
    base_dir = open(base_path, O_RDONLY | O_DIRECTORY);
    mkdirat(base_dir, "outside", 0777);
    mkdirat(base_dir, "root", 0777);
    outside_dir = openat(base_dir, "outside", O_RDONLY | O_DIRECTORY);
    root_dir = openat(base_dir, "root", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < FIXED_COUNT; i++) {
        mkdirat(root_dir, fixed[i], 0777);
        fixed_dirs[i] = openat(root_dir, fixed[i], O_RDONLY | O_DIRECTORY);
        if (fixed_dirs[i] < 0)
            abort();
    }
}

/* Calls `each` for the names in a fixed directory until it answers true. */
static bool any_entry(int dir,
                      bool (*each)(int dir, const char *name,
                                   const struct stat *wanted),
                      const struct stat *wanted)
{
    DIR *stream = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY));
    bool found = false;
    if (stream == NULL)
        abort();
    for (struct dirent *e = readdir(stream); e != NULL && !found;
         e = readdir(stream))
        found = strcmp(e->d_name, "..") != 0 && each(dir, e->d_name, wanted);
    closedir(stream);
    return found;
}

/* Leaves directories, which are the fixed ones. */
static bool remove_entry(int dir, const char *name, const struct stat *unused)
{
    (void)unused;
    unlinkat(dir, name, 0);
    return false;
}

static void clear_entries(void)
{
    for (int i = 0; i < FIXED_COUNT; i++)
        any_entry(fixed_dirs[i], remove_entry, NULL);
}

/* A path of a few tokens. Absolute ones lead to base/outside. */
static void make_text(struct choices *from, char text[TEXT_MAX])
{
    static const char *const tokens[] = {
        "a",  "b", "c", "d",  "e",       "f",    "g",     "h",     "..",
        "..", ".", "/", "//", "outside", "root", "a/c/d", "../..", "/.."};
    enum {
        TOKEN_COUNT = sizeof tokens / sizeof *tokens
    };
    unsigned count = choose(from, 8);
    *text = 0;
    if (choose(from, 16) == 15)
        snprintf(text, TEXT_MAX, "%s/", base_path);
    for (unsigned i = 0; i < count; i++) {
        strncat(text, tokens[choose(from, TOKEN_COUNT)], 8);
        if (choose(from, 8) != 0)
            strcat(text, "/");
    }
}

static void make_entries(struct choices *from)
{
    unsigned count = choose(from, 16);
    for (unsigned i = 0; i < count; i++) {
        char text[TEXT_MAX];
        int dir = fixed_dirs[choose(from, FIXED_COUNT)];
        char name[2] = {(char)('e' + choose(from, 4)), 0};
        if (choose(from, 4) == 0) {
            close(openat(dir, name, O_CREAT | O_NOFOLLOW | O_WRONLY, 0666));
            continue;
        }
        make_text(from, text);
        (void)!symlinkat(text, dir, name);
    }
}

/* ------------------------------------------------------------- what holds */

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_entry(int dir, const char *name, const struct stat *wanted)
{
    struct stat stat;
    return fstatat(dir, name, &stat, AT_SYMLINK_NOFOLLOW) == 0 &&
           is_same(&stat, wanted);
}

static bool is_beneath(const struct stat *what)
{
    for (int i = 0; i < FIXED_COUNT; i++)
        if (any_entry(fixed_dirs[i], is_entry, what))
            return true;
    return false;
}

static bool is_unknown(int dir, const char *name, const struct stat *unused)
{
    (void)dir, (void)unused;
    return strcmp(name, ".") != 0 && strcmp(name, "root") != 0 &&
           strcmp(name, "outside") != 0;
}

static void check_outside(const char *path)
{
    if (any_entry(base_dir, is_unknown, NULL) ||
        any_entry(outside_dir, is_unknown, NULL))
        fault("something was made outside", path);
}

static enum tn_wasi_errno open_one(const char *path, bool kernel,
                                   unsigned flags, struct stat *stat)
{
    struct tn_wasi_root root = {root_dir, kernel};
    int fd;
    enum tn_wasi_errno wrong = tn_wasi_open(root, tn_str_of(path), flags, &fd);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (fstat(fd, stat) != 0 || !is_beneath(stat))
        fault("opened what lies elsewhere", path);
    close(fd);
    return wrong;
}

static enum tn_wasi_errno locate_one(const char *path, bool kernel,
                                     struct stat *stat)
{
    struct tn_wasi_root root = {root_dir, kernel};
    struct tn_wasi_place place;
    enum tn_wasi_errno wrong =
        tn_wasi_locate(root, tn_str_of(path), true, &place);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (fstat(place.dir, stat) != 0 || !is_beneath(stat))
        fault("found a place elsewhere", path);
    if (strchr(place.name, '/') != NULL || strcmp(place.name, "..") == 0)
        fault("found a name that leads on", path);
    tn_wasi_leave(&place);
    return wrong;
}

/* Where many links lead on, the two count them in different ways. */
static void compare(const char *path, enum tn_wasi_errno a,
                    enum tn_wasi_errno b, const struct stat *a_stat,
                    const struct stat *b_stat)
{
    if (a == TN_WASI_LOOP || b == TN_WASI_LOOP || a == TN_WASI_NAMETOOLONG ||
        b == TN_WASI_NAMETOOLONG)
        return;
    if (a != b) {
        fprintf(stderr, "walk: %s, kernel: %s\n", tn_wasi_errno_name(a),
                tn_wasi_errno_name(b));
        fault("the ways answer differently", path);
    }
    if (a == TN_WASI_SUCCESS && !is_same(a_stat, b_stat))
        fault("the ways lead to different files", path);
}

static void try_path(const char *path, bool has_kernel, unsigned flags)
{
    struct stat walked, resolved;
    enum tn_wasi_errno wrong = open_one(path, false, flags, &walked);
    if (has_kernel)
        compare(path, wrong, open_one(path, true, flags, &resolved), &walked,
                &resolved);
    wrong = locate_one(path, false, &walked);
    if (has_kernel)
        compare(path, wrong, locate_one(path, true, &resolved), &walked,
                &resolved);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned flags[] = {
        TN_OS_READ | TN_OS_FOLLOW,
        TN_OS_READ,
        TN_OS_READ | TN_OS_FOLLOW | TN_OS_ONLY_DIRECTORY,
        TN_OS_PLACE | TN_OS_FOLLOW | TN_OS_ONLY_DIRECTORY,
        TN_OS_WRITE | TN_OS_CREATE | TN_OS_FOLLOW,
        TN_OS_WRITE | TN_OS_CREATE | TN_OS_EXCLUSIVE | TN_OS_FOLLOW};
    struct choices from = {data, data + size};
    if (base_dir == 0)
        make_base();
    clear_entries();
    make_entries(&from);
    bool has_kernel = tn_os_has_open_beneath(root_dir);
    for (int i = 0; i < 8 && from.at < from.end; i++) {
        char path[TEXT_MAX];
        make_text(&from, path);
        unsigned how = flags[choose(&from, 6)];
        /* What the first way has made is there for the second. */
        try_path(path, has_kernel && !(how & TN_OS_EXCLUSIVE), how);
        check_outside(path);
    }
    return 0;
}

size_t target_make_input(uint64_t seed, uint8_t **out)
{
    size_t size = 160;
    *out = malloc(size);
    for (size_t i = 0; *out != NULL && i < size; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        (*out)[i] = (uint8_t)(seed >> 56);
    }
    return *out == NULL ? 0 : size;
}
