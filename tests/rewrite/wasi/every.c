/* every.c - makes each call of preview 1 by itself, and tells what came back:
 * the errno, and a sum over all bytes that the host could have written. What
 * differs from run to run (inodes, times that nobody set) is left out of it.
 *
 *   every         in an empty directory, open to it as fd 3
 *   every faults  hands over what lies outside of memory */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WASI(name, ...)                                     \
    __attribute__((import_module("wasi_snapshot_preview1"), \
                   import_name(#name))) int32_t p1_##name(__VA_ARGS__);
WASI(args_get, void *, void *)
WASI(args_sizes_get, void *, void *)
WASI(environ_get, void *, void *)
WASI(environ_sizes_get, void *, void *)
WASI(clock_res_get, int32_t, void *)
WASI(clock_time_get, int32_t, int64_t, void *)
WASI(fd_advise, int32_t, int64_t, int64_t, int32_t)
WASI(fd_allocate, int32_t, int64_t, int64_t)
WASI(fd_close, int32_t)
WASI(fd_datasync, int32_t)
WASI(fd_fdstat_get, int32_t, void *)
WASI(fd_fdstat_set_flags, int32_t, int32_t)
WASI(fd_fdstat_set_rights, int32_t, int64_t, int64_t)
WASI(fd_filestat_get, int32_t, void *)
WASI(fd_filestat_set_size, int32_t, int64_t)
WASI(fd_filestat_set_times, int32_t, int64_t, int64_t, int32_t)
WASI(fd_pread, int32_t, const void *, int32_t, int64_t, void *)
WASI(fd_prestat_get, int32_t, void *)
WASI(fd_prestat_dir_name, int32_t, void *, int32_t)
WASI(fd_pwrite, int32_t, const void *, int32_t, int64_t, void *)
WASI(fd_read, int32_t, const void *, int32_t, void *)
WASI(fd_readdir, int32_t, void *, int32_t, int64_t, void *)
WASI(fd_renumber, int32_t, int32_t)
WASI(fd_seek, int32_t, int64_t, int32_t, void *)
WASI(fd_sync, int32_t)
WASI(fd_tell, int32_t, void *)
WASI(fd_write, int32_t, const void *, int32_t, void *)
WASI(path_create_directory, int32_t, const void *, int32_t)
WASI(path_filestat_get, int32_t, int32_t, const void *, int32_t, void *)
WASI(path_filestat_set_times, int32_t, int32_t, const void *, int32_t, int64_t,
     int64_t, int32_t)
WASI(path_link, int32_t, int32_t, const void *, int32_t, int32_t, const void *,
     int32_t)
WASI(path_open, int32_t, int32_t, const void *, int32_t, int32_t, int64_t,
     int64_t, int32_t, void *)
WASI(path_readlink, int32_t, const void *, int32_t, void *, int32_t, void *)
WASI(path_remove_directory, int32_t, const void *, int32_t)
WASI(path_rename, int32_t, const void *, int32_t, int32_t, const void *,
     int32_t)
WASI(path_symlink, const void *, int32_t, int32_t, const void *, int32_t)
WASI(path_unlink_file, int32_t, const void *, int32_t)
WASI(poll_oneoff, const void *, void *, int32_t, void *)
WASI(proc_raise, int32_t)
WASI(random_get, void *, int32_t)
WASI(sched_yield, void)
WASI(sock_accept, int32_t, int32_t, void *)
WASI(sock_recv, int32_t, const void *, int32_t, int32_t, void *, void *)
WASI(sock_send, int32_t, const void *, int32_t, int32_t, void *)
WASI(sock_shutdown, int32_t, int32_t)

#define PATH(text) text, (int32_t)sizeof text - 1

enum {
    FILE_RIGHTS = 0x08e001ff,
    FOLDER_RIGHTS = 0x4000, /* fd_readdir */
    ROOT = 3,
    CREATE = 1,
    DIRECTORY = 2
};

/* Where results go. All of it is told, what is not written too. */
static union {
    uint8_t bytes[8192];
    uint16_t half[4096];
    uint32_t word[2048];
    uint64_t wide[1024];
} out;

static void clear(void)
{
    memset(&out, 0xa5, sizeof out);
}

static uint64_t sum(const void *bytes, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3;
    return hash;
}

static void tell(const char *what, int32_t errno_)
{
    printf("%s: %d %016llx\n", what, (int)errno_,
           (unsigned long long)sum(&out, sizeof out));
    clear();
}

#define TELL(call) tell(#call, p1_##call)

/* A filestat, without what nobody can foresee. */
static void tell_stat(const char *what, int32_t errno_)
{
    for (int i = 0; i < 8; i++)
        if (errno_ == 0 && i != 2 && i != 3 && i != 4)
            out.wide[i] = 0;
    tell(what, errno_);
}

/* --------------------------------------------------------------- families */

static void tell_texts(const char *what, int32_t wrong, uint32_t count)
{
    uint32_t base = (uint32_t)(uintptr_t)out.bytes;
    for (uint32_t i = 0; wrong == 0 && i < count; i++) {
        printf("%s %u is \"%s\" at %d\n", what, (unsigned)i,
               (const char *)(uintptr_t)out.word[i], (int)(out.word[i] - base));
        out.word[i] = 0; /* differs as `out` does from build to build */
    }
    tell(what, wrong);
}

static void try_texts(void)
{
    uint32_t count;
    tell("args_sizes_get", p1_args_sizes_get(&out.word[0], &out.word[5]));
    p1_args_sizes_get(&count, &out.word[1]);
    clear();
    tell_texts("args_get", p1_args_get(&out, &out.bytes[4096]), count);
    tell("environ_sizes_get", p1_environ_sizes_get(&out.word[3], &out.word[1]));
    p1_environ_sizes_get(&count, &out.word[1]);
    clear();
    tell_texts("environ_get", p1_environ_get(&out, &out.bytes[3001]), count);
}

static void try_clocks(void)
{
    int32_t wrong = p1_clock_res_get(1, &out);
    int was_told = out.wide[0] > 0 && out.wide[0] <= 1000000000;
    out.wide[0] = 0;
    printf("told: %d\n", was_told);
    tell("clock_res_get", wrong);
    wrong = p1_clock_time_get(1, 1, &out.wide[1]);
    wrong |= p1_clock_time_get(1, 1, &out.wide[2]);
    printf("went on: %d\n", out.wide[2] >= out.wide[1]);
    out.wide[1] = out.wide[2] = 0;
    tell("clock_time_get", wrong);
    TELL(clock_time_get(77, 1, &out));
    TELL(clock_res_get(77, &out));
}

static void try_random(void)
{
    int32_t wrong = p1_random_get(&out.bytes[100], 5000);
    uint64_t first = sum(&out.bytes[100], 5000);
    wrong |= p1_random_get(&out.bytes[100], 5000);
    printf("random: %d\n", first != sum(&out.bytes[100], 5000));
    memset(&out.bytes[100], 0, 5000);
    tell("random_get", wrong);
    TELL(random_get(&out, 0));
}

static void try_preopens(void)
{
    TELL(fd_prestat_get(ROOT, &out));
    TELL(fd_prestat_get(4, &out));
    p1_fd_prestat_get(ROOT, &out);
    int32_t size = (int32_t)out.word[1];
    clear();
    TELL(fd_prestat_dir_name(ROOT, &out.bytes[7], size));
    TELL(fd_prestat_dir_name(ROOT, &out.bytes[7], 100));
    TELL(fd_prestat_dir_name(ROOT, &out.bytes[7], 0));
    TELL(fd_fdstat_get(ROOT, &out));
}

struct vector {
    void *at;
    uint32_t size;
};
static struct vector vectors[300];

/* Vectors of 0, 1, 2 ... 6, 0 ... bytes at `at`, not in their order. */
static int make_vectors(uint8_t *at)
{
    for (int i = 0; i < 300; i++) {
        vectors[i].at = at + (i * 77 % 300) * 7;
        vectors[i].size = (uint32_t)i % 7;
    }
    return 300;
}

static uint8_t text[4096];

static int32_t try_moves(void)
{
    uint32_t fd = 0;
    for (int i = 0; i < 4096; i++)
        text[i] = (uint8_t)(i * i >> 3);
    tell("path_open",
         p1_path_open(ROOT, 1, PATH("moves"), CREATE, FILE_RIGHTS, 0, 0, &fd));
    int32_t file = fd == 0 ? 999 : (int32_t)fd;
    TELL(fd_write(file, vectors, make_vectors(text), &out));
    TELL(fd_tell(file, &out));
    TELL(fd_pwrite(file, vectors, make_vectors(text), 500, &out));
    TELL(fd_pread(file, vectors, make_vectors(out.bytes), 3, &out.bytes[4000]));
    TELL(fd_seek(file, 0, 0, &out));
    TELL(fd_read(file, vectors, make_vectors(out.bytes), &out.bytes[4000]));
    TELL(fd_read(file, vectors, make_vectors(out.bytes), &out.bytes[4000]));
    TELL(fd_read(file, vectors, make_vectors(out.bytes), &out.bytes[4000]));
    TELL(fd_seek(file, -4, 2, &out));
    TELL(fd_read(file, vectors, make_vectors(out.bytes), &out.bytes[4000]));
    TELL(fd_seek(file, -1, 0, &out));
    vectors[0] = (struct vector){out.bytes, 100};
    vectors[1] = (struct vector){out.bytes + 50, 100}; /* over the first */
    TELL(fd_pread(file, vectors, 2, 0, &out.bytes[4000]));
    vectors[0] = (struct vector){text, 0};
    TELL(fd_write(file, vectors, 1, &out));
    TELL(fd_pread(999, vectors, 1, 0, &out));
    return file;
}

static void try_file(int32_t file)
{
    TELL(fd_fdstat_get(file, &out));
    TELL(fd_fdstat_set_flags(file, 1));
    TELL(fd_fdstat_get(file, &out));
    tell_stat("fd_filestat_get", p1_fd_filestat_get(file, &out));
    TELL(fd_filestat_set_size(file, 12345));
    TELL(fd_allocate(file, 0, 20000));
    TELL(fd_advise(file, 0, 100, 1));
    TELL(fd_filestat_set_times(file, 1000000000, 2000000000, 5));
    p1_fd_filestat_get(file, &out);
    printf("modified: %llu\n", (unsigned long long)out.wide[6]);
    tell_stat("fd_filestat_get", 0);
    TELL(fd_datasync(file));
    TELL(fd_sync(file));
    TELL(fd_fdstat_set_rights(file, 0x2, 0));
    TELL(fd_renumber(file, 999));
    TELL(fd_close(file));
    TELL(fd_close(file));
}

static void try_paths(void)
{
    TELL(path_create_directory(ROOT, PATH("folder")));
    TELL(path_create_directory(ROOT, PATH("folder")));
    TELL(path_symlink(PATH("a target"), ROOT, PATH("folder/link")));
    TELL(path_readlink(ROOT, PATH("folder/link"), &out.bytes[1], 100,
                       &out.word[50]));
    TELL(path_readlink(ROOT, PATH("folder/link"), &out.bytes[1], 4,
                       &out.word[50]));
    TELL(path_readlink(ROOT, PATH("moves"), &out.bytes[1], 4, &out.word[50]));
    TELL(path_link(ROOT, 0, PATH("moves"), ROOT, PATH("folder/same")));
    tell_stat("path_filestat_get",
              p1_path_filestat_get(ROOT, 1, PATH("folder/same"), &out));
    TELL(path_filestat_set_times(ROOT, 0, PATH("moves"), 5000, 6000000000, 5));
    p1_path_filestat_get(ROOT, 1, PATH("moves"), &out);
    printf("modified: %llu\n", (unsigned long long)out.wide[6]);
    clear();
    TELL(path_filestat_get(ROOT, 1, PATH("nothing"), &out));
    TELL(path_rename(ROOT, PATH("folder/same"), ROOT, PATH("moved")));
    TELL(path_open(ROOT, 1, PATH("nothing"), 0, FILE_RIGHTS, 0, 0, &out));
    TELL(path_open(ROOT, 1, PATH("moved"), DIRECTORY, FOLDER_RIGHTS, 0, 0,
                   &out));
    TELL(path_unlink_file(ROOT, PATH("moved")));
    TELL(path_unlink_file(ROOT, PATH("folder")));
    TELL(path_remove_directory(ROOT, PATH("folder")));
}

/* All entries, by a buffer of so many bytes: their names in a sum that does
 * not depend on the order. */
static void list(int32_t folder, int32_t size)
{
    uint64_t cookie = 0, total = 0, types = 0;
    for (int calls = 0; calls < 1000; calls++) {
        uint32_t used = 0, at = 0;
        int32_t wrong =
            p1_fd_readdir(folder, &out, size, (int64_t)cookie, &used);
        for (; wrong == 0 && at + 24 <= used; at += 24 + out.word[at / 4 + 4]) {
            uint32_t name = 0, kind = 0;
            memcpy(&name, &out.bytes[at + 16], 4);
            memcpy(&kind, &out.bytes[at + 20], 4);
            if (at + 24 + name > used)
                break;
            total += sum(&out.bytes[at + 24], name);
            types += kind & 0xff;
            memcpy(&cookie, &out.bytes[at], 8);
            memmove(&out.word[at / 4 + 4], &name, 4);
        }
        if (wrong != 0 || (int32_t)used < size)
            break;
    }
    printf("listed by %d: %016llx %llu\n", (int)size, (unsigned long long)total,
           (unsigned long long)types);
    clear();
}

static void try_folder(void)
{
    uint32_t fd = 0;
    p1_path_create_directory(ROOT, PATH("list"));
    for (int i = 0; i < 40; i++) {
        char name[32];
        int size = snprintf(name, sizeof name, "list/%d00%d", i * i, i & 3);
        p1_path_open(ROOT, 1, name, size, CREATE, FILE_RIGHTS, 0, 0, &fd);
        p1_fd_close((int32_t)fd);
    }
    tell("path_open", p1_path_open(ROOT, 1, PATH("list"), DIRECTORY,
                                   FOLDER_RIGHTS, 0, 0, &fd));
    list((int32_t)fd, 64);
    list((int32_t)fd, 4096);
    TELL(fd_readdir((int32_t)fd, &out, 0, 0, &out.word[100]));
    TELL(fd_readdir(999, &out, 0, 0, &out.word[100]));
    TELL(fd_close((int32_t)fd));
}

static void subscribe(int i, uint64_t userdata, uint8_t type, uint32_t id,
                      uint64_t timeout)
{
    uint64_t *at = &out.wide[6 * i];
    memset(at, 0, 48);
    at[0] = userdata;
    at[1] = type;
    at[2] = id;
    at[3] = timeout;
}

static void try_polls(void)
{
    subscribe(0, 7, 0, 1, 1000000);
    TELL(poll_oneoff(&out, &out.bytes[1024], 1, &out.word[200]));
    subscribe(0, 7, 0, 1, 1000000);
    TELL(poll_oneoff(&out, &out, 1, &out.word[200])); /* in place */
    subscribe(0, 1, 0, 1, 60000000000);
    subscribe(1, 2, 2, 1, 0);
    TELL(poll_oneoff(&out, &out.bytes[1024], 2, &out.word[200]));
    subscribe(0, 3, 1, 999, 0);
    subscribe(1, 4, 0, 1, 0);
    TELL(poll_oneoff(&out, &out.bytes[1024], 2, &out.word[200]));
    TELL(poll_oneoff(&out, &out.bytes[1024], 0, &out.word[200]));
    TELL(sched_yield());
    TELL(proc_raise(200));
}

static void try_sockets(void)
{
    vectors[0] = (struct vector){out.bytes, 100};
    TELL(sock_accept(ROOT, 0, &out));
    TELL(sock_recv(999, vectors, 1, 0, &out.word[40], &out.half[90]));
    TELL(sock_recv(ROOT, vectors, 1, 0, &out.word[40], &out.half[90]));
    TELL(sock_send(ROOT, vectors, 1, 0, &out.word[40]));
    TELL(sock_shutdown(ROOT, 1));
}

/* ------------------------------------------------------------------ faults */

#define FAR  ((void *)0xfffffff0)
#define EDGE ((void *)(__builtin_wasm_memory_size(0) * 65536 - 3))

static void try_faults(void)
{
    TELL(args_sizes_get(FAR, &out));
    TELL(args_sizes_get(&out, EDGE));
    TELL(args_get(EDGE, &out));
    TELL(args_get(&out, EDGE));
    TELL(environ_get(FAR, FAR));
    TELL(clock_time_get(0, 0, EDGE));
    TELL(clock_res_get(0, EDGE));
    TELL(fd_fdstat_get(ROOT, EDGE));
    TELL(fd_filestat_get(ROOT, EDGE));
    TELL(fd_prestat_get(ROOT, EDGE));
    TELL(fd_prestat_dir_name(ROOT, (uint8_t *)EDGE + 3, 100));
    TELL(random_get(EDGE, 4));
    TELL(random_get(EDGE, -1));
    vectors[0] = (struct vector){out.bytes, 5};
    vectors[1] = (struct vector){EDGE, 5};
    vectors[2] = (struct vector){out.bytes, 0xffffffff};
    TELL(fd_write(1, vectors, 2, &out));
    TELL(fd_write(1, vectors, 1, EDGE));
    TELL(fd_write(1, EDGE, 1, &out));
    TELL(fd_write(1, &vectors[2], 1, &out));
    TELL(fd_write(1, vectors, 0x20000001, &out));
    TELL(fd_read(0, &vectors[1], 1, &out));
    TELL(path_open(ROOT, 0, EDGE, 4, 0, FILE_RIGHTS, 0, 0, &out));
    TELL(path_open(ROOT, 0, PATH("there"), CREATE, FILE_RIGHTS, 0, 0, EDGE));
    TELL(path_filestat_get(ROOT, 0, PATH("there"), &out)); /* never made */
    TELL(path_rename(ROOT, PATH("there"), ROOT, EDGE, 9));
    TELL(path_symlink(EDGE, 9, ROOT, PATH("there")));
    TELL(path_readlink(ROOT, PATH("there"), EDGE, 9, &out));
    TELL(fd_readdir(ROOT, EDGE, 9, 0, &out));
    TELL(fd_readdir(ROOT, &out, 9, 0, EDGE));
    TELL(poll_oneoff(EDGE, &out, 1, &out));
    TELL(poll_oneoff(&out, EDGE, 1, &out));
    TELL(poll_oneoff(&out, &out, 1, EDGE));
    TELL(random_get((uint8_t *)EDGE + 3, 0));
}

int main(int argc, char **argv)
{
    clear();
    if (argc > 1 && strcmp(argv[1], "faults") == 0) {
        try_faults();
        return 0;
    }
    try_texts();
    try_clocks();
    try_random();
    try_preopens();
    try_file(try_moves());
    try_paths();
    try_folder();
    try_polls();
    try_sockets();
    fflush(stdout);
    exit(7);
}
