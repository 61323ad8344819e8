/* translate.c - a function's body, instruction by instruction. */
#include "ir/translate.h"

/* ---------------------------------------------------------------- frame */

/* parameters | header | context slot | other locals | operand stack. Whether
 * a function calls into other instances is known only at its end, so each has
 * a context slot whose module can do so. */
static bool lay_out(struct tn_translator *t)
{
    const struct tn_mod *mod = t->mod;
    const struct tn_type_def *type = t->type;
    uint32_t slot = 0, results = 0;
    for (uint32_t i = 0; i < type->param_count; i++) {
        t->local_vts[i] = (uint8_t)tn_vt_of(type->params[i]);
        t->local_slots[i] = (uint16_t)slot;
        slot += tn_slots_of(type->params[i]);
    }
    for (uint32_t i = 0; i < type->result_count; i++)
        results += tn_slots_of(type->results[i]);
    slot = slot > results ? slot : results;
    t->header = (uint16_t)slot;
    slot += TN_HEADER_SLOTS;
    t->context_slot = (uint16_t)slot;
    if (mod->func_import_count > 0 || mod->table_count > 0)
        slot++;
    const struct tn_body *body =
        &mod->bodies[t->func_index - mod->func_import_count];
    struct tn_cursor c = {mod->bytes, mod->bytes + body->range.offset,
                          mod->bytes + body->code.offset, NULL, false};
    uint32_t local = type->param_count;
    for (uint32_t runs = tn_cursor_u32(&c); runs > 0; runs--) {
        uint32_t n = tn_cursor_u32(&c);
        tn_valtype vt = tn_read_valtype(&c);
        for (; n > 0 && slot <= UINT16_MAX; n--) {
            t->local_vts[local] = (uint8_t)tn_vt_of(vt);
            t->local_slots[local++] = (uint16_t)slot;
            slot += tn_slots_of(vt);
        }
    }
    t->stack_base = (uint16_t)slot;
    return slot + body->max_slots <= UINT16_MAX;
}

static tn_status begin(struct tn_translator *t, uint32_t func_index,
                       tn_error *err)
{
    const struct tn_mod *mod = t->mod;
    const struct tn_body *body =
        &mod->bodies[func_index - mod->func_import_count];
    t->func_index = func_index;
    t->type = tn_mod_func_type(mod, func_index);
    t->local_count = t->type->param_count + body->local_count;
    size_t n = (size_t)t->local_count + 1;
    t->local_slots = TN_NEW_ARRAY(t->scratch, uint16_t, n);
    t->local_vts = TN_NEW_ARRAY(t->scratch, uint8_t, n);
    t->is_assigned = TN_NEW_ARRAY(t->scratch, uint8_t, n);
    t->pending = TN_NEW_ARRAY(t->scratch, uint32_t, n);
    t->assigned = TN_NEW_ARRAY(t->scratch, uint32_t, n);
    t->entries =
        TN_NEW_ARRAY(t->scratch, struct tn_entry, (size_t)body->max_slots + 8);
    if (t->entries == NULL || t->assigned == NULL || t->pending == NULL ||
        t->is_assigned == NULL || t->local_vts == NULL ||
        t->local_slots == NULL)
        return tn_no_memory(err);
    if (!lay_out(t))
        return tn_fail(err, TN_E_LIMIT, body->range.offset,
                       "function %u needs more than 65,535 slots", func_index);
    t->zero_from = UINT32_MAX;
    t->zero_to = 0;
    if (!tn_tr_live_begin(t))
        return tn_no_memory(err);
    t->acc_entry[0] = t->acc_entry[1] = -1;
    t->last_move = TN_NONE;
    tn_tr_kill(t);
    return TN_OK;
}

/* --------------------------------------------------------- instructions */

/* After these nothing is reached until the block's `else` or `end`. */
static bool ends_path(enum tn_opcode op)
{
    switch (op) {
    case TN_OP_unreachable:
    case TN_OP_br:
    case TN_OP_br_table:
    case TN_OP_return_:
    case TN_OP_return_call:
    case TN_OP_return_call_indirect:
    case TN_OP_return_call_ref:
    case TN_OP_throw:
    case TN_OP_throw_ref:
    case TN_OP_rethrow:
        return true;
    default:
        return false;
    }
}

static void by_row(struct tn_translator *t, const struct tn_instr *instr)
{
    enum tn_row row = tn_ir_row_of(instr->op);
    switch ((enum tn_row_class)tn_ir_rows[row].row_class) {
    case TN_CLASS_IBIN:
    case TN_CLASS_ICMP:
    case TN_CLASS_FBIN:
    case TN_CLASS_FCMP:
        tn_tr_binary(t, row);
        break;
    case TN_CLASS_UN:
        tn_tr_unary(t, row);
        break;
    case TN_CLASS_LOAD:
        tn_tr_load(t, row, instr->memarg);
        break;
    case TN_CLASS_STORE:
    case TN_CLASS_FSTORE:
    case TN_CLASS_VSTORE:
        tn_tr_store(t, row, instr->memarg);
        break;
    case TN_CLASS_HELP:
    case TN_CLASS_SAFE:
        tn_tr_help(t, instr);
        break;
    case TN_CLASS_ATOMIC:
        tn_tr_atomic(t, row, instr->memarg);
        break;
    case TN_CLASS_PARK:
        tn_tr_park(t, row, instr->memarg);
        break;
    case TN_CLASS_WIDE:
        tn_tr_wide(t, row);
        break;
    case TN_CLASS_VCOM:
    case TN_CLASS_VBIN:
    case TN_CLASS_VSHIFT:
    case TN_CLASS_VEXTRACT:
    case TN_CLASS_VREPLACE:
    case TN_CLASS_VTERN:
    case TN_CLASS_VSHUFFLE:
        tn_tr_vector(t, row, instr);
        break;
    case TN_CLASS_VLOAD:
    case TN_CLASS_VLOAD_LANE:
    case TN_CLASS_VSTORE_LANE:
        tn_tr_access_lane(t, row, instr);
        break;
    case TN_CLASS_NONE:
        break;
    }
    if (t->flavour.is_deterministic)
        tn_tr_canonicalize(t, instr->op);
}

/* Instructions on references that are no rows by themselves. */
static void on_references(struct tn_translator *t, const struct tn_instr *instr)
{
    switch (instr->op) {
    case TN_OP_ref_null:
        tn_tr_push_imm(t, TN_VT_REF, 0);
        break;
    case TN_OP_ref_is_null:
        tn_tr_eqz(t, TN_ROW_i64_eq);
        break;
    case TN_OP_ref_eq:
        tn_tr_binary(t, TN_ROW_i64_eq);
        break;
    case TN_OP_struct_get:
    case TN_OP_struct_get_s:
    case TN_OP_struct_get_u:
        tn_tr_struct_get(t, instr);
        break;
    case TN_OP_struct_set:
        tn_tr_struct_set(t, instr);
        break;
    case TN_OP_array_get:
    case TN_OP_array_get_s:
    case TN_OP_array_get_u:
        tn_tr_array_get(t, instr);
        break;
    case TN_OP_array_set:
        tn_tr_array_set(t, instr);
        break;
    case TN_OP_ref_test:
    case TN_OP_ref_test_null:
    case TN_OP_ref_cast:
    case TN_OP_ref_cast_null:
        tn_tr_test(t, instr);
        break;
    default:
        by_row(t, instr);
        break;
    }
}

static void plain(struct tn_translator *t, const struct tn_instr *instr)
{
    switch (instr->op) {
    case TN_OP_nop:
        break;
    case TN_OP_drop:
        (void)tn_tr_pop(t);
        break;
    case TN_OP_select:
    case TN_OP_select_t:
        tn_tr_select(t);
        break;
    case TN_OP_local_get:
        tn_tr_local_get(t, instr->a);
        break;
    case TN_OP_local_set:
        tn_tr_local_set(t, instr->a, false);
        break;
    case TN_OP_local_tee:
        tn_tr_local_set(t, instr->a, true);
        break;
    case TN_OP_global_get:
        tn_tr_global_get(t, instr->a);
        break;
    case TN_OP_global_set:
        tn_tr_global_set(t, instr->a);
        break;
    case TN_OP_i32_const:
        tn_tr_push_imm(t, TN_VT_I32, (int32_t)instr->of.i);
        break;
    case TN_OP_i64_const:
        tn_tr_push_imm(t, TN_VT_I64, instr->of.i);
        break;
    case TN_OP_f32_const:
        tn_tr_push_imm(t, TN_VT_F32, (int64_t)instr->of.bits);
        break;
    case TN_OP_f64_const:
        tn_tr_push_imm(t, TN_VT_F64, (int64_t)instr->of.bits);
        break;
    case TN_OP_v128_const:
        tn_tr_v128_const(t, instr->of.v128);
        break;
    case TN_OP_ref_null:
        tn_tr_push_imm(t, TN_VT_REF, 0);
        break;
    case TN_OP_ref_is_null:
        tn_tr_eqz(t, TN_ROW_i64_eq);
        break;
    case TN_OP_atomic_fence:
        (void)tn_tr_emit(t, TN_FORM_fence);
        break;
    case TN_OP_i32_eqz:
        tn_tr_eqz(t, TN_ROW_i32_eq);
        break;
    case TN_OP_i64_eqz:
        tn_tr_eqz(t, TN_ROW_i64_eq);
        break;
    default:
        on_references(t, instr);
        break;
    }
}

static void exceptional(struct tn_translator *t, const struct tn_instr *instr)
{
    switch (instr->op) {
    case TN_OP_throw:
        tn_tr_throw(t, instr->a);
        break;
    case TN_OP_throw_ref:
        tn_tr_throw_ref(t);
        break;
    case TN_OP_rethrow:
        tn_tr_rethrow(t, instr->a);
        break;
    case TN_OP_try_table:
    case TN_OP_try:
        tn_tr_try(t, instr);
        break;
    default:
        plain(t, instr);
        break;
    }
}

static void control(struct tn_translator *t, const struct tn_instr *instr)
{
    switch (instr->op) {
    case TN_OP_unreachable:
        (void)tn_tr_emit(t, TN_FORM_unreachable);
        break;
    case TN_OP_block:
        tn_tr_block(t, TN_BLOCK_PLAIN, &instr->block);
        break;
    case TN_OP_loop:
        tn_tr_block(t, TN_BLOCK_LOOP, &instr->block);
        break;
    case TN_OP_if_:
        tn_tr_block(t, TN_BLOCK_IF, &instr->block);
        break;
    case TN_OP_br:
        tn_tr_br(t, instr->a);
        break;
    case TN_OP_br_if:
        tn_tr_br_if(t, instr->a);
        break;
    case TN_OP_br_table:
        tn_tr_br_table(t, instr);
        break;
    case TN_OP_return_:
        tn_tr_return(t);
        break;
    case TN_OP_call:
        tn_tr_call(t, instr->a, false);
        break;
    case TN_OP_return_call:
        tn_tr_call(t, instr->a, true);
        break;
    case TN_OP_call_indirect:
        tn_tr_call_indirect(t, instr->a, instr->b, false);
        break;
    case TN_OP_return_call_indirect:
        tn_tr_call_indirect(t, instr->a, instr->b, true);
        break;
    case TN_OP_call_ref:
        tn_tr_call_ref(t, instr->a, false);
        break;
    case TN_OP_return_call_ref:
        tn_tr_call_ref(t, instr->a, true);
        break;
    case TN_OP_br_on_null:
        tn_tr_br_on_null(t, instr->a);
        break;
    case TN_OP_br_on_non_null:
        tn_tr_br_on_non_null(t, instr->a);
        break;
    case TN_OP_br_on_cast:
    case TN_OP_br_on_cast_fail:
        tn_tr_br_on_cast(t, instr);
        break;
    default:
        exceptional(t, instr);
        break;
    }
}

/* `else`, `end` and their like, which close the arm or block at hand; false if
 * the instruction is none of these. */
static bool close_arm(struct tn_translator *t, const struct tn_instr *instr,
                      bool is_dead)
{
    switch (instr->op) {
    case TN_OP_else_:
        tn_tr_else(t, is_dead);
        return true;
    case TN_OP_end:
        tn_tr_end(t, is_dead);
        return true;
    case TN_OP_catch:
        tn_tr_catch(t, instr->a, is_dead);
        return true;
    case TN_OP_catch_all:
        tn_tr_catch(t, TN_NONE, is_dead);
        return true;
    case TN_OP_delegate:
        tn_tr_delegate(t, instr->a, is_dead);
        return true;
    default:
        return false;
    }
}

/* Skips to what closes the arm at hand. */
static void skip_dead(struct tn_translator *t, struct tn_cursor *c)
{
    uint32_t depth = 0;
    struct tn_instr instr;
    while (tn_instr_read(c, &instr)) {
        if (depth == 0 && close_arm(t, &instr, true))
            return;
        switch (instr.op) {
        case TN_OP_block:
        case TN_OP_loop:
        case TN_OP_if_:
        case TN_OP_try:
        case TN_OP_try_table:
            depth++;
            break;
        case TN_OP_end:
        case TN_OP_delegate:
            depth--;
            break;
        default:
            break;
        }
    }
}

static void translate_body(struct tn_translator *t)
{
    const struct tn_mod *mod = t->mod;
    const struct tn_body *body =
        &mod->bodies[t->func_index - mod->func_import_count];
    const uint8_t *start = mod->bytes + body->code.offset;
    struct tn_cursor c = {mod->bytes, start, start + body->code.size, NULL,
                          false};
    struct tn_instr instr;
    while (t->blocks.count > 0 && !t->failed && tn_instr_read(&c, &instr)) {
        t->offset = (uint32_t)(instr.at - mod->bytes);
        if (close_arm(t, &instr, false))
            continue;
        control(t, &instr);
        if (ends_path(instr.op))
            skip_dead(t, &c);
    }
}

/* The first instruction zeroes the locals that need it; most functions have
 * none, and begin behind it. */
static void write_zeroing(struct tn_translator *t)
{
    if (t->failed || t->zero_to <= t->zero_from)
        return;
    uint32_t n = t->zero_to - t->zero_from;
    tn_tr_set_form(t, 0, n == 1 ? TN_FORM_zero1 : TN_FORM_zero);
    tn_tr_put16(t->code, 4, t->zero_from);
    tn_tr_put16(t->code, 6, n);
}

tn_status tn_tr_function(struct tn_translator *t, uint32_t func_index,
                         tn_error *err)
{
    TN_TRY(begin(t, func_index, err));
    struct tn_block body = {.kind = TN_BLOCK_BODY,
                            .base = t->stack_base,
                            .fixups = TN_NONE,
                            .else_fixup = TN_NONE,
                            .stub_of = TN_NONE,
                            .clauses = TN_NONE};
    if (!tn_tr_open_code(t) || !TN_VEC_PUSH(&t->blocks, t->alloc, body))
        return tn_no_memory(err);
    (void)tn_tr_emit(t, TN_FORM_zero);
    if (t->flavour.is_traced)
        tn_tr_put32(tn_tr_emit(t, TN_FORM_trace_enter), 4, func_index);
    t->last.is_valid = false;
    translate_body(t);
    write_zeroing(t);
    return t->failed ? tn_no_memory(err) : TN_OK;
}

void tn_tr_clear(struct tn_translator *t)
{
    TN_VEC_CLEAR(&t->blocks, t->alloc);
    TN_VEC_CLEAR(&t->fixups, t->alloc);
    TN_VEC_CLEAR(&t->marks, t->alloc);
    TN_VEC_CLEAR(&t->live_nodes, t->alloc);
    TN_VEC_CLEAR(&t->live_points, t->alloc);
    TN_VEC_CLEAR(&t->clauses, t->alloc);
    tn_alloc_free(t->alloc, t->code, t->cap);
    t->code = NULL;
    t->size = t->cap = 0;
}
