/* p1_test.c - the calls of preview 1, each made by a guest. */
#include "wasi/p1.h"

#include <stdio.h>

#include "fault_alloc.h"
#include "tn_test.h"

#include "guest.h"
#include "tree.h"

static struct tree tree;

static void new_in_tree(bool read_only)
{
    char path[128];
    tree = tree_new();
    snprintf(path, sizeof path, "%s/root", tree.base);
    const tn_preopen preopen = {path, "/sandbox", read_only};
    static const char *const args[] = {"prog", "", "two words"};
    static const char *const env[] = {"A=1"};
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    config.args = args;
    config.arg_count = 3;
    config.env = env;
    config.env_count = 1;
    config.preopens = &preopen;
    config.preopen_count = 1;
    guest_new(&config);
}

static void end_in_tree(void)
{
    guest_free();
    tree_free(&tree);
}

enum {
    ALL_FILE_RIGHTS = 0x08e001ff,
    CREATE = 1,
    DIRECTORY = 2,
    EXCLUSIVE = 4,
    TRUNCATE = 8
};

/* Opens beneath fd 3; the new fd, or minus the errno. */
static int open_path(const char *path, uint64_t oflags, uint64_t rights,
                     uint64_t fdflags)
{
    uint32_t size = guest_text(100, path);
    int wrong = CALL(path_open, 3, 1, 100, size, oflags, rights, ~UINT64_C(0),
                     fdflags, 64);
    return wrong == 0 ? (int)guest_u32(64) : -wrong;
}

static int write_text(int fd, const char *text)
{
    guest_vector(0, 3000, guest_text(3000, text));
    return CALL(fd_write, (uint64_t)fd, 1024, 1, 64);
}

/* All that can be read from `fd` now, as text. */
static const char *read_text(int fd)
{
    guest_vector(0, 4000, 200);
    if (CALL(fd_read, (uint64_t)fd, 1024, 1, 64) != 0)
        return "(failed)";
    *guest_at(4000 + guest_u32(64)) = 0;
    return (const char *)guest_at(4000);
}

/* A call with one path beneath fd 3. */
#define WITH_PATH(name, path) CALL(name, 3, 100, guest_text(100, path))

TEST(a_bad_second_address_leaves_the_first_alone)
{
    new_in_tree(false);
    CHECK_EQ(TN_WASI_FAULT, CALL(args_sizes_get, 64, 131070));
    CHECK_EQ(TN_WASI_FAULT, CALL(environ_sizes_get, 64, 131070));
    CHECK_EQ(0, guest_u32(64));
    end_in_tree();
}

TEST(arguments_and_environment_arrive)
{
    new_in_tree(false);
    CHECK_EQ(0, CALL(args_sizes_get, 64, 68));
    CHECK_EQ(3, guest_u32(64));
    CHECK_EQ(16, guest_u32(68));
    CHECK_EQ(0, CALL(args_get, 200, 300));
    CHECK_STR("prog", (char *)guest_at(guest_u32(200)));
    CHECK_STR("", (char *)guest_at(guest_u32(204)));
    CHECK_STR("two words", (char *)guest_at(guest_u32(208)));
    CHECK_EQ(0, CALL(environ_sizes_get, 64, 68));
    CHECK_EQ(1, guest_u32(64));
    CHECK_EQ(0, CALL(environ_get, 200, 300));
    CHECK_STR("A=1", (char *)guest_at(guest_u32(200)));
    end_in_tree();
}

TEST(clocks_go_on)
{
    new_in_tree(false);
    for (uint64_t clock = 0; clock < 4; clock++) {
        CHECK_EQ(0, CALL(clock_res_get, clock, 64));
        CHECK(guest_u64(64) > 0);
        CHECK_EQ(0, CALL(clock_time_get, clock, 1, 64));
        CHECK_EQ(0, CALL(clock_time_get, clock, 1, 72));
        CHECK(guest_u64(72) >= guest_u64(64));
    }
    CHECK_EQ(TN_WASI_INVAL, CALL(clock_time_get, 4, 1, 64));
    end_in_tree();
}

TEST(random_bytes_differ)
{
    new_in_tree(false);
    CHECK_EQ(0, CALL(random_get, 1000, 100000));
    CHECK(memcmp(guest_at(1000), guest_at(1016), 16) != 0);
    CHECK_EQ(0, CALL(random_get, 131072, 0));
    end_in_tree();
}

TEST(preopens_tell_their_names)
{
    new_in_tree(false);
    CHECK_EQ(0, CALL(fd_prestat_get, 3, 64));
    CHECK_EQ(0, guest_u32(64));
    CHECK_EQ(8, guest_u32(68));
    CHECK_EQ(0, CALL(fd_prestat_dir_name, 3, 200, 8));
    CHECK(memcmp(guest_at(200), "/sandbox", 8) == 0);
    CHECK_EQ(TN_WASI_NAMETOOLONG, CALL(fd_prestat_dir_name, 3, 200, 7));
    CHECK_EQ(TN_WASI_BADF, CALL(fd_prestat_get, 4, 64));
    CHECK_EQ(TN_WASI_BADF, CALL(fd_prestat_get, 1, 64));
    end_in_tree();
}

TEST(a_file_is_written_and_read)
{
    new_in_tree(false);
    int fd = open_path("new", CREATE | EXCLUSIVE, ALL_FILE_RIGHTS, 0);
    CHECK_EQ(4, fd);
    CHECK_EQ(0, write_text(fd, "0123456789"));
    CHECK_EQ(0, CALL(fd_tell, 4, 64));
    CHECK_EQ(10, guest_u64(64));
    CHECK_EQ(0, CALL(fd_seek, 4, (uint64_t)-3, 2, 64));
    CHECK_STR("789", read_text(fd));
    CHECK_STR("", read_text(fd));
    guest_vector(0, 4000, 2);
    CHECK_EQ(0, CALL(fd_pread, 4, 1024, 1, 5, 64));
    CHECK(memcmp(guest_at(4000), "56", 2) == 0);
    CHECK_EQ(0, CALL(fd_pwrite, 4, 1024, 1, 0, 64));
    CHECK_EQ(0, CALL(fd_seek, 4, 0, 0, 64));
    CHECK_STR("5623456789", read_text(fd));
    CHECK_EQ(0, CALL(fd_filestat_set_size, 4, 4));
    CHECK_EQ(0, CALL(fd_filestat_get, 4, 200));
    CHECK_EQ(4, guest_u64(232));
    CHECK_EQ(TN_OS_REGULAR, *guest_at(216));
    CHECK_EQ(0, CALL(fd_sync, 4));
    CHECK_EQ(0, CALL(fd_datasync, 4));
    CHECK_EQ(0, CALL(fd_advise, 4, 0, 0, 1));
    CHECK_EQ(TN_WASI_INVAL, CALL(fd_advise, 4, 0, 0, 6));
    CHECK_EQ(TN_WASI_INVAL, CALL(fd_seek, 4, 0, 3, 64));
    CHECK_EQ(TN_WASI_INVAL, CALL(fd_seek, 4, (uint64_t)-1, 0, 64));
    CHECK_EQ(TN_WASI_INVAL, CALL(fd_pread, 4, 1024, 1, ~UINT64_C(0), 64));
    CHECK_EQ(0, CALL(fd_close, 4));
    CHECK_EQ(-TN_WASI_EXIST,
             open_path("new", CREATE | EXCLUSIVE, ALL_FILE_RIGHTS, 0));
    end_in_tree();
}

TEST(appended_is_what_is_written_to_an_appending_file)
{
    new_in_tree(false);
    int fd = open_path("file", 0, ALL_FILE_RIGHTS, TN_WASI_APPEND);
    CHECK_EQ(0, write_text(fd, "+"));
    CHECK_EQ(0, CALL(fd_fdstat_get, (uint64_t)fd, 200));
    CHECK_EQ(TN_WASI_APPEND, guest_at(202)[0]);
    CHECK_EQ(0, CALL(fd_fdstat_set_flags, (uint64_t)fd, 0));
    CHECK_EQ(0, CALL(fd_seek, (uint64_t)fd, 0, 0, 64));
    CHECK_EQ(0, write_text(fd, "F"));
    CHECK_STR("ile+", read_text(fd));
    CHECK_EQ(TN_WASI_INVAL, CALL(fd_fdstat_set_flags, (uint64_t)fd, 32));
    end_in_tree();
}

TEST(rights_can_only_be_dropped)
{
    new_in_tree(false);
    int fd = open_path("file", 0, ALL_FILE_RIGHTS, 0);
    CHECK_EQ(0, CALL(fd_fdstat_get, (uint64_t)fd, 200));
    uint64_t rights = guest_u64(208);
    CHECK_EQ(ALL_FILE_RIGHTS, rights);
    CHECK_EQ(TN_WASI_NOTCAPABLE, CALL(fd_fdstat_set_rights, (uint64_t)fd,
                                      rights | TN_WASI_PATH_OPEN, 0));
    CHECK_EQ(0, CALL(fd_fdstat_set_rights, (uint64_t)fd,
                     rights & ~(uint64_t)TN_WASI_FD_WRITE, 0));
    CHECK_EQ(TN_WASI_NOTCAPABLE, write_text(fd, "x"));
    CHECK_STR("file", read_text(fd));
    CHECK_EQ(TN_WASI_NOTCAPABLE,
             CALL(fd_fdstat_set_rights, (uint64_t)fd, rights, 0));
    end_in_tree();
}

TEST(what_is_opened_to_read_is_not_written)
{
    new_in_tree(false);
    int fd = open_path("file", 0, TN_WASI_FD_READ, 0);
    CHECK_EQ(TN_WASI_NOTCAPABLE, write_text(fd, "x"));
    CHECK_EQ(-TN_WASI_INVAL,
             open_path("d", CREATE | DIRECTORY, TN_WASI_FD_READ, 0));
    CHECK_EQ(-TN_WASI_ISDIR, open_path("a", 0, TN_WASI_FD_WRITE, 0));
    CHECK_EQ(-TN_WASI_PERM, open_path("../secret", 0, TN_WASI_FD_READ, 0));
    CHECK_EQ(-TN_WASI_PERM, open_path("up_secret", 0, TN_WASI_FD_READ, 0));
    CHECK_EQ(-TN_WASI_PERM, open_path("/etc/passwd", 0, TN_WASI_FD_READ, 0));
    guest_text(100, "x");
    CHECK_EQ(TN_WASI_NOTDIR,
             CALL(path_open, (uint64_t)fd, 0, 100, 1, 0, 2, 0, 0, 64));
    end_in_tree();
}

TEST(directories_are_made_and_removed)
{
    new_in_tree(false);
    CHECK_EQ(0, WITH_PATH(path_create_directory, "d"));
    CHECK_EQ(TN_WASI_EXIST, WITH_PATH(path_create_directory, "d/"));
    CHECK_EQ(0, WITH_PATH(path_create_directory, "d/e/"));
    CHECK_EQ(TN_WASI_NOTEMPTY, WITH_PATH(path_remove_directory, "d"));
    CHECK_EQ(TN_WASI_ISDIR, WITH_PATH(path_unlink_file, "d"));
    CHECK_EQ(TN_WASI_NOTDIR, WITH_PATH(path_unlink_file, "file/"));
    CHECK_EQ(TN_WASI_NOTDIR, WITH_PATH(path_remove_directory, "file"));
    CHECK_EQ(TN_WASI_INVAL, WITH_PATH(path_remove_directory, "."));
    CHECK_EQ(TN_WASI_PERM, WITH_PATH(path_remove_directory, ".."));
    CHECK_EQ(TN_WASI_PERM, WITH_PATH(path_create_directory, "up/x"));
    CHECK_EQ(0, WITH_PATH(path_remove_directory, "d/e/"));
    CHECK_EQ(0, WITH_PATH(path_remove_directory, "d"));
    CHECK_EQ(TN_WASI_NOENT, WITH_PATH(path_remove_directory, "d"));
    CHECK_EQ(0, WITH_PATH(path_unlink_file, "file"));
    CHECK_EQ(0, WITH_PATH(path_unlink_file, "up"));
    end_in_tree();
}

TEST(links_are_made_read_and_followed)
{
    new_in_tree(false);
    uint32_t target = guest_text(200, "a/deep");
    CHECK_EQ(0,
             CALL(path_symlink, 200, target, 3, 100, guest_text(100, "link")));
    CHECK_EQ(0, CALL(path_readlink, 3, 100, 4, 300, 100, 64));
    CHECK_EQ(6, guest_u32(64));
    CHECK(memcmp(guest_at(300), "a/deep", 6) == 0);
    CHECK_EQ(0, CALL(path_readlink, 3, 100, 4, 300, 2, 64));
    CHECK_EQ(2, guest_u32(64));
    CHECK_EQ(0, CALL(path_filestat_get, 3, 0, 100, 4, 400));
    CHECK_EQ(TN_OS_SYMLINK, *guest_at(416));
    CHECK_EQ(0, CALL(path_filestat_get, 3, 1, 100, 4, 400));
    CHECK_EQ(TN_OS_REGULAR, *guest_at(416));
    CHECK_EQ(TN_WASI_EXIST, CALL(path_symlink, 200, target, 3, 100, 4));
    guest_text(200, "/etc/passwd");
    CHECK_EQ(TN_WASI_PERM,
             CALL(path_symlink, 200, 11, 3, 100, guest_text(100, "bad")));
    guest_text(200, "new/");
    CHECK_EQ(TN_WASI_NOENT, CALL(path_symlink, 100, 3, 3, 200, 4));
    guest_text(100, "file");
    guest_text(200, "hard");
    CHECK_EQ(0, CALL(path_link, 3, 0, 100, 4, 3, 200, 4));
    CHECK_EQ(0, CALL(path_filestat_get, 3, 0, 200, 4, 400));
    CHECK_EQ(2, guest_u64(424));
    end_in_tree();
}

static int rename_to(const char *from, const char *to)
{
    return CALL(path_rename, 3, 100, guest_text(100, from), 3, 200,
                guest_text(200, to));
}

TEST(names_change)
{
    new_in_tree(false);
    CHECK_EQ(0, rename_to("file", "a/moved"));
    CHECK_EQ(-TN_WASI_NOENT, open_path("file", 0, TN_WASI_FD_READ, 0));
    CHECK_EQ(0, rename_to("a", "z/"));
    CHECK_EQ(TN_WASI_NOTDIR, rename_to("z/moved/", "y"));
    CHECK_EQ(TN_WASI_NOTDIR, rename_to("z/moved", "y/"));
    CHECK_EQ(TN_WASI_PERM, rename_to("z/moved", "../moved"));
    CHECK_EQ(TN_WASI_PERM, rename_to("up/secret", "mine"));
    CHECK_EQ(TN_WASI_INVAL, rename_to("z", "z/b/z"));
    end_in_tree();
}

TEST(times_are_set)
{
    new_in_tree(false);
    uint32_t size = guest_text(100, "file");
    CHECK_EQ(0, CALL(path_filestat_set_times, 3, 1, 100, size, 5000000001,
                     6000000002, 5));
    CHECK_EQ(0, CALL(path_filestat_get, 3, 0, 100, size, 400));
    CHECK_EQ(5000000001, guest_u64(440));
    CHECK_EQ(6000000002, guest_u64(448));
    int fd = open_path("file", 0, ALL_FILE_RIGHTS, 0);
    CHECK_EQ(0, CALL(fd_filestat_set_times, (uint64_t)fd, 7, 9, 4));
    CHECK_EQ(0, CALL(fd_filestat_get, (uint64_t)fd, 400));
    CHECK_EQ(5000000001, guest_u64(440));
    CHECK_EQ(9, guest_u64(448));
    CHECK_EQ(TN_WASI_INVAL, CALL(fd_filestat_set_times, (uint64_t)fd, 7, 9, 3));
    CHECK_EQ(TN_WASI_INVAL,
             CALL(fd_filestat_set_times, (uint64_t)fd, 7, 9, 16));
    end_in_tree();
}

TEST(a_directory_is_read_in_any_portions)
{
    new_in_tree(false);
    int fd = open_path("a", DIRECTORY, TN_WASI_FD_READDIR, 0);
    CHECK(fd > 0);
    uint64_t cookie = 0;
    char seen[256] = "";
    int count = 0;
    for (uint32_t size = 24 + 16;; count++) {
        CHECK_EQ(0, CALL(fd_readdir, (uint64_t)fd, 500, size, cookie, 64));
        uint32_t used = guest_u32(64);
        if (used == 0)
            break;
        CHECK(used >= 24);
        uint32_t name_size = guest_u32(516);
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "[%.*s]",
                 (int)name_size, (char *)guest_at(524));
        cookie = guest_u64(500);
    }
    CHECK_EQ(6, count); /* . .. b deep back up2_secret */
    CHECK(strstr(seen, "[deep]") != NULL);
    CHECK(strstr(seen, "[up2_secret]") != NULL);
    CHECK_EQ(0, CALL(fd_readdir, (uint64_t)fd, 500, 10, 0, 64));
    CHECK_EQ(10, guest_u32(64)); /* cut in its head */
    CHECK_EQ(0, CALL(fd_readdir, (uint64_t)fd, 500, 100, ~UINT64_C(0), 64));
    CHECK_EQ(0, guest_u32(64));
    int file = open_path("file", 0, ALL_FILE_RIGHTS, 0);
    CHECK_EQ(TN_WASI_NOTDIR, CALL(fd_readdir, (uint64_t)file, 500, 100, 0, 64));
    end_in_tree();
}

TEST(a_read_only_directory_stays_as_it_is)
{
    new_in_tree(true);
    CHECK(open_path("file", 0, TN_WASI_FD_READ, 0) > 0);
    CHECK_EQ(-TN_WASI_ROFS, open_path("file", 0, ALL_FILE_RIGHTS, 0));
    CHECK_EQ(-TN_WASI_ROFS, open_path("new", CREATE, TN_WASI_FD_READ, 0));
    CHECK_EQ(-TN_WASI_ROFS, open_path("file", TRUNCATE, TN_WASI_FD_READ, 0));
    CHECK_EQ(TN_WASI_ROFS, WITH_PATH(path_create_directory, "d"));
    CHECK_EQ(TN_WASI_ROFS, WITH_PATH(path_unlink_file, "file"));
    CHECK_EQ(TN_WASI_ROFS, WITH_PATH(path_remove_directory, "empty"));
    CHECK_EQ(TN_WASI_ROFS, rename_to("file", "x"));
    CHECK_EQ(TN_WASI_ROFS, CALL(path_link, 3, 0, 100, 4, 3, 200, 1));
    CHECK_EQ(TN_WASI_ROFS, CALL(path_symlink, 100, 4, 3, 200, 1));
    CHECK_EQ(TN_WASI_ROFS,
             CALL(path_filestat_set_times, 3, 0, 100, 4, 0, 0, 2));
    int dir = open_path("a", DIRECTORY, ~UINT64_C(0), 0);
    CHECK(dir > 0);
    CHECK_EQ(TN_WASI_ROFS, CALL(path_unlink_file, (uint64_t)dir, 100,
                                guest_text(100, "deep")));
    CHECK_EQ(TN_WASI_ROFS, CALL(fd_filestat_set_times, (uint64_t)dir, 0, 0, 2));
    end_in_tree();
}

static void subscribe(uint32_t index, uint8_t type, uint32_t fd, uint64_t ns)
{
    uint8_t *at = guest_at(1000 + 48 * index);
    memset(at, 0, 48);
    tn_wasi_set_u64(at, 70 + index);
    at[8] = type;
    tn_wasi_set_u32(at + 16, fd);
    tn_wasi_set_u64(at + 24, ns);
}

TEST(polls_tell_what_has_come)
{
    new_in_tree(false);
    int fd = open_path("file", 0, ALL_FILE_RIGHTS, 0);
    subscribe(0, 0, 1, 2000000);                       /* the monotonic clock */
    CHECK_EQ(0, CALL(poll_oneoff, 1000, 1000, 1, 64)); /* in place */
    CHECK_EQ(1, guest_u32(64));
    CHECK_EQ(70, guest_u64(1000));
    subscribe(0, 0, 1, UINT64_MAX);
    subscribe(1, 1, (uint32_t)fd, 0);
    subscribe(2, 2, 99, 0);
    subscribe(3, 2, 1, 0);
    subscribe(4, 0, 3, 0);
    subscribe(5, 9, 0, 0);
    CHECK_EQ(0, CALL(poll_oneoff, 1000, 2000, 6, 64));
    CHECK_EQ(5, guest_u32(64));
    CHECK_EQ(71, guest_u64(2000));
    CHECK_EQ(4, guest_u64(2016));
    CHECK_EQ(TN_WASI_BADF, guest_at(2040)[0]);
    CHECK_EQ(0, guest_at(2072)[0]);
    CHECK_EQ(TN_WASI_NOTSUP, guest_at(2104)[0]);
    CHECK_EQ(TN_WASI_INVAL, guest_at(2136)[0]);
    CHECK_EQ(TN_WASI_INVAL, CALL(poll_oneoff, 1000, 2000, 0, 64));
    /* More than are ever taken; a shim sees first where they would be. */
    CHECK_EQ(GUEST_HAS_SHIM ? TN_WASI_FAULT : TN_WASI_INVAL,
             CALL(poll_oneoff, 1000, 2000, 1 << 30, 64));
    end_in_tree();
}

TEST(descriptors_change_their_numbers)
{
    new_in_tree(false);
    int fd = open_path("file", 0, ALL_FILE_RIGHTS, 0);
    CHECK_EQ(0, CALL(fd_renumber, (uint64_t)fd, 0));
    CHECK_STR("file", read_text(0));
    CHECK_EQ(TN_WASI_BADF, CALL(fd_close, (uint64_t)fd));
    CHECK_EQ(TN_WASI_BADF, CALL(fd_renumber, 0, 77));
    end_in_tree();
}

TEST(a_guest_ends_itself)
{
    new_in_tree(false);
    CHECK_EQ(1000 + TN_E_EXIT, CALL(proc_exit, 300));
    CHECK_EQ(300, tn_store_exit_code(guest.store));
    CHECK_EQ(0, CALL(proc_raise, 0));
    CHECK_EQ(TN_WASI_NOTSUP, CALL(proc_raise, 18));
    CHECK_EQ(TN_WASI_INVAL, CALL(proc_raise, 31));
    CHECK_EQ(1000 + TN_E_EXIT, CALL(proc_raise, 6));
    CHECK_EQ(134, tn_store_exit_code(guest.store));
    CHECK_EQ(0, CALL(sched_yield, 0));
    end_in_tree();
}

static char traced[1024];

static void trace(void *ctx, const char *text)
{
    (void)ctx;
    strcat(strcat(traced, text), "\n");
}

TEST(a_trace_has_a_line_for_each_call)
{
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    config.trace = trace;
    guest_new(&config);
    guest_vector(0, 0, 0);
    CALL(fd_write, 1, 1024, 1, 1036);
    CALL(fd_seek, 9, (uint64_t)-1, 2, 0);
    CALL(sched_yield, 0);
    CALL(proc_exit, 3);
    const char *lines = "fd_write(1, 1024, 1, 1036) -> 0\n"
                        "fd_seek(9, -1, 2, 0) -> BADF\n"
                        "sched_yield() -> 0\n"
                        "proc_exit(3) -> the guest asked to exit\n";
    if (GUEST_HAS_SHIM) /* then these are places in the host's memory */
        lines = "fd_write(1, 0, 1, 8) -> 0\n"
                "fd_seek(9, -1, 2, 8) -> BADF\n"
                "sched_yield() -> 0\n"
                "proc_exit(3) -> the guest asked to exit\n";
    CHECK_STR(lines, traced);
    guest_free();
}

static const char two_memories[] =
    "(import \"wasi_snapshot_preview1\" \"random_get\""
    "  (func $random (param i32 i32) (result i32)))"
    "(memory 0) (memory (export \"memory\") 1)"
    "(func (export \"get\") (param i32 i32) (result i32)"
    "  (call $random (local.get 0) (local.get 1)))"
    "(func (export \"sum\") (result i64)"
    "  (i64.or (i64.load 1 (i32.const 8)) (i64.load 1 (i32.const 16))))";

TEST(the_memory_that_is_exported_is_the_one_that_is_meant)
{
    guest_new(NULL);
    tn_error *err = &guest.err;
    tn_text bytes;
    tn_module *module;
    tn_imports *imports;
    tn_instance *instance;
    tn_func *get, *sum;
    guest_must(
        tn_module_parse(two_memories, strlen(two_memories), &bytes, err));
    guest_must(
        tn_module_new_copy(guest.engine, bytes.at, bytes.size, &module, err));
    guest_must(tn_imports_new(guest.store, &imports, err));
    guest_must(tn_imports_wasi(imports, guest.wasi, err));
    guest_must(tn_instance_new(guest.store, module, imports, &instance, err));
    guest_must(tn_instance_func(instance, "get", &get, err));
    guest_must(tn_instance_func(instance, "sum", &sum, err));
    uint64_t slots[2] = {8, 16};
    guest_must(tn_func_call_raw(get, slots, err));
    CHECK_EQ(0, (uint32_t)slots[0]);
    guest_must(tn_func_call_raw(sum, slots, err));
    CHECK(slots[0] != 0);
    slots[0] = 65530, slots[1] = 7;
    guest_must(tn_func_call_raw(get, slots, err));
    CHECK_EQ(TN_WASI_FAULT, (uint32_t)slots[0]);
    tn_text_free(&bytes);
    tn_instance_free(instance);
    tn_imports_free(imports);
    tn_module_free(module);
    guest_free();
}

TEST(two_guests_may_share_their_files)
{
    new_in_tree(false);
    tn_wasi *other;
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    config.share_files_with = guest.wasi;
    CHECK_EQ(TN_OK, tn_wasi_new(guest.engine, &config, &other, NULL));
    CHECK(other->files == guest.wasi->files);
    CHECK_EQ(2, other->files->refs);
    tn_wasi_free(other);
    CHECK(open_path("file", 0, TN_WASI_FD_READ, 0) > 0);
    end_in_tree();
}

TEST(without_memory_no_wasi_is_left_behind)
{
    static const char *const args[] = {"prog", "x"};
    const tn_preopen preopen = {"/tmp", "/", true};
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    config.args = config.env = args;
    config.arg_count = config.env_count = 2;
    config.preopens = &preopen;
    config.preopen_count = 1;
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    tn_config engine_config = TN_CONFIG_INIT;
    engine_config.allocator = &alloc;
    tn_engine *engine;
    CHECK_EQ(TN_OK, tn_engine_new(&engine_config, &engine, NULL));
    size_t live = fault.live;
    tn_wasi *wasi = NULL;
    for (size_t n = 0; wasi == NULL; n++) {
        fault.fail_from = fault.requests + n;
        tn_status status = tn_wasi_new(engine, &config, &wasi, NULL);
        CHECK_EQ(wasi == NULL ? TN_E_NOMEM : TN_OK, status);
        CHECK(wasi != NULL || fault.live == live);
    }
    fault.fail_from = SIZE_MAX;
    tn_wasi_free(wasi);
    CHECK_EQ(live, fault.live);
    tn_engine_free(engine);
    CHECK_EQ(0, fault.live);
    CHECK_EQ(0, fault.wrong_size);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
