/* access.c - memory, globals, and rows done by helpers. */
#include "ir/translate.h"

/* An address as the forms have it. */
struct where_at {
    enum tn_address shape;
    uint16_t a, b; /* slots */
    int32_t imm;
};

/* An address in memory 0: sums that were just computed are taken back and
 * become part of the access. i32 addresses wrap before the offset is added,
 * so the sum's constant stays apart from the offset. */
static struct where_at address_of(struct tn_translator *t, struct tn_entry *e,
                                  uint32_t offset)
{
    struct tn_last last = t->last;
    if (e->kind == TN_ENTRY_ACC && last.is_valid && last.at == e->at &&
        last.row == TN_ROW_i32_add) {
        tn_tr_take_back(t);
        switch (last.shape) {
        case TN_SHAPE_SS:
            return (struct where_at){TN_ADDRESS_SS, last.a, last.b, 0};
        case TN_SHAPE_AS:
            return (struct where_at){TN_ADDRESS_SA, last.b, 0, 0};
        case TN_SHAPE_SA:
            return (struct where_at){TN_ADDRESS_SA, last.a, 0, 0};
        case TN_SHAPE_SI:
            return (struct where_at){TN_ADDRESS_SI, last.a, 0,
                                     (int32_t)last.imm};
        default:
            return (struct where_at){TN_ADDRESS_AI, 0, 0, (int32_t)last.imm};
        }
    }
    char where = tn_tr_where(t, e);
    if (where == 'i' && (uint64_t)(uint32_t)e->imm + offset <= UINT32_MAX)
        return (struct where_at){TN_ADDRESS_K, 0, 0, (int32_t)(uint32_t)e->imm};
    if (where == 'i')
        where = tn_tr_to_slot(t, e);
    return (struct where_at){where == 'a' ? TN_ADDRESS_A : TN_ADDRESS_S,
                             e->slot, 0, 0};
}

static void put_address(uint8_t *code, const struct where_at *w,
                        uint32_t offset)
{
    bool is_constant = w->shape == TN_ADDRESS_K;
    tn_tr_put16(code, 6, w->a);
    tn_tr_put32(code, 8, is_constant ? offset + (uint32_t)w->imm : offset);
    if (w->shape == TN_ADDRESS_SS)
        tn_tr_put16(code, 12, w->b);
    if (w->shape == TN_ADDRESS_SI || w->shape == TN_ADDRESS_AI)
        tn_tr_put32(code, 12, (uint32_t)w->imm);
}

static bool is_memory0(const struct tn_translator *t, struct tn_memarg arg)
{
    return arg.memory == 0 && !t->mod->memories[0].limits.is_64;
}

/* Any memory, 64-bit address: a slot or the accumulator, nothing folded. */
static void put_any(uint8_t *code, struct tn_memarg arg, uint16_t slot)
{
    tn_tr_put16(code, 6, slot);
    tn_tr_put16(code, 8, arg.memory);
    tn_tr_put64(code, 12, arg.offset);
}

void tn_tr_load(struct tn_translator *t, enum tn_row row, struct tn_memarg arg)
{
    const struct tn_row_info *info = &tn_ir_rows[row];
    struct tn_entry e = tn_tr_pop(t);
    struct where_at w = {0};
    bool is_near = is_memory0(t, arg);
    if (is_near) {
        w = address_of(t, &e, (uint32_t)arg.offset);
    } else {
        char where = tn_tr_where(t, &e);
        if (where == 'i')
            where = tn_tr_to_slot(t, &e);
        w.shape = where == 'a' ? TN_ADDRESS_XA : TN_ADDRESS_XS;
    }
    struct tn_mirrors before = tn_tr_clobber(t, tn_tr_acc_of(info->result));
    enum tn_form form = (enum tn_form)(info->first + 2 * (unsigned)w.shape);
    uint32_t at = t->size;
    uint8_t *code = tn_tr_emit(t, form);
    if (is_near)
        put_address(code, &w, (uint32_t)arg.offset);
    else
        put_any(code, arg, e.slot);
    tn_tr_push_acc(t, info->result, at, form);
    t->last = (struct tn_last){
        .is_valid = true, .row = (uint16_t)row, .at = at, .before = before};
}

/* What a store stores: where it is, and in which row's terms. A float that is
 * not in its accumulator is stored as the integer of its bits. */
static char stored_value(struct tn_translator *t, enum tn_row *row,
                         struct tn_entry *value)
{
    char where = tn_tr_where(t, value);
    bool is_float = tn_ir_rows[*row].row_class == TN_CLASS_FSTORE;
    if (tn_ir_rows[*row].row_class == TN_CLASS_VSTORE)
        return where == 'a' ? 'q' : 's';
    if (is_float && where == 'a')
        return 'v';
    if (is_float)
        *row = (enum tn_row)tn_ir_rows[*row].negated;
    if (where == 'i' && *row == TN_ROW_i32_store)
        value->imm = (int32_t)(uint32_t)value->imm;
    if (where == 'i' && value->imm != (int32_t)value->imm)
        where = tn_tr_to_slot(t, value);
    return where;
}

static void store_any(struct tn_translator *t, enum tn_row row,
                      struct tn_memarg arg, struct tn_entry *address,
                      struct tn_entry *value, char from)
{
    char where = tn_tr_where(t, address);
    if (where == 'i')
        where = tn_tr_to_slot(t, address);
    if (from == 'i')
        from = tn_tr_to_slot(t, value);
    const struct tn_row_info *info = &tn_ir_rows[row];
    unsigned form =
        info->row_class == TN_CLASS_FSTORE ? info->first + 7u + (where == 'a')
        : info->row_class == TN_CLASS_VSTORE
            ? info->first + 14u + (where == 'a' ? 2u : 0u) + (from == 'q')
            : info->first + 21u + (where == 'a' ? 2u : 0u) + (from == 'a');
    uint8_t *code = tn_tr_emit(t, (enum tn_form)form);
    tn_tr_put16(code, 4, value->slot);
    put_any(code, arg, address->slot);
}

void tn_tr_store(struct tn_translator *t, enum tn_row row, struct tn_memarg arg)
{
    struct tn_entry value = tn_tr_pop(t), address = tn_tr_pop(t);
    char from = stored_value(t, &row, &value);
    if (from == 'a' && tn_tr_where(t, &address) == 'a') {
        /* Both equal the integer accumulator, or one does by a mirror. */
        if (value.kind != TN_ENTRY_ACC)
            from = 's';
        else if (address.kind != TN_ENTRY_ACC)
            tn_tr_forget(t, address.slot);
    }
    if (!is_memory0(t, arg)) {
        store_any(t, row, arg, &address, &value, from);
        return;
    }
    struct where_at w = address_of(t, &address, (uint32_t)arg.offset);
    const struct tn_row_info *info = &tn_ir_rows[row];
    unsigned form = info->first;
    if (info->row_class == TN_CLASS_FSTORE)
        form += (unsigned)w.shape;
    else if (info->row_class == TN_CLASS_VSTORE)
        form += 2 * (unsigned)w.shape + (from == 'q');
    else
        form += 3 * (unsigned)w.shape + (from == 's' ? 0 : from == 'a' ? 1 : 2);
    uint8_t *code = tn_tr_emit(t, (enum tn_form)form);
    put_address(code, &w, (uint32_t)arg.offset);
    if (from == 'i')
        tn_tr_put32(code, tn_ir_forms[form].size - 4u, (uint32_t)value.imm);
    else
        tn_tr_put16(code, 4, value.slot);
}

/* The address in a slot or the accumulator: the rows of lanes fold nothing. */
void tn_tr_access_lane(struct tn_translator *t, enum tn_row row,
                       const struct tn_instr *instr)
{
    const struct tn_row_info *info = &tn_ir_rows[row];
    bool is_near = is_memory0(t, instr->memarg);
    bool is_load = info->row_class != TN_CLASS_VSTORE_LANE;
    struct tn_entry vector = {0};
    if (info->row_class != TN_CLASS_VLOAD) {
        vector = tn_tr_pop(t);
        (void)tn_tr_to_slot(t, &vector);
    }
    struct tn_entry address = tn_tr_pop(t);
    char where = tn_tr_where(t, &address);
    if (where == 'i')
        where = tn_tr_to_slot(t, &address);
    if (is_load)
        (void)tn_tr_clobber(t, 1);
    unsigned shape = (is_near ? 0u : 2u) + (where == 'a' ? 1u : 0u);
    enum tn_form form =
        (enum tn_form)(info->first + (is_load ? 2 * shape : shape));
    uint32_t at = t->size;
    uint8_t *code = tn_tr_emit(t, form);
    if (is_near) {
        tn_tr_put16(code, 6, address.slot);
        tn_tr_put32(code, 8, (uint32_t)instr->memarg.offset);
    } else {
        put_any(code, instr->memarg, address.slot);
    }
    if (info->row_class == TN_CLASS_VLOAD_LANE) {
        tn_tr_put16(code, is_near ? 12 : 10, vector.slot);
        tn_tr_put16(code, is_near ? 14 : 20, instr->lane);
    } else if (!is_load) {
        tn_tr_put16(code, 4, vector.slot);
        tn_tr_put16(code, is_near ? 12 : 10, instr->lane);
    }
    if (!is_load)
        return;
    tn_tr_push_acc(t, TN_VT_V128, at, form);
    t->last =
        (struct tn_last){.is_valid = true, .row = (uint16_t)row, .at = at};
}

/* The forms of a global's type: integers, floats, vectors. */
static enum tn_form form_of_get(uint8_t vt, bool is_far)
{
    if (vt == TN_VT_V128)
        return is_far ? TN_FORM_far_getq_a : TN_FORM_global_getq_a;
    if (tn_tr_acc_of(vt) != 0)
        return is_far ? TN_FORM_far_getv_a : TN_FORM_global_getv_a;
    return is_far ? TN_FORM_far_get_a : TN_FORM_global_get_a;
}

static enum tn_form form_of_set(uint8_t vt, bool is_far, char where)
{
    if (vt == TN_VT_V128)
        return (enum tn_form)(
            (is_far ? TN_FORM_far_set_w : TN_FORM_global_set_w) +
            (where == 'a'));
    unsigned form = is_far ? TN_FORM_far_set_s : TN_FORM_global_set_s;
    form += where == 's' ? 0 : where == 'i' ? 3 : tn_tr_acc_of(vt) ? 2 : 1;
    return (enum tn_form)form;
}

void tn_tr_global_get(struct tn_translator *t, uint32_t global)
{
    const struct tn_mod *mod = t->mod;
    uint8_t vt = (uint8_t)tn_vt_of(mod->globals[global].type);
    int acc = tn_tr_acc_of(vt);
    bool is_far = t->global_slots[global] == TN_NONE;
    enum tn_form form = form_of_get(vt, is_far);
    (void)tn_tr_clobber(t, acc);
    uint32_t at = t->size;
    tn_tr_put32(tn_tr_emit(t, form), 8,
                is_far ? global : t->global_slots[global]);
    tn_tr_push_acc(t, vt, at, form);
    t->last = (struct tn_last){.is_valid = true, .at = at};
}

void tn_tr_global_set(struct tn_translator *t, uint32_t global)
{
    struct tn_entry value = tn_tr_pop(t);
    char where = tn_tr_where(t, &value);
    if (where == 'i' &&
        (value.imm != (int32_t)value.imm || tn_tr_acc_of(value.vt) ||
         (value.vt == TN_VT_I32 && value.imm < 0)))
        where = tn_tr_to_slot(t, &value);
    bool is_far = t->global_slots[global] == TN_NONE;
    uint8_t *code = tn_tr_emit(t, form_of_set(value.vt, is_far, where));
    tn_tr_put16(code, 4, value.slot);
    tn_tr_put32(code, 8, is_far ? global : t->global_slots[global]);
    if (where == 'i')
        tn_tr_put32(code, 12, (uint32_t)value.imm);
}

static tn_valtype address_type(const struct tn_limits *limits)
{
    return limits->is_64 ? TN_VT_I64 : TN_VT_I32;
}

static struct tn_help_shape help_shape_of(const struct tn_mod *mod,
                                          const struct tn_instr *instr)
{
    if (instr->op >= TN_OP_struct_new && instr->op <= TN_OP_i31_get_u)
        return tn_tr_object_shape(mod, instr);
    switch (instr->op) {
    case TN_OP_memory_size:
        return (struct tn_help_shape){
            0, address_type(&mod->memories[instr->a].limits)};
    case TN_OP_memory_grow:
        return (struct tn_help_shape){
            1, address_type(&mod->memories[instr->a].limits)};
    case TN_OP_table_size:
        return (struct tn_help_shape){
            0, address_type(&mod->tables[instr->a].limits)};
    case TN_OP_table_grow:
        return (struct tn_help_shape){
            2, address_type(&mod->tables[instr->a].limits)};
    case TN_OP_table_get:
        return (struct tn_help_shape){1, mod->tables[instr->a].type};
    case TN_OP_ref_func:
        return (struct tn_help_shape){0, TN_FUNCREF_TYPE};
    case TN_OP_table_set:
        return (struct tn_help_shape){2, TN_VT_NONE};
    case TN_OP_data_drop:
    case TN_OP_elem_drop:
        return (struct tn_help_shape){0, TN_VT_NONE};
    default: /* fill, copy, init */
        return (struct tn_help_shape){3, TN_VT_NONE};
    }
}

void tn_tr_help(struct tn_translator *t, const struct tn_instr *instr)
{
    enum tn_row row = tn_ir_row_of(instr->op);
    struct tn_help_shape shape = help_shape_of(t->mod, instr);
    bool is_safe = tn_ir_rows[row].row_class == TN_CLASS_SAFE;
    uint32_t first = t->sp - shape.operands;
    uint16_t top = tn_tr_next_home(t);
    tn_tr_settle(t, first);
    tn_tr_spill_both(t);
    if (is_safe)
        tn_tr_safepoint(t); /* with the operands */
    tn_tr_drop_to(t, first);
    uint16_t slot = tn_tr_next_home(t);
    uint8_t *code = tn_tr_emit(t, (enum tn_form)tn_ir_rows[row].first);
    tn_tr_put16(code, 4, slot);
    tn_tr_put16(code, 6, is_safe ? top : 0);
    tn_tr_put32(code, 8, instr->a);
    tn_tr_put32(code, 12, instr->b);
    tn_tr_kill(t);
    if (shape.result != TN_VT_NONE)
        tn_tr_push_slot(t, (uint8_t)tn_vt_of(shape.result));
}
