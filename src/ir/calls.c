/* calls.c - calls.
 *
 * Arguments stay where the operand stack has them; they are the callee's
 * first slots. Both accumulators are dead across a call, and a single result
 * comes back in its accumulator as well as in its slot. */
#include "ir/translate.h"

static uint32_t type_slots(const tn_valtype *types, uint32_t count)
{
    uint32_t slots = 0;
    for (uint32_t i = 0; i < count; i++)
        slots += tn_slots_of(types[i]);
    return slots;
}

static uint32_t header_of(const struct tn_type_def *type)
{
    uint32_t params = type_slots(type->params, type->param_count);
    uint32_t results = type_slots(type->results, type->result_count);
    return params > results ? params : results;
}

/* Takes the arguments off; they are in their slots, from the one returned.
 * What is left is live during the call: arguments belong to the callee. */
static uint16_t take_args(struct tn_translator *t,
                          const struct tn_type_def *type)
{
    uint32_t first = t->sp - type->param_count;
    tn_tr_settle(t, first);
    tn_tr_drop_to(t, first);
    tn_tr_spill_both(t);
    tn_tr_safepoint(t);
    return tn_tr_next_home(t);
}

static void push_results(struct tn_translator *t,
                         const struct tn_type_def *type)
{
    tn_tr_kill(t);
    uint16_t slot = tn_tr_next_home(t);
    for (uint32_t i = 0; i < type->result_count; i++)
        tn_tr_push_slot(t, (uint8_t)tn_vt_of(type->results[i]));
    if (type->result_count == 1 && type->results[0] != TN_VT_V128)
        tn_tr_mirror(t, tn_tr_acc_of((uint8_t)tn_vt_of(type->results[0])),
                     slot);
}

static void emit_xrest(struct tn_translator *t)
{
    tn_tr_put16(tn_tr_emit(t, TN_FORM_xrest), 4, t->context_slot);
}

/* The fields that all tail calls begin with. */
static void put_tail(struct tn_translator *t, uint8_t *code, uint16_t args,
                     const struct tn_type_def *type)
{
    tn_tr_put16(code, 4, args);
    tn_tr_put16(code, 6, type_slots(type->params, type->param_count));
    tn_tr_put16(code, 8, t->header);
    tn_tr_put16(code, 10, header_of(type));
}

static uint32_t result_slots(const struct tn_type_def *type)
{
    return type_slots(type->results, type->result_count);
}

static void emit_tail_call(struct tn_translator *t, uint32_t func,
                           const struct tn_type_def *type, uint16_t args)
{
    bool is_import = func < t->mod->func_import_count;
    uint8_t *code =
        tn_tr_emit(t, is_import ? TN_FORM_tail_import : TN_FORM_tail_call);
    put_tail(t, code, args, type);
    tn_tr_put32(code, is_import ? 12 : 16, func);
    if (is_import)
        tn_tr_put16(code, 16, result_slots(type));
}

void tn_tr_call(struct tn_translator *t, uint32_t func, bool is_tail)
{
    if (t->aliases != NULL && func < t->mod->func_import_count &&
        t->aliases[func] != TN_NONE)
        func = t->aliases[func];
    const struct tn_type_def *type = tn_mod_func_type(t->mod, func);
    uint16_t args = take_args(t, type);
    if (is_tail) {
        emit_tail_call(t, func, type, args);
        return;
    }
    bool is_import = func < t->mod->func_import_count;
    uint8_t *code =
        tn_tr_emit(t, is_import ? TN_FORM_call_import : TN_FORM_call);
    tn_tr_put16(code, 4, args);
    tn_tr_put16(code, 6, header_of(type));
    tn_tr_put32(code, is_import ? 8 : 12, func);
    if (is_import) {
        tn_tr_put16(code, 12, t->context_slot);
        emit_xrest(t);
    }
    push_results(t, type);
}

void tn_tr_call_indirect(struct tn_translator *t, uint32_t type_index,
                         uint32_t table, bool is_tail)
{
    const struct tn_type_def *type = &t->mod->type_defs[type_index];
    uint32_t type_id = t->mod->types[type_index]->id;
    struct tn_entry index = tn_tr_pop(t);
    char where = tn_tr_where(t, &index);
    if (where == 'i')
        where = tn_tr_to_slot(t, &index);
    /* Settling the arguments reads the accumulators and does not change them. */
    uint16_t args = take_args(t, type);
    uint32_t far = where == 'a' ? 1 : 0;
    if (is_tail) {
        uint8_t *code =
            tn_tr_emit(t, (enum tn_form)(TN_FORM_tail_indirect_s + far));
        put_tail(t, code, args, type);
        tn_tr_put32(code, 12, type_id);
        tn_tr_put32(code, 16, type_index);
        tn_tr_put32(code, 20, table);
        tn_tr_put16(code, 24, index.slot);
        tn_tr_put16(code, 26, result_slots(type));
        return;
    }
    uint8_t *code =
        tn_tr_emit(t, (enum tn_form)(TN_FORM_call_indirect_s + far));
    tn_tr_put16(code, 4, args);
    tn_tr_put16(code, 6, header_of(type));
    tn_tr_put32(code, 8, type_id);
    tn_tr_put32(code, 12, type_index);
    tn_tr_put32(code, 16, table);
    tn_tr_put16(code, 20, index.slot);
    tn_tr_put16(code, 22, t->context_slot);
    emit_xrest(t);
    push_results(t, type);
}

void tn_tr_call_ref(struct tn_translator *t, uint32_t type_index, bool is_tail)
{
    const struct tn_type_def *type = &t->mod->type_defs[type_index];
    struct tn_entry func = tn_tr_pop(t);
    char where = tn_tr_where(t, &func);
    if (where == 'i')
        where = tn_tr_to_slot(t, &func);
    uint16_t args = take_args(t, type);
    uint32_t far = where == 'a' ? 1 : 0;
    if (is_tail) {
        uint8_t *code = tn_tr_emit(t, (enum tn_form)(TN_FORM_tail_ref_s + far));
        put_tail(t, code, args, type);
        tn_tr_put16(code, 12, func.slot);
        tn_tr_put16(code, 14, result_slots(type));
        return;
    }
    uint8_t *code = tn_tr_emit(t, (enum tn_form)(TN_FORM_call_ref_s + far));
    tn_tr_put16(code, 4, args);
    tn_tr_put16(code, 6, header_of(type));
    tn_tr_put32(code, 8, type_index);
    tn_tr_put16(code, 12, func.slot);
    tn_tr_put16(code, 14, t->context_slot);
    emit_xrest(t);
    push_results(t, type);
}
