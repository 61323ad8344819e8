/* validate_cast.c - the checks of what looks at a reference's type at run
 * time, and of what goes between any, extern and i31.
 *
 * Heap types form four trees (match.c). A test or cast takes any reference of
 * the tree in which its type is. */
#include "mod/validate.h"

/* The root of the tree in which a canonical heap type is. */
static enum tn_heap root_of_heap(const struct tn_validator *v, uint32_t heap)
{
    static const enum tn_heap roots[] = {TN_HEAP_FUNC, TN_HEAP_EXTERN,
                                         TN_HEAP_EXN};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (tn_heap_matches(v->mod->registry, heap, roots[i]))
            return roots[i];
    return TN_HEAP_ANY;
}

/* ref.eq compares what has an identity. */
bool tn_mod_check_ref_eq(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    return tn_mod_pop(v, TN_REF(TN_HEAP_EQ, true)) &&
           tn_mod_pop(v, TN_REF(TN_HEAP_EQ, true)) && tn_mod_push(v, TN_VT_I32);
}

/* -------------------------------------------------------- tests and casts */

static bool test_or_cast(struct tn_validator *v, const struct tn_instr *in,
                         bool is_nullable, bool is_cast)
{
    tn_valtype type = TN_REF(in->of.heap, is_nullable);
    if (!tn_mod_check_valtype(v, type))
        return false;
    type = tn_type_canon(v->mod, type);
    return tn_mod_pop(v, TN_REF(root_of_heap(v, tn_heap_of(type)), true)) &&
           tn_mod_push(v, is_cast ? type : TN_VT_I32);
}

bool tn_mod_check_ref_test(struct tn_validator *v, const struct tn_instr *in)
{
    return test_or_cast(v, in, false, false);
}

bool tn_mod_check_ref_test_null(struct tn_validator *v,
                                const struct tn_instr *in)
{
    return test_or_cast(v, in, true, false);
}

bool tn_mod_check_ref_cast(struct tn_validator *v, const struct tn_instr *in)
{
    return test_or_cast(v, in, false, true);
}

bool tn_mod_check_ref_cast_null(struct tn_validator *v,
                                const struct tn_instr *in)
{
    return test_or_cast(v, in, true, true);
}

/* What is left of `from` where it was found not to be of type `to`. */
static tn_valtype type_without(tn_valtype from, tn_valtype to)
{
    return tn_is_nullable(to) ? TN_REF(tn_heap_of(from), false) : from;
}

/* [t* from] -> [t* stays], to the label with [t* leaves]. */
static bool branch_on_cast(struct tn_validator *v, const struct tn_instr *in,
                           bool on_success)
{
    const struct tn_control *label = tn_mod_label(v, in->a);
    if (label == NULL || !tn_mod_check_valtype(v, in->of.cast[0]) ||
        !tn_mod_check_valtype(v, in->of.cast[1]))
        return false;
    tn_valtype from = tn_type_canon(v->mod, in->of.cast[0]);
    tn_valtype to = tn_type_canon(v->mod, in->of.cast[1]);
    if (!tn_mod_matches(v, to, from))
        return tn_mod_mismatch(v, from, to);
    tn_valtype rest = type_without(from, to);
    tn_valtype leaves = on_success ? to : rest;
    struct tn_result_type types = tn_mod_label_types(label);
    if (types.count == 0)
        return tn_mod_invalid(v, "type mismatch: label %u takes no reference",
                              in->a);
    tn_valtype last = types.types[--types.count];
    if (!tn_mod_matches(v, leaves, last))
        return tn_mod_mismatch(v, last, leaves);
    return tn_mod_pop(v, from) && tn_mod_pop_all(v, types) &&
           tn_mod_push_all(v, types) && tn_mod_push(v, on_success ? rest : to);
}

bool tn_mod_check_br_on_cast(struct tn_validator *v, const struct tn_instr *in)
{
    return branch_on_cast(v, in, true);
}

bool tn_mod_check_br_on_cast_fail(struct tn_validator *v,
                                  const struct tn_instr *in)
{
    return branch_on_cast(v, in, false);
}

/* --------------------------------------------------------- conversions */

/* From one tree to another; what is not null stays so. */
static bool check_conversion(struct tn_validator *v, enum tn_heap from,
                             enum tn_heap to)
{
    tn_valtype ref;
    if (!tn_mod_pop_ref(v, &ref))
        return false;
    if (!tn_mod_matches(v, ref, TN_REF(from, true)))
        return tn_mod_mismatch(v, TN_REF(from, true), ref);
    return tn_mod_push(v, TN_REF(to, tn_is_nullable(ref)));
}

bool tn_mod_check_any_convert_extern(struct tn_validator *v,
                                     const struct tn_instr *in)
{
    (void)in;
    return check_conversion(v, TN_HEAP_EXTERN, TN_HEAP_ANY);
}

bool tn_mod_check_extern_convert_any(struct tn_validator *v,
                                     const struct tn_instr *in)
{
    (void)in;
    return check_conversion(v, TN_HEAP_ANY, TN_HEAP_EXTERN);
}

bool tn_mod_check_ref_i31(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    return tn_mod_pop(v, TN_VT_I32) &&
           tn_mod_push(v, TN_REF(TN_HEAP_I31, false));
}

bool tn_mod_check_i31_get_s(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    return tn_mod_pop(v, TN_REF(TN_HEAP_I31, true)) &&
           tn_mod_push(v, TN_VT_I32);
}

bool tn_mod_check_i31_get_u(struct tn_validator *v, const struct tn_instr *in)
{
    return tn_mod_check_i31_get_s(v, in);
}
