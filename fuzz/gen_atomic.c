/* gen_atomic.c - atomic accesses, by one thread. */
#include "gen_inside.h"

/* Seven widths of each operation: type and size. */
static const struct {
    char type;
    uint8_t size_log2;
} widths[] = {{'i', 2}, {'I', 3}, {'i', 0}, {'i', 1},
              {'I', 0}, {'I', 1}, {'I', 2}};

enum {
    LOAD = 0x10,
    STORE = 0x17,
    RMW = 0x1e, /* add, sub, and, or, xor, xchg */
    CMPXCHG = 0x48
};

void gen_step_atomic(struct gen_maker *m)
{
    uint32_t memory = gen_pick_memory(m), width = gen_pick(m, 7);
    bool is_64 = m->plan->memories[memory].is_64;
    char type = widths[width].type;
    uint32_t what = gen_pick(m, 9), operands = 0;
    if ((m->plan->with & GEN_ATOMICS) == 0)
        return;
    if (gen_one_of(m, 12)) {
        gen_raw(m->out, "\xfe\x03\0", 3);
        return;
    }
    /* Aligned but for once in a while. */
    uint32_t address = 8 * gen_pick(m, 0x1000) + gen_one_of(m, 30);
    gen_op(m, is_64 ? 0x42 : 0x41), gen_sleb(m->out, address);
    gen_push(m, is_64 ? 'I' : 'i', false);
    for (operands = what == 0 ? 0 : what == 8 ? 2 : 1; operands > 0; operands--)
        gen_push_some(m, type);
    gen_op(m, 0xfe);
    gen_leb(m->out, (what == 0   ? (uint32_t)LOAD
                     : what == 1 ? (uint32_t)STORE
                     : what == 8 ? (uint32_t)CMPXCHG
                                 : RMW + 7 * (what - 2)) +
                        width);
    gen_put_memarg(m, memory, widths[width].size_log2, 8 * gen_pick(m, 16));
    m->height -= what == 0 ? 1 : what == 8 ? 3 : 2;
    if (what != 1)
        gen_push(m, type, false);
}
