/* validate_gc.c - the checks of structs and arrays.
 *
 * A packed field is read by the two instructions that say how to extend it,
 * and written from an i32; any other by the plain ones. Where an instruction
 * takes a reference, null is among what it takes. */
#include "mod/validate.h"

/* ---------------------------------------------------------------- types */

/* The struct or array type with an index, or null when there is none such. */
static const struct tn_type *known_aggregate(struct tn_validator *v,
                                             uint32_t index, enum tn_comp comp)
{
    if (index >= v->mod->type_count) {
        (void)tn_mod_invalid(v, "unknown type %u", index);
        return NULL;
    }
    if (v->mod->types[index]->comp == comp)
        return v->mod->types[index];
    (void)tn_mod_invalid(v, "type mismatch: type %u is not %s type", index,
                         comp == TN_COMP_STRUCT ? "a struct" : "an array");
    return NULL;
}

static const struct tn_type *known_array(struct tn_validator *v, uint32_t index)
{
    return known_aggregate(v, index, TN_COMP_ARRAY);
}

static const struct tn_type *writable_array(struct tn_validator *v,
                                            uint32_t index)
{
    const struct tn_type *type = known_array(v, index);
    if (type == NULL || type->fields[0].is_mutable)
        return type;
    (void)tn_mod_invalid(v, "immutable array: type %u", index);
    return NULL;
}

static bool is_packed_type(tn_valtype type)
{
    return tn_vt_of(type) == TN_VT_I8 || tn_vt_of(type) == TN_VT_I16;
}

/* What a field holds, on the stack. */
static tn_valtype unpacked_type(tn_valtype type)
{
    return is_packed_type(type) ? TN_VT_I32 : type;
}

static tn_valtype ref_of_type(const struct tn_type *type, bool is_nullable)
{
    return TN_REF(TN_HEAP_DEFINED + type->id, is_nullable);
}

static bool check_default(struct tn_validator *v, const struct tn_type *type)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        tn_valtype field = type->fields[i].type;
        if (tn_is_ref(field) && !tn_is_nullable(field))
            return tn_mod_invalid(v,
                                  "type mismatch: field %u has no default, it "
                                  "is never null",
                                  i);
    }
    return true;
}

/* Is the field one that the instruction reads? */
static bool check_reader(struct tn_validator *v, const struct tn_instr *in,
                         tn_valtype field, bool extends)
{
    return is_packed_type(field) == extends ||
           tn_mod_invalid(v, "type mismatch: %s of a field that is %spacked",
                          tn_mod_opcodes[in->op].text, extends ? "not " : "");
}

/* Lengths and places, which are numbers of 32 bits in all arrays. */
static bool pop_i32s(struct tn_validator *v, int count)
{
    while (count-- > 0)
        if (!tn_mod_pop(v, TN_VT_I32))
            return false;
    return true;
}

/* -------------------------------------------------------------- structs */

static const struct tn_type *known_struct(struct tn_validator *v,
                                          uint32_t index)
{
    return known_aggregate(v, index, TN_COMP_STRUCT);
}

bool tn_mod_check_struct_new(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *type = known_struct(v, in->a);
    if (type == NULL)
        return false;
    for (uint32_t i = type->field_count; i > 0; i--)
        if (!tn_mod_pop(v, unpacked_type(type->fields[i - 1].type)))
            return false;
    return tn_mod_push(v, ref_of_type(type, false));
}

bool tn_mod_check_struct_new_default(struct tn_validator *v,
                                     const struct tn_instr *in)
{
    const struct tn_type *type = known_struct(v, in->a);
    return type != NULL && check_default(v, type) &&
           tn_mod_push(v, ref_of_type(type, false));
}

/* The field that the instruction names, or null. */
static const struct tn_field *
known_field(struct tn_validator *v, const struct tn_type *type, uint32_t index)
{
    if (type == NULL)
        return NULL;
    if (index < type->field_count)
        return &type->fields[index];
    (void)tn_mod_invalid(v, "unknown field %u", index);
    return NULL;
}

static bool check_field_read(struct tn_validator *v, const struct tn_instr *in,
                             bool extends)
{
    const struct tn_type *type = known_struct(v, in->a);
    const struct tn_field *field = known_field(v, type, in->b);
    return field != NULL && check_reader(v, in, field->type, extends) &&
           tn_mod_pop(v, ref_of_type(type, true)) &&
           tn_mod_push(v, unpacked_type(field->type));
}

bool tn_mod_check_struct_get(struct tn_validator *v, const struct tn_instr *in)
{
    return check_field_read(v, in, false);
}

bool tn_mod_check_struct_get_s(struct tn_validator *v,
                               const struct tn_instr *in)
{
    return check_field_read(v, in, true);
}

bool tn_mod_check_struct_get_u(struct tn_validator *v,
                               const struct tn_instr *in)
{
    return check_field_read(v, in, true);
}

bool tn_mod_check_struct_set(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *type = known_struct(v, in->a);
    const struct tn_field *field = known_field(v, type, in->b);
    if (field == NULL)
        return false;
    if (!field->is_mutable)
        return tn_mod_invalid(v, "immutable field %u", in->b);
    return tn_mod_pop(v, unpacked_type(field->type)) &&
           tn_mod_pop(v, ref_of_type(type, true));
}

/* ------------------------------------------------- arrays: made, measured */

bool tn_mod_check_array_new(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *type = known_array(v, in->a);
    return type != NULL && tn_mod_pop(v, TN_VT_I32) &&
           tn_mod_pop(v, unpacked_type(type->fields[0].type)) &&
           tn_mod_push(v, ref_of_type(type, false));
}

bool tn_mod_check_array_new_default(struct tn_validator *v,
                                    const struct tn_instr *in)
{
    const struct tn_type *type = known_array(v, in->a);
    return type != NULL && check_default(v, type) && tn_mod_pop(v, TN_VT_I32) &&
           tn_mod_push(v, ref_of_type(type, false));
}

/* As many as the stack can hold: in code that does not run there is no end of
 * operands, but no use in asking for more. */
bool tn_mod_check_array_new_fixed(struct tn_validator *v,
                                  const struct tn_instr *in)
{
    const struct tn_type *type = known_array(v, in->a);
    if (type == NULL)
        return false;
    tn_valtype element = unpacked_type(type->fields[0].type);
    for (uint32_t i = 0; i < in->b; i++) {
        if (v->height == v->top->height && v->top->is_unreachable)
            break;
        if (!tn_mod_pop(v, element))
            return false;
    }
    return tn_mod_push(v, ref_of_type(type, false));
}

bool tn_mod_check_array_len(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    return tn_mod_pop(v, TN_REF(TN_HEAP_ARRAY, true)) &&
           tn_mod_push(v, TN_VT_I32);
}

/* ------------------------------------------------ arrays: read and written */

static bool check_element_read(struct tn_validator *v,
                               const struct tn_instr *in, bool extends)
{
    const struct tn_type *type = known_array(v, in->a);
    return type != NULL && check_reader(v, in, type->fields[0].type, extends) &&
           tn_mod_pop(v, TN_VT_I32) && tn_mod_pop(v, ref_of_type(type, true)) &&
           tn_mod_push(v, unpacked_type(type->fields[0].type));
}

bool tn_mod_check_array_get(struct tn_validator *v, const struct tn_instr *in)
{
    return check_element_read(v, in, false);
}

bool tn_mod_check_array_get_s(struct tn_validator *v, const struct tn_instr *in)
{
    return check_element_read(v, in, true);
}

bool tn_mod_check_array_get_u(struct tn_validator *v, const struct tn_instr *in)
{
    return check_element_read(v, in, true);
}

bool tn_mod_check_array_set(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *type = writable_array(v, in->a);
    return type != NULL && tn_mod_pop(v, unpacked_type(type->fields[0].type)) &&
           tn_mod_pop(v, TN_VT_I32) && tn_mod_pop(v, ref_of_type(type, true));
}

/* [array, start, value, length] */
bool tn_mod_check_array_fill(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *type = writable_array(v, in->a);
    return type != NULL && tn_mod_pop(v, TN_VT_I32) &&
           tn_mod_pop(v, unpacked_type(type->fields[0].type)) &&
           tn_mod_pop(v, TN_VT_I32) && tn_mod_pop(v, ref_of_type(type, true));
}

/* [to, start, from, start, length]. Packed elements match only themselves. */
bool tn_mod_check_array_copy(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_type *to = writable_array(v, in->a);
    const struct tn_type *from = to == NULL ? NULL : known_array(v, in->b);
    if (from == NULL)
        return false;
    if (!tn_mod_matches(v, from->fields[0].type, to->fields[0].type))
        return tn_mod_invalid(v, "array types do not match: %u and %u", in->a,
                              in->b);
    return pop_i32s(v, 2) && tn_mod_pop(v, ref_of_type(from, true)) &&
           tn_mod_pop(v, TN_VT_I32) && tn_mod_pop(v, ref_of_type(to, true));
}

/* ------------------------------------------------------ arrays of segments */

/* Bytes become numbers and vectors, never references. */
static bool check_from_data(struct tn_validator *v, const struct tn_instr *in,
                            const struct tn_type *type)
{
    if (type == NULL)
        return false;
    return !tn_is_ref(type->fields[0].type) ||
           tn_mod_invalid(v, "array type is not numeric or vector: type %u",
                          in->a);
}

static bool check_from_elem(struct tn_validator *v, const struct tn_instr *in,
                            const struct tn_type *type)
{
    if (type == NULL)
        return false;
    tn_valtype held = tn_type_canon(v->mod, v->mod->elems[in->b].type);
    tn_valtype taken = type->fields[0].type;
    return tn_mod_matches(v, held, taken) || tn_mod_mismatch(v, taken, held);
}

/* [start, length] */
static bool give_array(struct tn_validator *v, const struct tn_type *type)
{
    return pop_i32s(v, 2) && tn_mod_push(v, ref_of_type(type, false));
}

/* [array, start, start in the segment, length] */
static bool take_array(struct tn_validator *v, const struct tn_type *type)
{
    return pop_i32s(v, 3) && tn_mod_pop(v, ref_of_type(type, true));
}

bool tn_mod_check_array_new_data(struct tn_validator *v,
                                 const struct tn_instr *in)
{
    const struct tn_type *type = known_array(v, in->a);
    return check_from_data(v, in, type) && give_array(v, type);
}

bool tn_mod_check_array_new_elem(struct tn_validator *v,
                                 const struct tn_instr *in)
{
    const struct tn_type *type = known_array(v, in->a);
    return check_from_elem(v, in, type) && give_array(v, type);
}

bool tn_mod_check_array_init_data(struct tn_validator *v,
                                  const struct tn_instr *in)
{
    const struct tn_type *type = writable_array(v, in->a);
    return check_from_data(v, in, type) && take_array(v, type);
}

bool tn_mod_check_array_init_elem(struct tn_validator *v,
                                  const struct tn_instr *in)
{
    const struct tn_type *type = writable_array(v, in->a);
    return check_from_elem(v, in, type) && take_array(v, type);
}
