/* memories.c - the same loops over memory 0, as C has it (0); over memory 0
 * through the header (1); and over memory 1 (2): what it costs that a memory
 * is named. memories.sh compiles and runs it. */
#include <tenon/guest/memory.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define COUNT        8192

TN_MEMORY_AT(own, 0)
TN_MEMORY(other, 1, 2, 2)

static volatile uint32_t ordinary[COUNT];
#define BEGIN ((tn_address)ordinary)

#define PLAIN_LOAD(i)         ordinary[i]
#define PLAIN_STORE(i, value) ordinary[i] = (value)
#define OWN_LOAD(i)           own_load_u32(BEGIN + (i)*4)
#define OWN_STORE(i, value)   own_store_u32(BEGIN + (i)*4, value)
#define OTHER_LOAD(i)         other_load_u32(1024 + (i)*4)
#define OTHER_STORE(i, value) other_store_u32(1024 + (i)*4, value)

/* All of them, `passes` times; and from one to the next, where each load waits
 * for the one before. */
#define LOOPS(n, LOAD, STORE)                      \
    EXPORT(load##n) uint32_t load##n(int passes)   \
    {                                              \
        uint32_t sum = 0;                          \
        for (; passes > 0; passes--)               \
            for (uint32_t i = 0; i < COUNT; i++)   \
                sum += LOAD(i) ^ i;                \
        return sum;                                \
    }                                              \
    EXPORT(store##n) uint32_t store##n(int passes) \
    {                                              \
        for (; passes > 0; passes--)               \
            for (uint32_t i = 0; i < COUNT; i++)   \
                STORE(i, i + (uint32_t)passes);    \
        return LOAD(5);                            \
    }                                              \
    EXPORT(chase##n) uint32_t chase##n(int passes) \
    {                                              \
        uint32_t at = 0;                           \
        for (uint32_t i = 0; i < COUNT; i++)       \
            STORE(i, (i * 5 + 1) % COUNT);         \
        for (; passes > 0; passes--)               \
            for (uint32_t i = 0; i < COUNT; i++)   \
                at = LOAD(at);                     \
        return at;                                 \
    }
LOOPS(0, PLAIN_LOAD, PLAIN_STORE)
LOOPS(1, OWN_LOAD, OWN_STORE)
LOOPS(2, OTHER_LOAD, OTHER_STORE)
