/* mem_imports.c - instructions that are imported as functions.
 *
 * A compiler that can name only memory 0 may import from `tenon.mem` a function
 * for each instruction on another one: "load32.1" is i32.load on memory 1, and
 * "copy.2.1" copies to memory 2 from memory 1; a memory may also be called as
 * it is declared. A call of such a function becomes the instruction (walk.c);
 * where the function itself is meant, in a table or as an export, there is one
 * of the merger's own that does it. */
#include "rewrite/steps.h"

#define MEM_MODULE "tenon.mem"

/* `params`: a, an address in the first memory; b, in the second; n, a size that
 * both have; else a value, as `result`: i, l, f, d for i32, i64, f32, f64; a for
 * a number of pages; a space for none. */
struct mem_op {
    const char *name, *params;
    char result;
    uint8_t prefix, opcode, memarg, memory_count;
};

/* clang-format off */
static const struct mem_op mem_ops[] = {
    {"load8_s",   "a",   'i', 0,    0x2c, 0x40, 1},
    {"load8_u",   "a",   'i', 0,    0x2d, 0x40, 1},
    {"load16_s",  "a",   'i', 0,    0x2e, 0x41, 1},
    {"load16_u",  "a",   'i', 0,    0x2f, 0x41, 1},
    {"load32",    "a",   'i', 0,    0x28, 0x42, 1},
    {"load64",    "a",   'l', 0,    0x29, 0x43, 1},
    {"load_f32",  "a",   'f', 0,    0x2a, 0x42, 1},
    {"load_f64",  "a",   'd', 0,    0x2b, 0x43, 1},
    {"store8",    "ai",  ' ', 0,    0x3a, 0x40, 1},
    {"store16",   "ai",  ' ', 0,    0x3b, 0x41, 1},
    {"store32",   "ai",  ' ', 0,    0x36, 0x42, 1},
    {"store64",   "al",  ' ', 0,    0x37, 0x43, 1},
    {"store_f32", "af",  ' ', 0,    0x38, 0x42, 1},
    {"store_f64", "ad",  ' ', 0,    0x39, 0x43, 1},
    {"size",      "",    'a', 0,    0x3f, 0, 1},
    {"grow",      "a",   'a', 0,    0x40, 0, 1},
    {"fill",      "aia", ' ', 0xfc, 0x0b, 0, 1},
    {"copy",      "abn", ' ', 0xfc, 0x0a, 0, 2},
};
/* clang-format on */
#define MEM_OPS (sizeof mem_ops / sizeof *mem_ops)

static tn_status refuse_mem_import(struct tn_rw *rw, uint32_t input,
                                   const struct tn_import *import,
                                   tn_status status, const char *why)
{
    return tn_fail(rw->err, status, TN_NO_OFFSET,
                   "%.*s imports function \"" MEM_MODULE "\" \"%.*s\", %s",
                   TN_STR(rw->inputs[input].name), TN_STR(import->name), why);
}

/* ------------------------------------------------------------------- names */

/* The part before the next dot; `rest` then begins behind it. */
static struct tn_str next_part(struct tn_str *rest)
{
    struct tn_str part = *rest;
    for (size_t i = 0; i < rest->size; i++)
        if (rest->at[i] == '.') {
            part.size = i;
            *rest = (struct tn_str){rest->at + i + 1, rest->size - i - 1};
            return part;
        }
    *rest = (struct tn_str){NULL, 0};
    return part;
}

static const struct mem_op *find_mem_op(struct tn_str name)
{
    for (size_t i = 0; i < MEM_OPS; i++)
        if (tn_str_is(name, mem_ops[i].name))
            return &mem_ops[i];
    return NULL;
}

/* Its index, of at most four digits, or the name that it was declared with. */
static uint32_t find_mem_operand(const struct tn_rw_input *input,
                                 struct tn_str part)
{
    const struct tn_mod *mod = input->mod;
    uint32_t index = 0;
    size_t digits = 0;
    while (digits < part.size && digits < 4 && part.at[digits] >= '0' &&
           part.at[digits] <= '9')
        index = index * 10 + (uint32_t)(part.at[digits++] - '0');
    if (digits > 0 && digits == part.size)
        return index < mod->memory_count ? index : TN_NONE;
    for (uint32_t i = 0;
         part.size > 0 && input->memory_names != NULL && i < mod->memory_count;
         i++)
        if (tn_str_equal(input->memory_names[i], part))
            return i;
    return TN_NONE;
}

/* ------------------------------------------------------------------- types */

static tn_valtype mem_type(const struct tn_mod *mod,
                           const struct tn_rw_mem_call *call, char letter)
{
    bool first = mod->memories[call->memories[0]].limits.is_64;
    bool second = mod->memories[call->memories[1]].limits.is_64;
    switch (letter) {
    case 'a':
        return first ? TN_VT_I64 : TN_VT_I32;
    case 'b':
        return second ? TN_VT_I64 : TN_VT_I32;
    case 'n':
        return first && second ? TN_VT_I64 : TN_VT_I32;
    case 'i':
        return TN_VT_I32;
    case 'l':
        return TN_VT_I64;
    case 'f':
        return TN_VT_F32;
    default:
        return TN_VT_F64;
    }
}

static bool has_mem_type(const struct tn_mod *mod,
                         const struct tn_import *import,
                         const struct mem_op *op,
                         const struct tn_rw_mem_call *call)
{
    const struct tn_type_def *type = tn_mod_func_type(mod, import->index);
    size_t params = strlen(op->params), results = op->result != ' ';
    if (type->param_count != params || type->result_count != results)
        return false;
    for (size_t i = 0; i < params; i++)
        if (type->params[i] != mem_type(mod, call, op->params[i]))
            return false;
    return results == 0 || type->results[0] == mem_type(mod, call, op->result);
}

/* ------------------------------------------------------------------ reading */

static tn_status read_mem_import(struct tn_rw *rw, uint32_t input,
                                 const struct tn_import *import,
                                 struct tn_rw_mem_call *out)
{
    const struct tn_rw_input *from = &rw->inputs[input];
    struct tn_str rest = import->name;
    const struct mem_op *op = find_mem_op(next_part(&rest));
    if (op == NULL)
        return refuse_mem_import(rw, input, import, TN_E_MISSING,
                                 "which is none of its instructions");
    *out = (struct tn_rw_mem_call){.prefix = op->prefix,
                                   .opcode = op->opcode,
                                   .memarg = op->memarg,
                                   .memory_count = op->memory_count};
    for (uint8_t i = 0; i < op->memory_count; i++) {
        out->memories[i] = find_mem_operand(from, next_part(&rest));
        if (out->memories[i] == TN_NONE)
            return refuse_mem_import(rw, input, import, TN_E_MISSING,
                                     "but has no such memory");
    }
    if (op->memory_count == 1)
        out->memories[1] = out->memories[0];
    if (rest.at != NULL)
        return refuse_mem_import(rw, input, import, TN_E_MISSING,
                                 "which names too many memories");
    if (!has_mem_type(from->mod, import, op, out))
        return refuse_mem_import(
            rw, input, import, TN_E_TYPE,
            "but not as the type that the instruction has");
    return TN_OK;
}

static bool is_mem_import(const struct tn_rw *rw, uint32_t input,
                          const struct tn_import *import)
{
    return import->kind == TN_EXTERN_FUNC &&
           tn_str_is(import->module, MEM_MODULE) &&
           tn_rw_target(rw, input, import->module) == TN_NONE;
}

tn_status tn_rw_find_mem_imports(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++) {
        struct tn_rw_input *input = &rw->inputs[i];
        const struct tn_mod *mod = input->mod;
        uint32_t count = 0;
        for (uint32_t k = 0; k < mod->import_count; k++) {
            const struct tn_import *import = &mod->imports[k];
            if (!is_mem_import(rw, i, import))
                continue;
            if (input->mem_calls == NULL)
                input->mem_calls = TN_NEW_ARRAY(
                    &rw->arena, struct tn_rw_mem_call, mod->func_import_count);
            if (input->mem_calls == NULL)
                return tn_no_memory(rw->err);
            TN_TRY(read_mem_import(rw, i, import,
                                   &input->mem_calls[import->index]));
            count++;
        }
        if (count > 0)
            tn_rw_note(rw, TN_NOTE_IMPORT, false, i,
                       "%u of its imports are instructions (\"" MEM_MODULE
                       "\")",
                       count);
    }
    return TN_OK;
}

/* ---------------------------------------------------------------- functions */

/* Where it is more than a call: in a table, as an export, where there may be
 * tail calls, or when the instruction is longer than a call may become
 * (walk.c). */
static bool needs_mem_func(const struct tn_rw *rw,
                           const struct tn_rw_input *input, uint32_t func)
{
    uint64_t tail_call = TN_FEATURE_BIT(TN_FEATURE_TAIL_CALL);
    return tn_mod_is_referenced(input->mod, func) ||
           (input->mod->features_used & tail_call) != 0 ||
           rw->options->is_trusted || /* then it is not known */
           (input->mem_calls[func].memory_count == 2 &&
            rw->joined.memory_count > 128);
}

/* So that bodies with different ones are not taken for equal, before they have
 * their indices. */
void tn_rw_hold_mem_funcs(struct tn_rw *rw)
{
    uint32_t next = TN_NONE - 1;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[i];
        for (uint32_t k = 0;
             input->mem_calls != NULL && k < input->mod->func_import_count; k++)
            if (input->mem_calls[k].opcode != 0)
                input->map.funcs[k] = next--;
    }
}

static void put_mem_func(const struct tn_rw_input *input, uint32_t func,
                         struct tn_buf *code)
{
    const struct tn_rw_mem_call *call = &input->mem_calls[func];
    for (uint32_t i = 0; i < tn_mod_func_type(input->mod, func)->param_count;
         i++) {
        tn_buf_byte(code, 0x20); /* local.get */
        tn_buf_uleb(code, i);
    }
    if (call->prefix != 0)
        tn_buf_byte(code, call->prefix);
    tn_buf_byte(code, call->opcode);
    if (call->memarg != 0)
        tn_buf_byte(code, call->memarg);
    for (uint8_t i = 0; i < call->memory_count; i++)
        tn_buf_uleb(code, input->map.memories[call->memories[i]]);
    if (call->memarg != 0)
        tn_buf_byte(code, 0); /* offset */
}

static tn_status add_mem_func(struct tn_rw *rw, uint32_t input, uint32_t func)
{
    struct tn_rw_input *from = &rw->inputs[input];
    const struct tn_import *import =
        &from->mod->imports[from->import_at[TN_EXTERN_FUNC][func]];
    struct tn_str name = tn_rw_join_name(rw, from->name, import->name);
    struct tn_buf code;
    if (name.at == NULL)
        return tn_no_memory(rw->err);
    tn_buf_init(&code, rw->alloc);
    put_mem_func(from, func, &code);
    tn_status status =
        tn_rw_add_typed_func(rw, name, from->map.types[from->mod->funcs[func]],
                             &code, &from->map.funcs[func]);
    tn_buf_clear(&code);
    return status;
}

tn_status tn_rw_add_mem_funcs(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++) {
        struct tn_rw_input *input = &rw->inputs[i];
        for (uint32_t k = 0;
             input->mem_calls != NULL && k < input->mod->func_import_count;
             k++) {
            if (input->mem_calls[k].opcode == 0)
                continue;
            input->map.funcs[k] = TN_NONE;
            if (needs_mem_func(rw, input, k))
                TN_TRY(add_mem_func(rw, i, k));
        }
    }
    return TN_OK;
}
