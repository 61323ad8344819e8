/* isolation.h - what the files of the program under test share: each declares
 * these memories, and they are one each. */
#ifndef ISOLATION_H
#define ISOLATION_H

#include <tenon/guest/memory.h>

TN_ARENA(one, 1, 1, 4)
TN_ARENA(two, 2, 1, 4)
TN_MEMORY_EXPORTED(third, 3, 0, TN_NO_MAX)

#define EXPORT(name) __attribute__((export_name(#name)))

/* Addresses come from outside as 32 bits: -1 is the last of all, also where
 * they have 64. */
static inline tn_address address(int at)
{
    return (tn_address)(intptr_t)at;
}

#endif
