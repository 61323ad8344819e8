/* tenon/guest/memory.h - more than one memory, for C that becomes WebAssembly.
 *
 * Compile with any clang (14 or later) for wasm32 or wasm64, link as ever, and
 * let `tenon merge` make the memories that this header has declared:
 *
 *   #include <tenon/guest/memory.h>
 *
 *   TN_ARENA(input, 1, 1, 256)          a memory of 1 to 256 pages, index 1
 *   TN_ARENA(table, 2, 1, 1024)
 *
 *   input_ref line = input_alloc(80);
 *   input_store_u8(line, 79, '\n');
 *   table_ref copy = table_alloc(80);
 *   tn_arena_copy(table, copy, input, line, 80);
 *   input_reset();                      all of it is zero again
 *
 *   clang --target=wasm32 -O2 ... -o linked.wasm
 *   tenon merge linked.wasm main -o program.wasm
 *
 * What is promised. An instruction names its memory in the code. Whatever its
 * operands, it reads and writes bytes of that memory only, or traps. No value
 * a program computes can select another memory. Bytes move between memories
 * only by an instruction that names both. Not covered: speculative reads,
 * timing, memory exhaustion, and mistakes inside one arena.
 *
 * docs/MEMORIES.md tells more. Needs nothing but the two headers below. */
#ifndef TN_GUEST_MEMORY_H
#define TN_GUEST_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* A place in any of the memories, in bytes: wide as a pointer is, but no
 * pointer, for that would be one into memory 0. */
typedef uintptr_t tn_address;

/* As the max of a memory: none. */
#define TN_NO_MAX 0xffffffffffffffff

/* ------------------------------------------------------------ one memory */

/* TN_MEMORY(name, index, min, max) at file scope: memory `index`, of `min`
 * pages of 64 KiB at first and `max` at last, is declared, and known as `name`.
 * TN_MEMORY_EXPORTED is the same, and the host sees it under that name.
 *
 * `index`, `min` and `max` are plain numbers (or macros for such): the
 * assembler reads them. Memory 0 is the compiler's own; the others have the
 * numbers behind it, without a gap. Files that declare the same may be linked
 * together; if they declare it otherwise, `tenon merge` says so.
 *
 * It makes the constant `name`, and these functions, each one instruction:
 *
 *   int8_t name_load_i8(tn_address at);        also u8, i16, u16, i32, u32,
 *   void name_store_i8(tn_address at, int8_t); i64, u64, f32, f64
 *   size_t name_size(void);                    in pages
 *   size_t name_grow(size_t pages);            the old size; TN_GROW_FAILED
 *   void name_fill(tn_address at, uint8_t byte, size_t size);
 *   void name_read(void *to, tn_address at, size_t size);
 *   void name_write(tn_address at, const void *from, size_t size);
 *
 * `at` need not be aligned. What lies outside traps, and then nothing was
 * written. read and write copy to and from the program's ordinary memory. */
#define TN_MEMORY(name, index, min, max)                \
    TN_MEM_DECLARE(name, index, min, max, TN_MEM_IS_64) \
    TN_MEMORY_AT(name, index)
#define TN_MEMORY_EXPORTED(name, index, min, max)           \
    TN_MEM_DECLARE(name, index, min, max, 1 | TN_MEM_IS_64) \
    TN_MEMORY_AT(name, index)

/* The same without declaring it: for memory 0, and for memories that `tenon
 * merge --add-memory` makes. */
#define TN_MEMORY_AT(name, index)                                          \
    typedef char                                                           \
        name##_index_is_0_to_127[(index) >= 0 && (index) <= 127 ? 1 : -1]; \
    enum {                                                                 \
        name = (index)                                                     \
    };                                                                     \
    TN_MEM_LOADS(TN_MEM_LOAD, name, index)                                 \
    TN_MEM_STORES(TN_MEM_STORE, name, index)                               \
    TN_MEM_WHOLE(name, index)                                              \
    TN_MEM_BESIDE_0(name, index)

#define TN_GROW_FAILED ((size_t)-1)

/* tn_memory_copy(to, to_at, from, from_at, size); - one instruction. `to` and
 * `from` are names of TN_MEMORY, or plain numbers. They may be the same, and
 * what is copied may overlap. If either end is outside, it traps and writes
 * nothing. */

/* ---------------------------------------------------------------- arenas */

/* TN_ARENA(name, index, min, max) at file scope: a memory that is given out
 * from its beginning, and taken back all at once. `min` is 1 at least. It makes
 * TN_MEMORY(name_memory, index, min, max), and
 *
 *   name_ref                        where something is in it: a type of its
 *                                   own, so that arenas cannot be mixed up
 *   name_ref name_alloc(size_t);    zeros, at a multiple of 16; a null ref
 *                                   if the memory cannot grow so far
 *   int name_is_null(name_ref);     {0} is a null ref
 *   name_ref name_add(name_ref, size_t offset);
 *   int8_t name_load_i8(name_ref, size_t offset);        and the other types
 *   void name_store_i8(name_ref, size_t offset, int8_t);
 *   void name_fill(name_ref, uint8_t byte, size_t size);
 *   void name_read(void *to, name_ref, size_t size);
 *   void name_write(name_ref, const void *from, size_t size);
 *   size_t name_used(void);         bytes, up to the end of the last one
 *   void name_reset(void);          what was given out is zero, and free
 *   void name_destroy(void);        every byte is zero, whatever happened
 *
 * and tn_arena_copy(to, to_ref, from, from_ref, size); for any two arenas: one
 * instruction.
 *
 * How far it is given out stands in its first 8 bytes, in the arena itself: so
 * a program that spoils it has spoiled this arena, and no other. name_alloc
 * then gives a null ref or a place in this arena, and name_reset zeroes what
 * is told there, but never more than there is. */
#define TN_ARENA(name, index, min, max)                         \
    typedef char name##_min_is_1_at_least[(min) >= 1 ? 1 : -1]; \
    TN_MEMORY(name##_memory, index, min, max)                   \
    TN_MEM_ARENA(name)

/* In a memory that `tenon merge --add-memory` makes, of a page at least. */
#define TN_ARENA_AT(name, index)       \
    TN_MEMORY_AT(name##_memory, index) \
    TN_MEM_ARENA(name)

#define tn_arena_copy(to, to_ref, from, from_ref, size)                    \
    do {                                                                   \
        const to##_ref tn_to_ = (to_ref);                                  \
        const from##_ref tn_from_ = (from_ref);                            \
        tn_memory_copy(to##_memory, tn_to_.at, from##_memory, tn_from_.at, \
                       size);                                              \
    } while (0)

/* ----------------------------------------------------- how it is declared */

/* A record of the custom section `tenon.memories`. Linkers put those of all
 * files one behind the other. Numbers are little-endian:
 *
 *   version:u8   1
 *   flags:u8     1 exported, 2 shared, 4 addresses of 64 bits
 *   index:u16
 *   min:u64      pages of 64 KiB
 *   max:u64      all ones for none
 *   name         UTF-8, ended by a zero
 */
#define TN_MEM_DECLARE(name, index, min, max, flags) \
    TN_MEM_RECORD(name, index, min, max, flags)
#define TN_MEM_RECORD(name, index, min, max, flags)            \
    __asm__(".section .custom_section.tenon.memories,\"\",@\n" \
            "\t.int8 1\n"                                      \
            "\t.int8 " #flags "\n"                             \
            "\t.int16 " #index "\n"                            \
            "\t.int64 " #min "\n"                              \
            "\t.int64 " #max "\n"                              \
            "\t.asciz \"" #name "\"\n"                         \
            "\t.text\n");

/* Where the assembler is not even asked for that, TN_MEMORY_UNDECLARED, and
 * --add-memory as often as there are memories. */
#ifdef TN_MEMORY_UNDECLARED
#undef TN_MEM_DECLARE
#define TN_MEM_DECLARE(name, index, min, max, flags)
#endif

#ifdef __wasm64__
#define TN_MEM_IS_64 4
#else
#define TN_MEM_IS_64 0
#endif

#define TN_MEM_INLINE static inline __attribute__((always_inline, unused))

/* ------------------------------------------------------- the instructions */

/* What is loaded and stored, with the type that it is in WebAssembly, the name
 * it has as an import, opcode, and alignment with the bit which says that a
 * memory is named. */
#define TN_MEM_LOADS(ROW, name, index)                              \
    ROW(name, index, i8, int8_t, int32_t, load8_s, 0x2c, 0x40)      \
    ROW(name, index, u8, uint8_t, uint32_t, load8_u, 0x2d, 0x40)    \
    ROW(name, index, i16, int16_t, int32_t, load16_s, 0x2e, 0x41)   \
    ROW(name, index, u16, uint16_t, uint32_t, load16_u, 0x2f, 0x41) \
    ROW(name, index, i32, int32_t, int32_t, load32, 0x28, 0x42)     \
    ROW(name, index, u32, uint32_t, uint32_t, load32, 0x28, 0x42)   \
    ROW(name, index, i64, int64_t, int64_t, load64, 0x29, 0x43)     \
    ROW(name, index, u64, uint64_t, uint64_t, load64, 0x29, 0x43)   \
    ROW(name, index, f32, float, float, load_f32, 0x2a, 0x42)       \
    ROW(name, index, f64, double, double, load_f64, 0x2b, 0x43)
#define TN_MEM_STORES(ROW, name, index)                            \
    ROW(name, index, i8, int8_t, int32_t, store8, 0x3a, 0x40)      \
    ROW(name, index, u8, uint8_t, uint32_t, store8, 0x3a, 0x40)    \
    ROW(name, index, i16, int16_t, int32_t, store16, 0x3b, 0x41)   \
    ROW(name, index, u16, uint16_t, uint32_t, store16, 0x3b, 0x41) \
    ROW(name, index, i32, int32_t, int32_t, store32, 0x36, 0x42)   \
    ROW(name, index, u32, uint32_t, uint32_t, store32, 0x36, 0x42) \
    ROW(name, index, i64, int64_t, int64_t, store64, 0x37, 0x43)   \
    ROW(name, index, u64, uint64_t, uint64_t, store64, 0x37, 0x43) \
    ROW(name, index, f32, float, float, store_f32, 0x38, 0x42)     \
    ROW(name, index, f64, double, double, store_f64, 0x39, 0x43)

/* Assemblers know memory 0 alone, so these are written as bytes, the offset 0
 * last. `volatile` and "memory": each is done, in the order that is written. */
#define TN_MEM_LOAD(name, index, kind, type, wide, import, opcode, align) \
    TN_MEM_INLINE type name##_load_##kind(tn_address at)                  \
    {                                                                     \
        wide value;                                                       \
        __asm__ volatile("local.get %1\n"                                 \
                         "\t.byte " #opcode "," #align ",%c2,0\n"         \
                         "\tlocal.set %0"                                 \
                         : "=r"(value)                                    \
                         : "r"(at), "i"(index)                            \
                         : "memory");                                     \
        return (type)value;                                               \
    }

#define TN_MEM_STORE(name, index, kind, type, wide, import, opcode, align) \
    TN_MEM_INLINE void name##_store_##kind(tn_address at, type value)      \
    {                                                                      \
        __asm__ volatile("local.get %0\n"                                  \
                         "\tlocal.get %1\n"                                \
                         "\t.byte " #opcode "," #align ",%c2,0"            \
                         :                                                 \
                         : "r"(at), "r"((wide)value), "i"(index)           \
                         : "memory");                                      \
    }

#define TN_MEM_WHOLE(name, index)                                              \
    TN_MEM_INLINE size_t name##_size(void)                                     \
    {                                                                          \
        size_t pages;                                                          \
        __asm__ volatile(".byte 0x3f,%c1\n"                                    \
                         "\tlocal.set %0"                                      \
                         : "=r"(pages)                                         \
                         : "i"(index)                                          \
                         : "memory");                                          \
        return pages;                                                          \
    }                                                                          \
    TN_MEM_INLINE size_t name##_grow(size_t pages)                             \
    {                                                                          \
        size_t old_pages;                                                      \
        __asm__ volatile("local.get %1\n"                                      \
                         "\t.byte 0x40,%c2\n"                                  \
                         "\tlocal.set %0"                                      \
                         : "=r"(old_pages)                                     \
                         : "r"(pages), "i"(index)                              \
                         : "memory");                                          \
        return old_pages;                                                      \
    }                                                                          \
    TN_MEM_INLINE void name##_fill(tn_address at, uint8_t byte, size_t size)   \
    {                                                                          \
        __asm__ volatile("local.get %0\n"                                      \
                         "\tlocal.get %1\n"                                    \
                         "\tlocal.get %2\n"                                    \
                         "\t.byte 0xfc,0x0b,%c3"                               \
                         :                                                     \
                         : "r"(at), "r"((uint32_t)byte), "r"(size), "i"(index) \
                         : "memory");                                          \
    }

#define tn_memory_copy(to, to_at, from, from_at, size)                       \
    __asm__ volatile("local.get %0\n"                                        \
                     "\tlocal.get %1\n"                                      \
                     "\tlocal.get %2\n"                                      \
                     "\t.byte 0xfc,0x0a,%c3,%c4"                             \
                     :                                                       \
                     : "r"((tn_address)(to_at)), "r"((tn_address)(from_at)), \
                       "r"((size_t)(size)), "i"(to), "i"(from)               \
                     : "memory")

/* ------------------------------------------------ the same, as imports */

/* Each is a function that is imported, `load32.1` of the module `tenon.mem`,
 * which `tenon merge` replaces by the instruction; and where the host has such
 * functions, a module runs as it is. For compilers without such an assembler.
 */
#ifdef TN_MEMORY_BY_IMPORTS
#undef TN_MEM_LOAD
#undef TN_MEM_STORE
#undef TN_MEM_WHOLE
#undef tn_memory_copy

#define TN_MEM_TEXT(x)  TN_MEM_TEXT_(x)
#define TN_MEM_TEXT_(x) #x
#define TN_MEM_IMPORT(text) \
    __attribute__((import_module("tenon.mem"), import_name(text)))

#define TN_MEM_LOAD(name, index, kind, type, wide, import, opcode, align) \
    TN_MEM_IMPORT(#import "." TN_MEM_TEXT(index))                         \
    wide name##_import_load_##kind(tn_address at);                        \
    TN_MEM_INLINE type name##_load_##kind(tn_address at)                  \
    {                                                                     \
        return (type)name##_import_load_##kind(at);                       \
    }

#define TN_MEM_STORE(name, index, kind, type, wide, import, opcode, align) \
    TN_MEM_IMPORT(#import "." TN_MEM_TEXT(index))                          \
    void name##_import_store_##kind(tn_address at, wide value);            \
    TN_MEM_INLINE void name##_store_##kind(tn_address at, type value)      \
    {                                                                      \
        name##_import_store_##kind(at, (wide)value);                       \
    }

#define TN_MEM_WHOLE(name, index)                                            \
    TN_MEM_IMPORT("size." TN_MEM_TEXT(index))                                \
    size_t name##_size(void);                                                \
    TN_MEM_IMPORT("grow." TN_MEM_TEXT(index))                                \
    size_t name##_grow(size_t pages);                                        \
    TN_MEM_IMPORT("fill." TN_MEM_TEXT(index))                                \
    void name##_import_fill(tn_address at, uint32_t byte, size_t size);      \
    TN_MEM_INLINE void name##_fill(tn_address at, uint8_t byte, size_t size) \
    {                                                                        \
        name##_import_fill(at, byte, size);                                  \
    }

#define tn_memory_copy(to, to_at, from, from_at, size)                 \
    do {                                                               \
        TN_MEM_IMPORT("copy." TN_MEM_TEXT(to) "." TN_MEM_TEXT(from))   \
        extern void tn_memory_copy_##to##_##from(                      \
            tn_address to_address, tn_address from_address, size_t n); \
        tn_memory_copy_##to##_##from((tn_address)(to_at),              \
                                     (tn_address)(from_at), size);     \
    } while (0)
#endif

/* ------------------------------------------------------ what they make up */

#define TN_MEM_BESIDE_0(name, index)                                     \
    TN_MEM_INLINE void name##_read(void *to, tn_address at, size_t size) \
    {                                                                    \
        tn_memory_copy(0, (tn_address)to, index, at, size);              \
    }                                                                    \
    TN_MEM_INLINE void name##_write(tn_address at, const void *from,     \
                                    size_t size)                         \
    {                                                                    \
        tn_memory_copy(index, at, 0, (tn_address)from, size);            \
    }

#define TN_MEM_REF_LOAD(name, index, kind, type, wide, import, opcode, align) \
    TN_MEM_INLINE type name##_load_##kind(name##_ref ref, size_t offset)      \
    {                                                                         \
        return name##_memory_load_##kind(ref.at + offset);                    \
    }
#define TN_MEM_REF_STORE(name, index, kind, type, wide, import, opcode, align) \
    TN_MEM_INLINE void name##_store_##kind(name##_ref ref, size_t offset,      \
                                           type value)                         \
    {                                                                          \
        name##_memory_store_##kind(ref.at + offset, value);                    \
    }

#define TN_MEM_ARENA(name)                                                    \
    typedef struct {                                                          \
        tn_address at;                                                        \
    } name##_ref;                                                             \
    TN_MEM_LOADS(TN_MEM_REF_LOAD, name, 0)                                    \
    TN_MEM_STORES(TN_MEM_REF_STORE, name, 0)                                  \
    TN_MEM_INLINE int name##_is_null(name##_ref ref)                          \
    {                                                                         \
        return ref.at == 0;                                                   \
    }                                                                         \
    TN_MEM_INLINE name##_ref name##_add(name##_ref ref, size_t offset)        \
    {                                                                         \
        ref.at += offset;                                                     \
        return ref;                                                           \
    }                                                                         \
    TN_MEM_INLINE void name##_fill(name##_ref ref, uint8_t byte, size_t size) \
    {                                                                         \
        name##_memory_fill(ref.at, byte, size);                               \
    }                                                                         \
    TN_MEM_INLINE void name##_read(void *to, name##_ref ref, size_t size)     \
    {                                                                         \
        name##_memory_read(to, ref.at, size);                                 \
    }                                                                         \
    TN_MEM_INLINE void name##_write(name##_ref ref, const void *from,         \
                                    size_t size)                              \
    {                                                                         \
        name##_memory_write(ref.at, from, size);                              \
    }                                                                         \
    TN_MEM_ARENA_WHOLE(name)

/* A memory of 32 bits that is full has 2^32 bytes, so sizes are 64 bits here,
 * and all of one is zeroed in two halves. */
#define TN_MEM_ARENA_WHOLE(name)                                          \
    TN_MEM_INLINE uint64_t name##_memory_bytes(void)                      \
    {                                                                     \
        return (uint64_t)name##_memory_size() << 16;                      \
    }                                                                     \
    TN_MEM_INLINE void name##_memory_zero(uint64_t bytes)                 \
    {                                                                     \
        size_t half = (size_t)(bytes / 2);                                \
        name##_memory_fill(0, 0, half);                                   \
        name##_memory_fill(half, 0, (size_t)(bytes - half));              \
    }                                                                     \
    TN_MEM_INLINE size_t name##_used(void)                                \
    {                                                                     \
        return (size_t)name##_memory_load_u64(0);                         \
    }                                                                     \
    TN_MEM_INLINE name##_ref name##_alloc(size_t size)                    \
    {                                                                     \
        name##_ref ref = {0};                                             \
        uint64_t have = name##_memory_bytes();                            \
        uint64_t used = name##_memory_load_u64(0);                        \
        uint64_t begin, end;                                              \
        if (used > have)                                                  \
            return ref;                                                   \
        begin = used == 0 ? 16 : (used + 15) & ~(uint64_t)15;             \
        end = begin + size;                                               \
        if (end < begin)                                                  \
            return ref;                                                   \
        if (end > have &&                                                 \
            name##_memory_grow((size_t)((end - have - 1) / 65536 + 1)) == \
                TN_GROW_FAILED)                                           \
            return ref;                                                   \
        name##_memory_store_u64(0, end);                                  \
        ref.at = (tn_address)begin;                                       \
        return ref;                                                       \
    }                                                                     \
    TN_MEM_INLINE void name##_reset(void)                                 \
    {                                                                     \
        uint64_t have = name##_memory_bytes();                            \
        uint64_t used = name##_memory_load_u64(0);                        \
        name##_memory_zero(used < have ? used : have);                    \
    }                                                                     \
    TN_MEM_INLINE void name##_destroy(void)                               \
    {                                                                     \
        name##_memory_zero(name##_memory_bytes());                        \
    }

#endif
