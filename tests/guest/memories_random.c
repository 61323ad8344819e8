/* memories_random.c - a program over 8 memories beside a model of 8 arrays of bytes.
 *
 * plan() chooses what is next and tells whether it must trap; perform() does it
 * with the memories; then, unless it had to trap, the model does it too, and
 * compare() asks whether they agree. So whoever calls them needs to know
 * nothing, but must not skip one. Memory 0 is the program's own: of that, a
 * window takes part. */
#include <tenon/guest/memory.h>

#define EXPORT(name) __attribute__((export_name(#name)))

TN_MEMORY_AT(m0, 0)
TN_MEMORY(m1, 1, 1, 3)
TN_MEMORY(m2, 2, 0, 3)
TN_MEMORY(m3, 3, 2, 3)
TN_MEMORY(m4, 4, 1, 1)
TN_MEMORY_EXPORTED(m5, 5, 1, 3)
TN_MEMORY(m6, 6, 3, 3)
TN_MEMORY(m7, 7, 1, 3)

#define MEMORIES   8
#define PAGE       65536u
#define MOST_PAGES 3u

static unsigned char window[PAGE];
static unsigned char model[MEMORIES][MOST_PAGES * PAGE];
static unsigned pages[MEMORIES] = {1, 1, 0, 2, 1, 1, 3, 1};
static const unsigned most_pages[MEMORIES] = {1, 3, 3, 3, 1, 3, 3, 3};

enum {
    LOADS = 10,
    STORES = 10
};
static struct {
    unsigned what; /* a load, a store, then fill, copy, grow, size */
    unsigned to, from;
    unsigned to_at, from_at, size;
    uint64_t value, got;
    int must_trap;
} next;
enum {
    FILL = LOADS + STORES,
    COPY,
    GROW,
    SIZE,
    WHATS
};

static uint64_t state;
static uint32_t random32(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static const unsigned char widths[LOADS] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};

/* Mostly inside, often about an end, seldom far away; in the window always,
 * since what lies about it is the program. */
static unsigned random_address(unsigned memory, unsigned size)
{
    unsigned bytes = pages[memory] * PAGE;
    unsigned kind = random32() % 16;
    if (memory == 0)
        return random32() % (PAGE - size + 1);
    if (kind == 0)
        return random32() << 1;
    if (kind < 4)
        return bytes - size - 4 + random32() % 9;
    if (kind < 6)
        return random32() % 32;
    return bytes == 0 ? 0 : random32() % bytes;
}

static int is_outside(unsigned memory, unsigned at, unsigned size)
{
    return (uint64_t)at + size > (uint64_t)pages[memory] * PAGE;
}

EXPORT(seed) void seed(int number)
{
    state = (uint64_t)(unsigned)number;
}

EXPORT(plan) int plan(void)
{
    unsigned kind = random32() % 64;
    next.what = kind < 60 ? kind % COPY : COPY + kind % 3;
    if (kind > 44 && kind < 60)
        next.what = COPY;
    next.to = random32() % MEMORIES;
    next.from = random32() % MEMORIES;
    next.value = (uint64_t)random32() << 32 ^ random32();
    next.size = next.what < STORES + LOADS ? widths[next.what % LOADS]
                                           : random32() % 5000;
    if (next.what == GROW)
        next.size = random32() % 3;
    next.to_at = random_address(next.to, next.size);
    next.from_at = random_address(next.from, next.size);
    next.must_trap = 0;
    if (next.what <= COPY)
        next.must_trap = is_outside(next.to, next.to_at, next.size);
    if (next.what == COPY)
        next.must_trap |= is_outside(next.from, next.from_at, next.size);
    return next.must_trap;
}

/* ------------------------------------------------------------ the memories */

union bits {
    uint64_t word;
    uint32_t half;
    double f64;
    float f32;
};

/* clang-format off */
#define LOAD_CASES(m)                                                    \
    case 0: return (uint64_t)(int64_t)m##_load_i8(at);                   \
    case 1: return m##_load_u8(at);                                      \
    case 2: return (uint64_t)(int64_t)m##_load_i16(at);                  \
    case 3: return m##_load_u16(at);                                     \
    case 4: return (uint64_t)(int64_t)m##_load_i32(at);                  \
    case 5: return m##_load_u32(at);                                     \
    case 6: return (uint64_t)m##_load_i64(at);                           \
    case 7: return m##_load_u64(at);                                     \
    case 8: bits.f32 = m##_load_f32(at); return bits.half;               \
    case 9: bits.f64 = m##_load_f64(at); return bits.word;
#define STORE_CASES(m)                                                   \
    case 10: m##_store_i8(at, (int8_t)value); return 0;                  \
    case 11: m##_store_u8(at, (uint8_t)value); return 0;                 \
    case 12: m##_store_i16(at, (int16_t)value); return 0;                \
    case 13: m##_store_u16(at, (uint16_t)value); return 0;               \
    case 14: m##_store_i32(at, (int32_t)value); return 0;                \
    case 15: m##_store_u32(at, (uint32_t)value); return 0;               \
    case 16: m##_store_i64(at, (int64_t)value); return 0;                \
    case 17: m##_store_u64(at, value); return 0;                         \
    case 18: m##_store_f32(at, bits.f32); return 0;                      \
    case 19: m##_store_f64(at, bits.f64); return 0;                      \
    case FILL: m##_fill(at, (uint8_t)value, next.size); return 0;        \
    case GROW: return m##_grow(next.size);                               \
    case SIZE: return m##_size();
#define MEMORY(m)                                                        \
    static uint64_t on_##m(unsigned what, tn_address at, uint64_t value) \
    {                                                                    \
        union bits bits = {value};                                       \
        switch (what) {                                                  \
            LOAD_CASES(m)                                                \
            STORE_CASES(m)                                               \
        default: return 0;                                               \
        }                                                                \
    }
MEMORY(m0) MEMORY(m1) MEMORY(m2) MEMORY(m3)
MEMORY(m4) MEMORY(m5) MEMORY(m6) MEMORY(m7)

#define COPY_CASES(to)                                                   \
    case to * 8 + 0: tn_memory_copy(to, d, 0, s, n); return;             \
    case to * 8 + 1: tn_memory_copy(to, d, 1, s, n); return;             \
    case to * 8 + 2: tn_memory_copy(to, d, 2, s, n); return;             \
    case to * 8 + 3: tn_memory_copy(to, d, 3, s, n); return;             \
    case to * 8 + 4: tn_memory_copy(to, d, 4, s, n); return;             \
    case to * 8 + 5: tn_memory_copy(to, d, 5, s, n); return;             \
    case to * 8 + 6: tn_memory_copy(to, d, 6, s, n); return;             \
    case to * 8 + 7: tn_memory_copy(to, d, 7, s, n); return;
static void copy(tn_address d, tn_address s, size_t n)
{
    switch (next.to * 8 + next.from) {
        COPY_CASES(0) COPY_CASES(1) COPY_CASES(2) COPY_CASES(3)
        COPY_CASES(4) COPY_CASES(5) COPY_CASES(6) COPY_CASES(7)
    }
}
/* clang-format on */

static tn_address place(unsigned memory, unsigned at)
{
    return memory == 0 ? (tn_address)window + at : at;
}

EXPORT(perform) void perform(void)
{
    static uint64_t (*const on[MEMORIES])(unsigned, tn_address, uint64_t) = {
        on_m0, on_m1, on_m2, on_m3, on_m4, on_m5, on_m6, on_m7};
    tn_address at = place(next.to, next.to_at);
    if (next.what == COPY)
        copy(at, place(next.from, next.from_at), next.size);
    else if (next.to != 0 || next.what < GROW)
        next.got = on[next.to](next.what, at, next.value);
}

/* --------------------------------------------------------------- the model */

static uint64_t model_load(void)
{
    unsigned width = widths[next.what];
    uint64_t word = 0;
    for (unsigned i = width; i > 0; i--)
        word = word << 8 | model[next.to][next.to_at + i - 1];
    if (next.what < 6 && next.what % 2 == 0 && (word >> (width * 8 - 1) & 1))
        word |= ~(uint64_t)0 << (width * 8);
    return word;
}

static uint64_t model_grow(void)
{
    unsigned old = pages[next.to];
    if (next.size > most_pages[next.to] - old)
        return (size_t)-1;
    pages[next.to] = old + next.size;
    return old;
}

static void model_copy(void)
{
    unsigned char *to = &model[next.to][next.to_at];
    const unsigned char *from = &model[next.from][next.from_at];
    if (to < from)
        for (unsigned i = 0; i < next.size; i++)
            to[i] = from[i];
    else
        for (unsigned i = next.size; i > 0; i--)
            to[i - 1] = from[i - 1];
}

/* Does the model do the same? 0 if not. */
EXPORT(follow) int follow(void)
{
    if (next.must_trap)
        return 1;
    if (next.what < LOADS)
        return next.got == model_load();
    if (next.what < LOADS + STORES)
        for (unsigned i = 0; i < next.size; i++)
            model[next.to][next.to_at + i] =
                (unsigned char)(next.value >> (i * 8));
    if (next.what == FILL)
        for (unsigned i = 0; i < next.size; i++)
            model[next.to][next.to_at + i] = (unsigned char)next.value;
    if (next.what == COPY)
        model_copy();
    if (next.what == GROW && next.to != 0)
        return next.got == model_grow();
    if (next.what == SIZE && next.to != 0)
        return next.got == pages[next.to];
    return 1;
}

static uint64_t model_word(unsigned memory, unsigned at)
{
    uint64_t word;
    __builtin_memcpy(&word, &model[memory][at], sizeof word);
    return word;
}

#define COMPARE(m, i)                                        \
    if (i != 0 && m##_size() != pages[i])                    \
        return i + 1;                                        \
    for (unsigned at = 0; at < pages[i] * PAGE; at += 8)     \
        if (m##_load_u64(place(i, at)) != model_word(i, at)) \
            return i + 1;

/* All bytes: 0, or one more than the first memory that differs. */
EXPORT(compare) int compare(void)
{
    /* clang-format off */
    COMPARE(m0, 0) COMPARE(m1, 1) COMPARE(m2, 2) COMPARE(m3, 3)
    COMPARE(m4, 4) COMPARE(m5, 5) COMPARE(m6, 6) COMPARE(m7, 7)
        /* clang-format on */
        return 0;
}

/* What became of it, to compare engines and compilers. */
EXPORT(digest) int digest(void)
{
    uint32_t sum = 1;
    for (unsigned m = 0; m < MEMORIES; m++)
        for (unsigned at = 0; at < pages[m] * PAGE; at++)
            sum = (sum ^ model[m][at]) * 16777619u;
    return (int)sum;
}
