/* racy.h - bytes that several threads may read and write at the same time.
 *
 * Guests on different threads may race for the bytes of a shared memory. That
 * is their right, and what they then read is theirs to bear; but in C it would
 * be our race. So whatever touches a guest's memory on its behalf does it by
 * these: moves that no compiler takes apart (an aligned one of at most 8 bytes
 * is one instruction, once optimized), and that the thread sanitizer leaves
 * alone, which else would report the guest's race as ours. */
#ifndef TN_BASE_RACY_H
#define TN_BASE_RACY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SANITIZE_THREAD__)
#define TN_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TN_THREAD_SANITIZER 1
#endif
#endif

#ifdef TN_THREAD_SANITIZER

/* Volatile, so that no loop becomes a call of memmove, which the sanitizer
 * watches. */
#define TN_RACY static __attribute__((noinline, unused, no_sanitize("thread")))

#define TN_RACY_WORD(type)                                       \
    if (size == sizeof(type) &&                                  \
        ((uintptr_t)to | (uintptr_t)from) % sizeof(type) == 0) { \
        *(volatile type *)to = *(const volatile type *)from;     \
        return;                                                  \
    }

TN_RACY void tn_mem_move(void *to, const void *from, size_t size)
{
    volatile uint8_t *t = to;
    const volatile uint8_t *f = from;
    TN_RACY_WORD(uint64_t)
    TN_RACY_WORD(uint32_t)
    TN_RACY_WORD(uint16_t)
    if ((uintptr_t)to <= (uintptr_t)from)
        for (size_t i = 0; i < size; i++)
            t[i] = f[i];
    else
        for (size_t i = size; i-- > 0;)
            t[i] = f[i];
}

TN_RACY void tn_mem_fill(void *to, uint8_t byte, size_t size)
{
    volatile uint8_t *t = to;
    for (size_t i = 0; i < size; i++)
        t[i] = byte;
}

#define tn_mem_read(to, from, size)  tn_mem_move(to, from, size)
#define tn_mem_write(to, from, size) tn_mem_move(to, from, size)

#undef TN_RACY
#undef TN_RACY_WORD

#else

#define TN_RACY static inline __attribute__((always_inline, unused))

/* Ranges of guests' memories, which may overlap. */
TN_RACY void tn_mem_move(void *to, const void *from, size_t size)
{
    memmove(to, from, size);
}

TN_RACY void tn_mem_fill(void *to, uint8_t byte, size_t size)
{
    memset(to, byte, size);
}

/* From a guest's memory into our own, and back. */
TN_RACY void tn_mem_read(void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
}

TN_RACY void tn_mem_write(void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
}

#undef TN_RACY

#endif

#endif
