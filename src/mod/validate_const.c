/* validate_const.c - constant expressions: code, but of a few instructions,
 * that may only see what is known before anything runs. */
#include "mod/validate.h"

static bool is_integer_arithmetic(enum tn_opcode op)
{
    switch ((int)op) {
    case TN_OP_i32_add:
    case TN_OP_i32_sub:
    case TN_OP_i32_mul:
    case TN_OP_i64_add:
    case TN_OP_i64_sub:
    case TN_OP_i64_mul:
        return true;
    default:
        return false;
    }
}

static bool is_plain_constant(enum tn_opcode op)
{
    switch ((int)op) {
    case TN_OP_i32_const:
    case TN_OP_i64_const:
    case TN_OP_f32_const:
    case TN_OP_f64_const:
    case TN_OP_v128_const:
    case TN_OP_ref_null:
    case TN_OP_ref_func:
    case TN_OP_end:
    case TN_OP_struct_new:
    case TN_OP_struct_new_default:
    case TN_OP_array_new:
    case TN_OP_array_new_default:
    case TN_OP_array_new_fixed:
    case TN_OP_ref_i31:
    case TN_OP_any_convert_extern:
    case TN_OP_extern_convert_any:
        return true;
    default:
        return false;
    }
}

static bool not_constant(struct tn_validator *v, const struct tn_instr *in)
{
    return tn_mod_invalid(v, "constant expression required: %s is not constant",
                          tn_mod_opcodes[in->op].text);
}

/* Globals of the module itself came with two proposals: either will do. */
static bool check_own_global(struct tn_validator *v)
{
    return (v->features & TN_FEATURE_BIT(TN_FEATURE_GC)) != 0 ||
           tn_mod_need(v, TN_FEATURE_BIT(TN_FEATURE_EXTENDED_CONST),
                       "a global of the module's own");
}

/* A global must be an immutable one that comes before. */
static bool check_constant(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_mod *mod = v->mod;
    uint64_t extended = TN_FEATURE_BIT(TN_FEATURE_EXTENDED_CONST);
    v->at = in->at;
    if (is_plain_constant(in->op))
        return true;
    if (is_integer_arithmetic(in->op))
        return tn_mod_need(v, extended, tn_mod_opcodes[in->op].text);
    if (in->op != TN_OP_global_get)
        return not_constant(v, in);
    if (in->a >= v->global_limit)
        return tn_mod_invalid(v, "unknown global %u", in->a);
    if (mod->globals[in->a].is_mutable)
        return tn_mod_invalid(v,
                              "constant expression required: global %u is "
                              "mutable",
                              in->a);
    return in->a < mod->global_import_count || check_own_global(v);
}

static bool check_expression(struct tn_validator *v, struct tn_range range,
                             tn_valtype type)
{
    const uint8_t *bytes = v->mod->bytes;
    struct tn_cursor c = {.base = bytes,
                          .at = bytes + range.offset,
                          .end = bytes + range.offset + range.size,
                          .err = v->err};
    struct tn_control whole = {.op = TN_OP_block,
                               .is_single = true,
                               .single = tn_type_canon(v->mod, type)};
    struct tn_instr in;
    v->height = v->wide = v->max_slots = 0;
    if (!tn_mod_push_control(v, whole))
        return false;
    while (v->controls.count != 0)
        if (!tn_instr_read(&c, &in) || !check_constant(v, &in) ||
            !tn_mod_check_instr(v, &in))
            return false;
    if (c.at != c.end)
        tn_cursor_fail(&c, "constant expression required: more after its end");
    return !c.failed;
}

bool tn_mod_check_const(struct tn_validator *v, struct tn_range range,
                        tn_valtype type)
{
    bool ok = check_expression(v, range, type);
    v->controls.count = 0;
    return ok;
}
