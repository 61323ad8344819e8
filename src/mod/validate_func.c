/* validate_func.c - one function, or one constant expression: the loop over
 * instructions, and the two stacks they work on.
 *
 * An instruction passes three doors: its proposal is enabled, its immediates
 * name things that exist, its operands have the types it asks for. The first
 * two are asked by columns of opcode.def; so is the third, but for the rows
 * marked CTRL, each of which has a check in a file of its family. */
#include "mod/validate.h"

/* ------------------------------------------------------------ operands */

bool tn_mod_matches_slow(const struct tn_validator *v, tn_valtype found,
                         tn_valtype expected)
{
    if (found == TN_VT_NONE)
        return true;
    if (!tn_is_ref(found) || !tn_is_ref(expected))
        return false;
    if (tn_heap_of(found) == TN_HEAP_BOTTOM)
        return tn_is_nullable(expected) || !tn_is_nullable(found);
    return tn_type_matches(v->mod->registry, found, expected);
}

bool tn_mod_pop_ref(struct tn_validator *v, tn_valtype *out)
{
    if (!tn_mod_pop_any(v, out))
        return false;
    return *out == TN_VT_NONE || tn_is_ref(*out) || tn_mod_no_ref(v, *out);
}

bool tn_mod_push_all(struct tn_validator *v, struct tn_result_type types)
{
    for (uint32_t i = 0; i < types.count; i++)
        if (!tn_mod_push(v, types.types[i]))
            return false;
    return true;
}

bool tn_mod_pop_all(struct tn_validator *v, struct tn_result_type types)
{
    for (uint32_t i = types.count; i > 0; i--)
        if (!tn_mod_pop(v, types.types[i - 1]))
            return false;
    return true;
}

/* ------------------------------------------------------------- control */

bool tn_mod_push_control(struct tn_validator *v, struct tn_control control)
{
    control.height = v->height;
    control.wide = v->wide;
    control.init_count = (uint32_t)v->inits.count;
    if (!TN_VEC_PUSH(&v->controls, v->mod->alloc, control)) {
        tn_no_memory(v->err);
        return false;
    }
    v->top = &v->controls.at[v->controls.count - 1];
    return tn_mod_push_all(v, control.params);
}

void tn_mod_unreachable(struct tn_validator *v)
{
    v->height = v->top->height;
    v->wide = v->top->wide;
    v->top->is_unreachable = true;
}

/* --------------------------------------------------------- one instruction */

static bool check_space(struct tn_validator *v, const char *space,
                        uint32_t index, uint32_t count)
{
    return index < count || tn_mod_invalid(v, "unknown %s %u", space, index);
}

static bool is_atomic(enum tn_opcode op)
{
    return tn_mod_opcodes[op].feature == TN_FEATURE_THREADS;
}

static bool check_memarg(struct tn_validator *v, const struct tn_instr *in,
                         uint32_t natural_log2)
{
    const struct tn_mod *mod = v->mod;
    if (in->memarg.memory >= mod->memory_count)
        return tn_mod_invalid(v, "unknown memory %u", in->memarg.memory);
    if (in->memarg.align_log2 > natural_log2)
        return tn_mod_invalid(v,
                              "alignment must not be larger than natural: "
                              "2^%u for %u bytes",
                              in->memarg.align_log2, 1u << natural_log2);
    if (is_atomic(in->op) && in->memarg.align_log2 != natural_log2)
        return tn_mod_invalid(v,
                              "alignment must be equal to natural: 2^%u for "
                              "%u bytes",
                              in->memarg.align_log2, 1u << natural_log2);
    if (in->memarg.offset > UINT32_MAX &&
        !mod->memories[in->memarg.memory].limits.is_64)
        return tn_mod_invalid(v, "offset out of range: 0x%llx",
                              (unsigned long long)in->memarg.offset);
    return true;
}

static bool check_lane(struct tn_validator *v, const struct tn_instr *in,
                       enum tn_imm imm)
{
    return in->lane < tn_imm_lane_count(imm) ||
           tn_mod_invalid(v, "invalid lane index %u", in->lane);
}

static bool check_shuffle(struct tn_validator *v, const struct tn_instr *in)
{
    for (int i = 0; i < 16; i++)
        if (in->of.v128[i] >= 32)
            return tn_mod_invalid(v, "invalid lane index %u", in->of.v128[i]);
    return true;
}

/* Code comes before the data it names: its number must have been told. */
static bool check_data(struct tn_validator *v, uint32_t index)
{
    if (index < v->mod->data_count && !v->mod->has_data_count) {
        tn_fail(v->err, TN_E_MALFORMED, (uint64_t)(v->at - v->mod->bytes),
                "data count section required (function %u)", v->func_index);
        return false;
    }
    return check_space(v, "data segment", index, v->mod->data_count);
}

/* Things that an instruction names by index must be there, whatever else is
 * asked of them. Functions, locals and labels are asked by their checks. */
static bool check_immediates(struct tn_validator *v, const struct tn_instr *in,
                             enum tn_imm imm)
{
    const struct tn_mod *mod = v->mod;
    if (tn_imm_is_memarg(imm))
        return check_memarg(v, in, tn_imm_align_log2(imm)) &&
               (!tn_imm_is_memarg_lane(imm) || check_lane(v, in, imm));
    switch (imm) {
    case TN_IMM_LANE2:
    case TN_IMM_LANE4:
    case TN_IMM_LANE8:
    case TN_IMM_LANE16:
        return check_lane(v, in, imm);
    case TN_IMM_LANES16:
        return check_shuffle(v, in);
    case TN_IMM_MEM:
        return check_space(v, "memory", in->a, mod->memory_count);
    case TN_IMM_MEM_MEM:
        return check_space(v, "memory", in->a, mod->memory_count) &&
               check_space(v, "memory", in->b, mod->memory_count);
    case TN_IMM_DATA_MEM:
        return check_space(v, "memory", in->b, mod->memory_count) &&
               check_data(v, in->a);
    case TN_IMM_DATA:
        return check_data(v, in->a);
    case TN_IMM_TABLE:
        return check_space(v, "table", in->a, mod->table_count);
    case TN_IMM_TABLE_TABLE:
        return check_space(v, "table", in->a, mod->table_count) &&
               check_space(v, "table", in->b, mod->table_count);
    case TN_IMM_ELEM_TABLE:
        return check_space(v, "table", in->b, mod->table_count) &&
               check_space(v, "elem segment", in->a, mod->elem_count);
    case TN_IMM_ELEM:
        return check_space(v, "elem segment", in->a, mod->elem_count);
    case TN_IMM_TYPE_DATA:
        return check_data(v, in->b);
    case TN_IMM_TYPE_ELEM:
        return check_space(v, "elem segment", in->b, mod->elem_count);
    default:
        return true;
    }
}

/* Is the first (or second) memory or table that the instruction names one of
 * 64 bits? */
static bool names_64(const struct tn_validator *v, const struct tn_instr *in,
                     bool second)
{
    const struct tn_mod *mod = v->mod;
    switch (tn_mod_opcodes[in->op].imm) {
    case TN_IMM_MEM:
        return mod->memories[in->a].limits.is_64;
    case TN_IMM_MEM_MEM:
        return mod->memories[second ? in->b : in->a].limits.is_64;
    case TN_IMM_DATA_MEM:
        return mod->memories[in->b].limits.is_64;
    case TN_IMM_TABLE:
        return mod->tables[in->a].limits.is_64;
    default:
        return mod->memories[in->memarg.memory].limits.is_64;
    }
}

/* A letter of the sig column as a type. */
static tn_valtype type_of_letter(const struct tn_validator *v,
                                 const struct tn_instr *in, char letter)
{
    switch (letter) {
    case 'i':
        return TN_VT_I32;
    case 'l':
        return TN_VT_I64;
    case 'f':
        return TN_VT_F32;
    case 'd':
        return TN_VT_F64;
    case 'v':
        return TN_VT_V128;
    case 'p':
        return tn_mod_address(names_64(v, in, false));
    case 'P':
        return tn_mod_address(names_64(v, in, true));
    default: /* 'm' */
        return tn_mod_address(names_64(v, in, false) && names_64(v, in, true));
    }
}

/* Operands, last on top, `_`, results. */
static bool check_signature(struct tn_validator *v, const struct tn_instr *in,
                            const char *sig)
{
    const char *bar = sig;
    while (*bar != '_')
        bar++;
    for (const char *s = bar; s > sig; s--)
        if (!tn_mod_pop(v, type_of_letter(v, in, s[-1])))
            return false;
    for (const char *s = bar + 1; *s != '\0'; s++)
        if (!tn_mod_push(v, type_of_letter(v, in, *s)))
            return false;
    return true;
}

/* Both kinds of exceptions have throw. */
static uint64_t feature_of(const struct tn_validator *v,
                           const struct tn_instr *in)
{
    uint64_t legacy = TN_FEATURE_BIT(TN_FEATURE_LEGACY_EXCEPTIONS);
    uint64_t feature = TN_FEATURE_BIT(tn_mod_opcodes[in->op].feature);
    bool is_legacy = in->op == TN_OP_throw && (v->features & feature) == 0 &&
                     (v->features & legacy) != 0;
    return is_legacy ? legacy : feature;
}

bool tn_mod_check_instr(struct tn_validator *v, const struct tn_instr *in)
{
#define ENTRY(id) [TN_OP_##id] = tn_mod_check_##id,
    static tn_check *const checks[TN_OP_COUNT] = {TN_CHECKS(ENTRY)};
#undef ENTRY
    const struct tn_opcode_info *info = &tn_mod_opcodes[in->op];
    v->at = in->at;
    if (info->feature != TN_FEATURE_MVP &&
        !tn_mod_need(v, feature_of(v, in), info->text))
        return false;
    if (info->imm != TN_IMM_NONE &&
        !check_immediates(v, in, (enum tn_imm)info->imm))
        return false;
    return checks[in->op] != NULL ? checks[in->op](v, in)
                                  : check_signature(v, in, info->sig);
}

/* ------------------------------------------------------------ a function */

/* locals ::= n:u32 t:valtype: n of one type. The counts were added up by
 * decoding, so they fit. */
static bool read_locals(struct tn_validator *v, const struct tn_body *body)
{
    const uint8_t *bytes = v->mod->bytes;
    struct tn_cursor c = {.base = bytes,
                          .at = bytes + body->range.offset,
                          .end = bytes + body->code.offset,
                          .err = v->err};
    for (uint32_t groups = tn_cursor_u32(&c); groups > 0; groups--) {
        uint32_t count = tn_cursor_u32(&c);
        v->at = c.at;
        tn_valtype type = tn_read_valtype(&c);
        if (c.failed || !tn_mod_check_valtype(v, type))
            return false;
        if (count > TN_MOD_MAX_SLOTS - v->local_count)
            return tn_mod_too_deep(v);
        type = tn_type_canon(v->mod, type);
        for (uint32_t i = 0; i < count; i++)
            v->locals[v->local_count++] = type;
    }
    return true;
}

/* Parameters are set, and so is every local whose type has a default. */
static bool note_unset_locals(struct tn_validator *v, uint32_t param_count)
{
    bool all_set = true;
    v->is_set = NULL;
    v->inits.count = 0;
    for (uint32_t i = param_count; i < v->local_count; i++)
        all_set = all_set &&
                  (!tn_is_ref(v->locals[i]) || tn_is_nullable(v->locals[i]));
    if (all_set)
        return true;
    v->is_set = tn_alloc_new(v->mod->alloc, v->local_count, 1);
    if (v->is_set == NULL) {
        tn_no_memory(v->err);
        return false;
    }
    for (uint32_t i = 0; i < v->local_count; i++)
        v->is_set[i] = i < param_count || !tn_is_ref(v->locals[i]) ||
                       tn_is_nullable(v->locals[i]);
    return true;
}

static bool check_code(struct tn_validator *v, struct tn_range code)
{
    const uint8_t *bytes = v->mod->bytes;
    struct tn_cursor c = {.base = bytes,
                          .at = bytes + code.offset,
                          .end = bytes + code.offset + code.size,
                          .err = v->err};
    struct tn_instr in;
    while (v->controls.count != 0)
        if (!tn_instr_read(&c, &in) || !tn_mod_check_instr(v, &in))
            return false;
    if (c.at != c.end)
        tn_cursor_fail(&c, "section size mismatch: code behind the last end");
    return !c.failed;
}

static uint32_t slots_of_types(const tn_valtype *types, uint32_t count)
{
    uint32_t slots = 0;
    for (uint32_t i = 0; i < count; i++)
        slots += tn_slots_of(types[i]);
    return slots;
}

/* The frame as rt/context.h draws it must fit. */
static bool check_frame(struct tn_validator *v, const struct tn_type *type)
{
    uint32_t header = type->param_slots > type->result_slots
                          ? type->param_slots
                          : type->result_slots;
    uint32_t locals = slots_of_types(v->locals + type->param_count,
                                     v->local_count - type->param_count);
    return header + TN_MOD_HEADER_SLOTS + locals + v->max_slots <=
               TN_MOD_MAX_SLOTS ||
           tn_mod_too_deep(v);
}

static bool check_function(struct tn_validator *v, const struct tn_type *type,
                           struct tn_body *body)
{
    v->local_count = type->param_count;
    if (type->param_count > TN_MOD_MAX_SLOTS)
        return tn_mod_too_deep(v);
    for (uint32_t i = 0; i < type->param_count; i++)
        v->locals[i] = type->params[i];
    if (!read_locals(v, body) || !note_unset_locals(v, type->param_count))
        return false;
    v->height = v->wide = v->max_slots = 0;
    struct tn_control whole = {.op = TN_OP_block,
                               .results = {type->results, type->result_count}};
    if (!tn_mod_push_control(v, whole) || !check_code(v, body->code) ||
        !check_frame(v, type))
        return false;
    body->max_slots = v->max_slots;
    return true;
}

bool tn_mod_check_body(struct tn_validator *v, uint32_t func_index)
{
    struct tn_mod *mod = v->mod;
    struct tn_body *body = &mod->bodies[func_index - mod->func_import_count];
    v->func_index = func_index;
    v->at = mod->bytes + body->range.offset;
    bool ok = check_function(v, mod->types[mod->funcs[func_index]], body);
    if (v->is_set != NULL)
        tn_alloc_free(mod->alloc, v->is_set, v->local_count);
    v->is_set = NULL;
    v->controls.count = 0;
    v->func_index = TN_NONE;
    return ok;
}
