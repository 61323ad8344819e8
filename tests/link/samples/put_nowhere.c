/* put_nowhere.c - the same where WASI cannot be asked: its pointers have 32
 * bits. Only what run() answers is seen. */
#include "sample.h"

void put(const char *bytes, size_t length)
{
    (void)bytes, (void)length;
}

size_t memory_pages(void)
{
    return __builtin_wasm_memory_size(0);
}

size_t table_slots(void)
{
    return 0;
}
