/* bytes.h - services that take bytes and give bytes, the same source for a
 * module of its own and for a native program.
 *
 * A service fills *out with a buffer of malloc's (never `in`), or leaves it
 * null for "no value". As a module it exports (ptr, len) -> i64, which tenon
 * carries from memory to memory: docs/PACKAGE.md, "bytes:". */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef void service(const uint8_t *in, size_t len, uint8_t **out,
                     size_t *out_len);

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(name)))

/* Each module brings its allocator; tenon calls it for what it puts into the
 * module's memory, and frees what it took from there. */
#define BYTES_ALLOCATOR                                    \
    EXPORT("patch_malloc") void *patch_malloc(size_t size) \
    {                                                      \
        return malloc(size);                               \
    }                                                      \
    EXPORT("patch_free") void patch_free(void *p)          \
    {                                                      \
        free(p);                                           \
    }

#define BYTES_SERVICE(name, fn)                                      \
    EXPORT(name) uint64_t fn##_export(const uint8_t *in, size_t len) \
    {                                                                \
        uint8_t *out = NULL;                                         \
        size_t size = 0;                                             \
        fn(in, len, &out, &size);                                    \
        return out ? (uint64_t)(uintptr_t)out << 32 | size : 0;      \
    }

#define BYTES_IMPORT(module, name, fn)                                 \
    __attribute__((import_module("bytes:" module), import_name(name))) \
    uint64_t fn##_import(const uint8_t *in, size_t len);               \
    static void fn(const uint8_t *in, size_t len, uint8_t **out,       \
                   size_t *out_len)                                    \
    {                                                                  \
        uint64_t answer = fn##_import(in, len);                        \
        *out = (uint8_t *)(uintptr_t)(uint32_t)(answer >> 32);         \
        *out_len = (uint32_t)answer;                                   \
    }
#else
#define BYTES_ALLOCATOR
#define BYTES_SERVICE(name, fn)
#define BYTES_IMPORT(module, name, fn) service fn;
#endif

#endif
