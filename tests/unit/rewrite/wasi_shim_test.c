/* wasi_shim_test.c - the modules that stand between programs and a host. What
 * they do in each call of preview 1 is tested by the tests of WASI itself:
 * wasi_shim_p1_test.c and wasi_shim_p1_io_test.c. */
#include "rewrite/rewrite.h"

#include "fault_alloc.h"
#include "mod/features.h"
#include "text/wat.h"
#include "tn_test.h"

#include "by_shim.h"

/* ------------------------------------------------------------- shims alone */

struct shim_made {
    struct tn_buf program, bytes;
    struct tn_mod *mod;
    tn_status status;
    tn_error err;
};

/* The shim of a program of these fields. */
static struct shim_made shim_of(const char *fields)
{
    struct shim_made made = {0};
    tn_buf_init(&made.program, &tn_alloc_libc);
    tn_buf_init(&made.bytes, &tn_alloc_libc);
    CHECK_EQ(TN_OK, tn_text_parse(fields, strlen(fields), &tn_alloc_libc,
                                  &made.program, &made.err));
    CHECK_EQ(TN_OK, tn_mod_decode(made.program.at, made.program.size,
                                  tn_features_all(), &tn_alloc_libc, &made.mod,
                                  &made.err));
    const struct tn_rw_program program = program_of(made.mod);
    made.status = tn_rw_wasi_shim(&program, &made.bytes, &made.err);
    return made;
}

static void end_shim(struct shim_made *made)
{
    tn_mod_free(made->mod);
    tn_buf_clear(&made->program);
    tn_buf_clear(&made->bytes);
}

static const uint64_t shim_features = (uint64_t)1 << TN_FEATURE_MVP |
                                      (uint64_t)1 << TN_FEATURE_BULK_MEMORY |
                                      (uint64_t)1 << TN_FEATURE_MULTI_MEMORY;

static void refused(tn_status status, const char *words, const char *fields)
{
    struct shim_made made = shim_of(fields);
    CHECK_EQ(status, made.status);
    CHECK_STR(words, made.err.text);
    end_shim(&made);
}

#define WASI(name, type) \
    "(import \"wasi_snapshot_preview1\" \"" name "\" (func " type "))"
#define MEMORY   "(memory (export \"memory\") 1)"
#define FD_WRITE WASI("fd_write", "(param i32 i32 i32 i32) (result i32)")

TEST(a_function_that_is_not_of_preview_1_is_named)
{
    refused(TN_E_MISSING, "preview 1 of WASI has no function \"fd_fly\"",
            WASI("fd_fly", "") MEMORY);
    refused(TN_E_MISSING, "preview 1 of WASI has no function \"fd_write\"",
            "(import \"wasi_snapshot_preview1\" \"fd_write\" (global i32))");
}

TEST(a_function_of_another_type_is_told_both)
{
    refused(TN_E_TYPE,
            "wasi_snapshot_preview1.fd_close is imported as (i64) -> i32, but "
            "is (i32) -> i32",
            WASI("fd_close", "(param i64) (result i32)") MEMORY);
    refused(TN_E_TYPE,
            "wasi_snapshot_preview1.sched_yield is imported as () -> (), but "
            "is () -> i32",
            WASI("sched_yield", "") MEMORY);
    refused(TN_E_TYPE,
            "wasi_snapshot_preview1.proc_exit is imported as (funcref) -> (), "
            "but is (i32) -> ()",
            WASI("proc_exit", "(param funcref)") MEMORY);
}

TEST(what_one_memory_of_the_host_cannot_serve_is_refused)
{
    refused(TN_E_MISSING, "it exports no memory \"memory\" for WASI to read",
            FD_WRITE "(memory 1) (func (export \"memory\"))");
    refused(TN_E_UNLINKABLE,
            "its memory has 64-bit addresses, which preview 1 of WASI does not "
            "have",
            FD_WRITE "(memory (export \"memory\") i64 1)");
    refused(TN_E_UNLINKABLE,
            "its memory is shared: threads could call WASI at once, and the "
            "host's memory holds one call",
            FD_WRITE "(memory (export \"memory\") 1 2 shared)");
    refused(TN_E_UNLINKABLE,
            "it starts threads (wasi.thread-spawn), which could call WASI at "
            "once",
            "(import \"wasi\" \"thread-spawn\" (func (param i32) (result "
            "i32)))" FD_WRITE MEMORY);
}

TEST(a_function_without_pointers_is_the_hosts_own)
{
    struct shim_made made = shim_of(WASI("proc_exit", "(param i32)") WASI(
        "sched_yield", "(result i32)") "(func)");
    CHECK_EQ(TN_OK, made.status);
    struct tn_mod *shim;
    CHECK_EQ(TN_OK, tn_mod_decode(made.bytes.at, made.bytes.size, shim_features,
                                  &tn_alloc_libc, &shim, &made.err));
    CHECK_EQ(2, shim->func_count);
    CHECK_EQ(2, shim->func_import_count);
    CHECK_EQ(0, shim->memory_count);
    CHECK_EQ(2, shim->export_count);
    tn_mod_free(shim);
    end_shim(&made);
}

TEST(only_what_is_imported_is_generated)
{
    struct shim_made made = shim_of(FD_WRITE FD_WRITE WASI(
        "args_get", "(param i32 i32) (result i32)") MEMORY);
    struct tn_mod *shim;
    CHECK_EQ(TN_OK, tn_mod_decode(made.bytes.at, made.bytes.size, shim_features,
                                  &tn_alloc_libc, &shim, &made.err));
    /* args_get asks for the sizes. */
    CHECK_EQ(3, shim->func_import_count);
    CHECK(tn_mod_imports(shim, "wasi_snapshot_preview1", "args_sizes_get"));
    CHECK(tn_mod_imports(shim, "program", "memory"));
    CHECK(tn_mod_imports(shim, "tenon.wasi", "memory"));
    CHECK_EQ(2, shim->export_count);
    CHECK(tn_mod_find_export(shim, tn_str_of("fd_write")) != TN_NONE);
    CHECK(tn_mod_find_export(shim, tn_str_of("args_get")) != TN_NONE);
    tn_mod_free(shim);
    end_shim(&made);
}

/* All 46 together, those of the guest; and what printf needs, in a program that
 * has pages of a byte. */
TEST(a_shim_is_a_valid_module_and_small)
{
    struct tn_buf all;
    tn_buf_init(&all, &tn_alloc_libc);
    put_shim_of_guest(&all);
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_validate(all.at, all.size, shim_features, &err));
    CHECK(all.size <= 5300);
    tn_buf_clear(&all);

    struct shim_made hello = shim_of(
        FD_WRITE WASI("fd_close", "(param i32) (result i32)") WASI(
            "fd_seek", "(param i32 i64 i32 i32) (result i32)")
            WASI("fd_fdstat_get", "(param i32 i32) (result i32)") WASI(
                "proc_exit",
                "(param i32)") "(memory (export \"memory\") 1 (pagesize 1))");
    CHECK_EQ(TN_OK, hello.status);
    CHECK(hello.bytes.size <= 988);
    CHECK_EQ(TN_OK, tn_validate(hello.bytes.at, hello.bytes.size,
                                shim_features |
                                    (uint64_t)1 << TN_FEATURE_CUSTOM_PAGE_SIZES,
                                &err));
    end_shim(&hello);
}

TEST(letters_agree_with_types)
{
    for (size_t i = 0; i < GUEST_CALL_COUNT; i++) {
        const char *at = guest_rows[i].type;
        for (const char *p = guest_rows[i].passes; *p != '\0'; p++) {
            at = strchr(at + 1, 'i');
            CHECK(at != NULL && (at[1] == '3' || *p == 'v'));
        }
        at = strchr(at + 1, 'i');
        CHECK(at == NULL || at > strchr(guest_rows[i].type, '>'));
    }
}

TEST(memory_may_run_out_anywhere)
{
    struct shim_made made =
        shim_of(FD_WRITE WASI("fd_close", "(param i32) (result i32)") MEMORY);
    const struct tn_rw_program program = program_of(made.mod);
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status != TN_OK; n++) {
        for (int once = 0; once < 2; once++) {
            struct fault fault = once ? fault_once(n) : fault_at(n);
            tn_allocator alloc = fault_allocator(&fault);
            struct tn_buf out;
            tn_buf_init(&out, &alloc);
            status = tn_rw_wasi_shim(&program, &out, NULL);
            CHECK(status == TN_OK || status == TN_E_NOMEM);
            CHECK_EQ(fault.requests > n, status == TN_E_NOMEM);
            tn_buf_clear(&out);
            CHECK_EQ(0, fault.live);
        }
    }
    end_shim(&made);
}

/* --------------------------------------------------------- what they promise */

static struct {
    size_t size, calls;
    uint8_t bytes[8];
} host;

/* A host that takes all it is given, and says so. */
static tn_status host_fd_write(tn_call *call, uint64_t *slots, void *env,
                               tn_error *err)
{
    (void)env;
    (void)err;
    uint8_t *vector = tn_call_span(call, slots[1], 8);
    host.size = slots[2] == 0 ? 0 : tn_wasi_get_u32(vector + 4);
    uint8_t *bytes = tn_call_span(call, tn_wasi_get_u32(vector), host.size);
    memcpy(host.bytes, bytes, host.size < 8 ? host.size : 8);
    memcpy(tn_call_span(call, slots[3], 4), &host.size, 4);
    host.calls++;
    slots[0] = 0;
    return TN_OK;
}

/* Gives two bytes, and says that it were many more than were asked for. */
static tn_status host_fd_read(tn_call *call, uint64_t *slots, void *env,
                              tn_error *err)
{
    (void)env;
    (void)err;
    uint8_t *vector = tn_call_span(call, slots[1], 8);
    memcpy(tn_call_span(call, tn_wasi_get_u32(vector), 2), "ab", 2);
    memset(tn_call_span(call, slots[3], 4), 0x7f, 4);
    slots[0] = 0;
    return TN_OK;
}

/* Gives a name of three bytes, whatever the buffer's size. */
static tn_status host_prestat_dir_name(tn_call *call, uint64_t *slots,
                                       void *env, tn_error *err)
{
    (void)env;
    (void)err;
    memcpy(tn_call_span(call, slots[1], 3), "abc", 3);
    slots[0] = 0;
    return TN_OK;
}

static tn_status host_unused(tn_call *call, uint64_t *slots, void *env,
                             tn_error *err)
{
    (void)call;
    (void)env;
    (void)err;
    host.calls++;
    slots[0] = 0;
    return TN_OK;
}

static tn_status own_imports(tn_imports *imports, tn_wasi *wasi, tn_error *err)
{
    (void)wasi;
    host.calls = 0;
    for (size_t i = 0; i < GUEST_CALL_COUNT; i++) {
        tn_host_fn *fn = i == GUEST_fd_write  ? host_fd_write
                         : i == GUEST_fd_read ? host_fd_read
                         : i == GUEST_fd_prestat_dir_name
                             ? host_prestat_dir_name
                             : host_unused;
        guest_must(tn_imports_func(imports, "wasi_snapshot_preview1",
                                   guest_rows[i].name, guest_rows[i].type, fn,
                                   NULL, err));
    }
    return TN_OK;
}

/* A guest before our host, whose memory is this module's. */
static void new_guest(const char *host_text)
{
    by_shim.host_imports = own_imports;
    by_shim.host_text = host_text;
    guest_new(NULL);
}

TEST(the_hosts_memory_grows_to_what_a_call_needs)
{
    new_guest(NULL);
    guest_vector(0, 0, 131072);
    guest_vector(1, 5000, 100000);
    CHECK_EQ(0, CALL(fd_write, 1, 1024, 2, 64));
    CHECK_EQ(231072, guest_u32(64));
    CHECK_EQ(4, tn_memory_pages(by_shim.memory));
    CHECK_EQ(0, CALL(fd_write, 1, 1024, 2, 64));
    CHECK_EQ(4, tn_memory_pages(by_shim.memory));
    guest_free();
}

TEST(if_it_cannot_grow_writes_are_short_and_the_rest_has_no_memory)
{
    new_guest("(memory (export \"memory\") 1 1)");
    guest_text(8, "hello");
    guest_vector(0, 8, 5);
    guest_vector(1, 0, 131072);
    CHECK_EQ(0, CALL(fd_write, 1, 1024, 2, 64));
    CHECK_EQ(65536 - 8 - 8 - 16, guest_u32(64));
    CHECK_EQ(host.size, guest_u32(64));
    CHECK(memcmp(host.bytes, "hello", 5) == 0);
    /* No room for the vectors themselves, or for a byte behind them. */
    CHECK_EQ(TN_WASI_NOMEM, CALL(fd_write, 1, 1024, 10000, 64));
    for (uint32_t i = 0; i < (65536 - 16) / 8; i++)
        guest_vector(i, 8, 5);
    CHECK_EQ(TN_WASI_NOMEM, CALL(fd_write, 1, 1024, (65536 - 16) / 8, 64));
    CHECK_EQ(TN_WASI_NOMEM, CALL(random_get, 0, 65529));
    CHECK_EQ(TN_WASI_NOMEM, CALL(poll_oneoff, 0, 0, 2000, 64));
    CHECK_EQ(1, host.calls);
    CHECK_EQ(0, CALL(random_get, 0, 65528));
    guest_free();
}

TEST(nothing_is_called_for_what_lies_outside)
{
    new_guest(NULL);
    CHECK_EQ(TN_WASI_FAULT, CALL(random_get, 131072, 1));
    CHECK_EQ(TN_WASI_FAULT, CALL(random_get, 1, 131072));
    CHECK_EQ(TN_WASI_FAULT, CALL(random_get, 0xffffffff, 0xffffffff));
    CHECK_EQ(TN_WASI_FAULT, CALL(clock_time_get, 0, 0, 131065));
    CHECK_EQ(TN_WASI_FAULT, CALL(poll_oneoff, 0, 0, 0x80000000, 0));
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 0, 0x20000000, 0));
    CHECK_EQ(TN_WASI_FAULT, CALL(path_open, 3, 0, 131071, 2, 0, 0, 0, 0, 64));
    guest_vector(0, 8, 1);
    guest_vector(1, 131071, 2);
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 1024, 2, 64));
    CHECK_EQ(TN_WASI_FAULT, CALL(fd_write, 1, 1024, 1, 131069));
    CHECK_EQ(0, host.calls);
    CHECK_EQ(0, CALL(random_get, 131072, 0));
    CHECK_EQ(0, CALL(fd_write, 1, 131072, 0, 64));
    CHECK_EQ(0, host.size);
    CHECK_EQ(2, host.calls);
    guest_free();
}

/* 8 GiB in sum, all of it inside. */
TEST(vectors_may_name_the_same_bytes_many_times)
{
    new_guest("(memory (export \"memory\") 1 32)");
    tn_memory_grow(guest.memory, 62);
    for (uint32_t i = 0; i < 2000; i++)
        guest_vector(i, 0, 64 * 65536);
    CHECK_EQ(0, CALL(fd_write, 1, 1024, 2000, 8));
    CHECK_EQ(65536 - 16 - 2000 * 8, guest_u32(8));
    guest_free();
}

TEST(what_the_host_leaves_alone_stays)
{
    new_guest(NULL);
    guest_text(2000, "012345");
    CHECK_EQ(0, CALL(fd_prestat_dir_name, 3, 2000, 6));
    CHECK_STR("abc345", (const char *)guest_at(2000));
    guest_free();
}

/* The first vector lies over the second, which then would name what lies
 * outside: but the vectors were read before. */
TEST(a_read_over_its_own_vectors_reaches_nothing_else)
{
    new_guest(NULL);
    guest_vector(0, 1032, 8);
    guest_vector(1, 3000, 4);
    guest_text(3000, "....");
    CHECK_EQ(0, CALL(fd_read, 0, 1024, 2, 64));
    CHECK(memcmp(guest_at(1032), "ab", 2) == 0);
    CHECK_EQ(0, guest_at(3004)[0]);
    guest_free();
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
