/* gen_except.c - steps that throw and catch, in the way of either proposal. */
#include "gen_inside.h"

#include <string.h>

enum {
    MAX_CLAUSES = 4
};

static const struct gen_type *tag_type(struct gen_maker *m, uint32_t tag)
{
    return &m->plan->types[m->plan->tag_types[tag]];
}

/* Label depth, from inside, of a random legacy try that is in a handler; or
 * m->depth. */
static uint32_t pick_handler(struct gen_maker *m)
{
    for (uint32_t i = 0; i < m->depth; i++) {
        const struct gen_block *b = &m->blocks[m->depth - 1 - i];
        if (b->opcode == GEN_OP_TRY && b->has_else && gen_one_of(m, 2))
            return i;
    }
    return m->depth;
}

void gen_step_throw(struct gen_maker *m)
{
    unsigned with = m->plan->with;
    if ((with & (GEN_EXCEPTIONS | GEN_LEGACY)) == 0)
        return;
    uint32_t tag = gen_pick(m, GEN_TAGS), handler = pick_handler(m);
    if (handler < m->depth && gen_one_of(m, 3)) {
        gen_op_index(m, 0x09, handler);
    } else if ((with & GEN_EXCEPTIONS) != 0 && gen_one_of(m, 4)) {
        gen_need(m, "e", false);
        gen_op(m, 0x0a);
    } else {
        gen_need(m, tag_type(m, tag)->params, true);
        gen_op_index(m, 0x08, tag);
    }
    gen_cut(m);
}

/* ---------------------------------------------------------------- try_table */

/* kind: 0 catch, 1 catch_ref, 2 catch_all, 3 catch_all_ref */
static void list_of(struct gen_maker *m, unsigned kind, uint32_t tag, char *out)
{
    strcpy(out, kind < 2 ? tag_type(m, tag)->params : "");
    if ((kind & 1) != 0)
        strcat(out, "e");
}

/* Writes clauses whose labels fit, the first to the block just around. */
static void put_clauses(struct gen_maker *m, unsigned kind, uint32_t tag)
{
    struct gen_bytes *out = m->out;
    struct {
        unsigned kind;
        uint32_t tag, depth;
    } list[MAX_CLAUSES] = {{kind, tag, 0}};
    uint32_t count = 1;
    for (int tries = 0; tries < 6 && count < MAX_CLAUSES; tries++) {
        char values[GEN_MAX_LIST + 2];
        uint32_t depth = gen_pick_label(m);
        unsigned other = gen_pick(m, 4);
        uint32_t other_tag = gen_pick(m, GEN_TAGS);
        list_of(m, other, other_tag, values);
        if (strcmp(values, gen_label_of(&m->blocks[m->depth - 1 - depth])) != 0)
            continue;
        list[count].kind = other;
        list[count].tag = other_tag;
        list[count++].depth = depth;
    }
    gen_leb(out, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t k = gen_one_of(m, 2) ? i : count - 1 - i;
        gen_u8(out, list[k].kind);
        if (list[k].kind < 2)
            gen_leb(out, list[k].tag);
        gen_leb(out, list[k].depth);
    }
}

/* A block that the clause leads to, in it a try_table that gives nothing or
 * what the block does. */
static void try_table(struct gen_maker *m)
{
    struct gen_type around = {"", ""};
    unsigned kind = gen_pick(m, 4);
    uint32_t tag = gen_pick(m, GEN_TAGS);
    list_of(m, kind, tag, around.results);
    gen_op(m, GEN_OP_BLOCK);
    if (kind < 2)
        gen_sleb(m->out,
                 gen_type_index(m->plan, m->plan->tag_types[tag] + 1 + kind));
    else if (kind == 2)
        gen_op(m, 0x40);
    else
        gen_put_type(m->out, 'e');
    gen_open_block(m, GEN_OP_BLOCK, &around);

    struct gen_type inside = {"", ""};
    gen_op(m, GEN_OP_TRY_TABLE);
    if (gen_one_of(m, 2)) {
        gen_op(m, 0x40);
    } else {
        inside.results[0] = "iIfFr"[gen_pick(m, 5)];
        gen_put_type(m->out, inside.results[0]);
    }
    put_clauses(m, kind, tag);
    gen_open_block(m, GEN_OP_TRY_TABLE, &inside);
}

/* ------------------------------------------------------------------- legacy */

static void legacy_try(struct gen_maker *m)
{
    struct gen_type type = {"", ""};
    gen_op(m, GEN_OP_TRY);
    if (gen_one_of(m, 2)) {
        gen_op(m, 0x40);
    } else {
        type.results[0] = "iIfFr"[gen_pick(m, 5)];
        gen_put_type(m->out, type.results[0]);
    }
    gen_open_block(m, GEN_OP_TRY, &type);
}

bool gen_next_handler(struct gen_maker *m)
{
    struct gen_block *b = gen_inner(m);
    if (!b->has_else && gen_one_of(m, 4)) {
        gen_op_index(m, 0x18, gen_pick(m, m->depth - 1));
        return false;
    }
    if (b->is_last_arm || gen_one_of(m, 3)) {
        gen_op(m, 0x0b);
        return false;
    }
    b->has_else = true;
    if (gen_one_of(m, 3)) {
        b->is_last_arm = true;
        gen_op(m, 0x19);
    } else {
        uint32_t tag = gen_pick(m, GEN_TAGS);
        gen_op_index(m, 0x07, tag);
        gen_give(m, tag_type(m, tag)->params, false);
    }
    return true;
}

void gen_step_try(struct gen_maker *m)
{
    if (m->depth + 2 > GEN_MAX_BLOCKS)
        return;
    if ((m->plan->with & GEN_EXCEPTIONS) != 0)
        try_table(m);
    else if ((m->plan->with & GEN_LEGACY) != 0)
        legacy_try(m);
}
