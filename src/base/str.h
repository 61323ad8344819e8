/* str.h - text as a pointer and a length, never scanned for a zero. */
#ifndef TN_BASE_STR_H
#define TN_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct tn_str {
    const char *at; /* borrowed; not zero-terminated; may be null if empty */
    size_t size;    /* bytes */
};

/* For printf's "%.*s". */
#define TN_STR(s) (int)((s).size > 4096 ? 4096 : (s).size), (s).at

static inline struct tn_str tn_str_of(const char *text)
{
    return (struct tn_str){text, text ? strlen(text) : 0};
}

static inline bool tn_str_equal(struct tn_str a, struct tn_str b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static inline bool tn_str_is(struct tn_str a, const char *text)
{
    return tn_str_equal(a, tn_str_of(text));
}

static inline bool tn_str_starts(struct tn_str a, const char *head)
{
    size_t n = strlen(head);
    return a.size >= n && memcmp(a.at, head, n) == 0;
}

/* FNV-1a, 32 bits. */
static inline uint32_t tn_str_hash(struct tn_str a)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < a.size; i++)
        hash = (hash ^ (uint8_t)a.at[i]) * 16777619u;
    return hash;
}

#endif
