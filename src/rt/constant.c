/* constant.c - the value of a constant expression.
 *
 * The expression has been validated, so the stack never lacks an operand.
 * The stack is the store's, kept from one to the next: an expression may be
 * as deep as it is long. */
#include "mod/instr.h"
#include "rt/store.h"

static void read_global(const struct tn_instance *instance, uint32_t index,
                        struct tn_constant *out)
{
    const struct tn_global *global = instance->all_globals[index];
    out->words[0] = global->at[0];
    if (tn_vt_of(global->type) == TN_VT_V128)
        out->words[1] = global->at[1];
}

static bool is_binary(enum tn_opcode op)
{
    return op == TN_OP_i32_add || op == TN_OP_i32_sub || op == TN_OP_i32_mul ||
           op == TN_OP_i64_add || op == TN_OP_i64_sub || op == TN_OP_i64_mul;
}

static uint64_t binary(enum tn_opcode op, uint64_t a, uint64_t b)
{
    switch ((int)op) {
    case TN_OP_i32_add:
        return (uint32_t)(a + b);
    case TN_OP_i32_sub:
        return (uint32_t)(a - b);
    case TN_OP_i32_mul:
        return (uint32_t)(a * b);
    case TN_OP_i64_add:
        return a + b;
    case TN_OP_i64_sub:
        return a - b;
    default:
        return a * b;
    }
}

static struct tn_constant constant_of(struct tn_instance *instance,
                                      const struct tn_instr *i)
{
    struct tn_constant value = {{0, 0}};
    switch ((int)i->op) {
    case TN_OP_i32_const:
        value.words[0] = (uint32_t)i->of.i;
        break;
    case TN_OP_i64_const:
        value.words[0] = (uint64_t)i->of.i;
        break;
    case TN_OP_f32_const:
    case TN_OP_f64_const:
        value.words[0] = i->of.bits;
        break;
    case TN_OP_global_get:
        read_global(instance, i->a, &value);
        break;
    case TN_OP_ref_func:
        value.words[0] = tn_pointer_slot(tn_rt_instance_func(instance, i->a));
        break;
    default: /* ref.null */
        break;
    }
    return value;
}

tn_status tn_rt_constant(struct tn_instance *instance, struct tn_range range,
                         uint64_t out[2], tn_error *err)
{
    const struct tn_mod *mod = instance->module->mod;
    struct tn_store *store = instance->store;
    struct tn_cursor c = {.base = mod->bytes,
                          .at = mod->bytes + range.offset,
                          .end = mod->bytes + range.offset + range.size};
    struct tn_instr i;
    store->constants.count = 0;
    while (tn_instr_read(&c, &i) && i.op != TN_OP_end) {
        struct tn_constant value;
        if (is_binary(i.op)) {
            struct tn_constant *top =
                &store->constants.at[store->constants.count -= 2];
            value.words[0] = binary(i.op, top[0].words[0], top[1].words[0]);
            value.words[1] = 0;
        } else {
            value = constant_of(instance, &i);
        }
        if (!TN_VEC_PUSH(&store->constants, store->alloc, value))
            return tn_no_memory(err);
    }
    memcpy(out, store->constants.at[0].words, sizeof(struct tn_constant));
    return TN_OK;
}
