/* gen_simd.c - steps with vectors. A vector is never wild: behind a row whose
 * lanes may be NaNs of the engine's choice, they are made canonical at once. */
#include "gen_inside.h"

#include <string.h>

static void op_fd(struct gen_maker *m, uint32_t opcode)
{
    gen_op_index(m, 0xfd, opcode);
}

void gen_put_v128(struct gen_source *source, struct gen_bytes *out)
{
    static const uint32_t lanes[] = {0,          1,          0xffffffff,
                                     0x3f800000, 0xbf800000, 0x7f800000,
                                     0x80000000, 0x00ff00ff, 0x7fffffff};
    uint64_t halves[2];
    gen_u8(out, 0xfd), gen_u8(out, 12);
    for (int i = 0; i < 2; i++) {
        uint64_t low = lanes[gen_choose(source, 9)];
        uint64_t high = lanes[gen_choose(source, 9)];
        halves[i] =
            gen_once_in(source, 2) ? gen_bits(source) : low | high << 32;
    }
    gen_raw(out, halves, sizeof halves);
}

enum {
    F32X4 = 1, /* lanes may be NaNs */
    F64X2 = 2,
    LANES = 4, /* an index below `lanes` follows */
};

/* Opcodes first..last with one signature. */
struct simd_ops {
    uint16_t first, last;
    const char *params, *result;
    uint8_t flags, lanes;
};

static const struct simd_ops simd_ops[] = {
    {14, 14, "vv", "v", 0, 0},
    {15, 17, "i", "v", 0, 0},
    {18, 18, "I", "v", 0, 0},
    {19, 19, "f", "v", 0, 0},
    {20, 20, "F", "v", 0, 0},
    {21, 22, "v", "i", LANES, 16},
    {23, 23, "vi", "v", LANES, 16},
    {24, 25, "v", "i", LANES, 8},
    {26, 26, "vi", "v", LANES, 8},
    {27, 27, "v", "i", LANES, 4},
    {28, 28, "vi", "v", LANES, 4},
    {29, 29, "v", "I", LANES, 2},
    {30, 30, "vI", "v", LANES, 2},
    {31, 31, "v", "f", LANES, 4},
    {32, 32, "vf", "v", LANES, 4},
    {33, 33, "v", "F", LANES, 2},
    {34, 34, "vF", "v", LANES, 2},
    {35, 76, "vv", "v", 0, 0},
    {77, 77, "v", "v", 0, 0},
    {78, 81, "vv", "v", 0, 0},
    {82, 82, "vvv", "v", 0, 0},
    {83, 83, "v", "i", 0, 0},
    {94, 94, "v", "v", F32X4, 0},
    {95, 95, "v", "v", F64X2, 0},
    {96, 98, "v", "v", 0, 0},
    {99, 100, "v", "i", 0, 0},
    {101, 102, "vv", "v", 0, 0},
    {103, 106, "v", "v", F32X4, 0},
    {107, 109, "vi", "v", 0, 0},
    {110, 115, "vv", "v", 0, 0},
    {116, 117, "v", "v", F64X2, 0},
    {118, 121, "vv", "v", 0, 0},
    {122, 122, "v", "v", F64X2, 0},
    {123, 123, "vv", "v", 0, 0},
    {124, 129, "v", "v", 0, 0},
    {130, 130, "vv", "v", 0, 0},
    {131, 132, "v", "i", 0, 0},
    {133, 134, "vv", "v", 0, 0},
    {135, 138, "v", "v", 0, 0},
    {139, 141, "vi", "v", 0, 0},
    {142, 147, "vv", "v", 0, 0},
    {148, 148, "v", "v", F64X2, 0},
    {149, 153, "vv", "v", 0, 0},
    {155, 159, "vv", "v", 0, 0},
    {160, 161, "v", "v", 0, 0},
    {163, 164, "v", "i", 0, 0},
    {167, 170, "v", "v", 0, 0},
    {171, 173, "vi", "v", 0, 0},
    {174, 174, "vv", "v", 0, 0},
    {177, 177, "vv", "v", 0, 0},
    {181, 186, "vv", "v", 0, 0},
    {188, 191, "vv", "v", 0, 0},
    {192, 193, "v", "v", 0, 0},
    {195, 196, "v", "i", 0, 0},
    {199, 202, "v", "v", 0, 0},
    {203, 205, "vi", "v", 0, 0},
    {206, 206, "vv", "v", 0, 0},
    {209, 209, "vv", "v", 0, 0},
    {213, 223, "vv", "v", 0, 0},
    {224, 225, "v", "v", 0, 0},
    {227, 227, "v", "v", F32X4, 0},
    {228, 233, "vv", "v", F32X4, 0},
    {234, 235, "vv", "v", 0, 0},
    {236, 237, "v", "v", 0, 0},
    {239, 239, "v", "v", F64X2, 0},
    {240, 245, "vv", "v", F64X2, 0},
    {246, 247, "vv", "v", 0, 0},
    {248, 255, "v", "v", 0, 0},
    /* relaxed */
    {256, 256, "vv", "v", 0, 0},
    {257, 260, "v", "v", 0, 0},
    {261, 262, "vvv", "v", F32X4, 0},
    {263, 264, "vvv", "v", F64X2, 0},
    {265, 268, "vvv", "v", 0, 0},
    {269, 270, "vv", "v", F32X4, 0},
    {271, 272, "vv", "v", F64X2, 0},
    {273, 274, "vv", "v", 0, 0},
    {275, 275, "vvv", "v", 0, 0},
};

enum {
    RELAXED_ROWS = 9
};

/* `x, nans, x == x` and bitselect: x where it equals itself. The local gets
 * the result too, for who reads it later. */
static void tame_lanes(struct gen_maker *m, bool is_f64)
{
    uint64_t nan = is_f64 ? 0x7ff8000000000000 : 0x7fc000007fc00000;
    gen_op_index(m, 0x22, m->scratch[2]);
    op_fd(m, 12);
    gen_raw(m->out, &nan, 8), gen_raw(m->out, &nan, 8);
    gen_op_index(m, 0x20, m->scratch[2]);
    gen_op_index(m, 0x20, m->scratch[2]);
    op_fd(m, is_f64 ? 71 : 65);
    op_fd(m, 82);
    gen_op_index(m, 0x22, m->scratch[2]);
}

static void shuffle(struct gen_maker *m)
{
    gen_need(m, "vv", false);
    op_fd(m, 13);
    for (int i = 0; i < 16; i++)
        gen_u8(m->out, gen_pick(m, 32));
    m->height--;
}

void gen_step_simd(struct gen_maker *m)
{
    uint32_t count = sizeof simd_ops / sizeof *simd_ops;
    if ((m->plan->with & GEN_SIMD) == 0)
        return;
    if (gen_one_of(m, 20)) {
        shuffle(m);
        return;
    }
    if ((m->plan->with & GEN_RELAXED) == 0)
        count -= RELAXED_ROWS;
    const struct simd_ops *row = &simd_ops[gen_pick(m, count)];
    uint32_t opcode =
        row->first + gen_pick(m, (uint32_t)(row->last - row->first) + 1);
    gen_need(m, row->params, true); /* lanes show the bits of what they hold */
    op_fd(m, opcode);
    if ((row->flags & LANES) != 0)
        gen_u8(m->out, gen_pick(m, row->lanes));
    gen_take(m, row->params);
    gen_give(m, row->result, false);
    if ((row->flags & (F32X4 | F64X2)) != 0)
        tame_lanes(m, (row->flags & F64X2) != 0);
}

static const uint8_t load_log2[] = {4, 3, 3, 3, 3, 3, 3, 0, 1, 2, 3};

/* Which access, of how many bytes; lane accesses take a vector as well. */
void gen_step_simd_memory(struct gen_maker *m)
{
    uint32_t memory = gen_pick_memory(m), which = gen_pick(m, 22);
    bool is_64 = m->plan->memories[memory].is_64;
    if ((m->plan->with & GEN_SIMD) == 0)
        return;
    gen_push_index(m, is_64, 0x8000);
    bool is_lane = which >= 14, stores = which == 11 || which >= 18;
    uint32_t opcode = which <= 11 ? which : which + 80;
    uint32_t log2 = which <= 10   ? load_log2[which]
                    : which == 11 ? 4
                    : which < 14  ? which - 10
                                  : (which - 14) % 4;
    if (is_lane) /* 84..91 */
        opcode = 84 + which - 14;
    if (is_lane || stores)
        gen_push_some(m, 'v');
    op_fd(m, opcode);
    gen_put_memarg(m, memory, gen_pick(m, log2 + 1), gen_pick(m, 64));
    if (is_lane)
        gen_u8(m->out, gen_pick(m, 16u >> log2));
    m->height -= 1u + (is_lane || stores);
    if (!stores)
        gen_push(m, 'v', false);
}
