/* lib.h - what a program of its own memory does with a library of another one:
 * it asks the library for room there, and a bridge copies. */
#ifndef LIB_H
#define LIB_H

#include <stdint.h>

#define FROM(module, name) \
    __attribute__((import_module(module), import_name(name)))

FROM("lib", "cabi_realloc")
uint32_t lib_realloc(uint32_t old, uint32_t old_size, uint32_t align,
                     uint32_t size);
/* To and from the library's memory. */
FROM("bridge", "put")
void put(uint32_t to, const void *from, uint32_t size);
FROM("bridge", "get")
void get(void *to, uint32_t from, uint32_t size);

/* A copy in the library's memory. */
static inline uint32_t lend(const void *bytes, uint32_t size)
{
    uint32_t at = lib_realloc(0, 0, 4, size);
    put(at, bytes, size);
    return at;
}

#endif
