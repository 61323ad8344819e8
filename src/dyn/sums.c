/* sums.c - constant expressions as a base plus a constant.
 *
 * They are valid. Other instructions than integer arithmetic end the look at
 * one: such a value is no address. */
#include "dyn/reading.h"
#include "mod/instr.h"

static const struct tn_dyn_sum unknown_sum = {0, TN_DYN_ANY_BASE};

static bool is_32_bit(enum tn_opcode op)
{
    return op == TN_OP_i32_add || op == TN_OP_i32_sub || op == TN_OP_i32_mul;
}

/* Only a difference with a constant, or a sum with one, still has a base. */
static struct tn_dyn_sum combine(enum tn_opcode op, struct tn_dyn_sum a,
                                 struct tn_dyn_sum b)
{
    struct tn_dyn_sum sum = {0, a.base != TN_DYN_NO_BASE ? a.base : b.base};
    bool is_add = op == TN_OP_i32_add || op == TN_OP_i64_add;
    bool is_mul = op == TN_OP_i32_mul || op == TN_OP_i64_mul;
    if (b.base != TN_DYN_NO_BASE && (!is_add || a.base != TN_DYN_NO_BASE))
        return unknown_sum;
    if (is_mul && sum.base != TN_DYN_NO_BASE)
        return unknown_sum;
    sum.value = is_add   ? a.value + b.value
                : is_mul ? a.value * b.value
                         : a.value - b.value;
    if (is_32_bit(op))
        sum.value = (uint32_t)sum.value;
    return sum;
}

static bool push_sum(struct tn_dyn_reading *r, struct tn_dyn_sum sum)
{
    return TN_VEC_PUSH(&r->operands, r->image->arena.alloc, sum);
}

static void combine_top(struct tn_dyn_reading *r, enum tn_opcode op)
{
    struct tn_dyn_sum *b = &r->operands.at[--r->operands.count];
    b[-1] = combine(op, b[-1], *b);
}

/* False when memory is out; `*go_on` says whether there is more to see. */
static bool do_constant(struct tn_dyn_reading *r, const struct tn_instr *in,
                        bool *go_on)
{
    switch ((int)in->op) {
    case TN_OP_i32_const:
        return push_sum(
            r, (struct tn_dyn_sum){(uint32_t)in->of.i, TN_DYN_NO_BASE});
    case TN_OP_i64_const:
        return push_sum(
            r, (struct tn_dyn_sum){(uint64_t)in->of.i, TN_DYN_NO_BASE});
    case TN_OP_global_get:
        return push_sum(r, r->globals[in->a]);
    case TN_OP_i32_add:
    case TN_OP_i32_sub:
    case TN_OP_i32_mul:
    case TN_OP_i64_add:
    case TN_OP_i64_sub:
    case TN_OP_i64_mul:
        combine_top(r, in->op);
        return true;
    case TN_OP_end:
        *go_on = false;
        return true;
    default:
        *go_on = false;
        r->operands.count = 0;
        return push_sum(r, unknown_sum);
    }
}

bool tn_dyn_read_sum(struct tn_dyn_reading *r, struct tn_range expr,
                     struct tn_dyn_sum *out)
{
    const uint8_t *at = r->mod->bytes + expr.offset;
    struct tn_cursor c = {r->mod->bytes, at, at + expr.size, NULL, false};
    struct tn_instr in;
    bool go_on = true;
    r->operands.count = 0;
    while (go_on && tn_instr_read(&c, &in))
        if (!do_constant(r, &in, &go_on))
            return false;
    *out = r->operands.at[0];
    return true;
}

static enum tn_dyn_base base_of_import(const struct tn_dyn_ref *ref)
{
    return ref->kind == TN_DYN_REF_MEMORY_BASE  ? TN_DYN_MEMORY_BASE
           : ref->kind == TN_DYN_REF_TABLE_BASE ? TN_DYN_TABLE_BASE
                                                : TN_DYN_ANY_BASE;
}

tn_status tn_dyn_read_globals(struct tn_dyn_reading *r)
{
    const struct tn_mod *mod = r->mod;
    r->globals =
        TN_NEW_ARRAY(&r->scratch, struct tn_dyn_sum, mod->global_count);
    if (r->globals == NULL)
        return tn_no_memory(r->err);
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (mod->imports[i].kind == TN_EXTERN_GLOBAL)
            r->globals[mod->imports[i].index].base =
                base_of_import(&r->image->refs[i]);
    for (uint32_t i = mod->global_import_count; i < mod->global_count; i++) {
        r->globals[i] = unknown_sum;
        if (!mod->globals[i].is_mutable &&
            !tn_dyn_read_sum(r, mod->globals[i].init, &r->globals[i]))
            return tn_no_memory(r->err);
    }
    return TN_OK;
}
