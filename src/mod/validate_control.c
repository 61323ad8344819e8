/* validate_control.c - the checks of blocks, branches and calls.
 *
 * A label takes what its block gives; only a loop's label takes what the loop
 * takes, since a branch to it begins the loop again. */
#include "mod/validate.h"

struct tn_result_type tn_mod_label_types(const struct tn_control *control)
{
    return control->op == TN_OP_loop ? control->params
                                     : tn_mod_results(control);
}

/* The function type with an index, or null when there is none such. */
static const struct tn_type *func_type_at(struct tn_validator *v,
                                          uint32_t index)
{
    if (index < v->mod->type_count &&
        v->mod->types[index]->comp == TN_COMP_FUNC)
        return v->mod->types[index];
    (void)tn_mod_invalid(v, "unknown type %u", index);
    return NULL;
}

/* -------------------------------------------------------------- blocks */

static bool resolve_block_type(struct tn_validator *v,
                               const struct tn_block_type *block,
                               struct tn_control *out)
{
    if (block->kind == TN_BLOCK_EMPTY)
        return true;
    if (block->kind == TN_BLOCK_VALUE) {
        if (!tn_mod_check_valtype(v, block->value))
            return false;
        out->is_single = true;
        out->single = tn_type_canon(v->mod, block->value);
        return true;
    }
    const struct tn_type *type = func_type_at(v, block->type_index);
    if (type == NULL)
        return false;
    out->params = (struct tn_result_type){type->params, type->param_count};
    out->results = (struct tn_result_type){type->results, type->result_count};
    return tn_mod_need(v, TN_FEATURE_BIT(TN_FEATURE_MULTI_VALUE),
                       "a block with a function type");
}

static bool enter_control(struct tn_validator *v, struct tn_control *control)
{
    return tn_mod_pop_all(v, control->params) &&
           tn_mod_push_control(v, *control);
}

bool tn_mod_open_block(struct tn_validator *v, const struct tn_instr *in)
{
    struct tn_control control = {.op = in->op};
    return resolve_block_type(v, &in->block, &control) &&
           enter_control(v, &control);
}

bool tn_mod_check_block(struct tn_validator *v, const struct tn_instr *in)
{
    return tn_mod_open_block(v, in);
}

bool tn_mod_check_loop(struct tn_validator *v, const struct tn_instr *in)
{
    return tn_mod_open_block(v, in);
}

bool tn_mod_check_if_(struct tn_validator *v, const struct tn_instr *in)
{
    struct tn_control control = {.op = in->op};
    return resolve_block_type(v, &in->block, &control) &&
           tn_mod_pop(v, TN_VT_I32) && enter_control(v, &control);
}

/* Nothing but the results may be left when a block ends. */
bool tn_mod_close_block(struct tn_validator *v, struct tn_control *out)
{
    struct tn_control *top = v->top;
    if (!tn_mod_pop_all(v, tn_mod_results(top)))
        return false;
    uint32_t left = v->height - top->height;
    if (left > 0) {
        (void)tn_mod_left_over(v);
        return false;
    }
    if (v->is_set != NULL)
        for (size_t i = top->init_count; i < v->inits.count; i++)
            v->is_set[v->inits.at[i]] = 0;
    v->inits.count = top->init_count;
    v->wide -= top->op == TN_OP_catch || top->op == TN_OP_catch_all;
    *out = *top;
    v->controls.count--;
    v->top =
        v->controls.count == 0 ? NULL : &v->controls.at[v->controls.count - 1];
    return true;
}

static bool swap_to_else(struct tn_validator *v)
{
    struct tn_control control;
    if (!tn_mod_close_block(v, &control))
        return false;
    control.op = TN_OP_else_;
    control.is_unreachable = false;
    return tn_mod_push_control(v, control);
}

bool tn_mod_check_else_(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    if (v->top->op != TN_OP_if_)
        return tn_mod_invalid(v, "else without if");
    return swap_to_else(v);
}

bool tn_mod_check_end(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    /* An if without else has an else that does nothing. */
    if (v->top->op == TN_OP_if_ && !swap_to_else(v))
        return false;
    struct tn_control control;
    if (!tn_mod_close_block(v, &control))
        return false;
    return v->top == NULL || tn_mod_push_all(v, tn_mod_results(&control));
}

bool tn_mod_check_unreachable(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    tn_mod_unreachable(v);
    return true;
}

/* ------------------------------------------------------------ branches */

struct tn_control *tn_mod_label(struct tn_validator *v, uint32_t label)
{
    if (label < v->controls.count)
        return &v->controls.at[v->controls.count - 1 - label];
    (void)tn_mod_invalid(v, "unknown label %u", label);
    return NULL;
}

bool tn_mod_check_br(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_control *label = tn_mod_label(v, in->a);
    if (label == NULL || !tn_mod_pop_all(v, tn_mod_label_types(label)))
        return false;
    tn_mod_unreachable(v);
    return true;
}

bool tn_mod_check_br_if(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_control *label = tn_mod_label(v, in->a);
    return label != NULL && tn_mod_pop(v, TN_VT_I32) &&
           tn_mod_pop_all(v, tn_mod_label_types(label)) &&
           tn_mod_push_all(v, tn_mod_label_types(label));
}

/* As popping all and pushing back what was found. */
static bool peek_all(struct tn_validator *v, struct tn_result_type types)
{
    uint32_t have = v->height - v->top->height;
    for (uint32_t i = 0; i < types.count; i++) {
        tn_valtype expected = types.types[types.count - 1 - i];
        if (i >= have)
            return v->top->is_unreachable ||
                   tn_mod_mismatch(v, expected, TN_VT_NONE);
        tn_valtype found = v->stack[v->height - 1 - i];
        if (!tn_mod_matches(v, found, expected))
            return tn_mod_mismatch(v, expected, found);
    }
    return true;
}

/* Were these types compared with the stack already, by this instruction? A
 * table may name a million labels that take a thousand values each. */
static bool is_remembered(struct tn_validator *v, struct tn_result_type types)
{
    uint32_t hash = (uint32_t)((uintptr_t)types.types >> 2) * 2654435769u;
    struct tn_label_memo *memo = &v->memos[hash >> (32 - TN_LABEL_MEMO_BITS)];
    bool is_known = memo->types == types.types && memo->at == v->at;
    *memo = (struct tn_label_memo){types.types, v->at};
    return is_known;
}

static bool check_table_label(struct tn_validator *v, uint32_t index,
                              uint32_t *arity)
{
    const struct tn_control *label = tn_mod_label(v, index);
    if (label == NULL)
        return false;
    struct tn_result_type types = tn_mod_label_types(label);
    if (*arity == TN_NONE)
        *arity = types.count;
    if (types.count != *arity)
        return tn_mod_invalid(
            v, "type mismatch: labels that take %u and %u values", *arity,
            types.count);
    return (types.count > 1 && is_remembered(v, types)) || peek_all(v, types);
}

bool tn_mod_check_br_table(struct tn_validator *v, const struct tn_instr *in)
{
    if (!tn_mod_pop(v, TN_VT_I32))
        return false;
    struct tn_cursor rest = in->rest;
    uint32_t arity = TN_NONE;
    uint32_t last = TN_NONE; /* tables are long, and name few labels in runs */
    for (uint64_t i = 0; i <= in->count; i++) {
        uint32_t index = tn_instr_label(&rest);
        if (index == last)
            continue;
        last = index;
        if (!check_table_label(v, index, &arity))
            return false;
    }
    tn_mod_unreachable(v);
    return true;
}

bool tn_mod_check_return_(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    if (!tn_mod_pop_all(v, tn_mod_results(&v->controls.at[0])))
        return false;
    tn_mod_unreachable(v);
    return true;
}

/* [t* (ref null ht)] -> [t* (ref ht)], to the label with t* if it is null */
bool tn_mod_check_br_on_null(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_control *label = tn_mod_label(v, in->a);
    tn_valtype ref;
    if (label == NULL || !tn_mod_pop_ref(v, &ref) ||
        !tn_mod_pop_all(v, tn_mod_label_types(label)) ||
        !tn_mod_push_all(v, tn_mod_label_types(label)))
        return false;
    uint32_t heap = ref == TN_VT_NONE ? TN_HEAP_BOTTOM : tn_heap_of(ref);
    return tn_mod_push(v, TN_REF(heap, 0));
}

/* [t* (ref null ht)] -> [t*], to the label with t* (ref ht) if it is not */
bool tn_mod_check_br_on_non_null(struct tn_validator *v,
                                 const struct tn_instr *in)
{
    const struct tn_control *label = tn_mod_label(v, in->a);
    if (label == NULL)
        return false;
    struct tn_result_type types = tn_mod_label_types(label);
    if (types.count == 0 || !tn_is_ref(types.types[types.count - 1]))
        return tn_mod_invalid(v, "type mismatch: label %u takes no reference",
                              in->a);
    tn_valtype last = types.types[--types.count];
    return tn_mod_pop(v, TN_REF(tn_heap_of(last), 1)) &&
           tn_mod_pop_all(v, types) && tn_mod_push_all(v, types);
}

/* --------------------------------------------------------------- calls */

static bool call_type(struct tn_validator *v, const struct tn_type *type)
{
    return tn_mod_pop_all(
               v, (struct tn_result_type){type->params, type->param_count}) &&
           tn_mod_push_all(
               v, (struct tn_result_type){type->results, type->result_count});
}

/* What the callee gives goes straight to our own caller. */
static bool tail_call_type(struct tn_validator *v, const struct tn_type *type)
{
    struct tn_result_type ours = tn_mod_results(&v->controls.at[0]);
    if (type->result_count != ours.count)
        return tn_mod_invalid(
            v, "type mismatch: the function returns %u values, its callee %u",
            ours.count, type->result_count);
    for (uint32_t i = 0; i < ours.count; i++)
        if (!tn_mod_matches(v, type->results[i], ours.types[i]))
            return tn_mod_mismatch(v, ours.types[i], type->results[i]);
    if (!tn_mod_pop_all(
            v, (struct tn_result_type){type->params, type->param_count}))
        return false;
    tn_mod_unreachable(v);
    return true;
}

static const struct tn_type *callee_type(struct tn_validator *v,
                                         uint32_t func_index)
{
    if (func_index < v->mod->func_count)
        return v->mod->types[v->mod->funcs[func_index]];
    (void)tn_mod_invalid(v, "unknown function %u", func_index);
    return NULL;
}

bool tn_mod_check_call(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *type = callee_type(v, in->a);
    return type != NULL && call_type(v, type);
}

bool tn_mod_check_return_call(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *type = callee_type(v, in->a);
    return type != NULL && tail_call_type(v, type);
}

/* Takes the index into the table; null when something is wrong. */
static const struct tn_type *indirect_type(struct tn_validator *v,
                                           const struct tn_instr *in)
{
    const struct tn_mod *mod = v->mod;
    if (in->b >= mod->table_count) {
        (void)tn_mod_invalid(v, "unknown table %u", in->b);
        return NULL;
    }
    const struct tn_table_def *table = &mod->tables[in->b];
    tn_valtype held = tn_type_canon(mod, table->type);
    if (!tn_mod_matches(v, held, TN_FUNCREF_TYPE)) {
        (void)tn_mod_mismatch(v, TN_FUNCREF_TYPE, held);
        return NULL;
    }
    const struct tn_type *type = func_type_at(v, in->a);
    if (type == NULL || !tn_mod_pop(v, tn_mod_address(table->limits.is_64)))
        return NULL;
    return type;
}

bool tn_mod_check_call_indirect(struct tn_validator *v,
                                const struct tn_instr *in)
{
    const struct tn_type *type = indirect_type(v, in);
    return type != NULL && call_type(v, type);
}

bool tn_mod_check_return_call_indirect(struct tn_validator *v,
                                       const struct tn_instr *in)
{
    const struct tn_type *type = indirect_type(v, in);
    return type != NULL && tail_call_type(v, type);
}

/* Takes the reference. */
static const struct tn_type *referenced_type(struct tn_validator *v,
                                             const struct tn_instr *in)
{
    const struct tn_type *type = func_type_at(v, in->a);
    if (type == NULL || !tn_mod_pop(v, TN_REF(TN_HEAP_DEFINED + type->id, 1)))
        return NULL;
    return type;
}

bool tn_mod_check_call_ref(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *type = referenced_type(v, in);
    return type != NULL && call_type(v, type);
}

bool tn_mod_check_return_call_ref(struct tn_validator *v,
                                  const struct tn_instr *in)
{
    const struct tn_type *type = referenced_type(v, in);
    return type != NULL && tail_call_type(v, type);
}
