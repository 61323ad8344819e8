/* put_wasi.c - what a sample asks of its host, where that is WASI. */
#include "sample.h"

struct iovec {
    const char *bytes;
    size_t length;
};

__attribute__((import_module("wasi_snapshot_preview1"),
               import_name("fd_write"))) int
fd_write(int fd, const struct iovec *vectors, size_t count, size_t *written);

void put(const char *bytes, size_t length)
{
    size_t written;
    fd_write(1, &(struct iovec){bytes, length}, 1, &written);
}

size_t memory_pages(void)
{
    return __builtin_wasm_memory_size(0);
}

/* C has no name for the table of functions. */
__asm__(".tabletype __indirect_function_table, funcref\n"
        ".globl table_slots\n"
        ".type table_slots,@function\n"
        "table_slots:\n"
        ".functype table_slots () -> (i32)\n"
        "table.size __indirect_function_table\n"
        "end_function\n");
