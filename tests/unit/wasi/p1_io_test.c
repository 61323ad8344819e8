/* p1_io_test.c - bytes in and out, and vectors that lie. */
#include "tn_test.h"

#include <pthread.h>
#include <stdio.h>

#include "guest.h"
#include "tree.h"

static char written[256];
static size_t written_size;

static int64_t keep(void *ctx, const void *bytes, size_t size)
{
    (void)ctx;
    if (written_size + size > sizeof written)
        return -1;
    memcpy(written + written_size, bytes, size);
    written_size += size;
    return (int64_t)size;
}

static int64_t give(void *ctx, void *bytes, size_t size)
{
    (void)ctx;
    memset(bytes, 'g', size);
    return (int64_t)size;
}

static void new_with_streams(void)
{
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    config.stdio[0].read = give;
    config.stdio[1].write = keep;
    written_size = 0;
    guest_new(&config);
}

TEST(vectors_are_written_in_their_order)
{
    new_with_streams();
    guest_text(2000, "hello, world");
    guest_vector(0, 2000, 5);
    guest_vector(1, 0, 0);
    guest_vector(2, 2005, 7);
    guest_vector(3, 2000, 5); /* over the first */
    CHECK_EQ(TN_WASI_SUCCESS, CALL(fd_write, 1, 1024, 4, 64));
    CHECK_EQ(17, guest_u32(64));
    CHECK_EQ(17, written_size);
    CHECK(memcmp(written, "hello, worldhello", 17) == 0);
    guest_free();
}

TEST(a_read_fills_the_first_vector)
{
    new_with_streams();
    guest_vector(0, 3000, 0);
    guest_vector(1, 3000, 4);
    guest_vector(2, 3004, 4);
    CHECK_EQ(TN_WASI_SUCCESS, CALL(fd_read, 0, 1024, 3, 64));
    /* A shim makes one vector of them. */
    CHECK_EQ(GUEST_HAS_SHIM ? 8 : 4, guest_u32(64));
    CHECK(memcmp(guest_at(3000), GUEST_HAS_SHIM ? "gggggggg" : "gggg\0\0\0\0",
                 9) == 0);
    guest_free();
}

TEST(a_bad_address_writes_nothing)
{
    new_with_streams();
    guest_text(2000, "hello");
    guest_vector(0, 2000, 5);
    guest_vector(1, 131070, 5); /* over the end of two pages */
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 1024, 2, 64));
    guest_vector(1, 2000, 0xffffffff);
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 1024, 2, 64));
    guest_vector(1, 0xffffffff, 2);
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 1024, 2, 64));
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 1024, 1, 131069));
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 1024, 0xffffffff, 64));
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 1024, 0x20000000, 64));
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 0xfffffff8, 2, 64));
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 131072, 1, 64));
    CHECK_EQ(0, written_size);
    CHECK_EQ(TN_WASI_SUCCESS, CALL(fd_write, 1, 131072, 0, 64));
    CHECK_EQ(0, guest_u32(64));
    guest_free();
}

TEST(no_call_trusts_an_address)
{
    new_with_streams();
    for (uint32_t i = 0; i < GUEST_CALL_COUNT; i++) {
        if (i == GUEST_proc_exit || i == GUEST_poll_oneoff ||
            i == GUEST_fd_close || i == GUEST_fd_renumber)
            continue;
        for (uint32_t fd = 0; fd < 4; fd++) {
            uint64_t args[9] = {fd};
            for (int a = 1; a < 9; a++)
                args[a] = 0xfffffff0;
            guest_run((enum guest_call)i, args, 9);
            for (int a = 0; a < 9; a++)
                args[a] = 131071;
            CHECK(guest_run((enum guest_call)i, args, 9) < 1000);
        }
    }
    CHECK_EQ(TN_WASI_FAULT, CALL(random_get, 131071, 2));
    CHECK_EQ(TN_WASI_FAULT, CALL(clock_time_get, 0, 0, 131065));
    CHECK_EQ(TN_WASI_FAULT, CALL(poll_oneoff, 131000, 0, 2, 64));
    CHECK_EQ(TN_WASI_FAULT, CALL(poll_oneoff, 0, 131060, 1, 64));
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_fdstat_get, 1, 131060));
    guest_free();
}

TEST(streams_are_what_they_may_do)
{
    new_with_streams();
    guest_vector(0, 2000, 5);
    CHECK_EQ(TN_WASI_NOTCAPABLE, CALL(fd_write, 0, 1024, 1, 64));
    CHECK_EQ(TN_WASI_NOTCAPABLE, CALL(fd_read, 1, 1024, 1, 64));
    CHECK_EQ(TN_WASI_SUCCESS, CALL(fd_write, 2, 1024, 1, 64));
    CHECK_EQ(TN_WASI_SPIPE, CALL(fd_seek, 1, 0, 1, 64));
    CHECK_EQ(TN_WASI_BADF, CALL(fd_write, 9, 1024, 1, 64));
    CHECK_EQ(TN_WASI_NOTSOCK, CALL(sock_shutdown, 1, 1));
    CHECK_EQ(TN_WASI_BADF, CALL(sock_recv, 9, 0, 0, 0, 0, 0));
    CHECK_EQ(TN_WASI_SUCCESS, CALL(fd_close, 1));
    CHECK_EQ(TN_WASI_BADF, CALL(fd_write, 1, 1024, 1, 64));
    guest_free();
}

/* ------------------------------------------------------------ interrupts */

static void *interrupt_soon(void *store)
{
    usleep(30000);
    tn_store_interrupt(store);
    return NULL;
}

static void interrupt(enum guest_call call, const uint64_t *args, size_t count)
{
    pthread_t thread;
    CHECK_EQ(0, pthread_create(&thread, NULL, interrupt_soon, guest.store));
    int answer = guest_run(call, args, count);
    pthread_join(thread, NULL);
    CHECK_EQ(1000 + TN_E_TRAP, answer);
    CHECK_EQ(TN_TRAP_INTERRUPT, tn_store_trap_kind(guest.store));
}

static struct tree tree;

/* A guest in a new tree, with "pipe" in it open as fd 4. */
static void new_with_pipe(uint64_t rights)
{
    char path[128];
    tree = tree_new();
    snprintf(path, sizeof path, "%s/root", tree.base);
    CHECK_EQ(0, mkfifoat(tree.root_fd, "pipe", 0666));
    tn_preopen preopen = {path, "/", false};
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    config.preopens = &preopen;
    config.preopen_count = 1;
    guest_new(&config);
    int reader = openat(tree.root_fd, "pipe", O_RDONLY | O_NONBLOCK);
    guest_text(100, "pipe");
    CHECK_EQ(TN_WASI_SUCCESS,
             CALL(path_open, 3, 0, 100, 4, 0,
                  rights | TN_WASI_FD_FDSTAT_SET_FLAGS, 0, 0, 64));
    CHECK_EQ(4, guest_u32(64));
    close(reader);
    guest_vector(0, 2000, 5);
}

static void end_with_pipe(void)
{
    guest_free();
    tree_free(&tree);
}

TEST(an_interrupt_ends_a_read_that_waits)
{
    new_with_pipe(TN_WASI_FD_READ);
    int writer = openat(tree.root_fd, "pipe", O_WRONLY);
    interrupt(GUEST_fd_read, (const uint64_t[]){4, 1024, 1, 64}, 4);
    CHECK_EQ(3, write(writer, "abc", 3));
    CHECK_EQ(TN_WASI_SUCCESS, CALL(fd_read, 4, 1024, 1, 64));
    CHECK_EQ(3, guest_u32(64));
    close(writer);
    CHECK_EQ(TN_WASI_SUCCESS, CALL(fd_read, 4, 1024, 1, 64));
    CHECK_EQ(0, guest_u32(64));
    end_with_pipe();
}

TEST(a_guest_that_does_not_wait_is_told_to_come_again)
{
    new_with_pipe(TN_WASI_FD_READ);
    int writer = openat(tree.root_fd, "pipe", O_WRONLY);
    CHECK_EQ(0, CALL(fd_fdstat_set_flags, 4, TN_WASI_NONBLOCK));
    CHECK_EQ(TN_WASI_AGAIN, CALL(fd_read, 4, 1024, 1, 64));
    close(writer);
    end_with_pipe();
}

TEST(a_pipe_without_a_reader_does_not_end_the_process)
{
    new_with_pipe(TN_WASI_FD_WRITE);
    CHECK_EQ(TN_WASI_PIPE, CALL(fd_write, 4, 1024, 1, 64));
    end_with_pipe();
}

TEST(an_interrupt_ends_a_write_that_waits)
{
    new_with_pipe(TN_WASI_FD_WRITE);
    int reader = openat(tree.root_fd, "pipe", O_RDONLY | O_NONBLOCK);
    guest_vector(0, 2000, 100000); /* more than a pipe holds */
    interrupt(GUEST_fd_write, (const uint64_t[]){4, 1024, 1, 64}, 4);
    close(reader);
    end_with_pipe();
}

TEST(an_interrupt_ends_a_sleep)
{
    new_with_streams();
    memset(guest_at(100), 0, 48);
    tn_wasi_set_u64(guest_at(100 + 24), UINT64_MAX);
    interrupt(GUEST_poll_oneoff, (const uint64_t[]){100, 200, 1, 64}, 4);
    guest_free();
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
