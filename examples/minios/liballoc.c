/* liballoc.c - the memory manager: a module like the others.
 *
 * It owns what lies above all modules' data: from __heap_base to __heap_end,
 * which the linker tells, and grows the memory when that is full. The first block that is large enough is taken. */
#include "os.h"

extern char __heap_base, __heap_end;

struct block {
    size_t size;
    struct block *next; /* in the list of free ones */
};

enum {
    PAGE = 65536,
    ALIGNMENT = 16
};

static struct block *free_blocks;
static char *fresh, *fresh_end; /* what nobody has had yet */
static size_t live;

static size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

static struct block *take_free(size_t size)
{
    for (struct block **p = &free_blocks; *p != NULL; p = &(*p)->next)
        if ((*p)->size >= size) {
            struct block *found = *p;
            *p = found->next;
            return found;
        }
    return NULL;
}

/* Others may have grown the memory too: what comes then is not next to what
 * we had, and we go on there. */
static int grow(size_t size)
{
    size_t pages = round_up(size, PAGE) / PAGE;
    size_t old = __builtin_wasm_memory_grow(0, pages);
    if (old == (size_t)-1)
        return 0;
    if ((char *)(old * PAGE) != fresh_end)
        fresh = (char *)(old * PAGE);
    fresh_end = (char *)((old + pages) * PAGE);
    return 1;
}

/* A header, and behind it an aligned object. */
static struct block *take_fresh(size_t size)
{
    if (fresh == NULL) {
        fresh = (char *)round_up((size_t)&__heap_base, ALIGNMENT);
        fresh_end = &__heap_end;
    }
    size_t needed = ALIGNMENT + size;
    if ((size_t)(fresh_end - fresh) < needed && !grow(needed))
        return NULL;
    struct block *block = (struct block *)(fresh + ALIGNMENT) - 1;
    block->size = size;
    fresh += needed;
    return block;
}

void *os_alloc(size_t size)
{
    size = round_up(size, ALIGNMENT);
    struct block *block = take_free(size);
    if (block == NULL)
        block = take_fresh(size);
    if (block == NULL)
        return NULL;
    live += block->size;
    return block + 1;
}

void os_free(void *object)
{
    if (object == NULL)
        return;
    struct block *block = (struct block *)object - 1;
    live -= block->size;
    block->next = free_blocks;
    free_blocks = block;
}

size_t os_live(void)
{
    return live;
}
