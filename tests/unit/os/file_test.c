#include "os/file.h"
#include "tn_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Each test has a directory of its own, and leaves it empty. */
static char path[32];

static int new_dir(void)
{
    int dir = -1;
    strcpy(path, "/tmp/tenon-file-XXXXXX");
    CHECK(mkdtemp(path) != NULL);
    CHECK_EQ(0, tn_os_open_directory(path, &dir));
    return dir;
}

static void remove_dir(int dir)
{
    tn_os_close(dir);
    CHECK_EQ(0, rmdir(path));
}

static void put(int dir, const char *name, const char *text)
{
    int fd;
    size_t done;
    struct tn_os_span span = {(void *)(uintptr_t)text, strlen(text)};
    CHECK_EQ(0, tn_os_open_at(dir, name, TN_OS_WRITE | TN_OS_CREATE, &fd));
    CHECK_EQ(0, tn_os_write(fd, &span, 1, TN_OS_NO_OFFSET, &done));
    CHECK_EQ(strlen(text), done);
    tn_os_close(fd);
}

TEST(what_was_written_is_read_from_several_spans_and_any_offset)
{
    int dir = new_dir(), fd;
    put(dir, "a", "hello world");
    CHECK_EQ(0, tn_os_open_at(dir, "a", TN_OS_READ, &fd));
    char one[4] = "", two[16] = "";
    struct tn_os_span spans[2] = {{one, 3}, {two, 15}};
    size_t done;
    CHECK_EQ(0, tn_os_read(fd, spans, 2, TN_OS_NO_OFFSET, &done));
    CHECK_EQ(11, done);
    CHECK_STR("hel", one);
    CHECK_STR("lo world", two);
    CHECK_EQ(0, tn_os_read(fd, spans, 2, TN_OS_NO_OFFSET, &done));
    CHECK_EQ(0, done);
    CHECK_EQ(0, tn_os_read(fd, spans, 1, 6, &done));
    CHECK_EQ(3, done);
    CHECK_STR("wor", one);
    uint64_t at;
    CHECK_EQ(0, tn_os_seek(fd, -2, TN_OS_END, &at));
    CHECK_EQ(9, at);
    tn_os_close(fd);
    CHECK_EQ(0, tn_os_unlink_at(dir, "a"));
    remove_dir(dir);
}

TEST(opening_keeps_to_its_flags)
{
    int dir = new_dir(), fd;
    CHECK_EQ(ENOENT, tn_os_open_at(dir, "a", TN_OS_READ, &fd));
    put(dir, "a", "text");
    CHECK_EQ(EEXIST,
             tn_os_open_at(dir, "a",
                           TN_OS_WRITE | TN_OS_CREATE | TN_OS_EXCLUSIVE, &fd));
    CHECK_EQ(ENOTDIR,
             tn_os_open_at(dir, "a", TN_OS_READ | TN_OS_ONLY_DIRECTORY, &fd));
    CHECK_EQ(0, tn_os_open_at(dir, "a", TN_OS_WRITE | TN_OS_TRUNCATE, &fd));
    struct tn_os_stat stat;
    CHECK_EQ(0, tn_os_stat(fd, &stat));
    CHECK_EQ(0, stat.size);
    CHECK_EQ(TN_OS_REGULAR, stat.type);
    CHECK_EQ(O_WRONLY, fcntl(fd, F_GETFL) & O_ACCMODE);
    tn_os_close(fd);
    CHECK_EQ(0, tn_os_unlink_at(dir, "a"));
    remove_dir(dir);
}

TEST(a_link_at_the_end_is_followed_only_when_asked)
{
    int dir = new_dir(), fd;
    put(dir, "a", "text");
    CHECK_EQ(0, tn_os_symlink_at("a", dir, "link"));
    CHECK_EQ(ELOOP, tn_os_open_at(dir, "link", TN_OS_READ, &fd));
    CHECK_EQ(0, tn_os_open_at(dir, "link", TN_OS_READ | TN_OS_FOLLOW, &fd));
    tn_os_close(fd);
    struct tn_os_stat stat;
    CHECK_EQ(0, tn_os_stat_at(dir, "link", &stat));
    CHECK_EQ(TN_OS_SYMLINK, stat.type);
    char target[8] = "";
    size_t length;
    CHECK_EQ(0, tn_os_readlink_at(dir, "link", target, sizeof target, &length));
    CHECK_EQ(1, length);
    CHECK_EQ('a', target[0]);
    CHECK_EQ(EINVAL,
             tn_os_readlink_at(dir, "a", target, sizeof target, &length));
    CHECK_EQ(0, tn_os_unlink_at(dir, "link"));
    CHECK_EQ(0, tn_os_unlink_at(dir, "a"));
    remove_dir(dir);
}

TEST(nothing_beneath_leads_out)
{
    int dir = new_dir(), fd;
    if (!tn_os_has_open_beneath(dir)) {
        remove_dir(dir);
        ONLY_IF(false);
    }
    CHECK_EQ(0, tn_os_mkdir_at(dir, "sub"));
    CHECK_EQ(0, tn_os_symlink_at("/etc", dir, "out"));
    CHECK_EQ(0, tn_os_symlink_at("..", dir, "up"));
    CHECK_EQ(0, tn_os_open_beneath(dir, "sub/../sub",
                                   TN_OS_READ | TN_OS_ONLY_DIRECTORY, &fd));
    tn_os_close(fd);
    const char *ways[] = {"..", "sub/../..", "/etc", "out/passwd", "up/x"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        CHECK_EQ(EXDEV, tn_os_open_beneath(dir, ways[i], TN_OS_READ, &fd));
    CHECK_EQ(0, tn_os_unlink_at(dir, "up"));
    CHECK_EQ(0, tn_os_unlink_at(dir, "out"));
    CHECK_EQ(0, tn_os_rmdir_at(dir, "sub"));
    remove_dir(dir);
}

struct names {
    int count;
    bool has_a, has_sub;
};

static bool note_name(void *ctx, const char *name, uint64_t inode,
                      enum tn_os_type type)
{
    struct names *names = ctx;
    (void)inode;
    names->count++;
    names->has_a |= strcmp(name, "a") == 0 && type == TN_OS_REGULAR;
    names->has_sub |= strcmp(name, "sub") == 0 && type == TN_OS_DIRECTORY;
    return true;
}

TEST(a_directory_lists_its_entries_as_often_as_it_is_asked)
{
    int dir = new_dir();
    put(dir, "a", "");
    CHECK_EQ(0, tn_os_mkdir_at(dir, "sub"));
    for (int i = 0; i < 2; i++) {
        struct names names = {0};
        CHECK_EQ(0, tn_os_list(dir, note_name, &names));
        CHECK_EQ(4, names.count); /* with . and .. */
        CHECK(names.has_a && names.has_sub);
    }
    CHECK_EQ(0, tn_os_unlink_at(dir, "a"));
    CHECK_EQ(0, tn_os_rmdir_at(dir, "sub"));
    remove_dir(dir);
}

TEST(names_move_and_files_have_several)
{
    int dir = new_dir();
    struct tn_os_stat stat;
    put(dir, "a", "text");
    CHECK_EQ(0, tn_os_link_at(dir, "a", dir, "b"));
    CHECK_EQ(0, tn_os_stat_at(dir, "b", &stat));
    CHECK_EQ(2, stat.links);
    CHECK_EQ(0, tn_os_rename_at(dir, "a", dir, "c"));
    CHECK_EQ(ENOENT, tn_os_stat_at(dir, "a", &stat));
    CHECK_EQ(0, tn_os_unlink_at(dir, "b"));
    CHECK_EQ(0, tn_os_unlink_at(dir, "c"));
    remove_dir(dir);
}

TEST(sizes_times_and_appending_can_be_set)
{
    int dir = new_dir(), fd;
    struct tn_os_stat stat;
    size_t done;
    put(dir, "a", "text");
    CHECK_EQ(0, tn_os_open_at(dir, "a", TN_OS_READ | TN_OS_WRITE, &fd));
    CHECK_EQ(0, tn_os_set_size(fd, 100));
    struct tn_os_time given = {TN_OS_TIME_GIVEN, 5000000000000000123};
    struct tn_os_time keep = {TN_OS_TIME_KEEP, 0};
    CHECK_EQ(0, tn_os_set_times(fd, keep, given));
    CHECK_EQ(0, tn_os_stat(fd, &stat));
    CHECK_EQ(100, stat.size);
    CHECK_EQ(given.ns / 1000000000, stat.modified / 1000000000);
    CHECK(!tn_os_is_append(fd));
    CHECK_EQ(0, tn_os_set_append(fd, true));
    CHECK(tn_os_is_append(fd));
    struct tn_os_span span = {(char[]){"!"}, 1};
    CHECK_EQ(0, tn_os_write(fd, &span, 1, TN_OS_NO_OFFSET, &done));
    CHECK_EQ(0, tn_os_stat(fd, &stat));
    CHECK_EQ(101, stat.size);
    CHECK_EQ(0, tn_os_sync(fd, false));
    CHECK(!tn_os_is_terminal(fd));
    tn_os_close(fd);
    CHECK_EQ(0, tn_os_unlink_at(dir, "a"));
    remove_dir(dir);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
