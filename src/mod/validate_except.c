/* validate_except.c - the checks of exceptions: those of WebAssembly 3.0,
 * whose handlers branch, and the legacy ones, whose handlers are blocks.
 *
 * A label in a catch clause, or of delegate, counts from outside of the try:
 * it is looked up before that block begins, or after it ended. */
#include "mod/validate.h"

/* The values that an exception with this tag carries. */
static bool tag_values(struct tn_validator *v, uint32_t index,
                       struct tn_result_type *out)
{
    const struct tn_mod *mod = v->mod;
    if (index >= mod->tag_count)
        return tn_mod_invalid(v, "unknown tag %u", index);
    const struct tn_type *type = mod->types[mod->tags[index].type_index];
    *out = (struct tn_result_type){type->params, type->param_count};
    return true;
}

bool tn_mod_check_throw(struct tn_validator *v, const struct tn_instr *in)
{
    struct tn_result_type values = {NULL, 0};
    if (!tag_values(v, in->a, &values) || !tn_mod_pop_all(v, values))
        return false;
    tn_mod_unreachable(v);
    return true;
}

bool tn_mod_check_throw_ref(struct tn_validator *v, const struct tn_instr *in)
{
    (void)in;
    if (!tn_mod_pop(v, TN_REF(TN_HEAP_EXN, true)))
        return false;
    tn_mod_unreachable(v);
    return true;
}

/* ------------------------------------------------------------ try_table */

/* What a clause gives its label: the values of the exception, if it asks for
 * one tag, and a reference to it, if it asks for that. */
static bool check_catch_clause(struct tn_validator *v, struct tn_catch clause)
{
    bool has_tag = clause.kind < 2, has_ref = (clause.kind & 1) != 0;
    struct tn_result_type given = {NULL, 0};
    if (has_tag && !tag_values(v, clause.tag, &given))
        return false;
    const struct tn_control *label = tn_mod_label(v, clause.label);
    if (label == NULL)
        return false;
    struct tn_result_type taken = tn_mod_label_types(label);
    if (taken.count != given.count + has_ref)
        return tn_mod_invalid(v,
                              "type mismatch: a catch clause gives %u values, "
                              "its label takes %u",
                              given.count + has_ref, taken.count);
    for (uint32_t i = 0; i < given.count; i++)
        if (!tn_mod_matches(v, given.types[i], taken.types[i]))
            return tn_mod_mismatch(v, taken.types[i], given.types[i]);
    tn_valtype exn = TN_REF(TN_HEAP_EXN, false);
    return !has_ref || tn_mod_matches(v, exn, taken.types[given.count]) ||
           tn_mod_mismatch(v, taken.types[given.count], exn);
}

bool tn_mod_check_try_table(struct tn_validator *v, const struct tn_instr *in)
{
    struct tn_cursor rest = in->rest;
    for (uint32_t i = 0; i < in->count; i++)
        if (!check_catch_clause(v, tn_instr_catch(&rest)))
            return false;
    return tn_mod_open_block(v, in);
}

/* --------------------------------------------------------------- legacy */

bool tn_mod_check_try(struct tn_validator *v, const struct tn_instr *in)
{
    return tn_mod_open_block(v, in);
}

/* A handler has the exception in a slot below its values, for rethrow: one
 * more than there are values, as a v128 takes. */
static bool keep_exception(struct tn_validator *v)
{
    v->wide++;
    if (v->height + v->wide <= v->max_slots)
        return true;
    v->max_slots = v->height + v->wide;
    return v->max_slots <= TN_MOD_MAX_SLOTS || tn_mod_too_deep(v);
}

/* The try, or a handler of it, ends; another begins, with these values. */
static bool open_handler(struct tn_validator *v, const struct tn_instr *in,
                         struct tn_result_type values)
{
    struct tn_control control = {0};
    if (v->top->op != TN_OP_try && v->top->op != TN_OP_catch)
        return tn_mod_invalid(v, "%s without try", tn_mod_opcodes[in->op].text);
    if (!tn_mod_close_block(v, &control))
        return false;
    control.op = in->op;
    control.is_unreachable = false;
    control.params = values;
    return keep_exception(v) && tn_mod_push_control(v, control);
}

bool tn_mod_check_catch(struct tn_validator *v, const struct tn_instr *in)
{
    struct tn_result_type values = {NULL, 0};
    return tag_values(v, in->a, &values) && open_handler(v, in, values);
}

bool tn_mod_check_catch_all(struct tn_validator *v, const struct tn_instr *in)
{
    return open_handler(v, in, (struct tn_result_type){NULL, 0});
}

/* The label may be the function's: to its caller. */
bool tn_mod_check_delegate(struct tn_validator *v, const struct tn_instr *in)
{
    struct tn_control control = {0};
    if (v->top->op != TN_OP_try)
        return tn_mod_invalid(v, "delegate without try");
    return tn_mod_close_block(v, &control) &&
           tn_mod_push_all(v, tn_mod_results(&control)) &&
           tn_mod_label(v, in->a) != NULL;
}

bool tn_mod_check_rethrow(struct tn_validator *v, const struct tn_instr *in)
{
    const struct tn_control *label = tn_mod_label(v, in->a);
    if (label == NULL)
        return false;
    if (label->op != TN_OP_catch && label->op != TN_OP_catch_all)
        return tn_mod_invalid(v, "invalid rethrow label %u", in->a);
    tn_mod_unreachable(v);
    return true;
}
