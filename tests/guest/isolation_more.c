/* isolation_more.c - another file with the same arenas. */
#include "isolation.h"

EXPORT(peek1_elsewhere) int peek1_elsewhere(int at)
{
    return one_memory_load_u8(address(at));
}
EXPORT(alloc1_elsewhere) int alloc1_elsewhere(int size)
{
    return (int)one_alloc(address(size)).at;
}
