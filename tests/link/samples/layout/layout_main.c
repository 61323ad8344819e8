/* layout_main.c - the regions of the memory: nothing at 0, a stack, what the
 * modules have, and the heap. */
#include "sample.h"

extern char __stack_low, __stack_high, __heap_base, __heap_end;
extern char region_data[5000];
size_t region_symbol(int which);

static char own_data[3000];

static int is_between(const void *low, const void *address, const void *high)
{
    return (size_t)low <= (size_t)address && (size_t)address < (size_t)high;
}

/* No region has the object in it. */
static int is_apart(const char *object, size_t size)
{
    return !is_between(&__stack_low, object, &__stack_high) &&
           !is_between(&__stack_low, object + size - 1, &__stack_high) &&
           !is_between(&__heap_base, object, &__heap_end) &&
           !is_between(&__heap_base, object + size - 1, &__heap_end) &&
           (size_t)object >= 1024;
}

static size_t depth(volatile char *above)
{
    volatile char here[1000];
    here[0] = 1;
    return above != NULL ? (size_t)(above - here) : depth(here);
}

int run(void)
{
    int on_the_stack;
    CLAIM((size_t)&__stack_low >= 1024);
    CLAIM(is_between(&__stack_low, &on_the_stack, &__stack_high));
    CLAIM((size_t)&__heap_base % 16 == 0 && &__heap_base <= &__heap_end);
    CLAIM((size_t)&__heap_end <= memory_pages() * 65536);
    CLAIM(is_apart(own_data, sizeof own_data));
    CLAIM(is_apart(region_data, sizeof region_data));
    CLAIM(region_symbol(0) == (size_t)&__stack_low);
    CLAIM(region_symbol(1) == (size_t)&__stack_high);
    CLAIM(region_symbol(2) == (size_t)&__heap_base);
    CLAIM(region_symbol(3) == (size_t)&__heap_end);
    CLAIM(depth(NULL) >= 1000); /* it grows down */
    return broken_claims();
}
