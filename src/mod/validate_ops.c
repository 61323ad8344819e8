/* validate_ops.c - the checks of what works on variables, tables and
 * references, and of the two that work on any type: drop and select.
 *
 * Indices of tables and segments were checked with the immediates. */
#include "mod/validate.h"

/* ----------------------------------------------------------- any type */

bool tn_mod_check_drop(struct tn_validator *v, const struct tn_instr *in)
{
    tn_valtype dropped;
    (void)in;
    return tn_mod_pop_any(v, &dropped);
}

/* Without a type it is for numbers and vectors, two of the same. */
bool tn_mod_check_select(struct tn_validator *v, const struct tn_instr *in)
{
    tn_valtype a, b;
    (void)in;
    if (!tn_mod_pop(v, TN_VT_I32) || !tn_mod_pop_any(v, &b) ||
        !tn_mod_pop_any(v, &a))
        return false;
    if (tn_is_ref(a) || tn_is_ref(b))
        return tn_mod_invalid(v, "type mismatch: select of references needs "
                                 "a type");
    if (a != b && a != TN_VT_NONE && b != TN_VT_NONE)
        return tn_mod_mismatch(v, a, b);
    return tn_mod_push(v, a == TN_VT_NONE ? b : a);
}

bool tn_mod_check_select_t(struct tn_validator *v, const struct tn_instr *in)
{
    if (in->count != 1)
        return tn_mod_invalid(v,
                              "invalid result arity: select gives one "
                              "value, not %u",
                              in->count);
    struct tn_cursor rest = in->rest;
    tn_valtype type = tn_read_valtype(&rest);
    if (!tn_mod_check_valtype(v, type))
        return false;
    type = tn_type_canon(v->mod, type);
    return tn_mod_pop(v, TN_VT_I32) && tn_mod_pop(v, type) &&
           tn_mod_pop(v, type) && tn_mod_push(v, type);
}

/* ----------------------------------------------------------- variables */

static bool check_local(struct tn_validator *v, uint32_t index)
{
    return index < v->local_count ||
           tn_mod_invalid(v, "unknown local %u", index);
}

static bool initialize(struct tn_validator *v, uint32_t index)
{
    if (v->is_set == NULL || v->is_set[index])
        return true;
    v->is_set[index] = 1;
    if (TN_VEC_PUSH(&v->inits, v->mod->alloc, index))
        return true;
    tn_no_memory(v->err);
    return false;
}

bool tn_mod_check_local_get(struct tn_validator *v, const struct tn_instr *in)
{
    if (!check_local(v, in->a))
        return false;
    if (v->is_set != NULL && !v->is_set[in->a])
        return tn_mod_invalid(v, "uninitialized local %u", in->a);
    return tn_mod_push(v, v->locals[in->a]);
}

bool tn_mod_check_local_set(struct tn_validator *v, const struct tn_instr *in)
{
    return check_local(v, in->a) && tn_mod_pop(v, v->locals[in->a]) &&
           initialize(v, in->a);
}

bool tn_mod_check_local_tee(struct tn_validator *v, const struct tn_instr *in)
{
    return tn_mod_check_local_set(v, in) && tn_mod_push(v, v->locals[in->a]);
}

bool tn_mod_check_global_get(struct tn_validator *v, const struct tn_instr *in)
{
    if (in->a >= v->global_limit)
        return tn_mod_invalid(v, "unknown global %u", in->a);
    return tn_mod_push(v, tn_type_canon(v->mod, v->mod->globals[in->a].type));
}

bool tn_mod_check_global_set(struct tn_validator *v, const struct tn_instr *in)
{
    if (in->a >= v->global_limit)
        return tn_mod_invalid(v, "unknown global %u", in->a);
    const struct tn_global_def *global = &v->mod->globals[in->a];
    if (!global->is_mutable)
        return tn_mod_invalid(v, "immutable global %u", in->a);
    if (in->a < v->mod->global_import_count)
        v->mod->is_written[in->a / 8] |= (uint8_t)(1u << in->a % 8);
    return tn_mod_pop(v, tn_type_canon(v->mod, global->type));
}

/* -------------------------------------------------------------- tables */

static tn_valtype table_type(const struct tn_validator *v, uint32_t table)
{
    return tn_type_canon(v->mod, v->mod->tables[table].type);
}

static tn_valtype table_address(const struct tn_validator *v, uint32_t table)
{
    return tn_mod_address(v->mod->tables[table].limits.is_64);
}

bool tn_mod_check_table_get(struct tn_validator *v, const struct tn_instr *in)
{
    return tn_mod_pop(v, table_address(v, in->a)) &&
           tn_mod_push(v, table_type(v, in->a));
}

bool tn_mod_check_table_set(struct tn_validator *v, const struct tn_instr *in)
{
    return tn_mod_pop(v, table_type(v, in->a)) &&
           tn_mod_pop(v, table_address(v, in->a));
}

bool tn_mod_check_table_grow(struct tn_validator *v, const struct tn_instr *in)
{
    tn_valtype address = table_address(v, in->a);
    return tn_mod_pop(v, address) && tn_mod_pop(v, table_type(v, in->a)) &&
           tn_mod_push(v, address);
}

bool tn_mod_check_table_fill(struct tn_validator *v, const struct tn_instr *in)
{
    tn_valtype address = table_address(v, in->a);
    return tn_mod_pop(v, address) && tn_mod_pop(v, table_type(v, in->a)) &&
           tn_mod_pop(v, address);
}

static bool check_elements(struct tn_validator *v, tn_valtype from,
                           uint32_t table)
{
    tn_valtype to = table_type(v, table);
    return tn_mod_matches(v, from, to) || tn_mod_mismatch(v, to, from);
}

/* The length has the smaller of the two address types. */
bool tn_mod_check_table_copy(struct tn_validator *v, const struct tn_instr *in)
{
    tn_valtype to = table_address(v, in->a), from = table_address(v, in->b);
    return check_elements(v, table_type(v, in->b), in->a) &&
           tn_mod_pop(v, to == TN_VT_I64 ? from : to) && tn_mod_pop(v, from) &&
           tn_mod_pop(v, to);
}

bool tn_mod_check_table_init(struct tn_validator *v, const struct tn_instr *in)
{
    tn_valtype type = tn_type_canon(v->mod, v->mod->elems[in->a].type);
    return check_elements(v, type, in->b) && tn_mod_pop(v, TN_VT_I32) &&
           tn_mod_pop(v, TN_VT_I32) && tn_mod_pop(v, table_address(v, in->b));
}

/* ---------------------------------------------------------- references */

bool tn_mod_check_ref_null(struct tn_validator *v, const struct tn_instr *in)
{
    tn_valtype type = TN_REF(in->of.heap, 1);
    return tn_mod_check_valtype(v, type) &&
           tn_mod_push(v, tn_type_canon(v->mod, type));
}

bool tn_mod_check_ref_is_null(struct tn_validator *v, const struct tn_instr *in)
{
    tn_valtype ref;
    (void)in;
    return tn_mod_pop_ref(v, &ref) && tn_mod_push(v, TN_VT_I32);
}

/* In code, only functions that are named outside of it: an engine then knows
 * before it runs which functions need a reference. */
bool tn_mod_check_ref_func(struct tn_validator *v, const struct tn_instr *in)
{
    if (in->a >= v->mod->func_count)
        return tn_mod_invalid(v, "unknown function %u", in->a);
    if (v->func_index != TN_NONE && !tn_mod_is_referenced(v->mod, in->a))
        return tn_mod_invalid(v, "undeclared function reference %u", in->a);
    const struct tn_type *type = v->mod->types[v->mod->funcs[in->a]];
    return tn_mod_push(v, TN_REF(TN_HEAP_DEFINED + type->id, 0));
}

bool tn_mod_check_ref_as_non_null(struct tn_validator *v,
                                  const struct tn_instr *in)
{
    tn_valtype ref;
    (void)in;
    if (!tn_mod_pop_ref(v, &ref))
        return false;
    uint32_t heap = ref == TN_VT_NONE ? TN_HEAP_BOTTOM : tn_heap_of(ref);
    return tn_mod_push(v, TN_REF(heap, 0));
}
