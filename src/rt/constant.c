/* constant.c - the value of a constant expression.
 *
 * The expression has been validated, so the stack never lacks an operand.
 * The stack is the store's, kept from one to the next: an expression may be
 * as deep as it is long. It has slots as the guest's has, so that the helpers
 * of instructions serve here too. */
#include "mod/instr.h"
#include "rt/store.h"

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

static tn_status push_slot(struct tn_store *store, uint64_t word, tn_error *err)
{
    return TN_VEC_PUSH(&store->constants, store->alloc, word)
               ? TN_OK
               : tn_no_memory(err);
}

static tn_status push_slots(struct tn_store *store, const void *words,
                            uint32_t count, tn_error *err)
{
    uint64_t word;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&word, (const char *)words + i * sizeof word, sizeof word);
        TN_TRY(push_slot(store, word, err));
    }
    return TN_OK;
}

/* --- Instructions that make a value of nothing ------------------------------- */

static tn_status push_simple(struct tn_instance *instance,
                             const struct tn_instr *i, tn_error *err)
{
    struct tn_store *store = instance->store;
    const struct tn_global *global;
    switch ((int)i->op) {
    case TN_OP_i32_const:
        return push_slot(store, (uint32_t)i->of.i, err);
    case TN_OP_i64_const:
        return push_slot(store, (uint64_t)i->of.i, err);
    case TN_OP_f32_const:
    case TN_OP_f64_const:
        return push_slot(store, i->of.bits, err);
    case TN_OP_v128_const:
        return push_slots(store, i->of.v128, 2, err);
    case TN_OP_global_get:
        global = instance->all_globals[i->a];
        if (global == NULL) /* a near one, which is a number */
            return push_slot(store, *tn_rt_near_global(instance, i->a), err);
        return push_slots(store, global->at, tn_slots_of(global->type), err);
    case TN_OP_ref_func:
        return push_slot(
            store, tn_pointer_slot(tn_rt_instance_func(instance, i->a)), err);
    default: /* ref.null */
        return push_slot(store, 0, err);
    }
}

/* --- Instructions that make objects -------------------------------------------- */

static const struct maker {
    enum tn_opcode op;
    tn_rt_help *help;
} makers[] = {
    {TN_OP_struct_new, tn_rt_struct_new},
    {TN_OP_struct_new_default, tn_rt_struct_new_default},
    {TN_OP_array_new, tn_rt_array_new},
    {TN_OP_array_new_default, tn_rt_array_new_default},
    {TN_OP_array_new_fixed, tn_rt_array_new_fixed},
    {TN_OP_any_convert_extern, tn_rt_any_convert_extern},
    {TN_OP_extern_convert_any, tn_rt_extern_convert_any},
};

static const struct maker *maker_of(enum tn_opcode op)
{
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (makers[i].op == op)
            return &makers[i];
    return NULL;
}

/* How many slots its operands take. */
static size_t operand_slots(const struct tn_instance *instance,
                            const struct tn_instr *i)
{
    const struct tn_type *const *types = instance->module->mod->types;
    size_t slots = 0;
    switch ((int)i->op) {
    case TN_OP_struct_new:
        for (uint32_t k = 0; k < types[i->a]->field_count; k++)
            slots += tn_slots_of(types[i->a]->fields[k].type);
        return slots;
    case TN_OP_array_new:
        return (size_t)tn_slots_of(types[i->a]->fields[0].type) + 1;
    case TN_OP_array_new_fixed:
        return (size_t)tn_slots_of(types[i->a]->fields[0].type) * i->b;
    case TN_OP_struct_new_default:
        return 0;
    default:
        return 1;
    }
}

/* No code of the instance runs yet, so its safe point is where the stack of
 * its caller ends. Operands stay on this stack meanwhile, which is a root. */
static tn_status make_object(struct tn_instance *instance,
                             const struct maker *maker,
                             const struct tn_instr *i, tn_error *err)
{
    struct tn_store *store = instance->store;
    size_t base = store->constants.count - operand_slots(instance, i);
    if (base == store->constants.count)
        TN_TRY(push_slot(store, 0, err));
    if (maker->help(instance->context, store->constants.at + base, i->a,
                    i->b) != TN_TRAP_NONE)
        return tn_no_memory(err);
    store->constants.count = base + 1;
    return TN_OK;
}

/* --- The whole ------------------------------------------------------------------ */

static tn_status do_instr(struct tn_instance *instance,
                          const struct tn_instr *i, tn_error *err)
{
    struct tn_store *store = instance->store;
    const struct maker *maker = maker_of(i->op);
    if (maker != NULL)
        return make_object(instance, maker, i, err);
    bool is_i31 = i->op == TN_OP_ref_i31;
    if (!is_i31 && !is_binary(i->op))
        return push_simple(instance, i, err);
    uint64_t *top = store->constants.at + store->constants.count;
    if (is_i31) {
        top[-1] = tn_ref_of_i31((uint32_t)top[-1]);
        return TN_OK;
    }
    top[-2] = binary(i->op, top[-2], top[-1]);
    store->constants.count--;
    return TN_OK;
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
    while (tn_instr_read(&c, &i) && i.op != TN_OP_end)
        TN_TRY(do_instr(instance, &i, err));
    memcpy(out, store->constants.at,
           store->constants.count * sizeof store->constants.at[0]);
    store->constants.count = 0;
    return TN_OK;
}
