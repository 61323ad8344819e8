/* native.c - what liballoc.so gives, where the system has a heap. */
#include "os.h"

#include <stdlib.h>

static size_t live;

void *os_alloc(size_t size)
{
    size_t *block = malloc(size + 16);
    if (block == NULL)
        return NULL;
    *block = size;
    live += size;
    return block + 16 / sizeof *block;
}

void os_free(void *object)
{
    size_t *block = (size_t *)object - 16 / sizeof(size_t);
    live -= *block;
    free(block);
}

size_t os_live(void)
{
    return live;
}

/* Named by the tables that unwinding needs; here a panic gives up. */
void rust_eh_personality(void);
void rust_eh_personality(void)
{
}
