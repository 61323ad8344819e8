/* facts_arity.c - how many values an instruction takes and gives. */
#include "rewrite/facts_arity.h"

/* clang-format off */
static const struct arity_row {
    uint16_t op;
    uint8_t pops, pushes;
} arity_rows[] = {
    {TN_OP_drop, 1, 0},           {TN_OP_select, 3, 1},
    {TN_OP_select_t, 3, 1},       {TN_OP_local_get, 0, 1},
    {TN_OP_local_set, 1, 0},      {TN_OP_local_tee, 1, 1},
    {TN_OP_global_get, 0, 1},     {TN_OP_global_set, 1, 0},
    {TN_OP_table_get, 1, 1},      {TN_OP_table_set, 2, 0},
    {TN_OP_ref_null, 0, 1},       {TN_OP_ref_is_null, 1, 1},
    {TN_OP_ref_func, 0, 1},       {TN_OP_ref_eq, 2, 1},
    {TN_OP_ref_as_non_null, 1, 1},
    {TN_OP_struct_new_default, 0, 1},
    {TN_OP_struct_get, 1, 1},     {TN_OP_struct_get_s, 1, 1},
    {TN_OP_struct_get_u, 1, 1},   {TN_OP_struct_set, 2, 0},
    {TN_OP_array_new, 2, 1},      {TN_OP_array_new_default, 1, 1},
    {TN_OP_array_new_data, 2, 1}, {TN_OP_array_new_elem, 2, 1},
    {TN_OP_array_get, 2, 1},      {TN_OP_array_get_s, 2, 1},
    {TN_OP_array_get_u, 2, 1},    {TN_OP_array_set, 3, 0},
    {TN_OP_array_len, 1, 1},      {TN_OP_array_fill, 4, 0},
    {TN_OP_array_copy, 5, 0},     {TN_OP_array_init_data, 4, 0},
    {TN_OP_array_init_elem, 4, 0},
    {TN_OP_ref_test, 1, 1},       {TN_OP_ref_test_null, 1, 1},
    {TN_OP_ref_cast, 1, 1},       {TN_OP_ref_cast_null, 1, 1},
    {TN_OP_any_convert_extern, 1, 1},
    {TN_OP_extern_convert_any, 1, 1},
    {TN_OP_ref_i31, 1, 1},        {TN_OP_i31_get_s, 1, 1},
    {TN_OP_i31_get_u, 1, 1},
    {TN_OP_table_init, 3, 0},     {TN_OP_table_copy, 3, 0},
    {TN_OP_table_grow, 2, 1},     {TN_OP_table_fill, 3, 0},
};
/* clang-format on */

void tn_rw_arities_init(struct tn_rw_arities *out)
{
    for (uint32_t op = 0; op < TN_OP_COUNT; op++) {
        const char *sig = tn_mod_opcodes[op].sig;
        struct tn_rw_arity arity = {0, 0};
        const char *bar = strchr(sig, '_');
        if (bar != NULL) {
            arity.pops = (uint32_t)(bar - sig);
            arity.pushes = (uint32_t)strlen(bar + 1);
        }
        out->of[op] = arity;
    }
    for (size_t i = 0; i < sizeof arity_rows / sizeof *arity_rows; i++)
        out->of[arity_rows[i].op] =
            (struct tn_rw_arity){arity_rows[i].pops, arity_rows[i].pushes};
}

static struct tn_rw_arity of_func_type(const struct tn_mod *mod, uint32_t type,
                                       uint32_t more)
{
    const struct tn_type_def *def = &mod->type_defs[type];
    return (struct tn_rw_arity){def->param_count + more, def->result_count};
}

struct tn_rw_arity tn_rw_arity_of(const struct tn_rw_arities *arities,
                                  const struct tn_mod *mod,
                                  const struct tn_instr *in)
{
    switch ((int)in->op) {
    case TN_OP_call:
    case TN_OP_return_call:
        return of_func_type(mod, mod->funcs[in->a], 0);
    case TN_OP_call_indirect:
    case TN_OP_return_call_indirect:
    case TN_OP_call_ref:
    case TN_OP_return_call_ref:
        return of_func_type(mod, in->a, 1);
    case TN_OP_struct_new:
        return (struct tn_rw_arity){mod->type_defs[in->a].field_count, 1};
    case TN_OP_array_new_fixed:
        return (struct tn_rw_arity){in->b, 1};
    default:
        return arities->of[in->op];
    }
}

struct tn_rw_arity tn_rw_block_arity(const struct tn_mod *mod,
                                     struct tn_block_type block)
{
    if (block.kind == TN_BLOCK_INDEX)
        return of_func_type(mod, block.type_index, 0);
    return (struct tn_rw_arity){0, block.kind == TN_BLOCK_VALUE};
}
