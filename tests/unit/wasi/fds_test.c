/* fds_test.c - the table of open files. */
#include "wasi/fds.h"

#include <stdio.h>

#include "fault_alloc.h"
#include "tn_test.h"

#include "tree.h"

static struct tn_wasi_file nothing(void)
{
    return tn_wasi_file_of_stream(1, (tn_stream){0});
}

static struct tn_wasi_fds *table_of(uint32_t count)
{
    struct tn_wasi_fds *fds = tn_wasi_fds_new(&tn_alloc_libc);
    CHECK(fds != NULL);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t fd;
        CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_add(fds, nothing(), &fd));
        CHECK_EQ(i, fd);
    }
    return fds;
}

TEST(the_lowest_free_number_is_given)
{
    struct tn_wasi_fds *fds = table_of(5);
    uint32_t fd;
    CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_close(fds, 1));
    CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_close(fds, 3));
    CHECK_EQ(TN_WASI_BADF, tn_wasi_fds_close(fds, 3));
    CHECK_EQ(TN_WASI_BADF, tn_wasi_fds_close(fds, 5));
    CHECK_EQ(TN_WASI_BADF, tn_wasi_fds_close(fds, UINT32_MAX));
    CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_add(fds, nothing(), &fd));
    CHECK_EQ(1, fd);
    CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_add(fds, nothing(), &fd));
    CHECK_EQ(3, fd);
    tn_wasi_fds_release(fds);
}

TEST(a_file_that_is_closed_while_another_thread_waits_stays_whole)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    struct tn_wasi_fds *fds = tn_wasi_fds_new(&alloc);
    uint32_t fd;
    tn_wasi_fds_enter(fds);
    CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_add(fds, nothing(), &fd));
    const struct tn_wasi_file *file = tn_wasi_fds_get(fds, fd);
    size_t before = fault.live;
    tn_wasi_fds_pause(fds); /* here another thread comes in */
    tn_wasi_fds_enter(fds);
    CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_close(fds, fd));
    CHECK(tn_wasi_fds_get(fds, fd) == NULL);
    tn_wasi_fds_leave(fds);
    tn_wasi_fds_resume(fds);
    CHECK_EQ(before, fault.live);
    CHECK_EQ(-1, file->fd);
    tn_wasi_fds_leave(fds);
    CHECK(fault.live < before);
    tn_wasi_fds_release(fds);
    CHECK_EQ(0, fault.live);
}

TEST(renumbering_replaces_what_was_there)
{
    struct tn_wasi_fds *fds = table_of(4);
    struct tn_wasi_file *file = tn_wasi_fds_get(fds, 3);
    CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_renumber(fds, 3, 1));
    CHECK(tn_wasi_fds_get(fds, 1) == file);
    CHECK(tn_wasi_fds_get(fds, 3) == NULL);
    CHECK_EQ(TN_WASI_BADF, tn_wasi_fds_renumber(fds, 3, 1));
    CHECK_EQ(TN_WASI_BADF, tn_wasi_fds_renumber(fds, 1, 3));
    CHECK_EQ(TN_WASI_SUCCESS, tn_wasi_fds_renumber(fds, 1, 1));
    CHECK(tn_wasi_fds_get(fds, 1) == file);
    tn_wasi_fds_release(fds);
}

TEST(a_table_lives_as_long_as_its_last_owner)
{
    struct tree tree = tree_new();
    char path[128];
    snprintf(path, sizeof path, "%s/root", tree.base);
    struct tn_wasi_fds *fds = tn_wasi_fds_new(&tn_alloc_libc);
    tn_preopen preopen = {path, "/", false};
    CHECK_EQ(TN_OK, tn_wasi_fds_preopen(fds, &preopen, NULL));
    int host = tn_wasi_fds_get(fds, 0)->fd;
    CHECK(tn_wasi_fds_retain(fds) == fds);
    tn_wasi_fds_release(fds);
    CHECK(fcntl(host, F_GETFD) >= 0);
    CHECK_STR("/", tn_wasi_fds_get(fds, 0)->guest_path);
    tn_wasi_fds_release(fds);
    CHECK(fcntl(host, F_GETFD) < 0);
    tree_free(&tree);
}

TEST(a_directory_that_is_not_there_is_named)
{
    struct tn_wasi_fds *fds = table_of(0);
    tn_preopen preopen = {"/nonexistent/dir", NULL, false};
    tn_error err = {0};
    CHECK_EQ(TN_E_IO, tn_wasi_fds_preopen(fds, &preopen, &err));
    CHECK(strstr(err.text, "\"/nonexistent/dir\"") != NULL);
    tn_wasi_fds_release(fds);
}

TEST(a_terminal_can_neither_seek_nor_tell)
{
    tn_stream stream = {.is_terminal = true};
    struct tn_wasi_file file = tn_wasi_file_of_stream(1, stream);
    CHECK_EQ(TN_OS_CHARACTER_DEVICE, file.type);
    CHECK_EQ(0, file.rights & (TN_WASI_FD_SEEK | TN_WASI_FD_TELL));
    CHECK(file.rights & TN_WASI_FD_WRITE);
    CHECK(!(file.rights & TN_WASI_FD_READ));
    file = tn_wasi_file_of_stdio(2, true);
    CHECK_EQ(TN_OS_CHARACTER_DEVICE, file.type);
    CHECK_EQ(0, file.rights & (TN_WASI_FD_SEEK | TN_WASI_FD_TELL));
}

/* --------------------------------------------------- memory that runs out */

TEST(without_memory_nothing_is_kept)
{
    struct tree tree = tree_new();
    char path[128];
    snprintf(path, sizeof path, "%s/root", tree.base);
    tn_preopen preopen = {path, "/", false};
    int before = dup(0);
    close(before);
    bool done = false;
    for (size_t n = 0; !done; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_wasi_fds *fds = tn_wasi_fds_new(&alloc);
        if (fds != NULL) {
            done = tn_wasi_fds_preopen(fds, &preopen, NULL) == TN_OK;
            tn_wasi_fds_release(fds);
        }
        int after = dup(0);
        close(after);
        CHECK_EQ(before, after);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
    tree_free(&tree);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
