/* libregion.c - a library's data, and the same symbols seen from here. */
#include <stddef.h>

extern char __stack_low, __stack_high, __heap_base, __heap_end;

char region_data[5000];

size_t region_symbol(int which)
{
    const char *const symbols[] = {&__stack_low, &__stack_high, &__heap_base,
                                   &__heap_end};
    return (size_t)symbols[which];
}
