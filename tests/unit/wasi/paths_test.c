/* paths_test.c - attacks on a directory that was given to a guest. Each runs
 * twice: as the kernel resolves paths, and as we walk them. */
#include "wasi/paths.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "os/file.h"
#include "tn_test.h"

#include "tree.h"

static struct tree tree;
static struct tn_wasi_root root;

/* Runs `body` in a new tree, by each way that this system has. */
static void both_ways(void (*body)(void))
{
    for (int kernel = 0; kernel < 2; kernel++) {
        tree = tree_new();
        root = (struct tn_wasi_root){tree.root_fd, kernel};
        if (!kernel || tn_os_has_open_beneath(tree.root_fd))
            body();
        tree_free(&tree);
    }
}

static enum tn_wasi_errno try_open(const char *path, unsigned flags)
{
    int fd;
    enum tn_wasi_errno wrong = tn_wasi_open(root, tn_str_of(path), flags, &fd);
    if (wrong == TN_WASI_SUCCESS)
        close(fd);
    return wrong;
}

/* The first byte of what is there; minus the error. */
static int taste(const char *path)
{
    int fd;
    enum tn_wasi_errno wrong =
        tn_wasi_open(root, tn_str_of(path), TN_OS_READ | TN_OS_FOLLOW, &fd);
    return wrong == TN_WASI_SUCCESS ? tree_taste(fd) : -(int)wrong;
}

/* What tn_wasi_locate finds, as its errno; the place is left. */
static enum tn_wasi_errno try_locate(const char *path, bool follows)
{
    struct tn_wasi_place place;
    enum tn_wasi_errno wrong =
        tn_wasi_locate(root, tn_str_of(path), follows, &place);
    if (wrong == TN_WASI_SUCCESS)
        tn_wasi_leave(&place);
    return wrong;
}

static void find_what_is_beneath(void)
{
    static const struct {
        const char *path;
        int first;
    } rows[] = {
        {"file", 'f'},
        {"./file", 'f'},
        {"a/b/c", 'c'},
        {"a//b///c", 'c'},
        {"a/../file", 'f'},
        {"a/b/../../file", 'f'},
        {"to_file", 'f'},
        {"to_c", 'c'},
        {"to_a/deep", 'd'},
        {"to_a/b/c", 'c'},
        {"a/back", 'f'},
        {"a/b/up/deep", 'd'},
        {"a/b/top/file", 'f'},
        {"slashed/deep", 'd'},
        {"to_a/../file", 'f'},
        {"a/b/top/to_c", 'c'},
        {"a/.", 0},
        {".", 0},
        {"a/..", 0},
        {"to_a/", 0},
        {"slashed", 0},
        {"a/b/up/b/up/b/c", 'c'},
        {"a/b/../.././a/./b/c", 'c'},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_EQ(rows[i].first, taste(rows[i].path));
}

TEST(what_lies_beneath_is_found)
{
    both_ways(find_what_is_beneath);
}

static void refuse_to_leave(void)
{
    static const char *const paths[] = {
        "..",
        "../secret",
        "../root/file",
        "a/../../secret",
        "a/../..",
        "up",
        "up/secret",
        "up_secret",
        "absolute",
        "/",
        "/etc/passwd",
        "//etc/passwd",
        "a/up2_secret",
        "a/b/out/secret",
        "a/b/out",
        "round",
        "a/b/top/..",
        "a/b/top/../secret",
        "to_a/../../secret",
        "./../secret",
        "a/b/up/../../other/loot",
        "up/root/file",
        "to_a/up2_secret",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        CHECK_EQ(-TN_WASI_PERM, taste(paths[i]));
        CHECK_EQ(TN_WASI_PERM, try_locate(paths[i], true));
    }
}

TEST(no_path_leads_out)
{
    both_ways(refuse_to_leave);
}

static void refuse_to_make_outside(void)
{
    unsigned make = TN_OS_WRITE | TN_OS_CREATE | TN_OS_FOLLOW;
    CHECK_EQ(TN_WASI_PERM, try_open("new_up", make));
    CHECK_EQ(TN_WASI_PERM, try_open("../made", make));
    CHECK_EQ(TN_WASI_PERM, try_open("up/made", make));
    CHECK_EQ(TN_WASI_EXIST, try_open("new_up", make | TN_OS_EXCLUSIVE));
    CHECK(faccessat(tree.base_fd, "made", F_OK, 0) != 0);
    CHECK_EQ(TN_WASI_SUCCESS, try_open("new_in", make));
    CHECK(faccessat(tree.base_fd, "root/a/made", F_OK, 0) == 0);
}

TEST(nothing_is_made_outside)
{
    both_ways(refuse_to_make_outside);
}

static void answer_as_the_system_does(void)
{
    CHECK_EQ(-TN_WASI_NOENT, taste(""));
    CHECK_EQ(-TN_WASI_NOENT, taste("nothing"));
    CHECK_EQ(-TN_WASI_NOENT, taste("dangling"));
    CHECK_EQ(-TN_WASI_NOENT, taste("nothing/file"));
    CHECK_EQ(-TN_WASI_NOTDIR, taste("file/file"));
    CHECK_EQ(-TN_WASI_NOTDIR, taste("file/"));
    CHECK_EQ(-TN_WASI_NOTDIR, taste("to_file/"));
    CHECK_EQ(-TN_WASI_NOTDIR, taste("file/.."));
    CHECK_EQ(-TN_WASI_LOOP, taste("loop1"));
    CHECK_EQ(-TN_WASI_LOOP, taste("self"));
    CHECK_EQ(-TN_WASI_LOOP, taste("loop1/file"));
    CHECK_EQ(TN_WASI_LOOP, try_open("to_file", TN_OS_READ));
    CHECK_EQ(TN_WASI_NOTDIR,
             try_open("file", TN_OS_READ | TN_OS_ONLY_DIRECTORY));
    CHECK_EQ(
        TN_WASI_SUCCESS,
        try_open("to_a", TN_OS_READ | TN_OS_ONLY_DIRECTORY | TN_OS_FOLLOW));
    CHECK_EQ(TN_WASI_ISDIR, try_open("a", TN_OS_WRITE));
    CHECK_EQ(TN_WASI_ISDIR, try_open("new/", TN_OS_WRITE | TN_OS_CREATE));
    CHECK_EQ(TN_WASI_EXIST,
             try_open("file", TN_OS_WRITE | TN_OS_CREATE | TN_OS_EXCLUSIVE));
    CHECK_EQ(TN_WASI_EXIST,
             try_open("dangling", TN_OS_WRITE | TN_OS_CREATE | TN_OS_EXCLUSIVE |
                                      TN_OS_FOLLOW));
    CHECK_EQ(TN_WASI_SUCCESS,
             try_open("dangling", TN_OS_WRITE | TN_OS_CREATE | TN_OS_FOLLOW));
    CHECK(faccessat(tree.base_fd, "root/nothing", F_OK, 0) == 0);
}

TEST(errors_are_those_of_the_system)
{
    both_ways(answer_as_the_system_does);
}

static void measure_names(void)
{
    char path[TN_WASI_PATH_MAX + 2];
    memset(path, 'x', sizeof path);
    path[255] = 0;
    CHECK_EQ(-TN_WASI_NOENT, taste(path));
    path[255] = 'x';
    path[256] = 0;
    CHECK_EQ(-TN_WASI_NAMETOOLONG, taste(path));
    CHECK_EQ(TN_WASI_NAMETOOLONG, try_locate(path, false));
    path[256] = '/';
    path[257] = 'y';
    path[258] = 0;
    CHECK_EQ(-TN_WASI_NAMETOOLONG, taste(path));
    for (size_t i = 0; i < sizeof path; i++)
        path[i] = i % 2 ? '/' : '.';
    path[TN_WASI_PATH_MAX - 1] = 0;
    CHECK_EQ(0, taste(path));
    path[TN_WASI_PATH_MAX - 1] = '/';
    path[TN_WASI_PATH_MAX] = 0;
    CHECK_EQ(-TN_WASI_NAMETOOLONG, taste(path));
}

TEST(names_and_paths_have_a_longest)
{
    both_ways(measure_names);
}

static void refuse_zeros(void)
{
    int fd;
    struct tn_str path = {"file\0/../secret", 15};
    CHECK_EQ(TN_WASI_INVAL, tn_wasi_open(root, path, TN_OS_READ, &fd));
    struct tn_wasi_place place;
    CHECK_EQ(TN_WASI_INVAL, tn_wasi_locate(root, path, false, &place));
}

TEST(a_zero_in_a_path_is_refused)
{
    both_ways(refuse_zeros);
}

static void look_at_places(void)
{
    static const struct {
        const char *path;
        bool follows;
        const char *name;
        bool wants_directory;
    } rows[] = {
        {"file", false, "file", false}, {"a/b", false, "b", false},
        {"a/b/", false, "b", true},     {"to_c", true, "c", false},
        {"to_c", false, "to_c", false}, {"to_a/", false, "a", true},
        {"a/..", false, ".", true},     {".", false, ".", true},
        {"new//", false, "new", true},  {"dangling", true, "nothing", false},
        {"slashed", true, "a", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tn_wasi_place place;
        CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_locate(root, tn_str_of(rows[i].path),
                                                 rows[i].follows, &place));
        CHECK_STR(rows[i].name, place.name);
        CHECK_EQ(rows[i].wants_directory, place.wants_directory);
        tn_wasi_leave(&place);
    }
}

TEST(a_place_is_a_directory_and_one_name)
{
    both_ways(look_at_places);
}

static void count_descriptors(void)
{
    int before = dup(root.dir);
    close(before);
    refuse_to_leave();
    find_what_is_beneath();
    answer_as_the_system_does();
    look_at_places();
    int after = dup(root.dir);
    close(after);
    CHECK_EQ(before, after);
}

TEST(no_descriptor_is_left_open)
{
    both_ways(count_descriptors);
}

/* -------------------------------------------------------------- races */

static atomic_bool is_over;

/* Makes "flip" lead inside, outside, and be a directory, as fast as it can. */
static void *flip_link(void *unused)
{
    int dir = tree.root_fd;
    while (!atomic_load(&is_over)) {
        unlinkat(dir, "flip", 0);
        symlinkat("a", dir, "flip");
        unlinkat(dir, "flip", 0);
        symlinkat("..", dir, "flip");
        unlinkat(dir, "flip", 0);
        mkdirat(dir, "flip", 0777);
        unlinkat(dir, "flip", AT_REMOVEDIR);
    }
    return unused;
}

/* Moves a/b out of a and back, while others go up from it. */
static void *move_directory(void *unused)
{
    while (!atomic_load(&is_over)) {
        renameat(tree.base_fd, "root/a/b", tree.base_fd, "other/b");
        renameat(tree.base_fd, "other/b", tree.base_fd, "root/a/b");
    }
    return unused;
}

static void race(void *(*disturb)(void *), const char *const *paths,
                 size_t count)
{
    pthread_t thread;
    atomic_store(&is_over, false);
    CHECK_EQ(0, pthread_create(&thread, NULL, disturb, NULL));
    int reached = 0;
    for (int i = 0; i < 4000; i++) {
        int byte = taste(paths[(size_t)i % count]);
        /* "secret" and "loot", told by their first letters. */
        reached += byte == 's' || byte == 'l';
    }
    atomic_store(&is_over, true);
    pthread_join(thread, NULL);
    CHECK_EQ(0, reached);
}

static void race_with_links(void)
{
    static const char *const paths[] = {"flip/secret", "flip/deep",
                                        "flip/other/loot", "flip/../file"};
    race(flip_link, paths, 4);
}

TEST(a_link_that_flips_meanwhile_never_leads_out)
{
    both_ways(race_with_links);
}

static void race_with_moves(void)
{
    static const char *const paths[] = {"a/b/../../secret", "a/b/../loot",
                                        "a/b/../../other/loot", "a/b/c",
                                        "a/b/up/../secret"};
    race(move_directory, paths, 5);
}

TEST(a_directory_that_moves_meanwhile_never_leads_out)
{
    both_ways(race_with_moves);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
