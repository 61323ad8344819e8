/* refs.c - references, and the objects that they lead to.
 *
 * Fields and elements are read and written as in access.c, but for what an
 * address is: a field's is an object and a constant, an element's an array and
 * an index. */
#include "ir/translate.h"

/* ------------------------------------------------------- fields, elements */

/* The first form of each group of a storage type, by enum tn_vt. */
struct storage_forms {
    uint16_t get, elem; /* and, of packed types, sign-extended: */
    uint16_t get_s, elem_s;
    uint16_t put, set;     /* the value as an integer */
    uint16_t put_v, set_v; /* the value in the float accumulator, or 0 */
    /* Of vectors, a pair of each: object or index in a slot, in the
     * accumulator; put and set take the value from its slots. */
};

/* clang-format off */
#define READS(n)  .get = TN_FORM_get_##n##_s_a, .elem = TN_FORM_elem_##n##_ss_a
#define SIGNED(n) .get_s = TN_FORM_get_##n##_s_a, .elem_s = TN_FORM_elem_##n##_ss_a
#define WRITES(n) .put = TN_FORM_put_##n##_s_s, .set = TN_FORM_set_##n##_s_s
#define FLOATS(n) .put_v = TN_FORM_put_##n##_s_v, .set_v = TN_FORM_set_##n##_s_v
static const struct storage_forms storage_forms[] = {
    [TN_VT_I8]  = {READS(u8), SIGNED(s8), WRITES(8)},
    [TN_VT_I16] = {READS(u16), SIGNED(s16), WRITES(16)},
    [TN_VT_I32] = {READS(32), WRITES(32)},
    [TN_VT_I64] = {READS(64), WRITES(64)},
    [TN_VT_REF] = {READS(64), WRITES(64)},
    [TN_VT_F32] = {READS(f32), WRITES(32), FLOATS(f32)},
    [TN_VT_F64] = {READS(f64), WRITES(64), FLOATS(f64)},
    [TN_VT_V128] = {READS(128), WRITES(128), FLOATS(128)},
};
#undef READS
#undef SIGNED
#undef WRITES
#undef FLOATS
/* clang-format on */

/* Of a value that was read from a field or element of this type. */
static uint8_t unpacked(tn_valtype storage)
{
    enum tn_vt vt = tn_vt_of(storage);
    return (uint8_t)(vt == TN_VT_I8 || vt == TN_VT_I16 ? TN_VT_I32 : vt);
}

/* 's' or 'a'; constants go to their slots. */
static char in_register(struct tn_translator *t, struct tn_entry *e)
{
    char where = tn_tr_where(t, e);
    if (where == 'i')
        where = tn_tr_to_slot(t, e);
    return where;
}

static uint8_t *begin_read(struct tn_translator *t, unsigned form,
                           tn_valtype storage)
{
    uint8_t vt = unpacked(storage);
    (void)tn_tr_clobber(t, tn_tr_acc_of(vt));
    uint32_t at = t->size;
    uint8_t *code = tn_tr_emit(t, (enum tn_form)form);
    tn_tr_push_acc(t, vt, at, (enum tn_form)form);
    t->last = (struct tn_last){.is_valid = true, .at = at};
    return code;
}

void tn_tr_struct_get(struct tn_translator *t, const struct tn_instr *instr)
{
    const struct tn_field *field = &t->mod->types[instr->a]->fields[instr->b];
    const struct storage_forms *forms = &storage_forms[tn_vt_of(field->type)];
    struct tn_entry object = tn_tr_pop(t);
    char where = in_register(t, &object);
    unsigned form = instr->op == TN_OP_struct_get_s ? forms->get_s : forms->get;
    uint8_t *code = begin_read(t, form + (where == 'a' ? 2 : 0), field->type);
    tn_tr_put16(code, 6, object.slot);
    tn_tr_put32(code, 8, field->offset);
}

void tn_tr_array_get(struct tn_translator *t, const struct tn_instr *instr)
{
    tn_valtype storage = t->mod->types[instr->a]->fields[0].type;
    const struct storage_forms *forms = &storage_forms[tn_vt_of(storage)];
    struct tn_entry index = tn_tr_pop(t), array = tn_tr_pop(t);
    char at = in_register(t, &index), where = in_register(t, &array);
    if (at == 'a' && where == 'a') {
        /* One of them is mirrored, and so has a slot. */
        if (index.kind != TN_ENTRY_ACC)
            at = 's';
        else
            where = 's';
    }
    unsigned form =
        instr->op == TN_OP_array_get_s ? forms->elem_s : forms->elem;
    form += where == 'a' ? 2 : at == 'a' ? 4 : 0;
    uint8_t *code = begin_read(t, form, storage);
    tn_tr_put16(code, 6, array.slot);
    tn_tr_put16(code, 8, index.slot);
}

/* Where the value of a write is: 's', 'a', 'i', or 'v' for the float
 * accumulator. */
static char written_value(struct tn_translator *t, struct tn_entry *value)
{
    char where = tn_tr_where(t, value);
    if (where == 'a')
        return tn_tr_acc_of(value->vt) ? 'v' : 'a';
    if (where == 'i' && value->vt == TN_VT_F32)
        value->imm = (int32_t)(uint32_t)value->imm;
    if (where == 'i' && value->imm != (int32_t)value->imm)
        return tn_tr_to_slot(t, value);
    return where;
}

/* A write's form: `place` is what may be in the integer accumulator beside
 * the value: the object, or the index. At most one of them is. */
static unsigned write_form(struct tn_translator *t, unsigned integers,
                           unsigned floats, struct tn_entry *place,
                           struct tn_entry *value)
{
    char from = written_value(t, value), where = in_register(t, place);
    if (from == 'v' || value->vt == TN_VT_V128)
        return (from == 'v' ? floats : integers) + (where == 'a' ? 1 : 0);
    if (from == 'a' && where == 'a') {
        if (value->kind != TN_ENTRY_ACC)
            from = 's';
        else
            where = 's';
    }
    unsigned shape = from == 's' ? 0 : from == 'a' ? 1 : 2;
    if (where == 'a')
        shape = from == 's' ? 3 : 4;
    return integers + shape;
}

static uint8_t *emit_write(struct tn_translator *t, unsigned form,
                           const struct tn_entry *value)
{
    uint8_t *code = tn_tr_emit(t, (enum tn_form)form);
    if (tn_ir_forms[form].size > 12)
        tn_tr_put32(code, 12, (uint32_t)value->imm);
    else
        tn_tr_put16(code, 4, value->slot);
    return code;
}

void tn_tr_struct_set(struct tn_translator *t, const struct tn_instr *instr)
{
    const struct tn_field *field = &t->mod->types[instr->a]->fields[instr->b];
    const struct storage_forms *forms = &storage_forms[tn_vt_of(field->type)];
    struct tn_entry value = tn_tr_pop(t), object = tn_tr_pop(t);
    unsigned form = write_form(t, forms->put, forms->put_v, &object, &value);
    uint8_t *code = emit_write(t, form, &value);
    tn_tr_put16(code, 6, object.slot);
    tn_tr_put32(code, 8, field->offset);
}

void tn_tr_array_set(struct tn_translator *t, const struct tn_instr *instr)
{
    tn_valtype storage = t->mod->types[instr->a]->fields[0].type;
    const struct storage_forms *forms = &storage_forms[tn_vt_of(storage)];
    struct tn_entry value = tn_tr_pop(t), index = tn_tr_pop(t),
                    array = tn_tr_pop(t);
    (void)tn_tr_to_slot(t, &array);
    unsigned form = write_form(t, forms->set, forms->set_v, &index, &value);
    uint8_t *code = emit_write(t, form, &value);
    tn_tr_put16(code, 6, array.slot);
    tn_tr_put16(code, 8, index.slot);
}

/* --------------------------------------------------------------- helpers */

struct tn_help_shape tn_tr_object_shape(const struct tn_mod *mod,
                                        const struct tn_instr *instr)
{
    const tn_valtype object = TN_REF(TN_HEAP_ANY, 0);
    switch (instr->op) {
    case TN_OP_struct_new:
        return (struct tn_help_shape){mod->types[instr->a]->field_count,
                                      object};
    case TN_OP_array_new_fixed:
        return (struct tn_help_shape){instr->b, object};
    case TN_OP_struct_new_default:
        return (struct tn_help_shape){0, object};
    case TN_OP_array_new_default:
    case TN_OP_any_convert_extern:
        return (struct tn_help_shape){1, object};
    case TN_OP_array_copy:
        return (struct tn_help_shape){5, TN_VT_NONE};
    case TN_OP_array_fill:
    case TN_OP_array_init_data:
    case TN_OP_array_init_elem:
        return (struct tn_help_shape){4, TN_VT_NONE};
    default: /* array.new, array.new_data, array.new_elem */
        return (struct tn_help_shape){2, object};
    }
}

/* ----------------------------------------------------------------- types */

/* How handlers ask for a type: the first form of its group. */
struct tn_ref_test tn_tr_test_of(const struct tn_mod *mod, tn_valtype target)
{
    uint32_t heap = tn_heap_of(target);
    struct tn_ref_test test = {.first = TN_FORM_is_heap_s_a,
                               .id = tn_type_canon(mod, target),
                               .is_nullable = tn_is_nullable(target)};
    if (heap == TN_HEAP_I31)
        test.first = TN_FORM_is_i31_s_a;
    if (heap < TN_HEAP_DEFINED)
        return test;
    const struct tn_type *type = mod->types[heap - TN_HEAP_DEFINED];
    if (type->comp == TN_COMP_FUNC)
        return test;
    test.first = type->is_final ? TN_FORM_is_exact_s_a : TN_FORM_is_sub_s_a;
    test.id = type->id;
    test.depth = (uint16_t)type->depth;
    return test;
}

/* ref.test and ref.cast: an i32, or the reference itself. */
void tn_tr_test(struct tn_translator *t, const struct tn_instr *instr)
{
    bool is_cast =
        instr->op == TN_OP_ref_cast || instr->op == TN_OP_ref_cast_null;
    bool is_nullable =
        instr->op == TN_OP_ref_test_null || instr->op == TN_OP_ref_cast_null;
    struct tn_ref_test test =
        tn_tr_test_of(t->mod, TN_REF(instr->of.heap, is_nullable));
    struct tn_entry ref = tn_tr_pop(t);
    char where = in_register(t, &ref);
    unsigned form = test.first + (is_cast ? 4u : 0) + (where == 'a' ? 2 : 0);
    uint8_t *code = begin_read(t, form, is_cast ? TN_VT_REF : TN_VT_I32);
    tn_tr_put16(code, 6, ref.slot);
    tn_tr_put32(code, 8, test.id);
    tn_tr_put16(code, 12, test.depth);
    tn_tr_put16(code, 14, test.is_nullable);
}

void tn_tr_br_on_cast(struct tn_translator *t, const struct tn_instr *instr)
{
    struct tn_ref_test test = tn_tr_test_of(t->mod, instr->of.cast[1]);
    tn_tr_br_on_test(t, &test, instr->op == TN_OP_br_on_cast, instr->a);
}
